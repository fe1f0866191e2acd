//! Statements on the shell's tables.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;
use varde_core::{Actor, Digest, PersonId};

use super::{Display, HeldForm, HeldFormId, Session, SessionId, person};

type Result<T> = std::result::Result<T, sqlx::Error>;

pub(super) struct NewSession<'a> {
    pub(super) id: SessionId,
    pub(super) digest: Digest,
    pub(super) person: PersonId,
    pub(super) actor: &'a Actor,
    pub(super) display: &'a Display,
    pub(super) csrf: &'a str,
    /// When the person logged in.
    pub(super) begun_at: Timestamp,
    pub(super) now: Timestamp,
}

pub(super) struct SessionRow {
    pub(super) session: Session,
    pub(super) by_previous: bool,
    pub(super) renewed_at: Timestamp,
    pub(super) ended: bool,
}

pub(super) async fn insert(connection: &mut PgConnection, row: &NewSession<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO session (id, digest, person, actor, display, csrf, begun_at, renewed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(row.id.uuid())
    .bind(row.digest.bytes().as_slice())
    .bind(row.person.uuid())
    .bind(Json(row.actor))
    .bind(Json(row.display))
    .bind(row.csrf)
    .bind(row.begun_at.to_sqlx())
    .bind(row.now.max(row.begun_at).to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn by_digest(connection: &mut PgConnection, digest: Digest) -> Result<Option<SessionRow>> {
    sqlx::query(
        "SELECT id, person, actor, display, csrf, begun_at, renewed_at, ended_at IS NOT NULL AS ended, \
                digest <> $1 AS by_previous \
         FROM session WHERE digest = $1 OR previous_digest = $1",
    )
    .bind(digest.bytes().as_slice())
    .fetch_optional(connection)
    .await?
    .map(|row| session(&row))
    .transpose()
}

pub(super) async fn person_by_csrf(connection: &mut PgConnection, csrf: &str) -> Result<Option<PersonId>> {
    let found: Option<Uuid> =
        sqlx::query_scalar("SELECT person FROM session WHERE csrf = $1").bind(csrf).fetch_optional(connection).await?;
    Ok(found.map(person))
}

pub(super) async fn renew(connection: &mut PgConnection, old: Digest, new: Digest, now: Timestamp) -> Result<bool> {
    let changed = sqlx::query(
        "UPDATE session SET previous_digest = digest, digest = $2, renewed_at = greatest(begun_at, $3) \
         WHERE digest = $1 AND ended_at IS NULL",
    )
    .bind(old.bytes().as_slice())
    .bind(new.bytes().as_slice())
    .bind(now.to_sqlx())
    .execute(connection)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Ends a session. Gives it and all those whose place it has taken.
pub(super) async fn end(connection: &mut PgConnection, id: SessionId, now: Timestamp) -> Result<Vec<SessionId>> {
    end_open(connection, id, None, now).await?;
    let ended: Vec<Uuid> = sqlx::query_scalar(
        "WITH RECURSIVE stay (id) AS ( \
           SELECT $1::uuid UNION SELECT session.id FROM session JOIN stay ON session.followed_by = stay.id \
         ) SELECT id FROM stay",
    )
    .bind(id.uuid())
    .fetch_all(connection)
    .await?;
    Ok(ended.into_iter().map(SessionId::from_uuid).collect())
}

/// Ends a session whose place another takes.
pub(super) async fn follow(
    connection: &mut PgConnection,
    id: SessionId,
    next: SessionId,
    now: Timestamp,
) -> Result<()> {
    end_open(connection, id, Some(next), now).await
}

async fn end_open(connection: &mut PgConnection, id: SessionId, next: Option<SessionId>, now: Timestamp) -> Result<()> {
    // A clock that was set back must not keep anybody logged in, so the end is never before the beginning.
    sqlx::query(
        "UPDATE session SET ended_at = greatest(begun_at, $2), followed_by = $3 WHERE id = $1 AND ended_at IS NULL",
    )
    .bind(id.uuid())
    .bind(now.to_sqlx())
    .bind(next.map(|next| next.uuid()))
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends all sessions of a person. Gives how many were open, and all that are known.
pub(super) async fn end_all(
    connection: &mut PgConnection,
    person: PersonId,
    now: Timestamp,
) -> Result<(u64, Vec<SessionId>)> {
    let ended =
        sqlx::query("UPDATE session SET ended_at = greatest(begun_at, $2) WHERE person = $1 AND ended_at IS NULL")
            .bind(person.uuid())
            .bind(now.to_sqlx())
            .execute(&mut *connection)
            .await?;
    let known: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM session WHERE person = $1")
        .bind(person.uuid())
        .fetch_all(connection)
        .await?;
    Ok((ended.rows_affected(), known.into_iter().map(SessionId::from_uuid).collect()))
}

pub(super) async fn purge(connection: &mut PgConnection, begun: Timestamp, held: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM session WHERE begun_at < $1").bind(begun.to_sqlx()).execute(&mut *connection).await?;
    sqlx::query("DELETE FROM held_form WHERE held_at < $1").bind(held.to_sqlx()).execute(connection).await?;
    Ok(())
}

pub(super) async fn ping(connection: &mut PgConnection) -> Result<()> {
    sqlx::query("SELECT 1").execute(connection).await?;
    Ok(())
}

pub(super) async fn hold(connection: &mut PgConnection, form: &HeldForm, owner: PersonId) -> Result<()> {
    sqlx::query("INSERT INTO held_form (id, person, path, fields, held_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(form.id.uuid())
        .bind(owner.uuid())
        .bind(&form.path)
        .bind(Json(&form.fields))
        .bind(form.held_at.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn held(connection: &mut PgConnection, owner: PersonId, after: Timestamp) -> Result<Vec<HeldForm>> {
    sqlx::query(
        "SELECT id, path, fields, held_at FROM held_form WHERE person = $1 AND held_at >= $2 ORDER BY held_at DESC",
    )
    .bind(owner.uuid())
    .bind(after.to_sqlx())
    .fetch_all(connection)
    .await?
    .iter()
    .map(held_form)
    .collect()
}

pub(super) async fn release(connection: &mut PgConnection, id: HeldFormId, owner: PersonId) -> Result<bool> {
    let gone = sqlx::query("DELETE FROM held_form WHERE id = $1 AND person = $2")
        .bind(id.uuid())
        .bind(owner.uuid())
        .execute(connection)
        .await?;
    Ok(gone.rows_affected() == 1)
}

fn session(row: &PgRow) -> Result<SessionRow> {
    let Json(actor) = row.try_get("actor")?;
    let Json(display) = row.try_get("display")?;
    let session = Session {
        id: SessionId::from_uuid(row.try_get("id")?),
        person: person(row.try_get("person")?),
        actor,
        display,
        csrf: row.try_get("csrf")?,
        begun_at: time(row, "begun_at")?,
    };
    Ok(SessionRow {
        session,
        by_previous: row.try_get("by_previous")?,
        renewed_at: time(row, "renewed_at")?,
        ended: row.try_get("ended")?,
    })
}

fn held_form(row: &PgRow) -> Result<HeldForm> {
    let Json(fields) = row.try_get("fields")?;
    Ok(HeldForm {
        id: HeldFormId::from_uuid(row.try_get("id")?),
        path: row.try_get("path")?,
        fields,
        held_at: time(row, "held_at")?,
    })
}

fn time(row: &PgRow, column: &str) -> Result<Timestamp> {
    Ok(row.try_get::<jiff_sqlx::Timestamp, _>(column)?.to_jiff())
}
