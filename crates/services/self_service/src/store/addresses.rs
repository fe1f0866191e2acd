//! The table `key_address`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow};

use crate::{ClientId, KeyAddress};

/// Sets the address, to be read at once.
pub(crate) async fn put(
    connection: &mut PgConnection,
    client: ClientId,
    address: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO key_address (client, address, set_at, next_at) VALUES ($1, $2, $3, $3) \
         ON CONFLICT (client) DO UPDATE SET address = $2, set_at = $3, next_at = $3, fetched_at = NULL, \
         tried_at = NULL, trouble = NULL",
    )
    .bind(client.uuid())
    .bind(address)
    .bind(now.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets the address; says whether there was one.
pub(crate) async fn remove(connection: &mut PgConnection, client: ClientId) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM key_address WHERE client = $1").bind(client.uuid()).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn of(connection: &mut PgConnection, client: ClientId) -> sqlx::Result<Option<KeyAddress>> {
    let found = sqlx::query("SELECT address, fetched_at, tried_at, trouble FROM key_address WHERE client = $1")
        .bind(client.uuid())
        .fetch_optional(connection)
        .await?;
    let address = |row: PgRow| {
        let time =
            |column: &str| row.try_get::<Option<jiff_sqlx::Timestamp>, _>(column).map(|t| t.map(|t| t.to_jiff()));
        Ok(KeyAddress {
            address: row.try_get("address")?,
            fetched_at: time("fetched_at")?,
            tried_at: time("tried_at")?,
            trouble: row.try_get("trouble")?,
        })
    };
    found.map(address).transpose()
}

/// Lets those of these be read at once that were last tried before then.
pub(crate) async fn hurry(
    connection: &mut PgConnection,
    clients: &[ClientId],
    tried_before: Timestamp,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let clients: Vec<uuid::Uuid> = clients.iter().map(|client| client.uuid()).collect();
    let sql = "UPDATE key_address SET next_at = $3 WHERE client = ANY($1) AND tried_at < $2 AND next_at > $3";
    let done =
        sqlx::query(sql).bind(clients).bind(tried_before.to_sqlx()).bind(now.to_sqlx()).execute(connection).await?;
    Ok(done.rows_affected())
}

/// An address whose time has come, locked until the end of the unit of work: no other instance reads
/// it meanwhile, and if this one is killed it is free again.
pub(crate) async fn due(connection: &mut PgConnection, now: Timestamp) -> sqlx::Result<Option<(ClientId, String)>> {
    let found = sqlx::query(
        "SELECT client, address FROM key_address WHERE next_at <= $1 ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED",
    )
    .bind(now.to_sqlx())
    .fetch_optional(connection)
    .await?;
    found.map(|row| Ok((ClientId::from_uuid(row.try_get("client")?), row.try_get("address")?))).transpose()
}

/// What came of reading the address.
pub(crate) async fn tried(
    connection: &mut PgConnection,
    client: ClientId,
    trouble: Option<&str>,
    now: Timestamp,
    next: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE key_address SET tried_at = $3, next_at = $4, trouble = $2, \
         fetched_at = CASE WHEN $2::text IS NULL THEN $3 ELSE fetched_at END WHERE client = $1",
    )
    .bind(client.uuid())
    .bind(trouble)
    .bind(now.to_sqlx())
    .bind(next.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}
