//! The sequencer: takes committed entries in order, gives them places in the tree, extends the
//! chains of the persons they concern, and signs a checkpoint – all in one transaction, so that a
//! process killed at any instruction leaves the log as it was before or as it is after.
//!
//! Any number of processes may run one: an advisory lock in the transaction makes one the leader
//! at a time. Places follow the numbers drawn in the units of work, never a clock.

use std::{collections::HashMap, future::Future, sync::Arc, time::Duration};

use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row};
use uuid::Uuid;
use varde_core::Digest;
use varde_ledger::{
    Checkpoint, SecretKey, SignedCheckpoint,
    chain::Head,
    tree::{Edge, Tile, Tiles},
};

use super::{Log, LogError, digest, read::read_tiles, signed, unsigned};
use crate::Store;

/// "sequence" as a number: the key of the leader's lock.
const LEADER: i64 = 0x7365_7175_656e_6365;
/// Entries in one transaction.
const BATCH: i64 = 4_096;
/// How long to wait when there was nothing to do; the promise is a place within a second.
const PAUSE: Duration = Duration::from_millis(200);
/// How long to wait after the database failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(2);

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing was waiting.
    Idle,
    /// Another process is the leader.
    Follower,
    /// The log grew.
    Grew {
        /// From so many entries.
        from: u64,
        /// To so many.
        to: u64,
    },
}

/// Puts entries into the tree.
#[derive(Debug, Clone)]
pub struct Sequencer {
    log: Log,
    key: Arc<SecretKey>,
}

struct Waiting {
    entry: Uuid,
    commitment: Digest,
    persons: Vec<Uuid>,
}

struct Sequenced {
    index: u64,
    waiting: Waiting,
}

impl Sequencer {
    /// A sequencer that signs with the log's key.
    pub fn new(store: &Store, key: Arc<SecretKey>) -> Self {
        Self { log: Log::new(store), key }
    }

    /// Steps until nothing waits; what was committed before the call is in the tree afterwards.
    pub async fn catch_up(&self) -> Result<(), LogError> {
        loop {
            match self.step().await? {
                Step::Idle => return Ok(()),
                Step::Grew { .. } => {}
                Step::Follower => tokio::time::sleep(PAUSE / 10).await,
            }
        }
    }

    /// Runs until told to stop; a failing database is waited for.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            let pause = match self.step().await {
                Ok(Step::Grew { from, to }) if to - from >= unsigned(BATCH) => Duration::ZERO,
                Ok(_) => PAUSE,
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "log.sequencer.failed");
                    PAUSE_AFTER_FAILURE
                }
            };
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// One batch in one transaction.
    pub async fn step(&self) -> Result<Step, LogError> {
        let mut transaction = self.log.pool().begin().await?;
        match self.grow(&mut transaction).await {
            Ok(grown @ Step::Grew { .. }) => {
                transaction.commit().await?;
                Ok(grown)
            }
            other => {
                // Now, not when the connection is used next: the lock must be free. If this fails
                // the connection is broken and the database does it; the first error tells more.
                drop(transaction.rollback().await);
                other
            }
        }
    }

    async fn grow(&self, connection: &mut PgConnection) -> Result<Step, LogError> {
        let leader: bool =
            sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1)").bind(LEADER).fetch_one(&mut *connection).await?;
        if !leader {
            return Ok(Step::Follower);
        }
        let waiting = take(connection).await?;
        if waiting.is_empty() {
            return Ok(Step::Idle);
        }
        let mut edge = self.edge(connection).await?;
        let from = edge.size();
        let mut batch = Vec::with_capacity(waiting.len());
        for waiting in waiting {
            let index = edge.push(&waiting.commitment)?;
            batch.push(Sequenced { index, waiting });
        }
        write_leaves(connection, &batch).await?;
        write_tiles(connection, &edge.new_tiles()?).await?;
        write_chains(connection, &batch).await?;
        self.write_checkpoint(connection, &edge).await?;
        Ok(Step::Grew { from, to: edge.size() })
    }

    /// The edge of the tree, checked against a checkpoint that this key signed.
    async fn edge(&self, connection: &mut PgConnection) -> Result<Edge, LogError> {
        let latest = sqlx::query("SELECT note FROM log.checkpoint ORDER BY size DESC LIMIT 1")
            .fetch_optional(&mut *connection)
            .await?;
        let Some(row) = latest else {
            return Ok(Edge::resume(0, Digest::of(b""), &Tiles::new())?);
        };
        let signed = SignedCheckpoint::parse(row.try_get("note")?)?;
        if signed.verify(self.key.public()).is_err() {
            return Err(LogError::ForeignKey(signed.checkpoint().origin.clone()));
        }
        let (size, root) = (signed.checkpoint().size, signed.checkpoint().root);
        let tiles = read_tiles(connection, &Edge::tiles(size)).await?;
        Ok(Edge::resume(size, root, &tiles)?)
    }

    async fn write_checkpoint(&self, connection: &mut PgConnection, edge: &Edge) -> Result<(), LogError> {
        let root = edge.root()?;
        let checkpoint = Checkpoint::sign(edge.size(), root, &self.key);
        sqlx::query("INSERT INTO log.checkpoint (size, root, at, note) VALUES ($1, $2, $3, $4)")
            .bind(signed(edge.size()))
            .bind(root.bytes().as_slice())
            .bind(self.log.store.clock().now().to_sqlx())
            .bind(checkpoint.text())
            .execute(connection)
            .await?;
        Ok(())
    }
}

