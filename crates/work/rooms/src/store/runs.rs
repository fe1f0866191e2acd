//! Runs.

use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow};
use uuid::Uuid;
use varde_core::{PersonId, RoomId};

use super::rooms::time;
use crate::{
    RoomsError,
    model::{Run, RunState, Tool},
};

/// Keeps a run that begins.
pub(crate) async fn begin(connection: &mut PgConnection, room: RoomId, run: &Run) -> Result<(), RoomsError> {
    sqlx::query(
        "INSERT INTO run (id, room, person, tool, script, state, started_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(run.id)
    .bind(room.uuid())
    .bind(run.person.uuid())
    .bind(run.tool.name())
    .bind(&run.script)
    .bind(run.state.name())
    .bind(run.started_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps how a run ended, unless it has ended already.
pub(crate) async fn end(connection: &mut PgConnection, run: &Run) -> Result<(), RoomsError> {
    sqlx::query(
        "UPDATE run SET state = $2, output = $3, errors = $4, cut = $5, milliseconds = $6 \
         WHERE id = $1 AND state = 'running'",
    )
    .bind(run.id)
    .bind(run.state.name())
    .bind(run.output.replace('\0', "\u{FFFD}"))
    .bind(run.errors.replace('\0', "\u{FFFD}"))
    .bind(run.cut)
    .bind(run.milliseconds)
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks what was running when the service or the room was stopped; `None` for every room.
pub(crate) async fn interrupt(
    connection: &mut PgConnection,
    room: Option<RoomId>,
    why: RunState,
) -> Result<u64, RoomsError> {
    let done = sqlx::query("UPDATE run SET state = $2 WHERE state = 'running' AND ($1::uuid IS NULL OR room = $1)")
        .bind(room.map(RoomId::uuid))
        .bind(why.name())
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

/// The latest runs of a room, newest first.
pub(crate) async fn latest(connection: &mut PgConnection, room: RoomId) -> Result<Vec<Run>, RoomsError> {
    let rows = sqlx::query("SELECT * FROM run WHERE room = $1 ORDER BY started_at DESC, id DESC LIMIT 20")
        .bind(room.uuid())
        .fetch_all(connection)
        .await?;
    rows.iter().map(from_row).collect()
}

/// One run of a room.
pub(crate) async fn read(connection: &mut PgConnection, room: RoomId, run: Uuid) -> Result<Run, RoomsError> {
    let row = sqlx::query("SELECT * FROM run WHERE room = $1 AND id = $2")
        .bind(room.uuid())
        .bind(run)
        .fetch_optional(connection)
        .await?;
    from_row(&row.ok_or(RoomsError::NotFound)?)
}

fn from_row(row: &PgRow) -> Result<Run, RoomsError> {
    Ok(Run {
        id: row.try_get("id")?,
        person: PersonId::from_uuid(row.try_get("person")?),
        tool: Tool::from_name(row.try_get("tool")?).ok_or(RoomsError::Unreadable)?,
        script: row.try_get("script")?,
        state: RunState::from_name(row.try_get("state")?).ok_or(RoomsError::Unreadable)?,
        output: row.try_get("output")?,
        errors: row.try_get("errors")?,
        cut: row.try_get("cut")?,
        started_at: time(row, "started_at")?,
        milliseconds: row.try_get("milliseconds")?,
    })
}
