//! Standards and their life.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::{FieldProblem, Problem as _};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Event, Link, Step, StepState, Tone},
};

use super::{crumbs, date, seen, shown};
use crate::{Architecture, ArchitectureError, Immovable, Move, NormLevel, Phase, Standard, StandardId, Version};

#[derive(Template)]
#[template(path = "architecture/standards.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    rows: Vec<Row>,
    governs: bool,
}

struct Row {
    href: String,
    name: String,
    level: String,
    phase: (String, Tone),
    since: String,
}

/// `GET /arkitektur/standarder`.
pub(super) async fn list(State(service): State<Architecture>, visit: Visit) -> Result<Response, Failure> {
    let row = |one: &Version<Standard>| Row {
        href: format!("/arkitektur/standarder/{}", one.id),
        name: one.content.name.clone(),
        level: visit.t_of("architecture-norm", one.content.level.name()),
        phase: phase(&visit, &one.content),
        since: visit.date(one.at.to_zoned(varde_core::clock::norway()).date()),
    };
    let rows = service.standards(&visit.actor).await?.iter().map(row).collect();
    let governs = service.governs(&visit.actor);
    Ok(visit.page(ListPage { visit: &visit, crumbs: crumbs(&visit), rows, governs }))
}

fn phase(visit: &Visit, standard: &Standard) -> (String, Tone) {
    if standard.ended {
        return (visit.t("architecture-phase-ended"), Tone::Neutral);
    }
    let tone = match standard.phase {
        Phase::Need | Phase::Study | Phase::Drafting => Tone::Info,
        Phase::Introduction | Phase::Maintenance => Tone::Success,
        Phase::PhaseOut => Tone::Warning,
    };
    (visit.t_of("architecture-phase", standard.phase.name()), tone)
}

#[derive(Template)]
#[template(path = "architecture/standard_form.html")]
struct FormPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    levels: Vec<Choice>,
}

fn levels(visit: &Visit) -> Vec<Choice> {
    let level = |level: NormLevel| {
        let hint = visit.t_of("architecture-norm-means", level.name());
        Choice::new(level.name(), visit.t_of("architecture-norm", level.name())).hint(hint)
    };
    NormLevel::ALL.map(level).into()
}

fn form_page(visit: &Visit, form: Form, status: StatusCode) -> Response {
    let mut crumbs = crumbs(visit);
    crumbs.push(Link::new("/arkitektur/standarder", visit.t("architecture-standards")));
    visit.page_with(status, FormPage { visit, crumbs, form, levels: levels(visit) })
}

/// `GET /arkitektur/standarder/ny`.
pub(super) async fn new(State(service): State<Architecture>, visit: Visit) -> Result<Response, Failure> {
    service.check_governs(&visit.actor).await?;
    Ok(form_page(&visit, Form::new().with("level", NormLevel::Guide.name()), StatusCode::OK))
}

