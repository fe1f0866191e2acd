//! One source: confirmation, who answers, how many must agree, what was proposed, its parts to edit.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::{CataloguePath, FieldProblem};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Link, Tone},
};

use super::{crumbs, desk::ProposalRow, edit_page, problems, source_page, standing_tone};
use crate::{
    Responsible, SourceDesk, SourceSetting,
    model::governance::Approval,
    pages::{Service, text::Words},
};

#[derive(Template)]
#[template(path = "governance/source.html")]
struct SourceTemplate<'a> {
    visit: &'a Visit,
    form: &'a Form,
    crumbs: Vec<Link>,
    href: String,
    edit_href: String,
    public_href: String,
    name: Words,
    standing: (String, Tone),
    confirmed: String,
    due: String,
    digest: String,
    edition: String,
    setting: (String, String),
    approvals: Vec<Choice>,
    responsible: Vec<(String, String, String)>,
    places: Vec<Choice>,
    roles: Vec<Choice>,
    datasets: Vec<(String, Words, String)>,
    proposals: Vec<ProposalRow>,
    proposal_headers: Vec<String>,
    may_change: bool,
}

/// `GET /katalog/forvaltning/kilde/{source}`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    Id(source): Id<CataloguePath>,
) -> Result<Response, Failure> {
    let desk = service.source_desk(&visit.actor, &source).await?;
    Ok(page(&visit, &desk, Form::new(), StatusCode::OK))
}

fn page(visit: &Visit, desk: &SourceDesk, form: Form, status: StatusCode) -> Response {
    let about = &desk.about;
    let at = &about.source.path;
    let named = |r: &Responsible| {
        (format!("{} – {}", visit.t_of("governance-role", &r.role), r.path), r.name.clone(), r.contact.clone())
    };
    let dataset = |(dataset, count): &(crate::Dataset, i64)| {
        (edit_page(&dataset.path), Words::of(visit, &dataset.name), visit.number(*count))
    };
    let place = |dataset: &crate::Dataset| Choice::new(dataset.path.as_str(), visit.local(&dataset.name));
    let mut places = vec![Choice::new(at.as_str(), visit.local(&about.source.name))];
    places.extend(desk.datasets.iter().map(|(dataset, _)| place(dataset)));
    let approval = |a: &Approval| {
        Choice::new(a.name(), visit.t_of("governance-approval", a.name()))
            .hint(visit.t(&format!("governance-approval-{}-hint", a.name())))
    };
    let headers = ["proposal", "source", "by", "when", "state"];
    let template = SourceTemplate {
        crumbs: crumbs(visit, []),
        href: source_page(at),
        edit_href: edit_page(at),
        public_href: format!("/katalog/{at}"),
        name: Words::of(visit, &about.source.name),
        standing: (visit.t_of("governance-standing", about.standing.name()), standing_tone(about.standing)),
        confirmed: about.confirmed_at.map_or_else(|| visit.t("governance-never"), |t| visit.time(t)),
        due: visit.date(about.due),
        digest: desk.edition.digest.to_string(),
        edition: visit.number(desk.edition.number),
        setting: (visit.t_of("governance-approval", desk.setting.approval.name()), desk.setting.reason.clone()),
        approvals: Approval::ALL.iter().map(approval).collect(),
        responsible: desk.responsible.iter().map(named).collect(),
        places,
        roles: ["owner", "steward"].map(|r| Choice::new(r, visit.t_of("governance-role", r))).to_vec(),
        datasets: desk.datasets.iter().map(dataset).collect(),
        proposals: desk.proposals.iter().map(|p| ProposalRow::of(visit, p)).collect(),
        proposal_headers: headers.iter().map(|key| visit.t_of("governance-column", key)).collect(),
        may_change: visit.actor.is(varde_core::Role::Steward) && visit.actor.organisation == about.source.holder,
        visit,
        form: &form,
    };
    visit.page_with(status, template)
}

/// `POST …/bekreft`.
pub(super) async fn confirm(
    visit: Visit,
    State(service): State<Service>,
    Id(source): Id<CataloguePath>,
) -> Result<Response, Failure> {
    service.confirm(&visit.actor, &source).await?;
    Ok(visit.see(&source_page(&source)))
}

/// `POST …/godkjenning`.
pub(super) async fn settle(
    visit: Visit,
    State(service): State<Service>,
    Id(source): Id<CataloguePath>,
    form: Form,
) -> Result<Response, Failure> {
    let wrong = |form: Form, problem: FieldProblem| form.with_problems([problem]);
    let form = match Approval::from_name(form.value("approval")) {
        None => wrong(form, FieldProblem::new("approval", "governance-error-choose")),
        Some(approval) => {
            let setting = SourceSetting { approval, reason: form.value("reason").to_owned() };
            match service.settle(&visit.actor, &source, &setting).await {
                Ok(()) => return Ok(visit.see(&source_page(&source))),
                Err(error) => problems(form, error, "reason")?,
            }
        }
    };
    let desk = service.source_desk(&visit.actor, &source).await?;
    Ok(page(&visit, &desk, form, StatusCode::UNPROCESSABLE_ENTITY))
}

/// `POST …/ansvar`.
pub(super) async fn name_responsible(
    visit: Visit,
    State(service): State<Service>,
    Id(source): Id<CataloguePath>,
    form: Form,
) -> Result<Response, Failure> {
    let place = form.given("place").and_then(|place| place.parse::<CataloguePath>().ok());
    let place = place.filter(|place| place.parts().next() == Some(source.as_str()));
    let missing = |field: &str| FieldProblem::new(field, "governance-error-choose");
    let form = match (place, form.given("role").map(str::to_owned)) {
        (Some(path), Some(role)) => {
            let new = Responsible {
                path,
                role,
                name: form.value("unit").to_owned(),
                contact: form.value("contact").to_owned(),
            };
            let empty = if new.name.trim().is_empty() { "unit" } else { "contact" };
            match service.name_responsible(&visit.actor, &new).await {
                Ok(()) => return Ok(visit.see(&source_page(&source))),
                Err(error) => problems(form, error, empty)?,
            }
        }
        (None, _) => form.with_problems([missing("place")]),
        (_, None) => form.with_problems([missing("role")]),
    };
    let desk = service.source_desk(&visit.actor, &source).await?;
    Ok(page(&visit, &desk, form, StatusCode::UNPROCESSABLE_ENTITY))
}
