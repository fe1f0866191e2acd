//! A configuration: making it, seeing how it stands, changing and ending it.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Tone},
};

use super::{
    START, form,
    shown::{self, ScopeRow},
};
use crate::{ClientId, ClientView, SelfService, SelfServiceError, Settings, State as ClientState, SystemId, Tenancy};

#[derive(Template)]
#[template(path = "self_service_client.html")]
struct Page<'a> {
    visit: &'a Visit,
    form: &'a Form,
    view: &'a ClientView,
    state: (String, Tone),
    scopes: Vec<ScopeRow>,
    claims: Vec<ClaimRow>,
    keys: Vec<KeyRow>,
    address: Option<AddressRow>,
    /// Somebody gave away a private key just now.
    private_key: bool,
}

struct ClaimRow {
    name: String,
    active: String,
    pending: String,
}

struct KeyRow {
    id: String,
    kind: String,
    added: String,
    until: String,
    state: (String, Tone),
}

struct AddressRow {
    address: String,
    fetched: Option<String>,
    trouble: Option<String>,
}

impl Page<'_> {
    fn start(&self) -> &'static str {
        START
    }

    fn path(&self) -> String {
        shown::client_path(self.view.client.id)
    }

    fn confirm_path(&self) -> String {
        shown::confirm_path(self.view.client.id)
    }

    fn is_active(&self) -> bool {
        self.view.client.state == ClientState::Active
    }

    /// Whether something waits for the organisation.
    fn waits(&self) -> bool {
        self.view.client.wanted.is_some()
    }

    /// Whether whoever looks may do something about it.
    fn changes(&self) -> bool {
        self.view.may_change && matches!(self.view.client.state, ClientState::Active | ClientState::Draft)
    }
}

#[derive(Template)]
#[template(path = "self_service_client_form.html")]
struct FormPage<'a> {
    visit: &'a Visit,
    form: &'a Form,
    title: String,
    lead: String,
    back: String,
    product: String,
    /// Whether the organisation is asked for: it stays when a configuration is changed.
    asks_owner: bool,
    single: bool,
    people: bool,
    scopes: Vec<Choice>,
    claims: String,
}

/// `GET /klienter/system/{id}/ny-klient`.
pub(super) async fn new(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<SystemId>,
) -> Result<Response, Failure> {
    let view = service.system(&visit.actor, id).await?;
    let form = form::of_settings(&Settings::of(&view.system.product));
    let form = if view.system.product.tenancy == Tenancy::MultiTenant {
        form.with("owner", view.vendor.number.as_str())
    } else {
        form
    };
    new_page(&visit, &form, &view.system, StatusCode::OK)
}