/// `POST /arkitektur/standarder/ny`.
pub(super) async fn add(State(service): State<Architecture>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let outcome = match NormLevel::from_name(form.value("level")) {
        Some(level) => {
            let text = |field| form.value(field).trim().to_owned();
            let standard = Standard {
                name: text("name"),
                about: text("about"),
                link: text("link"),
                level,
                phase: Phase::Need,
                ended: false,
                last_day: None,
                said: String::new(),
            };
            service.add_standard(&visit.actor, &standard).await
        }
        None => Err(ArchitectureError::Invalid(vec![FieldProblem::new("level", "architecture-error-level")])),
    };
    match outcome {
        Ok(id) => Ok(visit.see(&format!("/arkitektur/standarder/{id}"))),
        Err(error @ ArchitectureError::Invalid(_)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            service.check_governs(&visit.actor).await?;
            Ok(form_page(&visit, form.with_problems(error.fields()), status))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "architecture/standard.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    standard: Standard,
    phase: (String, Tone),
    facts: Vec<(String, String)>,
    steps: Vec<Step>,
    events: Vec<Event>,
    seen: u32,
    moves: Vec<Choice>,
    levels: Vec<Choice>,
    asks_last_day: bool,
}

/// `GET /arkitektur/standarder/{id}`.
pub(super) async fn show(
    State(service): State<Architecture>,
    visit: Visit,
    Id(id): Id<StandardId>,
) -> Result<Response, Failure> {
    page(&service, &visit, id, Form::new(), StatusCode::OK).await
}

/// `POST /arkitektur/standarder/{id}`.
pub(super) async fn change(
    State(service): State<Architecture>,
    visit: Visit,
    Id(id): Id<StandardId>,
    form: Form,
) -> Result<Response, Failure> {
    let outcome = match wanted(&form) {
        Ok(change) => service.move_standard(&visit.actor, id, seen(&form), change, form.value("said")).await,
        Err(problem) => Err(ArchitectureError::Invalid(vec![problem])),
    };
    match outcome {
        Ok(()) => Ok(visit.see(&format!("/arkitektur/standarder/{id}"))),
        Err(error @ (ArchitectureError::Invalid(_) | ArchitectureError::Immovable(Immovable::NoLastDay))) => {
            service.check_governs(&visit.actor).await?;
            let form = form.with_problems(error.fields());
            page(&service, &visit, id, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

fn wanted(form: &Form) -> Result<Move, FieldProblem> {
    match form.value("move") {
        "go_on" => {
            let last_day = form.given("last_day").map(|_| date(form, "last_day")).transpose()?;
            Ok(Move::GoOn { last_day })
        }
        "level" => NormLevel::from_name(form.value("level"))
            .map(Move::Level)
            .ok_or_else(|| FieldProblem::new("level", "architecture-error-level")),
        "end" => Ok(Move::End),
        _ => Err(FieldProblem::new("move", "architecture-error-step")),
    }
}

async fn page(
    service: &Architecture,
    visit: &Visit,
    id: StandardId,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let versions = service.standard(&visit.actor, id).await?;
    let latest = versions.first().ok_or_else(Failure::not_found)?;
    let standard = latest.content.clone();
    let governs = service.governs(&visit.actor) && !standard.ended;
    let mut crumbs = crumbs(visit);
    crumbs.push(Link::new("/arkitektur/standarder", visit.t("architecture-standards")));
    let mut facts = vec![(visit.t("architecture-norm-level"), visit.t_of("architecture-norm", standard.level.name()))];
    if let Some(day) = standard.last_day {
        facts.push((visit.t("architecture-last-day"), visit.date(day)));
    }
    let event = |one: &Version<Standard>| {
        let (name, tone) = self::phase(visit, &one.content);
        let level = visit.t_of("architecture-norm", one.content.level.name());
        shown::event(visit, one.at, format!("{name} – {level}"), one.content.said.clone(), tone)
    };
    let page = Page {
        crumbs,
        phase: phase(visit, &standard),
        facts,
        steps: steps(visit, &standard),
        events: versions.iter().map(event).collect(),
        seen: latest.number,
        moves: if governs { moves(visit, &standard) } else { Vec::new() },
        levels: levels(visit),
        asks_last_day: standard.phase.next() == Some(Phase::PhaseOut),
        standard,
        form,
        visit,
    };
    Ok(visit.page_with(status, page))
}

fn moves(visit: &Visit, standard: &Standard) -> Vec<Choice> {
    let mut moves = Vec::new();
    if let Some(next) = standard.phase.next() {
        let label = visit.t_with(
            "architecture-move-go_on",
            &[("phase", visit.t_of("architecture-phase", next.name()).to_lowercase().into())],
        );
        let hint = match standard.phase.decision() {
            Some(number) => visit.t_with("architecture-decision-point", &[("number", u32::from(number).into())]),
            None => String::new(),
        };
        moves.push(Choice::new("go_on", label).hint(hint));
    }
    moves.push(Choice::new("level", visit.t("architecture-move-level")));
    moves.push(Choice::new("end", visit.t("architecture-move-end")));
    moves
}

fn steps(visit: &Visit, standard: &Standard) -> Vec<Step> {
    let step = |phase: Phase| Step {
        label: visit.t_of("architecture-phase", phase.name()),
        href: None,
        state: match phase {
            _ if standard.ended => StepState::Done,
            phase if phase < standard.phase => StepState::Done,
            phase if phase == standard.phase => StepState::Current,
            _ => StepState::Ahead,
        },
    };
    Phase::ALL.map(step).into()
}
