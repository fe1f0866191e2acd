//! Deliveries that are taken in, in the database.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;
use varde_core::{OrganisationId, ReleaseId};

use super::{count, digest, signed};
use crate::{
    PlatformError,
    model::{Ingestion, IngestionState},
};

/// Opens an ingestion; one that had ended without a release is opened again. False when it is open.
pub(crate) async fn open(connection: &mut PgConnection, new: &Ingestion) -> Result<bool, PlatformError> {
    let opened = sqlx::query(
        "INSERT INTO ingestion (release, dataset, holder, state, base, source_digest, recipe, rows, plan, begun_at) \
         VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8, $9) ON CONFLICT (release) DO UPDATE \
         SET state = 'open', begun_at = $9, ended_at = NULL, failure = NULL WHERE ingestion.state <> 'open'",
    )
    .bind(new.release.uuid())
    .bind(new.dataset.as_str())
    .bind(new.holder.map(OrganisationId::uuid))
    .bind(new.base.map(ReleaseId::uuid))
    .bind(new.source_digest.bytes().as_slice())
    .bind(new.recipe.bytes().as_slice())
    .bind(signed(new.rows))
    .bind(Json(&new.plan))
    .bind(new.begun_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(opened.rows_affected() == 1)
}

/// Ends an ingestion.
pub(crate) async fn end(
    connection: &mut PgConnection,
    release: ReleaseId,
    state: IngestionState,
    failure: Option<&str>,
    at: Timestamp,
) -> Result<(), PlatformError> {
    sqlx::query("UPDATE ingestion SET state = $2, failure = $3, ended_at = $4 WHERE release = $1")
        .bind(release.uuid())
        .bind(state.name())
        .bind(failure)
        .bind(at.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn get(connection: &mut PgConnection, release: ReleaseId) -> Result<Option<Ingestion>, PlatformError> {
    let row = sqlx::query("SELECT * FROM ingestion WHERE release = $1")
        .bind(release.uuid())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(ingestion).transpose()
}

/// The newest first.
pub(crate) async fn newest(connection: &mut PgConnection, limit: u32) -> Result<Vec<Ingestion>, PlatformError> {
    let rows = sqlx::query("SELECT * FROM ingestion ORDER BY begun_at DESC, release LIMIT $1")
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    rows.iter().map(ingestion).collect()
}

/// Those that have not ended.
pub(crate) async fn unended(connection: &mut PgConnection) -> Result<Vec<Ingestion>, PlatformError> {
    let rows =
        sqlx::query("SELECT * FROM ingestion WHERE state = 'open' ORDER BY begun_at, release").fetch_all(connection);
    rows.await?.iter().map(ingestion).collect()
}

/// How often a release was made anew, or somebody tried.
pub(crate) async fn attempts(connection: &mut PgConnection, base: ReleaseId) -> Result<u64, PlatformError> {
    let made: i64 = sqlx::query_scalar("SELECT count(*) FROM ingestion WHERE base = $1 AND state <> 'open'")
        .bind(base.uuid())
        .fetch_one(connection)
        .await?;
    Ok(count(made))
}

fn ingestion(row: &PgRow) -> Result<Ingestion, PlatformError> {
    let (dataset, state): (String, String) = (row.try_get("dataset")?, row.try_get("state")?);
    let begun: jiff_sqlx::Timestamp = row.try_get("begun_at")?;
    let ended: Option<jiff_sqlx::Timestamp> = row.try_get("ended_at")?;
    let Json(plan) = row.try_get("plan")?;
    Ok(Ingestion {
        release: ReleaseId::from_uuid(row.try_get("release")?),
        dataset: dataset.parse().map_err(|_| PlatformError::Unreadable("catalogue path"))?,
        holder: row.try_get::<Option<Uuid>, _>("holder")?.map(OrganisationId::from_uuid),
        state: IngestionState::from_name(&state).ok_or(PlatformError::Unreadable("state"))?,
        base: row.try_get::<Option<Uuid>, _>("base")?.map(ReleaseId::from_uuid),
        source_digest: digest(row.try_get("source_digest")?)?,
        recipe: digest(row.try_get("recipe")?)?,
        rows: count(row.try_get("rows")?),
        plan,
        begun_at: begun.to_jiff(),
        ended_at: ended.map(jiff_sqlx::Timestamp::to_jiff),
        failure: row.try_get("failure")?,
    })
}
