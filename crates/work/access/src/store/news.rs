//! Open applications and what they are told of code systems.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, Row as _};
use varde_core::{ApplicationId, CodeNews};

use super::applications::application;
use crate::{AccessError, model::Application, service::ToldOfCodes};

/// The applications that nobody has decided or taken back, the oldest first. A person's connection sees
/// their organisation's only; a part of Varde's sees all.
pub(crate) async fn open(connection: &mut PgConnection) -> Result<Vec<Application>, AccessError> {
    let rows = sqlx::query(
        "SELECT id, reference, applicant, organisation, access_body, state, revision, content, created_at, submitted_at \
         FROM application WHERE state NOT IN ('decided', 'withdrawn') ORDER BY created_at, id",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(application).collect()
}

/// Tells one application; says whether it had not been told before.
pub(crate) async fn tell(
    connection: &mut PgConnection,
    id: ApplicationId,
    news: &CodeNews,
    variables: usize,
    now: Timestamp,
) -> Result<bool, AccessError> {
    let done = sqlx::query(
        "INSERT INTO code_news (application, edition, key, title, version, variables, told_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (application, edition) DO NOTHING",
    )
    .bind(id.uuid())
    .bind(news.edition)
    .bind(&news.key)
    .bind(serde_json::to_value(&news.title)?)
    .bind(&news.version)
    .bind(i64::try_from(variables).unwrap_or(i64::MAX))
    .bind(now.to_sqlx())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What an application was told, the newest first.
pub(crate) async fn told(connection: &mut PgConnection, id: ApplicationId) -> Result<Vec<ToldOfCodes>, AccessError> {
    let rows = sqlx::query(
        "SELECT key, title, version, variables, told_at FROM code_news WHERE application = $1 \
         ORDER BY told_at DESC, edition",
    )
    .bind(id.uuid())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(ToldOfCodes {
                key: row.try_get("key")?,
                title: serde_json::from_value(row.try_get("title")?)?,
                version: row.try_get("version")?,
                variables: row.try_get("variables")?,
                told_at: row.try_get::<jiff_sqlx::Timestamp, _>("told_at")?.to_jiff(),
            })
        })
        .collect()
}
