//! Publishing the heads of everybody's chains, and the citizen's proof that nothing was left out.

use std::time::Duration;

use sqlx::{Connection, PgConnection};
use uuid::Uuid;
use varde_core::{Actor, Digest, EntryId, PersonId};
use varde_ledger::{
    CompletenessProof, Draft,
    chain::Head,
    completeness::{HEADS_KIND, Link, SIZE_DETAIL},
    keyed::{KeyedTree, TreeCommitment, TreeKey},
    membership::TREE_DETAIL,
};

use super::{Log, LogError, digest, read::StoredEntry, signed, unsigned};

/// Publications whose trees are kept; older proofs stay valid, they only cannot be made again.
const KEPT: i64 = 4;
/// How long a proof waits for the sequencer before it says to try again.
const PATIENCE: Duration = Duration::from_secs(5);

/// A publication that is in the tree.
struct Heads {
    entry: EntryId,
    size: u64,
    tree: TreeCommitment,
}

#[derive(sqlx::FromRow)]
struct HeadsRow {
    entry: Uuid,
    size: i64,
    root: Vec<u8>,
    tag_key: Vec<u8>,
    leaves: i64,
}

impl HeadsRow {
    fn read(self) -> Result<Heads, LogError> {
        let place = "a publication of heads";
        let (root, tag_key) = (digest(&self.root, place)?, digest(&self.tag_key, place)?);
        let tree = TreeCommitment { root, leaves: unsigned(self.leaves), tag_key };
        Ok(Heads { entry: EntryId::from_uuid(self.entry), size: unsigned(self.size), tree })
    }
}

impl Log {
    /// Enters the heads of all chains as they are now. Cost grows with the number of persons who
    /// have a chain, about two microseconds each; run it once a day and when [`Self::completeness`]
    /// needs it.
    pub async fn publish_heads(&self, actor: &Actor) -> Result<EntryId, LogError> {
        let (size, heads) = self.all_heads().await?;
        let key = TreeKey::generate(self.store.randomness());
        let (tree, key) = tokio::task::spawn_blocking(move || KeyedTree::build(&key, &heads).map(|tree| (tree, key)))
            .await
            .map_err(|_| LogError::Damaged("the persons' chains"))??;
        self.keep_tree(&key, &tree).await?;
        let (id, commitment) = (self.new_id(), tree.commitment());
        let mut transaction = self.pool().begin().await?;
        let draft = Draft::new(HEADS_KIND, "log", "heads").with(TREE_DETAIL, commitment).with(SIZE_DETAIL, size);
        self.enter(&mut transaction, id, draft, actor).await?;
        sqlx::query("INSERT INTO log.heads (entry, size, root, tag_key) VALUES ($1, $2, $3, $4)")
            .bind(id.uuid())
            .bind(signed(size))
            .bind(commitment.root.bytes().as_slice())
            .bind(commitment.tag_key.bytes().as_slice())
            .execute(&mut *transaction)
            .await?;
        forget_old(&mut transaction).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Whether the newest published heads cover every chain: publishing again would say nothing new.
    pub async fn heads_are_current(&self) -> Result<bool, LogError> {
        let current = "SELECT NOT EXISTS ( \
             SELECT FROM log.link WHERE index >= (SELECT coalesce(max(size), 0) FROM log.heads))";
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
        let proven = self.prove_in_tree(&heads.tree, person, value.as_ref().map(<[u8; 40]>::as_slice)).await?;
        let proven = proven.ok_or(LogError::NoTree(heads.entry))?;
        Ok(CompletenessProof::new(person, links, proven, &self.prove(heads.entry).await?))
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

    async fn all_heads(&self) -> Result<(u64, Vec<(PersonId, [u8; 40])>), LogError> {
        let mut connection = self.pool().acquire().await?;
        let mut transaction = connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
        let size: Option<i64> =
            sqlx::query_scalar("SELECT max(size) FROM log.checkpoint").fetch_one(&mut *transaction).await?;
        let rows: Vec<(Uuid, i64, Vec<u8>)> =
            sqlx::query_as("SELECT person, count, head FROM log.person").fetch_all(&mut *transaction).await?;
        transaction.commit().await?;
        let heads = rows.into_iter().map(head_of).collect::<Result<_, _>>()?;
        Ok((size.map_or(0, unsigned), heads))
    }

    async fn heads_covering(&self, person: PersonId) -> Result<Option<Heads>, LogError> {
        let row: Option<HeadsRow> = sqlx::query_as(
            "SELECT h.entry, h.size, h.root, h.tag_key, t.leaves \
             FROM log.heads h JOIN log.leaf l ON l.entry = h.entry \
             JOIN log.tree t ON (t.root, t.tag_key) = (h.root, h.tag_key) \
             WHERE h.size > coalesce( \
               (SELECT index FROM log.link WHERE person = $1 ORDER BY position DESC LIMIT 1), -1) \
             ORDER BY l.index DESC LIMIT 1",
        )
        .bind(person.uuid())
        .fetch_optional(self.pool())
        .await?;
        row.map(HeadsRow::read).transpose()
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

async fn forget_old(connection: &mut PgConnection) -> Result<(), LogError> {
    sqlx::query(
        "DELETE FROM log.tree t USING log.heads h \
         WHERE (t.root, t.tag_key) = (h.root, h.tag_key) \
           AND h.entry NOT IN (SELECT entry FROM log.heads ORDER BY size DESC, entry DESC LIMIT $1)",
    )
    .bind(KEPT)
    .execute(connection)
    .await?;
    Ok(())
}
