//! Updates of the extract in a room.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use varde_core::{ExtractId, RoomId};
use varde_permit::Manifest;

use super::rooms::maybe_time;
use crate::{RoomsError, model::RoomUpdate};

/// Notes that an update comes; false when that was noted before.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    room: RoomId,
    number: u32,
    manifest: &Manifest,
) -> Result<bool, RoomsError> {
    let noted = sqlx::query(
        "INSERT INTO room_update (room, number, extract, manifest) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(room.uuid())
    .bind(i32::try_from(number).unwrap_or(i32::MAX))
    .bind(manifest.extract.uuid())
    .bind(serde_json::to_value(manifest).map_err(|_| RoomsError::Unreadable)?)
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// Notes that all of an update is there; false when that was noted before.
pub(crate) async fn arrive(
    connection: &mut PgConnection,
    room: RoomId,
    number: u32,
    at: Timestamp,
) -> Result<bool, RoomsError> {
    let noted =
        sqlx::query("UPDATE room_update SET arrived_at = $3 WHERE room = $1 AND number = $2 AND arrived_at IS NULL")
            .bind(room.uuid())
            .bind(i32::try_from(number).unwrap_or(i32::MAX))
            .bind(at.to_sqlx())
            .execute(connection)
            .await?;
    Ok(noted.rows_affected() == 1)
}

/// The updates of a room, the first of them first.
pub(crate) async fn of(connection: &mut PgConnection, room: RoomId) -> Result<Vec<RoomUpdate>, RoomsError> {
    let select = "SELECT number, extract, manifest, arrived_at FROM room_update WHERE room = $1 ORDER BY number";
    let rows = sqlx::query(select).bind(room.uuid()).fetch_all(connection).await?;
    rows.iter().map(from_row).collect()
}

fn from_row(row: &PgRow) -> Result<RoomUpdate, RoomsError> {
    let manifest: serde_json::Value = row.try_get("manifest")?;
    Ok(RoomUpdate {
        number: u32::try_from(row.try_get::<i32, _>("number")?).map_err(|_| RoomsError::Unreadable)?,
        extract: ExtractId::from_uuid(row.try_get("extract")?),
        manifest: serde_json::from_value(manifest).map_err(|_| RoomsError::Unreadable)?,
        arrived_at: maybe_time(row, "arrived_at")?,
    })
}
