//! How the installation is doing in numbers, for the operator's monitoring.

use jiff::Timestamp;
use sqlx::{FromRow, Row, postgres::PgRow};

use crate::{Store, StoreError};

/// What waits, what was given up, and how far the log is. No figure is about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Events and deliveries that no reaction has handled yet, dead letters not counted.
    pub undelivered: u64,
    /// Events that a reaction could not handle.
    pub dead_letters: u64,
    /// Jobs that wait for a worker, for their time, or for the pause after a failure.
    pub jobs_waiting: u64,
    /// Jobs that a worker has.
    pub jobs_running: u64,
    /// Jobs that were given up.
    pub jobs_failed: u64,
    /// Entries that wait to be put into the tree: some for a second; if they stay, the sequencer stands still.
    pub log_waiting: u64,
    /// Entries under the last checkpoint.
    pub log_size: u64,
    /// When the last checkpoint was signed, UTC; `None` before the first.
    pub checkpoint_at: Option<Timestamp>,
}

impl FromRow<'_, PgRow> for Figures {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let count = |name: &str| row.try_get::<i64, _>(name).map(|n| u64::try_from(n).unwrap_or_default());
        let at: Option<jiff_sqlx::Timestamp> = row.try_get("checkpoint_at")?;
        Ok(Self {
            undelivered: count("undelivered")?,
            dead_letters: count("dead_letters")?,
            jobs_waiting: count("jobs_waiting")?,
            jobs_running: count("jobs_running")?,
            jobs_failed: count("jobs_failed")?,
            log_waiting: count("log_waiting")?,
            log_size: count("log_size")?,
            checkpoint_at: at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

impl Store {
    /// The figures of this moment, by one query over indexed rows that have not ended.
    pub async fn figures(&self) -> Result<Figures, StoreError> {
        let select = "SELECT \
               (SELECT count(*) FROM work.event WHERE NOT fanned_out) \
                 + (SELECT count(*) FROM work.delivery WHERE state = 'waiting') AS undelivered, \
               (SELECT count(*) FROM work.delivery WHERE state = 'dead') AS dead_letters, \
               (SELECT count(*) FROM log.pending) AS log_waiting, \
               coalesce((SELECT max(size) FROM log.checkpoint), 0) AS log_size, \
               (SELECT at FROM log.checkpoint ORDER BY size DESC LIMIT 1) AS checkpoint_at, j.* \
             FROM (SELECT count(*) FILTER (WHERE state = 'waiting') AS jobs_waiting, \
                          count(*) FILTER (WHERE state = 'running') AS jobs_running, \
                          count(*) FILTER (WHERE state = 'failed') AS jobs_failed FROM work.job) j";
        Ok(sqlx::query_as(select).fetch_one(self.pool()).await?)
    }
}
