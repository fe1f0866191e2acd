//! Logout. Our own session ends first; what follows, such as the login provider's, comes after it.

use askama::Template;
use axum::response::Response;

use crate::{Failure, Visit};

/// `POST /logg-ut`: also when the session has ended already, so that a second tab's button works.
pub(super) async fn log_out(visit: Visit) -> Result<Response, Failure> {
    let shell = visit.shell();
    if let Some(session) = visit.session() {
        shell.sessions.end(session).await?;
    }
    Ok(shell.sessions.removal(visit.see(&shell.after_logout)))
}

/// `POST /logg-ut/alle`: ends the person's sessions in every browser.
pub(super) async fn log_out_everywhere(visit: Visit) -> Result<Response, Failure> {
    let shell = visit.shell();
    if let Some(session) = visit.session() {
        shell.sessions.end_all(&visit.actor, session.person()).await?;
    }
    Ok(shell.sessions.removal(visit.see(&shell.after_logout)))
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
