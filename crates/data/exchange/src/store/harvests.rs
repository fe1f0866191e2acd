//! Other catalogues that are read, what came of it, and what datasets of theirs are called here.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow};
use varde_core::{CataloguePath, Digest, Language, OrganisationId};
use varde_metadata::ProposalId;

use crate::{Counts, HarvestId, HarvestRun, HarvestSource, Outcome, Trouble};

/// A dataset of another catalogue that was taken before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Its address there.
    pub(crate) address: String,
    /// Its path here.
    pub(crate) path: CataloguePath,
    /// Which harvest took it; none for a file.
    pub(crate) harvest: Option<HarvestId>,
    /// The digest of what was proposed of it last.
    pub(crate) proposed: Digest,
    /// Whether it is gone there.
    pub(crate) gone: bool,
}

fn wrong(text: impl Into<String>) -> sqlx::Error {
    sqlx::Error::Decode(text.into().into())
}

fn source(row: &PgRow) -> sqlx::Result<HarvestSource> {
    let language: String = row.try_get("language")?;
    let language = Language::ALL.into_iter().find(|known| known.tag() == language);
    let number = |name: &str| -> sqlx::Result<u32> { Ok(u32::try_from(row.try_get::<i32, _>(name)?).unwrap_or(0)) };
    Ok(HarvestSource {
        id: HarvestId::from_uuid(row.try_get("id")?),
        address: row.try_get("address")?,
        title: row.try_get("title")?,
        holder: OrganisationId::from_uuid(row.try_get("holder")?),
        mail: row.try_get("mail")?,
        language: language.ok_or_else(|| wrong("a language that is not known"))?,
        every_hours: number("every_hours")?,
        paused: row.try_get("paused")?,
        allow_loss: row.try_get("allow_loss")?,
        tag: row.try_get("tag")?,
        modified: row.try_get("modified")?,
        failures: number("failures")?,
        next_at: row.try_get::<jiff_sqlx::Timestamp, _>("next_at")?.to_jiff(),
    })
}

/// All of them, by title.
pub(crate) async fn all(db: &mut PgConnection) -> sqlx::Result<Vec<HarvestSource>> {
    sqlx::query("SELECT * FROM harvest ORDER BY title, id").fetch_all(db).await?.iter().map(source).collect()
}

/// One of them.
pub(crate) async fn one(db: &mut PgConnection, id: HarvestId) -> sqlx::Result<Option<HarvestSource>> {
    let row = sqlx::query("SELECT * FROM harvest WHERE id = $1").bind(id.uuid()).fetch_optional(db).await?;
    row.as_ref().map(source).transpose()
}

/// Adds one; false when its address is read already.
pub(crate) async fn add(db: &mut PgConnection, new: &HarvestSource, now: Timestamp) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO harvest (id, address, title, holder, mail, language, every_hours, next_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (address) DO NOTHING",
    )
    .bind(new.id.uuid())
    .bind(&new.address)
    .bind(&new.title)
    .bind(new.holder.uuid())
    .bind(&new.mail)
    .bind(new.language.tag())
    .bind(i32::try_from(new.every_hours).unwrap_or(i32::MAX))
    .bind(new.next_at.to_sqlx())
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Leaves one alone, or reads it again from now on.
pub(crate) async fn pause(db: &mut PgConnection, id: HarvestId, paused: bool, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE harvest SET paused = $2, next_at = CASE WHEN $2 THEN next_at ELSE $3 END WHERE id = $1")
        .bind(id.uuid())
        .bind(paused)
        .bind(now.to_sqlx())
        .execute(db)
        .await?;
    Ok(())
}

/// Lets one be read at once, as a whole; `allow_loss` when what is gone is meant to be gone.
pub(crate) async fn hurry(db: &mut PgConnection, id: HarvestId, allow_loss: bool, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE harvest SET next_at = $2, tag = NULL, modified = NULL, paused = false, \
         allow_loss = allow_loss OR $3 WHERE id = $1",
    )
    .bind(id.uuid())
    .bind(now.to_sqlx())
    .bind(allow_loss)
    .execute(db)
    .await?;
    Ok(())
}

/// The one that has waited longest for its time, put off until `until` so that nobody else reads it meanwhile.
pub(crate) async fn claim(
    db: &mut PgConnection,
    now: Timestamp,
    until: Timestamp,
) -> sqlx::Result<Option<HarvestSource>> {
    let row = sqlx::query(
        "UPDATE harvest SET next_at = $2 WHERE id = (SELECT id FROM harvest WHERE NOT paused AND next_at <= $1 \
         ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *",
    )
    .bind(now.to_sqlx())
    .bind(until.to_sqlx())
    .fetch_optional(db)
    .await?;
    row.as_ref().map(source).transpose()
}

/// What the server said of what was read, for the next time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mark {
    pub(crate) tag: Option<String>,
    pub(crate) modified: Option<String>,
}

