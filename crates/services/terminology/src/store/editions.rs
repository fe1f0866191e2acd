//! The table `edition`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow};
use varde_core::{Digest, Period, PersonId};

use super::{decode, encode, whole};
use crate::{Edition, EditionId, Key, Kind, Status, TerminologyError};

fn edition(row: &PgRow) -> Result<Edition, TerminologyError> {
    let stored = TerminologyError::Stored;
    let time = |t: Option<jiff_sqlx::Timestamp>| t.map(jiff_sqlx::Timestamp::to_jiff);
    let day = |d: jiff_sqlx::Date| d.to_jiff();
    let digest: Vec<u8> = row.try_get("digest")?;
    let status: &str = row.try_get("status")?;
    let involved: Vec<uuid::Uuid> = row.try_get("involved")?;
    Ok(Edition {
        id: EditionId::from_uuid(row.try_get("id")?),
        subject: decode(row.try_get("about")?, "edition")?,
        version: row.try_get("version")?,
        revision: row.try_get("revision")?,
        status: Status::from_name(status).ok_or(stored("status"))?,
        valid: Period {
            from: day(row.try_get("valid_from")?),
            until: row.try_get::<Option<jiff_sqlx::Date>, _>("valid_until")?.map(day),
        },
        digest: Digest::from_bytes(digest.try_into().map_err(|_| stored("digest"))?),
        size: usize::try_from(row.try_get::<i32, _>("size")?).map_err(|_| stored("size"))?,
        origin: row.try_get("origin")?,
        loss_reason: row.try_get("loss_reason")?,
        remarks: decode(row.try_get("remarks")?, "remark")?,
        involved: involved.into_iter().map(PersonId::from_uuid).collect(),
        imported_at: row.try_get::<jiff_sqlx::Timestamp, _>("imported_at")?.to_jiff(),
        published_at: time(row.try_get("published_at")?),
        closed_at: time(row.try_get("closed_at")?),
    })
}

/// Keeps two who change the same thing apart until the transaction ends.
pub(crate) async fn lock(db: &mut PgConnection, kind: Kind, key: &Key) -> Result<(), TerminologyError> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('terminology/' || $1 || '/' || $2, 0))")
        .bind(kind.name())
        .bind(key.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// Every edition, by kind, key, and the newest first.
pub(crate) async fn all(db: &mut PgConnection) -> Result<Vec<Edition>, TerminologyError> {
    let rows = sqlx::query("SELECT * FROM edition ORDER BY kind, key, valid_from DESC, version DESC, revision DESC")
        .fetch_all(db)
        .await?;
    rows.iter().map(edition).collect()
}

/// The editions of one thing, the newest first.
pub(crate) async fn of(db: &mut PgConnection, kind: Kind, key: &Key) -> Result<Vec<Edition>, TerminologyError> {
    let rows = sqlx::query(
        "SELECT * FROM edition WHERE kind = $1 AND key = $2 ORDER BY valid_from DESC, version DESC, revision DESC",
    )
    .bind(kind.name())
    .bind(key.as_str())
    .fetch_all(db)
    .await?;
    rows.iter().map(edition).collect()
}

/// One edition.
pub(crate) async fn by_id(db: &mut PgConnection, id: EditionId) -> Result<Option<Edition>, TerminologyError> {
    // The catalogue has a table of the same name. A connection keeps what it has prepared by its text,
    // so that the same text would mean the other table's columns: this one is written otherwise.
    let row =
        sqlx::query("SELECT one.* FROM edition AS one WHERE one.id = $1").bind(id.uuid()).fetch_optional(db).await?;
    row.as_ref().map(edition).transpose()
}

/// Whose the address is.
pub(crate) async fn owner_of_url(
    db: &mut PgConnection,
    kind: Kind,
    url: &str,
) -> Result<Option<Key>, TerminologyError> {
    let key: Option<String> = sqlx::query_scalar("SELECT key FROM edition WHERE kind = $1 AND url = $2 LIMIT 1")
        .bind(kind.name())
        .bind(url)
        .fetch_optional(db)
        .await?;
    key.map(|key| key.parse().map_err(|_| TerminologyError::Stored("key"))).transpose()
}

/// Adds an edition without its content.
pub(crate) async fn insert(db: &mut PgConnection, new: &Edition) -> Result<(), TerminologyError> {
    let involved: Vec<uuid::Uuid> = new.involved.iter().map(|p| p.uuid()).collect();
    sqlx::query(
        "INSERT INTO edition (id, kind, key, url, version, revision, status, valid_from, valid_until, digest, about, size, \
         origin, loss_reason, involved, imported_at, remarks) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(new.id.uuid())
    .bind(new.subject.kind().name())
    .bind(new.subject.key().as_str())
    .bind(new.subject.url())
    .bind(&new.version)
    .bind(new.revision)
    .bind(new.status.name())
    .bind(new.valid.from.to_sqlx())
    .bind(new.valid.until.map(|d| d.to_sqlx()))
    .bind(new.digest.bytes().as_slice())
    .bind(encode(&new.subject))
    .bind(whole(new.size))
    .bind(&new.origin)
    .bind(&new.loss_reason)
    .bind(involved)
    .bind(new.imported_at.to_sqlx())
    .bind(encode(&new.remarks))
    .execute(db)
    .await?;
    Ok(())
}

/// Closes the draft of a version, if there is one: a newer one comes in its place.
pub(crate) async fn close_draft(
    db: &mut PgConnection,
    kind: Kind,
    key: &Key,
    version: &str,
    now: Timestamp,
) -> Result<(), TerminologyError> {
    sqlx::query(
        "UPDATE edition SET status = 'closed', closed_at = $4 \
         WHERE kind = $1 AND key = $2 AND version = $3 AND status = 'draft'",
    )
    .bind(kind.name())
    .bind(key.as_str())
    .bind(version)
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

/// Closes one draft.
pub(crate) async fn close(db: &mut PgConnection, id: EditionId, now: Timestamp) -> Result<(), TerminologyError> {
    sqlx::query("UPDATE edition SET status = 'closed', closed_at = $2 WHERE id = $1")
        .bind(id.uuid())
        .bind(now.to_sqlx())
        .execute(db)
        .await?;
    Ok(())
}

/// Puts an edition in force in place of the text of the same version that was.
pub(crate) async fn publish(db: &mut PgConnection, edition: &Edition, now: Timestamp) -> Result<(), TerminologyError> {
    sqlx::query(
        "UPDATE edition SET status = 'superseded', closed_at = $4 \
         WHERE kind = $1 AND key = $2 AND version = $3 AND status = 'published'",
    )
    .bind(edition.subject.kind().name())
    .bind(edition.subject.key().as_str())
    .bind(&edition.version)
    .bind(now.to_sqlx())
    .execute(&mut *db)
    .await?;
    sqlx::query("UPDATE edition SET status = 'published', published_at = $2 WHERE id = $1")
        .bind(edition.id.uuid())
        .bind(now.to_sqlx())
        .execute(db)
        .await?;
    Ok(())
}
