//! What people say where nothing can be computed.

use varde_core::{Actor, CataloguePath, FieldProblem};
use varde_ledger::Draft;

use super::{Fair, flows};
use crate::{FairError, Judgement, Model, Outcome, judge, model::judgement::may_state, store};

/// What somebody says of an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJudgement {
    /// Whether it is met.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// What shows it.
    pub evidence: Vec<String>,
    /// The number of the judgement that they have seen; 0 when there was none.
    pub seen: i32,
}

impl Fair {
    /// Says whether an indicator that cannot be computed is met, or that the law restricts what it asks for,
    /// or that it does not concern the source. It holds for a year; what was said before stays. The scores
    /// are computed anew. Action `fair.judgement.write`, entry `fair.judgement.made`.
    ///
    /// # Errors
    /// [`FairError::Invalid`], [`FairError::Computed`], [`FairError::Changed`], [`FairError::NotFound`];
    /// refusals; neighbours; the database.
    pub async fn judge(
        &self,
        actor: &Actor,
        path: &CataloguePath,
        (model, indicator): (Model, &str),
        new: NewJudgement,
    ) -> Result<(), FairError> {
        let outline = self.outlines.of(model);
        outline.indicator(indicator).ok_or(FairError::NotFound)?;
        let holder = self.subject(path).await?.source.holder;
        let permission = self.guard.check(actor, "fair.judgement.write", &Self::resource(path, holder)).await?;
        let reason = new.reason.trim().to_owned();
        let judgement = Judgement { outcome: new.outcome, reason, evidence: new.evidence, day: self.today() };
        let wrong = judgement.check();
        if !wrong.is_empty() {
            return Err(FairError::Invalid(wrong));
        }
        let findings = judge(outline, &self.facts(path).await?);
        let computed = findings.iter().find(|one| one.indicator == indicator).map(|one| one.outcome);
        let possible = may_state(computed.ok_or(FairError::NotFound)?);
        if possible.is_empty() {
            return Err(FairError::Computed);
        }
        if !possible.contains(&judgement.outcome) {
            return Err(FairError::Invalid(vec![FieldProblem::new("outcome", "fair-error-computed")]));
        }
        let number = new.seen.saturating_add(1);
        let mut work = self.store.begin(actor).await?;
        let at = (path, model, indicator);
        if !store::add_judgement(work.connection(), at, number, &judgement, actor, self.store.clock().now()).await? {
            return Err(FairError::Changed);
        }
        let draft = Draft::new("fair.judgement.made", "source", path)
            .because(permission.legal_basis())
            .with("model", model.name())
            .with("indicator", indicator)
            .with("outcome", judgement.outcome.name())
            .with("number", number);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        // What was said stands; a score that cannot be computed now is computed at the next turn.
        if let Err(error) = self.compute(&flows(), path).await {
            tracing::warn!(source = %path, error = &error as &dyn std::error::Error, "no score after a judgement");
            self.forget(path);
        }
        Ok(())
    }

    /// Lets the next turn compute the source again.
    fn forget(&self, path: &CataloguePath) {
        self.computed.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(path);
    }
}
