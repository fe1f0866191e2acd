//! The form of a question.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use varde_core::{CataloguePath, Problem as _, ProblemKind};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Link},
};

use super::{
    crumbs,
    form::{self, CODES, DIMENSIONS},
    words,
};
use crate::{
    Exploration, ExplorationError, Standing,
    model::{Dimension, Explorable, Measure, catalogue::AGE_WIDTHS},
};

#[derive(Template)]
#[template(path = "exploration/ask.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    action: String,
    name: String,
    source: String,
    catalogue: String,
    period: Option<(String, String)>,
    may_ask: bool,
    standing: Option<Standing>,
    form: Form,
    /// Why the last question was not answered, in words.
    refused: Option<String>,
    fields: Fields,
}

/// What can be chosen in the fields of a question.
pub(super) struct Fields {
    pub(super) variables: Vec<Choice>,
    pub(super) how: Vec<Choice>,
    pub(super) ages_from: Vec<Choice>,
    pub(super) ages_until: Vec<Choice>,
    pub(super) sexes: Vec<Choice>,
    pub(super) dimensions: Vec<Choice>,
    pub(super) measures: Vec<Choice>,
    pub(super) codes: Vec<String>,
    pub(super) crossed: Vec<String>,
}

impl Fields {
    /// Whether more than the first condition on codes is filled in.
    pub(super) fn are_more(&self, form: &Form) -> bool {
        let given = |at: &String| ["variabel", "kode"].iter().any(|name| form.given(&format!("{name}{at}")).is_some());
        self.codes.iter().skip(1).any(given)
    }

    /// What can be chosen of a dataset.
    pub(super) fn of(visit: &Visit, dataset: &Explorable, open: &[Explorable]) -> Self {
        Self {
            variables: variables(visit, dataset, open),
            how: ["har", "ikke"].map(|how| Choice::new(how, visit.t_of("exploration-how", how))).to_vec(),
            ages_from: ages(visit, (0..=100).step_by(5)),
            ages_until: ages(visit, (4..=104).step_by(5)),
            sexes: ["female", "male"].map(|sex| Choice::new(sex, visit.t_of("exploration-sex", sex))).to_vec(),
            dimensions: dimensions(visit, dataset),
            measures: measures(visit, dataset),
            codes: (1..=CODES).map(|at| at.to_string()).collect(),
            crossed: (1..=DIMENSIONS).map(|at| at.to_string()).collect(),
        }
    }
}

/// `GET /utforsk/data/{source}/{dataset}`: the query fills the form.
pub(super) async fn show(
    State(service): State<Exploration>,
    visit: Visit,
    Id((source, dataset)): Id<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let open = service.datasets(&visit.actor).await?;
    let dataset = find(&open, &source, &dataset)?;
    let raw = raw.unwrap_or_default();
    let form = Form::of(url::form_urlencoded::parse(raw.as_bytes()).map(|(n, v)| (n.into_owned(), v.into_owned())));
    render(&service, &visit, (dataset, &open), form, None, StatusCode::OK).await
}

