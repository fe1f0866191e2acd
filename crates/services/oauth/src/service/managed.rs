//! What self-service needs of the registry of clients: to register under an id it has chosen, to
//! replace what is registered, and to keep a client's keys as they are published.

use std::collections::BTreeMap;

use jiff::Timestamp;
use varde_core::Actor;
use varde_jose::PublicKey;
use varde_ledger::Draft;

use crate::{
    Api, AuthorisationServer, Client, ClientId, ClientKey, NewClient, RegistrationError,
    service::{
        registration::{KEY_LIFETIME, MOST_KEYS, of_client},
        server,
    },
    store::clients,
};

impl AuthorisationServer {
    /// Every API that is registered, by its short name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn apis(&self) -> Result<BTreeMap<String, Api>, RegistrationError> {
        let known = self.known.apis().await?;
        Ok(known.all().map(|api| (api.audience.clone(), Api::clone(api))).collect())
    }

    /// Where tokens are given.
    pub fn token_endpoint(&self) -> String {
        format!("{}{}", self.issuer, crate::api::path::TOKEN)
    }

    /// A client and its keys. Action `oauth.client.read`.
    ///
    /// # Errors
    /// When the policy says no or there is no such client.
    pub async fn client(&self, actor: &Actor, id: ClientId) -> Result<(Client, Vec<ClientKey>), RegistrationError> {
        let mut read = self.store.read(actor).await?;
        let found = clients::by_id(read.connection(), id).await?.ok_or(RegistrationError::NoSuchClient)?;
        let owner = self.main_unit(found.owner).await?;
        self.guard.check(actor, "oauth.client.read", &of_client(id, owner)).await?;
        let keys = clients::keys(read.connection(), id).await?;
        Ok((found, keys.into_iter().map(ClientKey::from).collect()))
    }

    /// The clients whose last key is good now and not beyond that time, with when it ends: who has a
    /// newer key that lasts longer is not among them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn last_keys_ending(&self, until: Timestamp) -> Result<Vec<(ClientId, Timestamp)>, RegistrationError> {
        let mut read = self.store.read(&server()).await?;
        Ok(clients::last_keys_ending(read.connection(), self.store.clock().now(), until).await?)
    }

    /// Registers a client under that id, or replaces what is registered; its owner and tenancy stay.
    /// Doing it again changes nothing. Action `oauth.client.register`.
    ///
    /// # Errors
    /// When the policy says no, what is registered contradicts itself, or the client has ended or is
    /// another's.
    pub async fn put_client(&self, actor: &Actor, id: ClientId, new: NewClient) -> Result<Client, RegistrationError> {
        let owner = self.main_unit(new.owner).await?;
        let client = new.client(id);
        let permission = self.guard.check(actor, "oauth.client.register", &of_client(id, owner)).await?;
        self.check_client(&client).await?;
        let mut work = self.store.begin(actor).await?;
        let now = self.store.clock().now();
        let kind = match clients::by_id(work.connection(), id).await? {
            None => {
                clients::insert(work.connection(), &client, owner, actor, now).await?;
                "oauth.client.registered"
            }
            Some(before) if before.ended_at.is_some() => return Err(RegistrationError::NoSuchClient),
            Some(before) if (before.owner, before.tenancy) != (client.owner, client.tenancy) => {
                return Err(RegistrationError::NoSuchClient);
            }
            Some(before) if before == client => return Ok(client),
            Some(_) => {
                clients::replace(work.connection(), &client, now).await?;
                "oauth.client.changed"
            }
        };
        let draft = Draft::new(kind, "client", id)
            .with("owner", client.owner.as_str())
            .with("tenancy", client.tenancy.name())
            .with("scopes", &client.scopes);
        let entered = work.enter(draft.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(client)
    }

    /// Makes these the client's keys: those that are not among them are gone, and may come back. A key
    /// that is there already is good for another year. Action `oauth.client.change_keys`.
    ///
    /// # Errors
    /// When the policy says no, there is no such client, there are too many, or one has the name of
    /// another that the client has or had.
    pub async fn set_keys(&self, actor: &Actor, id: ClientId, keys: &[PublicKey]) -> Result<(), RegistrationError> {
        if keys.len() > MOST_KEYS {
            return Err(RegistrationError::TooManyKeys);
        }
        let now = self.store.clock().now();
        let (mut work, permission) = self.begin_change(actor, id, "oauth.client.change_keys").await?;
        let mut names = Vec::new();
        for key in keys {
            let row = clients::KeyRow {
                kid: key.id().map_or_else(|| key.thumbprint(), str::to_owned),
                jwk: key.to_jwk(),
                added_at: now,
                valid_until: now + KEY_LIFETIME,
            };
            let source = clients::Source::Published;
            if names.contains(&row.kid) || !clients::add_key(work.connection(), id, &row, actor, source).await? {
                return Err(RegistrationError::KeyNameTaken);
            }
            names.push(row.kid);
        }
        let gone = clients::let_go(work.connection(), id, &names, now).await?;
        let draft = Draft::new("oauth.client_keys.set", "client", id)
            .with("thumbprints", keys.iter().map(PublicKey::thumbprint).collect::<Vec<_>>())
            .with("gone", gone);
        let entered = work.enter(draft.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(())
    }
}
