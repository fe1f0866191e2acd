//! A request: for whoever asked, and for the handler.

use askama::Template;
use axum::{extract::State as Service, http::StatusCode, response::Response};
use varde_core::{LocalisedText, Problem as _, ProblemKind};
use varde_store::jobs::State as JobState;
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Link, Tone},
};

use super::{
    ORDER, to_home, to_requests,
    words::{self, Plan, Row},
};
use crate::{
    Case, Exploration,
    model::{
        Explorable,
        statistics::{Outcome, Request, RequestId, State},
    },
};

/// Requests: one's own, or those on the desk.
#[derive(Template)]
#[template(path = "exploration/statistics/requests.html")]
struct Requests<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    here: String,
    lead: String,
    rows: Vec<Row>,
    /// What is said where there are none: the title and the text.
    none: (String, String),
    /// The datasets that one can plan a table of: the address, the name and the source; none at the desk.
    plannable: Option<Vec<(String, String, String)>>,
}

/// `GET /statistikk/bestill`: one's own requests, and the datasets that one can plan a table of.
pub(super) async fn own(Service(service): Service<Exploration>, visit: Visit) -> Result<Response, Failure> {
    let requests = service.own_requests(&visit.actor).await?;
    let open = service.plannable(&visit.actor).await?;
    let local = |text: &LocalisedText| visit.local(text).to_owned();
    let card = |one: &Explorable| (format!("{ORDER}/{}", one.path), local(&one.name), local(&one.source));
    Ok(visit.page(Requests {
        crumbs: vec![to_home(&visit)],
        here: visit.t("statistics-own"),
        lead: visit.t("statistics-own-lead"),
        rows: words::rows(&visit, &requests),
        none: (visit.t("statistics-own-none"), visit.t("statistics-own-none-text")),
        plannable: Some(open.iter().map(card).collect()),
        visit: &visit,
    }))
}

/// `GET /statistikk/saker`: the access body's desk.
pub(super) async fn desk(Service(service): Service<Exploration>, visit: Visit) -> Result<Response, Failure> {
    let requests = service.requests_on_desk(&visit.actor).await?;
    Ok(visit.page(Requests {
        crumbs: vec![to_home(&visit)],
        here: visit.t("statistics-desk"),
        lead: visit.t("statistics-desk-lead"),
        rows: words::rows(&visit, &requests),
        none: (visit.t("statistics-desk-none"), visit.t("statistics-desk-none-text")),
        plannable: None,
        visit: &visit,
    }))
}

#[derive(Template)]
#[template(path = "exploration/statistics/request.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    href: String,
    title: String,
    state: (String, Tone),
    request: Request,
    plan: Plan,
    purpose: String,
    sent: String,
    until: Option<(String, String)>,
    late: bool,
    /// The decision: outcome, when, law.
    decided: Option<(String, String, String)>,
    unmade: Option<String>,
    statistic: Option<String>,
    /// Why the making has stopped.
    stopped: bool,
    told_before: i64,
    may_write: bool,
    handles: bool,
    may_decide: bool,
    outcomes: Vec<Choice>,
    form: Form,
}

/// `GET /statistikk/bestilling/{id}`.
pub(super) async fn show(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id(id): Id<RequestId>,
) -> Result<Response, Failure> {
    let case = service.case(&visit.actor, id).await?;
    page(&service, &visit, case, Form::new(), StatusCode::OK).await
}

/// The page, with the decision's form as it was posted.
pub(super) async fn page(
    service: &Exploration,
    visit: &Visit,
    case: Case,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let Case { request, told_before, making } = case;
    let described = service.datasets(&visit.actor).await?;
    let content = &request.content;
    let deadlines = request.deadlines();
    let handles = service.may_handle(&visit.actor);
    let page = Page {
        crumbs: to_requests(visit, handles),
        href: format!("/statistikk/bestilling/{}", request.id),
        title: words::title(visit, &request),
        state: (words::state(visit, request.state), words::tone(request.state)),
        plan: words::plan(visit, &content.plan, content.rounding, &described),
        purpose: content.purpose.map(|purpose| visit.t_of("statistics-purpose", purpose.name())).unwrap_or_default(),
        sent: request.sent_at.map(|at| visit.time(at)).unwrap_or_default(),
        until: deadlines.map(|until| (visit.date(until.assessed), visit.date(until.answered))),
        late: request.is_late(visit.clock().today()),
        decided: request.decision.as_ref().map(|decision| {
            let outcome = visit.t_of("statistics-decided", decision.outcome.name());
            (outcome, visit.time(decision.decided_at), decision.legal_basis.to_string())
        }),
        unmade: request.unmade.map(|reason| visit.t_of("statistics-unmade", reason.name())),
        statistic: request.statistic.map(|id| format!("/statistikk/{id}")),
        stopped: making.is_some_and(|job| matches!(job.state, JobState::Failed | JobState::Cancelled)),
        told_before: i64::try_from(told_before).unwrap_or(i64::MAX),
        may_write: service.may_write(&visit.actor, &request),
        handles,
        may_decide: service.may_decide(&visit.actor, &request),
        outcomes: Outcome::ALL
            .iter()
            .map(|outcome| Choice::new(outcome.name(), visit.t_of("statistics-decide", outcome.name())))
            .collect(),
        form,
        request,
        visit,
    };
    Ok(visit.page_with(status, page))
}

impl Page<'_> {
    fn is_draft(&self) -> bool {
        self.request.state == State::Draft
    }

    fn waits(&self) -> bool {
        self.request.state == State::Sent
    }

    fn is_being_made(&self) -> bool {
        self.request.state == State::Approved
    }
}

/// `POST /statistikk/bestilling/{id}/send`.
pub(super) async fn send(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id(id): Id<RequestId>,
) -> Result<Response, Failure> {
    match service.send_request(&visit.actor, id).await {
        Ok(()) => Ok(visit.see(&format!("/statistikk/bestilling/{id}"))),
        // What is lacking is said where it can be mended.
        Err(error) if error.kind() == ProblemKind::Invalid => {
            Ok(visit.see(&format!("/statistikk/bestilling/{id}/endre")))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /statistikk/bestilling/{id}/trekk`.
pub(super) async fn take_back(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id(id): Id<RequestId>,
) -> Result<Response, Failure> {
    service.take_back_request(&visit.actor, id).await?;
    Ok(visit.see(&format!("/statistikk/bestilling/{id}")))
}
