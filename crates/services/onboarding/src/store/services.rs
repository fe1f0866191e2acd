//! The tables `service` and `audience`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use varde_core::Actor;

use super::{count, time, whole};
use crate::{OnboardingError, Registered, Service, ServiceId};

fn registered(row: &PgRow) -> Result<Registered, OnboardingError> {
    let Json(service): Json<Service> = row.try_get("content")?;
    Ok(Registered { version: count(row.try_get("version")?)?, registered_at: time(row, "registered_at")?, service })
}

/// Adds a version. Of two at once one fails, by the primary key.
pub(crate) async fn add(
    db: &mut PgConnection,
    new: &Registered,
    by: &Actor,
    now: Timestamp,
) -> Result<(), OnboardingError> {
    sqlx::query("INSERT INTO service (id, version, content, registered_by, registered_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(new.service.id.as_str())
        .bind(whole(new.version))
        .bind(Json(&new.service))
        .bind(Json(by))
        .bind(now.to_sqlx())
        .execute(&mut *db)
        .await?;
    sqlx::query("DELETE FROM audience WHERE service = $1").bind(new.service.id.as_str()).execute(&mut *db).await?;
    let audiences: Vec<&str> = new.service.audiences.iter().map(String::as_str).collect();
    sqlx::query("INSERT INTO audience (audience, service) SELECT unnest($1::text[]), $2")
        .bind(audiences)
        .bind(new.service.id.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// Which other service has one of these APIs.
pub(crate) async fn taken(
    db: &mut PgConnection,
    service: &Service,
) -> Result<Option<(String, ServiceId)>, OnboardingError> {
    let audiences: Vec<&str> = service.audiences.iter().map(String::as_str).collect();
    let found: Option<(String, String)> = sqlx::query_as(
        "SELECT audience, service FROM audience WHERE audience = ANY($1) AND service <> $2 ORDER BY audience LIMIT 1",
    )
    .bind(audiences)
    .bind(service.id.as_str())
    .fetch_optional(db)
    .await?;
    let named = |(audience, id): (String, String)| {
        let id = id.parse().map_err(|_| OnboardingError::Stored("service"))?;
        Ok((audience, id))
    };
    found.map(named).transpose()
}

/// The latest version.
pub(crate) async fn latest(db: &mut PgConnection, id: &ServiceId) -> Result<Option<Registered>, OnboardingError> {
    let found =
        sqlx::query("SELECT version, content, registered_at FROM service WHERE id = $1 ORDER BY version DESC LIMIT 1")
            .bind(id.as_str())
            .fetch_optional(db)
            .await?;
    found.as_ref().map(registered).transpose()
}

/// A certain version.
pub(crate) async fn version(
    db: &mut PgConnection,
    id: &ServiceId,
    version: u32,
) -> Result<Option<Registered>, OnboardingError> {
    let found = sqlx::query("SELECT version, content, registered_at FROM service WHERE id = $1 AND version = $2")
        .bind(id.as_str())
        .bind(whole(version))
        .fetch_optional(db)
        .await?;
    found.as_ref().map(registered).transpose()
}

/// The latest version of each, by name.
pub(crate) async fn all(db: &mut PgConnection) -> Result<Vec<Registered>, OnboardingError> {
    let rows =
        sqlx::query("SELECT DISTINCT ON (id) version, content, registered_at FROM service ORDER BY id, version DESC")
            .fetch_all(db)
            .await?;
    rows.iter().map(registered).collect()
}
