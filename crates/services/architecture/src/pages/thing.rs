//! What was assessed of one source or system.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Link, Tone},
};

use super::{crumbs, day, query, shown};
use crate::{Architecture, Framework, ThingId, ThingView};

#[derive(Template)]
#[template(path = "architecture/thing.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    name: String,
    owner: String,
    path: String,
    /// Where a system is changed.
    edit: Option<String>,
    /// The source in the catalogue.
    source: Option<String>,
    framework: &'a Framework,
    tabs: Vec<(Link, bool)>,
    as_at: Option<String>,
    may_assess: bool,
    principles: Vec<Part>,
}

struct Part {
    id: String,
    title: String,
    verdict: (String, Tone),
    rows: Vec<Row>,
}

struct Row {
    href: String,
    id: String,
    text: String,
    level: String,
    answer: (String, Tone),
    older: bool,
    deviation: Option<(String, Tone)>,
}

/// `GET /arkitektur/vurdert/{thing}?ramme=national&dag=2026-11-23`.
pub(super) async fn show(
    State(service): State<Architecture>,
    visit: Visit,
    Id(id): Id<ThingId>,
    raw: RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let (day, wrong) = day(&form, service.today());
    let view = service.about(&visit.actor, &id, form.given("ramme"), day).await?;
    let status = if wrong.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let path = shown::thing_path(&id);
    let then = day.map(|day| format!("?dag={day}")).unwrap_or_default();
    let tab = |framework: &Framework| {
        let link = Link::new(format!("{path}?ramme={}", framework.id), visit.local(&framework.title));
        (link, framework.id == view.framework.id)
    };
    let page = Page {
        crumbs: crumbs(&visit),
        name: visit.local(&view.thing.name).to_owned(),
        owner: view.owner.clone(),
        edit: match &id {
            ThingId::System(id) if view.may_assess => Some(format!("/arkitektur/systemer/{id}")),
            _ => None,
        },
        source: match &id {
            ThingId::Source(path) => Some(format!("/katalog/{}", path.as_str())),
            ThingId::System(_) => None,
        },
        tabs: service.frameworks().all().iter().map(tab).collect(),
        as_at: day.map(|day| visit.date(day)),
        may_assess: view.may_assess && day.is_none(),
        principles: parts(&visit, &view, &path, &then),
        framework: view.framework,
        path,
        form: form.with_problems(wrong),
        visit: &visit,
    };
    Ok(visit.page_with(status, page))
}

fn parts(visit: &Visit, view: &ThingView<'_>, path: &str, then: &str) -> Vec<Part> {
    let all = view.framework.principles.iter().zip(&view.cells);
    all.map(|(principle, cell)| {
        let verdict = cell.verdict();
        let rows = principle.requirements.iter().filter_map(|requirement| {
            let version = requirement.on(view.day)?;
            let assessed = view.assessments.get(&requirement.id).map(|one| &one.content);
            let answer = match assessed {
                Some(one) => (visit.t_of("architecture-answer", one.answer.name()), shown::answer_tone(one.answer)),
                None => (visit.t("architecture-verdict-not_assessed"), Tone::Neutral),
            };
            let deviation = view.deviations.iter().find(|one| one.content.requirement == requirement.id);
            Some(Row {
                href: format!("{path}/{}{then}", requirement.id),
                id: requirement.id.to_string(),
                text: visit.local(&version.text).to_owned(),
                level: visit.t_of("architecture-level", requirement.level.name()),
                answer,
                older: assessed.is_some_and(|one| one.requirement_version < version.number),
                deviation: deviation
                    .map(|one| shown::standing(visit, one.content.state, one.content.standing(view.day))),
            })
        });
        Part {
            id: principle.id.clone(),
            title: visit.local(&principle.title).to_owned(),
            verdict: (visit.t_of("architecture-verdict", verdict.name()), shown::tone(verdict)),
            rows: rows.collect(),
        }
    })
    .collect()
}
