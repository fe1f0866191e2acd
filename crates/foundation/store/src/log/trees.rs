//! Keyed trees over persons, kept in pages: what concerns millions at once is one entry, and
//! anybody's proof reads a page or three of its tree.

use std::collections::{BTreeMap, HashSet};

use sqlx::{PgConnection, Row};
use varde_core::{Digest, EntryId, PersonId};
use varde_ledger::{
    Membership, MembershipProof,
    keyed::{KeyedProof, KeyedTree, PAGE, TreeCommitment, TreeKey, tag},
    membership::TREE_DETAIL,
};

use super::{Log, LogError, digest, signed};

/// Pages written by one statement: 4 MiB.
const PAGES_AT_ONCE: usize = 16;

impl Log {
    /// Keeps the tree of an event, before the event's entry is made with the commitment this
    /// returns: `draft.with(TREE_DETAIL, commitment)`. Doing it twice is the same as once.
    pub async fn keep_membership(&self, membership: &Membership) -> Result<TreeCommitment, LogError> {
        let mut transaction = self.pool().begin().await?;
        write_trees(&mut transaction, &[(membership.key(), membership.tree())]).await?;
        transaction.commit().await?;
        Ok(membership.commitment())
    }

    /// The proof of a person's status in the event that an entry tells of; `status` is what the
    /// tree was built with for them, `None` if they were not in it.
    pub async fn prove_membership(
        &self,
        entry: EntryId,
        person: PersonId,
        status: Option<&str>,
    ) -> Result<MembershipProof, LogError> {
        let proof = self.prove(entry).await?;
        let told = proof.opened.as_ref().and_then(|o| o.entry().ok());
        let commitment = told.and_then(|e| serde_json::from_value(e.details.get(TREE_DETAIL)?.clone()).ok());
        let commitment: TreeCommitment = commitment.ok_or(LogError::NoTree(entry))?;
        let member = self.prove_in_tree(&commitment, person, status.map(str::as_bytes)).await?;
        Ok(MembershipProof::new(person, member.ok_or(LogError::NoTree(entry))?, &proof))
    }

    /// `None` when the tree is not kept.
    pub(super) async fn prove_in_tree(
        &self,
        commitment: &TreeCommitment,
        person: PersonId,
        value: Option<&[u8]>,
    ) -> Result<Option<KeyedProof>, LogError> {
        let mut connection = self.pool().acquire().await?;
        let Some((key, page_roots)) = read_tree(&mut connection, commitment).await? else { return Ok(None) };
        let pages = pages_around(&mut connection, commitment, &tag(&key.tag_key(), person)).await?;
        let tree = KeyedTree::from_pages(*commitment, page_roots, pages)?;
        Ok(Some(tree.prove(&key, person, value)?))
    }
}

/// Keeps trees with their secrets. Those that are kept already stay as they are.
pub(super) async fn write_trees(
    connection: &mut PgConnection,
    trees: &[(&TreeKey, &KeyedTree)],
) -> Result<(), LogError> {
    let page_roots = |tree: &KeyedTree| tree.pages().flat_map(|(_, root, _)| *root.bytes()).collect::<Vec<u8>>();
    let commitments: Vec<TreeCommitment> = trees.iter().map(|(_, tree)| tree.commitment()).collect();
    let new: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "INSERT INTO log.tree (root, tag_key, secret, leaves, page_roots) \
         SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bigint[], $5::bytea[]) \
         ON CONFLICT DO NOTHING RETURNING root, tag_key",
    )
    .bind(commitments.iter().map(|tree| tree.root.bytes().to_vec()).collect::<Vec<_>>())
    .bind(commitments.iter().map(|tree| tree.tag_key.bytes().to_vec()).collect::<Vec<_>>())
    .bind(trees.iter().map(|(key, _)| key.bytes().to_vec()).collect::<Vec<_>>())
    .bind(commitments.iter().map(|tree| signed(tree.leaves)).collect::<Vec<_>>())
    .bind(trees.iter().map(|(_, tree)| page_roots(tree)).collect::<Vec<_>>())
    .fetch_all(&mut *connection)
    .await?;
    let new: HashSet<_> = new.into_iter().collect();
    let is_new = |tree: &TreeCommitment| new.contains(&(tree.root.bytes().to_vec(), tree.tag_key.bytes().to_vec()));
    let new = commitments.iter().zip(trees).filter(|(commitment, _)| is_new(commitment));
    let pages: Vec<Page> =
        new.flat_map(|(of, (_, tree))| tree.pages().map(move |(n, _, bytes)| Page { of, n, bytes })).collect();
    write_pages(connection, &pages).await
}

