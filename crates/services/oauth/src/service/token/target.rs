//! What a token will be for: one API, and what it needs.

use std::sync::Arc;

use varde_core::LoginLevel;

use crate::{
    Scope, Scopes,
    fault::{Code, Fault},
    model::{api::Api, details::Details},
    service::known::KnownApis,
};

/// Whether the details are there that the API wants with these scopes.
///
/// # Errors
/// [`Code::InvalidAuthorizationDetails`].
pub(super) fn has_what_it_needs(api: &Api, scopes: &Scopes, details: &Details) -> Result<(), Fault> {
    let rules = scopes.iter().filter_map(|scope| Some((scope, api.scopes.get(scope)?)));
    for (scope, rules) in rules {
        if let Some(missing) = rules.needs_details.iter().find(|kind| !details.has(kind)) {
            let way = format!("{scope} needs a detail of type {missing} in assertion_details");
            return Err(Fault::about(Code::InvalidAuthorizationDetails, way));
        }
    }
    Ok(())
}

/// Whether the person has logged in as surely as the API wants with these scopes.
///
/// # Errors
/// [`Code::UnmetAuthenticationRequirements`].
pub(super) fn is_sure_enough(api: &Api, scopes: &Scopes, level: LoginLevel) -> Result<(), Fault> {
    match scopes.iter().find(|scope| api.scopes.get(*scope).and_then(|rules| rules.level) > Some(level)) {
        None => Ok(()),
        Some(scope) => {
            let way = format!("{scope} needs a login at a higher level: let the person log in again");
            Err(Fault::about(Code::UnmetAuthenticationRequirements, way))
        }
    }
}

/// The scopes that belong to the resource that the client names (RFC 8707); without one all of them.
///
/// # Errors
/// [`Code::InvalidTarget`], [`Code::InvalidScope`].
pub(super) fn of_resource(apis: &KnownApis, scopes: Scopes, resources: &[String]) -> Result<Scopes, Fault> {
    let api = match resources {
        [] => return Ok(scopes),
        [resource] => apis.named(resource).ok_or(Fault::new(Code::InvalidTarget, "no such resource"))?,
        _ => return Err(Fault::new(Code::InvalidTarget, "a token is for one API: name one resource")),
    };
    let scopes: Scopes = scopes.into_iter().filter(|scope| api.scopes.contains_key(scope)).collect();
    if scopes.is_empty() {
        return Err(Fault::new(Code::InvalidScope, "none of the scopes belongs to that resource"));
    }
    Ok(scopes)
}

/// The API of a token: exactly one.
///
/// # Errors
/// [`Code::InvalidScope`], [`Code::InvalidTarget`].
pub(super) fn one_api(apis: &KnownApis, scopes: &Scopes) -> Result<Arc<Api>, Fault> {
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
