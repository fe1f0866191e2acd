//! The workers.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::{FutureExt, future::join_all};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::Row;
use tokio::{sync::watch, time::sleep};
use uuid::Uuid;
use varde_core::JobId;

use super::{Handler, Run};
use crate::{
    Failure, Patience, Store, StoreError,
    failure::Next,
    wakeup::{self, later},
};

/// How jobs are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How many run at once in this process (2).
    pub concurrency: usize,
    /// How long a job belongs to a worker that gives no sign of life (30 s). Signs are given three
    /// times as often.
    pub lease: Duration,
    /// How often to look for jobs whose time has come, beside being woken (1 s).
    pub look: Duration,
    /// How often and how soon to try again.
    pub patience: Patience,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            concurrency: 2,
            lease: Duration::from_secs(30),
            look: Duration::from_secs(1),
            patience: Patience::default(),
        }
    }
}

/// Runs jobs of the handlers' kinds until `until` completes; jobs that run then are put back, to be
/// resumed by the next start at once.
pub async fn run(store: Store, handlers: Vec<Arc<dyn Handler>>, settings: Settings, until: impl Future<Output = ()>) {
    let kinds = handlers.iter().map(|handler| handler.kind()).collect();
    let handlers = handlers.into_iter().map(|handler| (handler.kind(), handler)).collect();
    let runner = Runner { store, handlers, kinds, settings, held: Mutex::default() };
    let (wake, woken) = watch::channel(());
    let (stop, stopped) = watch::channel(false);
    let workers = join_all((0..settings.concurrency).map(|_| runner.worker(woken.clone(), stopped.clone())));
    let told = async {
        tokio::select! {
            () = wakeup::listen(&runner.store, "varde_job", &wake) => {}
            () = until => {}
        }
        stop.send_replace(true);
    };
    tokio::join!(workers, told);
    runner.put_back().await;
}

/// Puts back every job that is marked as running. Only for a process that knows itself to be the only
/// one, such as one that holds a private cluster: what is marked was left by a process that was killed,
/// and need not wait for its lease to end. Returns how many there were.
pub async fn release_orphans(store: &Store) -> Result<u64, StoreError> {
    let release = "UPDATE work.job SET state = 'waiting', lease = NULL, lease_until = NULL, \
                   interrupted = interrupted + 1 WHERE state = 'running'";
    Ok(sqlx::query(release).execute(store.pool()).await?.rows_affected())
}

struct Runner {
    store: Store,
    handlers: BTreeMap<&'static str, Arc<dyn Handler>>,
    kinds: Vec<&'static str>,
    settings: Settings,
    held: Mutex<BTreeSet<(JobId, Uuid)>>,
}

/// How a run ended, other than by the worker's own end.
enum Ended {
    Done,
    Failed(Failure),
    Cancelled,
    Lost,
}

impl Runner {
    /// Takes and runs jobs until it is told to stop. A job that is being taken then is taken to the
    /// end, for the database may have marked it already: it could not be put back otherwise.
    async fn worker(&self, mut woken: watch::Receiver<()>, mut stopped: watch::Receiver<bool>) {
        while !*stopped.borrow() {
            woken.mark_unchanged();
            let claimed = self.claim().await;
            tokio::select! {
                () = self.follow(claimed, &mut woken) => {}
                _ = stopped.wait_for(|stopped| *stopped) => {}
            }
        }
    }

    /// What follows on an attempt to take a job: its run, or a pause.
    async fn follow(&self, claimed: Result<Option<Run>, StoreError>, woken: &mut watch::Receiver<()>) {
        match claimed {
            Ok(Some(run)) => self.execute(run).await,
            Ok(None) => wakeup::wait(woken, self.settings.look).await,
            Err(error) => {
                tracing::warn!(%error, "no job could be taken");
                sleep(self.settings.look).await;
            }
        }
    }

    /// Takes the next job: one whose time has come, or one whose worker gives no sign of life. A lease
    /// or a pause that ends absurdly late was written before the clock jumped back: it has ended.
    async fn claim(&self) -> Result<Option<Run>, StoreError> {
        const CLAIM: &str = "UPDATE work.job SET \
                interrupted = interrupted + CASE state WHEN 'running' THEN 1 ELSE 0 END, \
                state = 'running', lease = $2, lease_until = $3, started_at = coalesce(started_at, $4) \
            WHERE id = (SELECT id FROM work.job WHERE kind = ANY ($1) AND ( \
                    (state = 'waiting' AND (run_after IS NULL OR run_after <= $4 \
                        OR (attempts > 0 AND run_after > $6))) \
                    OR (state = 'running' AND (lease_until < $4 OR lease_until > $5))) \
                ORDER BY coalesce(run_after, created_at), id LIMIT 1 FOR UPDATE SKIP LOCKED) \
            RETURNING id, kind, key, payload, attempts";
        let (now, lease) = (self.store.clock().now(), self.settings.lease);
        let token = Uuid::from_bytes(self.store.randomness().bytes());
        let row = sqlx::query(CLAIM)
            .bind(&self.kinds)
            .bind(token)
            .bind(later(now, lease).to_sqlx())
            .bind(now.to_sqlx())
            .bind(later(now, lease * 2).to_sqlx())
            .bind(later(now, self.settings.patience.longest_pause * 2).to_sqlx())
            .fetch_optional(self.store.pool())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let run = Run {
            id: JobId::from_uuid(row.try_get("id")?),
            lease: token,
            attempts: row.try_get("attempts")?,
            kind: row.try_get("kind")?,
            key: row.try_get("key")?,
            payload: row.try_get("payload")?,
            store: self.store.clone(),
        };
        self.held().insert((run.id, run.lease));
        Ok(Some(run))
    }

