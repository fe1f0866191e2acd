//! The table `api`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, types::Json};
use varde_core::OrganisationId;

use crate::{Api, store::Result};

/// Registers an API, or replaces what is registered about it; says whether the name was free or the
/// same organisation's.
pub(crate) async fn put(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    api: &Api,
    now: Timestamp,
) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO api (audience, organisation, content, registered_at, changed_at) VALUES ($1, $2, $3, $4, $4) \
         ON CONFLICT (audience) DO UPDATE SET content = EXCLUDED.content, changed_at = EXCLUDED.changed_at \
           WHERE api.organisation = EXCLUDED.organisation",
    )
    .bind(&api.audience)
    .bind(organisation.uuid())
    .bind(Json(api))
    .bind(now.to_sqlx())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Every API: there are hundreds, not millions.
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<Api>> {
    let rows = sqlx::query("SELECT content FROM api ORDER BY audience").fetch_all(connection).await?;
    rows.iter().map(|row| Ok(row.try_get::<Json<Api>, _>("content")?.0)).collect()
}
