//! Entries, leaves, tiles and checkpoints, in one walk along the log.

use std::collections::BTreeMap;

use jiff_sqlx::Timestamp;
use sqlx::{PgConnection, Row, postgres::PgRow};
use uuid::Uuid;
use varde_core::Digest;
use varde_ledger::{
    PublicKey, SignedCheckpoint,
    proof::Opened,
    tree::{Edge, TILE_WIDTH, Tile, Tiles, path},
};

use super::Report;
use crate::log::{LogError, digest, erase::ERASED_KIND, read::StoredEntry, signed, unsigned};

/// Entries in one round.
const ROUND: u64 = 2_048;

/// A checkpoint as it is kept.
#[derive(sqlx::FromRow)]
struct Kept {
    size: i64,
    root: Vec<u8>,
    note: String,
    cosignatures: i32,
    witnesses: Vec<String>,
}

pub(super) async fn verify(
    connection: &mut PgConnection,
    key: &PublicKey,
    report: &mut Report,
    progress: &mut impl FnMut(u64, u64),
) -> Result<(), LogError> {
    let total = unsigned(sqlx::query_scalar("SELECT count(*) FROM log.leaf").fetch_one(&mut *connection).await?);
    let mut tiles = Tiles::new();
    let (mut size, mut root) = (0, Digest::of(b""));
    while size < total {
        let mut edge = Edge::resume(size, root, &tiles)?;
        let mut checkpoints = read_checkpoints(connection, size, size + ROUND).await?;
        for row in read_entries(connection, size).await? {
            let Some(commitment) = check_row(&row, edge.size(), report)? else { return Ok(()) };
            edge.push(&commitment)?;
            if let Some(kept) = checkpoints.remove(&edge.size()) {
                check_checkpoint(&kept, edge.size(), edge.root()?, key, report);
            }
        }
        let grown = edge.new_tiles()?;
        check_tiles(connection, &grown, edge.size() == total, report).await?;
        tiles = grown.into_iter().collect();
        (size, root) = (edge.size(), edge.root()?);
        report.entries = size;
        progress(size, total);
    }
    verify_ends(connection, size, report).await
}

async fn read_entries(connection: &mut PgConnection, from: u64) -> Result<Vec<PgRow>, LogError> {
    Ok(sqlx::query(
        "SELECT l.index, l.entry, e.id, e.at, e.kind, e.resource, e.persons, e.commitment, e.salt, e.body, e.erased_by, \
           (SELECT coalesce(array_agg(k.person ORDER BY k.person), '{}') FROM log.link k WHERE k.index = l.index) \
             AS linked, \
           (SELECT b.kind || ' ' || b.resource FROM log.entry b WHERE b.id = e.erased_by) AS erasure \
         FROM log.leaf l LEFT JOIN log.entry e ON e.id = l.entry \
         WHERE l.index >= $1 ORDER BY l.index LIMIT $2",
    )
    .bind(signed(from))
    .bind(signed(ROUND))
    .fetch_all(connection)
    .await?)
}

/// Checks one entry; `None` when the walk cannot go on because there is no commitment.
fn check_row(row: &PgRow, expected: u64, report: &mut Report) -> Result<Option<Digest>, LogError> {
    let index = unsigned(row.try_get("index")?);
    if index != expected {
        report.fault(format!("entry {expected}"), "is gone from the tree");
        return Ok(None);
    }
    let entry: Uuid = row.try_get("entry")?;
    let place = format!("entry {index} ({entry})");
    if row.try_get::<Option<Uuid>, _>("id")?.is_none() {
        report.fault(place, "is gone");
        return Ok(None);
    }
    check_stored(row, entry, place, report).map(Some)
}

/// Checks what is kept of an entry, in the tree or waiting for it; gives its commitment.
fn check_stored(row: &PgRow, entry: Uuid, place: String, report: &mut Report) -> Result<Digest, LogError> {
    let commitment = digest(row.try_get("commitment")?, "an entry's commitment")?;
    let Ok(stored) = StoredEntry::from_row(row) else {
        report.fault(place, "salt or text is gone, or the salt is not 32 bytes");
        return Ok(commitment);
    };
    match &stored.opened {
        Some(opened) => check_opened(row, opened, &commitment, &place, report)?,
        None => {
            let told = row.try_get::<Option<String>, _>("erasure")?;
            if told == Some(format!("{ERASED_KIND} entry:{entry}")) {
                report.erased += 1;
            } else {
                report.fault(place, "its text is gone and no entry says that it was erased");
            }
        }
    }
    Ok(commitment)
}

/// Checks the entries that wait for the tree: they are on no chain yet.
pub(super) async fn verify_waiting(connection: &mut PgConnection, report: &mut Report) -> Result<(), LogError> {
    let rows = sqlx::query(
        "SELECT NULL::bigint AS index, e.id, e.at, e.kind, e.resource, e.persons, e.commitment, e.salt, e.body, \
           e.erased_by, (SELECT coalesce(array_agg(p ORDER BY p), '{}') FROM unnest(e.persons) p) AS linked, \
           (SELECT b.kind || ' ' || b.resource FROM log.entry b WHERE b.id = e.erased_by) AS erasure \
         FROM log.pending w JOIN log.entry e ON e.id = w.entry ORDER BY w.arrived",
    )
    .fetch_all(connection)
    .await?;
    for row in &rows {
        let entry: Uuid = row.try_get("id")?;
        check_stored(row, entry, format!("entry {entry}"), report)?;
    }
    Ok(())
}

