//! How many entries a second become durable through real units of work, how long until a signed
//! checkpoint covers them, how large a proof is, and what publishing the heads of all chains writes.

use std::{path::Path, sync::Arc, time::Instant};

use anyhow::{Context as _, Result};
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use varde_core::{Randomness, SystemClock};
use varde_ledger::{SecretKey, key::KeyKind};
use varde_store::{
    Store,
    launcher::Cluster,
    log::{
        Sequencer,
        measure::{HeadsMeasure, Measure, measure, measure_heads},
    },
};

use super::{
    Figure, Listener,
    usage::{cpu_seconds, cpu_seconds_with_children},
};

const BENCH: &str = "ledger";
/// What is told, by names.
pub(super) const FIGURES: [&str; 10] = [
    "durable entries a second",
    "entries",
    "wall time",
    "CPU time of our process, sequencer included",
    "CPU time of the database",
    "longest delay of a checkpoint",
    "size of a proof",
    "chains",
    "bytes written to publish heads when one chain grew",
    "time to publish heads when one chain grew",
];
/// Entries at full scale.
const ENTRIES: f64 = 100_000.0;
/// Persons with a chain at full scale.
const PERSONS: f64 = 100_000.0;
/// Who writes at once: fewer than the store has connections, since the sequencer needs some too.
const WRITERS: u64 = 16;
/// The names in the peer's column.
const PEER: &str = "plain inserts";
const WHOLE: &str = "all chains";

/// Measures on a private cluster of its own below `folder`, with every guarantee of durability on.
pub async fn run(folder: &Path, scale: f64, tell: Listener<'_>) -> Result<()> {
    let cluster = Cluster::launch(folder).await?;
    let (entries, persons) = ((ENTRIES * scale) as u64, (PERSONS * scale) as u64);
    let outcome = on(&cluster, entries.max(WRITERS), persons.max(1), tell).await;
    cluster.stop().await;
    outcome
}

async fn on(cluster: &Cluster, entries: u64, persons: u64, tell: Listener<'_>) -> Result<()> {
    let randomness = Randomness::from_system();
    let store = Store::connect_with(cluster.options(), Arc::new(SystemClock), randomness.clone()).await?;
    store.migrate(&[&varde_policy::CONTEXT]).await?;
    let plain = plain(&cluster.options(), entries).await.context("the plain inserts")?;
    let key = SecretKey::generate("varde.bench/log", KeyKind::Log, &randomness)?;
    let before = Cpu::now(cluster.process())?;
    let sequencer = Sequencer::new(&store, Arc::new(key));
    let measured = measure(&store, &varde_policy::CONTEXT, &sequencer, WRITERS, entries).await?;
    // The writers' connections are still open, so their servers are still counted.
    let cpu = Cpu::now(cluster.process())?.since(before);
    let heads = measure_heads(&store, &varde_policy::CONTEXT, &sequencer, persons).await?;
    store.close().await;
    figures(&measured, cpu, plain).iter().chain(&heads_figures(&heads)).try_for_each(tell)
}

/// Seconds of processor so far.
#[derive(Debug, Clone, Copy)]
struct Cpu {
    ours: f64,
    database: f64,
}

impl Cpu {
    fn now(server: Option<u32>) -> Result<Self> {
        let server = server.context("the database has no process")?;
        Ok(Self { ours: cpu_seconds("self")?, database: cpu_seconds_with_children(server)? })
    }

    fn since(self, before: Self) -> Self {
        Self { ours: self.ours - before.ours, database: self.database - before.database }
    }
}

fn figures(measured: &Measure, cpu: Cpu, plain: f64) -> Vec<Figure> {
    let new = |figure, value, unit| Figure::new(BENCH, figure, value, unit);
    vec![
        new("durable entries a second", measured.per_second, "entries/s").beside(PEER, plain).at_least(5_000.0),
        new("entries", measured.entries as f64, "entries"),
        new("wall time", measured.entering.as_secs_f64(), "s"),
        new("CPU time of our process, sequencer included", cpu.ours, "s"),
        new("CPU time of the database", cpu.database, "s"),
        new("longest delay of a checkpoint", measured.longest_delay.as_secs_f64(), "s").at_most(1.0),
        new("size of a proof", measured.proof_bytes as f64, "bytes"),
    ]
}

fn heads_figures(heads: &HeadsMeasure) -> Vec<Figure> {
    let new = |figure, value, unit| Figure::new(BENCH, figure, value, unit);
    let (one, all) = (heads.one, heads.everybody);
    vec![
        new("chains", heads.persons as f64, "persons"),
        new("bytes written to publish heads when one chain grew", one.bytes as f64, "bytes")
            .beside(WHOLE, all.bytes as f64),
        new("time to publish heads when one chain grew", one.time.as_secs_f64(), "s")
            .beside(WHOLE, all.time.as_secs_f64()),
    ]
}

/// What the same database does with as many writers and nothing but one row of the same size a
/// transaction: durable inserts a second.
async fn plain(options: &PgConnectOptions, entries: u64) -> Result<f64> {
    let mut connection = PgConnection::connect_with(options).await?;
    sqlx::query("CREATE TABLE public.plain (number bigint PRIMARY KEY, at timestamptz NOT NULL, body bytea NOT NULL)")
        .execute(&mut connection)
        .await?;
    let began = Instant::now();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| tokio::spawn(insert(options.clone(), (writer..entries).step_by(WRITERS as usize))))
        .collect();
    for writer in writers {
        writer.await??;
    }
    let per_second = entries as f64 / began.elapsed().as_secs_f64();
    connection.close().await?;
    Ok(per_second)
}

async fn insert(options: PgConnectOptions, numbers: impl Iterator<Item = u64>) -> Result<()> {
    let mut connection = PgConnection::connect_with(&options).await?;
    for number in numbers {
        sqlx::query("INSERT INTO public.plain VALUES ($1, now(), $2)")
            .bind(i64::try_from(number)?)
            .bind([7_u8; 400].as_slice())
            .execute(&mut connection)
            .await?;
    }
    Ok(connection.close().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_small_run_gives_every_figure() {
        let folder = tempfile::tempdir().unwrap();
        let mut told = Vec::new();
        run(folder.path(), 0.002, &mut |figure| {
            told.push(figure.clone());
            Ok(())
        })
        .await
        .unwrap();
        crate::bench::assert_named(&told, &FIGURES);
        let of = |name: &str| told.iter().find(|f| f.figure.starts_with(name)).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(of("entries").value, 200.0);
        assert!(of("durable entries").value > 0.0 && of("durable entries").peer_value > Some(0.0));
        assert!(of("CPU time of the database").value > 0.0, "{told:?}");
        assert!(of("size of a proof").value > 500.0);
        let bytes = of("bytes written to publish heads");
        assert!(bytes.value > 100.0 && bytes.peer_value > Some(bytes.value), "{told:?}");
    }
}
