//! The first step of ordering: what is wanted, and for whom.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::{FieldProblem, Language, LegalBasis, Problem as _, identifier::OrganisationNumber};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Link, Step as Stage},
};

use super::shown;
use crate::{
    ClassId, Contact, EmailAddress, File, NewOrder, Onboarding, OnboardingError, Order, OrderId, Orderable, Service,
    ServiceId, Wanted,
};

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    steps: Vec<Stage>,
    action: String,
    back: String,
    form: Form,
    /// For whom it can be ordered; none when that is settled.
    organisations: Vec<Choice>,
    /// For whom it is, when that is settled.
    organisation: String,
    classes: Vec<Choice>,
    bases: Vec<Choice>,
    languages: Vec<Choice>,
}

/// Shown to whoever can order for nobody.
#[derive(Template)]
#[template(path = "nobody.html")]
struct NobodyPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
}

fn crumbs(visit: &Visit, service: &Service) -> Vec<Link> {
    vec![
        Link::new("/tjenester", visit.t("onboarding-services")),
        Link::new(format!("/tjenester/{}", service.id), visit.local(&service.title)),
    ]
}

fn title(visit: &Visit, service: &Service) -> String {
    visit.t_with("onboarding-order-of", &[("service", visit.local(&service.title).into())])
}

/// What the page asks, whoever it is about.
fn page<'a>(visit: &'a Visit, service: &Service, action: String, back: String, form: Form) -> OrderPage<'a> {
    let class = |class: &crate::InformationClass| {
        let hint = shown::paragraphs(visit.local(&class.description)).join(" ");
        Choice::new(class.id.as_str(), visit.local(&class.title)).hint(hint)
    };
    let mut bases: Vec<Choice> = Vec::new();
    for basis in service.classes.iter().flat_map(|class| &class.bases) {
        let code = shown::basis_code(basis);
        if bases.iter().all(|choice| choice.value != code) {
            let fits = service.classes.iter().filter(|class| class.bases.contains(basis));
            let fits: Vec<&str> = fits.map(|class| visit.local(&class.title)).collect();
            let hint = visit.t_with("onboarding-basis-fits", &[("classes", fits.join(", ").into())]);
            bases.push(Choice::new(code, basis.to_string()).hint(hint));
        }
    }
    OrderPage {
        visit,
        crumbs: crumbs(visit, service),
        title: title(visit, service),
        steps: shown::ordering(visit, 0),
        action,
        back,
        form,
        organisations: Vec::new(),
        organisation: String::new(),
        classes: service.classes.iter().map(class).collect(),
        bases,
        languages: Language::ALL.into_iter().map(|l| Choice::new(l.tag(), l.own_name())).collect(),
    }
}

async fn new_page(
    service: &Onboarding,
    visit: &Visit,
    found: &Service,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let orderable = service.orderable(&visit.actor, &found.id).await?;
    if orderable.is_empty() {
        let (crumbs, title) = (crumbs(visit, found), title(visit, found));
        return Ok(visit.page(NobodyPage { visit, crumbs, title }));
    }
    let mut choices = Vec::with_capacity(orderable.len());
    for Orderable { organisation, power } in &orderable {
        let label = shown::organisation(&organisation.name, organisation.number.as_str());
        choices.push(Choice::new(organisation.number.as_str(), label).hint(shown::power(service, visit, power).await?));
    }
    let form = match &orderable[..] {
        [only] if form.value("organisation").is_empty() => form.with("organisation", only.organisation.number.as_str()),
        _ => form,
    };
    let (action, back) = (format!("/tjenester/{}/bestill", found.id), format!("/tjenester/{}", found.id));
    Ok(visit.page_with(status, OrderPage { organisations: choices, ..page(visit, found, action, back, form) }))
}

/// `GET /tjenester/{service}/bestill`
pub(super) async fn new(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<ServiceId>,
) -> Result<Response, Failure> {
    let found = service.service(&id).await?.service;
    let form = Form::new().with("language", visit.language.tag());
    new_page(&service, &visit, &found, form, StatusCode::OK).await
}

