//! Entries and their proofs.

use std::collections::HashMap;

use sqlx::{PgConnection, Row, postgres::PgRow};
use uuid::Uuid;
use varde_core::{Digest, EntryId, PersonId};
use varde_ledger::{
    Entry, LogProof, SignedCheckpoint,
    proof::Opened,
    tree::{Tile, Tiles, prove_inclusion, tiles_for_inclusion},
};

use super::{Log, LogError, digest, signed, unsigned};

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its id.
    pub id: EntryId,
    /// Its place on the log, `None` in the second before it is sequenced.
    pub index: Option<u64>,
    /// The leaf that stands for it.
    pub commitment: Digest,
    /// Salt and text; `None` when it was erased.
    pub opened: Option<Opened>,
    /// The entry that says it was erased.
    pub erased_by: Option<EntryId>,
}

impl StoredEntry {
    /// The entry, unless it was erased.
    pub fn entry(&self) -> Result<Option<Entry>, LogError> {
        let read = |opened: &Opened| opened.entry().map_err(|_| LogError::Damaged("an entry"));
        self.opened.as_ref().map(read).transpose()
    }

    pub(super) fn from_row(row: &PgRow) -> Result<Self, LogError> {
        let (salt, body): (Option<&[u8]>, Option<String>) = (row.try_get("salt")?, row.try_get("body")?);
        let opened = match (salt.map(<[u8; 32]>::try_from).transpose(), body) {
            (Ok(Some(salt)), Some(body)) => Some(Opened { salt, body }),
            (Ok(None), None) => None,
            _ => return Err(LogError::Damaged("an entry")),
        };
        Ok(Self {
            id: EntryId::from_uuid(row.try_get("id")?),
            index: row.try_get::<Option<i64>, _>("index")?.map(unsigned),
            commitment: digest(row.try_get("commitment")?, "an entry's commitment")?,
            opened,
            erased_by: row.try_get::<Option<Uuid>, _>("erased_by")?.map(EntryId::from_uuid),
        })
    }
}

impl Log {
    /// An entry by its id.
    pub async fn entry(&self, id: EntryId) -> Result<Option<StoredEntry>, LogError> {
        let row = sqlx::query(
            "SELECT e.id, l.index, e.commitment, e.salt, e.body, e.erased_by \
             FROM log.entry e LEFT JOIN log.leaf l ON l.entry = e.id WHERE e.id = $1",
        )
        .bind(id.uuid())
        .fetch_optional(self.pool())
        .await?;
        row.as_ref().map(StoredEntry::from_row).transpose()
    }

    /// The entries that concern a person, in the order of their chain, and last those of the last
    /// second that are not linked yet.
    pub async fn entries_of(&self, person: PersonId) -> Result<Vec<StoredEntry>, LogError> {
        let rows = sqlx::query(
            "SELECT e.id, l.index, e.commitment, e.salt, e.body, e.erased_by, 0::bigint AS arrived \
             FROM log.link k JOIN log.leaf l ON l.index = k.index JOIN log.entry e ON e.id = l.entry \
             WHERE k.person = $1 \
             UNION ALL \
             SELECT e.id, NULL, e.commitment, e.salt, e.body, e.erased_by, p.arrived \
             FROM log.pending p JOIN log.entry e ON e.id = p.entry WHERE $1 = ANY(p.persons) \
             ORDER BY index NULLS LAST, arrived",
        )
        .bind(person.uuid())
        .fetch_all(self.pool())
        .await?;
        rows.iter().map(StoredEntry::from_row).collect()
    }

    /// The last `limit` entries in the tree, newest first, for the operator's page.
    pub async fn latest(&self, limit: u32) -> Result<Vec<StoredEntry>, LogError> {
        let rows = sqlx::query(
            "SELECT e.id, l.index, e.commitment, e.salt, e.body, e.erased_by \
             FROM log.leaf l JOIN log.entry e ON e.id = l.entry ORDER BY l.index DESC LIMIT $1",
        )
        .bind(i64::from(limit))
        .fetch_all(self.pool())
        .await?;
        rows.iter().map(StoredEntry::from_row).collect()
    }

    /// The latest checkpoint with its signatures, `None` while the log is empty.
    pub async fn checkpoint(&self) -> Result<Option<SignedCheckpoint>, LogError> {
        let note: Option<String> = sqlx::query_scalar("SELECT note FROM log.checkpoint ORDER BY size DESC LIMIT 1")
            .fetch_optional(self.pool())
            .await?;
        Ok(note.as_deref().map(SignedCheckpoint::parse).transpose()?)
    }

    /// The proof that an entry is on the log, against the newest checkpoint that witnesses have
    /// cosigned if there is one that covers it, else the newest.
    pub async fn prove(&self, id: EntryId) -> Result<LogProof, LogError> {
        let stored = self.entry(id).await?.ok_or(LogError::NotFound(id))?;
        let index = stored.index.ok_or(LogError::NotSequenced(id))?;
        let mut connection = self.pool().acquire().await?;
        let checkpoint = checkpoint_over(&mut connection, index).await?.ok_or(LogError::NotSequenced(id))?;
        let (size, root) = (checkpoint.checkpoint().size, checkpoint.checkpoint().root);
        let tiles = read_tiles(&mut connection, &tiles_for_inclusion(index, size)).await?;
        let path = prove_inclusion(index, size, root, &tiles)?;
        Ok(LogProof { opened: stored.opened, index, path, checkpoint })
    }
}

async fn checkpoint_over(connection: &mut PgConnection, index: u64) -> Result<Option<SignedCheckpoint>, LogError> {
    let note: Option<String> = sqlx::query_scalar(
        "SELECT coalesce( \
           (SELECT note FROM log.checkpoint WHERE size > $1 AND cosignatures > 0 ORDER BY size DESC LIMIT 1), \
           (SELECT note FROM log.checkpoint WHERE size > $1 ORDER BY size DESC LIMIT 1))",
    )
    .bind(signed(index))
    .fetch_one(connection)
    .await?;
    Ok(note.as_deref().map(SignedCheckpoint::parse).transpose()?)
}

/// The tiles that are there, each cut to the width asked for.
pub(super) async fn read_tiles(connection: &mut PgConnection, tiles: &[Tile]) -> Result<Tiles, LogError> {
    let rows: Vec<(i16, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT level, number, bytes FROM log.tile \
         WHERE (level, number) IN (SELECT * FROM unnest($1::smallint[], $2::bigint[]))",
    )
    .bind(tiles.iter().map(|t| i16::from(t.level())).collect::<Vec<_>>())
    .bind(tiles.iter().map(|t| signed(t.level_index())).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    let found: HashMap<(i16, i64), Vec<u8>> = rows.into_iter().map(|(l, n, bytes)| ((l, n), bytes)).collect();
    let cut = |tile: &Tile| {
        let bytes = found.get(&(i16::from(tile.level()), signed(tile.level_index())))?;
        Some((*tile, bytes.get(..tile.width() as usize * 32)?.to_vec()))
    };
    Ok(tiles.iter().filter_map(cut).collect())
}
