//! A vendor's product: registering it, seeing it, its API keys.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::{FieldProblem, Language, identifier::OrganisationNumber};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Tone},
};

use super::{START, form, shown};
use crate::{ApiKeyId, SelfService, SelfServiceError, SystemId, SystemView, Tenancy, ports::Organisation};

#[derive(Template)]
#[template(path = "self_service_system_form.html")]
struct FormPage<'a> {
    visit: &'a Visit,
    form: &'a Form,
    title: String,
    back: String,
    vendor: &'a Organisation,
    scopes: Vec<Choice>,
    languages: Vec<Choice>,
    /// Empty when the tenancy stays.
    tenancies: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "self_service_system.html")]
struct Page<'a> {
    visit: &'a Visit,
    view: SystemView,
    tenancy: String,
    scopes: String,
    /// Who is told before a key ends.
    told: String,
    clients: Vec<ClientRow>,
    api_keys: Vec<ApiKeyRow>,
    /// Shown once.
    fresh: Option<String>,
}

struct ClientRow {
    id: String,
    owner: String,
    number: String,
    state: (String, Tone),
}

struct ApiKeyRow {
    id: String,
    made: String,
    revoked: Option<String>,
}

impl Page<'_> {
    fn start(&self) -> &'static str {
        START
    }

    fn organisation_path(&self) -> String {
        shown::organisation_path(self.view.vendor.number)
    }

    fn makes_drafts(&self) -> bool {
        self.view.system.product.tenancy == Tenancy::SingleTenant
    }

    fn changes(&self) -> bool {
        self.view.may_change && self.view.system.ended_at.is_none()
    }
}

/// `GET /klienter/virksomhet/{number}/nytt-system`.
pub(super) async fn new(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(number): Id<OrganisationNumber>,
) -> Result<Response, Failure> {
    let (vendor, _, _) = service.of_organisation(&visit.actor, number).await?;
    let form = Form::new().with("tenancy", Tenancy::SingleTenant.name());
    let form = form.with("language", visit.language.tag());
    form_page(&service, &visit, &form, &vendor, None, StatusCode::OK).await
}

/// `POST /klienter/virksomhet/{number}/nytt-system`.
pub(super) async fn register(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(number): Id<OrganisationNumber>,
    form: Form,
) -> Result<Response, Failure> {
    let outcome = match form::product(&form) {
        Ok(product) => service.register_system(&visit.actor, number, product).await,
        Err(problem) => Err(SelfServiceError::Invalid(vec![problem])),
    };
    match outcome {
        Ok(system) => Ok(visit.see(&shown::system_path(system.id))),
        Err(SelfServiceError::Invalid(problems)) => {
            let (vendor, _, _) = service.of_organisation(&visit.actor, number).await?;
            let form = form.with_problems(problems);
            form_page(&service, &visit, &form, &vendor, None, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /klienter/system/{id}/endre`.
pub(super) async fn edit(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<SystemId>,
) -> Result<Response, Failure> {
    let view = service.system(&visit.actor, id).await?;
    let form = form::of_product(&view.system.product);
    form_page(&service, &visit, &form, &view.vendor, Some(id), StatusCode::OK).await
}

/// `POST /klienter/system/{id}/endre`.
pub(super) async fn change(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<SystemId>,
    form: Form,
) -> Result<Response, Failure> {
    let outcome = match form::product(&form) {
        Ok(product) => service.change_system(&visit.actor, id, product).await,
        Err(problem) => Err(SelfServiceError::Invalid(vec![problem])),
    };
    match outcome {
        Ok(_) => Ok(visit.see(&shown::system_path(id))),
        Err(SelfServiceError::Invalid(problems)) => {
            let view = service.system(&visit.actor, id).await?;
            let form = form.with_problems(problems);
            form_page(&service, &visit, &form, &view.vendor, Some(id), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn form_page(
    service: &SelfService,
    visit: &Visit,
    form: &Form,
    vendor: &Organisation,
    changes: Option<SystemId>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let known = service.known_scopes().await?;
    let tenancy = |tenancy: Tenancy| {
        let hint = visit.t_of("self_service-tenancy-means", tenancy.name());
        Choice::new(tenancy.name(), visit.t_of("self_service-tenancy", tenancy.name())).hint(hint)
    };
    let title = if changes.is_some() { "self_service-system-edit" } else { "self_service-system-new" };
    let page = FormPage {
        visit,
        form,
        title: visit.t(title),
        back: changes.map_or_else(|| shown::organisation_path(vendor.number), shown::system_path),
        vendor,
        scopes: shown::choices(known.iter().map(|(scope, known)| (scope, Some(known)))),
        languages: Language::ALL.map(|language| Choice::new(language.tag(), language.own_name())).into(),
        tenancies: if changes.is_some() { Vec::new() } else { Tenancy::ALL.map(tenancy).into() },
    };
    Ok(visit.page_with(status, page))
}

/// `GET /klienter/system/{id}`.
pub(super) async fn show(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<SystemId>,
) -> Result<Response, Failure> {
    let view = service.system(&visit.actor, id).await?;
    Ok(page(&visit, view, None))
}

/// `POST /klienter/system/{id}/avslutt`.
pub(super) async fn end(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<SystemId>,
) -> Result<Response, Failure> {
    service.end_system(&visit.actor, id).await?;
    Ok(visit.see(&shown::system_path(id)))
}

/// `POST /klienter/system/{id}/api-nokler`: the answer is the page with the key, since the key can be
/// in no address.
pub(super) async fn make_api_key(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<SystemId>,
) -> Result<Response, Failure> {
    let fresh = service.make_api_key(&visit.actor, id).await?;
    let view = service.system(&visit.actor, id).await?;
    Ok(page(&visit, view, Some(fresh.key)))
}

/// `POST /klienter/system/{id}/api-nokler/{key}/trekk`.
pub(super) async fn revoke_api_key(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id((id, key)): Id<(SystemId, ApiKeyId)>,
) -> Result<Response, Failure> {
    service.revoke_api_key(&visit.actor, id, key).await?;
    Ok(visit.see(&shown::system_path(id)))
}

fn page(visit: &Visit, view: SystemView, fresh: Option<String>) -> Response {
    let client = |client: &crate::Client| ClientRow {
        id: client.id.to_string(),
        owner: view.names.get(&client.owner).cloned().unwrap_or_else(|| visit.t("self_service-unnamed")),
        number: client.owner.to_string(),
        state: shown::state(visit, client.state),
    };
    let key = |key: &crate::ApiKey| ApiKeyRow {
        id: key.id.to_string(),
        made: visit.time(key.made_at),
        revoked: key.revoked_at.map(|at| visit.time(at)),
    };
    let clients = view.clients.iter().map(client).collect();
    let api_keys = view.api_keys.iter().map(key).collect();
    let tenancy = visit.t_of("self_service-tenancy", view.system.product.tenancy.name());
    let scopes = shown::listed(view.system.product.scopes.iter().map(String::as_str));
    let told = match &view.system.product.contact {
        Some(contact) => format!("{} ({})", contact.email, contact.language.own_name()),
        None => visit.t("self_service-told-nobody"),
    };
    visit.page(Page { visit, tenancy, scopes, told, clients, api_keys, fresh, view })
}

/// A problem with one field, for pages that show it beside a form.
pub(super) fn beside(field: &str, key: &str) -> Form {
    Form::new().with_problems([FieldProblem::new(field, key)])
}