/// `POST /tjenester/{service}/bestill`
pub(super) async fn begin(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<ServiceId>,
    form: Form,
) -> Result<Response, Failure> {
    let found = service.service(&id).await?.service;
    let mut problems = Vec::new();
    let organisation = form.value("organisation").parse::<OrganisationNumber>();
    if organisation.is_err() {
        problems.push(FieldProblem::new("organisation", "onboarding-error-organisation"));
    }
    let wanted = wanted(&form, &mut problems);
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let (Ok(organisation), Some(wanted)) = (organisation, wanted) else {
        return new_page(&service, &visit, &found, form.with_problems(problems), wrong).await;
    };
    let new = NewOrder { service: id, organisation, wanted };
    match service.begin(&visit.actor, &new).await {
        Ok(order) => Ok(visit.see(&format!("/tjenester/bestillinger/{}/vilkar", order.id))),
        Err(error) => match problems_of(&error) {
            Some(problems) => new_page(&service, &visit, &found, form.with_problems(problems), wrong).await,
            None => Err(error.into()),
        },
    }
}

/// Errors that stand beside a field.
fn problems_of(error: &OnboardingError) -> Option<Vec<FieldProblem>> {
    match error {
        OnboardingError::Invalid(_) => Some(error.fields()),
        OnboardingError::Already => Some(vec![FieldProblem::new("organisation", "onboarding-error-already")]),
        OnboardingError::Changed => Some(vec![FieldProblem::new("class", "onboarding-error-changed")]),
        _ => None,
    }
}

/// What the form says is wanted; what cannot be read is named.
fn wanted(form: &Form, problems: &mut Vec<FieldProblem>) -> Option<Wanted> {
    let mut wrong = |field: &str, message: &str| problems.push(FieldProblem::new(field, message));
    let class = form.value("class").parse::<ClassId>();
    if class.is_err() {
        wrong("class", "onboarding-error-class");
    }
    let basis = form.value("basis").split_once('|').map(|(law, section)| LegalBasis::new(law, section));
    if basis.is_none() {
        wrong("basis", "onboarding-error-basis");
    }
    let need = form.value("need").to_owned();
    if need.is_empty() {
        wrong("need", "onboarding-error-need");
    }
    let email = EmailAddress::parse(form.value("email"));
    if email.is_err() {
        wrong("email", "onboarding-error-email");
    }
    let language = form.value("language").parse::<Language>();
    if language.is_err() {
        wrong("language", "onboarding-error-language");
    }
    let (Ok(class), Some(basis), Ok(email), Ok(language)) = (class, basis, email, language) else { return None };
    (!need.is_empty()).then_some(Wanted { class, basis, need, contact: Contact { email, language } })
}

/// What an order says, as a form.
fn filled(order: &Order) -> Form {
    let Wanted { class, basis, need, contact } = &order.wanted;
    Form::new()
        .with("revision", order.revision.to_string())
        .with("class", class.as_str())
        .with("basis", shown::basis_code(basis))
        .with("need", need.as_str())
        .with("email", contact.email.as_str())
        .with("language", contact.language.tag())
}

async fn edit_page(
    service: &Onboarding,
    visit: &Visit,
    file: &File,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let found = service.service(&file.order.service).await?.service;
    let back = format!("/tjenester/bestillinger/{}", file.order.id);
    let organisation = shown::organisation(&file.organisation.name, file.order.organisation.as_str());
    let page = page(visit, &found, format!("{back}/rediger"), back, form);
    Ok(visit.page_with(status, OrderPage { organisation, ..page }))
}

/// `GET /tjenester/bestillinger/{id}/rediger`
pub(super) async fn edit(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    if !file.order.state.is_unsent() {
        return Ok(visit.see(&format!("/tjenester/bestillinger/{id}")));
    }
    edit_page(&service, &visit, &file, filled(&file.order), StatusCode::OK).await
}

/// `POST /tjenester/bestillinger/{id}/rediger`
pub(super) async fn save(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
    form: Form,
) -> Result<Response, Failure> {
    let mut problems = Vec::new();
    let wanted = wanted(&form, &mut problems);
    let revision = form.value("revision").parse().unwrap_or_default();
    let outcome = match wanted {
        Some(wanted) => service.change(&visit.actor, id, revision, &wanted).await,
        None => Err(OnboardingError::Invalid(problems)),
    };
    match outcome {
        Ok(_) => Ok(visit.see(&format!("/tjenester/bestillinger/{id}/vilkar"))),
        Err(error) => match problems_of(&error) {
            Some(problems) => {
                let file = service.file(&visit.actor, id).await?;
                let form = form.with_problems(problems);
                edit_page(&service, &visit, &file, form, StatusCode::UNPROCESSABLE_ENTITY).await
            }
            None => Err(error.into()),
        },
    }
}
