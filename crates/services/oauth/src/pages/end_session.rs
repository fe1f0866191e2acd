//! `/connect/endsession`: a client asks that the person logs out here too (OpenID Connect
//! RP-Initiated Logout 1.0). The person is asked first: anybody could lead them to this address.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use varde_web::{Failure, Form, Visit, with_form_target};

use super::behind;
use crate::{
    Server,
    api::path,
    protocol::parameters::Parameters,
    service::end_session::{Ending, NotAsked},
};

/// Where the shell ends a session by itself.
const LOG_OUT: &str = "/logg-ut";
/// Where those come who have logged out.
const LOGGED_OUT: &str = "/utlogget";

#[derive(Template)]
#[template(path = "end_session.html")]
struct Page<'a> {
    visit: &'a Visit,
    /// What the client is called.
    client: Option<&'a str>,
    action: &'static str,
    hidden: Vec<(&'static str, &'a str)>,
}

/// `GET`: the question, or on at once when nobody is logged in.
pub(super) async fn ask(
    State(server): State<Server>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Parameters::read(query.unwrap_or_default().as_bytes()).map_err(|_| NotAsked::Wrong)?;
    let ending = server.ending(|name| query.get(name).map(str::to_owned)).await?;
    if visit.session().is_none() {
        return Ok(visit.see(ending.back.as_ref().map_or(LOGGED_OUT, |back| back.as_str())));
    }
    // The hint is a token: it stays neither in the address nor in the links of the page.
    if query.get("id_token_hint").is_some() {
        return Ok(visit.see(&behind(path::END_SESSION).extend_pairs(ending.fields()).finish()));
    }
    let page = visit.page(Page {
        visit: &visit,
        client: ending.client_name(),
        action: if ending.back.is_some() { path::END_SESSION } else { LOG_OUT },
        hidden: if ending.back.is_some() { ending.fields() } else { Vec::new() },
    });
    Ok(match &ending.back {
        Some(back) => with_form_target(page, back),
        None => page,
    })
}

/// `POST`: the person said yes, on our own page. A client may post too (section 2); that request comes from
/// another site, where nobody is logged in, and becomes the question.
pub(super) async fn end(State(server): State<Server>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let ending: Ending = server.ending(|name| form.given(name).map(str::to_owned)).await?;
    let Some(session) = visit.session() else {
        return Ok(visit.see(&behind(path::END_SESSION).extend_pairs(ending.fields()).finish()));
    };
    let response = visit.see(ending.back.as_ref().map_or(LOGGED_OUT, |back| back.as_str()));
    server.sessions.end(session).await?;
    Ok(server.sessions.removal(response))
}