/// A page of a tree, to be written.
struct Page<'a> {
    of: &'a TreeCommitment,
    n: u64,
    bytes: &'a [u8],
}

async fn write_pages(connection: &mut PgConnection, pages: &[Page<'_>]) -> Result<(), LogError> {
    for some in pages.chunks(PAGES_AT_ONCE) {
        sqlx::query(
            "INSERT INTO log.tree_page (root, tag_key, page, first_tag, bytes) \
             SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::bytea[], $5::bytea[])",
        )
        .bind(some.iter().map(|page| page.of.root.bytes().as_slice()).collect::<Vec<_>>())
        .bind(some.iter().map(|page| page.of.tag_key.bytes().as_slice()).collect::<Vec<_>>())
        .bind(some.iter().map(|page| signed(page.n)).collect::<Vec<_>>())
        .bind(some.iter().map(|page| page.bytes.get(..32).unwrap_or_default()).collect::<Vec<_>>())
        .bind(some.iter().map(|page| page.bytes).collect::<Vec<_>>())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The secret and the page roots of a kept tree.
pub(super) async fn read_tree(
    connection: &mut PgConnection,
    commitment: &TreeCommitment,
) -> Result<Option<(TreeKey, Vec<Digest>)>, LogError> {
    let row = sqlx::query("SELECT secret, page_roots FROM log.tree WHERE root = $1 AND tag_key = $2 AND leaves = $3")
        .bind(commitment.root.bytes().as_slice())
        .bind(commitment.tag_key.bytes().as_slice())
        .bind(signed(commitment.leaves))
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let secret = digest(row.try_get("secret")?, "a membership tree")?;
    let page_roots: &[u8] = row.try_get("page_roots")?;
    let page_roots = page_roots.chunks(32).map(|root| digest(root, "a membership tree")).collect::<Result<_, _>>()?;
    Ok(Some((TreeKey::from_bytes(*secret.bytes()), page_roots)))
}

/// The page where a tag belongs, its neighbours and the last: what [`KeyedTree::prove`] reads.
async fn pages_around(
    connection: &mut PgConnection,
    commitment: &TreeCommitment,
    tag: &Digest,
) -> Result<BTreeMap<u64, Vec<u8>>, LogError> {
    let page: Option<i64> = sqlx::query_scalar(
        "SELECT page FROM log.tree_page WHERE root = $1 AND tag_key = $2 AND first_tag <= $3 \
         ORDER BY first_tag DESC LIMIT 1",
    )
    .bind(commitment.root.bytes().as_slice())
    .bind(commitment.tag_key.bytes().as_slice())
    .bind(tag.bytes().as_slice())
    .fetch_optional(&mut *connection)
    .await?;
    let page = page.unwrap_or(0);
    let last = signed(commitment.leaves.saturating_sub(1) / PAGE);
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT page, bytes FROM log.tree_page WHERE root = $1 AND tag_key = $2 AND page = ANY($3) ORDER BY page",
    )
    .bind(commitment.root.bytes().as_slice())
    .bind(commitment.tag_key.bytes().as_slice())
    .bind(vec![page - 1, page, page + 1, last])
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(page, bytes)| (super::unsigned(page), bytes)).collect())
}
