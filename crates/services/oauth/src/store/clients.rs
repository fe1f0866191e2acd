//! The tables `client` and `client_key`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use varde_core::{Actor, OrganisationId, identifier::OrganisationNumber};

use crate::{
    Client, ClientId, Grant, REFRESH_HOURS, RedirectUri, RefreshTokens, Scopes, Tenancy,
    store::{Result, changes, time, time_if_any},
};

/// What is kept as one document: read and written whole. What later versions added has a default,
/// for clients that were registered before.
#[derive(Serialize, Deserialize)]
struct Settings {
    sub_units: BTreeSet<OrganisationNumber>,
    grants: BTreeSet<Grant>,
    scopes: Scopes,
    #[serde(default)]
    redirect_uris: BTreeSet<RedirectUri>,
    #[serde(default)]
    post_logout_redirect_uris: BTreeSet<RedirectUri>,
    #[serde(default)]
    refresh_tokens: RefreshTokens,
    #[serde(default = "refresh_hours")]
    refresh_hours: u16,
    #[serde(default)]
    claims: BTreeMap<String, String>,
    national_profile: bool,
}

fn refresh_hours() -> u16 {
    REFRESH_HOURS
}

/// A client's public key as it is registered.
#[derive(Debug, Clone)]
pub(crate) struct KeyRow {
    /// Its name.
    pub(crate) kid: String,
    /// The key.
    pub(crate) jwk: Map<String, Value>,
    /// When it was added.
    pub(crate) added_at: Timestamp,
    /// Until when it is good.
    pub(crate) valid_until: Timestamp,
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    client: &Client,
    organisation: OrganisationId,
    by: &Actor,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO client \
           (id, organisation, owner, name, tenancy, settings, registered_by, registered_at, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
    )
    .bind(client.id.uuid())
    .bind(organisation.uuid())
    .bind(client.owner.as_str())
    .bind(&client.name)
    .bind(client.tenancy.name())
    .bind(Json(settings(client)))
    .bind(Json(by))
    .bind(now.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces what is registered; owner and tenancy stay.
pub(crate) async fn replace(connection: &mut PgConnection, client: &Client, now: Timestamp) -> Result<()> {
    sqlx::query("UPDATE client SET name = $2, settings = $3, changed_at = $4 WHERE id = $1")
        .bind(client.id.uuid())
        .bind(&client.name)
        .bind(Json(settings(client)))
        .bind(now.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn end(connection: &mut PgConnection, client: ClientId, now: Timestamp) -> Result<bool> {
    let done = sqlx::query("UPDATE client SET ended_at = $2, changed_at = $2 WHERE id = $1 AND ended_at IS NULL")
        .bind(client.uuid())
        .bind(now.to_sqlx())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn by_id(connection: &mut PgConnection, id: ClientId) -> Result<Option<Client>> {
    sqlx::query("SELECT id, owner, name, tenancy, settings, ended_at FROM client WHERE id = $1")
        .bind(id.uuid())
        .fetch_optional(connection)
        .await?
        .map(|row| client(&row))
        .transpose()
}

/// Which organisation owns a client that has not ended; locks it, so that changes to its keys come
/// one after another.
pub(crate) async fn owner(connection: &mut PgConnection, client: ClientId) -> Result<Option<OrganisationId>> {
    let found: Option<uuid::Uuid> =
        sqlx::query_scalar("SELECT organisation FROM client WHERE id = $1 AND ended_at IS NULL FOR UPDATE")
            .bind(client.uuid())
            .fetch_optional(connection)
            .await?;
    Ok(found.map(OrganisationId::from_uuid))
}

/// The clients that an organisation owns, those that have ended last.
pub(crate) async fn of_organisation(
    connection: &mut PgConnection,
    organisation: OrganisationId,
) -> Result<Vec<Client>> {
    sqlx::query(
        "SELECT id, owner, name, tenancy, settings, ended_at FROM client \
         WHERE organisation = $1 ORDER BY ended_at NULLS FIRST, name, id",
    )
    .bind(organisation.uuid())
    .fetch_all(connection)
    .await?
    .iter()
    .map(client)
    .collect()
}

/// Where a key comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Somebody handed it in: its name must never have been used.
    HandedIn,
    /// The client publishes it: the same key may be there already, or come back.
    Published,
}

/// Adds a key; says whether its name was free, or its own when it is published.
pub(crate) async fn add_key(
    connection: &mut PgConnection,
    client: ClientId,
    key: &KeyRow,
    by: &Actor,
    source: Source,
) -> Result<bool> {
    let statement = sqlx::query(
        "INSERT INTO client_key AS k (client, kid, jwk, added_by, added_at, valid_until) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (client, kid) DO UPDATE SET valid_until = excluded.valid_until, removed_at = NULL, gone = false \
         WHERE $7 AND k.jwk = excluded.jwk AND (k.removed_at IS NULL OR k.gone)",
    )
    .bind(client.uuid())
    .bind(&key.kid)
    .bind(Json(&key.jwk))
    .bind(Json(by))
    .bind(key.added_at.to_sqlx())
    .bind(key.valid_until.to_sqlx())
    .bind(source == Source::Published);
    changes(connection, statement).await
}

/// Lets go of the keys that are no longer where the client publishes them; says of how many.
pub(crate) async fn let_go(
    connection: &mut PgConnection,
    client: ClientId,
    kept: &[String],
    now: Timestamp,
) -> Result<u64> {
    let sql = "UPDATE client_key SET removed_at = $3, gone = true \
               WHERE client = $1 AND removed_at IS NULL AND kid <> ALL($2)";
    let done = sqlx::query(sql).bind(client.uuid()).bind(kept).bind(now.to_sqlx()).execute(connection).await?;
    Ok(done.rows_affected())
}

pub(crate) async fn remove_key(
    connection: &mut PgConnection,
    client: ClientId,
    kid: &str,
    now: Timestamp,
) -> Result<bool> {
    let statement =
        sqlx::query("UPDATE client_key SET removed_at = $3 WHERE client = $1 AND kid = $2 AND removed_at IS NULL")
            .bind(client.uuid())
            .bind(kid)
            .bind(now.to_sqlx());
    changes(connection, statement).await
}

/// The keys of a client that have not been removed, expired ones included.
pub(crate) async fn keys(connection: &mut PgConnection, client: ClientId) -> Result<Vec<KeyRow>> {
    sqlx::query(
        "SELECT kid, jwk, added_at, valid_until FROM client_key \
         WHERE client = $1 AND removed_at IS NULL ORDER BY added_at DESC, kid",
    )
    .bind(client.uuid())
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| {
        Ok(KeyRow {
            kid: row.try_get("kid")?,
            jwk: row.try_get::<Json<_>, _>("jwk")?.0,
            added_at: time(row, "added_at")?,
            valid_until: time(row, "valid_until")?,
        })
    })
    .collect()
}

/// The clients that have not ended whose last key is good after `now` and not beyond `until`, with when
/// it ends.
pub(crate) async fn last_keys_ending(
    connection: &mut PgConnection,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<(ClientId, Timestamp)>> {
    sqlx::query(
        "SELECT client.id, max(key.valid_until) AS ends FROM client JOIN client_key AS key ON key.client = client.id \
         WHERE client.ended_at IS NULL AND key.removed_at IS NULL GROUP BY client.id \
         HAVING max(key.valid_until) > $1 AND max(key.valid_until) <= $2 ORDER BY ends, client.id",
    )
    .bind(now.to_sqlx())
    .bind(until.to_sqlx())
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| {
        let ends = row.try_get::<jiff_sqlx::Timestamp, _>("ends")?.to_jiff();
        Ok((ClientId::from_uuid(row.try_get("id")?), ends))
    })
    .collect()
}

fn settings(client: &Client) -> Settings {
    Settings {
        sub_units: client.sub_units.clone(),
        grants: client.grants.clone(),
        scopes: client.scopes.clone(),
        redirect_uris: client.redirect_uris.clone(),
        post_logout_redirect_uris: client.post_logout_redirect_uris.clone(),
        refresh_tokens: client.refresh_tokens,
        refresh_hours: client.refresh_hours,
        claims: client.claims.clone(),
        national_profile: client.national_profile,
    }
}

fn client(row: &PgRow) -> Result<Client> {
    let Json(settings): Json<Settings> = row.try_get("settings")?;
    let tenancy: String = row.try_get("tenancy")?;
    let owner: String = row.try_get("owner")?;
    let wrong = |what: &str| sqlx::Error::Decode(format!("a client's {what} cannot be read").into());
    Ok(Client {
        id: ClientId::from_uuid(row.try_get("id")?),
        name: row.try_get("name")?,
        owner: owner.parse().map_err(|_| wrong("owner"))?,
        tenancy: Tenancy::from_name(&tenancy).ok_or_else(|| wrong("tenancy"))?,
        sub_units: settings.sub_units,
        grants: settings.grants,
        scopes: settings.scopes,
        redirect_uris: settings.redirect_uris,
        post_logout_redirect_uris: settings.post_logout_redirect_uris,
        refresh_tokens: settings.refresh_tokens,
        refresh_hours: settings.refresh_hours,
        claims: settings.claims,
        national_profile: settings.national_profile,
        ended_at: time_if_any(row, "ended_at")?,
    })
}
