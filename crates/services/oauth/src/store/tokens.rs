//! The tables `used` and `access_token`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::Serialize;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;
use varde_core::PersonId;

use crate::{
    ActingFor, ClientId, Scopes,
    model::scope,
    store::{Result, logins, requests},
};

/// A one-time id: its digest (SHA-256 over kind, client and id) and until when it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Once {
    pub(crate) digest: [u8; 32],
    pub(crate) until: Timestamp,
}

/// Remembers these; says which of them had not been used before. One statement for any number, in the
/// order of the digests, so that two transactions with the same ones never wait for each other.
pub(crate) async fn remember(connection: &mut PgConnection, ids: &[&Once]) -> Result<Vec<[u8; 32]>> {
    let digests: Vec<&[u8]> = ids.iter().map(|id| id.digest.as_slice()).collect();
    let until: Vec<_> = ids.iter().map(|id| id.until.to_sqlx()).collect();
    let rows: Vec<Vec<u8>> = sqlx::query_scalar(
        "INSERT INTO used (digest, until) \
         SELECT digest, until FROM unnest($1::bytea[], $2::timestamptz[]) AS once (digest, until) ORDER BY digest \
         ON CONFLICT DO NOTHING RETURNING digest",
    )
    .bind(digests)
    .bind(until)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().filter_map(|row| row.try_into().ok()).collect())
}

/// Takes back what was remembered in this transaction: nothing is used up by a refusal.
pub(crate) async fn give_back(connection: &mut PgConnection, digests: &[[u8; 32]]) -> Result<()> {
    let digests: Vec<&[u8]> = digests.iter().map(<[u8; 32]>::as_slice).collect();
    sqlx::query("DELETE FROM used WHERE digest = ANY($1)").bind(digests).execute(connection).await?;
    Ok(())
}

/// Forgets one-time ids that are too old to be taken anyway, and tokens, requests and logins that have
/// expired; gives how many. What was given stays on the log.
pub(crate) async fn forget(connection: &mut PgConnection, before: Timestamp) -> Result<u64> {
    let ids = sqlx::query("DELETE FROM used WHERE until < $1").bind(before.to_sqlx()).execute(&mut *connection).await?;
    let tokens = sqlx::query("DELETE FROM access_token WHERE expires_at < $1");
    let tokens = tokens.bind(before.to_sqlx()).execute(&mut *connection).await?;
    let pushed = requests::forget(&mut *connection, before).await?;
    let logins = logins::forget(connection, before).await?;
    Ok(ids.rows_affected() + tokens.rows_affected() + pushed + logins)
}

/// An access token that was given.
#[derive(Debug, Clone)]
pub(crate) struct TokenRow {
    pub(crate) id: Uuid,
    pub(crate) client: ClientId,
    pub(crate) audience: String,
    pub(crate) scopes: Scopes,
    pub(crate) thumbprint: String,
    pub(crate) acting_for: Option<ActingFor>,
    pub(crate) delegations: Vec<Uuid>,
    /// The person behind it, and the login it came from.
    pub(crate) person: Option<PersonId>,
    pub(crate) login: Option<Uuid>,
    pub(crate) entry: Uuid,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) revoked_at: Option<Timestamp>,
}

/// Remembers these one-time ids and keeps these tokens, in one statement. Says whether none of the ids had
/// been used before or stands there twice; if one had, this must not be committed.
pub(crate) async fn give(
    connection: &mut PgConnection,
    ids: &[&Once],
    tokens: impl Iterator<Item = &TokenRow>,
) -> Result<bool> {
    let rows: Vec<_> = tokens.map(columns).collect();
    let fresh: i64 = sqlx::query_scalar(
        "WITH once AS ( \
           INSERT INTO used (digest, until) \
           SELECT digest, until FROM unnest($1::bytea[], $2::timestamptz[]) AS once (digest, until) ORDER BY digest \
           ON CONFLICT DO NOTHING RETURNING digest), \
         kept AS ( \
           INSERT INTO access_token (id, client, audience, scope, thumbprint, parent, child, supplier, delegations, \
             person, login, entry, issued_at, expires_at) \
           SELECT id, client, audience, scope, thumbprint, parent, child, supplier, delegations, person, login, entry, \
             issued_at, expires_at FROM jsonb_populate_recordset(NULL::access_token, $3)) \
         SELECT count(*) FROM once",
    )
    .bind(ids.iter().map(|id| id.digest.as_slice()).collect::<Vec<_>>())
    .bind(ids.iter().map(|id| id.until.to_sqlx()).collect::<Vec<_>>())
    .bind(Json(rows))
    .fetch_one(connection)
    .await?;
    Ok(usize::try_from(fresh) == Ok(ids.len()))
}

