//! What an operator may do to jobs and events, each on the log with the change itself.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use uuid::Uuid;
use varde_core::{Actor, JobId, Problem, ProblemKind};
use varde_ledger::Draft;
use varde_policy::{Refusal, Resource};
use varde_store::{StoreError, Work};
use varde_web::{Failure, Visit};

use super::Operations;

/// One change.
#[derive(Debug)]
enum Change {
    /// Let a failed or cancelled job wait again.
    Retry(JobId),
    /// Cancel a job that has not ended.
    Cancel(JobId),
    /// Let a dead letter wait again.
    Redeliver { reaction: String, event: Uuid },
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangeError {
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It has gone on since the page was shown.
    #[error("the job or event is no longer as the page showed it: look again")]
    Overtaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for ChangeError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Refused(refusal) => refusal.kind(),
            Self::Overtaken => ProblemKind::Conflict,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Overtaken => "operations.overtaken",
            Self::Store(error) => error.code(),
        }
    }
}

impl Change {
    fn action(&self) -> &'static str {
        match self {
            Self::Retry(_) => "operations.job.retry",
            Self::Cancel(_) => "operations.job.cancel",
            Self::Redeliver { .. } => "operations.delivery.repeat",
        }
    }

    fn resource(&self) -> Resource {
        match self {
            Self::Retry(job) | Self::Cancel(job) => Resource::new("Job").id(job),
            Self::Redeliver { event, .. } => Resource::new("DeadLetter").id(event),
        }
    }

    fn draft(&self) -> Draft {
        match self {
            Self::Retry(job) => Draft::new("operations.job.retried", "job", job),
            Self::Cancel(job) => Draft::new("operations.job.cancelled", "job", job),
            Self::Redeliver { reaction, event } => {
                Draft::new("operations.delivery.repeated", "event", event).with("reaction", reaction)
            }
        }
    }

    /// False when the job or event is not in a state for it.
    async fn make(&self, work: &mut Work) -> Result<bool, StoreError> {
        match self {
            Self::Retry(job) => work.retry_job(*job).await,
            Self::Cancel(job) => work.cancel_job(*job).await,
            Self::Redeliver { reaction, event } => work.redeliver(reaction, *event).await,
        }
    }
}

impl Operations {
    /// Checks, makes the change, and enters it, in one unit of work.
    async fn change(&self, actor: &Actor, change: &Change) -> Result<(), ChangeError> {
        let permission = self.services.guard.check(actor, change.action(), &change.resource()).await?;
        let mut work = self.changes.begin(actor).await?;
        if !change.make(&mut work).await? {
            return Err(ChangeError::Overtaken);
        }
        let entered = work.enter(change.draft().because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(())
    }
}

/// `POST /drift/jobber/{id}/prov-igjen`.
pub(super) async fn retry_job(
    visit: Visit,
    State(operations): State<Arc<Operations>>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    operations.change(&visit.actor, &Change::Retry(job(&id)?)).await?;
    Ok(visit.see("/drift#jobber"))
}

/// `POST /drift/jobber/{id}/avbryt`.
pub(super) async fn cancel_job(
    visit: Visit,
    State(operations): State<Arc<Operations>>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    operations.change(&visit.actor, &Change::Cancel(job(&id)?)).await?;
    Ok(visit.see("/drift#jobber"))
}

/// `POST /drift/hendelser/{reaction}/{event}/lever`.
pub(super) async fn redeliver(
    visit: Visit,
    State(operations): State<Arc<Operations>>,
    Path((reaction, event)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let event = event.parse().map_err(|_| Failure::not_found())?;
    operations.change(&visit.actor, &Change::Redeliver { reaction, event }).await?;
    Ok(visit.see("/drift#hendelser"))
}

fn job(id: &str) -> Result<JobId, Failure> {
    id.parse().map_err(|_| Failure::not_found())
}
