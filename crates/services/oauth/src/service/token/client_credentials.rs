//! A client for itself, or for an organisation (RFC 6749, section 4.4).

use std::sync::Arc;

use crate::{
    AuthorisationServer, Client, Scope, Scopes,
    fault::{Code, Fault},
    model::{api::Api, details::Details, scope},
    protocol::parameters::Parameters,
    service::{
        failed,
        known::KnownApis,
        token::{Answer, Asking, Grounded},
    },
};

impl AuthorisationServer {
    /// A token for what the client asks, or for everything it is registered for.
    ///
    /// # Errors
    /// As the specifications name them.
    pub(crate) async fn client_credentials(&self, asking: Asking, form: &Parameters) -> Result<Answer, Fault> {
        let client = &asking.client.known.client;
        let apis = self.known.apis().await.map_err(|error| failed(&error))?;
        let scopes = match form.get("scope") {
            Some(text) => asked(client, &scope::parse(text)?)?,
            // One public client sends none: it means all.
            None => client.scopes.iter().filter(|scope| !scope.is_identity()).cloned().collect(),
        };
        let scopes = of_resource(&apis, scopes, form.resources())?;
        let details = match asking.client.claims.get("assertion_details") {
            Some(details) => Details::read(details)?,
            None => Details::default(),
        };
        let acting_for = self.acting_for(client, details.organisation.as_ref()).await?;
        let (scopes, rejected) = self.accepted(&apis, scopes, client, acting_for.as_ref()).await?;
        let api = one_api(&apis, &scopes)?;
        has_what_it_needs(&api, &scopes, &details)?;
        let delegations = self.delegations(&api, &scopes, acting_for.as_ref()).await?;
        let grounded = Grounded { api, scopes, rejected, delegations, acting_for, journal_id: details.journal_id };
        self.issue(asking, grounded).await
    }
}

/// Whether the details are there that the API wants with these scopes.
fn has_what_it_needs(api: &Api, scopes: &Scopes, details: &Details) -> Result<(), Fault> {
    let rules = scopes.iter().filter_map(|scope| Some((scope, api.scopes.get(scope)?)));
    for (scope, rules) in rules {
        if let Some(missing) = rules.needs_details.iter().find(|kind| !details.has(kind)) {
            let way = format!("{scope} needs a detail of type {missing} in assertion_details");
            return Err(Fault::about(Code::InvalidAuthorizationDetails, way));
        }
    }
    Ok(())
}

/// The scopes, if the client may have each of them.
fn asked(client: &Client, scopes: &Scopes) -> Result<Scopes, Fault> {
    if let Some(own) = scopes.iter().find(|scope| scope.is_identity()) {
        let way = format!("{own} is about a person, and nobody logs in with client_credentials: leave it out");
        return Err(Fault::about(Code::InvalidScope, way));
    }
    match scopes.iter().find(|scope| !client.scopes.contains(*scope)) {
        Some(other) => Err(Fault::about(Code::InvalidScope, format!("the client is not registered for {other}"))),
        None => Ok(scopes.clone()),
    }
}

/// The scopes that belong to the resource that the client names (RFC 8707); without one all of them.
fn of_resource(apis: &KnownApis, scopes: Scopes, resources: &[String]) -> Result<Scopes, Fault> {
    let api = match resources {
        [] => return Ok(scopes),
        [resource] => apis.get(resource).ok_or(Fault::new(Code::InvalidTarget, "no such resource"))?,
        _ => return Err(Fault::new(Code::InvalidTarget, "a token is for one API: name one resource")),
    };
    let scopes: Scopes = scopes.into_iter().filter(|scope| api.scopes.contains_key(scope)).collect();
    if scopes.is_empty() {
        return Err(Fault::new(Code::InvalidScope, "none of the scopes belongs to that resource"));
    }
    Ok(scopes)
}

/// The API of a token: exactly one.
fn one_api(apis: &KnownApis, scopes: &Scopes) -> Result<Arc<Api>, Fault> {
    let gone = |scope: &Scope| Fault::about(Code::InvalidScope, format!("no API has the scope {scope} any more"));
    let found = scopes.iter().map(|scope| apis.with(scope).ok_or_else(|| gone(scope)));
    let found: Vec<_> = found.collect::<Result<_, _>>()?;
    let (first, others) = found.split_first().ok_or(Fault::new(Code::InvalidScope, "the client has no scope"))?;
    if others.iter().any(|other| other.audience != first.audience) {
        let way = "the scopes belong to several APIs, and a token is for one: name it by resource";
        return Err(Fault::new(Code::InvalidTarget, way));
    }
    Ok(Arc::clone(first))
}
