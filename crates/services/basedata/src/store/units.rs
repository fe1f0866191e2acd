//! Which organisations stand below which.

use sqlx::PgConnection;

/// Whether an organisation has sub units.
pub(crate) async fn has_any(connection: &mut PgConnection, number: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM organisation AS unit JOIN organisation AS above ON above.id = unit.parent \
                        WHERE above.number = $1)",
    )
    .bind(number)
    .fetch_one(connection)
    .await
}
