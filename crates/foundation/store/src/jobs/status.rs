//! How jobs are doing, for the pages that show it.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::{FromRow, Row, postgres::PgRow};
use varde_core::JobId;

use crate::{ContextStore, Store, StoreError};

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for a worker, for its time, or for the pause after a failure.
    Waiting,
    /// A worker has it.
    Running,
    /// Done.
    Done,
    /// Given up; [`Status::failure`] says why.
    Failed,
    /// Cancelled.
    Cancelled,
}

impl State {
    /// Its name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Cancelled].into_iter().find(|s| s.name() == name)
    }
}

/// How a job is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// Its key.
    pub key: String,
    /// Where it is.
    pub state: State,
    /// How much is done, in units of the handler's choice.
    pub done: u64,
    /// Of how much; 0 when unknown.
    pub total: u64,
    /// What it is doing, for people.
    pub message: String,
    /// Why it failed last; kept while it waits for another attempt.
    pub failure: Option<String>,
    /// How often it has failed.
    pub failures: i32,
    /// How often its process was killed.
    pub interrupted: i32,
    /// When it was enqueued, UTC.
    pub created_at: Timestamp,
    /// When it ended, UTC.
    pub finished_at: Option<Timestamp>,
}

impl FromRow<'_, PgRow> for Status {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let state: String = row.try_get("state")?;
        let finished: Option<jiff_sqlx::Timestamp> = row.try_get("finished_at")?;
        let count = |name: &str| row.try_get::<i64, _>(name).map(|n| u64::try_from(n).unwrap_or_default());
        Ok(Self {
            id: JobId::from_uuid(row.try_get("id")?),
            kind: row.try_get("kind")?,
            key: row.try_get("key")?,
            state: State::from_name(&state).ok_or_else(|| sqlx::Error::Decode("no such state of a job".into()))?,
            done: count("done")?,
            total: count("total")?,
            message: row.try_get("message")?,
            failure: row.try_get("failure")?,
            failures: row.try_get("attempts")?,
            interrupted: row.try_get("interrupted")?,
            created_at: row.try_get::<jiff_sqlx::Timestamp, _>("created_at")?.to_jiff(),
            finished_at: finished.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

impl Store {
    /// The newest jobs in these states, for the operator's page.
    pub async fn jobs(&self, states: &[State], limit: u32) -> Result<Vec<Status>, StoreError> {
        let names: Vec<&str> = states.iter().map(|state| state.name()).collect();
        let select = "SELECT * FROM work.job WHERE state = ANY ($1) ORDER BY created_at DESC, id DESC LIMIT $2";
        Ok(sqlx::query_as(select).bind(names).bind(i64::from(limit)).fetch_all(self.pool()).await?)
    }

    /// One job.
    pub async fn job(&self, id: JobId) -> Result<Option<Status>, StoreError> {
        let select = "SELECT * FROM work.job WHERE id = $1";
        Ok(sqlx::query_as(select).bind(id.uuid()).fetch_optional(self.pool()).await?)
    }
}

impl ContextStore {
    /// How the job with this kind and key is doing, if this context enqueued it.
    pub async fn job(&self, kind: &str, key: impl std::fmt::Display) -> Result<Option<Status>, StoreError> {
        let select = "SELECT * FROM work.job WHERE kind = $1 AND key = $2 AND context = $3";
        let query = sqlx::query_as(select).bind(kind).bind(key.to_string()).bind(self.name());
        Ok(query.fetch_optional(self.store().pool()).await?)
    }
}