/// `POST /utforsk/data/{source}/{dataset}`.
pub(super) async fn ask(
    State(service): State<Exploration>,
    visit: Visit,
    Id((source, dataset)): Id<(String, String)>,
    form: Form,
) -> Result<Response, Failure> {
    // Whoever may not ask is told so before anything is read.
    service.standing(&visit.actor, None).await?;
    let open = service.datasets(&visit.actor).await?;
    let dataset = find(&open, &source, &dataset)?;
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let question = match form::read(&form, &dataset.path) {
        Ok(question) => question,
        Err(problems) => {
            let form = form.with_problems(problems);
            return render(&service, &visit, (dataset, &open), form, None, wrong).await;
        }
    };
    match service.ask(&visit.actor, question).await {
        Ok(asked) => Ok(visit.see(&format!("/utforsk/sporsmal/{}", asked.id))),
        Err(error) if matches!(error.kind(), ProblemKind::Invalid) => {
            let form = form.with_problems(form::at_fields(error.fields()));
            render(&service, &visit, (dataset, &open), form, None, wrong).await
        }
        Err(error @ (ExplorationError::UsedUp(_) | ExplorationError::Sequence(_))) => {
            let why = visit.t(&format!("exploration-refused-{}", error.code().trim_start_matches("exploration.")));
            let status = StatusCode::TOO_MANY_REQUESTS;
            render(&service, &visit, (dataset, &open), form, Some(why), status).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn find<'a>(open: &'a [Explorable], source: &str, dataset: &str) -> Result<&'a Explorable, Failure> {
    let path = format!("{source}/{dataset}").parse::<CataloguePath>().ok();
    open.iter().find(|one| Some(&one.path) == path.as_ref()).ok_or_else(Failure::not_found)
}

async fn render(
    service: &Exploration,
    visit: &Visit,
    (dataset, open): (&Explorable, &[Explorable]),
    form: Form,
    refused: Option<String>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let may_ask = service.may_ask(&visit.actor);
    let standing = if may_ask { Some(service.standing(&visit.actor, None).await?) } else { None };
    let form = form::with_defaults(form);
    let day = |day| visit.date(day);
    let page = Page {
        crumbs: crumbs(visit),
        action: format!("/utforsk/data/{}", dataset.path),
        name: visit.local(&dataset.name).to_owned(),
        source: visit.local(&dataset.source).to_owned(),
        catalogue: format!("/katalog/{}", dataset.path),
        period: dataset.period.and_then(|period| Some((day(period.from), day(period.until?)))),
        may_ask,
        standing,
        refused,
        fields: Fields::of(visit, dataset, open),
        form,
        visit,
    };
    Ok(visit.page_with(status, page))
}

/// What rows, and people by rows elsewhere, can be chosen by.
fn variables(visit: &Visit, dataset: &Explorable, open: &[Explorable]) -> Vec<Choice> {
    let own = dataset.variables.iter().filter(|one| one.coded);
    let own = own.map(|one| Choice::new(&one.name, visit.local(&one.label)));
    let elsewhere = open.iter().flat_map(|other| {
        other.variables.iter().filter(|one| one.coded).map(move |one| {
            let shown = visit.t_with(
                "exploration-person-has",
                &[("dataset", visit.local(&other.name).into()), ("variable", visit.local(&one.label).into())],
            );
            Choice::new(format!("{}/{}", other.path, one.name), shown)
        })
    });
    own.chain(elsewhere).collect()
}

fn ages(visit: &Visit, all: impl Iterator<Item = i64>) -> Vec<Choice> {
    all.map(|age| Choice::new(age.to_string(), visit.t_with("exploration-age", &[("age", age.into())]))).collect()
}

fn dimensions(visit: &Visit, dataset: &Explorable) -> Vec<Choice> {
    let people = [Dimension::Sex, Dimension::County].into_iter();
    let ages = AGE_WIDTHS.into_iter().map(|width| Dimension::Age { width });
    let variables = dataset
        .variables
        .iter()
        .flat_map(|one| one.levels.iter().map(|level| Dimension::Variable { name: one.name.clone(), level: *level }));
    let choice = |by: Dimension| Choice::new(form::dimension_value(&by), words::dimension(visit, &by, Some(dataset)));
    people.chain(ages).chain(variables).map(choice).collect()
}

fn measures(visit: &Visit, dataset: &Explorable) -> Vec<Choice> {
    let numbers = dataset.variables.iter().filter(|one| one.number);
    let numbers = numbers.flat_map(|one| [Measure::Sum, Measure::Mean, Measure::Median].map(|of| of(one.name.clone())));
    let choice =
        |measure: Measure| Choice::new(form::measure_value(&measure), words::measure(visit, &measure, Some(dataset)));
    [Measure::People, Measure::Events].into_iter().chain(numbers).map(choice).collect()
}
