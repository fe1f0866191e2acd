//! Deleting what has been done and nobody needs any more: handled events and ended jobs. The log
//! keeps what happened; these rows only drove it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use crate::{Store, StoreError};

/// Rows deleted in one transaction, so that nobody waits long for a lock.
const BATCH: i64 = 1_000;

/// What was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Events with their deliveries.
    pub events: u64,
    /// Jobs.
    pub jobs: u64,
}

impl Store {
    /// Deletes events that every reaction handled longer than `keep` ago, and jobs that were done or
    /// cancelled longer than `keep` ago. What waits, dead letters and failed jobs stay, however old:
    /// somebody has to look at them.
    ///
    /// A job that is deleted can be enqueued again under its key: keep them longer than anybody would
    /// deliver an old event again.
    pub async fn forget_finished(&self, keep: Duration) -> Result<Forgotten, StoreError> {
        let now = self.clock().now();
        let before = SignedDuration::try_from(keep).ok().and_then(|keep| now.checked_sub(keep).ok());
        let Some(before) = before else { return Ok(Forgotten::default()) };
        let mut forgotten = Forgotten::default();
        loop {
            let (events, jobs) = (self.forget_events(before).await?, self.forget_jobs(before).await?);
            forgotten.events += events;
            forgotten.jobs += jobs;
            if events.max(jobs) < BATCH.unsigned_abs() {
                return Ok(forgotten);
            }
        }
    }

    async fn forget_events(&self, before: Timestamp) -> Result<u64, StoreError> {
        let forget = sqlx::query(
            "DELETE FROM work.event WHERE id IN ( \
               SELECT e.id FROM work.event e WHERE e.fanned_out AND e.emitted_at < $1 AND NOT EXISTS ( \
                 SELECT FROM work.delivery d WHERE d.event = e.id \
                   AND (d.state <> 'done' OR d.settled_at IS NULL OR d.settled_at >= $1)) \
               ORDER BY e.sequence LIMIT $2)",
        );
        Ok(forget.bind(before.to_sqlx()).bind(BATCH).execute(self.pool()).await?.rows_affected())
    }

    async fn forget_jobs(&self, before: Timestamp) -> Result<u64, StoreError> {
        let forget = sqlx::query(
            "DELETE FROM work.job WHERE id IN ( \
               SELECT id FROM work.job WHERE state IN ('done', 'cancelled') AND finished_at < $1 \
               ORDER BY finished_at LIMIT $2)",
        );
        Ok(forget.bind(before.to_sqlx()).bind(BATCH).execute(self.pool()).await?.rows_affected())
    }
}
