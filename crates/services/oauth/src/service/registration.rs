//! Registering APIs, clients and their keys.

use jiff::SignedDuration;
use serde_json::{Map, Value};
use varde_core::{Actor, FieldProblem, OrganisationId, identifier::OrganisationNumber};
use varde_jose::{PublicKey, parse_object};
use varde_ledger::Draft;
use varde_policy::{Permission, Resource};
use varde_store::Work;

use crate::{
    Api, AuthorisationServer, Client, ClientId, Grant, MOST_REFRESH_HOURS, NewClient, RegistrationError, Scope,
    Tenancy,
    model::{details::TYPES, scope::OFFLINE},
    store::{apis, clients},
};

/// How long a public key is good for: clients replace theirs at least once a year.
pub(super) const KEY_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 365);
/// The most keys that a client has at once: one that goes, one that comes, and one to spare.
pub(super) const MOST_KEYS: usize = 3;
/// The longest name of a client, in characters.
const LONGEST_NAME: usize = 200;
/// The longest JSON Web Key.
const LONGEST_KEY: usize = 8 * 1024;

/// A public key of a client, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientKey {
    /// Its name (`kid`).
    pub id: String,
    /// The JSON Web Key.
    pub jwk: Map<String, Value>,
    /// When it was added.
    pub added_at: jiff::Timestamp,
    /// Until when it is good.
    pub valid_until: jiff::Timestamp,
}

