//! The tables `system` and `api_key`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use varde_core::{Actor, OrganisationId, identifier::OrganisationNumber};

use super::number;
use crate::{ApiKey, ApiKeyId, ClientSystem, SystemId};

fn system(row: &PgRow) -> sqlx::Result<ClientSystem> {
    let time = |column: &str| row.try_get::<Option<jiff_sqlx::Timestamp>, _>(column).map(|t| t.map(|t| t.to_jiff()));
    Ok(ClientSystem {
        id: SystemId::from_uuid(row.try_get("id")?),
        vendor: number(row.try_get("vendor")?)?,
        product: row.try_get::<Json<_>, _>("content")?.0,
        made_at: time("made_at")?.unwrap_or(Timestamp::UNIX_EPOCH),
        ended_at: time("ended_at")?,
    })
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    system: &ClientSystem,
    organisation: OrganisationId,
    by: &Actor,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO system (id, vendor, organisation, content, made_by, made_at, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
    )
    .bind(system.id.uuid())
    .bind(system.vendor.as_str())
    .bind(organisation.uuid())
    .bind(Json(&system.product))
    .bind(Json(by))
    .bind(system.made_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn change(connection: &mut PgConnection, system: &ClientSystem, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE system SET content = $2, ended_at = $3, changed_at = $4 WHERE id = $1")
        .bind(system.id.uuid())
        .bind(Json(&system.product))
        .bind(system.ended_at.map(|t| t.to_sqlx()))
        .bind(now.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn by_id(connection: &mut PgConnection, id: SystemId) -> sqlx::Result<Option<ClientSystem>> {
    let found = sqlx::query("SELECT id, vendor, content, made_at, ended_at FROM system WHERE id = $1")
        .bind(id.uuid())
        .fetch_optional(connection)
        .await?;
    found.as_ref().map(system).transpose()
}

/// The vendor's products, those that have ended last.
pub(crate) async fn of_vendor(
    connection: &mut PgConnection,
    vendor: OrganisationNumber,
) -> sqlx::Result<Vec<ClientSystem>> {
    let rows = sqlx::query(
        "SELECT id, vendor, content, made_at, ended_at FROM system WHERE vendor = $1 \
         ORDER BY ended_at NULLS FIRST, content ->> 'name', id",
    )
    .bind(vendor.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(system).collect()
}

pub(crate) async fn add_api_key(
    connection: &mut PgConnection,
    id: ApiKeyId,
    system: SystemId,
    digest: &str,
    by: &Actor,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO api_key (id, system, digest, made_by, made_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(id.uuid())
        .bind(system.uuid())
        .bind(digest)
        .bind(Json(by))
        .bind(now.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

/// The API keys of a product, the newest first.
pub(crate) async fn api_keys(connection: &mut PgConnection, system: SystemId) -> sqlx::Result<Vec<ApiKey>> {
    let rows = sqlx::query("SELECT id, made_at, revoked_at FROM api_key WHERE system = $1 ORDER BY made_at DESC, id")
        .bind(system.uuid())
        .fetch_all(connection)
        .await?;
    let key = |row: &PgRow| {
        Ok(ApiKey {
            id: ApiKeyId::from_uuid(row.try_get("id")?),
            made_at: row.try_get::<jiff_sqlx::Timestamp, _>("made_at")?.to_jiff(),
            revoked_at: row.try_get::<Option<jiff_sqlx::Timestamp>, _>("revoked_at")?.map(|t| t.to_jiff()),
        })
    };
    rows.iter().map(key).collect()
}

/// Withdraws a key of that product; says whether there was one.
pub(crate) async fn revoke_api_key(
    connection: &mut PgConnection,
    system: SystemId,
    id: ApiKeyId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let sql = "UPDATE api_key SET revoked_at = $3 WHERE id = $1 AND system = $2 AND revoked_at IS NULL";
    let done = sqlx::query(sql).bind(id.uuid()).bind(system.uuid()).bind(now.to_sqlx()).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

/// Whose key has that digest, unless it is withdrawn. Locks the key, so that drafts made by it at the
/// same time are counted one after another.
pub(crate) async fn by_api_key(
    connection: &mut PgConnection,
    digest: &str,
) -> sqlx::Result<Option<(ApiKeyId, SystemId)>> {
    let found = sqlx::query("SELECT id, system FROM api_key WHERE digest = $1 AND revoked_at IS NULL FOR UPDATE")
        .bind(digest)
        .fetch_optional(connection)
        .await?;
    let ids = |row: PgRow| Ok((ApiKeyId::from_uuid(row.try_get("id")?), SystemId::from_uuid(row.try_get("system")?)));
    found.map(ids).transpose()
}
