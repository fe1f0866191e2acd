//! Figures of the log, for `cargo xtask bench ledger`: how many entries a second become durable
//! through real units of work, how long until a signed checkpoint covers them, and what publishing the
//! heads of all chains writes.

use std::time::{Duration, Instant};

use varde_core::{Actor, Component, EntryId, PersonId};
use varde_ledger::Draft;

use super::{Log, LogError, Sequencer};
use crate::{Context, Store};

/// Persons whom one entry concerns when chains are made: so that they are made quickly.
const PERSONS_AN_ENTRY: usize = 1_000;

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Entries entered, each in a unit of work of its own.
    pub entries: u64,
    /// From the first to the last commit.
    pub entering: Duration,
    /// The same divided: durable entries a second.
    pub per_second: f64,
    /// From an entry's time to that of the first checkpoint over it: the longest.
    pub longest_delay: Duration,
    /// Bytes of the last entry's proof.
    pub proof_bytes: usize,
}

/// Enters `entries` by `writers` at once in an empty log, with the sequencer running beside, on
/// whatever store it is given: durable only if that database is. The store's clock must run.
pub async fn measure(
    store: &Store,
    context: &'static Context,
    sequencer: &Sequencer,
    writers: u64,
    entries: u64,
) -> Result<Measure, LogError> {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(sequencer.clone().run(async move { drop(stopped.await) }));
    let began = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|n| {
            let store = store.clone();
            let count = entries / writers + u64::from(n < entries % writers);
            tokio::spawn(async move { write(&store, context, count).await })
        })
        .collect();
    let mut last = None;
    for task in tasks {
        last = task.await.map_err(|_| LogError::Damaged("the measurement"))??.or(last);
    }
    let entering = began.elapsed();
    drop(stop);
    drop(running.await);
    sequencer.catch_up().await?;
    let log = Log::new(store);
    let proof_bytes = match last {
        Some(entry) => log.prove(entry).await?.to_string().len(),
        None => 0,
    };
    let per_second = entries as f64 / entering.as_secs_f64();
    Ok(Measure { entries, entering, per_second, longest_delay: log.longest_delay().await?, proof_bytes })
}

async fn write(store: &Store, context: &'static Context, count: u64) -> Result<Option<EntryId>, LogError> {
    let (store, actor) = (store.context(context), Actor::system(Component::CommandLine));
    let mut last = None;
    for n in 0..count {
        let mut work = store.begin(&actor).await?;
        let entered = work.enter(Draft::new("ledger.measure.entered", "measure", n).with("number", n)).await?;
        last = Some(work.commit(entered).await?.entry());
    }
    Ok(last)
}

/// What publishing heads cost.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadsMeasure {
    /// Persons who have a chain.
    pub persons: u64,
    /// The first publication, which writes every shard.
    pub everybody: Cost,
    /// The one after a single chain grew.
    pub one: Cost,
}

/// What something cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Bytes that the database wrote to its write-ahead log.
    pub bytes: u64,
    /// How long it took.
    pub time: Duration,
}

/// Gives so many persons a chain, publishes all heads, lets one chain grow and publishes again. No
/// sequencer may be running beside.
pub async fn measure_heads(
    store: &Store,
    context: &'static Context,
    sequencer: &Sequencer,
    persons: u64,
) -> Result<HeadsMeasure, LogError> {
    let people: Vec<PersonId> = (0..persons).map(|_| PersonId::new(&**store.clock(), store.randomness())).collect();
    for some in people.chunks(PERSONS_AN_ENTRY) {
        concern(store, context, some).await?;
    }
    sequencer.catch_up().await?;
    let log = Log::new(store);
    let everybody = log.cost_of_publishing().await?;
    concern(store, context, people.get(..1).unwrap_or_default()).await?;
    sequencer.catch_up().await?;
    Ok(HeadsMeasure { persons, everybody, one: log.cost_of_publishing().await? })
}

async fn concern(store: &Store, context: &'static Context, people: &[PersonId]) -> Result<(), LogError> {
    let draft = people.iter().fold(Draft::new("ledger.measure.entered", "measure", 0), |d, p| d.concerning(*p));
    let mut work = store.context(context).begin(&Actor::system(Component::CommandLine)).await?;
    let entered = work.enter(draft).await?;
    work.commit(entered).await?;
    Ok(())
}

impl Log {
    async fn cost_of_publishing(&self) -> Result<Cost, LogError> {
        let (before, began) = (self.written().await?, Instant::now());
        self.publish_heads(&Actor::system(Component::CommandLine)).await?;
        Ok(Cost { time: began.elapsed(), bytes: self.written().await? - before })
    }

    /// Bytes in the database's write-ahead log so far.
    async fn written(&self) -> Result<u64, LogError> {
        let written: i64 = sqlx::query_scalar("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")
            .fetch_one(self.pool())
            .await?;
        Ok(super::unsigned(written))
    }

    async fn longest_delay(&self) -> Result<Duration, LogError> {
        let seconds: Option<f64> = sqlx::query_scalar(
            "SELECT max(extract(epoch FROM c.at - e.at))::double precision \
             FROM (SELECT size, at, lag(size, 1, 0::bigint) OVER (ORDER BY size) AS before FROM log.checkpoint) c \
             JOIN log.leaf l ON l.index >= c.before AND l.index < c.size JOIN log.entry e ON e.id = l.entry",
        )
        .fetch_one(self.pool())
        .await?;
        Ok(Duration::from_secs_f64(seconds.unwrap_or_default().max(0.0)))
    }
}
