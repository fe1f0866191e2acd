//! Keys of a configuration: handed in, or read where the client publishes them.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use varde_core::{Actor, FieldProblem};
use varde_jose::{PublicKey, parse_object};
use varde_ledger::Draft as Entry;
use varde_policy::Permission;

use super::{Belonging, SelfService, Trouble, itself};
use crate::{Client, ClientId, Key, SelfServiceError, State, ports::RegistryError, store};

/// The longest JSON Web Key.
const LONGEST: usize = 8 * 1024;
/// How often keys are read again at an address.
const AGAIN: SignedDuration = SignedDuration::from_hours(6);
/// How soon after something went wrong there.
const AFTER_TROUBLE: SignedDuration = SignedDuration::from_mins(10);

impl SelfService {
    /// Adds a public key. Action `self_service.client.change_keys`, entry `self_service.key.handed_in`.
    ///
    /// # Errors
    /// [`SelfServiceError::PrivateKey`], [`SelfServiceError::Key`], [`SelfServiceError::TooManyKeys`],
    /// [`SelfServiceError::KeyNameTaken`], [`SelfServiceError::KeysAreFetched`],
    /// [`SelfServiceError::NotActive`]; refusals; neighbours.
    pub async fn add_key(&self, actor: &Actor, id: ClientId, jwk: &[u8]) -> Result<Key, SelfServiceError> {
        let (of, permission) = self.begin_keys(actor, id).await?;
        self.hand_in(actor, &of.client, jwk, &permission).await
    }

