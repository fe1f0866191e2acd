//! The shards of a publication of heads: finding those that changed, building and keeping them, and
//! reading them back as they were.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;
use uuid::Uuid;
use varde_core::PersonId;
use varde_ledger::{
    keyed::{KeyedTree, TreeCommitment, TreeKey},
    shards::{ShardKey, Shards},
};

use super::{LogError, digest, heads::head_of, signed, trees::write_trees, unsigned};

/// Persons who are given their shard by one statement.
const PERSONS_AT_ONCE: i64 = 20_000;
/// Shards that are built and written at once: some 6 MB at national size.
const SHARDS_AT_ONCE: usize = 256;

#[derive(sqlx::FromRow)]
struct ShardRow {
    shard: i32,
    root: Vec<u8>,
    tag_key: Vec<u8>,
    leaves: i64,
}

/// Gives everybody who has a chain, and none yet, their shard.
pub(super) async fn assign(connection: &mut PgConnection, key: &ShardKey) -> Result<(), LogError> {
    loop {
        let persons: Vec<Uuid> = sqlx::query_scalar("SELECT person FROM log.person WHERE shard IS NULL LIMIT $1")
            .bind(PERSONS_AT_ONCE)
            .fetch_all(&mut *connection)
            .await?;
        if persons.is_empty() {
            return Ok(());
        }
        let places: Vec<i32> = persons.iter().map(|p| column(key.place(PersonId::from_uuid(*p)))).collect();
        sqlx::query(
            "UPDATE log.person AS p SET shard = n.shard \
             FROM unnest($1::uuid[], $2::integer[]) AS n (person, shard) WHERE p.person = n.person",
        )
        .bind(persons)
        .bind(places)
        .execute(&mut *connection)
        .await?;
    }
}

/// The shards in which a chain has grown by an entry from one size of the log to another.
pub(super) async fn grown(connection: &mut PgConnection, from: u64, to: u64) -> Result<BTreeSet<i32>, LogError> {
    let shards: Vec<i32> = sqlx::query_scalar(
        "SELECT DISTINCT p.shard FROM log.link k JOIN log.person p ON p.person = k.person \
         WHERE k.index >= $1 AND k.index < $2 AND p.shard IS NOT NULL",
    )
    .bind(signed(from))
    .bind(signed(to))
    .fetch_all(connection)
    .await?;
    Ok(shards.into_iter().collect())
}

/// Builds these shards anew, each under a secret of its own, as the chains were at a size of the log,
/// and keeps them as that size's versions.
pub(super) async fn write(
    connection: &mut PgConnection,
    new_key: impl Fn() -> TreeKey,
    size: u64,
    grown: &BTreeSet<i32>,
) -> Result<(), LogError> {
    let grown: Vec<i32> = grown.iter().copied().collect();
    for some in grown.chunks(SHARDS_AT_ONCE) {
        let heads = heads_in(connection, some, size).await?;
        let keyed: Vec<_> = heads.into_iter().map(|(shard, heads)| (shard, new_key(), heads)).collect();
        let built = tokio::task::spawn_blocking(move || keyed.into_iter().map(build).collect::<Result<Vec<_>, _>>())
            .await
            .map_err(|_| LogError::Damaged("the persons' chains"))??;
        write_trees(connection, &built.iter().map(|(_, key, tree)| (key, tree)).collect::<Vec<_>>()).await?;
        write_rows(connection, size, built.iter().map(|(shard, _, tree)| (*shard, tree.commitment())).collect())
            .await?;
    }
    Ok(())
}

type Heads = Vec<(PersonId, [u8; 40])>;

fn build((shard, key, heads): (i32, TreeKey, Heads)) -> Result<(i32, TreeKey, KeyedTree), LogError> {
    let tree = KeyedTree::build(&key, &heads)?;
    Ok((shard, key, tree))
}

/// The heads of everybody in some shards, by shard.
async fn heads_in(connection: &mut PgConnection, shards: &[i32], size: u64) -> Result<BTreeMap<i32, Heads>, LogError> {
    let rows: Vec<(i32, Uuid, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT p.shard, p.person, k.position, k.head FROM log.person p CROSS JOIN LATERAL \
           (SELECT position, head FROM log.link WHERE person = p.person AND index < $1 \
            ORDER BY position DESC LIMIT 1) AS k \
         WHERE p.shard = ANY($2)",
    )
    .bind(signed(size))
    .bind(shards)
    .fetch_all(connection)
    .await?;
    let mut heads: BTreeMap<i32, Heads> = BTreeMap::new();
    for (shard, person, position, head) in rows {
        heads.entry(shard).or_default().push(head_of((person, position, head))?);
    }
    Ok(heads)
}

async fn write_rows(
    connection: &mut PgConnection,
    size: u64,
    shards: Vec<(i32, TreeCommitment)>,
) -> Result<(), LogError> {
    sqlx::query(
        "INSERT INTO log.shard (shard, size, root, tag_key, leaves) \
         SELECT n.shard, $1, n.root, n.tag_key, n.leaves \
         FROM unnest($2::integer[], $3::bytea[], $4::bytea[], $5::bigint[]) AS n (shard, root, tag_key, leaves)",
    )
    .bind(signed(size))
    .bind(shards.iter().map(|(shard, _)| *shard).collect::<Vec<_>>())
    .bind(shards.iter().map(|(_, tree)| tree.root.bytes().to_vec()).collect::<Vec<_>>())
    .bind(shards.iter().map(|(_, tree)| tree.tag_key.bytes().to_vec()).collect::<Vec<_>>())
    .bind(shards.iter().map(|(_, tree)| signed(tree.leaves)).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// The shards of the publication of a size.
pub(super) async fn read(connection: &mut PgConnection, size: u64) -> Result<Shards, LogError> {
    let rows: Vec<ShardRow> = sqlx::query_as(
        "SELECT DISTINCT ON (shard) shard, root, tag_key, leaves FROM log.shard WHERE size <= $1 \
         ORDER BY shard, size DESC",
    )
    .bind(signed(size))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(ShardRow::read).collect()
}

impl ShardRow {
    fn read(self) -> Result<(u32, TreeCommitment), LogError> {
        let place = "a shard of the heads";
        let (root, tag_key) = (digest(&self.root, place)?, digest(&self.tag_key, place)?);
        let shard = u32::try_from(self.shard).map_err(|_| LogError::Damaged(place))?;
        Ok((shard, TreeCommitment { root, leaves: unsigned(self.leaves), tag_key }))
    }
}

/// Forgets versions that the publications from `oldest` on do not use, with their trees.
pub(super) async fn forget_before(connection: &mut PgConnection, oldest: u64) -> Result<(), LogError> {
    sqlx::query(
        "WITH gone AS ( \
             DELETE FROM log.shard AS s WHERE EXISTS ( \
                 SELECT FROM log.shard n WHERE n.shard = s.shard AND n.size > s.size AND n.size <= $1) \
             RETURNING root, tag_key \
         ) DELETE FROM log.tree t USING gone WHERE (t.root, t.tag_key) = (gone.root, gone.tag_key)",
    )
    .bind(signed(oldest))
    .execute(connection)
    .await?;
    Ok(())
}

/// A place as the tables keep it: there are fewer than 2³¹ shards.
pub(super) fn column(place: u32) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}