    async fn execute(&self, run: Run) {
        let Some(handler) = self.handlers.get(run.kind.as_str()) else { return };
        let ended = tokio::select! {
            ended = AssertUnwindSafe(handler.run(&run)).catch_unwind() => match ended {
                Ok(Ok(())) => Ended::Done,
                Ok(Err(failure)) => Ended::Failed(failure),
                Err(_) => Ended::Failed(Failure::retry("the handler panicked: see the log of the program")),
            },
            ended = self.signs_of_life(&run) => ended,
        };
        while let Err(error) = self.settle(&run, &ended).await {
            // The work is done: what remains is to say so, for as long as the database is away.
            tracing::warn!(%error, job = %run.id, "the end of a job could not be saved yet");
            sleep(self.settings.look).await;
        }
        self.held().remove(&(run.id, run.lease));
    }

    /// Prolongs the lease until the job is cancelled or taken by another.
    async fn signs_of_life(&self, run: &Run) -> Ended {
        const PROLONG: &str = "UPDATE work.job SET lease_until = $3 WHERE id = $1 AND lease = $2 RETURNING cancel";
        loop {
            sleep(self.settings.lease / 3).await;
            let until = later(self.store.clock().now(), self.settings.lease);
            let prolong = sqlx::query_scalar(PROLONG).bind(run.id.uuid()).bind(run.lease).bind(until.to_sqlx());
            match prolong.fetch_optional(self.store.pool()).await {
                Ok(Some(true)) => return Ended::Cancelled,
                Ok(Some(false)) => {}
                Ok(None) if self.finished(run).await => std::future::pending().await,
                Ok(None) => return Ended::Lost,
                Err(error) => tracing::warn!(%error, job = %run.id, "no sign of life could be given"),
            }
        }
    }

    /// Whether the handler has finished the job in its unit of work and is only tidying up.
    async fn finished(&self, run: &Run) -> bool {
        let state = sqlx::query_scalar("SELECT state = 'done' FROM work.job WHERE id = $1").bind(run.id.uuid());
        matches!(state.fetch_optional(self.store.pool()).await, Ok(Some(true)))
    }

    /// Saves how the run ended, if the job is still this worker's: a handler may have finished it in
    /// its own unit of work.
    async fn settle(&self, run: &Run, ended: &Ended) -> Result<(), StoreError> {
        match ended {
            Ended::Lost => Ok(()),
            Ended::Done => self.end(run, "done", None, run.attempts).await,
            Ended::Cancelled => self.end(run, "cancelled", None, run.attempts).await,
            Ended::Failed(failure) => match self.settings.patience.next(failure.remedy, run.attempts) {
                Next::GiveUp { attempts } => {
                    tracing::error!(job = %run.id, kind = run.kind, reason = failure.reason, "a job was given up");
                    self.end(run, "failed", Some(&failure.reason), attempts).await
                }
                Next::Again { after, attempts } => {
                    let at = later(self.store.clock().now(), after);
                    self.wait_until(run, at, &failure.reason, attempts).await
                }
            },
        }
    }

    async fn end(&self, run: &Run, state: &str, failure: Option<&str>, attempts: i32) -> Result<(), StoreError> {
        const END: &str = "UPDATE work.job SET state = $3, failure = $4, attempts = $5, finished_at = $6, \
                           lease = NULL, lease_until = NULL WHERE id = $1 AND lease = $2";
        let end = sqlx::query(END).bind(run.id.uuid()).bind(run.lease).bind(state).bind(failure).bind(attempts);
        end.bind(self.store.clock().now().to_sqlx()).execute(self.store.pool()).await?;
        Ok(())
    }

    async fn wait_until(&self, run: &Run, at: Timestamp, reason: &str, attempts: i32) -> Result<(), StoreError> {
        const WAIT: &str = "UPDATE work.job SET state = 'waiting', run_after = $3, failure = $4, attempts = $5, \
                            lease = NULL, lease_until = NULL WHERE id = $1 AND lease = $2";
        let wait = sqlx::query(WAIT).bind(run.id.uuid()).bind(run.lease).bind(at.to_sqlx());
        wait.bind(reason).bind(attempts).execute(self.store.pool()).await?;
        Ok(())
    }

    /// Puts back what this process was doing when it was told to stop.
    async fn put_back(&self) {
        const PUT_BACK: &str = "UPDATE work.job SET state = 'waiting', lease = NULL, lease_until = NULL \
                                WHERE id = $1 AND lease = $2";
        let held: Vec<_> = self.held().iter().copied().collect();
        for (job, lease) in held {
            let put_back = sqlx::query(PUT_BACK).bind(job.uuid()).bind(lease);
            if let Err(error) = put_back.execute(self.store.pool()).await {
                tracing::warn!(%error, %job, "a job could not be put back: it resumes when its lease ends");
            }
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, BTreeSet<(JobId, Uuid)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
