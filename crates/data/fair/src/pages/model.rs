//! One source in one model: each indicator, and how it was before.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_core::CataloguePath;
use varde_web::{
    Failure, Id, Visit,
    ui::{Link, Tone},
};

use super::{
    crumbs,
    shown::{self, Bar},
};
use crate::{Fair, FairError, Finding, Kept, Model, ModelView, Score};

#[derive(Template)]
#[template(path = "fair/model.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    about: String,
    name: String,
    percent: String,
    class: Option<(String, Tone)>,
    points: String,
    access: String,
    at: String,
    counts: Vec<(String, Tone, u32)>,
    headers: Vec<String>,
    groups: Vec<Group>,
    bars: Vec<Bar>,
    history: Vec<(String, String, String, String)>,
    published: String,
    version: String,
    weights: String,
}

/// Indicators that belong together.
struct Group {
    id: String,
    title: String,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    href: String,
    name: String,
    outcome: (String, Tone),
    must_confirm: bool,
    by_person: bool,
    weight: String,
    improve: String,
    improve_at: Option<String>,
}

/// `GET /kvalitet/{source}/{model}`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Fair>,
    Id((path, model)): Id<(CataloguePath, String)>,
) -> Result<Response, Failure> {
    let model = Model::from_name(&model).ok_or(FairError::NotFound)?;
    let view = service.model(&visit.actor, &path, model).await?;
    let header = |key: &str| visit.t_of("fair-column", key);
    let score = &view.score.content;
    let page = Page {
        crumbs: crumbs(&visit, Some(&view.subject)),
        title: visit.t_of("fair-model", model.name()),
        about: visit.t_of("fair-about", model.name()),
        name: visit.local(&view.subject.name).to_owned(),
        percent: shown::percent(&visit, score.points.percent()),
        class: shown::class(&visit, score.points),
        points: shown::points(&visit, score.points),
        access: visit.t_of("fair-access", score.access().name()),
        at: shown::at(&visit, view.score.at),
        counts: shown::counts(&visit, score),
        headers: ["indicator", "outcome", "weight", "improve"].map(header).into(),
        groups: groups(&visit, &view),
        bars: view.history.iter().rev().filter_map(|kept| bar(&visit, kept)).collect(),
        history: view.history.iter().map(|kept| line(&visit, kept)).collect(),
        published: view.outline.published.clone(),
        version: view.outline.version.clone(),
        weights: score.weights.to_string().chars().take(12).collect(),
        visit: &visit,
    };
    Ok(visit.page(page))
}

fn groups(visit: &Visit, view: &ModelView<'_>) -> Vec<Group> {
    let access = view.score.content.access();
    let group = |(id, title): (String, String)| {
        let inside = view.outline.indicators().zip(&view.score.content.findings);
        let rows = inside
            .filter(|((dimension, indicator), _)| shown::group(visit, dimension, indicator, access).0 == id)
            .map(|((_, indicator), finding)| row(visit, view, indicator, finding));
        Group { rows: rows.collect(), id, title }
    };
    shown::groups(visit, view.outline).into_iter().map(group).filter(|group| !group.rows.is_empty()).collect()
}

fn row(visit: &Visit, view: &ModelView<'_>, indicator: &crate::Indicator, finding: &Finding) -> Row {
    let path = &view.subject.path;
    let priority = indicator.priority.map(|level| visit.t_of("fair-priority", level.name()));
    Row {
        href: format!("{}/{}", shown::model_path(path, view.outline.model), indicator.id),
        id: indicator.id.clone(),
        name: shown::name(visit, indicator),
        outcome: shown::outcome(visit, finding.outcome),
        must_confirm: finding.statement.as_ref().is_some_and(|one| one.must_confirm),
        by_person: finding.statement.as_ref().is_some_and(|one| !one.must_confirm),
        weight: priority.unwrap_or_else(|| visit.number(indicator.weight(view.score.content.access()))),
        improve: finding.improve.as_ref().map(|one| shown::improve(visit, one)).unwrap_or_default(),
        improve_at: finding.improve.as_ref().and_then(|one| shown::improve_at(one, path)),
    }
}

fn bar(visit: &Visit, kept: &Kept<Score>) -> Option<Bar> {
    let percent = kept.content.points.percent()?;
    let label = visit.t_with(
        "fair-edition-at",
        &[("edition", visit.number(kept.content.edition).into()), ("at", shown::at(visit, kept.at).into())],
    );
    Some(Bar { label, percent, shown: shown::percent(visit, Some(percent)) })
}

fn line(visit: &Visit, kept: &Kept<Score>) -> (String, String, String, String) {
    let score = &kept.content;
    let weights: String = score.weights.to_string().chars().take(12).collect();
    let percent = shown::percent(visit, score.points.percent());
    (shown::at(visit, kept.at), visit.number(score.edition), percent, weights)
}
