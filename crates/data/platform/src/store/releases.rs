//! Releases in the database.

use jiff_sqlx::ToSqlx;
use roaring::RoaringBitmap;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use varde_core::{Digest, Period, ReleaseId};

use super::{count, digest, people_from_bytes, people_to_bytes, signed};
use crate::{PlatformError, model::ReleaseRecord};

pub(crate) async fn insert(
    connection: &mut PgConnection,
    release: &ReleaseRecord,
    recipe: Digest,
    presence: &RoaringBitmap,
) -> Result<(), PlatformError> {
    sqlx::query(
        "INSERT INTO release (id, dataset, status, digest, source_digest, bytes, rows, people, period_from, \
         period_until, quality, presence, created_at, holder, recipe) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(release.id.uuid())
    .bind(release.dataset.as_str())
    .bind(release.status.name())
    .bind(release.digest.bytes().as_slice())
    .bind(release.source_digest.bytes().as_slice())
    .bind(signed(release.bytes))
    .bind(signed(release.rows))
    .bind(signed(release.people))
    .bind(release.period.map(|p| p.from.to_sqlx()))
    .bind(release.period.and_then(|p| p.until).map(ToSqlx::to_sqlx))
    .bind(Json(&release.quality))
    .bind(people_to_bytes(presence))
    .bind(release.created_at.to_sqlx())
    .bind(release.holder.map(varde_core::OrganisationId::uuid))
    .bind(recipe.bytes().as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets no release be registered until the unit of work ends.
pub(crate) async fn hold(connection: &mut PgConnection) -> Result<(), PlatformError> {
    sqlx::query("LOCK TABLE release IN SHARE MODE").execute(connection).await?;
    Ok(())
}

pub(crate) async fn list(connection: &mut PgConnection) -> Result<Vec<ReleaseRecord>, PlatformError> {
    let rows = sqlx::query(
        "SELECT id, dataset, holder, status, digest, source_digest, bytes, rows, people, period_from, period_until, quality, \
         created_at, approved_at, approved_because, withdrawn_at, withdrawn_because FROM release ORDER BY dataset, created_at DESC, id",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(record).collect()
}

pub(crate) async fn get(connection: &mut PgConnection, id: ReleaseId) -> Result<Option<ReleaseRecord>, PlatformError> {
    let row = sqlx::query(
        "SELECT id, dataset, holder, status, digest, source_digest, bytes, rows, people, period_from, period_until, quality, \
         created_at, approved_at, approved_because, withdrawn_at, withdrawn_because FROM release WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(record).transpose()
}

/// Those that something may be made of: approved, and not made of one that was withdrawn.
pub(crate) async fn approved(connection: &mut PgConnection) -> Result<Vec<ReleaseRecord>, PlatformError> {
    let rows = sqlx::query(
        "SELECT id, dataset, holder, status, digest, source_digest, bytes, rows, people, period_from, period_until, quality, \
         created_at, approved_at, approved_because, withdrawn_at, withdrawn_because FROM release WHERE status = 'approved' \
         AND NOT EXISTS (SELECT FROM made_of JOIN release source ON source.id = made_of.source \
         WHERE made_of.release = release.id AND source.status = 'withdrawn') ORDER BY dataset",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(record).collect()
}

/// The release that is made of that. Those from before recipes were kept are known by their source.
pub(crate) async fn by_recipe(
    connection: &mut PgConnection,
    dataset: &str,
    recipe: Digest,
    source: Digest,
) -> Result<Option<ReleaseId>, PlatformError> {
    let id: Option<uuid::Uuid> = sqlx::query_scalar(
        "SELECT id FROM release WHERE dataset = $1 AND (recipe = $2 OR (recipe = source_digest AND recipe = $3))",
    )
    .bind(dataset)
    .bind(recipe.bytes().as_slice())
    .bind(source.bytes().as_slice())
    .fetch_optional(connection)
    .await?;
    Ok(id.map(ReleaseId::from_uuid))
}

/// A release that nobody has approved gives way to the one that was made of it.
pub(crate) async fn supersede_unapproved(connection: &mut PgConnection, id: ReleaseId) -> Result<(), PlatformError> {
    sqlx::query("UPDATE release SET status = 'superseded' WHERE id = $1 AND status IN ('draft', 'held')")
        .bind(id.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// Releases of which rows wait in quarantine.
pub(crate) async fn with_open_rows(connection: &mut PgConnection) -> Result<Vec<ReleaseId>, PlatformError> {
    let ids: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT DISTINCT release FROM quarantine WHERE open > 0").fetch_all(connection).await?;
    Ok(ids.into_iter().map(ReleaseId::from_uuid).collect())
}

pub(crate) async fn approve(
    connection: &mut PgConnection,
    release: &ReleaseRecord,
    at: jiff::Timestamp,
) -> Result<(), PlatformError> {
    sqlx::query("UPDATE release SET status = 'superseded' WHERE dataset = $1 AND status = 'approved'")
        .bind(release.dataset.as_str())
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE release SET status = 'approved', approved_at = $2 WHERE id = $1")
        .bind(release.id.uuid())
        .bind(at.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

/// The approved datasets with who is in them.
pub(crate) async fn presence(
    connection: &mut PgConnection,
) -> Result<Vec<(varde_core::CataloguePath, RoaringBitmap)>, PlatformError> {
    let rows = sqlx::query("SELECT dataset, presence FROM release WHERE status = 'approved' ORDER BY dataset")
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            let dataset: String = row.try_get("dataset")?;
            let dataset = dataset.parse().map_err(|_| PlatformError::Unreadable("catalogue path"))?;
            Ok((dataset, people_from_bytes(row.try_get("presence")?)?))
        })
        .collect()
}

fn record(row: &PgRow) -> Result<ReleaseRecord, PlatformError> {
    let from: Option<jiff_sqlx::Date> = row.try_get("period_from")?;
    let until: Option<jiff_sqlx::Date> = row.try_get("period_until")?;
    let created: jiff_sqlx::Timestamp = row.try_get("created_at")?;
    let approved: Option<jiff_sqlx::Timestamp> = row.try_get("approved_at")?;
    let withdrawn: Option<jiff_sqlx::Timestamp> = row.try_get("withdrawn_at")?;
    let (dataset, status): (String, String) = (row.try_get("dataset")?, row.try_get("status")?);
    let Json(quality) = row.try_get("quality")?;
    Ok(ReleaseRecord {
        id: ReleaseId::from_uuid(row.try_get("id")?),
        dataset: dataset.parse().map_err(|_| PlatformError::Unreadable("catalogue path"))?,
        holder: row.try_get::<Option<uuid::Uuid>, _>("holder")?.map(varde_core::OrganisationId::from_uuid),
        status: crate::model::ReleaseStatus::from_name(&status).ok_or(PlatformError::Unreadable("status"))?,
        digest: digest(row.try_get("digest")?)?,
        source_digest: digest(row.try_get("source_digest")?)?,
        bytes: count(row.try_get("bytes")?),
        rows: count(row.try_get("rows")?),
        people: count(row.try_get("people")?),
        period: from.map(|from| Period { from: from.to_jiff(), until: until.map(jiff_sqlx::Date::to_jiff) }),
        quality,
        created_at: created.to_jiff(),
        approved_at: approved.map(jiff_sqlx::Timestamp::to_jiff),
        approved_because: row.try_get("approved_because")?,
        withdrawn_at: withdrawn.map(jiff_sqlx::Timestamp::to_jiff),
        withdrawn_because: row.try_get("withdrawn_because")?,
    })
}
