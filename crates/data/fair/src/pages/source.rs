//! One source in all models.

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
use crate::{Fair, Kept, Model, Outline, Score, maturity};

#[derive(Template)]
#[template(path = "fair/source.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    name: String,
    path: String,
    models: Vec<Shown>,
}

/// A model of the source.
struct Shown {
    id: &'static str,
    title: String,
    about: String,
    href: String,
    percent: String,
    class: Option<(String, Tone)>,
    points: String,
    at: String,
    counts: Vec<(String, Tone, u32)>,
    headers: Vec<String>,
    bars: Vec<Bar>,
    rows: Vec<(String, String, String, String)>,
}

/// `GET /kvalitet/{source}`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Fair>,
    Id(path): Id<CataloguePath>,
) -> Result<Response, Failure> {
    let view = service.source(&visit.actor, &path).await?;
    let model = |kept: &Kept<Score>| shown(&visit, &path, service.outlines().of(kept.content.model), kept);
    Ok(visit.page(Page {
        crumbs: crumbs(&visit, None),
        name: visit.local(&view.subject.name).to_owned(),
        path: path.to_string(),
        models: view.scores.iter().map(model).collect(),
        visit: &visit,
    }))
}

fn shown(visit: &Visit, path: &CataloguePath, outline: &Outline, kept: &Kept<Score>) -> Shown {
    let score = &kept.content;
    let groups: Vec<_> = shown::groups(visit, outline)
        .into_iter()
        .filter_map(|(id, title)| Some((id.clone(), title, *score.dimensions.get(&id)?)))
        .collect();
    let bar = |(_, title, points): &(String, String, crate::Points)| {
        let percent = points.percent()?;
        Some(Bar { label: title.clone(), percent, shown: shown::percent(visit, Some(percent)) })
    };
    let row = |(id, title, points): &(String, String, crate::Points)| {
        let percent = shown::percent(visit, points.percent());
        (title.clone(), percent, shown::points(visit, *points), level(visit, outline, id, score))
    };
    let mut headers = vec!["dimension", "percent", "points"];
    if outline.model == Model::Fdmm {
        headers.push("level");
    }
    Shown {
        id: outline.model.name(),
        title: visit.t_of("fair-model", outline.model.name()),
        about: visit.t_of("fair-about", outline.model.name()),
        href: shown::model_path(path, outline.model),
        percent: shown::percent(visit, score.points.percent()),
        class: shown::class(visit, score.points),
        points: shown::points(visit, score.points),
        at: shown::at(visit, kept.at),
        counts: shown::counts(visit, score),
        headers: headers.into_iter().map(|key| visit.t_of("fair-column", key)).collect(),
        bars: groups.iter().filter_map(bar).collect(),
        rows: groups.iter().map(row).collect(),
    }
}

/// The FAIR level of an area, in words; empty for other models.
fn level(visit: &Visit, outline: &Outline, id: &str, score: &Score) -> String {
    let Some(dimension) = outline.dimensions.iter().find(|one| one.id == id && outline.model == Model::Fdmm) else {
        return String::new();
    };
    let level = maturity(dimension, score);
    let (least, most) = (u32::from(level.least), u32::from(level.most));
    let key = if least == most { "fair-level" } else { "fair-level-between" };
    visit.t_with(key, &[("least", least.into()), ("most", most.into())])
}
