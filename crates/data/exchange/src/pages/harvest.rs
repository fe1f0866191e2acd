//! Other catalogues that are read again and again: adding one, and what came of each time.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Link, Tone},
};

use crate::{
    ExchangeError, HarvestChange, HarvestId, HarvestRun, HarvestSource, NewHarvest, Outcome, Trouble, api::Service,
};

/// Where the pages begin.
pub(super) const HOME: &str = "/katalog/hosting";
/// How often a catalogue is read, in hours, to choose from.
const PACES: [u32; 4] = [6, 24, 168, 720];

#[derive(Template)]
#[template(path = "exchange/harvests.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    rows: Vec<Row>,
    form: Form,
    paces: Vec<Choice>,
    may_add: bool,
}

struct Row {
    href: String,
    title: String,
    address: String,
    pace: String,
    state: (String, Tone),
    next: String,
}

fn crumbs(visit: &Visit) -> Vec<Link> {
    vec![
        Link::new("/katalog", visit.t("exchange-crumb-catalogue")),
        Link::new("/katalog/forvaltning", visit.t("exchange-crumb-desk")),
    ]
}

fn pace(visit: &Visit, hours: u32) -> String {
    match hours {
        24 => visit.t("exchange-pace-day"),
        168 => visit.t("exchange-pace-week"),
        720 => visit.t("exchange-pace-month"),
        hours => visit.t_with("exchange-pace-hours", &[("count", hours.into())]),
    }
}

/// How it stands with one, in a word and a colour.
fn state(visit: &Visit, one: &HarvestSource) -> (String, Tone) {
    match (one.paused, one.failures) {
        (true, _) => (visit.t("exchange-state-paused"), Tone::Neutral),
        (false, 0) => (visit.t("exchange-state-works"), Tone::Success),
        (false, times) => (visit.t_with("exchange-state-fails", &[("count", times.into())]), Tone::Danger),
    }
}

fn next(visit: &Visit, one: &HarvestSource) -> String {
    let now = visit.clock().now();
    match one.paused {
        true => visit.t("exchange-next-never"),
        false if one.next_at <= now => visit.t("exchange-next-now"),
        false => visit.time(one.next_at),
    }
}

/// `GET /katalog/hosting`.
pub(super) async fn list(visit: Visit, State(service): State<Service>) -> Result<Response, Failure> {
    list_page(&visit, &service, Form::new().with("every", "24"), StatusCode::OK).await
}

async fn list_page(visit: &Visit, service: &Service, form: Form, status: StatusCode) -> Result<Response, Failure> {
    let row = |one: &HarvestSource| Row {
        href: format!("{HOME}/{}", one.id),
        title: one.title.clone(),
        address: one.address.clone(),
        pace: pace(visit, one.every_hours),
        state: state(visit, one),
        next: next(visit, one),
    };
    let page = ListPage {
        crumbs: crumbs(visit),
        rows: service.harvests(&visit.actor).await?.iter().map(row).collect(),
        paces: PACES.map(|hours| Choice::new(hours.to_string(), pace(visit, hours))).into(),
        may_add: service.may_harvest(&visit.actor, visit.actor.organisation),
        form,
        visit,
    };
    Ok(visit.page_with(status, page))
}

/// `POST /katalog/hosting`.
pub(super) async fn add(visit: Visit, State(service): State<Service>, form: Form) -> Result<Response, Failure> {
    let new = NewHarvest {
        title: form.value("title").to_owned(),
        address: form.value("address").to_owned(),
        every_hours: form.value("every").parse().unwrap_or(0),
        mail: form.value("mail").to_owned(),
        language: visit.language,
    };
    match service.add_harvest(&visit.actor, &new).await {
        Ok(id) => Ok(visit.see(&format!("{HOME}/{id}"))),
        Err(error @ (ExchangeError::Invalid(_) | ExchangeError::AlreadyHarvested)) => {
            let form = form.with_problems(varde_core::Problem::fields(&error));
            list_page(&visit, &service, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "exchange/harvest.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    href: String,
    state: (String, Tone),
    facts: Vec<(String, String)>,
    runs: Vec<RunShown>,
    may_change: bool,
    paused: bool,
    /// The last time failed because much was gone: a person says whether it is meant.
    lost: bool,
}

struct RunShown {
    when: String,
    outcome: (String, Tone),
    text: String,
    counts: String,
    proposal: Option<String>,
}

/// `GET /katalog/hosting/{id}`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    Id(id): Id<HarvestId>,
) -> Result<Response, Failure> {
    let (source, runs) = service.harvest(&visit.actor, id).await?;
    let mut crumbs = crumbs(&visit);
    crumbs.push(Link::new(HOME, visit.t("exchange-harvests")));
    let lost = runs.first().is_some_and(|run| run.outcome == Outcome::Failed(Trouble::LostMany));
    Ok(visit.page(Page {
        crumbs,
        href: format!("{HOME}/{id}"),
        state: state(&visit, &source),
        facts: vec![
            (visit.t("exchange-harvest-address"), source.address.clone()),
            (visit.t("exchange-harvest-every"), pace(&visit, source.every_hours)),
            (visit.t("exchange-harvest-next"), next(&visit, &source)),
            (visit.t("exchange-harvest-mail"), source.mail.clone()),
        ],
        runs: runs.iter().map(|run| run_shown(&visit, run)).collect(),
        may_change: service.may_harvest(&visit.actor, Some(source.holder)),
        paused: source.paused,
        lost: lost && !source.allow_loss,
        title: source.title,
        visit: &visit,
    }))
}

fn run_shown(visit: &Visit, run: &HarvestRun) -> RunShown {
    let tone = match run.outcome {
        Outcome::NotModified | Outcome::NothingNew => Tone::Neutral,
        Outcome::Proposed(_) => Tone::Success,
        Outcome::Failed(_) => Tone::Danger,
    };
    let counts = &run.counts;
    let counted = [
        ("datasets", counts.datasets),
        ("added", counts.added),
        ("changed", counts.changed),
        ("withdrawn", counts.withdrawn),
        ("left-out", counts.left_out),
    ];
    let count = |(name, n): &(&str, u32)| visit.t_with(&format!("exchange-count-{name}"), &[("count", (*n).into())]);
    let counted: Vec<String> = counted.iter().filter(|(_, n)| *n > 0).map(count).collect();
    RunShown {
        when: visit.time(run.at),
        outcome: (visit.t_of("exchange-outcome", run.outcome.name()), tone),
        text: match run.outcome {
            Outcome::Failed(trouble) => visit.t_of("exchange-trouble", trouble.name()),
            _ => String::new(),
        },
        counts: if counted.is_empty() { "–".to_owned() } else { counted.join(", ") },
        proposal: match run.outcome {
            Outcome::Proposed(id) => Some(format!("/katalog/forvaltning/forslag/{id}")),
            _ => None,
        },
    }
}

/// `POST /katalog/hosting/{id}`: `do` says what.
pub(super) async fn change(
    visit: Visit,
    State(service): State<Service>,
    Id(id): Id<HarvestId>,
    form: Form,
) -> Result<Response, Failure> {
    let change = match form.value("do") {
        "pause" => HarvestChange::Pause,
        "resume" => HarvestChange::Resume,
        "now" => HarvestChange::Now { allow_loss: false },
        "lose" => HarvestChange::Now { allow_loss: true },
        _ => return Err(Failure::not_found()),
    };
    service.change_harvest(&visit.actor, id, change).await?;
    Ok(visit.see(&format!("{HOME}/{id}")))
}
