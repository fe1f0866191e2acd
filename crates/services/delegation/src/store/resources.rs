//! The table `resource`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{FromRow, PgConnection, Row, postgres::PgRow, types::Json};
use varde_core::Actor;

use crate::{DelegableResource, Registered, ResourceId};

impl FromRow<'_, PgRow> for Registered {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let Json(resource): Json<DelegableResource> = row.try_get("content")?;
        Ok(Self {
            version: super::changes::count(row.try_get("version")?)?,
            registered_at: row.try_get::<jiff_sqlx::Timestamp, _>("registered_at")?.to_jiff(),
            resource,
        })
    }
}

/// Adds a version. Of two at once one fails, by the primary key.
pub(crate) async fn add(db: &mut PgConnection, new: &Registered, by: &Actor, now: Timestamp) -> sqlx::Result<()> {
    let insert =
        "INSERT INTO resource (id, version, content, registered_by, registered_at) VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(insert)
        .bind(new.resource.id.as_str())
        .bind(i32::try_from(new.version).unwrap_or(i32::MAX))
        .bind(Json(&new.resource))
        .bind(Json(by))
        .bind(now.to_sqlx())
        .execute(db)
        .await
        .map(drop)
}

/// The latest version.
pub(crate) async fn latest(db: &mut PgConnection, id: &ResourceId) -> sqlx::Result<Option<Registered>> {
    let select = "SELECT version, content, registered_at FROM resource WHERE id = $1 ORDER BY version DESC LIMIT 1";
    sqlx::query_as(select).bind(id.as_str()).fetch_optional(db).await
}

/// The latest version of each, by name.
pub(crate) async fn all(db: &mut PgConnection) -> sqlx::Result<Vec<Registered>> {
    let select = "SELECT DISTINCT ON (id) version, content, registered_at FROM resource ORDER BY id, version DESC";
    sqlx::query_as(select).fetch_all(db).await
}

/// These versions; those that are not there are left out.
pub(crate) async fn versions(db: &mut PgConnection, wanted: &[(ResourceId, u32)]) -> sqlx::Result<Vec<Registered>> {
    let ids: Vec<&str> = wanted.iter().map(|(id, _)| id.as_str()).collect();
    let versions: Vec<i32> = wanted.iter().map(|(_, version)| i32::try_from(*version).unwrap_or(i32::MAX)).collect();
    let select = "SELECT version, content, registered_at FROM resource \
                  WHERE (id, version) IN (SELECT * FROM unnest($1::text[], $2::integer[]))";
    sqlx::query_as(select).bind(ids).bind(versions).fetch_all(db).await
}
