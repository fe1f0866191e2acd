//! The form of a request: the table, and what EHDS art. 69(2) asks for.

use askama::Template;
use axum::{
    extract::{RawQuery, State as Service},
    http::StatusCode,
    response::Response,
};
use varde_core::{CataloguePath, FieldProblem, Problem as _, ProblemKind, Purpose};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Link},
};

use super::{to_requests, words};
use crate::{
    Exploration, ExplorationError,
    model::{
        Explorable,
        statistics::{Content, Request, RequestId, content::BASES},
    },
    pages::{
        ask::{Fields, find},
        form as question,
    },
};

/// What the form says for numbers that are not rounded.
const EXACT: &str = "nei";

/// The texts of a request: the model's field, and the form's.
const TEXTS: [(&str, &str); 7] = [
    ("title", "tittel"),
    ("purpose", "formal"),
    ("use_of_it", "bruk"),
    ("applicant", "soker"),
    ("recipient", "mottaker"),
    ("safeguards", "vern"),
    ("rounding", "avrunding"),
];

#[derive(Template)]
#[template(path = "exploration/statistics/form.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    here: String,
    action: String,
    back: String,
    name: String,
    source: String,
    period: Option<(String, String)>,
    release: String,
    form: Form,
    fields: Fields,
    purposes: Vec<Choice>,
    roundings: Vec<Choice>,
}

/// `GET /statistikk/bestill/{source}/{dataset}`: the query fills the form.
pub(super) async fn show(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id((source, dataset)): Id<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let open = service.plannable(&visit.actor).await?;
    let dataset = find(&open, &source, &dataset)?;
    let raw = raw.unwrap_or_default();
    let form = Form::of(url::form_urlencoded::parse(raw.as_bytes()).map(|(n, v)| (n.into_owned(), v.into_owned())));
    let at = Place::New(dataset.path.clone());
    Ok(render(&visit, (dataset, &open), at, form, StatusCode::OK))
}

/// `POST /statistikk/bestill/{source}/{dataset}`: a draft, sent at once when that was pressed.
pub(super) async fn begin(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id((source, dataset)): Id<(String, String)>,
    form: Form,
) -> Result<Response, Failure> {
    let open = service.plannable(&visit.actor).await?;
    let dataset = find(&open, &source, &dataset)?;
    let at = Place::New(dataset.path.clone());
    let content = match read(&form, &dataset.path) {
        Ok(content) => content,
        Err(problems) => return Ok(wrong(&visit, (dataset, &open), at, form, problems)),
    };
    match service.begin_request(&visit.actor, content).await {
        Ok(id) => sent(&service, &visit, (dataset, &open), id, form).await,
        Err(error) => again(&visit, (dataset, &open), at, form, error),
    }
}

/// `GET /statistikk/bestilling/{id}/endre`.
pub(super) async fn edit(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id(id): Id<RequestId>,
) -> Result<Response, Failure> {
    let (request, open) = to_change(&service, &visit, id).await?;
    let dataset = of_request(&request, &open)?;
    Ok(render(&visit, (dataset, &open), Place::Draft(id), write(&request.content), StatusCode::OK))
}

/// `POST /statistikk/bestilling/{id}/endre`.
pub(super) async fn save(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id(id): Id<RequestId>,
    form: Form,
) -> Result<Response, Failure> {
    let (request, open) = to_change(&service, &visit, id).await?;
    let dataset = of_request(&request, &open)?;
    let content = match read(&form, &dataset.path) {
        Ok(content) => content,
        Err(problems) => return Ok(wrong(&visit, (dataset, &open), Place::Draft(id), form, problems)),
    };
    match service.write_request(&visit.actor, id, content).await {
        Ok(()) => sent(&service, &visit, (dataset, &open), id, form).await,
        Err(error) => again(&visit, (dataset, &open), Place::Draft(id), form, error),
    }
}

/// Where the form stands.
enum Place {
    New(CataloguePath),
    Draft(RequestId),
}

async fn to_change(service: &Exploration, visit: &Visit, id: RequestId) -> Result<(Request, Vec<Explorable>), Failure> {
    let request = service.request(&visit.actor, id).await?;
    if request.state != crate::model::statistics::State::Draft {
        return Err(ExplorationError::WrongState(request.state).into());
    }
    Ok((request, service.plannable(&visit.actor).await?))
}

fn of_request<'a>(request: &Request, open: &'a [Explorable]) -> Result<&'a Explorable, Failure> {
    open.iter().find(|one| one.path == request.content.plan.dataset).ok_or_else(Failure::not_found)
}

