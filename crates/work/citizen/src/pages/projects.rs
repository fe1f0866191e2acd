//! The projects that used data about me.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_core::PermitId;
use varde_web::{
    Failure, Id, Visit,
    ui::{Link, Tone},
};

use super::{
    Service, crumbs,
    words::{ProjectRow, granularity, meaning, named, period, rules, tone},
};
use crate::{Project, ReleasedFile, VariableIn};

#[derive(Template)]
#[template(path = "projects.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    projects: Vec<ProjectRow>,
}

/// `GET /min-side/prosjekter`.
pub(super) async fn list(visit: Visit, State(service): Service) -> Result<Response, Failure> {
    let projects = service.projects(&visit.actor).await?;
    let projects = projects.iter().map(|p| ProjectRow::of(&visit, p)).collect();
    Ok(visit.page(ListPage { visit: &visit, crumbs: crumbs(&visit), projects }))
}

#[derive(Template)]
#[template(path = "project.html")]
struct ProjectPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    part: String,
    part_text: String,
    tone: Tone,
    meaning: String,
    opted_out: bool,
    facts: Vec<(String, String)>,
    variables: Vec<[String; 4]>,
    released: Vec<FileRow>,
    proof_href: String,
    permit_href: String,
}

struct FileRow {
    name: String,
    purpose: String,
    approved: String,
    digest: String,
}

/// `GET /min-side/prosjekter/{permit}`.
pub(super) async fn show(visit: Visit, State(service): Service, Id(permit): Id<PermitId>) -> Result<Response, Failure> {
    let found = service.project(&visit.actor, permit).await?;
    let project = &found.project;
    let mut crumbs = crumbs(&visit);
    crumbs.push(Link::new("/min-side/prosjekter", visit.t("citizen-projects")));
    let page = ProjectPage {
        title: project.permit.title.clone(),
        part: visit.t_of("citizen-part", project.part.name()),
        part_text: visit.t_of("citizen-part-text", project.part.name()),
        tone: tone(project.part),
        meaning: meaning(&visit, project),
        opted_out: project.opted_out.is_some(),
        facts: facts(&visit, &found),
        variables: found.variables.iter().map(|v| variable(&visit, v)).collect(),
        released: found.released.iter().map(|f| file(&visit, f)).collect(),
        proof_href: format!("/min-side/prosjekter/{}/bevis/{}", project.permit.id, project.extract),
        permit_href: format!("/tillatelser/{}", project.permit.id),
        visit: &visit,
        crumbs,
    };
    Ok(visit.page(page))
}

fn facts(visit: &Visit, found: &Project) -> Vec<(String, String)> {
    let permit = &found.project.permit;
    let bases: Vec<String> = permit.legal_bases.iter().map(ToString::to_string).collect();
    let mut facts = vec![
        (visit.t("citizen-purpose"), visit.t_of("citizen-purpose", permit.purpose.name())),
        (visit.t("citizen-holder"), named(visit, found.project.holder.as_deref())),
        (visit.t("citizen-decided"), visit.time(permit.decided_at)),
        (visit.t("citizen-decided-by"), named(visit, found.access_body.as_deref())),
        (visit.t("citizen-valid"), period(visit, &permit.valid)),
        (visit.t("citizen-legal-basis"), bases.join(", ")),
        (visit.t("citizen-rules"), rules(visit, permit)),
        (visit.t("citizen-data-from"), period(visit, &permit.period)),
    ];
    if let Some(at) = found.project.delivered_at {
        facts.push((visit.t("citizen-delivered"), visit.time(at)));
    }
    if let Some(at) = permit.revoked_at {
        facts.push((visit.t("citizen-revoked"), visit.time(at)));
    }
    facts.push((visit.t("citizen-permit-id"), permit.id.to_string()));
    facts
}

/// Name, register, how finely, address in the catalogue.
fn variable(visit: &Visit, variable: &VariableIn) -> [String; 4] {
    [
        visit.local(&variable.name).to_owned(),
        visit.local(&variable.place).to_owned(),
        granularity(visit, variable.granularity),
        format!("/katalog/variabel/{}", variable.path),
    ]
}

fn file(visit: &Visit, file: &ReleasedFile) -> FileRow {
    FileRow {
        name: file.name.clone(),
        purpose: file.purpose.clone(),
        approved: visit.time(file.approved_at),
        digest: file.digest.to_string(),
    }
}
