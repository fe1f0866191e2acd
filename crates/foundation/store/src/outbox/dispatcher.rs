//! Fanning events out to reactions and calling them. One process of the installation does it: the
//! one that holds an advisory lock, which the database frees the moment that process dies.

use std::{future::Future, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt, future::join_all};
use jiff_sqlx::ToSqlx;
use sqlx::{Connection, PgConnection, Row, postgres::PgRow};
use tokio::{sync::watch, time::sleep};

use super::{Event, Reaction};
use crate::{
    Failure, Patience, Store, StoreError,
    failure::Next,
    wakeup::{self, later},
};

/// "outbox" as a number: the key of the lock that makes one process the dispatcher.
const LOCK: i64 = 0x6f75_7462_6f78;
/// How many events are fanned out at a time.
const BATCH: i64 = 1000;

/// How reactions are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How often to look for events, beside being woken (1 s).
    pub look: Duration,
    /// How often and how soon to try again.
    pub patience: Patience,
}

impl Default for Settings {
    fn default() -> Self {
        Self { look: Duration::from_secs(1), patience: Patience::default() }
    }
}

/// Calls the reactions until `until` completes. Run it in every process: one at a time does the work.
pub async fn run(store: Store, reactions: Vec<Arc<dyn Reaction>>, settings: Settings, until: impl Future<Output = ()>) {
    let dispatcher = Dispatcher { store, reactions, settings };
    let (wake, woken) = watch::channel(());
    tokio::select! {
        () = dispatcher.take_turns(woken) => {}
        () = wakeup::listen(&dispatcher.store, "varde_event", &wake) => {}
        () = until => {}
    }
}

struct Dispatcher {
    store: Store,
    reactions: Vec<Arc<dyn Reaction>>,
    settings: Settings,
}

impl Dispatcher {
    /// Dispatches whenever this process has the lock. Never ends.
    async fn take_turns(&self, woken: watch::Receiver<()>) {
        loop {
            if let Err(error) = self.turn(&woken).await {
                tracing::warn!(%error, "events wait: the database does not answer");
            }
            sleep(self.settings.look).await;
        }
    }

