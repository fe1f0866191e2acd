//! Figures of the log, for `cargo xtask bench ledger`: how many entries a second become durable
//! through real units of work, and how long until a signed checkpoint covers them.

use std::time::{Duration, Instant};

use varde_core::{Actor, Component, EntryId};
use varde_ledger::Draft;

use super::{Log, LogError, Sequencer};
use crate::{Context, Store};

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

impl Log {
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
