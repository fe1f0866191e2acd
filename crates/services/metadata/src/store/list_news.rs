//! News of codes for the owners of lists.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row};
use varde_core::{CataloguePath, CodeNews, PersonId};

use crate::{
    ListId, MetadataError,
    service::{ListNews, ListSummary},
};

fn texts(paths: &[CataloguePath]) -> Vec<String> {
    paths.iter().map(ToString::to_string).collect()
}

/// How many lists hold one of the variables. Under a person's settings only their own are seen.
pub(crate) async fn count(db: &mut PgConnection, paths: &[CataloguePath]) -> Result<i64, MetadataError> {
    let count = sqlx::query_scalar("SELECT count(DISTINCT list) FROM list_item WHERE path = ANY($1)")
        .bind(texts(paths))
        .fetch_one(db)
        .await?;
    Ok(count)
}

/// The lists of a person that hold one of the variables, the one changed last first.
pub(crate) async fn holding(
    db: &mut PgConnection,
    owner: PersonId,
    paths: &[CataloguePath],
) -> Result<Vec<ListSummary>, MetadataError> {
    let rows = sqlx::query(
        "SELECT id, name, changed_at, (SELECT count(*) FROM list_item WHERE list_item.list = list.id) AS variables \
         FROM list WHERE owner = $1 \
         AND EXISTS (SELECT FROM list_item WHERE list_item.list = list.id AND list_item.path = ANY($2)) \
         ORDER BY changed_at DESC, id DESC",
    )
    .bind(owner.uuid())
    .bind(texts(paths))
    .fetch_all(db)
    .await?;
    rows.iter().map(super::list::summary).collect()
}

/// Tells every list that holds one of the variables, once for each edition; gives how many were told.
pub(crate) async fn tell(db: &mut PgConnection, news: &CodeNews, now: Timestamp) -> Result<u64, MetadataError> {
    let done = sqlx::query(
        "INSERT INTO list_code_news (list, edition, key, title, version, variables, told_at) \
         SELECT list, $1, $2, $3, $4, count(*), $5 FROM list_item WHERE path = ANY($6) GROUP BY list \
         ON CONFLICT (list, edition) DO NOTHING",
    )
    .bind(news.edition)
    .bind(&news.key)
    .bind(sqlx::types::Json(&news.title))
    .bind(&news.version)
    .bind(now.to_sqlx())
    .bind(texts(&news.variables))
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// What the owner of a list has not taken away yet, the newest first.
pub(crate) async fn unseen(db: &mut PgConnection, list: ListId) -> Result<Vec<ListNews>, MetadataError> {
    let rows = sqlx::query(
        "SELECT key, title, version, variables, told_at FROM list_code_news WHERE list = $1 AND seen_at IS NULL \
         ORDER BY told_at DESC, edition",
    )
    .bind(list.uuid())
    .fetch_all(db)
    .await?;
    let news = |row: &sqlx::postgres::PgRow| {
        Ok(ListNews {
            key: row.try_get("key")?,
            title: super::json(row, "title")?,
            version: row.try_get("version")?,
            variables: row.try_get("variables")?,
            told_at: row.try_get::<jiff_sqlx::Timestamp, _>("told_at")?.to_jiff(),
        })
    };
    rows.iter().map(news).collect()
}

/// Takes a list's news away; says whether there were any.
pub(crate) async fn seen(db: &mut PgConnection, list: ListId, now: Timestamp) -> Result<bool, MetadataError> {
    let done = sqlx::query("UPDATE list_code_news SET seen_at = $2 WHERE list = $1 AND seen_at IS NULL")
        .bind(list.uuid())
        .bind(now.to_sqlx())
        .execute(db)
        .await?;
    Ok(done.rows_affected() > 0)
}
