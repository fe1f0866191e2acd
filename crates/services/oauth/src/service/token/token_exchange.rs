//! An API that was called calls another for its caller (RFC 8693): it exchanges the token that it was
//! called with for one of the other API's.
//!
//! The subject token is bound to the caller's key, which the API does not have. What stands for the
//! possession is that the client *is* the API: the API's owner has registered it in `exchanged_by`, and
//! it proves itself with its own key. So nobody gains by a token that leaked on its way.
//!
//! Nothing about the subject can be changed: the person and their level, the organisation and the
//! details are those of the subject token. What may be done is decided anew: the client's own scopes, the
//! terms of the other API, and, when the client is a supplier's, the delegations to it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::Value;
use varde_jose::Claims;

use crate::{
    ActingFor, Api, AuthorisationServer, Client, Named, Scope, Scopes,
    fault::{Code, Fault},
    model::{attest::Attest, details::Details, exchange, scope},
    protocol::parameters::Parameters,
    service::{
        attest::AttestedFor,
        failed,
        known::KnownApis,
        people::Behind,
        server,
        token::{
            Answer, Asking, Exchanged, Grounded,
            basis::Kept,
            target::{has_what_it_needs, is_sure_enough},
        },
    },
    store::{logins, tokens::TokenRow},
};

/// The type of what is exchanged and of what is given: the only one (RFC 8693, section 3).
pub(super) const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// A subject token that is good and that this client may exchange.
struct Subject {
    row: TokenRow,
    claims: Claims,
    kept: Kept,
    /// The person behind it.
    behind: Option<Behind>,
}

impl AuthorisationServer {
    /// A token for another API.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`] when the subject token is not good or not this client's to exchange,
    /// [`Code::InvalidTarget`] when the other API is none; else as for the client's own tokens.
    pub(crate) async fn token_exchange(&self, asking: Asking, form: &Parameters) -> Result<Answer, Fault> {
        only_access_tokens(form)?;
        let client = &asking.client.known.client;
        let apis = self.known.apis().await.map_err(|error| failed(&error))?;
        let subject = self.subject(client, &apis, form.need("subject_token")?).await?;
        let actor =
            exchange::chain(subject.claims.get("act"), client.id).map_err(|error| unacceptable(error.to_string()))?;
        if asking.client.claims.contains_key("assertion_details") {
            let way =
                "an exchange keeps the organisation and the details of the subject token: leave assertion_details out";
            return Err(Fault::new(Code::InvalidAuthorizationDetails, way));
        }
        let api = target(&apis, client, form, &subject.row.audience)?;
        let scopes = asked(client, &api, form.get("scope"))?;
        let acting_for = self.same_organisation(client, subject.row.acting_for.as_ref()).await?;
        let (scopes, rejected) = self.accepted(&apis, scopes, client, acting_for.as_ref()).await?;
        if let Some(behind) = &subject.behind {
            is_sure_enough(&api, &scopes, behind.level)?;
        }
        let details = details(subject.kept, acting_for.as_ref())?;
        has_what_it_needs(&api, &scopes, &details)?;
        let delegations = self.delegations(&api, &scopes, acting_for.as_ref()).await?;
        let by = AttestedFor { acting_for: acting_for.as_ref(), api: &api, scopes: &scopes, now: asking.now };
        let attest = self.attested(details.attest, client, subject.behind, &by).await?;
        let exchanged = Exchanged {
            from: subject.row.id,
            subject: subject.claims.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned(),
            actor,
            until: subject.row.expires_at,
        };
        let grounded = Grounded {
            api,
            scopes,
            rejected,
            delegations,
            acting_for,
            journal_id: details.journal_id,
            attest,
            behind: subject.behind,
            exchanged: Some(exchanged),
        };
        self.issue(asking, grounded).await
    }

    /// The subject token, if we gave it, it is good now, and the client is the API that it is for. Only
    /// the API itself is told what is wrong with a token.
    async fn subject(&self, client: &Client, apis: &KnownApis, token: &str) -> Result<Subject, Fault> {
        let (row, claims) = self.own_token(token).await?.ok_or_else(|| {
            unacceptable("the subject token is no access token of this server that can be used any more".to_owned())
        })?;
        let own = |api: &&Arc<Api>| api.exchanged_by.contains(&client.id) && api.owner == client.owner;
        if apis.get(&row.audience).filter(own).is_none() {
            let way = "the client is not registered as the API that the subject token is for: only the API that was \
                       called may exchange a token";
            return Err(unacceptable(way.to_owned()));
        }
        if claims.get("iss").and_then(Value::as_str) != Some(self.issuer()) {
            return Err(unacceptable("the subject token is from another issuer".to_owned()));
        }
        if !self.is_good(&row).await? {
            let way = "the subject token has expired or was revoked, or what it rests on has ended";
            return Err(unacceptable(way.to_owned()));
        }
        let kept = match self.basis_of(row.id).await? {
            Some(basis) => self.kept(&basis)?,
            None => Kept::default(),
        };
        let behind = self.behind(&row).await?;
        Ok(Subject { row, claims, kept, behind })
    }

