//! Deviations: the list, asking for one, deciding, ending.

use askama::Template;
use axum::{extract::State as Service, http::StatusCode, response::Response};
use jiff::ToSpan as _;
use varde_core::{FieldProblem, Language, Problem as _};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Event, Link, Tone},
};

use super::{crumbs, date, seen, shown};
use crate::{
    Architecture, ArchitectureError, DeviationId, DeviationView, NewDeviation, Owner, RequirementId, State, Step,
    ThingId,
};

#[derive(Template)]
#[template(path = "architecture/deviations.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    rows: Vec<shown::Row>,
}

/// `GET /arkitektur/avvik`.
pub(super) async fn list(Service(service): Service<Architecture>, visit: Visit) -> Result<Response, Failure> {
    let rows = service.deviations(&visit.actor).await?.iter().map(|row| shown::Row::of(&visit, row)).collect();
    Ok(visit.page(ListPage { visit: &visit, crumbs: crumbs(&visit), rows }))
}

#[derive(Template)]
#[template(path = "architecture/ask.html")]
struct AskPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    back: String,
    thing: String,
    requirement: String,
    languages: Vec<Choice>,
}

/// `GET /arkitektur/vurdert/{thing}/{requirement}/avvik`.
pub(super) async fn new(
    Service(service): Service<Architecture>,
    visit: Visit,
    Id((thing, requirement)): Id<(ThingId, RequirementId)>,
) -> Result<Response, Failure> {
    let expires = service.today().saturating_add(6.months());
    let form = Form::new().with("language", visit.language.tag()).with("expires", expires.to_string());
    ask_page(&service, &visit, &thing, &requirement, form, StatusCode::OK).await
}