impl AuthorisationServer {
    /// Registers an API, or replaces what is registered. Action `oauth.api.register`.
    ///
    /// # Errors
    /// When the policy says no, the registration contradicts itself, or the name is another's.
    pub async fn register_api(&self, actor: &Actor, api: &Api) -> Result<(), RegistrationError> {
        let owner = self.main_unit(api.owner).await?;
        let resource = Resource::new("RegisteredApi").id(&api.audience).organisation("organisation", owner);
        let permission = self.guard.check(actor, "oauth.api.register", &resource).await?;
        check_api(api)?;
        let mut work = self.store.begin(actor).await?;
        for client in &api.exchanged_by {
            let known = clients::by_id(work.connection(), *client).await?;
            if known.is_none_or(|known| known.owner != api.owner) {
                let wrong = FieldProblem::new("exchanged_by", "oauth-exchanged-by-another");
                return Err(RegistrationError::Invalid(vec![wrong]));
            }
        }
        if !apis::put(work.connection(), owner, api, self.store.clock().now()).await? {
            return Err(RegistrationError::ApiTaken);
        }
        let scopes: Vec<_> = api.scopes.keys().collect();
        let draft = Draft::new("oauth.api.registered", "api", &api.audience).with("scopes", scopes);
        let entered = work.enter(draft.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        self.known.forget_apis();
        Ok(())
    }

    /// Registers a client. Action `oauth.client.register`.
    ///
    /// # Errors
    /// When the policy says no, or what is registered contradicts itself.
    pub async fn register_client(&self, actor: &Actor, new: NewClient) -> Result<Client, RegistrationError> {
        let owner = self.main_unit(new.owner).await?;
        let id = varde_core::id::version_seven(&**self.store.clock(), self.store.randomness());
        let client = new.client(ClientId::from_uuid(id));
        let permission = self.guard.check(actor, "oauth.client.register", &of_client(client.id, owner)).await?;
        self.check_client(&client).await?;
        let mut work = self.store.begin(actor).await?;
        clients::insert(work.connection(), &client, owner, actor, self.store.clock().now()).await?;
        let draft = Draft::new("oauth.client.registered", "client", client.id)
            .with("owner", client.owner.as_str())
            .with("tenancy", client.tenancy.name())
            .with("scopes", &client.scopes);
        let entered = work.enter(draft.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(client)
    }

    /// The clients of an organisation with their keys, those that have ended last. Action
    /// `oauth.client.read`.
    ///
    /// # Errors
    /// When the policy says no or there is no such main unit.
    pub async fn clients(
        &self,
        actor: &Actor,
        owner: OrganisationNumber,
    ) -> Result<Vec<(Client, Vec<ClientKey>)>, RegistrationError> {
        let owner = self.main_unit(owner).await?;
        let resource = Resource::new("RegisteredClient").organisation("organisation", owner);
        self.guard.check(actor, "oauth.client.read", &resource).await?;
        let mut read = self.store.read(actor).await?;
        let mut found = Vec::new();
        for client in clients::of_organisation(read.connection(), owner).await? {
            let keys = clients::keys(read.connection(), client.id).await?;
            found.push((client, keys.into_iter().map(ClientKey::from).collect()));
        }
        Ok(found)
    }

    /// Adds a public key to a client of the organisation. Action `oauth.client.change_keys`.
    ///
    /// # Errors
    /// When the policy says no, the client is another's, or the key is not one that may be used.
    pub async fn add_key(&self, actor: &Actor, client: ClientId, jwk: &[u8]) -> Result<ClientKey, RegistrationError> {
        let now = self.store.clock().now();
        let key = read_key(jwk)?;
        let (mut work, permission) = self.begin_change(actor, client, "oauth.client.change_keys").await?;
        let row = clients::KeyRow {
            kid: key.id().map_or_else(|| key.thumbprint(), str::to_owned),
            jwk: key.to_jwk(),
            added_at: now,
            valid_until: now + KEY_LIFETIME,
        };
        if clients::keys(work.connection(), client).await?.len() >= MOST_KEYS {
            return Err(RegistrationError::TooManyKeys);
        }
        if !clients::add_key(work.connection(), client, &row, actor, clients::Source::HandedIn).await? {
            return Err(RegistrationError::KeyNameTaken);
        }
        let draft = Draft::new("oauth.client_key.added", "client", client)
            .with("thumbprint", key.thumbprint())
            .with("valid_until", row.valid_until);
        let entered = work.enter(draft.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(row.into())
    }

    /// Removes a key: nothing signed with it is taken within seconds. Action
    /// `oauth.client.change_keys`.
    ///
    /// # Errors
    /// When the policy says no or there is no such key.
    pub async fn remove_key(&self, actor: &Actor, client: ClientId, kid: &str) -> Result<(), RegistrationError> {
        let (mut work, permission) = self.begin_change(actor, client, "oauth.client.change_keys").await?;
        if !clients::remove_key(work.connection(), client, kid, self.store.clock().now()).await? {
            return Err(RegistrationError::NoSuchKey);
        }
        let draft = Draft::new("oauth.client_key.removed", "client", client).with("kid", kid);
        let entered = work.enter(draft.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Ends a client: it gets no token after that. Action `oauth.client.end`.
    ///
    /// # Errors
    /// When the policy says no or there is no such client.
    pub async fn end_client(&self, actor: &Actor, client: ClientId) -> Result<(), RegistrationError> {
        let (mut work, permission) = self.begin_change(actor, client, "oauth.client.end").await?;
        if !clients::end(work.connection(), client, self.store.clock().now()).await? {
            return Err(RegistrationError::NoSuchClient);
        }
        let draft = Draft::new("oauth.client.ended", "client", client);
        let entered = work.enter(draft.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Begins a change of a client: whose it is, from the register and not from who asks; whether the
    /// policy lets the actor do it.
    pub(super) async fn begin_change(
        &self,
        actor: &Actor,
        client: ClientId,
        action: &'static str,
    ) -> Result<(Work, Permission), RegistrationError> {
        let mut work = self.store.begin(actor).await?;
        let owner = clients::owner(work.connection(), client).await?.ok_or(RegistrationError::NoSuchClient)?;
        let permission = self.guard.check(actor, action, &of_client(client, owner)).await?;
        Ok((work, permission))
    }

    /// The organisation of that number, which must be a main unit.
    pub(super) async fn main_unit(&self, number: OrganisationNumber) -> Result<OrganisationId, RegistrationError> {
        let wrong = |why: &str| RegistrationError::Invalid(vec![FieldProblem::new("owner", why)]);
        match self.ports.organisations.by_number(number).await? {
            None => Err(wrong("oauth-organisation-unknown")),
            Some(known) if known.parent.is_some() => Err(wrong("oauth-owner-is-sub-unit")),
            Some(known) => Ok(known.id),
        }
    }

    pub(super) async fn check_client(&self, client: &Client) -> Result<(), RegistrationError> {
        let mut wrong = Vec::new();
        if client.name.trim().is_empty() || client.name.chars().count() > LONGEST_NAME {
            wrong.push(FieldProblem::new("name", "oauth-name-wrong"));
        }
        if client.tenancy != Tenancy::SingleTenant && !client.sub_units.is_empty() {
            wrong.push(FieldProblem::new("sub_units", "oauth-sub-units-without-tenancy"));
        }
        for unit in &client.sub_units {
            let known = self.ports.organisations.by_number(*unit).await?;
            if known.and_then(|known| known.parent) != Some(client.owner) {
                wrong.push(FieldProblem::new("sub_units", "oauth-not-a-sub-unit"));
                break;
            }
        }
        let apis = self.known.apis().await?;
        let unknown = |scope: &Scope| !scope.is_identity() && apis.with(scope).is_none();
        if client.scopes.is_empty() || client.scopes.iter().any(unknown) {
            wrong.push(FieldProblem::new("scopes", "oauth-scope-unknown"));
        }
        wrong.extend(check_login(client));
        if wrong.is_empty() { Ok(()) } else { Err(RegistrationError::Invalid(wrong)) }
    }
}

impl From<clients::KeyRow> for ClientKey {
    fn from(row: clients::KeyRow) -> Self {
        Self { id: row.kid, jwk: row.jwk, added_at: row.added_at, valid_until: row.valid_until }
    }
}

pub(super) fn of_client(client: ClientId, owner: OrganisationId) -> Resource {
    Resource::new("RegisteredClient").id(client).organisation("organisation", owner)
}

/// A public key that clients may use, strictly read.
fn read_key(jwk: &[u8]) -> Result<PublicKey, RegistrationError> {
    if jwk.len() > LONGEST_KEY {
        return Err(RegistrationError::Key(varde_jose::Fault::TooLarge));
    }
    PublicKey::from_jwk(&parse_object(jwk).map_err(RegistrationError::Key)?).map_err(RegistrationError::Key)
}

/// What must agree in a client that people log in to.
fn check_login(client: &Client) -> Vec<FieldProblem> {
    let mut wrong = Vec::new();
    let logs_in = client.grants.contains(&Grant::AuthorizationCode);
    let refreshes = client.grants.contains(&Grant::RefreshToken);
    let offline = client.scopes.iter().any(|scope| scope.as_str() == OFFLINE);
    if client.grants.is_empty() || (refreshes && !logs_in) || (offline && !refreshes) {
        wrong.push(FieldProblem::new("grants", "oauth-grants-wrong"));
    }
    if logs_in == client.redirect_uris.is_empty() {
        wrong.push(FieldProblem::new("redirect_uris", "oauth-redirect-uris-wrong"));
    }
    if !logs_in && !client.post_logout_redirect_uris.is_empty() {
        wrong.push(FieldProblem::new("post_logout_redirect_uris", "oauth-post-logout-without-login"));
    }
    if !logs_in && client.scopes.iter().any(Scope::is_identity) {
        wrong.push(FieldProblem::new("scopes", "oauth-identity-scope-without-login"));
    }
    if !(1..=MOST_REFRESH_HOURS).contains(&client.refresh_hours) {
        wrong.push(FieldProblem::new("refresh_hours", "oauth-refresh-hours-wrong"));
    }
    wrong
}

fn check_api(api: &Api) -> Result<(), RegistrationError> {
    let mut wrong = Vec::new();
    let named = |c: char| c.is_ascii_alphanumeric() || ":-_.".contains(c);
    if api.audience.is_empty() || api.audience.len() > LONGEST_NAME || !api.audience.chars().all(named) {
        wrong.push(FieldProblem::new("audience", "oauth-audience-wrong"));
    }
    if api.scopes.keys().any(|scope| scope.audience() != Some(api.audience.as_str())) {
        wrong.push(FieldProblem::new("scopes", "oauth-scope-of-another-api"));
    }
    if api.scopes.values().any(|rules| rules.needs_details.iter().any(|kind| !TYPES.contains(&kind.as_str()))) {
        wrong.push(FieldProblem::new("scopes", "oauth-detail-unknown"));
    }
    if api.address.as_ref().is_some_and(|address| !is_plain(address)) {
        wrong.push(FieldProblem::new("address", "oauth-address-wrong"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(RegistrationError::Invalid(wrong)) }
}

/// Whether it may name an API (RFC 8707, section 2; RFC 9728, section 1.2): https, with nothing that is
/// about one request or one user.
fn is_plain(address: &url::Url) -> bool {
    let nobody = address.username().is_empty() && address.password().is_none();
    address.scheme() == "https" && address.query().is_none() && address.fragment().is_none() && nobody
}
