//! What approved files have told.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row};
use uuid::Uuid;
use varde_core::{Digest, ReleaseRequestId, RoomId};

use crate::RoomsError;

/// Tables that have been told from a room.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// The tables, oldest first.
    pub(crate) tables: Vec<serde_json::Value>,
    /// The number of the newest; the one asked from when there is none after it.
    pub(crate) last: i64,
}

/// What was told from a room after that number.
pub(crate) async fn after(connection: &mut PgConnection, room: RoomId, number: i64) -> Result<Told, RoomsError> {
    let rows = sqlx::query("SELECT id, content FROM told WHERE room = $1 AND id > $2 ORDER BY id")
        .bind(room.uuid())
        .bind(number)
        .fetch_all(connection)
        .await?;
    let last = rows.last().map_or(Ok(number), |row| row.try_get("id"))?;
    let tables = rows.iter().map(|row| row.try_get("content")).collect::<Result<_, _>>()?;
    Ok(Told { tables, last })
}

/// The number up to which a file was compared with what had been told.
pub(crate) async fn compared(connection: &mut PgConnection, file: Uuid) -> Result<i64, RoomsError> {
    Ok(sqlx::query_scalar("SELECT told_before FROM request_file WHERE id = $1")
        .bind(file)
        .fetch_one(connection)
        .await?)
}

/// Lets one approval of a room's results after the other be decided on, until the transaction ends: two that are
/// safe one by one must not pass each other.
pub(crate) async fn one_by_one(connection: &mut PgConnection, room: RoomId) -> Result<(), RoomsError> {
    let sql = "SELECT pg_advisory_xact_lock(hashtextextended('rooms/told/' || $1::text, 0))";
    sqlx::query(sql).bind(room.uuid()).execute(connection).await?;
    Ok(())
}

/// Keeps a table that an approved file told.
pub(crate) async fn keep(
    connection: &mut PgConnection,
    room: RoomId,
    request: ReleaseRequestId,
    digest: &Digest,
    table: &serde_json::Value,
    now: Timestamp,
) -> Result<(), RoomsError> {
    sqlx::query("INSERT INTO told (room, request, digest, content, told_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(room.uuid())
        .bind(request.uuid())
        .bind(digest.bytes().as_slice())
        .bind(table)
        .bind(now.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}
