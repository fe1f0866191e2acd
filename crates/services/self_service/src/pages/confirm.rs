//! What the organisation is asked, and what it says.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use url::Url;
use varde_core::identifier::OrganisationNumber;
use varde_web::{Failure, Form, Id, Visit, with_form_target};

use super::shown::{self, ScopeRow};
use crate::{ClientId, ClientView, SelfService, Settings, State as ClientState};

#[derive(Template)]
#[template(path = "self_service_confirm.html")]
struct Page<'a> {
    visit: &'a Visit,
    view: &'a ClientView,
    wanted: &'a Settings,
    sub_units: String,
    redirect_uris: String,
    scopes: Vec<ScopeRow>,
    /// The host that whoever answers is sent back to.
    back_to: String,
    is_draft: bool,
    path: String,
}

/// `GET /klienter/bekreft/{id}`.
pub(super) async fn ask(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<ClientId>,
) -> Result<Response, Failure> {
    let view = service.to_confirm(&visit.actor, id).await?;
    let nothing = Settings::default();
    let wanted = view.client.wanted.as_ref().unwrap_or(&nothing);
    let return_to = view.client.return_to.as_deref().and_then(|address| Url::parse(address).ok());
    let page = Page {
        visit: &visit,
        view: &view,
        wanted,
        sub_units: shown::listed(wanted.sub_units.iter().map(OrganisationNumber::as_str)),
        redirect_uris: shown::listed(wanted.redirect_uris.iter().map(String::as_str)),
        scopes: view
            .scopes
            .iter()
            .filter(|status| wanted.scopes.contains(&status.scope))
            .map(|status| shown::scope_row(&visit, status))
            .collect(),
        back_to: return_to.as_ref().and_then(Url::host_str).unwrap_or_default().to_owned(),
        is_draft: view.client.state == ClientState::Draft,
        path: shown::confirm_path(id),
    };
    let response = visit.page(page);
    // The form's answer leads there, which the browser must be told beforehand.
    Ok(match &return_to {
        Some(target) => with_form_target(response, target),
        None => response,
    })
}

/// `POST /klienter/bekreft/{id}`.
pub(super) async fn answer(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<ClientId>,
    form: Form,
) -> Result<Response, Failure> {
    let answered = service.answer(&visit.actor, id, form.has("answer", "yes")).await?;
    Ok(match answered.return_to {
        Some(address) => Redirect::to(address.as_str()).into_response(),
        None => visit.see(&shown::client_path(id)),
    })
}
