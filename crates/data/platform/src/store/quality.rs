//! What was found in releases, and what is demanded of them, in the database.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;
use varde_core::{CataloguePath, Digest, OrganisationId, ReleaseId};

use super::{digest, releases};
use crate::{
    PlatformError,
    model::{Assessment, ReleaseRecord, SetThresholds},
    quality::{Miss, Report, Thresholds},
};

/// Takes the release for this work alone: whoever else decides about it waits.
pub(crate) async fn lock(connection: &mut PgConnection, id: ReleaseId) -> Result<ReleaseRecord, PlatformError> {
    sqlx::query("SELECT FROM release WHERE id = $1 FOR UPDATE").bind(id.uuid()).execute(&mut *connection).await?;
    releases::get(connection, id).await?.ok_or(PlatformError::NoSuchRelease)
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    release: ReleaseId,
    one: &Assessment,
) -> Result<(), PlatformError> {
    sqlx::query(
        "INSERT INTO release_quality (release, report, digest, thresholds, misses, assessed_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(release.uuid())
    .bind(Json(&one.report))
    .bind(one.digest.bytes().as_slice())
    .bind(one.thresholds)
    .bind(Json(&one.misses))
    .bind(one.assessed_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Judged anew, by other thresholds.
pub(crate) async fn judged(
    connection: &mut PgConnection,
    release: ReleaseId,
    thresholds: Option<i32>,
    misses: &[Miss],
) -> Result<(), PlatformError> {
    sqlx::query("UPDATE release_quality SET thresholds = $2, misses = $3 WHERE release = $1")
        .bind(release.uuid())
        .bind(thresholds)
        .bind(Json(misses))
        .execute(connection)
        .await?;
    Ok(())
}

/// Holds a release that waits, or lets it go.
pub(crate) async fn hold(connection: &mut PgConnection, release: ReleaseId, held: bool) -> Result<(), PlatformError> {
    sqlx::query("UPDATE release SET status = $2 WHERE id = $1 AND status IN ('draft', 'held')")
        .bind(release.uuid())
        .bind(if held { "held" } else { "draft" })
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn get(
    connection: &mut PgConnection,
    release: ReleaseId,
) -> Result<Option<Assessment>, PlatformError> {
    let row =
        sqlx::query("SELECT report, digest, thresholds, misses, assessed_at FROM release_quality WHERE release = $1")
            .bind(release.uuid())
            .fetch_optional(connection)
            .await?;
    row.as_ref().map(assessment).transpose()
}

/// The approved release that came before, with what was found in it.
pub(crate) async fn before(
    connection: &mut PgConnection,
    release: &ReleaseRecord,
) -> Result<Option<(ReleaseId, Assessment)>, PlatformError> {
    let row = sqlx::query(
        "SELECT q.release, q.report, q.digest, q.thresholds, q.misses, q.assessed_at FROM release_quality q \
         JOIN release r ON r.id = q.release \
         WHERE r.dataset = $1 AND r.approved_at IS NOT NULL AND (r.created_at, r.id) < ($2, $3) \
         ORDER BY r.created_at DESC, r.id DESC LIMIT 1",
    )
    .bind(release.dataset.as_str())
    .bind(release.created_at.to_sqlx())
    .bind(release.id.uuid())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((ReleaseId::from_uuid(row.try_get("release")?), assessment(&row)?)))
}

/// The releases that nobody has looked at yet.
pub(crate) async fn unassessed(connection: &mut PgConnection) -> Result<Vec<ReleaseId>, PlatformError> {
    let found: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM release WHERE status <> 'withdrawn' \
         AND NOT EXISTS (SELECT FROM release_quality q WHERE q.release = release.id) ORDER BY created_at, id",
    )
    .fetch_all(connection)
    .await?;
    Ok(found.into_iter().map(ReleaseId::from_uuid).collect())
}

/// The releases of a dataset that wait for approval and were looked at.
pub(crate) async fn waiting(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
) -> Result<Vec<ReleaseId>, PlatformError> {
    let found: Vec<Uuid> = sqlx::query_scalar(
        "SELECT r.id FROM release r JOIN release_quality q ON q.release = r.id \
         WHERE r.dataset = $1 AND r.status IN ('draft', 'held') ORDER BY r.created_at, r.id",
    )
    .bind(dataset.as_str())
    .fetch_all(connection)
    .await?;
    Ok(found.into_iter().map(ReleaseId::from_uuid).collect())
}

/// What is demanded of a dataset, every version, the newest first.
pub(crate) async fn thresholds(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
) -> Result<Vec<SetThresholds>, PlatformError> {
    let rows = sqlx::query(
        "SELECT version, holder, content, reason, set_at FROM quality_threshold WHERE dataset = $1 ORDER BY version DESC",
    )
    .bind(dataset.as_str())
    .fetch_all(connection)
    .await?;
    let one = |row: &PgRow| {
        let Json(content): Json<Thresholds> = row.try_get("content")?;
        let set_at: jiff_sqlx::Timestamp = row.try_get("set_at")?;
        Ok(SetThresholds {
            version: row.try_get("version")?,
            holder: row.try_get::<Option<Uuid>, _>("holder")?.map(OrganisationId::from_uuid),
            content,
            reason: row.try_get("reason")?,
            set_at: set_at.to_jiff(),
        })
    };
    rows.iter().map(one).collect()
}

pub(crate) async fn set_thresholds(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    set: &SetThresholds,
) -> Result<(), PlatformError> {
    sqlx::query(
        "INSERT INTO quality_threshold (dataset, version, holder, content, reason, set_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(dataset.as_str())
    .bind(set.version)
    .bind(set.holder.map(OrganisationId::uuid))
    .bind(Json(&set.content))
    .bind(&set.reason)
    .bind(set.set_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn withdraw(
    connection: &mut PgConnection,
    release: ReleaseId,
    at: Timestamp,
    reason: &str,
) -> Result<(), PlatformError> {
    sqlx::query("UPDATE release SET status = 'withdrawn', withdrawn_at = $2, withdrawn_because = $3 WHERE id = $1")
        .bind(release.uuid())
        .bind(at.to_sqlx())
        .bind(reason)
        .execute(connection)
        .await?;
    Ok(())
}

/// Why a release that was held back was approved all the same.
pub(crate) async fn because(
    connection: &mut PgConnection,
    release: ReleaseId,
    reason: &str,
) -> Result<(), PlatformError> {
    sqlx::query("UPDATE release SET approved_because = $2 WHERE id = $1")
        .bind(release.uuid())
        .bind(reason)
        .execute(connection)
        .await?;
    Ok(())
}

fn assessment(row: &PgRow) -> Result<Assessment, PlatformError> {
    let assessed_at: jiff_sqlx::Timestamp = row.try_get("assessed_at")?;
    let (Json(report), Json(misses)): (Json<Report>, _) = (row.try_get("report")?, row.try_get("misses")?);
    let kept: Vec<u8> = row.try_get("digest")?;
    let digest: Digest = digest(&kept)?;
    Ok(Assessment {
        report,
        digest,
        thresholds: row.try_get("thresholds")?,
        misses,
        assessed_at: assessed_at.to_jiff(),
    })
}