/// What was kept is sent, when that was pressed; what it lacks stands beside the fields.
async fn sent(
    service: &Exploration,
    visit: &Visit,
    of: (&Explorable, &[Explorable]),
    id: RequestId,
    form: Form,
) -> Result<Response, Failure> {
    if form.given("handling") == Some("send")
        && let Err(error) = service.send_request(&visit.actor, id).await
    {
        return again(visit, of, Place::Draft(id), form, error);
    }
    Ok(visit.see(&format!("/statistikk/bestilling/{id}")))
}

fn again(
    visit: &Visit,
    of: (&Explorable, &[Explorable]),
    at: Place,
    form: Form,
    error: ExplorationError,
) -> Result<Response, Failure> {
    if error.kind() != ProblemKind::Invalid {
        return Err(error.into());
    }
    Ok(wrong(visit, of, at, form, at_fields(error.fields())))
}

fn wrong(
    visit: &Visit,
    of: (&Explorable, &[Explorable]),
    at: Place,
    form: Form,
    problems: Vec<FieldProblem>,
) -> Response {
    render(visit, of, at, form.with_problems(problems), StatusCode::UNPROCESSABLE_ENTITY)
}

fn render(
    visit: &Visit,
    (dataset, open): (&Explorable, &[Explorable]),
    at: Place,
    form: Form,
    status: StatusCode,
) -> Response {
    let form = question::with_defaults(form);
    let (action, back) = match at {
        Place::New(path) => (format!("/statistikk/bestill/{path}"), super::ORDER.to_owned()),
        Place::Draft(id) => (format!("/statistikk/bestilling/{id}/endre"), format!("/statistikk/bestilling/{id}")),
    };
    let form = if form.given("avrunding").is_none() { form.with("avrunding", EXACT) } else { form };
    let mut roundings = vec![Choice::new(EXACT, words::treatment(visit, None))];
    roundings.extend(BASES.map(|base| Choice::new(base.to_string(), words::treatment(visit, Some(base)))));
    let day = |day| visit.date(day);
    let page = Page {
        crumbs: to_requests(visit, false),
        here: visit.t("statistics-plan"),
        action,
        back,
        name: visit.local(&dataset.name).to_owned(),
        source: visit.local(&dataset.source).to_owned(),
        period: dataset.period.and_then(|period| Some((day(period.from), day(period.until?)))),
        release: dataset.digest.to_string(),
        fields: Fields::of(visit, dataset, open),
        purposes: Purpose::ALL
            .iter()
            .map(|purpose| Choice::new(purpose.name(), visit.t_of("statistics-purpose", purpose.name())))
            .collect(),
        roundings,
        form,
        visit,
    };
    visit.page_with(status, page)
}

/// What was posted of a dataset.
fn read(form: &Form, dataset: &CataloguePath) -> Result<Content, Vec<FieldProblem>> {
    let text = |field: &str| form.value(field).trim().to_owned();
    let mut problems = Vec::new();
    let plan = question::read(form, dataset).map_err(|found| problems.extend(found)).ok();
    let rounding = form.given("avrunding").filter(|base| *base != EXACT).map(str::parse::<u64>).transpose();
    if rounding.is_err() {
        problems.push(FieldProblem::new("avrunding", "statistics-error-rounding"));
    }
    let purpose = form.given("formal").map(Purpose::from_name);
    if purpose == Some(None) {
        problems.push(FieldProblem::new("formal", "statistics-error-purpose"));
    }
    match (plan, rounding) {
        (Some(plan), Ok(rounding)) if problems.is_empty() => Ok(Content {
            title: text("tittel"),
            plan,
            rounding,
            purpose: purpose.flatten(),
            use_of_it: text("bruk"),
            applicant: text("soker"),
            recipient: text("mottaker"),
            safeguards: text("vern"),
        }),
        _ => Err(problems),
    }
}

/// A request as the form shows it. Plans come from the form, so that it can say them.
fn write(content: &Content) -> Form {
    question::write(&content.plan)
        .unwrap_or_default()
        .with("tittel", &content.title)
        .with("formal", content.purpose.map_or("", Purpose::name))
        .with("bruk", &content.use_of_it)
        .with("soker", &content.applicant)
        .with("mottaker", &content.recipient)
        .with("vern", &content.safeguards)
        .with("avrunding", content.rounding.map_or_else(|| EXACT.to_owned(), |base| base.to_string()))
}

/// What the use case found wrong, at the form's own fields.
fn at_fields(problems: Vec<FieldProblem>) -> Vec<FieldProblem> {
    let (texts, of_the_plan): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|problem| TEXTS.iter().any(|(field, _)| *field == problem.field));
    let place = |problem: FieldProblem| {
        let found = TEXTS.iter().find(|(field, _)| *field == problem.field);
        FieldProblem::new(found.map_or("tittel", |(_, place)| place), problem.message)
    };
    texts.into_iter().map(place).chain(question::at_fields(of_the_plan)).collect()
}
