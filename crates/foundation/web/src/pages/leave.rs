//! Logout.

use askama::Template;
use axum::response::Response;

use crate::{Failure, Visit};

/// `POST /logg-ut`: also when the session has ended already, so that a second tab's button works.
pub(super) async fn log_out(visit: Visit) -> Result<Response, Failure> {
    let sessions = &visit.shell().sessions;
    if let Some(session) = visit.session() {
        sessions.end(session).await?;
    }
    Ok(sessions.removal(visit.see("/utlogget")))
}

/// `POST /logg-ut/alle`: ends the person's sessions in every browser.
pub(super) async fn log_out_everywhere(visit: Visit) -> Result<Response, Failure> {
    let sessions = &visit.shell().sessions;
    if let Some(session) = visit.session() {
        sessions.end_all(&visit.actor, session.person()).await?;
    }
    Ok(sessions.removal(visit.see("/utlogget")))
}

#[derive(Template)]
#[template(path = "logged_out.html")]
struct LoggedOutPage {
    visit: Visit,
}

/// `GET /utlogget`.
pub(super) async fn logged_out(visit: Visit) -> Response {
    visit.page(LoggedOutPage { visit: visit.clone() })
}
