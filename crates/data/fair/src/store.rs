//! Queries: scores and judgements, added and never changed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use varde_core::{Actor, CataloguePath};
use varde_store::Context;

use crate::{Judgement, Model, Score};

/// The context's tables.
pub static CONTEXT: Context = Context { name: "fair", migrations: sqlx::migrate!() };

/// Something that was kept, with its number from 1 and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<T> {
    /// Its number.
    pub number: i32,
    /// When it was made, UTC.
    pub at: Timestamp,
    /// What it says.
    pub content: T,
}

fn kept<T: serde::de::DeserializeOwned + Send + Unpin + 'static>(row: &PgRow) -> sqlx::Result<Kept<T>> {
    Ok(Kept {
        number: row.try_get("number")?,
        at: row.try_get::<jiff_sqlx::Timestamp, _>("made_at")?.to_jiff(),
        content: row.try_get::<Json<T>, _>("content")?.0,
    })
}

/// Adds a score; false when somebody else has added that number.
pub(crate) async fn add_score(
    db: &mut PgConnection,
    source: &CataloguePath,
    number: i32,
    score: &Score,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO score (source, model, number, edition, weights, content, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(source.as_str())
    .bind(score.model.name())
    .bind(number)
    .bind(score.edition)
    .bind(score.weights.to_string())
    .bind(Json(score))
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The newest score of each source in a model, by source.
pub(crate) async fn newest_scores(db: &mut PgConnection, model: Model) -> sqlx::Result<BTreeMap<String, Kept<Score>>> {
    let rows = sqlx::query(
        "SELECT DISTINCT ON (source) source, number, made_at, content FROM score WHERE model = $1 \
         ORDER BY source, number DESC",
    )
    .bind(model.name())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("source")?, kept(row)?))).collect()
}

/// The newest score of a source in each model that has one.
pub(crate) async fn scores_of(db: &mut PgConnection, source: &CataloguePath) -> sqlx::Result<Vec<Kept<Score>>> {
    let rows = sqlx::query(
        "SELECT DISTINCT ON (model) model, number, made_at, content FROM score WHERE source = $1 \
         ORDER BY model, number DESC",
    )
    .bind(source.as_str())
    .fetch_all(db)
    .await?;
    rows.iter().map(kept).collect()
}

/// The scores of a source in a model, the newest first, at most so many.
pub(crate) async fn score_history(
    db: &mut PgConnection,
    source: &CataloguePath,
    model: Model,
    most: i64,
) -> sqlx::Result<Vec<Kept<Score>>> {
    let rows = sqlx::query(
        "SELECT number, made_at, content FROM score WHERE source = $1 AND model = $2 ORDER BY number DESC LIMIT $3",
    )
    .bind(source.as_str())
    .bind(model.name())
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.iter().map(kept).collect()
}

/// Adds a judgement; false when somebody else has added that number.
pub(crate) async fn add_judgement(
    db: &mut PgConnection,
    (source, model, indicator): (&CataloguePath, Model, &str),
    number: i32,
    judgement: &Judgement,
    by: &Actor,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO judgement (source, model, indicator, number, content, made_by, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(source.as_str())
    .bind(model.name())
    .bind(indicator)
    .bind(number)
    .bind(Json(judgement))
    .bind(Json(by))
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The newest judgement of each indicator of a source in a model.
pub(crate) async fn newest_judgements(
    db: &mut PgConnection,
    source: &CataloguePath,
    model: Model,
) -> sqlx::Result<BTreeMap<String, Judgement>> {
    let rows = sqlx::query(
        "SELECT DISTINCT ON (indicator) indicator, content FROM judgement WHERE source = $1 AND model = $2 \
         ORDER BY indicator, number DESC",
    )
    .bind(source.as_str())
    .bind(model.name())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("indicator")?, row.try_get::<Json<_>, _>("content")?.0))).collect()
}

/// The judgements of an indicator, the newest first.
pub(crate) async fn judgements(
    db: &mut PgConnection,
    source: &CataloguePath,
    model: Model,
    indicator: &str,
) -> sqlx::Result<Vec<Kept<Judgement>>> {
    let rows = sqlx::query(
        "SELECT number, made_at, content FROM judgement WHERE source = $1 AND model = $2 AND indicator = $3 \
         ORDER BY number DESC",
    )
    .bind(source.as_str())
    .bind(model.name())
    .bind(indicator)
    .fetch_all(db)
    .await?;
    rows.iter().map(kept).collect()
}
