//! Publications of heads: the entry, the kept tree, and the chains as they were say the same.

use sqlx::PgConnection;
use uuid::Uuid;
use varde_core::PersonId;
use varde_ledger::{
    completeness::{HEADS_KIND, read_heads},
    keyed::{KeyedTree, TreeCommitment},
};

use super::Report;
use crate::log::{LogError, heads::head_of, read::StoredEntry, signed, trees::read_tree, unsigned};

pub(super) async fn verify(connection: &mut PgConnection, report: &mut Report) -> Result<(), LogError> {
    let rows: Vec<(Uuid, i64, Vec<u8>, Vec<u8>)> =
        sqlx::query_as("SELECT entry, size, root, tag_key FROM log.heads ORDER BY size, entry")
            .fetch_all(&mut *connection)
            .await?;
    for (entry, size, root, tag_key) in rows {
        let place = format!("heads {entry}");
        report.heads += 1;
        let Some((said, tree)) = said(connection, entry).await? else {
            report.fault(place, "the entry that publishes them is gone or says something else");
            continue;
        };
        if said != unsigned(size) || root != tree.root.bytes() || tag_key != tree.tag_key.bytes() {
            report.fault(place, "size or root is not what their entry says");
            continue;
        }
        verify_tree(connection, &place, said, &tree, report).await?;
    }
    verify_none_lost(connection, report).await
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

async fn said(connection: &mut PgConnection, entry: Uuid) -> Result<Option<(u64, TreeCommitment)>, LogError> {
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
    let rows: Vec<(Uuid, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT DISTINCT ON (person) person, position, head FROM log.link WHERE index < $1 \
         ORDER BY person, position DESC",
    )
    .bind(signed(size))
    .fetch_all(connection)
    .await?;
    let heads = rows.into_iter().map(head_of).collect::<Result<Vec<(PersonId, [u8; 40])>, _>>()?;
    let built = KeyedTree::build(&key, &heads)?;
    if built.commitment() != *tree {
        report.fault(place, "they are not the heads that the chains had");
    }
    Ok(())
}
