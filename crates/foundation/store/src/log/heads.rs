//! Publishing the heads of everybody's chains, and the citizen's proof that nothing was left out.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;
use varde_core::{Actor, Digest, EntryId, PersonId};
use varde_ledger::{
    CompletenessProof, Draft,
    chain::Head,
    completeness::{HEADS_KIND, Link, SIZE_DETAIL},
    keyed::{KeyedProof, KeyedTree, TreeKey},
    shards::{self as place, SHARDS_DETAIL, ShardKey, ShardProof},
};

use super::{Log, LogError, digest, read::StoredEntry, shards, signed, unsigned};

/// Publications whose trees are kept; older proofs stay valid, they only cannot be made again.
pub(super) const KEPT: i64 = 4;
/// How long a proof waits for the sequencer before it says to try again.
const PATIENCE: Duration = Duration::from_secs(5);
/// "heads" as a number: the key of the lock under which one process at a time publishes.
const PUBLISHING: i64 = 0x68_6561_6473;

/// A publication in shards.
struct Heads {
    entry: EntryId,
    size: u64,
    key: ShardKey,
}

impl Heads {
    fn read((entry, size, key): (Uuid, i64, Vec<u8>)) -> Result<Self, LogError> {
        let key = digest(&key, "a publication of heads")?;
        Ok(Self { entry: EntryId::from_uuid(entry), size: unsigned(size), key: ShardKey::from_bytes(*key.bytes()) })
    }
}

