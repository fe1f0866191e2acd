//! Durable jobs: work that takes longer than a request, as rows with progress, retries and a reason
//! for failure. A job whose process is killed is taken up by another.
//!
//! A job is enqueued in a unit of work ([`crate::Work::enqueue`]) and runs after its commit, at
//! least once. An effect happens exactly once when the unit of work that makes it also finishes the
//! job ([`crate::Work::finish`]): the database refuses to finish a job that another worker has.

mod runner;
mod status;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;
use varde_core::JobId;

use crate::{Failure, Store, StoreError};

pub use runner::{Settings, release_orphans, run};
pub use status::{State, Status};

/// A job to be enqueued.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub(crate) kind: String,
    pub(crate) key: String,
    pub(crate) payload: Value,
    pub(crate) run_after: Option<Timestamp>,
}

impl Job {
    /// A job of a kind (`platform.extract`, the [`Handler::kind`]) with a key: enqueueing the same
    /// kind and key again is the same job. The payload holds ids, never personal data.
    pub fn new(kind: &str, key: impl std::fmt::Display, payload: &impl Serialize) -> Self {
        let payload = serde_json::to_value(payload).unwrap_or_default();
        Self { kind: kind.to_owned(), key: key.to_string(), payload, run_after: None }
    }

    /// The same, but not before this instant.
    #[must_use]
    pub fn not_before(mut self, at: Timestamp) -> Self {
        self.run_after = Some(at);
        self
    }
}

/// Does the jobs of one kind.
#[async_trait]
pub trait Handler: Send + Sync {
    /// The kind of job, such as `platform.extract`.
    fn kind(&self) -> &'static str;

    /// Does the job, from the start or from where an earlier attempt left off. It is dropped at any
    /// await when the job is cancelled, the lease is lost or the process stops.
    async fn run(&self, run: &Run) -> Result<(), Failure>;
}

/// A job that a worker has the lease of.
#[derive(Debug)]
pub struct Run {
    pub(crate) id: JobId,
    pub(crate) lease: Uuid,
    pub(crate) attempts: i32,
    kind: String,
    key: String,
    payload: Value,
    store: Store,
}

impl Run {
    /// The job's id.
    pub fn id(&self) -> JobId {
        self.id
    }

    /// The job's key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How often it has failed before.
    pub fn failures(&self) -> i32 {
        self.attempts
    }

    /// What it was enqueued with. A payload of another shape is given up: it fails every time.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        T::deserialize(&self.payload)
            .map_err(|_| Failure::give_up(format!("the payload of this {} job has another shape", self.kind)))
    }

    /// Tells how far it is: so many of so many (units of the handler's choice, 0 of 0 for unknown),
    /// and a short text for people without personal data.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the job is no longer this worker's.
    pub async fn progress(&self, done: u64, total: u64, message: &str) -> Result<(), StoreError> {
        let told = sqlx::query("UPDATE work.job SET done = $3, total = $4, message = $5 WHERE id = $1 AND lease = $2")
            .bind(self.id.uuid())
            .bind(self.lease)
            .bind(i64::try_from(done).unwrap_or(i64::MAX))
            .bind(i64::try_from(total).unwrap_or(i64::MAX))
            .bind(message)
            .execute(self.store.pool())
            .await?;
        if told.rows_affected() == 1 { Ok(()) } else { Err(StoreError::LeaseLost) }
    }
}

impl crate::Work {
    /// Enqueues a job; it runs after the commit. If there is one of this kind and key already,
    /// nothing changes and the id is that one's.
    pub async fn enqueue(&mut self, job: &Job) -> Result<JobId, StoreError> {
        let new = JobId::new(&**self.store().clock(), self.store().randomness());
        let now = self.store().clock().now();
        let context = self.context();
        let id: Uuid = sqlx::query_scalar("SELECT work.enqueue($1, $2, $3, $4, $5, $6, $7)")
            .bind(new.uuid())
            .bind(&job.kind)
            .bind(&job.key)
            .bind(context)
            .bind(&job.payload)
            .bind(job.run_after.map(ToSqlx::to_sqlx))
            .bind(now.to_sqlx())
            .fetch_one(self.connection())
            .await?;
        Ok(JobId::from_uuid(id))
    }

    /// Finishes the job with this unit of work: its effects and the completion are one.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the job is no longer this worker's; drop the work then.
    pub async fn finish(&mut self, run: &Run) -> Result<(), StoreError> {
        let now = self.store().clock().now();
        let finished: bool = sqlx::query_scalar("SELECT work.finish($1, $2, $3)")
            .bind(run.id.uuid())
            .bind(run.lease)
            .bind(now.to_sqlx())
            .fetch_one(self.connection())
            .await?;
        if finished { Ok(()) } else { Err(StoreError::LeaseLost) }
    }

    /// Cancels a job: a waiting one at once, a running one at its next sign of life. False when it
    /// has ended or there is none.
    pub async fn cancel_job(&mut self, job: JobId) -> Result<bool, StoreError> {
        let now = self.store().clock().now();
        let cancel = sqlx::query_scalar("SELECT work.cancel($1, $2)").bind(job.uuid()).bind(now.to_sqlx());
        Ok(cancel.fetch_one(self.connection()).await?)
    }

    /// Lets a job that failed or was cancelled wait again. False when it is neither.
    pub async fn retry_job(&mut self, job: JobId) -> Result<bool, StoreError> {
        let retry = sqlx::query_scalar("SELECT work.retry($1)").bind(job.uuid());
        Ok(retry.fetch_one(self.connection()).await?)
    }
}
