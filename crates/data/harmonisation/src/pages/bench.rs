//! The workbench: concepts, and the relations between variables.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use varde_web::{Failure, Form, Visit, ui::Choice};

use super::{
    HOME, day, query,
    shown::{Row, Words},
};
use crate::{
    Harmonisation, RelationView,
    relation::{self, RelationKind},
    service::{DESCRIBE, IMPORT, PROPOSALS},
};

/// How many relations a page holds.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "harmonisation/bench.html")]
struct Page<'a> {
    visit: &'a Visit,
    form: Form,
    as_at: Option<String>,
    concepts: Vec<ConceptRow>,
    rows: Vec<Row>,
    states: Vec<Choice>,
    kinds: Vec<Choice>,
    /// How many relations there are, and which of them are shown, from 1.
    found: usize,
    first: usize,
    last: usize,
    before: Option<String>,
    after: Option<String>,
    reads_proposals: bool,
    describes: bool,
    imports: bool,
    proposes: bool,
}

struct ConceptRow {
    href: String,
    name: Words,
    definition: Words,
    represented: Vec<(String, Words, usize)>,
}

/// `GET /harmonisering?status=accepted&relasjon=equivalent&q=…&dag=…&side=2`.
pub(super) async fn show(
    State(service): State<Harmonisation>,
    visit: Visit,
    raw: RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let (day, wrong) = day(&form, service.today());
    let bench = service.workbench(&visit.actor, day).await?;
    let status = if wrong.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let concepts = bench.concepts.iter().map(|(concept, represented)| ConceptRow {
        href: format!("{HOME}/begreper/{}", concept.id),
        name: Words::of(&visit, &concept.content.name),
        definition: Words::of(&visit, &concept.content.definition),
        represented: represented
            .iter()
            .map(|(one, holds)| (format!("{HOME}/variabler/{}", one.id), Words::of(&visit, &one.content.name), *holds))
            .collect(),
    });
    let wanted: Vec<&RelationView> = bench.relations.iter().filter(|view| is_wanted(&form, view)).collect();
    let side = form.value("side").parse::<usize>().unwrap_or(1).clamp(1, wanted.len().div_ceil(PAGE).max(1));
    let first = (side - 1) * PAGE;
    let rows: Vec<Row> = wanted.iter().skip(first).take(PAGE).map(|view| Row::of(&visit, view)).collect();
    let last = first + rows.len();
    let page = Page {
        as_at: day.map(|day| visit.date(day)),
        concepts: concepts.collect(),
        states: ["proposed", "accepted", "look_again", "rejected", "withdrawn", "superseded"]
            .map(|name| Choice::new(name, visit.t_of("harmonisation-filter", name)))
            .into(),
        kinds: RelationKind::ALL
            .map(|kind| Choice::new(kind.name(), visit.t_of("harmonisation-kind", kind.name())))
            .into(),
        found: wanted.len(),
        first: first + 1,
        last,
        before: (side > 1).then(|| address(&form, side - 1)),
        after: (last < wanted.len()).then(|| address(&form, side + 1)),
        rows,
        reads_proposals: service.may(&visit.actor, PROPOSALS),
        describes: service.may(&visit.actor, DESCRIBE),
        imports: service.may(&visit.actor, IMPORT),
        proposes: service.proposes(&visit.actor),
        form: form.with_problems(wrong),
        visit: &visit,
    };
    Ok(visit.page_with(status, page))
}

fn is_wanted(form: &Form, view: &RelationView) -> bool {
    let state = match form.given("status") {
        None => true,
        Some("look_again") => view.must_be_looked_at(),
        Some(name) => view.state.name() == name,
    };
    let kind = form.given("relasjon").is_none_or(|name| view.kind.name() == name);
    state && kind && form.given("q").is_none_or(|text| has(view, text))
}

/// Whether a name or a path of either holds the text.
fn has(view: &RelationView, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let side = |side: &crate::Side| {
        let path = match &side.target {
            relation::Target::Variable(path) => path.to_string(),
            relation::Target::Represented(_) => String::new(),
        };
        let names = [&side.name.nb, &side.name.nn, &side.name.en, &path];
        names.into_iter().any(|name| name.to_lowercase().contains(&text))
    };
    side(&view.from) || side(&view.to)
}

/// The address of another page of the same list.
fn address(form: &Form, side: usize) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(form.pairs().filter(|(name, value)| *name != "side" && !value.is_empty()));
    query.append_pair("side", &side.to_string());
    format!("{HOME}?{}#relasjoner", query.finish())
}