/// `POST /klienter/system/{id}/ny-klient`.
pub(super) async fn make(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<SystemId>,
    form: Form,
) -> Result<Response, Failure> {
    let digits: String = form.value("owner").chars().filter(|c| !c.is_whitespace()).collect();
    let owner = digits.parse().map_err(|_| varde_core::FieldProblem::new("owner", "self_service-error-organisation"));
    let outcome = match (owner, form::settings(&form)) {
        (Ok(owner), Ok(settings)) => service.make_client(&visit.actor, id, owner, settings).await,
        (owner, settings) => {
            let problems = owner.err().into_iter().chain(settings.err()).collect();
            Err(SelfServiceError::Invalid(problems))
        }
    };
    match outcome {
        Ok(client) => Ok(visit.see(&shown::client_path(client.id))),
        Err(SelfServiceError::Invalid(problems)) => {
            let view = service.system(&visit.actor, id).await?;
            new_page(&visit, &form.with_problems(problems), &view.system, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

fn new_page(visit: &Visit, form: &Form, system: &crate::ClientSystem, status: StatusCode) -> Result<Response, Failure> {
    let single = system.product.tenancy == Tenancy::SingleTenant;
    let lead = if single { "self_service-client-new-lead" } else { "self_service-client-new-lead-multi" };
    let page = FormPage {
        visit,
        form,
        title: visit.t("self_service-client-new"),
        lead: visit.t(lead),
        back: shown::system_path(system.id),
        product: system.product.name.clone(),
        asks_owner: true,
        single,
        people: system.product.people,
        scopes: shown::choices(system.product.scopes.iter().map(|scope| (scope, None))),
        claims: shown::listed(system.product.claims.iter().map(String::as_str)),
    };
    Ok(visit.page_with(status, page))
}

/// `GET /klienter/klient/{id}/endre`.
pub(super) async fn edit(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<ClientId>,
) -> Result<Response, Failure> {
    let view = service.client(&visit.actor, id).await?;
    let now = view.client.wanted.as_ref().or(view.client.active.as_ref()).cloned().unwrap_or_default();
    Ok(edit_page(&visit, &form::of_settings(&now), &view, StatusCode::OK))
}

/// `POST /klienter/klient/{id}/endre`.
pub(super) async fn change(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<ClientId>,
    form: Form,
) -> Result<Response, Failure> {
    let outcome = match form::settings(&form) {
        Ok(settings) => service.change_client(&visit.actor, id, settings).await,
        Err(problem) => Err(SelfServiceError::Invalid(vec![problem])),
    };
    match outcome {
        Ok(_) => Ok(visit.see(&shown::client_path(id))),
        Err(SelfServiceError::Invalid(problems)) => {
            let view = service.client(&visit.actor, id).await?;
            Ok(edit_page(&visit, &form.with_problems(problems), &view, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error.into()),
    }
}

fn edit_page(visit: &Visit, form: &Form, view: &ClientView, status: StatusCode) -> Response {
    let product = &view.system.product;
    let lead = if view.may_confirm { "self_service-client-edit-lead-own" } else { "self_service-client-edit-lead" };
    let page = FormPage {
        visit,
        form,
        title: visit.t("self_service-client-edit"),
        lead: visit.t(lead),
        back: shown::client_path(view.client.id),
        product: product.name.clone(),
        asks_owner: false,
        single: product.tenancy == Tenancy::SingleTenant,
        people: product.people,
        scopes: shown::choices(product.scopes.iter().map(|scope| (scope, None))),
        claims: shown::listed(product.claims.iter().map(String::as_str)),
    };
    visit.page_with(status, page)
}

/// `GET /klienter/klient/{id}`.
pub(super) async fn show(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<ClientId>,
) -> Result<Response, Failure> {
    let view = service.client(&visit.actor, id).await?;
    Ok(page(&visit, &view, &Form::new(), false, StatusCode::OK))
}

/// `POST /klienter/klient/{id}/avslutt`.
pub(super) async fn end(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<ClientId>,
) -> Result<Response, Failure> {
    service.end_client(&visit.actor, id).await?;
    Ok(visit.see(&shown::client_path(id)))
}

/// The page of a configuration with what was wrong in one of its forms.
pub(super) fn page(visit: &Visit, view: &ClientView, form: &Form, private_key: bool, status: StatusCode) -> Response {
    let now = visit.clock().now();
    let key = |key: &crate::Key| KeyRow {
        id: key.id.clone(),
        kind: key.kind.clone(),
        added: visit.time(key.added_at),
        until: visit.time(key.valid_until),
        state: match (key.has_ended(now), key.ends_soon(now)) {
            (true, _) => (visit.t("self_service-key-ended"), Tone::Danger),
            (false, true) => (visit.t("self_service-key-soon"), Tone::Warning),
            (false, false) => (visit.t("self_service-key-good"), Tone::Success),
        },
    };
    let address = view.address.as_ref().map(|address| AddressRow {
        address: address.address.clone(),
        fetched: address.fetched_at.map(|at| visit.time(at)),
        trouble: address.trouble.as_deref().map(|trouble| visit.t_of("self_service-trouble", trouble)),
    });
    let claim = |claim: &crate::ClaimStatus| ClaimRow {
        name: claim.name.clone(),
        active: claim.active.clone().unwrap_or_default(),
        pending: claim.pending.clone().unwrap_or_default(),
    };
    let page = Page {
        visit,
        form,
        view,
        state: shown::state(visit, view.client.state),
        scopes: view.scopes.iter().map(|status| shown::scope_row(visit, status)).collect(),
        claims: view.claims.iter().map(claim).collect(),
        keys: view.keys.iter().map(key).collect(),
        address,
        private_key,
    };
    visit.page_with(status, page)
}
