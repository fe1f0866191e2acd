//! The table `call`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow};
use uuid::Uuid;

use crate::{
    Call, CallOutcome, ClientId,
    store::{Result, time},
};

/// Adds to what is known of clients that are there and have not ended; says of how many.
pub(crate) async fn add(connection: &mut PgConnection, calls: &[(ClientId, Call)]) -> Result<u64> {
    let clients: Vec<Uuid> = calls.iter().map(|(client, _)| client.uuid()).collect();
    let outcomes: Vec<&str> = calls.iter().map(|(_, call)| call.outcome.name()).collect();
    let at: Vec<_> = calls.iter().map(|(_, call)| call.at.to_sqlx()).collect();
    let times: Vec<i64> = calls.iter().map(|(_, call)| i64::try_from(call.times).unwrap_or(i64::MAX)).collect();
    let descriptions: Vec<&str> = calls.iter().map(|(_, call)| call.description.as_str()).collect();
    let clocks: Vec<Option<i64>> = calls.iter().map(|(_, call)| call.clock).collect();
    let done = sqlx::query(
        "INSERT INTO call (client, outcome, at, times, description, clock) \
         SELECT n.client, n.outcome, n.at, n.times, n.description, n.clock \
         FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::bigint[], $5::text[], $6::bigint[]) \
              AS n (client, outcome, at, times, description, clock) \
         JOIN client ON client.id = n.client AND client.ended_at IS NULL \
         ORDER BY n.client, n.outcome \
         ON CONFLICT (client, outcome) DO UPDATE SET at = greatest(call.at, excluded.at), \
           times = call.times + excluded.times, description = excluded.description, clock = excluded.clock",
    )
    .bind(clients)
    .bind(outcomes)
    .bind(at)
    .bind(times)
    .bind(descriptions)
    .bind(clocks)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// What a client last met, the newest first.
pub(crate) async fn of(connection: &mut PgConnection, client: ClientId) -> Result<Vec<Call>> {
    let rows = sqlx::query(
        "SELECT outcome, at, times, description, clock FROM call WHERE client = $1 ORDER BY at DESC, outcome DESC",
    )
    .bind(client.uuid())
    .fetch_all(connection)
    .await?;
    let wrong = |what: &str| sqlx::Error::Decode(format!("a call's {what} cannot be read").into());
    let call = |row: &PgRow| {
        let outcome: &str = row.try_get("outcome")?;
        Ok(Call {
            outcome: CallOutcome::from_name(outcome).ok_or_else(|| wrong("outcome"))?,
            at: time(row, "at")?,
            times: u64::try_from(row.try_get::<i64, _>("times")?).map_err(|_| wrong("count"))?,
            description: row.try_get("description")?,
            clock: row.try_get("clock")?,
        })
    };
    rows.iter().map(call).collect()
}

/// The clients that have used an unknown key since then.
pub(crate) async fn with_unknown_key(connection: &mut PgConnection, since: Timestamp) -> Result<Vec<ClientId>> {
    let sql = "SELECT client FROM call WHERE outcome = 'unknown_key' AND at > $1 ORDER BY at DESC LIMIT 1000";
    let found = sqlx::query_scalar(sql).bind(since.to_sqlx()).fetch_all(connection).await?;
    Ok(found.into_iter().map(ClientId::from_uuid).collect())
}
