//! What the access body does.

use varde_core::{Actor, ApplicationId, DecisionId, FieldProblem, PermitId, PersonId};
use varde_ledger::Draft;
use varde_permit::Permit;
use varde_policy::Resource;

use super::{AccessService, resource};
use crate::{
    AccessError,
    model::{Application, Assessment, CRITERIA, Decision, Finding, Known, Proposal, Reach, State, decide},
    store::{applications, desk},
};

impl AccessService {
    /// Every application sent to the access body: open ones first, the oldest first.
    pub async fn desk(&self, actor: &Actor) -> Result<Vec<Application>, AccessError> {
        let nobody = PersonId::from_uuid(uuid::Uuid::nil());
        let any = Resource::new("Application")
            .person("applicant", nobody)
            .persons("persons", [])
            .organisation("organisation", self.access_body)
            .organisation("access_body", self.access_body)
            .text("state", State::Submitted.name());
        self.guard.check(actor, "access.desk.read", &any).await?;
        let mut read = self.store.read(actor).await?;
        applications::on_desk(read.connection(), self.access_body).await
    }

    /// Asks the applicant about a field; the application then waits for the answer.
    pub async fn ask(&self, actor: &Actor, id: ApplicationId, field: &str, text: &str) -> Result<i32, AccessError> {
        let mut work = self.store.begin(actor).await?;
        let (application, permission) = self.load(&mut work, actor, "access.desk.ask", id).await?;
        let asker = handler(actor, &application)?;
        let text = text.trim();
        if text.is_empty() {
            return Err(AccessError::Invalid(vec![FieldProblem::new("question", "access-error-question-empty")]));
        }
        let now = self.store.clock().now();
        let number = desk::ask(work.connection(), id, field, text, asker, now).await?;
        applications::set_state(work.connection(), id, State::AwaitingAnswer, None).await?;
        applications::add_step(work.connection(), id, "question", now, Some(asker)).await?;
        let draft = Draft::new("access.question.asked", "application", id)
            .because(permission.legal_basis())
            .with("question", number)
            .with("field", field);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(number)
    }

    /// Assesses one criterion with a reason; assessing it again replaces the assessment, and both
    /// are on the log.
    pub async fn assess(
        &self,
        actor: &Actor,
        id: ApplicationId,
        criterion: &str,
        finding: Finding,
        reason: &str,
    ) -> Result<(), AccessError> {
        let mut work = self.store.begin(actor).await?;
        let (application, permission) = self.load(&mut work, actor, "access.desk.assess", id).await?;
        let assessor = handler(actor, &application)?;
        let assessment = self.assessment(criterion, finding, reason, assessor)?;
        desk::assess(work.connection(), id, &assessment).await?;
        if application.state == State::Submitted {
            applications::set_state(work.connection(), id, State::Processing, None).await?;
        }
        let draft = Draft::new("access.criterion.assessed", "application", id)
            .because(permission.legal_basis())
            .with("criterion", criterion)
            .with("finding", finding.name());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }

    fn assessment(
        &self,
        criterion: &str,
        finding: Finding,
        reason: &str,
        assessed_by: PersonId,
    ) -> Result<Assessment, AccessError> {
        let wrong =
            |message: &str| AccessError::Invalid(vec![FieldProblem::new(format!("reason-{criterion}"), message)]);
        if !CRITERIA.iter().any(|c| c.key == criterion) {
            return Err(AccessError::Invalid(vec![FieldProblem::new("criterion", "access-error-criterion")]));
        }
        if reason.trim().is_empty() {
            return Err(wrong("access-error-reason-empty"));
        }
        Ok(Assessment {
            criterion: criterion.to_owned(),
            finding,
            reason: reason.trim().to_owned(),
            assessed_by,
            assessed_at: self.store.clock().now(),
        })
    }

    /// How many people an application would reach, for whoever may decide on it; nothing for others, and
    /// when it cannot be counted. One entry with the rounded number.
    ///
    /// # Errors
    /// When there is no such application, or the platform does not answer.
    pub async fn reach(&self, actor: &Actor, id: ApplicationId) -> Result<Option<Reach>, AccessError> {
        let mut read = self.store.read(actor).await?;
        let application = applications::get(read.connection(), id).await?;
        drop(read);
        if !self.guard.would_allow(actor, "access.desk.decide", &resource(&application)) {
            return Ok(None);
        }
        self.ports.population.reach(actor, &application.content.need).await
    }

    /// Decides: all, part or no. What follows from it is `varde::flows`' business.
    pub async fn decide(&self, actor: &Actor, id: ApplicationId, proposal: &Proposal) -> Result<Decision, AccessError> {
        let mut work = self.store.begin(actor).await?;
        let (application, permission) = self.load(&mut work, actor, "access.desk.decide", id).await?;
        if !application.state.can_decide() {
            return Err(AccessError::WrongState(application.state));
        }
        let decider = handler(actor, &application)?;
        let assessments = desk::assessments(work.connection(), id).await?;
        let (clock, randomness) = (self.store.clock(), self.store.randomness());
        let decision_id = DecisionId::new(&**clock, randomness);
        let need = &application.content.need;
        let (kinds, reach) = (self.kinds(need).await?, self.ports.population.reach(actor, need).await?);
        let known = Known { assessments: &assessments, kinds: &kinds, reach };
        let decision = decide(&application, known, proposal, decider, decision_id, clock.now())?;
        desk::insert_decision(work.connection(), id, &decision).await?;
        applications::set_state(work.connection(), id, State::Decided, None).await?;
        applications::add_step(work.connection(), id, "decided", decision.decided_at, Some(decider)).await?;
        work.emit("access.application.decided", &decision.id).await?;
        let draft = Draft::new("access.application.decided", "application", id)
            .because(permission.legal_basis())
            .for_purpose(application.content.purpose)
            .with("decision", decision.id)
            .with("outcome", decision.outcome.name())
            .with("variables", decision.variables.len())
            .with("updates", decision.updates.is_some())
            .with("large", decision.large.is_some());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(decision)
    }

    /// The permit that follows from a decision; `None` when nothing was granted. For `varde::flows`.
    pub async fn permit_content(&self, actor: &Actor, decision: DecisionId) -> Result<Option<Permit>, AccessError> {
        let mut read = self.store.read(actor).await?;
        let id = desk::application_of(read.connection(), decision).await?;
        let application = applications::get(read.connection(), id).await?;
        self.guard.check(actor, "access.decision.permit", &resource(&application)).await?;
        let decided = desk::decision_of(read.connection(), id).await?.ok_or(AccessError::NotFound)?;
        let permit = PermitId::new(&**self.store.clock(), self.store.randomness());
        Ok(decided.permit(&application, permit))
    }
}

/// The person who handles, if the state allows handling.
fn handler(actor: &Actor, application: &Application) -> Result<PersonId, AccessError> {
    if !application.state.can_handle() {
        return Err(AccessError::WrongState(application.state));
    }
    actor.person().ok_or(AccessError::NotFound)
}
