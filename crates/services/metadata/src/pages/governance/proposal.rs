//! A proposal: what it changes, what is said about it, and what can be done with it.

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::Response,
};
use varde_core::FieldProblem;
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Link, Tone},
};

use super::{abroad::DemandShown, crumbs, problems, proposal_page, source_page, tone, who};
use crate::{
    Comment, CommentId, MetadataError, ProposalId, ProposalView, ProposedChange,
    model::governance::ProposalState,
    pages::{
        Service,
        difference::{Shown, field_name, pieces},
        path,
        text::Words,
    },
};

#[derive(Template)]
#[template(path = "governance/proposal.html")]
struct ProposalTemplate<'a> {
    visit: &'a Visit,
    form: &'a Form,
    crumbs: Vec<Link>,
    href: String,
    take_up_href: String,
    title: String,
    state: (String, Tone),
    facts: Vec<(String, String)>,
    changes: Vec<ChangeShown>,
    threads: Vec<Thread>,
    places: Vec<Choice>,
    does: Does,
}

struct ChangeShown {
    name: Words,
    href: String,
    edition: String,
    first: Option<String>,
    shown: Option<Shown>,
    demands: Vec<DemandShown>,
}

struct Thread {
    id: String,
    about: String,
    /// The same in pieces, between which a line may break.
    pieces: Vec<String>,
    resolved: bool,
    comments: Vec<(String, String, String)>,
}

/// What the reader can do.
struct Does {
    propose: bool,
    take_up: bool,
    approve: bool,
    needs_another: bool,
    /// Publishing it takes a reason.
    reason: bool,
    /// It lacks what is mandatory in other catalogues.
    breaches: bool,
    reject: bool,
    withdraw: bool,
    comment: bool,
}

impl Does {
    fn of(visit: &Visit, view: &ProposalView) -> Self {
        let state = view.proposal.state;
        let steward = visit.actor.is(varde_core::Role::Steward);
        let reviewer = steward || visit.actor.is(varde_core::Role::Reviewer);
        let breaches = view.changes.iter().flat_map(|change| &change.demands).any(|demand| demand.breaches() > 0);
        let waits = matches!(state, ProposalState::Proposed | ProposalState::InReview);
        Self {
            propose: steward && state == ProposalState::Draft,
            take_up: reviewer && !view.own && state == ProposalState::Proposed,
            approve: reviewer && waits && view.may_approve,
            needs_another: reviewer && waits && !view.may_approve,
            reason: view.own || breaches,
            breaches,
            reject: reviewer && waits && !view.own,
            withdraw: steward && state.is_open(),
            comment: reviewer && state.is_open(),
        }
    }
}

/// Somebody who asks something about a proposal, and the service that answers.
pub(super) struct Asked {
    visit: Visit,
    service: Service,
    id: ProposalId,
}

impl FromRequestParts<Service> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Failure> {
        let visit = Visit::from_request_parts(parts, service).await?;
        let Id(id) = Id::from_request_parts(parts, service).await?;
        Ok(Self { visit, service: service.clone(), id })
    }
}

impl Asked {
    /// The proposal with a form as it was sent.
    async fn page(&self, form: Form, status: StatusCode) -> Result<Response, Failure> {
        let (visit, id) = (&self.visit, self.id);
        let view = self.service.proposal(&visit.actor, id).await?;
        let proposal = &view.proposal;
        let untitled = || visit.t("governance-draft-title");
        let form = if form.value("title").is_empty() { form.with("title", proposal.title.clone()) } else { form };
        let template = ProposalTemplate {
            crumbs: crumbs(visit, proposal.sources.first().map(|s| Link::new(source_page(s), s.as_str()))),
            href: proposal_page(id),
            take_up_href: format!("{}/gjennomga", proposal_page(id)),
            title: if proposal.title.is_empty() { untitled() } else { proposal.title.clone() },
            state: (visit.t_of("governance-state", proposal.state.name()), tone(proposal.state)),
            facts: facts(visit, &view),
            changes: view.changes.iter().map(|change| change_shown(visit, change)).collect(),
            threads: threads(visit, &view.comments),
            places: places(visit, &view),
            does: Does::of(visit, &view),
            form: &form,
            visit,
        };
        Ok(visit.page_with(status, template))
    }

    /// On to the proposal when it was done, else the form again with what is wrong beside a field.
    async fn answer(&self, form: Form, done: Result<(), MetadataError>, field: &str) -> Result<Response, Failure> {
        match done {
            Ok(()) => Ok(self.visit.see(&proposal_page(self.id))),
            Err(error) => self.page(problems(form, error, field)?, StatusCode::UNPROCESSABLE_ENTITY).await,
        }
    }
}

/// `GET /katalog/forvaltning/forslag/{id}`.
pub(super) async fn show(asked: Asked) -> Result<Response, Failure> {
    asked.page(Form::new(), StatusCode::OK).await
}

fn facts(visit: &Visit, view: &ProposalView) -> Vec<(String, String)> {
    let proposal = &view.proposal;
    let label = |key: &str| visit.t_of("governance-fact", key);
    let mut facts = vec![
        (label("origin"), visit.t_of("governance-origin", &proposal.origin)),
        (label("proposer"), who(visit, &proposal.proposer)),
        (label("created"), visit.time(proposal.created_at)),
    ];
    facts.extend(proposal.proposed_at.map(|t| (label("proposed"), visit.time(t))));
    facts.extend(proposal.reviewer.as_deref().map(|by| (label("reviewer"), who(visit, by))));
    facts.extend(proposal.decided_at.map(|t| (label("decided"), visit.time(t))));
    facts.extend(proposal.reason.clone().map(|reason| (label("reason"), reason)));
    facts
}

