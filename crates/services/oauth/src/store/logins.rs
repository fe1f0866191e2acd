//! The tables `login` and `refresh_token`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;
use varde_core::{Digest, LoginLevel, PersonId};

use crate::{
    ClientId,
    model::request::AuthorizationRequest,
    store::{Result, changes, time, time_if_any},
};

/// A person's login at a client.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) id: Uuid,
    pub(crate) client: ClientId,
    pub(crate) person: PersonId,
    /// The session here.
    pub(crate) session: Uuid,
    pub(crate) level: LoginLevel,
    pub(crate) logged_in_at: Timestamp,
    /// What was asked for and is granted.
    pub(crate) content: AuthorizationRequest,
    pub(crate) code_until: Timestamp,
    pub(crate) code_used_at: Option<Timestamp>,
    pub(crate) given_at: Timestamp,
    /// Until when anything given on the strength of it may be good.
    pub(crate) expires_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
}

/// A refresh token.
#[derive(Debug, Clone)]
pub(crate) struct RefreshRow {
    pub(crate) login: Uuid,
    pub(crate) thumbprint: String,
    pub(crate) expires_at: Timestamp,
    pub(crate) replaced_at: Option<Timestamp>,
}

/// A level as the table names it.
const fn name(level: LoginLevel) -> &'static str {
    match level {
        LoginLevel::Substantial => "substantial",
        LoginLevel::High => "high",
    }
}

