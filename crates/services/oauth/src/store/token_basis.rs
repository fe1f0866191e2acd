//! The table `token_basis`.

use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::store::Result;

/// What a token rests on beside the client's own right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BasisRow {
    /// The token.
    pub(crate) token: Uuid,
    /// The token that it was exchanged for.
    pub(crate) exchanged_from: Option<Uuid>,
    /// The details, sealed under the token's id.
    pub(crate) details: Option<Vec<u8>>,
}

/// Keeps these. Their tokens are there already.
pub(crate) async fn insert(connection: &mut PgConnection, rows: impl Iterator<Item = &BasisRow>) -> Result<()> {
    let rows: Vec<&BasisRow> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    let tokens: Vec<Uuid> = rows.iter().map(|row| row.token).collect();
    let from: Vec<Option<Uuid>> = rows.iter().map(|row| row.exchanged_from).collect();
    let details: Vec<Option<&[u8]>> = rows.iter().map(|row| row.details.as_deref()).collect();
    sqlx::query(
        "INSERT INTO token_basis (token, exchanged_from, details) \
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[])",
    )
    .bind(tokens)
    .bind(from)
    .bind(details)
    .execute(connection)
    .await?;
    Ok(())
}

/// What a token rests on; none when it is the client's own right alone.
pub(crate) async fn of(connection: &mut PgConnection, token: Uuid) -> Result<Option<BasisRow>> {
    sqlx::query("SELECT token, exchanged_from, details FROM token_basis WHERE token = $1")
        .bind(token)
        .fetch_optional(connection)
        .await?
        .map(|row| {
            Ok(BasisRow {
                token: row.try_get("token")?,
                exchanged_from: row.try_get("exchanged_from")?,
                details: row.try_get("details")?,
            })
        })
        .transpose()
}
