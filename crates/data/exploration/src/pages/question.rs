//! What came of a question.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Link, Tone},
};

use super::{
    crumbs, form, home, plot,
    record::{self, Fact},
    table::{self, Sheet},
    words,
};
use crate::{
    Exploration,
    model::{Answer, Explorable},
    store::{Kept, QuestionId},
};

#[derive(Template)]
#[template(path = "exploration/question.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    href: String,
    title: String,
    name: String,
    asked: String,
    outcome: (String, Tone),
    dataset: Link,
    conditions: Vec<String>,
    measure: String,
    /// Why nothing is told.
    withheld: Option<String>,
    about: Option<String>,
    sheets: Vec<Sheet>,
    bars: Vec<plot::Bar>,
    any_withheld: bool,
    /// Whether quartiles stand beside a median.
    quartiles: bool,
    refine: Option<String>,
    steps: Vec<home::Own>,
    record: Vec<Fact>,
    left: i64,
    a_day: i64,
}

/// `GET /utforsk/sporsmal/{id}`.
pub(super) async fn show(
    State(service): State<Exploration>,
    visit: Visit,
    Id(id): Id<QuestionId>,
) -> Result<Response, Failure> {
    let (kept, answer, steps) = service.shown(&visit.actor, id).await?;
    let open = service.datasets(&visit.actor).await?;
    let standing = service.standing(&visit.actor, None).await?;
    let dataset = open.iter().find(|one| one.path == kept.question.dataset);
    let title = words::title(&visit, &kept, dataset);
    let told = answer.as_ref().filter(|answer| answer.withheld.is_none());
    let measure = words::measure(&visit, &kept.question.measure, dataset);
    let page = Page {
        crumbs: crumbs(&visit),
        href: format!("/utforsk/sporsmal/{id}"),
        name: kept.name.clone().unwrap_or_default(),
        asked: visit.time(kept.at),
        outcome: (visit.t_of("exploration-outcome", &kept.outcome), tone(&kept)),
        dataset: Link::new(
            format!("/utforsk/data/{}", kept.question.dataset),
            dataset.map_or_else(|| kept.question.dataset.to_string(), |one| visit.local(&one.name).to_owned()),
        ),
        conditions: words::conditions(&visit, &kept.question.only, &open, &kept.question.dataset),
        withheld: why(&visit, &kept, answer.as_ref()),
        about: told.and_then(|answer| answer.about).map(|about| words::people(&visit, about)),
        sheets: told.map(|answer| table::sheets(&visit, answer.grid(), dataset, &measure)).unwrap_or_default(),
        bars: told.map(|answer| plot::bars(&visit, answer.grid(), dataset)).unwrap_or_default(),
        any_withheld: told.is_some_and(|answer| answer.cells.iter().any(|cell| cell.people.is_none())),
        quartiles: told.is_some_and(|answer| answer.cells.iter().any(|cell| cell.quartiles.is_some())),
        refine: dataset.and_then(|dataset| refine(dataset, &kept)),
        steps: steps.iter().map(|step| home::own_row(&visit, step, step_title(&visit, step, &open))).collect(),
        left: i64::try_from(standing.left_today).unwrap_or(i64::MAX),
        a_day: i64::try_from(standing.budget.a_day).unwrap_or(i64::MAX),
        measure,
        title,
        record: answer.as_ref().map(|answer| record::of_answer(&visit, answer)).unwrap_or_default(),
        visit: &visit,
    };
    Ok(visit.page(page))
}

/// `POST /utforsk/sporsmal/{id}/navn`.
pub(super) async fn call(
    State(service): State<Exploration>,
    visit: Visit,
    Id(id): Id<QuestionId>,
    form: Form,
) -> Result<Response, Failure> {
    service.call(&visit.actor, id, form.value("name")).await?;
    Ok(visit.see(&format!("/utforsk/sporsmal/{id}")))
}

/// `POST /utforsk/sporsmal/{id}/sok`: applies for data with the question's variables.
pub(super) async fn apply(
    State(service): State<Exploration>,
    visit: Visit,
    Id(id): Id<QuestionId>,
) -> Result<Response, Failure> {
    let kept = service.question(&visit.actor, id).await?;
    let open = service.datasets(&visit.actor).await?;
    let dataset = open.iter().find(|one| one.path == kept.question.dataset);
    let list = service.to_list(&visit.actor, id, &words::title(&visit, &kept, dataset)).await?;
    Ok(visit.see(&format!("/soknader/ny?liste={list}")))
}

fn tone(kept: &Kept) -> Tone {
    match kept.outcome.as_str() {
        "answered" | "again" => Tone::Success,
        "withheld" => Tone::Warning,
        _ => Tone::Danger,
    }
}

/// Why nothing is told, in words.
fn why(visit: &Visit, kept: &Kept, answer: Option<&Answer>) -> Option<String> {
    if let Some(withheld) = answer.and_then(|answer| answer.withheld) {
        return Some(visit.t_of("exploration-withheld", withheld.name()));
    }
    let reason = kept.reason.as_deref().filter(|_| answer.is_none())?;
    Some(visit.t_of("exploration-refused", reason.trim_start_matches("exploration.")))
}

/// The address of the form with the question in it.
fn refine(dataset: &Explorable, kept: &Kept) -> Option<String> {
    let form = form::write(&kept.question)?;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(form.pairs());
    Some(format!("/utforsk/data/{}?{}", dataset.path, query.finish()))
}

/// A step that leads to the question: its last condition, or everybody.
fn step_title(visit: &Visit, kept: &Kept, open: &[Explorable]) -> String {
    let conditions = words::conditions(visit, &kept.question.only, open, &kept.question.dataset);
    if conditions.is_empty() { visit.t("exploration-everybody") } else { conditions.join(&visit.t("exploration-and")) }
}
