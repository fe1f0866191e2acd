//! Publications of heads: the entry, the kept shards or tree, and the chains as they were say the same.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use uuid::Uuid;
use varde_core::PersonId;
use varde_ledger::{
    completeness::{HEADS_KIND, Heads, read_heads},
    keyed::{KeyedTree, TreeCommitment},
    shards::{ShardKey, ShardsCommitment},
};

use super::Report;
use crate::log::{
    LogError,
    heads::{head_of, oldest_kept},
    read::StoredEntry,
    shards::{self, column},
    signed,
    trees::read_tree,
    unsigned,
};

#[derive(sqlx::FromRow)]
struct Row {
    entry: Uuid,
    size: i64,
    root: Vec<u8>,
    tag_key: Vec<u8>,
    shard_key: Option<Vec<u8>>,
}

pub(super) async fn verify(connection: &mut PgConnection, report: &mut Report) -> Result<(), LogError> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT entry, size, root, tag_key, shard_key FROM log.heads ORDER BY size, entry")
            .fetch_all(&mut *connection)
            .await?;
    let kept = oldest_kept(connection).await?;
    let mut last = None;
    for row in rows {
        report.heads += 1;
        let place = format!("heads {}", row.entry);
        match (said(connection, row.entry).await?, shard_key(&row)) {
            (None, _) => report.fault(place, "the entry that publishes them is gone or says something else"),
            (Some((size, Heads::Tree(tree))), None)
                if agrees(&row, size, &tree.root.bytes()[..], tree.tag_key.bytes()) =>
            {
                verify_tree(connection, &place, size, &tree, report).await?;
            }
            (Some((size, Heads::Shards(said))), Some(key))
                if agrees(&row, size, &said.root.bytes()[..], said.key.bytes()) && key.digest() == said.key =>
            {
                if size >= kept {
                    verify_shards(connection, &place, size, &said, &key, report).await?;
                }
                last = Some(key);
            }
            _ => report.fault(place, "size, root or key is not what their entry says"),
        }
    }
    if let Some(key) = last {
        verify_places(connection, &key, report).await?;
    }
    verify_versions(connection, report).await?;
    verify_none_lost(connection, report).await
}

fn shard_key(row: &Row) -> Option<ShardKey> {
    Some(ShardKey::from_bytes(row.shard_key.as_deref()?.try_into().ok()?))
}

fn agrees(row: &Row, size: u64, root: &[u8], key: &[u8]) -> bool {
    unsigned(row.size) == size && row.root == root && row.tag_key == key
}

/// Every version of a shard was written by a publication.
async fn verify_versions(connection: &mut PgConnection, report: &mut Report) -> Result<(), LogError> {
    let stray: Vec<(i32, i64)> = sqlx::query_as(
        "SELECT s.shard, s.size FROM log.shard s \
         LEFT JOIN log.heads h ON h.size = s.size AND h.shard_key IS NOT NULL WHERE h.entry IS NULL LIMIT 1000",
    )
    .fetch_all(connection)
    .await?;
    for (shard, size) in stray {
        report.fault(format!("heads of size {size}, shard {shard}"), "no publication wrote this version");
    }
    Ok(())
}

/// Every entry that publishes heads is known as one.
async fn verify_none_lost(connection: &mut PgConnection, report: &mut Report) -> Result<(), LogError> {
    let lost: Vec<(Uuid,)> = sqlx::query_as(
        "SELECT e.id FROM log.entry e LEFT JOIN log.heads h ON h.entry = e.id \
         WHERE e.kind = $1 AND h.entry IS NULL LIMIT 1000",
    )
    .bind(HEADS_KIND)
    .fetch_all(connection)
    .await?;
    for (entry,) in lost {
        report.fault(format!("heads {entry}"), "their entry is there but they are gone");
    }
    Ok(())
}

async fn said(connection: &mut PgConnection, entry: Uuid) -> Result<Option<(u64, Heads)>, LogError> {
    let row =
        sqlx::query("SELECT id, NULL::bigint AS index, commitment, salt, body, erased_by FROM log.entry WHERE id = $1")
            .bind(entry)
            .fetch_optional(connection)
            .await?;
    let stored = row.as_ref().map(StoredEntry::from_row).transpose().unwrap_or_default();
    Ok(stored.and_then(|s| read_heads(&s.opened?.entry().ok()?)))
}

/// Builds the tree again from the chains as they were at that size. A tree that is no longer kept
/// was forgotten because newer ones are. Its pages are checked with those of all trees.
async fn verify_tree(
    connection: &mut PgConnection,
    place: &str,
    size: u64,
    tree: &TreeCommitment,
    report: &mut Report,
) -> Result<(), LogError> {
    let Some((key, _)) = read_tree(connection, tree).await? else { return Ok(()) };
    let heads = heads_at(connection, size).await?;
    if KeyedTree::build(&key, &heads)?.commitment() != *tree {
        report.fault(place, "they are not the heads that the chains had");
    }
    Ok(())
}

/// Builds every shard again from the chains as they were at that size, and the root over them.
async fn verify_shards(
    connection: &mut PgConnection,
    place: &str,
    size: u64,
    said: &ShardsCommitment,
    key: &ShardKey,
    report: &mut Report,
) -> Result<(), LogError> {
    let kept = shards::read(connection, size).await?;
    if kept.commitment(key) != *said {
        report.fault(place, "a shard is gone, or is not what their entry says");
        return Ok(());
    }
    let mut heads: BTreeMap<u32, Vec<(PersonId, [u8; 40])>> =
        kept.iter().map(|(shard, _)| (shard, Vec::new())).collect();
    for (person, head) in heads_at(connection, size).await? {
        heads.entry(key.place(person)).or_default().push((person, head));
    }
    for (shard, heads) in heads {
        let tree = kept.get(shard);
        let Some((secret, _)) = read_tree(connection, &tree).await? else {
            report.fault(format!("{place}, shard {shard}"), "its tree is gone");
            continue;
        };
        if KeyedTree::build(&secret, &heads)?.commitment() != tree {
            report.fault(format!("{place}, shard {shard}"), "it does not have the heads that the chains had");
        }
    }
    Ok(())
}

async fn heads_at(connection: &mut PgConnection, size: u64) -> Result<Vec<(PersonId, [u8; 40])>, LogError> {
    let rows: Vec<(Uuid, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT DISTINCT ON (person) person, position, head FROM log.link WHERE index < $1 \
         ORDER BY person, position DESC",
    )
    .bind(signed(size))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(head_of).collect()
}

/// Everybody is found in the shard that is theirs.
async fn verify_places(connection: &mut PgConnection, key: &ShardKey, report: &mut Report) -> Result<(), LogError> {
    let rows: Vec<(Uuid, i32)> =
        sqlx::query_as("SELECT person, shard FROM log.person WHERE shard IS NOT NULL").fetch_all(connection).await?;
    for (person, shard) in rows {
        if shard != column(key.place(PersonId::from_uuid(person))) {
            report.fault(format!("chain of {person}"), "its shard is not the one that the key gives");
        }
    }
    Ok(())
}