impl Log {
    /// Enters the heads of all chains as they are now. Only the shards in which a chain has grown since
    /// the last publication are built and written: the cost grows with those, not with the people.
    pub async fn publish_heads(&self, actor: &Actor) -> Result<EntryId, LogError> {
        let mut transaction = self.pool().begin().await?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(PUBLISHING).execute(&mut *transaction).await?;
        let last = newest(&mut transaction).await?;
        let (from, key) =
            last.map_or_else(|| (0, ShardKey::generate(self.store.randomness())), |last| (last.size, last.key));
        let size: Option<i64> =
            sqlx::query_scalar("SELECT max(size) FROM log.checkpoint").fetch_one(&mut *transaction).await?;
        let size = size.map_or(0, unsigned);
        // After the size is known: everybody with an entry below it has a chain by now. In statements of
        // their own, so that the sequencer does not wait for these rows.
        shards::assign(&mut *self.pool().acquire().await?, &key).await?;
        let grown = shards::grown(&mut transaction, from, size).await?;
        shards::write(&mut transaction, || TreeKey::generate(self.store.randomness()), size, &grown).await?;
        let said = shards::read(&mut transaction, size).await?.commitment(&key);
        let draft = Draft::new(HEADS_KIND, "log", "heads").with(SHARDS_DETAIL, said).with(SIZE_DETAIL, size);
        let id = self.enter(&mut transaction, draft, actor).await?;
        sqlx::query("INSERT INTO log.heads (entry, size, root, tag_key, shard_key) VALUES ($1, $2, $3, $4, $5)")
            .bind(id.uuid())
            .bind(signed(size))
            .bind(said.root.bytes().as_slice())
            .bind(said.key.bytes().as_slice())
            .bind(key.bytes().as_slice())
            .execute(&mut *transaction)
            .await?;
        forget_old(&mut transaction).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Whether the newest published heads cover every chain: publishing again would say nothing new.
    pub async fn heads_are_current(&self) -> Result<bool, LogError> {
        let current = "SELECT NOT EXISTS ( \
             SELECT FROM log.link WHERE index >= \
               (SELECT coalesce(max(size), 0) FROM log.heads WHERE shard_key IS NOT NULL))";
        Ok(sqlx::query_scalar(current).fetch_one(self.pool()).await?)
    }

    /// The proof that the list of entries concerning a person leaves nothing out. It uses the
    /// newest heads that cover all their entries, and publishes new ones when there are none; then
    /// the sequencer must be running, or [`LogError::NotSequenced`] says so.
    pub async fn completeness(&self, person: PersonId, actor: &Actor) -> Result<CompletenessProof, LogError> {
        let heads = match self.heads_covering(person).await? {
            Some(heads) => heads,
            None => {
                let entry = self.publish_heads(actor).await?;
                self.sequenced(entry).await?;
                self.heads_covering(person).await?.ok_or(LogError::NotSequenced(entry))?
            }
        };
        let links = self.links_of(person, heads.size).await?;
        let head = Head::over(links.iter().map(|l| &l.commitment));
        let value = (head.count > 0).then(|| head.bytes());
        let (shard, head) = self.prove_head(&heads, person, value.as_ref().map(<[u8; 40]>::as_slice)).await?;
        Ok(CompletenessProof::new(person, links, shard, head, &self.prove(heads.entry).await?))
    }

    /// Waits until an entry is in the tree.
    pub async fn sequenced(&self, entry: EntryId) -> Result<u64, LogError> {
        let step = Duration::from_millis(50);
        for _ in 0..(PATIENCE.as_millis() / step.as_millis()) {
            match self.entry(entry).await? {
                None => return Err(LogError::NotFound(entry)),
                Some(StoredEntry { index: Some(index), .. }) => return Ok(index),
                Some(_) => tokio::time::sleep(step).await,
            }
        }
        Err(LogError::NotSequenced(entry))
    }

    /// A person's shard among those of a publication, and what it says of them.
    async fn prove_head(
        &self,
        heads: &Heads,
        person: PersonId,
        value: Option<&[u8]>,
    ) -> Result<(ShardProof, KeyedProof), LogError> {
        let shards = shards::read(&mut *self.pool().acquire().await?, heads.size).await?;
        let tree = shards.get(heads.key.place(person));
        let head = match tree.leaves {
            0 => KeyedTree::build::<[u8; 40]>(&place::nobody(), &[])?.prove(&place::nobody(), person, value)?,
            _ => self.prove_in_tree(&tree, person, value).await?.ok_or(LogError::NoTree(heads.entry))?,
        };
        Ok((shards.prove(&heads.key, person), head))
    }

    async fn heads_covering(&self, person: PersonId) -> Result<Option<Heads>, LogError> {
        let row = sqlx::query_as(
            "SELECT h.entry, h.size, h.shard_key FROM log.heads h JOIN log.leaf l ON l.entry = h.entry \
             WHERE h.shard_key IS NOT NULL AND h.size > coalesce( \
               (SELECT index FROM log.link WHERE person = $1 ORDER BY position DESC LIMIT 1), -1) \
             ORDER BY l.index DESC LIMIT 1",
        )
        .bind(person.uuid())
        .fetch_optional(self.pool())
        .await?;
        row.map(Heads::read).transpose()
    }

    async fn links_of(&self, person: PersonId, below: u64) -> Result<Vec<Link>, LogError> {
        let entries = self.entries_of(person).await?;
        let covered = entries.into_iter().filter_map(|e| e.index.filter(|i| *i < below).map(|index| (index, e)));
        let link = |(index, entry): (u64, StoredEntry)| {
            let (salt, body) = entry.opened.map(|o| (hex::encode(o.salt), o.body)).unzip();
            Link { index, commitment: entry.commitment, salt, body }
        };
        Ok(covered.map(link).collect())
    }
}

pub(super) fn head_of((person, count, head): (Uuid, i64, Vec<u8>)) -> Result<(PersonId, [u8; 40]), LogError> {
    let head: Digest = digest(&head, "a chain's head")?;
    Ok((PersonId::from_uuid(person), Head { count: unsigned(count), head }.bytes()))
}

/// The last publication in shards.
async fn newest(connection: &mut PgConnection) -> Result<Option<Heads>, LogError> {
    let row = sqlx::query_as(
        "SELECT entry, size, shard_key FROM log.heads WHERE shard_key IS NOT NULL ORDER BY size DESC, entry DESC LIMIT 1",
    );
    row.fetch_optional(connection).await?.map(Heads::read).transpose()
}

/// The size of the oldest publication in shards whose trees are kept.
pub(super) async fn oldest_kept(connection: &mut PgConnection) -> Result<u64, LogError> {
    let size: Option<i64> = sqlx::query_scalar(
        "SELECT min(size) FROM (SELECT size FROM log.heads WHERE shard_key IS NOT NULL \
           ORDER BY size DESC, entry DESC LIMIT $1) AS kept",
    )
    .bind(KEPT)
    .fetch_one(connection)
    .await?;
    Ok(size.map_or(0, unsigned))
}

/// Forgets what only publications before the last few need: versions of shards, and the trees of the
/// first version of the format.
async fn forget_old(connection: &mut PgConnection) -> Result<(), LogError> {
    sqlx::query(
        "DELETE FROM log.tree t USING log.heads h \
         WHERE (t.root, t.tag_key) = (h.root, h.tag_key) AND h.shard_key IS NULL \
           AND h.entry NOT IN (SELECT entry FROM log.heads ORDER BY size DESC, entry DESC LIMIT $1)",
    )
    .bind(KEPT)
    .execute(&mut *connection)
    .await?;
    let oldest = oldest_kept(connection).await?;
    shards::forget_before(connection, oldest).await
}