    /// The person behind a token, who is kept.
    async fn behind(&self, row: &TokenRow) -> Result<Option<Behind>, Fault> {
        let Some(login) = row.login else { return Ok(None) };
        let mut read = self.store.read(&server()).await.map_err(|error| failed(&error))?;
        let login = logins::by_id(read.connection(), login).await.map_err(|error| failed(&error))?;
        let ended = || unacceptable("the login that the subject token came from has ended".to_owned());
        login.filter(|login| login.ended_at.is_none()).as_ref().map(Behind::from).map(Some).ok_or_else(ended)
    }

    /// For whom the client acts: whom the subject token says, and nobody else.
    async fn same_organisation(&self, client: &Client, before: Option<&ActingFor>) -> Result<Option<ActingFor>, Fault> {
        let named = before.map(|before| Named::Parent(before.parent, before.child));
        let acting_for = self.acting_for(client, named.as_ref()).await?;
        let place = |acting_for: &ActingFor| (acting_for.parent, acting_for.child);
        if acting_for.as_ref().map(place) == before.map(place) {
            return Ok(acting_for);
        }
        let way = "the subject token names no organisation, and an exchange adds none: the client must be registered \
                   without tenancy";
        Err(Fault::new(Code::InvalidAuthorizationDetails, way))
    }
}

/// Whether an access token is exchanged for an access token, by one party.
fn only_access_tokens(form: &Parameters) -> Result<(), Fault> {
    let invalid = |way| Err(Fault::new(Code::InvalidRequest, way));
    if form.need("subject_token_type")? != ACCESS_TOKEN {
        return invalid("subject_token_type must be urn:ietf:params:oauth:token-type:access_token");
    }
    if form.get("requested_token_type").is_some_and(|kind| kind != ACCESS_TOKEN) {
        return invalid("requested_token_type must be urn:ietf:params:oauth:token-type:access_token, or left out");
    }
    if form.get("actor_token").is_some() || form.get("actor_token_type").is_some() {
        return invalid("actor_token is not taken: the client that asks is the actor, and proves itself");
    }
    Ok(())
}

/// The other API: named by `resource` or `audience`, or the only one that the scopes belong to, which are
/// all the client's when it names none.
fn target(apis: &KnownApis, client: &Client, form: &Parameters, own: &str) -> Result<Arc<Api>, Fault> {
    let wrong = |way| Fault::new(Code::InvalidTarget, way);
    let named: BTreeSet<&str> = form.resources().iter().map(String::as_str).chain(form.get("audience")).collect();
    let scopes = form.get("scope").map(scope::parse).transpose()?;
    let found: BTreeMap<&str, &Arc<Api>> = if named.is_empty() {
        let scopes = scopes.as_ref().unwrap_or(&client.scopes).iter();
        scopes.filter_map(|scope| apis.with(scope)).map(|api| (api.audience.as_str(), api)).collect()
    } else {
        let api = |name: &str| apis.named(name).ok_or(wrong("no such resource"));
        named.into_iter().map(|name| api(name).map(|api| (api.audience.as_str(), api))).collect::<Result<_, _>>()?
    };
    match found.into_values().collect::<Vec<_>>().as_slice() {
        [one] if one.audience == own => Err(wrong("the subject token is for that API already: name another")),
        [one] => Ok(Arc::clone(one)),
        [] => Err(wrong("name the other API by resource, or scopes of it")),
        _ => Err(wrong("a token is for one API: name one by resource, or scopes of one")),
    }
}

/// The scopes of that API that the client asks for and may have; without any named all it may have.
fn asked(client: &Client, api: &Api, scopes: Option<&str>) -> Result<Scopes, Fault> {
    let scopes = match scopes {
        None => client.scopes.iter().filter(|scope| api.scopes.contains_key(*scope)).cloned().collect(),
        Some(text) => scope::parse(text)?,
    };
    let not_its_own = |scope: &&Scope| !client.scopes.contains(*scope) || !api.scopes.contains_key(*scope);
    match scopes.iter().find(not_its_own) {
        Some(other) => {
            let way = format!("{other} is not a scope of that API that the client is registered for");
            Err(Fault::about(Code::InvalidScope, way))
        }
        None if scopes.is_empty() => Err(Fault::new(Code::InvalidScope, "the client has no scope of that API")),
        None => Ok(scopes),
    }
}

/// What the subject token was given with.
fn details(kept: Kept, acting_for: Option<&ActingFor>) -> Result<Details, Fault> {
    Ok(Details {
        organisation: acting_for.map(|acting_for| Named::Parent(acting_for.parent, acting_for.child)),
        journal_id: kept.journal_id,
        attest: kept.attest.as_ref().map(Attest::read).transpose()?,
    })
}

/// A subject token that is not taken (RFC 8693, section 2.2.2: `invalid_request`).
fn unacceptable(way: String) -> Fault {
    Fault::about(Code::InvalidRequest, way)
}
