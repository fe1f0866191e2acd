//! Rooms, their members, and what members did.

use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow};
use varde_core::{ExtractId, OrganisationId, Period, PermitId, PersonId, RoomId};
use varde_permit::{Manifest, Permit};

use crate::{
    RoomsError,
    model::{Room, RoomState},
};

const READ: &str = "SELECT room.*, (SELECT array_agg(person ORDER BY person) FROM member WHERE member.room = room.id) AS members \
     FROM room WHERE room.id = $1";
const READ_BY_PERMIT: &str = "SELECT room.*, (SELECT array_agg(person ORDER BY person) FROM member WHERE member.room = room.id) \
     AS members FROM room WHERE room.permit = $1";
const READ_ALL: &str = "SELECT room.*, (SELECT array_agg(person ORDER BY person) FROM member WHERE member.room = room.id) AS members \
     FROM room ORDER BY room.created_at DESC, room.id";

/// One room.
pub(crate) async fn read(connection: &mut PgConnection, room: RoomId) -> Result<Room, RoomsError> {
    let row = sqlx::query(READ).bind(room.uuid()).fetch_optional(connection).await?;
    from_row(&row.ok_or(RoomsError::NotFound)?)
}

/// The room of a permit.
pub(crate) async fn by_permit(connection: &mut PgConnection, permit: PermitId) -> Result<Option<Room>, RoomsError> {
    let row = sqlx::query(READ_BY_PERMIT).bind(permit.uuid()).fetch_optional(connection).await?;
    row.as_ref().map(from_row).transpose()
}

/// Every room that the row rules show, newest first.
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<Room>, RoomsError> {
    let rows = sqlx::query(READ_ALL).fetch_all(connection).await?;
    rows.iter().map(from_row).collect()
}

/// The manifest of the extract in the room, as it was delivered.
pub(crate) async fn manifest(connection: &mut PgConnection, room: RoomId) -> Result<Manifest, RoomsError> {
    let row =
        sqlx::query("SELECT manifest FROM room WHERE id = $1").bind(room.uuid()).fetch_optional(connection).await?;
    let manifest: serde_json::Value = row.ok_or(RoomsError::NotFound)?.try_get("manifest")?;
    serde_json::from_value(manifest).map_err(|_| RoomsError::Unreadable)
}

/// Makes a room in state `opening`, or sets the one there is for the permit back to it with this
/// extract. Members are the permit's persons.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    id: RoomId,
    permit: &Permit,
    manifest: &Manifest,
    now: jiff::Timestamp,
) -> Result<RoomId, RoomsError> {
    let row = sqlx::query(
        "INSERT INTO room (id, permit, permit_version, extract, title, holder, access_body, valid_from, valid_until, \
                           minimum_group, state, manifest, created_at, leader) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'opening', $11, $12, $13) \
         ON CONFLICT (permit) DO UPDATE SET extract = excluded.extract, manifest = excluded.manifest, \
             state = 'opening', failure = NULL \
         RETURNING id",
    )
    .bind(id.uuid())
    .bind(permit.id.uuid())
    .bind(i32::try_from(permit.version).unwrap_or(i32::MAX))
    .bind(manifest.extract.uuid())
    .bind(&permit.title)
    .bind(permit.holder.uuid())
    .bind(permit.access_body.uuid())
    .bind(permit.valid.from.to_sqlx())
    .bind(permit.valid.until.map(|date| date.to_sqlx()))
    .bind(i32::try_from(permit.minimum_group).unwrap_or(i32::MAX))
    .bind(serde_json::to_value(manifest).map_err(|_| RoomsError::Unreadable)?)
    .bind(now.to_sqlx())
    .bind(permit.leader().map(PersonId::uuid))
    .fetch_one(&mut *connection)
    .await?;
    let id = RoomId::from_uuid(row.try_get("id")?);
    for person in &permit.persons {
        sqlx::query("INSERT INTO member (room, person) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(id.uuid())
            .bind(person.uuid())
            .execute(&mut *connection)
            .await?;
    }
    Ok(id)
}

/// Moves a room to another state, if the one it is in lets it. `why` is kept with a room that failed
/// or is being closed.
pub(crate) async fn become_state(
    connection: &mut PgConnection,
    room: &Room,
    next: RoomState,
    why: Option<&str>,
    now: jiff::Timestamp,
) -> Result<(), RoomsError> {
    if !room.state.may_become(next) {
        return Err(RoomsError::NotUsable(room.state));
    }
    let moved = sqlx::query(
        "UPDATE room SET state = $2, failure = CASE WHEN $2 = 'failed' THEN $3 END, \
             closed_why = CASE WHEN $2 = 'closing' THEN $3 ELSE closed_why END, \
             opened_at = CASE WHEN $2 = 'open' THEN coalesce(opened_at, $4) ELSE opened_at END, \
             closed_at = CASE WHEN $2 = 'closed' THEN $4 ELSE closed_at END \
         WHERE id = $1 AND state = $5",
    )
    .bind(room.id.uuid())
    .bind(next.name())
    .bind(why)
    .bind(now.to_sqlx())
    .bind(room.state.name())
    .execute(connection)
    .await?;
    if moved.rows_affected() == 1 { Ok(()) } else { Err(RoomsError::NotUsable(room.state)) }
}

/// Notes what somebody did, for the room's own log page.
pub(crate) async fn note(
    connection: &mut PgConnection,
    room: RoomId,
    person: Option<PersonId>,
    kind: &str,
    detail: &str,
    now: jiff::Timestamp,
) -> Result<(), RoomsError> {
    sqlx::query("INSERT INTO activity (room, person, at, kind, detail) VALUES ($1, $2, $3, $4, $5)")
        .bind(room.uuid())
        .bind(person.map(PersonId::uuid))
        .bind(now.to_sqlx())
        .bind(kind)
        .bind(detail)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether the members were told that before.
pub(crate) async fn was_told(
    connection: &mut PgConnection,
    room: RoomId,
    kind: &str,
    detail: &str,
) -> Result<bool, RoomsError> {
    let found = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM activity WHERE room = $1 AND person IS NULL AND kind = $2 AND detail = $3)",
    );
    Ok(found.bind(room.uuid()).bind(kind).bind(detail).fetch_one(connection).await?)
}

