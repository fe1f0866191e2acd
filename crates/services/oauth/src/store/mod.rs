//! Queries.

pub(crate) mod apis;
pub(crate) mod calls;
pub(crate) mod clients;
pub(crate) mod keys;
pub(crate) mod logins;
pub(crate) mod requests;
pub(crate) mod token_basis;
pub(crate) mod tokens;

use jiff::Timestamp;
use sqlx::{
    PgConnection, Postgres, Row,
    postgres::{PgArguments, PgRow},
    query::Query,
};
use varde_store::Context;

/// The context's tables.
pub static CONTEXT: Context = Context { name: "oauth", migrations: sqlx::migrate!() };

/// What a query gives.
pub(crate) type Result<T> = std::result::Result<T, sqlx::Error>;

/// A time in a row.
fn time(row: &PgRow, column: &str) -> Result<Timestamp> {
    Ok(row.try_get::<jiff_sqlx::Timestamp, _>(column)?.to_jiff())
}

/// A time in a row, where there may be none.
fn time_if_any(row: &PgRow, column: &str) -> Result<Option<Timestamp>> {
    Ok(row.try_get::<Option<jiff_sqlx::Timestamp>, _>(column)?.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Runs a statement about one row; says whether it changed the row.
async fn changes(connection: &mut PgConnection, statement: Query<'_, Postgres, PgArguments>) -> Result<bool> {
    Ok(statement.execute(connection).await?.rows_affected() == 1)
}
