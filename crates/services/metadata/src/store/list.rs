//! People's lists of variables. Row-level security shows a person their own only.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row};
use varde_core::{CataloguePath, PersonId};

use super::path;
use crate::{ListId, MetadataError, service::ListSummary};

/// The lists of a person, the one changed last first.
pub(crate) async fn all(db: &mut PgConnection, owner: PersonId) -> Result<Vec<ListSummary>, MetadataError> {
    let rows = sqlx::query(
        "SELECT id, name, changed_at, (SELECT count(*) FROM list_item WHERE list_item.list = list.id) AS variables \
         FROM list WHERE owner = $1 ORDER BY changed_at DESC, id DESC",
    )
    .bind(owner.uuid())
    .fetch_all(db)
    .await?;
    rows.iter().map(summary).collect()
}

pub(super) fn summary(row: &sqlx::postgres::PgRow) -> Result<ListSummary, MetadataError> {
    Ok(ListSummary {
        id: ListId::from_uuid(row.try_get("id")?),
        name: row.try_get("name")?,
        variables: row.try_get("variables")?,
        changed_at: row.try_get::<jiff_sqlx::Timestamp, _>("changed_at")?.to_jiff(),
    })
}

/// A list and its owner.
pub(crate) async fn find(db: &mut PgConnection, id: ListId) -> Result<Option<(ListSummary, PersonId)>, MetadataError> {
    let row = sqlx::query(
        "SELECT id, owner, name, changed_at, \
         (SELECT count(*) FROM list_item WHERE list_item.list = list.id) AS variables FROM list WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok((summary(&row)?, PersonId::from_uuid(row.try_get("owner")?)))).transpose()
}

/// The variables of a list in the order they were added.
pub(crate) async fn paths(db: &mut PgConnection, id: ListId) -> Result<Vec<CataloguePath>, MetadataError> {
    let rows = sqlx::query("SELECT path FROM list_item WHERE list = $1 ORDER BY added_at, path")
        .bind(id.uuid())
        .fetch_all(db)
        .await?;
    rows.into_iter().map(|row| path(row.try_get("path")?)).collect()
}

/// Makes an empty list.
pub(crate) async fn insert(
    db: &mut PgConnection,
    id: ListId,
    owner: PersonId,
    name: &str,
    now: Timestamp,
) -> Result<(), MetadataError> {
    sqlx::query("INSERT INTO list (id, owner, name, created_at, changed_at) VALUES ($1, $2, $3, $4, $4)")
        .bind(id.uuid())
        .bind(owner.uuid())
        .bind(name)
        .bind(now.to_sqlx())
        .execute(db)
        .await?;
    Ok(())
}

/// Gives a list another name.
pub(crate) async fn rename(db: &mut PgConnection, id: ListId, name: &str) -> Result<(), MetadataError> {
    sqlx::query("UPDATE list SET name = $2 WHERE id = $1").bind(id.uuid()).bind(name).execute(db).await?;
    Ok(())
}

/// Adds a variable. `false` when it was there already.
pub(crate) async fn add(
    db: &mut PgConnection,
    id: ListId,
    path: &CataloguePath,
    now: Timestamp,
) -> Result<bool, MetadataError> {
    let done = sqlx::query("INSERT INTO list_item (list, path, added_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(id.uuid())
        .bind(path.as_str())
        .bind(now.to_sqlx())
        .execute(db)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes a variable out. `false` when it was not there.
pub(crate) async fn remove(db: &mut PgConnection, id: ListId, path: &CataloguePath) -> Result<bool, MetadataError> {
    let done = sqlx::query("DELETE FROM list_item WHERE list = $1 AND path = $2")
        .bind(id.uuid())
        .bind(path.as_str())
        .execute(db)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes all variables out.
pub(crate) async fn clear(db: &mut PgConnection, id: ListId) -> Result<(), MetadataError> {
    sqlx::query("DELETE FROM list_item WHERE list = $1").bind(id.uuid()).execute(db).await?;
    Ok(())
}

/// Deletes a list.
pub(crate) async fn delete(db: &mut PgConnection, id: ListId) -> Result<(), MetadataError> {
    sqlx::query("DELETE FROM list WHERE id = $1").bind(id.uuid()).execute(db).await?;
    Ok(())
}

/// Notes that a list changed.
pub(crate) async fn touch(db: &mut PgConnection, id: ListId, now: Timestamp) -> Result<(), MetadataError> {
    sqlx::query("UPDATE list SET changed_at = $2 WHERE id = $1")
        .bind(id.uuid())
        .bind(now.to_sqlx())
        .execute(db)
        .await?;
    Ok(())
}