pub(crate) async fn insert(connection: &mut PgConnection, login: &Login, code: Digest) -> Result<()> {
    sqlx::query(
        "INSERT INTO login (id, client, person, session, level, logged_in_at, content, code, code_until, given_at, \
           expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(login.id)
    .bind(login.client.uuid())
    .bind(login.person.uuid())
    .bind(login.session)
    .bind(name(login.level))
    .bind(login.logged_in_at.to_sqlx())
    .bind(Json(&login.content))
    .bind(code.bytes().as_slice())
    .bind(login.code_until.to_sqlx())
    .bind(login.given_at.to_sqlx())
    .bind(login.expires_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn by_id(connection: &mut PgConnection, id: Uuid) -> Result<Option<Login>> {
    sqlx::query(
        "SELECT id, client, person, session, level, logged_in_at, content, code_until, code_used_at, given_at, \
           expires_at, ended_at FROM login WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?
    .map(|row| login(&row))
    .transpose()
}

pub(crate) async fn by_code(connection: &mut PgConnection, code: Digest) -> Result<Option<Login>> {
    sqlx::query(
        "SELECT id, client, person, session, level, logged_in_at, content, code_until, code_used_at, given_at, \
           expires_at, ended_at FROM login WHERE code = $1",
    )
    .bind(code.bytes().as_slice())
    .fetch_optional(connection)
    .await?
    .map(|row| login(&row))
    .transpose()
}

/// Makes every other transaction on this login wait; says whether it has not ended.
pub(crate) async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<bool> {
    let open: Option<bool> = sqlx::query_scalar("SELECT ended_at IS NULL FROM login WHERE id = $1 FOR UPDATE")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    Ok(open.unwrap_or(false))
}

/// Uses up the code; says whether it had not been used before.
pub(crate) async fn use_code(connection: &mut PgConnection, id: Uuid, now: Timestamp) -> Result<bool> {
    let statement = sqlx::query("UPDATE login SET code_used_at = $2 WHERE id = $1 AND code_used_at IS NULL")
        .bind(id)
        .bind(now.to_sqlx());
    changes(connection, statement).await
}

/// Ends a login and the access tokens that came from it; says whether it had not ended before.
pub(crate) async fn end(connection: &mut PgConnection, id: Uuid, now: Timestamp) -> Result<bool> {
    let done = sqlx::query("UPDATE login SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
        .bind(id)
        .bind(now.to_sqlx())
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE access_token SET revoked_at = $2 WHERE login = $1 AND revoked_at IS NULL")
        .bind(id)
        .bind(now.to_sqlx())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// A login that ended with its session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EndedLogin {
    pub(crate) id: Uuid,
    pub(crate) client: ClientId,
    pub(crate) person: PersonId,
}

/// Ends the logins of sessions, and the access tokens that came from them: those whose code waits, and
/// those whose client has not this scope.
pub(crate) async fn end_with_sessions(
    connection: &mut PgConnection,
    sessions: &[Uuid],
    unless: &str,
    now: Timestamp,
) -> Result<Vec<EndedLogin>> {
    let rows = sqlx::query(
        "UPDATE login SET ended_at = $3 \
         WHERE session = ANY ($1) AND ended_at IS NULL AND expires_at > $3 AND CASE WHEN code_used_at IS NULL \
           THEN code_until > $3 ELSE NOT content -> 'scopes' ? $2 END \
         RETURNING id, client, person",
    )
    .bind(sessions)
    .bind(unless)
    .bind(now.to_sqlx())
    .fetch_all(&mut *connection)
    .await?;
    let ended = rows.iter().map(|row| {
        Ok(EndedLogin {
            id: row.try_get("id")?,
            client: ClientId::from_uuid(row.try_get("client")?),
            person: PersonId::from_uuid(row.try_get("person")?),
        })
    });
    let ended: Vec<_> = ended.collect::<Result<_>>()?;
    let ids: Vec<Uuid> = ended.iter().map(|login| login.id).collect();
    sqlx::query("UPDATE access_token SET revoked_at = $2 WHERE login = ANY ($1) AND revoked_at IS NULL")
        .bind(ids)
        .bind(now.to_sqlx())
        .execute(connection)
        .await?;
    Ok(ended)
}

pub(crate) async fn insert_refresh(
    connection: &mut PgConnection,
    digest: Digest,
    token: &RefreshRow,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO refresh_token (digest, login, thumbprint, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(digest.bytes().as_slice())
    .bind(token.login)
    .bind(&token.thumbprint)
    .bind(now.to_sqlx())
    .bind(token.expires_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn refresh(connection: &mut PgConnection, digest: Digest) -> Result<Option<RefreshRow>> {
    let row = sqlx::query("SELECT login, thumbprint, expires_at, replaced_at FROM refresh_token WHERE digest = $1")
        .bind(digest.bytes().as_slice())
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(RefreshRow {
        login: row.try_get("login")?,
        thumbprint: row.try_get("thumbprint")?,
        expires_at: time(&row, "expires_at")?,
        replaced_at: time_if_any(&row, "replaced_at")?,
    }))
}

/// Another takes the place of a refresh token; says whether none had before.
pub(crate) async fn replace(connection: &mut PgConnection, digest: Digest, now: Timestamp) -> Result<bool> {
    let statement = sqlx::query("UPDATE refresh_token SET replaced_at = $2 WHERE digest = $1 AND replaced_at IS NULL")
        .bind(digest.bytes().as_slice())
        .bind(now.to_sqlx());
    changes(connection, statement).await
}

/// Forgets logins of which nothing is good any more; gives how many. That they were is on the log.
pub(crate) async fn forget(connection: &mut PgConnection, before: Timestamp) -> Result<u64> {
    let gone = sqlx::query("DELETE FROM login WHERE expires_at < $1").bind(before.to_sqlx());
    Ok(gone.execute(connection).await?.rows_affected())
}

fn login(row: &PgRow) -> Result<Login> {
    let level: String = row.try_get("level")?;
    let level = [LoginLevel::Substantial, LoginLevel::High].into_iter().find(|known| name(*known) == level);
    Ok(Login {
        id: row.try_get("id")?,
        client: ClientId::from_uuid(row.try_get("client")?),
        person: PersonId::from_uuid(row.try_get("person")?),
        session: row.try_get("session")?,
        level: level.ok_or_else(|| sqlx::Error::Decode("a login's level cannot be read".into()))?,
        logged_in_at: time(row, "logged_in_at")?,
        content: row.try_get::<Json<_>, _>("content")?.0,
        code_until: time(row, "code_until")?,
        code_used_at: time_if_any(row, "code_used_at")?,
        given_at: time(row, "given_at")?,
        expires_at: time(row, "expires_at")?,
        ended_at: time_if_any(row, "ended_at")?,
    })
}