    /// One turn: until the connection that holds the lock breaks, and with it the right to dispatch.
    async fn turn(&self, woken: &watch::Receiver<()>) -> Result<(), StoreError> {
        let mut leader = self.store.pool().acquire().await?.detach();
        let locked: bool =
            sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LOCK).fetch_one(&mut leader).await?;
        if !locked {
            leader.close().await?;
            return Ok(());
        }
        let (fanned, fresh) = watch::channel(());
        let consumers = join_all(self.reactions.iter().map(|reaction| self.consume(&**reaction, fresh.clone())));
        tokio::select! {
            error = self.fan_out(&mut leader, woken.clone(), &fanned) => Err(error),
            _ = consumers => Ok(()),
        }
    }

    /// Gives each reaction its events as they come. Ends when the connection breaks.
    async fn fan_out(
        &self,
        leader: &mut PgConnection,
        mut woken: watch::Receiver<()>,
        fanned: &watch::Sender<()>,
    ) -> StoreError {
        loop {
            woken.mark_unchanged();
            match self.fan_out_batch(leader).await {
                Ok(0) => wakeup::wait(&mut woken, self.settings.look).await,
                Ok(_) => {
                    fanned.send_replace(());
                }
                Err(error) => return error.into(),
            }
        }
    }

    async fn fan_out_batch(&self, leader: &mut PgConnection) -> Result<u64, sqlx::Error> {
        const FAN_OUT: &str = "WITH fresh AS ( \
                SELECT id, name, sequence FROM work.event WHERE NOT fanned_out ORDER BY sequence LIMIT $3 FOR UPDATE \
            ), given AS ( \
                INSERT INTO work.delivery (consumer, event) \
                SELECT reaction.name, fresh.id FROM fresh \
                JOIN unnest($1::text[], $2::text[]) AS reaction (name, event) ON reaction.event = fresh.name \
                ORDER BY fresh.sequence \
                ON CONFLICT DO NOTHING \
            ) \
            UPDATE work.event SET fanned_out = true FROM fresh WHERE event.id = fresh.id";
        let names: Vec<&str> = self.reactions.iter().map(|reaction| reaction.name()).collect();
        let events: Vec<&str> = self.reactions.iter().map(|reaction| reaction.event()).collect();
        Ok(sqlx::query(FAN_OUT).bind(names).bind(events).bind(BATCH).execute(leader).await?.rows_affected())
    }

    /// Calls one reaction with its events, in their order. Never ends.
    async fn consume(&self, reaction: &dyn Reaction, mut fresh: watch::Receiver<()>) {
        loop {
            fresh.mark_unchanged();
            match self.consume_next(reaction).await {
                Ok(true) => {}
                Ok(false) => wakeup::wait(&mut fresh, self.settings.look).await,
                Err(error) => {
                    tracing::warn!(%error, reaction = reaction.name(), "events wait: the database does not answer");
                    sleep(self.settings.look).await;
                }
            }
        }
    }

    /// Whether there may be another event to handle at once.
    async fn consume_next(&self, reaction: &dyn Reaction) -> Result<bool, StoreError> {
        let events = self.next(reaction).await?;
        if events.first().is_none_or(|first| self.pauses(first)) {
            return Ok(false);
        }
        if events.len() > 1 {
            let outcome = AssertUnwindSafe(reaction.react_together(&events)).catch_unwind().await;
            if matches!(outcome, Ok(Ok(()))) {
                return self.delivered(reaction.name(), &events).await.map(|()| true);
            }
        }
        for event in &events {
            if !self.consume_one(reaction, event).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the event was tried a while ago and is not to be tried yet.
    fn pauses(&self, event: &Event) -> bool {
        let now = self.store.clock().now();
        // A pause that ends absurdly late was written before the clock jumped back: it has ended.
        let absurd = later(now, self.settings.patience.longest_pause * 2);
        event.retry_at.is_some_and(|at| at > now && at <= absurd)
    }

    /// Whether the next event may be handled at once.
    async fn consume_one(&self, reaction: &dyn Reaction, event: &Event) -> Result<bool, StoreError> {
        if self.pauses(event) {
            return Ok(false);
        }
        match AssertUnwindSafe(reaction.react(event)).catch_unwind().await {
            Ok(Ok(())) => self.delivered(reaction.name(), std::slice::from_ref(event)).await.map(|()| true),
            Ok(Err(failure)) => self.failed(event, &failure).await,
            Err(_) => self.failed(event, &Failure::retry("the reaction panicked: see the log of the program")).await,
        }
    }

    /// The events that wait for the reaction, the first first, as many as it takes together.
    async fn next(&self, reaction: &dyn Reaction) -> Result<Vec<Event>, StoreError> {
        const NEXT: &str = "SELECT d.consumer, d.attempts, d.retry_at, e.id, e.name, e.payload, e.emitted_at \
            FROM work.delivery d JOIN work.event e ON e.id = d.event \
            WHERE d.consumer = $1 AND d.state = 'waiting' ORDER BY d.position LIMIT $2";
        let next = sqlx::query(NEXT).bind(reaction.name()).bind(i64::from(reaction.at_once().max(1)));
        let rows = next.fetch_all(self.store.pool()).await?;
        Ok(rows.iter().map(event).collect::<Result<_, _>>()?)
    }

    async fn delivered(&self, reaction: &str, events: &[Event]) -> Result<(), StoreError> {
        // The reaction may have done so in its own unit of work; then nothing changes.
        let deliver = sqlx::query("SELECT work.deliver($1, id, $3) FROM unnest($2::uuid[]) AS e (id)").bind(reaction);
        let deliver = deliver.bind(events.iter().map(|event| event.id).collect::<Vec<_>>());
        deliver.bind(self.store.clock().now().to_sqlx()).execute(self.store.pool()).await?;
        Ok(())
    }

    /// Saves the failure. Whether the next event may be handled at once: only when this one is given up.
    async fn failed(&self, event: &Event, failure: &Failure) -> Result<bool, StoreError> {
        const FAILED: &str = "UPDATE work.delivery SET state = $3, attempts = $4, retry_at = $5, settled_at = $6, \
                              failure = $7 WHERE consumer = $1 AND event = $2 AND state = 'waiting'";
        let now = self.store.clock().now();
        let (state, attempts, retry_at) = match self.settings.patience.next(failure.remedy, event.attempts) {
            Next::Again { after, attempts } => ("waiting", attempts, Some(later(now, after))),
            Next::GiveUp { attempts } => ("dead", attempts, None),
        };
        let dead = retry_at.is_none();
        if dead {
            tracing::error!(event = %event.id, name = event.name, reaction = event.consumer, "an event was given up");
        }
        let failed = sqlx::query(FAILED).bind(&event.consumer).bind(event.id).bind(state).bind(attempts);
        let failed = failed.bind(retry_at.map(ToSqlx::to_sqlx)).bind(dead.then(|| now.to_sqlx()));
        failed.bind(&failure.reason).execute(self.store.pool()).await?;
        Ok(dead)
    }
}

fn event(row: &PgRow) -> Result<Event, sqlx::Error> {
    Ok(Event {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        emitted_at: row.try_get::<jiff_sqlx::Timestamp, _>("emitted_at")?.to_jiff(),
        consumer: row.try_get("consumer")?,
        payload: row.try_get("payload")?,
        attempts: row.try_get("attempts")?,
        retry_at: row.try_get::<Option<jiff_sqlx::Timestamp>, _>("retry_at")?.map(jiff_sqlx::Timestamp::to_jiff),
    })
}
