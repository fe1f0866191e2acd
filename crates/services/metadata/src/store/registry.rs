//! The registry's editions.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, types::Json};

use super::json;
use crate::{MetadataError, model::Registry};

/// The registry as it was recorded last; empty when none was.
pub(crate) async fn newest(db: &mut PgConnection) -> Result<Registry, MetadataError> {
    let row = sqlx::query("SELECT body FROM registry ORDER BY number DESC LIMIT 1").fetch_optional(db).await?;
    row.map_or_else(|| Ok(Registry::default()), |row| json(&row, "body"))
}

/// Which edition of the registry is the last; 0 when none was recorded.
pub(crate) async fn number(db: &mut PgConnection) -> Result<i32, MetadataError> {
    let row = sqlx::query("SELECT coalesce(max(number), 0) AS last FROM registry").fetch_one(db).await?;
    Ok(row.try_get("last")?)
}

/// Records the registry when it is another than the last one. `true` when it was.
pub(crate) async fn record(db: &mut PgConnection, registry: &Registry, now: Timestamp) -> Result<bool, MetadataError> {
    // One at a time, so that two do not take the same number.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('metadata-registry', 0))").execute(&mut *db).await?;
    let digest = registry.digest();
    let done = sqlx::query(
        "INSERT INTO registry (number, digest, body, recorded_at) \
         SELECT coalesce(max(number), 0) + 1, $1, $2, $3 FROM registry \
         HAVING NOT EXISTS (SELECT FROM registry WHERE digest = $1 \
                            AND number = (SELECT max(number) FROM registry))",
    )
    .bind(digest.bytes().as_slice())
    .bind(Json(registry))
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}
