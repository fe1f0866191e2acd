//! Keyed trees as they are kept: secret, roots and pages belong together, and no leaf is out of order,
//! which is what a proof of absence relies on.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use varde_core::Digest;
use varde_ledger::keyed::{KeyedTree, LEAF, TreeCommitment, TreeKey};

use super::Report;
use crate::log::{LogError, signed, unsigned};

#[derive(sqlx::FromRow)]
struct TreeRow {
    root: Vec<u8>,
    tag_key: Vec<u8>,
    secret: Vec<u8>,
    leaves: i64,
    page_roots: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct PageRow {
    page: i64,
    first_tag: Vec<u8>,
    bytes: Vec<u8>,
}

/// Every tree that is kept, one after the other.
pub(super) async fn verify(connection: &mut PgConnection, report: &mut Report) -> Result<(), LogError> {
    let trees: Vec<TreeRow> =
        sqlx::query_as("SELECT root, tag_key, secret, leaves, page_roots FROM log.tree ORDER BY root, tag_key")
            .fetch_all(&mut *connection)
            .await?;
    for tree in trees {
        report.trees += 1;
        let place = format!("membership tree {}", hex::encode(&tree.root));
        let pages = pages(connection, &tree).await?;
        if let Some(what) = wrong(&tree, pages) {
            report.fault(place, what);
        }
    }
    let lost: Vec<(Vec<u8>, i64)> = sqlx::query_as(
        "SELECT p.root, p.page FROM log.tree_page p LEFT JOIN log.tree t \
           ON (t.root, t.tag_key) = (p.root, p.tag_key) WHERE t.root IS NULL LIMIT $1",
    )
    .bind(signed(1_000))
    .fetch_all(connection)
    .await?;
    for (root, page) in lost {
        report.fault(format!("membership tree {}", hex::encode(root)), format!("it is gone, but page {page} is there"));
    }
    Ok(())
}

async fn pages(connection: &mut PgConnection, tree: &TreeRow) -> Result<Vec<PageRow>, LogError> {
    let select = "SELECT page, first_tag, bytes FROM log.tree_page WHERE root = $1 AND tag_key = $2 ORDER BY page";
    Ok(sqlx::query_as(select).bind(&tree.root).bind(&tree.tag_key).fetch_all(connection).await?)
}

/// What is wrong with a tree, if anything.
fn wrong(tree: &TreeRow, pages: Vec<PageRow>) -> Option<&'static str> {
    let (Some(root), Some(tag_key), Some(secret)) = (bytes(&tree.root), bytes(&tree.tag_key), bytes(&tree.secret))
    else {
        return Some("its root, tag key or secret is not 32 bytes");
    };
    if Digest::of(TreeKey::from_bytes(secret).tag_key().bytes()).bytes() != &tag_key {
        return Some("its secret or its tag key was altered");
    }
    if pages.iter().any(|page| page.bytes.get(..32) != Some(page.first_tag.as_slice())) {
        return Some("a page does not begin as its index says");
    }
    if !sorted(&pages) {
        return Some("its leaves are out of order");
    }
    let page_roots: Vec<Digest> = tree.page_roots.chunks(32).filter_map(bytes).map(Digest::from_bytes).collect();
    let (roots, there) = (tree.page_roots.len().div_ceil(32), pages.len());
    let commitment = TreeCommitment {
        root: Digest::from_bytes(root),
        leaves: unsigned(tree.leaves),
        tag_key: Digest::from_bytes(tag_key),
    };
    let pages: BTreeMap<u64, Vec<u8>> = pages.into_iter().map(|p| (unsigned(p.page), p.bytes)).collect();
    let whole = page_roots.len() == roots && there == roots;
    (!whole || KeyedTree::from_pages(commitment, page_roots, pages).is_err())
        .then_some("a page or a root of it was altered or is gone")
}

fn sorted(pages: &[PageRow]) -> bool {
    let tags = pages.iter().flat_map(|page| page.bytes.chunks(LEAF)).map(|leaf| leaf.get(..32));
    tags.is_sorted_by(|a, b| a < b)
}

fn bytes(slice: &[u8]) -> Option<[u8; 32]> {
    slice.try_into().ok()
}
