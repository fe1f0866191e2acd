//! One indicator of a source: what was found, what shows it, and what people have said.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::{CataloguePath, FieldProblem, Problem as _};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Event, Link, Tone},
};

use super::{crumbs, shown};
use crate::{Fair, FairError, IndicatorView, Judgement, Kept, Model, NewJudgement, Outcome, holds_until, progress};

#[derive(Template)]
#[template(path = "fair/indicator.html")]
struct Page<'a> {
    visit: &'a Visit,
    form: Form,
    crumbs: Vec<Link>,
    here: String,
    id: String,
    text: String,
    name: String,
    group: String,
    outcome: (String, Tone),
    means: String,
    progress: Option<String>,
    computed: Option<String>,
    evidence: Vec<shown::Shown>,
    improve: Option<(String, Option<String>)>,
    said: Option<Said>,
    answers: Vec<Choice>,
    seen: i32,
    events: Vec<Event>,
}

/// What a person said, as it counts now.
struct Said {
    outcome: (String, Tone),
    reason: String,
    /// Each with whether it is an address.
    evidence: Vec<(String, bool)>,
    until: String,
    must_confirm: bool,
}

type Address = (CataloguePath, String, String);

/// `GET /kvalitet/{source}/{model}/{indicator}`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Fair>,
    Id((path, model, indicator)): Id<Address>,
) -> Result<Response, Failure> {
    let model = Model::from_name(&model).ok_or(FairError::NotFound)?;
    let view = service.indicator(&visit.actor, &path, (model, &indicator)).await?;
    let form = view.judgements.first().map_or_else(Form::new, |one| {
        Form::new()
            .with("outcome", one.content.outcome.name())
            .with("reason", &one.content.reason)
            .with("evidence", one.content.evidence.join("\n"))
    });
    Ok(visit.page(page(&visit, &view, form)))
}

/// `POST /kvalitet/{source}/{model}/{indicator}`.
pub(super) async fn save(
    visit: Visit,
    State(service): State<Fair>,
    Id((path, model, indicator)): Id<Address>,
    form: Form,
) -> Result<Response, Failure> {
    let model = Model::from_name(&model).ok_or(FairError::NotFound)?;
    let done = match Outcome::from_name(form.value("outcome")) {
        Some(outcome) => {
            let lines = form.value("evidence").lines().map(str::trim).filter(|line| !line.is_empty());
            let evidence = lines.map(str::to_owned).collect();
            let seen = form.value("seen").parse().unwrap_or_default();
            let new = NewJudgement { outcome, reason: form.value("reason").to_owned(), evidence, seen };
            service.judge(&visit.actor, &path, (model, &indicator), new).await
        }
        None => Err(FairError::Invalid(vec![FieldProblem::new("outcome", "fair-error-outcome")])),
    };
    match done {
        Ok(()) => Ok(visit.see(&format!("{}/{indicator}", shown::model_path(&path, model)))),
        Err(error @ FairError::Invalid(_)) => {
            let view = service.indicator(&visit.actor, &path, (model, &indicator)).await?;
            if view.may_state.is_empty() {
                return Err(Failure::not_found());
            }
            let page = page(&visit, &view, form.with_problems(error.fields()));
            Ok(visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(error) => Err(error.into()),
    }
}

fn page<'a>(visit: &'a Visit, view: &IndicatorView<'_>, form: Form) -> Page<'a> {
    let (model, finding) = (view.outline.model, &view.finding);
    let path = &view.subject.path;
    let mut crumbs = crumbs(visit, Some(&view.subject));
    crumbs.push(Link::new(shown::model_path(path, model), visit.t_of("fair-model", model.name())));
    let progress = (model == Model::Fdmm).then(|| progress(finding.outcome)).flatten();
    let choice = |one: &Outcome| {
        let hint = visit.t_of("fair-outcome-means", one.name());
        Choice::new(one.name(), visit.t_of("fair-outcome", one.name())).hint(hint)
    };
    Page {
        crumbs,
        here: format!("{}/{}", shown::model_path(path, model), view.indicator.id),
        id: view.indicator.id.clone(),
        text: shown::name(visit, view.indicator),
        name: visit.local(&view.subject.name).to_owned(),
        group: shown::group(visit, view.dimension, view.indicator, view.score.content.access()).1,
        outcome: shown::outcome(visit, finding.outcome),
        means: visit.t_of("fair-outcome-means", finding.outcome.name()),
        progress: progress.map(|level| visit.t_with("fair-progress", &[("level", u32::from(level).into())])),
        computed: finding.computed.map(|one| visit.t_of("fair-outcome", one.name())),
        evidence: shown::evidence(visit, &finding.evidence),
        improve: finding.improve.as_ref().map(|one| (shown::improve(visit, one), shown::improve_at(one, path))),
        said: finding.statement.as_ref().map(|one| said(visit, &one.judgement, one.must_confirm)),
        answers: view.may_state.iter().map(choice).collect(),
        seen: view.seen(),
        events: view.judgements.iter().map(|one| event(visit, one)).collect(),
        form,
        visit,
    }
}

fn said(visit: &Visit, judgement: &Judgement, must_confirm: bool) -> Said {
    let address = |line: &String| (line.clone(), line.starts_with("https://") || line.starts_with("http://"));
    Said {
        outcome: shown::outcome(visit, judgement.outcome),
        reason: judgement.reason.clone(),
        evidence: judgement.evidence.iter().map(address).collect(),
        until: visit.date(holds_until(judgement.day)),
        must_confirm,
    }
}

fn event(visit: &Visit, one: &Kept<Judgement>) -> Event {
    let (title, tone) = shown::outcome(visit, one.content.outcome);
    let text = one.content.reason.clone();
    Event { when: shown::at(visit, one.at), datetime: one.at.to_string(), title, text, link: None, tone }
}