/// One line of the log page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Activity {
    /// When.
    pub(crate) at: jiff::Timestamp,
    /// What, a code.
    pub(crate) kind: String,
    /// More: a file's name, a tool's.
    pub(crate) detail: String,
}

/// What that person did in the room, and what Varde did with it, newest first.
pub(crate) async fn activity(
    connection: &mut PgConnection,
    room: RoomId,
    person: PersonId,
) -> Result<Vec<Activity>, RoomsError> {
    let rows = sqlx::query(
        "SELECT at, kind, detail FROM activity WHERE room = $1 AND (person = $2 OR person IS NULL) \
             ORDER BY id DESC LIMIT 200",
    )
    .bind(room.uuid())
    .bind(person.uuid())
    .fetch_all(connection)
    .await?;
    let line =
        |row: &PgRow| Ok(Activity { at: time(row, "at")?, kind: row.try_get("kind")?, detail: row.try_get("detail")? });
    rows.iter().map(line).collect()
}

/// When members last did something.
pub(crate) async fn last_seen(
    connection: &mut PgConnection,
    room: RoomId,
) -> Result<Vec<(PersonId, jiff::Timestamp)>, RoomsError> {
    let rows = sqlx::query(
        "SELECT person, max(at) AS at FROM activity WHERE room = $1 AND person IS NOT NULL GROUP BY person",
    )
    .bind(room.uuid())
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((PersonId::from_uuid(row.try_get("person")?), time(row, "at")?))).collect()
}

/// A time of a row.
pub(super) fn time(row: &PgRow, column: &str) -> Result<jiff::Timestamp, RoomsError> {
    Ok(row.try_get::<jiff_sqlx::Timestamp, _>(column)?.to_jiff())
}

/// A time of a row, if there is one.
pub(super) fn maybe_time(row: &PgRow, column: &str) -> Result<Option<jiff::Timestamp>, RoomsError> {
    Ok(row.try_get::<Option<jiff_sqlx::Timestamp>, _>(column)?.map(|time| time.to_jiff()))
}

fn from_row(row: &PgRow) -> Result<Room, RoomsError> {
    let until: Option<jiff_sqlx::Date> = row.try_get("valid_until")?;
    let members: Option<Vec<uuid::Uuid>> = row.try_get("members")?;
    let number = |column: &str| -> Result<u32, RoomsError> {
        u32::try_from(row.try_get::<i32, _>(column)?).map_err(|_| RoomsError::Unreadable)
    };
    Ok(Room {
        id: RoomId::from_uuid(row.try_get("id")?),
        permit: PermitId::from_uuid(row.try_get("permit")?),
        permit_version: number("permit_version")?,
        extract: ExtractId::from_uuid(row.try_get("extract")?),
        title: row.try_get("title")?,
        holder: OrganisationId::from_uuid(row.try_get("holder")?),
        access_body: OrganisationId::from_uuid(row.try_get("access_body")?),
        valid: Period {
            from: row.try_get::<jiff_sqlx::Date, _>("valid_from")?.to_jiff(),
            until: until.map(|date| date.to_jiff()),
        },
        minimum_group: number("minimum_group")?,
        slot: number("slot")?,
        state: RoomState::from_name(row.try_get("state")?).ok_or(RoomsError::Unreadable)?,
        failure: row.try_get("failure")?,
        opened_at: maybe_time(row, "opened_at")?,
        closed_at: maybe_time(row, "closed_at")?,
        closed_why: row.try_get("closed_why")?,
        members: members.unwrap_or_default().into_iter().map(PersonId::from_uuid).collect(),
        leader: row.try_get::<Option<uuid::Uuid>, _>("leader")?.map(PersonId::from_uuid),
    })
}