/// `POST /arkitektur/vurdert/{thing}/{requirement}/avvik`.
pub(super) async fn ask(
    Service(service): Service<Architecture>,
    visit: Visit,
    Id((thing, requirement)): Id<(ThingId, RequirementId)>,
    form: Form,
) -> Result<Response, Failure> {
    let outcome = match wanted(&form) {
        Ok(new) => service.ask(&visit.actor, &thing, &requirement, new).await,
        Err(problem) => Err(ArchitectureError::Invalid(vec![problem])),
    };
    match outcome {
        Ok(id) => Ok(visit.see(&format!("/arkitektur/avvik/{id}"))),
        Err(error @ ArchitectureError::Invalid(_)) => {
            let form = form.with_problems(error.fields());
            ask_page(&service, &visit, &thing, &requirement, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

fn wanted(form: &Form) -> Result<NewDeviation, FieldProblem> {
    let language = form.value("language").parse();
    let language = language.map_err(|_| FieldProblem::new("language", "architecture-error-language"))?;
    let text = |field| form.value(field).trim().to_owned();
    let owner = Owner { function: text("function"), email: text("email"), language };
    Ok(NewDeviation { reason: text("reason"), owner, expires: date(form, "expires")? })
}

async fn ask_page(
    service: &Architecture,
    visit: &Visit,
    thing: &ThingId,
    requirement: &RequirementId,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    service.may_ask(&visit.actor, thing).await?;
    let view = service.requirement(&visit.actor, thing, requirement, None).await?;
    let back = format!("{}/{requirement}", shown::thing_path(thing));
    let name = visit.local(&view.thing.name).to_owned();
    let text = view.requirement.on(view.day).map(|version| visit.local(&version.text).to_owned());
    let mut crumbs = crumbs(visit);
    crumbs.push(Link::new(shown::thing_path(thing), name.clone()));
    crumbs.push(Link::new(back.clone(), requirement.to_string()));
    let page = AskPage {
        visit,
        crumbs,
        form,
        back,
        thing: name,
        requirement: format!("{requirement}: {}", text.unwrap_or_default()),
        languages: Language::ALL.map(|language| Choice::new(language.tag(), language.own_name())).into(),
    };
    Ok(visit.page_with(status, page))
}

#[derive(Template)]
#[template(path = "architecture/deviation.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    id: DeviationId,
    title: String,
    standing: (String, Tone),
    facts: Vec<(String, String)>,
    reason: String,
    said: String,
    /// The page of what it deviates from.
    requirement: String,
    events: Vec<Event>,
    seen: u32,
    decisions: Vec<Choice>,
    /// The step by which those who answer for the thing end it: its name; none when there is none.
    ending: Option<&'static str>,
}

/// `GET /arkitektur/avvik/{id}`.
pub(super) async fn show(
    Service(service): Service<Architecture>,
    visit: Visit,
    Id(id): Id<DeviationId>,
) -> Result<Response, Failure> {
    let view = service.deviation(&visit.actor, id).await?;
    let form = Form::new().with("expires", view.latest.content.expires.to_string());
    // What holds can only be extended: nobody need say so.
    let form = if view.latest.content.state == State::Granted { form.with("step", "extend") } else { form };
    Ok(visit.page(page(&visit, id, &view, form)))
}

/// `POST /arkitektur/avvik/{id}`: the governing body decides.
pub(super) async fn decide(
    Service(service): Service<Architecture>,
    visit: Visit,
    Id(id): Id<DeviationId>,
    form: Form,
) -> Result<Response, Failure> {
    let step = match form.value("step") {
        "grant" => date(&form, "expires").map(|expires| Step::Grant { expires }),
        "extend" => date(&form, "expires").map(|expires| Step::Extend { expires }),
        "refuse" => Ok(Step::Refuse),
        _ => Err(FieldProblem::new("step", "architecture-error-step")),
    };
    take(&service, &visit, id, step, form).await
}

/// `POST /arkitektur/avvik/{id}/slutt`: those who answer for the thing take it back or close it.
pub(super) async fn end(
    Service(service): Service<Architecture>,
    visit: Visit,
    Id(id): Id<DeviationId>,
    form: Form,
) -> Result<Response, Failure> {
    let step = match form.value("step") {
        "withdraw" => Ok(Step::Withdraw),
        "close" => Ok(Step::Close),
        _ => Err(FieldProblem::new("step", "architecture-error-step")),
    };
    take(&service, &visit, id, step, form).await
}

async fn take(
    service: &Architecture,
    visit: &Visit,
    id: DeviationId,
    step: Result<Step, FieldProblem>,
    form: Form,
) -> Result<Response, Failure> {
    let outcome = match step {
        Ok(step) => {
            let (body, said) = (form.value("body"), form.value("said"));
            service.step(&visit.actor, id, seen(&form), &step, body, said).await
        }
        Err(problem) => Err(ArchitectureError::Invalid(vec![problem])),
    };
    match outcome {
        Ok(()) => Ok(visit.see(&format!("/arkitektur/avvik/{id}"))),
        Err(error @ ArchitectureError::Invalid(_)) => {
            let view = service.deviation(&visit.actor, id).await?;
            let page = page(visit, id, &view, form.with_problems(error.fields()));
            Ok(visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(error) => Err(error.into()),
    }
}

fn page<'a>(visit: &'a Visit, id: DeviationId, view: &DeviationView, form: Form) -> Page<'a> {
    let content = &view.latest.content;
    let name = visit.local(&view.thing.name).to_owned();
    let thing = shown::thing_path(&content.thing);
    let mut crumbs = crumbs(visit);
    crumbs.push(Link::new("/arkitektur/avvik", visit.t("architecture-deviations")));
    let fact = |key: &str, value: String| (visit.t(key), value);
    let mut facts = vec![
        fact("architecture-owner-function", content.owner.function.clone()),
        fact("architecture-expires", visit.date(content.expires)),
    ];
    if !content.body.is_empty() {
        facts.push(fact("architecture-body", content.body.clone()));
    }
    let steps: &[&str] = match content.state {
        State::Asked => &["grant", "refuse"],
        State::Granted => &["extend"],
        _ => &[],
    };
    let decisions = steps.iter().filter(|_| view.may_decide);
    let event = |one: &crate::Version<crate::Deviation>| {
        let said = if one.content.said.is_empty() { one.content.reason.clone() } else { one.content.said.clone() };
        let title = visit.t_of("architecture-state", one.content.state.name());
        shown::event(visit, one.at, title, said, Tone::Info)
    };
    Page {
        crumbs,
        id,
        title: visit.t_with(
            "architecture-deviation-title",
            &[("thing", name.as_str().into()), ("requirement", content.requirement.as_str().into())],
        ),
        standing: shown::standing(visit, content.state, view.standing),
        facts,
        reason: content.reason.clone(),
        said: content.said.clone(),
        requirement: format!("{thing}/{}", content.requirement),
        events: view.versions.iter().map(event).collect(),
        seen: view.latest.number,
        decisions: decisions.map(|step| Choice::new(*step, visit.t_of("architecture-step", step))).collect(),
        ending: match content.state {
            State::Asked if view.may_end => Some("withdraw"),
            State::Granted if view.may_end => Some("close"),
            _ => None,
        },
        form,
        visit,
    }
}
