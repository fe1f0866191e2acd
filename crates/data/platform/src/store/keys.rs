//! Project keys in the database, sealed.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::PlatformError;

/// Keeps a key unless the permit has one; answers with the id of the one that counts.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    id: Uuid,
    permit: Uuid,
    sealed: &[u8],
    at: Timestamp,
) -> Result<Uuid, PlatformError> {
    sqlx::query(
        "INSERT INTO project_key (id, permit, sealed, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (permit) DO NOTHING",
    )
    .bind(id)
    .bind(permit)
    .bind(sealed)
    .bind(at.to_sqlx())
    .execute(&mut *connection)
    .await?;
    Ok(sqlx::query_scalar("SELECT id FROM project_key WHERE permit = $1").bind(permit).fetch_one(connection).await?)
}

pub(crate) async fn get(connection: &mut PgConnection, id: Uuid) -> Result<Vec<u8>, PlatformError> {
    let row = sqlx::query("SELECT sealed FROM project_key WHERE id = $1").bind(id).fetch_one(connection).await?;
    row.try_get::<Option<Vec<u8>>, _>("sealed")?.ok_or(PlatformError::KeyDestroyed)
}

/// Destroys the key of a permit; false when there is none left.
pub(crate) async fn destroy(connection: &mut PgConnection, permit: Uuid, at: Timestamp) -> Result<bool, PlatformError> {
    let done =
        sqlx::query("UPDATE project_key SET sealed = NULL, destroyed_at = $2 WHERE permit = $1 AND sealed IS NOT NULL")
            .bind(permit)
            .bind(at.to_sqlx())
            .execute(connection)
            .await?;
    Ok(done.rows_affected() == 1)
}
