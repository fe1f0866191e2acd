//! The tables `signing_key` and `secret`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::{Map, Value};
use sqlx::{PgConnection, Row, types::Json};

use crate::store::{Result, time, time_if_any};

/// One of our own keys.
pub(crate) struct KeyRow {
    /// Its name.
    pub(crate) kid: String,
    /// The algorithm's name.
    pub(crate) algorithm: String,
    /// The public half.
    pub(crate) jwk: Map<String, Value>,
    /// The private half, sealed.
    pub(crate) sealed: Vec<u8>,
    /// From when it signs.
    pub(crate) signs_from: Timestamp,
    /// From when a newer one signs.
    pub(crate) signs_until: Option<Timestamp>,
}

/// The keys that are published, oldest first.
pub(crate) async fn published(connection: &mut PgConnection) -> Result<Vec<KeyRow>> {
    sqlx::query(
        "SELECT kid, algorithm, jwk, sealed, signs_from, signs_until FROM signing_key \
         WHERE withdrawn_at IS NULL ORDER BY signs_from, kid",
    )
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| {
        Ok(KeyRow {
            kid: row.try_get("kid")?,
            algorithm: row.try_get("algorithm")?,
            jwk: row.try_get::<Json<_>, _>("jwk")?.0,
            sealed: row.try_get("sealed")?,
            signs_from: time(row, "signs_from")?,
            signs_until: time_if_any(row, "signs_until")?,
        })
    })
    .collect()
}

/// The public halves of the keys that have been withdrawn, newest first.
pub(crate) async fn withdrawn(connection: &mut PgConnection) -> Result<Vec<Map<String, Value>>> {
    let rows: Vec<Json<_>> =
        sqlx::query_scalar("SELECT jwk FROM signing_key WHERE withdrawn_at IS NOT NULL ORDER BY signs_from DESC, kid")
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|Json(jwk)| jwk).collect())
}

/// Makes every other transaction that rotates keys wait for this one.
pub(crate) async fn rotating(connection: &mut PgConnection) -> Result<()> {
    sqlx::query("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE").execute(connection).await?;
    Ok(())
}

/// Publishes a key, and says until when the one before it signs.
pub(crate) async fn publish(connection: &mut PgConnection, key: &KeyRow, now: Timestamp) -> Result<()> {
    sqlx::query("UPDATE signing_key SET signs_until = $2 WHERE algorithm = $1 AND signs_until IS NULL")
        .bind(&key.algorithm)
        .bind(key.signs_from.to_sqlx())
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO signing_key (kid, algorithm, jwk, sealed, published_at, signs_from) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&key.kid)
    .bind(&key.algorithm)
    .bind(Json(&key.jwk))
    .bind(&key.sealed)
    .bind(now.to_sqlx())
    .bind(key.signs_from.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Withdraws the keys that stopped signing before that time; gives their names.
pub(crate) async fn withdraw(
    connection: &mut PgConnection,
    stopped_before: Timestamp,
    now: Timestamp,
) -> Result<Vec<String>> {
    sqlx::query_scalar(
        "UPDATE signing_key SET withdrawn_at = $2 \
         WHERE withdrawn_at IS NULL AND signs_until < $1 RETURNING kid",
    )
    .bind(stopped_before.to_sqlx())
    .bind(now.to_sqlx())
    .fetch_all(connection)
    .await
}

/// The shared secret of that name: the one that was first, whoever made it.
pub(crate) async fn secret(connection: &mut PgConnection, name: &str, sealed: &[u8]) -> Result<Vec<u8>> {
    sqlx::query("INSERT INTO secret (name, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(name)
        .bind(sealed)
        .execute(&mut *connection)
        .await?;
    sqlx::query_scalar("SELECT sealed FROM secret WHERE name = $1").bind(name).fetch_one(connection).await
}