    pub(super) async fn hand_in(
        &self,
        actor: &Actor,
        client: &Client,
        jwk: &[u8],
        permission: &Permission,
    ) -> Result<Key, SelfServiceError> {
        let key = read_key(jwk)?;
        let mut work = self.store.begin(actor).await?;
        if store::addresses::of(work.connection(), client.id).await?.is_some() {
            return Err(SelfServiceError::KeysAreFetched);
        }
        let entry = entry("self_service.key.handed_in", client).with("thumbprint", key.thumbprint());
        let entered = work.enter(entry.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        let key = self.ports.registry.add_key(client.id, &key.to_jwk()).await?;
        self.tell_key(client).await;
        Ok(key)
    }

    /// Removes a key: nothing signed with it is taken after some seconds. Action
    /// `self_service.client.change_keys`, entry `self_service.key.removal_asked`.
    ///
    /// # Errors
    /// [`SelfServiceError::NoSuchKey`], [`SelfServiceError::KeysAreFetched`]; refusals; neighbours.
    pub async fn remove_key(&self, actor: &Actor, id: ClientId, kid: &str) -> Result<(), SelfServiceError> {
        let (of, permission) = self.begin_keys(actor, id).await?;
        let keys = self.ports.registry.keys(id).await?;
        if !keys.iter().any(|key| key.id == kid) {
            return Err(SelfServiceError::NoSuchKey);
        }
        let mut work = self.store.begin(actor).await?;
        if store::addresses::of(work.connection(), id).await?.is_some() {
            return Err(SelfServiceError::KeysAreFetched);
        }
        let entry = entry("self_service.key.removal_asked", &of.client).with("kid", kid);
        let entered = work.enter(entry.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(self.ports.registry.remove_key(id, kid).await?)
    }

    /// Lets keys be read at an address from now on, once at once. When that goes wrong nothing is
    /// changed. Action `self_service.client.change_keys`, entry `self_service.key_address.set`.
    ///
    /// # Errors
    /// [`SelfServiceError::Address`] with what is wrong there; refusals; neighbours.
    pub async fn set_address(&self, actor: &Actor, id: ClientId, address: &str) -> Result<(), SelfServiceError> {
        let (of, permission) = self.begin_keys(actor, id).await?;
        if !self.limiter.admits(id.uuid(), self.store.clock().now()) {
            return Err(SelfServiceError::TooMany);
        }
        let keys = self.fetcher.keys(address).await.map_err(at_address)?;
        let now = self.store.clock().now();
        let mut work = self.store.begin(actor).await?;
        store::addresses::put(work.connection(), id, address, now).await?;
        let entry = entry("self_service.key_address.set", &of.client).with("address", address);
        let entered = work.enter(entry.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        let trouble = self.take_keys(id, Ok(keys)).await?;
        self.note_reading(id, trouble, now).await?;
        match trouble {
            None => self.tell_key(&of.client).await,
            Some(trouble) => return Err(at_address(trouble)),
        }
        Ok(())
    }

    /// Reads the keys at the address now. Action `self_service.client.change_keys`, entry
    /// `self_service.keys.read`.
    ///
    /// # Errors
    /// [`SelfServiceError::NoSuchKey`] when there is no address, [`SelfServiceError::Address`] with
    /// what is wrong there; refusals; neighbours.
    pub async fn read_address(&self, actor: &Actor, id: ClientId) -> Result<(), SelfServiceError> {
        self.begin_keys(actor, id).await?;
        if !self.limiter.admits(id.uuid(), self.store.clock().now()) {
            return Err(SelfServiceError::TooMany);
        }
        let mut read = self.store.read(&itself()).await?;
        let address = store::addresses::of(read.connection(), id).await?.ok_or(SelfServiceError::NoSuchKey)?;
        drop(read);
        let keys = self.fetcher.keys(&address.address).await;
        let trouble = self.take_keys(id, keys).await?;
        self.note_reading(id, trouble, self.store.clock().now()).await?;
        trouble.map_or(Ok(()), |trouble| Err(at_address(trouble)))
    }

    /// Stops reading keys at the address. Those that were read there stay until they are removed.
    /// Action `self_service.client.change_keys`, entry `self_service.key_address.removed`.
    ///
    /// # Errors
    /// [`SelfServiceError::NoSuchKey`] when there is none; refusals; neighbours.
    pub async fn remove_address(&self, actor: &Actor, id: ClientId) -> Result<(), SelfServiceError> {
        let (of, permission) = self.begin_keys(actor, id).await?;
        let mut work = self.store.begin(actor).await?;
        if !store::addresses::remove(work.connection(), id).await? {
            return Err(SelfServiceError::NoSuchKey);
        }
        let entry = entry("self_service.key_address.removed", &of.client).because(permission.legal_basis());
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(())
    }

    async fn begin_keys(&self, actor: &Actor, id: ClientId) -> Result<(Belonging, Permission), SelfServiceError> {
        const ACTION: &str = "self_service.client.change_keys";
        self.logged_in(actor, ACTION).await?;
        let of = self.load_client(id).await?;
        let permission = self.check_client(actor, ACTION, &of).await?;
        match of.client.state {
            State::Active => Ok((of, permission)),
            _ => Err(SelfServiceError::NotActive),
        }
    }

    /// Makes keys that were read the client's. What is wrong with them is told; other errors are ours.
    pub(super) async fn take_keys(
        &self,
        id: ClientId,
        read: Result<Vec<Map<String, Value>>, Trouble>,
    ) -> Result<Option<Trouble>, SelfServiceError> {
        let keys = match read {
            Ok(keys) => keys,
            Err(trouble) => return Ok(Some(trouble)),
        };
        match self.ports.registry.set_keys(id, &keys).await {
            Ok(()) => Ok(None),
            Err(RegistryError::KeyNameTaken) => Ok(Some(Trouble::NameTaken)),
            Err(RegistryError::TooManyKeys) => Ok(Some(Trouble::TooManyKeys)),
            Err(error) => Err(error.into()),
        }
    }

    async fn note_reading(
        &self,
        id: ClientId,
        trouble: Option<Trouble>,
        now: Timestamp,
    ) -> Result<(), SelfServiceError> {
        let mut work = self.store.begin(&itself()).await?;
        store::addresses::tried(work.connection(), id, trouble.map(Trouble::name), now, next(trouble, now)).await?;
        let entered = work.enter(reading(id, trouble)).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Tells who follows orders of services. Whoever handed the key in is not held up when that fails.
    pub(super) async fn tell_key(&self, client: &Client) {
        let Some(progress) = &self.ports.progress else { return };
        if let Err(error) = progress.key_registered(client.owner, client.id, &audiences(client)).await {
            tracing::warn!(error = %error, "a registered key could not be reported");
        }
    }
}

/// The APIs that a configuration has scopes of.
pub(super) fn audiences(client: &Client) -> Vec<String> {
    let scopes = client.active.iter().flat_map(|settings| &settings.scopes);
    let mut audiences: Vec<String> =
        scopes.filter_map(|scope| scope.split_once('/').map(|(audience, _)| audience.to_owned())).collect();
    audiences.dedup();
    audiences
}

/// When an address is read next.
pub(super) fn next(trouble: Option<Trouble>, now: Timestamp) -> Timestamp {
    now + if trouble.is_some() { AFTER_TROUBLE } else { AGAIN }
}

/// The entry for keys that were read.
pub(super) fn reading(id: ClientId, trouble: Option<Trouble>) -> Entry {
    let entry = Entry::new("self_service.keys.read", "client", id);
    match trouble {
        Some(trouble) => entry.with("trouble", trouble.name()),
        None => entry,
    }
}

fn at_address(trouble: Trouble) -> SelfServiceError {
    SelfServiceError::Address(FieldProblem::new("address", format!("self_service-trouble-{}", trouble.name())))
}

/// A public key as somebody hands it in, strictly read.
pub(super) fn read_key(jwk: &[u8]) -> Result<PublicKey, SelfServiceError> {
    if jwk.len() > LONGEST {
        return Err(varde_jose::Fault::TooLarge.into());
    }
    Ok(PublicKey::from_jwk(&parse_object(jwk)?)?)
}

fn entry(kind: &str, client: &Client) -> Entry {
    Entry::new(kind, "client", client.id).with("owner", client.owner.as_str())
}