/// Keeps what came of a time, and when the next one is.
pub(crate) async fn finish(
    db: &mut PgConnection,
    id: HarvestId,
    run: &HarvestRun,
    mark: Option<&Mark>,
    next: (Timestamp, u32),
) -> sqlx::Result<()> {
    let number = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    let (trouble, proposal) = match &run.outcome {
        Outcome::Failed(trouble) => (Some(trouble.name()), None),
        Outcome::Proposed(proposal) => (None, Some(proposal.uuid())),
        Outcome::NotModified | Outcome::NothingNew => (None, None),
    };
    let Counts { datasets, added, changed, withdrawn, left_out } = run.counts;
    sqlx::query(
        "INSERT INTO harvest_run \
         (harvest, at, outcome, trouble, datasets, added, changed, withdrawn, left_out, proposal) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id.uuid())
    .bind(run.at.to_sqlx())
    .bind(run.outcome.name())
    .bind(trouble)
    .bind(number(datasets))
    .bind(number(added))
    .bind(number(changed))
    .bind(number(withdrawn))
    .bind(number(left_out))
    .bind(proposal)
    .execute(&mut *db)
    .await?;
    // What was read counts as known only when it was taken; what failed is read whole the next time.
    sqlx::query(
        "UPDATE harvest SET next_at = $2, failures = $3, \
         tag = CASE WHEN $4 THEN $5 ELSE tag END, modified = CASE WHEN $4 THEN $6 ELSE modified END, \
         allow_loss = allow_loss AND $7 WHERE id = $1",
    )
    .bind(id.uuid())
    .bind(next.0.to_sqlx())
    .bind(number(next.1))
    .bind(mark.is_some())
    .bind(mark.and_then(|mark| mark.tag.as_deref()))
    .bind(mark.and_then(|mark| mark.modified.as_deref()))
    .bind(next.1 > 0)
    .execute(db)
    .await?;
    Ok(())
}

/// What came of the last times, the newest first.
pub(crate) async fn runs(db: &mut PgConnection, id: HarvestId, most: i64) -> sqlx::Result<Vec<HarvestRun>> {
    let rows = sqlx::query("SELECT * FROM harvest_run WHERE harvest = $1 ORDER BY at DESC LIMIT $2")
        .bind(id.uuid())
        .bind(most)
        .fetch_all(db)
        .await?;
    rows.iter().map(run).collect()
}

fn run(row: &PgRow) -> sqlx::Result<HarvestRun> {
    let number = |name: &str| -> sqlx::Result<u32> { Ok(u32::try_from(row.try_get::<i32, _>(name)?).unwrap_or(0)) };
    let outcome: String = row.try_get("outcome")?;
    let outcome = match outcome.as_str() {
        "not_modified" => Outcome::NotModified,
        "nothing_new" => Outcome::NothingNew,
        "proposed" => Outcome::Proposed(ProposalId::from_uuid(row.try_get("proposal")?)),
        "failed" => {
            let trouble: String = row.try_get("trouble")?;
            Outcome::Failed(Trouble::from_name(&trouble).unwrap_or(Trouble::Ours))
        }
        other => return Err(wrong(format!("an outcome that is not known: {other}"))),
    };
    Ok(HarvestRun {
        at: row.try_get::<jiff_sqlx::Timestamp, _>("at")?.to_jiff(),
        outcome,
        counts: Counts {
            datasets: number("datasets")?,
            added: number("added")?,
            changed: number("changed")?,
            withdrawn: number("withdrawn")?,
            left_out: number("left_out")?,
        },
    })
}

/// All datasets that were ever taken, by address.
pub(crate) async fn taken(db: &mut PgConnection) -> sqlx::Result<Vec<Taken>> {
    let rows = sqlx::query("SELECT address, path, harvest, proposed, gone_at FROM harvested ORDER BY address")
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| {
            let path: String = row.try_get("path")?;
            let digest: Vec<u8> = row.try_get("proposed")?;
            let digest = <[u8; 32]>::try_from(digest.as_slice()).map_err(|error| sqlx::Error::Decode(error.into()))?;
            Ok(Taken {
                address: row.try_get("address")?,
                path: path.parse().map_err(|_| wrong("a path that is none"))?,
                harvest: row.try_get::<Option<uuid::Uuid>, _>("harvest")?.map(HarvestId::from_uuid),
                proposed: Digest::from_bytes(digest),
                gone: row.try_get::<Option<jiff_sqlx::Timestamp>, _>("gone_at")?.is_some(),
            })
        })
        .collect()
}

/// Keeps what a dataset is called here, and what was proposed of it.
pub(crate) async fn take(db: &mut PgConnection, one: &Taken, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO harvested (address, path, harvest, proposed, seen_at, gone_at) \
         VALUES ($1, $2, $3::uuid, $4, $5::timestamptz, CASE WHEN $6::boolean THEN $5::timestamptz END) \
         ON CONFLICT (address) DO UPDATE SET harvest = coalesce(harvested.harvest, $3::uuid), proposed = $4, \
         seen_at = CASE WHEN $6::boolean THEN harvested.seen_at ELSE $5::timestamptz END, \
         gone_at = CASE WHEN $6::boolean THEN coalesce(harvested.gone_at, $5::timestamptz) END",
    )
    .bind(&one.address)
    .bind(one.path.as_str())
    .bind(one.harvest.map(HarvestId::uuid))
    .bind(one.proposed.bytes().as_slice())
    .bind(now.to_sqlx())
    .bind(one.gone)
    .execute(db)
    .await?;
    Ok(())
}
