//! The table `client`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use varde_core::{Actor, OrganisationId, identifier::OrganisationNumber};

use super::{number, unreadable};
use crate::{Client, ClientId, State, SystemId};

fn client(row: &PgRow) -> sqlx::Result<Client> {
    let state: &str = row.try_get("state")?;
    Ok(Client {
        id: ClientId::from_uuid(row.try_get("id")?),
        system: SystemId::from_uuid(row.try_get("system")?),
        owner: number(row.try_get("owner")?)?,
        state: State::from_name(state).ok_or_else(|| unreadable("state"))?,
        active: row.try_get::<Option<Json<_>>, _>("active")?.map(|json| json.0),
        wanted: row.try_get::<Option<Json<_>>, _>("wanted")?.map(|json| json.0),
        first_key: row.try_get::<Option<Json<_>>, _>("first_key")?.map(|json| json.0),
        return_to: row.try_get("return_to")?,
        made_at: row.try_get::<jiff_sqlx::Timestamp, _>("made_at")?.to_jiff(),
        applied: row.try_get("applied")?,
    })
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    client: &Client,
    organisation: OrganisationId,
    by: &Actor,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO client (id, system, owner, organisation, state, active, wanted, first_key, return_to, made_by, \
         made_at, changed_at, applied) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)",
    )
    .bind(client.id.uuid())
    .bind(client.system.uuid())
    .bind(client.owner.as_str())
    .bind(organisation.uuid())
    .bind(client.state.name())
    .bind(client.active.as_ref().map(Json))
    .bind(client.wanted.as_ref().map(Json))
    .bind(client.first_key.as_ref().map(Json))
    .bind(client.return_to.as_deref())
    .bind(Json(by))
    .bind(client.made_at.to_sqlx())
    .bind(client.applied)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn change(connection: &mut PgConnection, client: &Client, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE client SET state = $2, active = $3, wanted = $4, first_key = $5, applied = $6, changed_at = $7 \
         WHERE id = $1",
    )
    .bind(client.id.uuid())
    .bind(client.state.name())
    .bind(client.active.as_ref().map(Json))
    .bind(client.wanted.as_ref().map(Json))
    .bind(client.first_key.as_ref().map(Json))
    .bind(client.applied)
    .bind(now.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn by_id(connection: &mut PgConnection, id: ClientId) -> sqlx::Result<Option<Client>> {
    let found = sqlx::query(
        "SELECT id, system, owner, state, active, wanted, first_key, return_to, made_at, applied FROM client \
         WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(connection)
    .await?;
    found.as_ref().map(client).transpose()
}

/// The configuration, locked: changes to it come one after another.
pub(crate) async fn locked(connection: &mut PgConnection, id: ClientId) -> sqlx::Result<Option<Client>> {
    let found = sqlx::query(
        "SELECT id, system, owner, state, active, wanted, first_key, return_to, made_at, applied FROM client \
         WHERE id = $1 FOR UPDATE",
    )
    .bind(id.uuid())
    .fetch_optional(connection)
    .await?;
    found.as_ref().map(client).transpose()
}

/// The product's configurations, those that have ended last, then by owner.
pub(crate) async fn of_system(connection: &mut PgConnection, system: SystemId) -> sqlx::Result<Vec<Client>> {
    let rows = sqlx::query(
        "SELECT id, system, owner, state, active, wanted, first_key, return_to, made_at, applied FROM client \
         WHERE system = $1 ORDER BY state IN ('ended', 'refused'), owner, made_at, id LIMIT 1000",
    )
    .bind(system.uuid())
    .fetch_all(connection)
    .await?;
    rows.iter().map(client).collect()
}

/// The organisation's configurations, those that have ended last.
pub(crate) async fn of_owner(connection: &mut PgConnection, owner: OrganisationNumber) -> sqlx::Result<Vec<Client>> {
    let rows = sqlx::query(
        "SELECT id, system, owner, state, active, wanted, first_key, return_to, made_at, applied FROM client \
         WHERE owner = $1 ORDER BY state IN ('ended', 'refused'), made_at, id LIMIT 1000",
    )
    .bind(owner.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(client).collect()
}

/// How many configurations of the product were made since then, by whatever way.
pub(crate) async fn made_since(connection: &mut PgConnection, system: SystemId, since: Timestamp) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT count(*) FROM client WHERE system = $1 AND made_at > $2")
        .bind(system.uuid())
        .bind(since.to_sqlx())
        .fetch_one(connection)
        .await
}

/// How many drafts of the product, made since then, wait for the organisation.
pub(crate) async fn waiting(
    connection: &mut PgConnection,
    system: SystemId,
    owner: OrganisationNumber,
    since: Timestamp,
) -> sqlx::Result<i64> {
    let sql = "SELECT count(*) FROM client WHERE system = $1 AND owner = $2 AND state = 'draft' AND made_at > $3";
    sqlx::query_scalar(sql).bind(system.uuid()).bind(owner.as_str()).bind(since.to_sqlx()).fetch_one(connection).await
}

/// Those whose settings the authorisation server may not know yet, oldest change first.
pub(crate) async fn unapplied(connection: &mut PgConnection) -> sqlx::Result<Vec<ClientId>> {
    let found = sqlx::query_scalar("SELECT id FROM client WHERE NOT applied ORDER BY changed_at, id LIMIT 100")
        .fetch_all(connection)
        .await?;
    Ok(found.into_iter().map(ClientId::from_uuid).collect())
}
