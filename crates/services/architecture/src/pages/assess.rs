//! One requirement of one source or system: what was said of it, and saying something new.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use varde_core::{FieldProblem, Problem as _};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Event, Link, Tone},
};

use super::{crumbs, day, lines, query, seen, shown};
use crate::{
    Answer, Architecture, ArchitectureError, NewAssessment, RequirementId, RequirementView, ThingId, model::text,
};

#[derive(Template)]
#[template(path = "architecture/assess.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    here: String,
    id: String,
    text: String,
    level: String,
    thing: String,
    principle: String,
    as_at: Option<String>,
    current: Option<Current>,
    deviations: Vec<(String, String, (String, Tone))>,
    events: Vec<Event>,
    answers: Vec<Choice>,
    seen: u32,
    may_assess: bool,
    may_deviate: bool,
    saved: bool,
}

struct Current {
    answer: (String, Tone),
    reason: String,
    /// Each with whether it is an address.
    evidence: Vec<(String, bool)>,
    at: String,
    /// What the requirement said then, when it says something else now.
    older: Option<String>,
}

/// `GET /arkitektur/vurdert/{thing}/{requirement}`.
pub(super) async fn show(
    State(service): State<Architecture>,
    visit: Visit,
    Id((thing, requirement)): Id<(ThingId, RequirementId)>,
    raw: RawQuery,
) -> Result<Response, Failure> {
    let asked = query(raw);
    let (day, wrong) = day(&asked, service.today());
    if wrong.is_some() {
        return Err(Failure::not_found());
    }
    let view = service.requirement(&visit.actor, &thing, &requirement, day).await?;
    let form = view.assessments.first().map_or_else(Form::new, |one| {
        Form::new()
            .with("answer", one.content.answer.name())
            .with("reason", &one.content.reason)
            .with("evidence", one.content.evidence.join("\n"))
    });
    let page = page(&visit, view, form, day.is_some(), asked.has("lagret", "ja"));
    Ok(visit.page(page))
}

/// `POST /arkitektur/vurdert/{thing}/{requirement}`.
pub(super) async fn save(
    State(service): State<Architecture>,
    visit: Visit,
    Id((thing, requirement)): Id<(ThingId, RequirementId)>,
    form: Form,
) -> Result<Response, Failure> {
    let outcome = match Answer::from_name(form.value("answer")) {
        Some(answer) => {
            let (reason, evidence) = (form.value("reason").to_owned(), lines(&form, "evidence"));
            let new = NewAssessment { answer, reason, evidence, seen: seen(&form) };
            service.assess(&visit.actor, &thing, &requirement, new).await
        }
        None => {
            let problem = FieldProblem::new("answer", "architecture-error-answer");
            Err(ArchitectureError::Invalid(vec![problem]))
        }
    };
    match outcome {
        Ok(()) => Ok(visit.see(&format!("{}/{requirement}?lagret=ja", shown::thing_path(&thing)))),
        Err(error @ ArchitectureError::Invalid(_)) => {
            let view = service.requirement(&visit.actor, &thing, &requirement, None).await?;
            if !view.may_assess {
                return Err(Failure::not_found());
            }
            let page = page(&visit, view, form.with_problems(error.fields()), false, false);
            Ok(visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(error) => Err(error.into()),
    }
}

fn page<'a>(visit: &'a Visit, view: RequirementView<'_>, form: Form, then: bool, saved: bool) -> Page<'a> {
    let path = shown::thing_path(&view.thing.id);
    let name = visit.local(&view.thing.name).to_owned();
    let mut crumbs = crumbs(visit);
    crumbs.push(Link::new(format!("{path}?ramme={}", view.framework.id), name.clone()));
    let version = view.requirement.on(view.day).or(view.requirement.versions.first());
    let deviation = |one: &crate::Version<crate::Deviation>| {
        let standing = shown::standing(visit, one.content.state, one.content.standing(view.day));
        (format!("/arkitektur/avvik/{}", one.id), one.content.reason.clone(), standing)
    };
    let answer = |answer: Answer| {
        let hint = visit.t_of("architecture-answer-means", answer.name());
        Choice::new(answer.name(), visit.t_of("architecture-answer", answer.name())).hint(hint)
    };
    Page {
        crumbs,
        here: format!("{path}/{}", view.requirement.id),
        id: view.requirement.id.to_string(),
        text: version.map(|version| visit.local(&version.text).to_owned()).unwrap_or_default(),
        level: visit.t_of("architecture-level", view.requirement.level.name()),
        thing: name,
        principle: format!("{} {}", view.principle.id, visit.local(&view.principle.title)),
        as_at: then.then(|| visit.date(view.day)),
        current: current(visit, &view),
        deviations: view.deviations.iter().map(deviation).collect(),
        events: events(visit, &view),
        answers: Answer::ALL.map(answer).into(),
        seen: view.seen(),
        may_assess: view.may_assess && !then,
        may_deviate: view.may_assess && !then && view.can_deviate(),
        saved,
        form,
        visit,
    }
}

fn current(visit: &Visit, view: &RequirementView<'_>) -> Option<Current> {
    let latest = view.assessments.first()?;
    let one = &latest.content;
    let holds = view.requirement.on(view.day).map_or(0, |version| version.number);
    let then = view.requirement.version(one.requirement_version).filter(|version| version.number < holds);
    Some(Current {
        answer: (visit.t_of("architecture-answer", one.answer.name()), shown::answer_tone(one.answer)),
        reason: one.reason.clone(),
        evidence: one.evidence.iter().map(|line| (line.clone(), text::is_address(line))).collect(),
        at: visit.time(latest.at),
        older: then.map(|version| visit.local(&version.text).to_owned()),
    })
}

fn events(visit: &Visit, view: &RequirementView<'_>) -> Vec<Event> {
    let event = |one: &crate::Version<crate::Assessment>| {
        let answer = visit.t_of("architecture-answer", one.content.answer.name());
        shown::event(visit, one.at, answer, one.content.reason.clone(), shown::answer_tone(one.content.answer))
    };
    view.assessments.iter().map(event).collect()
}
