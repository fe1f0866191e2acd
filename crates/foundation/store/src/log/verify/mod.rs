//! `varde ledger verify`: computes everything again from the database – each entry's commitment,
//! each leaf and tile, each checkpoint's root and signature, each chain, each publication of heads
//! and each membership tree – and names every place where what is kept is something else.

mod chains;
mod entries;
mod heads;
mod trees;

use serde::Serialize;
use sqlx::{Connection, PgConnection};
use varde_ledger::PublicKey;

use super::{Log, LogError, unsigned};

/// Faults that are listed; beyond them they are only counted.
const LISTED: usize = 1_000;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Entries in the tree, all checked.
    pub entries: u64,
    /// How many of them were erased, each by an entry that says so.
    pub erased: u64,
    /// Entries that are committed and wait for the sequencer.
    pub pending: u64,
    /// Checkpoints whose root and signature were checked.
    pub checkpoints: u64,
    /// Cosignatures of witnesses on them that were checked.
    pub cosignatures: u64,
    /// Tiles that were computed again.
    pub tiles: u64,
    /// Persons whose chains were computed again.
    pub persons: u64,
    /// Publications of heads whose trees were computed again.
    pub heads: u64,
    /// Keyed trees, of heads and of memberships, that were computed again.
    pub trees: u64,
    /// How many faults there are.
    pub fault_count: u64,
    /// The first of them.
    pub faults: Vec<Fault>,
}

/// Something that is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where: `entry 17 (0193…)`, `tile/0/000.p/12`, `checkpoint 40`, `chain of 0193…`.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.fault_count == 0
    }

    fn fault(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.fault_count += 1;
        if self.faults.len() < LISTED {
            self.faults.push(Fault { place: place.into(), what: what.into() });
        }
    }
}

impl Log {
    /// Verifies the whole log as it is at this moment, in one read-only transaction. `progress` is
    /// called with entries checked so far and in all.
    pub async fn verify(&self, key: &PublicKey, mut progress: impl FnMut(u64, u64)) -> Result<Report, LogError> {
        let mut connection = self.pool().acquire().await?;
        let mut transaction = connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
        let mut report = Report::default();
        entries::verify(&mut transaction, key, &mut report, &mut progress).await?;
        verify_queue(&mut transaction, &mut report).await?;
        entries::verify_waiting(&mut transaction, &mut report).await?;
        chains::verify(&mut transaction, &mut report).await?;
        heads::verify(&mut transaction, &mut report).await?;
        trees::verify(&mut transaction, &mut report).await?;
        transaction.commit().await?;
        Ok(report)
    }
}

/// Every entry is in the tree or waits for it, exactly one of the two, and waits as what it is.
async fn verify_queue(connection: &mut PgConnection, report: &mut Report) -> Result<(), LogError> {
    let wrong: Vec<(String,)> = sqlx::query_as(
        "SELECT e.id::text FROM log.entry e \
         LEFT JOIN log.leaf l ON l.entry = e.id LEFT JOIN log.pending p ON p.entry = e.id \
         WHERE (l.entry IS NULL) = (p.entry IS NULL) \
            OR p.commitment <> e.commitment \
            OR (p.persons <> e.persons AND e.erased_by IS NULL) LIMIT 1000",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (id,) in wrong {
        report.fault(format!("entry {id}"), "neither in the tree nor waiting for it as it was entered");
    }
    let lost: Vec<(String,)> = sqlx::query_as(
        "SELECT p.entry::text FROM log.pending p LEFT JOIN log.entry e ON e.id = p.entry WHERE e.id IS NULL LIMIT 1000",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (id,) in lost {
        report.fault(format!("entry {id}"), "waits for the tree but is gone");
    }
    let pending: i64 = sqlx::query_scalar("SELECT count(*) FROM log.pending").fetch_one(connection).await?;
    report.pending = unsigned(pending);
    Ok(())
}