/// Keeps these tokens. They travel as one JSON text, so that any number is one statement.
pub(crate) async fn insert(connection: &mut PgConnection, tokens: impl Iterator<Item = &TokenRow>) -> Result<()> {
    let rows: Vec<_> = tokens.map(columns).collect();
    sqlx::query(
        "INSERT INTO access_token (id, client, audience, scope, thumbprint, parent, child, supplier, delegations, \
           person, login, entry, issued_at, expires_at) \
         SELECT id, client, audience, scope, thumbprint, parent, child, supplier, delegations, person, login, entry, \
           issued_at, expires_at FROM jsonb_populate_recordset(NULL::access_token, $1)",
    )
    .bind(Json(rows))
    .execute(connection)
    .await?;
    Ok(())
}

/// A row as `jsonb_populate_recordset` reads it.
#[derive(Serialize)]
struct Columns<'t> {
    id: Uuid,
    client: Uuid,
    audience: &'t str,
    scope: String,
    thumbprint: &'t str,
    parent: Option<&'t str>,
    child: Option<&'t str>,
    supplier: Option<&'t str>,
    delegations: &'t [Uuid],
    person: Option<PersonId>,
    login: Option<Uuid>,
    entry: Uuid,
    issued_at: Timestamp,
    expires_at: Timestamp,
}

fn columns(token: &TokenRow) -> Columns<'_> {
    let acting_for = token.acting_for.as_ref();
    Columns {
        id: token.id,
        client: token.client.uuid(),
        audience: &token.audience,
        scope: scope::join(&token.scopes),
        thumbprint: &token.thumbprint,
        parent: acting_for.map(|a| a.parent.as_str()),
        child: acting_for.and_then(|a| a.child.as_ref()).map(|c| c.as_str()),
        supplier: acting_for.and_then(|a| a.supplier.as_ref()).map(|s| s.as_str()),
        delegations: &token.delegations,
        person: token.person,
        login: token.login,
        entry: token.entry,
        issued_at: token.issued_at,
        expires_at: token.expires_at,
    }
}

pub(crate) async fn by_id(connection: &mut PgConnection, id: Uuid) -> Result<Option<TokenRow>> {
    sqlx::query(
        "SELECT id, client, audience, scope, thumbprint, parent, child, supplier, delegations, person, login, entry, \
           issued_at, expires_at, revoked_at FROM access_token WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?
    .map(|row| token(&row))
    .transpose()
}

/// Ends a token of that client; says whether there was one to end.
pub(crate) async fn revoke(connection: &mut PgConnection, id: Uuid, client: ClientId, now: Timestamp) -> Result<bool> {
    let done =
        sqlx::query("UPDATE access_token SET revoked_at = $3 WHERE id = $1 AND client = $2 AND revoked_at IS NULL")
            .bind(id)
            .bind(client.uuid())
            .bind(now.to_sqlx())
            .execute(connection)
            .await?;
    Ok(done.rows_affected() == 1)
}

fn token(row: &PgRow) -> Result<TokenRow> {
    let wrong = |what: &str| sqlx::Error::Decode(format!("a token's {what} cannot be read").into());
    let number = |column: &str| -> Result<_> {
        let text: Option<String> = row.try_get(column)?;
        text.map(|text| text.parse().map_err(|_| wrong(column))).transpose()
    };
    let time = |column: &str| -> Result<Timestamp> { Ok(row.try_get::<jiff_sqlx::Timestamp, _>(column)?.to_jiff()) };
    let (child, supplier) = (number("child")?, number("supplier")?);
    let scope: String = row.try_get("scope")?;
    Ok(TokenRow {
        id: row.try_get("id")?,
        client: ClientId::from_uuid(row.try_get("client")?),
        audience: row.try_get("audience")?,
        scopes: scope::parse(&scope).map_err(|_| wrong("scope"))?,
        thumbprint: row.try_get("thumbprint")?,
        acting_for: number("parent")?.map(|parent| ActingFor { parent, child, supplier }),
        delegations: row.try_get("delegations")?,
        person: row.try_get::<Option<Uuid>, _>("person")?.map(PersonId::from_uuid),
        login: row.try_get("login")?,
        entry: row.try_get("entry")?,
        issued_at: time("issued_at")?,
        expires_at: time("expires_at")?,
        revoked_at: row.try_get::<Option<jiff_sqlx::Timestamp>, _>("revoked_at")?.map(jiff_sqlx::Timestamp::to_jiff),
    })
}