async fn take(connection: &mut PgConnection) -> Result<Vec<Waiting>, LogError> {
    let rows = sqlx::query(
        "WITH batch AS (SELECT arrived FROM log.pending ORDER BY arrived LIMIT $1), \
              taken AS (DELETE FROM log.pending p USING batch b WHERE p.arrived = b.arrived \
                        RETURNING p.arrived, p.entry, p.commitment, p.persons) \
         SELECT entry, commitment, persons FROM taken ORDER BY arrived",
    )
    .bind(BATCH)
    .fetch_all(connection)
    .await?;
    let waiting = |row: &sqlx::postgres::PgRow| {
        let mut persons: Vec<Uuid> = row.try_get("persons")?;
        persons.sort_unstable();
        persons.dedup();
        let commitment = digest(row.try_get("commitment")?, "pending entries")?;
        Ok(Waiting { entry: row.try_get("entry")?, commitment, persons })
    };
    rows.iter().map(waiting).collect()
}

async fn write_leaves(connection: &mut PgConnection, batch: &[Sequenced]) -> Result<(), LogError> {
    sqlx::query("INSERT INTO log.leaf (index, entry) SELECT * FROM unnest($1::bigint[], $2::uuid[])")
        .bind(batch.iter().map(|s| signed(s.index)).collect::<Vec<_>>())
        .bind(batch.iter().map(|s| s.waiting.entry).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}

async fn write_tiles(connection: &mut PgConnection, tiles: &[(Tile, Vec<u8>)]) -> Result<(), LogError> {
    sqlx::query(
        "INSERT INTO log.tile (level, number, bytes) \
         SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[]) \
         ON CONFLICT (level, number) DO UPDATE SET bytes = excluded.bytes",
    )
    .bind(tiles.iter().map(|(t, _)| i16::from(t.level())).collect::<Vec<_>>())
    .bind(tiles.iter().map(|(t, _)| signed(t.level_index())).collect::<Vec<_>>())
    .bind(tiles.iter().map(|(_, bytes)| bytes.as_slice()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Links the batch into the chains of the persons it concerns. The sequencer is alone, so the
/// order of a chain is exactly the order of the log, and units of work never wait for each other.
async fn write_chains(connection: &mut PgConnection, batch: &[Sequenced]) -> Result<(), LogError> {
    let mut concerned: Vec<Uuid> = batch.iter().flat_map(|s| s.waiting.persons.iter().copied()).collect();
    if concerned.is_empty() {
        return Ok(());
    }
    concerned.sort_unstable();
    concerned.dedup();
    let mut heads = read_heads(connection, &concerned).await?;
    let (mut persons, mut positions, mut indexes, mut digests) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for sequenced in batch {
        for person in &sequenced.waiting.persons {
            let head = heads.entry(*person).or_default();
            *head = head.then(&sequenced.waiting.commitment);
            persons.push(*person);
            positions.push(signed(head.count));
            indexes.push(signed(sequenced.index));
            digests.push(head.head.bytes().to_vec());
        }
    }
    sqlx::query(
        "INSERT INTO log.link (person, position, index, head) \
         SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[])",
    )
    .bind(persons)
    .bind(positions)
    .bind(indexes)
    .bind(digests)
    .execute(&mut *connection)
    .await?;
    write_heads(connection, &heads).await
}

async fn read_heads(connection: &mut PgConnection, persons: &[Uuid]) -> Result<HashMap<Uuid, Head>, LogError> {
    let rows: Vec<(Uuid, i64, Vec<u8>)> =
        sqlx::query_as("SELECT person, count, head FROM log.person WHERE person = ANY($1)")
            .bind(persons)
            .fetch_all(connection)
            .await?;
    rows.into_iter()
        .map(|(person, count, head)| {
            Ok((person, Head { count: unsigned(count), head: digest(&head, "a chain's head")? }))
        })
        .collect()
}

async fn write_heads(connection: &mut PgConnection, heads: &HashMap<Uuid, Head>) -> Result<(), LogError> {
    sqlx::query(
        "INSERT INTO log.person (person, count, head) \
         SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bytea[]) \
         ON CONFLICT (person) DO UPDATE SET count = excluded.count, head = excluded.head",
    )
    .bind(heads.keys().copied().collect::<Vec<_>>())
    .bind(heads.values().map(|h| signed(h.count)).collect::<Vec<_>>())
    .bind(heads.values().map(|h| h.head.bytes().to_vec()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