fn change_shown(visit: &Visit, change: &ProposedChange) -> ChangeShown {
    let count = visit.t_with("metadata-variable-count", &[("count", change.variables.into())]);
    ChangeShown {
        name: Words::of(visit, &change.source.name),
        href: source_page(&change.source.path),
        edition: change.edition.as_ref().map(|e| format!("{} · {}", e.number, e.digest)).unwrap_or_default(),
        first: change.difference.is_none().then_some(count),
        shown: change.difference.as_ref().map(|difference| Shown::of(visit, difference)),
        demands: DemandShown::all(visit, change),
    }
}

fn threads(visit: &Visit, comments: &[Comment]) -> Vec<Thread> {
    let shown = |c: &Comment| (who(visit, &c.made_by), visit.time(c.made_at), c.body.clone());
    let thread = |first: &Comment| Thread {
        id: first.id.to_string(),
        pieces: pieces(&about(visit, first.path.as_str(), &first.field)),
        about: about(visit, first.path.as_str(), &first.field),
        resolved: first.resolved_at.is_some(),
        comments: comments.iter().filter(|c| c.id == first.id || c.thread == Some(first.id)).map(shown).collect(),
    };
    comments.iter().filter(|c| c.thread.is_none()).map(thread).collect()
}

fn about(visit: &Visit, path: &str, field: &str) -> String {
    if field.is_empty() { path.to_owned() } else { format!("{path} – {}", field_name(visit, field)) }
}

/// What can be commented on: each source, and each field that is changed.
fn places(visit: &Visit, view: &ProposalView) -> Vec<Choice> {
    let mut places: Vec<Choice> = Vec::new();
    let mut add = |path: &str, field: &str| {
        let value = format!("{path}|{field}");
        if places.len() < 200 && !places.iter().any(|known| known.value == value) {
            places.push(Choice::new(value, about(visit, path, field)));
        }
    };
    for change in &view.changes {
        add(change.source.path.as_str(), "");
        let Some(difference) = &change.difference else { continue };
        for changed in difference.nodes.iter().chain(&difference.changed) {
            add(changed.path.as_str(), "");
        }
    }
    for stored in &view.edits {
        add(stored.edit.path.as_str(), &stored.edit.field.to_string());
    }
    places
}

/// `POST …/foresla`.
pub(super) async fn propose(asked: Asked, form: Form) -> Result<Response, Failure> {
    let done = asked.service.propose(&asked.visit.actor, asked.id, form.value("title")).await;
    asked.answer(form, done, "title").await
}

/// `POST …/gjennomga`.
pub(super) async fn take_up(asked: Asked) -> Result<Response, Failure> {
    asked.service.take_up(&asked.visit.actor, asked.id).await?;
    Ok(asked.visit.see(&proposal_page(asked.id)))
}

/// `POST …/publiser`.
pub(super) async fn approve(asked: Asked, form: Form) -> Result<Response, Failure> {
    let done = asked.service.approve(&asked.visit.actor, asked.id, form.value("approve_reason")).await;
    asked.answer(form, done, "approve_reason").await
}

/// `POST …/avvis`.
pub(super) async fn reject(asked: Asked, form: Form) -> Result<Response, Failure> {
    let done = asked.service.reject(&asked.visit.actor, asked.id, form.value("reject_reason")).await;
    asked.answer(form, done, "reject_reason").await
}

/// `POST …/trekk`.
pub(super) async fn withdraw(asked: Asked, form: Form) -> Result<Response, Failure> {
    let done = asked.service.withdraw(&asked.visit.actor, asked.id, form.value("withdraw_reason")).await;
    asked.answer(form, done, "withdraw_reason").await
}

/// `POST …/kommentar`: on a place, or in answer to a thread.
pub(super) async fn comment(asked: Asked, form: Form) -> Result<Response, Failure> {
    let (service, actor) = (&asked.service, &asked.visit.actor);
    let thread = form.given("thread").and_then(|thread| thread.parse::<CommentId>().ok());
    let place = match thread {
        Some(thread) => {
            let view = service.proposal(actor, asked.id).await?;
            let first = view.comments.iter().find(|comment| comment.id == thread);
            first.map(|comment| (comment.path.clone(), comment.field.clone()))
        }
        None => match form.given("place").and_then(|place| place.split_once('|')) {
            Some((at, field)) => Some((path(at)?, field.to_owned())),
            None => None,
        },
    };
    let Some((at, field)) = place else {
        let form = form.with_problems([FieldProblem::new("place", "governance-error-choose")]);
        return asked.page(form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let done = service.comment(actor, asked.id, (&at, &field), thread, form.value("body")).await.map(drop);
    asked.answer(form, done, "body").await
}

/// `POST …/avklar`.
pub(super) async fn resolve(asked: Asked, form: Form) -> Result<Response, Failure> {
    let thread = form.value("thread").parse().map_err(|_| Failure::not_found())?;
    asked.service.resolve(&asked.visit.actor, asked.id, thread).await?;
    Ok(asked.visit.see(&proposal_page(asked.id)))
}
