//! All sources in one model: a plot, a table of the same numbers, and files.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use varde_metadata::SourceKind;
use varde_web::{
    Failure, Form, Visit,
    ui::{Choice, Link, Tone},
};

use super::{
    HOME,
    shown::{self, Bar},
};
use crate::{Fair, FairError, Model, Outcome, Row, api::query};

#[derive(Template)]
#[template(path = "fair/overview.html")]
struct Page<'a> {
    visit: &'a Visit,
    form: Form,
    /// The models, with whether each is the one that is shown.
    tabs: Vec<(Link, bool)>,
    model: &'static str,
    about: String,
    kinds: Vec<Choice>,
    bars: Vec<Bar>,
    headers: Vec<String>,
    rows: Vec<Shown>,
    published: String,
    version: String,
    weights: String,
}

/// A source in the table.
struct Shown {
    href: String,
    name: String,
    kind: String,
    percent: String,
    class: Option<(String, Tone)>,
    points: String,
    restricted: String,
    open: String,
}

/// `GET /kvalitet?modell=mqa&slag=quality_register`.
pub(super) async fn show(visit: Visit, State(service): State<Fair>, raw: RawQuery) -> Result<Response, Failure> {
    let form = query(raw);
    let given = |name: &str| form.given(name).filter(|text| !text.is_empty());
    let model = given("modell").map_or(Some(Model::Fdmm), Model::from_name).ok_or(FairError::NotFound)?;
    let kind = given("slag").map(|name| SourceKind::from_name(name).ok_or(FairError::NotFound)).transpose()?;
    let overview = service.overview(&visit.actor, model, kind).await?;
    let tab = |one: &Model| {
        let kind = kind.map(|kind| format!("&slag={}", kind.name())).unwrap_or_default();
        let href = format!("{HOME}?modell={}{kind}", one.name());
        (Link::new(href, visit.t_of("fair-model", one.name())), *one == model)
    };
    let label = |kind: &SourceKind| Choice::new(kind.name(), visit.t_of("metadata-kind", kind.name()));
    let header = |key: &str| visit.t_of("fair-column", key);
    let page = Page {
        tabs: Model::ALL.iter().map(tab).collect(),
        model: model.name(),
        about: visit.t_of("fair-about", model.name()),
        kinds: overview.kinds.iter().map(label).collect(),
        bars: overview.rows.iter().filter_map(|row| bar(&visit, row)).collect(),
        headers: ["source", "kind", "percent", "class", "points", "restricted", "open"].map(header).into(),
        rows: overview.rows.iter().map(|row| line(&visit, model, row)).collect(),
        published: overview.outline.published.clone(),
        version: overview.outline.version.clone(),
        weights: overview.outline.digest.to_string().chars().take(12).collect(),
        form,
        visit: &visit,
    };
    Ok(visit.page(page))
}

fn bar(visit: &Visit, row: &Row) -> Option<Bar> {
    let percent = row.score.as_ref()?.content.points.percent()?;
    let shown = shown::percent(visit, Some(percent));
    Some(Bar { label: visit.local(&row.subject.name).to_owned(), percent, shown })
}

fn line(visit: &Visit, model: Model, row: &Row) -> Shown {
    let score = row.score.as_ref().map(|one| &one.content);
    let count = |outcome| {
        let count = score.map(|score| score.counts().get(&outcome).copied().unwrap_or_default());
        count.map(|count| visit.number(count)).unwrap_or_default()
    };
    Shown {
        href: score
            .map_or_else(|| format!("{HOME}/{}", row.subject.path), |_| shown::model_path(&row.subject.path, model)),
        name: visit.local(&row.subject.name).to_owned(),
        kind: visit.t_of("metadata-kind", row.subject.kind.name()),
        percent: match score {
            Some(score) => shown::percent(visit, score.points.percent()),
            None => visit.t("fair-not-computed"),
        },
        class: score.and_then(|score| shown::class(visit, score.points)),
        points: score.map(|score| shown::points(visit, score.points)).unwrap_or_default(),
        restricted: count(Outcome::RightlyRestricted),
        open: count(Outcome::NotJudged),
    }
}
