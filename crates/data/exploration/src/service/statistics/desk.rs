//! What the access body does: its desk, and the decision.

use varde_core::{Actor, DecisionId};
use varde_ledger::Draft;
use varde_store::jobs::Status;

use super::{
    DECIDE, DESK, MAKE,
    make::{STATISTIC_JOB, job},
    resource,
};
use crate::{
    Exploration, ExplorationError,
    model::statistics::{Decision, Outcome, Proposal, Request, RequestId, State, decide, told},
    store::statistics as kept,
};

/// How many requests the desk shows.
const SHOWN: i64 = 500;

/// What a handler must know beside the request.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The request.
    pub request: Request,
    /// How many published tables the planned one would be checked together with.
    pub told_before: u64,
    /// How its making stands; `None` before it is approved.
    pub making: Option<Status>,
}

impl Exploration {
    /// Whether the actor handles requests.
    pub fn may_handle(&self, actor: &Actor) -> bool {
        self.guard.would_allow(actor, DESK, &self.any_sent())
    }

    /// Whether the actor may decide on the request.
    pub fn may_decide(&self, actor: &Actor, request: &Request) -> bool {
        request.state == State::Sent && self.guard.would_allow(actor, DECIDE, &resource(request))
    }

    /// Every request that was sent: those that wait first, the oldest first. Action `exploration.request.handle`.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn requests_on_desk(&self, actor: &Actor) -> Result<Vec<Request>, ExplorationError> {
        self.guard.check(actor, DESK, &self.any_sent()).await?;
        let mut read = self.store.read(actor).await?;
        kept::on_desk(read.connection(), self.parts.access_body, SHOWN).await
    }

    /// A request with how the ledger and its making stand. Action `exploration.request.read`.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`]; refusals; the database.
    pub async fn case(&self, actor: &Actor, id: RequestId) -> Result<Case, ExplorationError> {
        let request = self.request(actor, id).await?;
        let mut read = self.store.read(actor).await?;
        let datasets = told::datasets(&request.content.plan);
        let told_before = kept::tables_told(read.connection(), &datasets).await?;
        drop(read);
        let making = match request.state {
            State::Approved => self.store.job(STATISTIC_JOB, id).await?,
            _ => None,
        };
        Ok(Case { request, told_before, making })
    }

    /// Decides. An approval is followed by the job that makes the table, in the same unit of work. Entry
    /// `exploration.request.decided`.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`], [`ExplorationError::Undecidable`]; refusals; the database.
    pub async fn decide_request(
        &self,
        actor: &Actor,
        id: RequestId,
        proposal: &Proposal,
    ) -> Result<Decision, ExplorationError> {
        let mut work = self.store.begin(actor).await?;
        let (mut request, permission) = self.loaded(&mut work, actor, DECIDE, id).await?;
        let decider = actor.person().ok_or(ExplorationError::NotFound)?;
        let decision_id = DecisionId::new(self.store.clock().as_ref(), self.store.randomness());
        let decision = decide(&request, proposal, decider, decision_id, self.now())?;
        request.state = match decision.outcome {
            Outcome::Approved => State::Approved,
            Outcome::Refused => State::Refused,
        };
        request.decision = Some(decision.clone());
        kept::save_request(work.connection(), &request).await?;
        if decision.outcome == Outcome::Approved {
            work.enqueue(&job(id)).await?;
        }
        let draft = Draft::new("exploration.request.decided", "statistics_request", id)
            .because(permission.legal_basis())
            .with("decision", decision.id)
            .with("outcome", decision.outcome.name())
            .with("plan", request.content.digest());
        let draft = request.content.purpose.into_iter().fold(draft, Draft::for_purpose);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(decision)
    }

    /// A request whose table may be made now, for the job; `None` when it waits for none.
    pub(super) async fn to_make(
        &self,
        actor: &Actor,
        id: RequestId,
    ) -> Result<Option<(Request, varde_policy::Permission)>, ExplorationError> {
        let mut read = self.store.read(actor).await?;
        let request = kept::request_of(read.connection(), id).await?.ok_or(ExplorationError::NotFound)?;
        drop(read);
        let permission = self.guard.check(actor, MAKE, &resource(&request)).await?;
        Ok((request.state == State::Approved).then_some((request, permission)))
    }
}