fn check_opened(
    row: &PgRow,
    opened: &Opened,
    commitment: &Digest,
    place: &str,
    report: &mut Report,
) -> Result<(), LogError> {
    if opened.commitment() != *commitment {
        report.fault(place, "salt, text or commitment was altered: they do not belong together");
        return Ok(());
    }
    let Ok(entry) = opened.entry() else {
        report.fault(place, "its text is not an entry");
        return Ok(());
    };
    let mut persons: Vec<Uuid> = entry.persons.iter().map(|p| p.uuid()).collect();
    let same = entry.id.uuid() == row.try_get::<Uuid, _>("id")?
        && entry.at == row.try_get::<Timestamp, _>("at")?.to_jiff()
        && entry.kind == row.try_get::<&str, _>("kind")?
        && entry.resource == row.try_get::<&str, _>("resource")?
        && persons == row.try_get::<Vec<Uuid>, _>("persons")?;
    if !same {
        report.fault(place, "a column beside the text was altered");
    }
    persons.sort_unstable();
    if persons != row.try_get::<Vec<Uuid>, _>("linked")? {
        report.fault(place, "is not in the chains of exactly the persons it concerns");
    }
    if row.try_get::<Option<Uuid>, _>("erased_by")?.is_some() {
        report.fault(place, "is marked as erased but is not");
    }
    Ok(())
}

async fn read_checkpoints(
    connection: &mut PgConnection,
    above: u64,
    upto: u64,
) -> Result<BTreeMap<u64, Kept>, LogError> {
    let rows: Vec<Kept> = sqlx::query_as(
        "SELECT size, root, note, cosignatures, witnesses FROM log.checkpoint WHERE size > $1 AND size <= $2",
    )
    .bind(signed(above))
    .bind(signed(upto))
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|kept| (unsigned(kept.size), kept)).collect())
}

fn check_checkpoint(kept: &Kept, size: u64, root: Digest, key: &PublicKey, report: &mut Report) {
    let place = format!("checkpoint {size}");
    report.checkpoints += 1;
    if kept.root != root.bytes() {
        report.fault(&place, "its root is not that of the entries");
    }
    match SignedCheckpoint::parse(&kept.note) {
        Err(error) => report.fault(place, error.to_string()),
        Ok(signed) => {
            let said = signed.checkpoint();
            if (said.size, said.root) != (size, root) {
                report.fault(&place, "its signed text says another size or root than the entries have");
            }
            if let Err(error) = signed.verify(key) {
                report.fault(&place, error.to_string());
            }
            check_cosignatures(kept, &signed, &place, report);
        }
    }
}

/// Every witness whose cosignature was kept has cosigned.
fn check_cosignatures(kept: &Kept, signed: &SignedCheckpoint, place: &str, report: &mut Report) {
    if usize::try_from(kept.cosignatures).ok() != Some(kept.witnesses.len()) {
        report.fault(place, "it counts other cosignatures than it has");
    }
    for witness in &kept.witnesses {
        match PublicKey::parse(witness).map(|key| (signed.cosigned_by(&key).is_ok(), key)) {
            Err(_) => report.fault(place, "the key of a witness that cosigned it was altered"),
            Ok((false, key)) => {
                report.fault(place, format!("the cosignature of {} was altered or is gone", key.name()));
            }
            Ok((true, _)) => report.cosignatures += 1,
        }
    }
}

/// Compares full tiles, and at the end of the log the partial ones.
async fn check_tiles(
    connection: &mut PgConnection,
    computed: &[(Tile, Vec<u8>)],
    last: bool,
    report: &mut Report,
) -> Result<(), LogError> {
    for (tile, bytes) in computed.iter().filter(|(t, _)| last || u64::from(t.width()) == TILE_WIDTH) {
        let kept: Option<Vec<u8>> = sqlx::query_scalar("SELECT bytes FROM log.tile WHERE level = $1 AND number = $2")
            .bind(i16::from(tile.level()))
            .bind(signed(tile.level_index()))
            .fetch_optional(&mut *connection)
            .await?;
        report.tiles += 1;
        match kept {
            None => report.fault(path(tile), "is gone"),
            Some(kept) if kept != *bytes => {
                let hash = kept.iter().zip(bytes).position(|(a, b)| a != b).unwrap_or(kept.len().min(bytes.len())) / 32;
                report.fault(path(tile), format!("hash {hash} of it was altered"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Nothing lies beyond what was walked: the last checkpoint ends there, and there are no more tiles.
async fn verify_ends(connection: &mut PgConnection, size: u64, report: &mut Report) -> Result<(), LogError> {
    let row = sqlx::query(
        "SELECT coalesce((SELECT max(size) FROM log.checkpoint), 0) AS signed, \
                (SELECT count(*) FROM log.checkpoint) AS checkpoints, (SELECT count(*) FROM log.tile) AS tiles",
    )
    .fetch_one(connection)
    .await?;
    let last = unsigned(row.try_get("signed")?);
    if last != size {
        report.fault(format!("checkpoint {last}"), format!("the last checkpoint, but the tree has {size} entries"));
    }
    if unsigned(row.try_get("checkpoints")?) != report.checkpoints {
        report.fault("checkpoints", "there are some of sizes that the tree never had");
    }
    let expected: u64 = (0..8).map(|level| (size >> (8 * level)).div_ceil(TILE_WIDTH)).sum();
    if unsigned(row.try_get("tiles")?) != expected {
        report.fault("tiles", format!("there should be {expected} of them"));
    }
    Ok(())
}
