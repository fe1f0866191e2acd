//! The table `pushed_request`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, types::Json};
use varde_core::Digest;

use crate::{
    ClientId,
    model::request::AuthorizationRequest,
    store::{Result, changes, time, time_if_any},
};

/// A request that a client pushed.
#[derive(Debug, Clone)]
pub(crate) struct PushedRow {
    pub(crate) client: ClientId,
    pub(crate) content: AuthorizationRequest,
    pub(crate) expires_at: Timestamp,
    /// The browser that opened it, by its cookie's digest.
    pub(crate) browser: Option<Vec<u8>>,
    pub(crate) opened_at: Option<Timestamp>,
    pub(crate) used_at: Option<Timestamp>,
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    digest: Digest,
    client: ClientId,
    content: &AuthorizationRequest,
    (now, until): (Timestamp, Timestamp),
) -> Result<()> {
    sqlx::query(
        "INSERT INTO pushed_request (digest, client, content, pushed_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(digest.bytes().as_slice())
    .bind(client.uuid())
    .bind(Json(content))
    .bind(now.to_sqlx())
    .bind(until.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn by_digest(connection: &mut PgConnection, digest: Digest) -> Result<Option<PushedRow>> {
    let row = sqlx::query(
        "SELECT client, content, expires_at, browser, opened_at, used_at FROM pushed_request WHERE digest = $1",
    )
    .bind(digest.bytes().as_slice())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(PushedRow {
        client: ClientId::from_uuid(row.try_get("client")?),
        content: row.try_get::<Json<_>, _>("content")?.0,
        expires_at: time(&row, "expires_at")?,
        browser: row.try_get("browser")?,
        opened_at: time_if_any(&row, "opened_at")?,
        used_at: time_if_any(&row, "used_at")?,
    }))
}

/// Opens it for one browser until a time; says whether none had opened it before.
pub(crate) async fn open(
    connection: &mut PgConnection,
    digest: Digest,
    browser: Digest,
    (now, until): (Timestamp, Timestamp),
) -> Result<bool> {
    let statement = sqlx::query(
        "UPDATE pushed_request SET browser = $2, opened_at = $3, expires_at = $4 \
         WHERE digest = $1 AND browser IS NULL AND used_at IS NULL",
    )
    .bind(digest.bytes().as_slice())
    .bind(browser.bytes().as_slice())
    .bind(now.to_sqlx())
    .bind(until.to_sqlx());
    changes(connection, statement).await
}

/// Uses it up; says whether it had not been used before.
pub(crate) async fn use_up(connection: &mut PgConnection, digest: Digest, now: Timestamp) -> Result<bool> {
    let statement = sqlx::query("UPDATE pushed_request SET used_at = $2 WHERE digest = $1 AND used_at IS NULL")
        .bind(digest.bytes().as_slice())
        .bind(now.to_sqlx());
    changes(connection, statement).await
}

/// Forgets requests that are too old to be taken; gives how many.
pub(crate) async fn forget(connection: &mut PgConnection, before: Timestamp) -> Result<u64> {
    let gone = sqlx::query("DELETE FROM pushed_request WHERE expires_at < $1").bind(before.to_sqlx());
    Ok(gone.execute(connection).await?.rows_affected())
}
