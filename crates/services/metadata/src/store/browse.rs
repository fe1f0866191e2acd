//! The catalogue in pieces that fit on a page: counts, pages of variables, one variable through the editions.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow};
use varde_core::CataloguePath;

use super::{
    edition::{self, EditionRow},
    json,
};
use crate::{EditionId, ListId, MetadataError, model::Variable, service::Span};

/// When the variables of each dataset of an edition were collected, and how many they are, by path.
pub(crate) async fn spans(db: &mut PgConnection, edition: EditionId) -> Result<Vec<(String, Span)>, MetadataError> {
    let rows = sqlx::query(
        "SELECT dataset AS place, count(*) AS variables, min(body #>> '{versions,0,valid,from}') AS first, \
         max(body #>> '{versions,-1,valid,until}') AS last, \
         count(*) FILTER (WHERE body #>> '{versions,-1,valid,until}' IS NULL) AS current \
         FROM variable WHERE edition = $1 GROUP BY dataset",
    )
    .bind(edition.uuid())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("place")?, span(row)?))).collect()
}

/// The same for the groups of a dataset, by code; without one the variables in no group. A variable that is
/// in several groups counts in each.
pub(crate) async fn group_spans(
    db: &mut PgConnection,
    edition: EditionId,
    dataset: &CataloguePath,
) -> Result<Vec<(Option<String>, Span)>, MetadataError> {
    let rows = sqlx::query(
        "SELECT code, count(*) AS variables, min(body #>> '{versions,0,valid,from}') AS first, \
         max(body #>> '{versions,-1,valid,until}') AS last, \
         count(*) FILTER (WHERE body #>> '{versions,-1,valid,until}' IS NULL) AS current \
         FROM variable, LATERAL (SELECT body ->> 'group' AS code UNION SELECT more ->> 'code' \
         FROM jsonb_array_elements(coalesce(body #> '{details,groups}', '[]')) AS more \
         WHERE coalesce(more ->> 'dataset', dataset) = dataset) AS places \
         WHERE edition = $1 AND dataset = $2 GROUP BY code",
    )
    .bind(edition.uuid())
    .bind(dataset.as_str())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("code")?, span(row)?))).collect()
}

fn span(row: &PgRow) -> Result<Span, MetadataError> {
    let day = |text: Option<String>| -> Result<Option<Date>, MetadataError> {
        text.map(|day| day.parse()).transpose().map_err(|_| MetadataError::Unreadable("variable.body".to_owned()))
    };
    let current: i64 = row.try_get("current")?;
    let last = day(row.try_get("last")?)?;
    Ok(Span {
        variables: row.try_get("variables")?,
        first: day(row.try_get("first")?)?,
        last: last.filter(|_| current == 0),
        current,
    })
}

/// Which variables of a dataset are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) edition: EditionId,
    pub(crate) dataset: &'a CataloguePath,
    /// Those of a group, by code; all without one.
    pub(crate) group: Option<&'a str>,
    /// What must stand in the name, path or column, in lower case.
    pub(crate) text: &'a str,
}

/// How many variables are wanted.
pub(crate) async fn count(db: &mut PgConnection, wanted: Wanted<'_>) -> Result<i64, MetadataError> {
    let row = sqlx::query(
        "SELECT count(*) AS variables FROM variable WHERE edition = $1 AND dataset = $2 \
         AND ($3::text IS NULL OR $3 IN (SELECT body ->> 'group' UNION SELECT more ->> 'code' \
             FROM jsonb_array_elements(coalesce(body #> '{details,groups}', '[]')) AS more \
             WHERE coalesce(more ->> 'dataset', dataset) = dataset)) \
         AND position($4 in lower(concat_ws(' ', path, body ->> 'column', body #>> '{versions,-1,name,nb}', \
             body #>> '{versions,-1,name,nn}', body #>> '{versions,-1,name,en}'))) > 0",
    )
    .bind(wanted.edition.uuid())
    .bind(wanted.dataset.as_str())
    .bind(wanted.group)
    .bind(wanted.text)
    .fetch_one(db)
    .await?;
    Ok(row.try_get("variables")?)
}

/// A page of the variables that are wanted, in the dataset's order.
pub(crate) async fn page(
    db: &mut PgConnection,
    wanted: Wanted<'_>,
    offset: i64,
    limit: i64,
) -> Result<Vec<Variable>, MetadataError> {
    let rows = sqlx::query(
        "SELECT body FROM variable WHERE edition = $1 AND dataset = $2 \
         AND ($3::text IS NULL OR $3 IN (SELECT body ->> 'group' UNION SELECT more ->> 'code' \
             FROM jsonb_array_elements(coalesce(body #> '{details,groups}', '[]')) AS more \
             WHERE coalesce(more ->> 'dataset', dataset) = dataset)) \
         AND position($4 in lower(concat_ws(' ', path, body ->> 'column', body #>> '{versions,-1,name,nb}', \
             body #>> '{versions,-1,name,nn}', body #>> '{versions,-1,name,en}'))) > 0 \
         ORDER BY position OFFSET $5 LIMIT $6",
    )
    .bind(wanted.edition.uuid())
    .bind(wanted.dataset.as_str())
    .bind(wanted.group)
    .bind(wanted.text)
    .bind(offset)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| json(&row, "body")).collect()
}

/// A variable in every edition that was published until a time, the oldest first.
pub(crate) async fn through(
    db: &mut PgConnection,
    path: &CataloguePath,
    until: Timestamp,
) -> Result<Vec<(EditionRow, Variable)>, MetadataError> {
    let rows = sqlx::query(
        "SELECT edition.*, variable.body FROM edition JOIN variable ON variable.edition = edition.id \
         WHERE edition.source = split_part($1, '/', 1) AND variable.path = $1 AND published_at <= $2 \
         ORDER BY published_at, number",
    )
    .bind(path.as_str())
    .bind(until.to_sqlx())
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| Ok((edition::row(&row)?, json(&row, "body")?))).collect()
}

/// Which of the lists that the reader may see hold a variable.
pub(crate) async fn listed(db: &mut PgConnection, path: &CataloguePath) -> Result<Vec<ListId>, MetadataError> {
    let rows = sqlx::query("SELECT list FROM list_item WHERE path = $1").bind(path.as_str()).fetch_all(db).await?;
    rows.into_iter().map(|row| Ok(ListId::from_uuid(row.try_get("list")?))).collect()
}
