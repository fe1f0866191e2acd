//! Queries: questions and answers, and statistics.

pub(crate) mod statistics;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;
use varde_core::{CataloguePath, Digest, ReleaseId};
use varde_store::Context;

use crate::model::{Answer, Question};

/// The context's tables.
pub static CONTEXT: Context = Context { name: "exploration", migrations: sqlx::migrate!() };

varde_core::define_id!(
    /// A question that somebody asked.
    QuestionId
);

/// A question as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its id.
    pub id: QuestionId,
    /// When it was asked, UTC.
    pub at: Timestamp,
    /// The release that was counted.
    pub release: ReleaseId,
    /// The question.
    pub question: Question,
    /// What came of it: `answered`, `again`, `withheld`, `refused`.
    pub outcome: String,
    /// Why it was withheld or refused.
    pub reason: Option<String>,
    /// About how many people, as it was told.
    pub about: Option<u64>,
    /// What the asker calls it.
    pub name: Option<String>,
}

/// A question to be kept.
pub(crate) struct New<'a> {
    pub(crate) id: QuestionId,
    pub(crate) asker: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) release: ReleaseId,
    pub(crate) question: &'a Question,
    pub(crate) outcome: &'a str,
    pub(crate) reason: Option<&'a str>,
    pub(crate) about: Option<u64>,
}

pub(crate) async fn insert(db: &mut PgConnection, new: &New<'_>) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO question (id, asker, asked_at, dataset, release, digest, population, content, outcome, reason, \
         about) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(new.id.uuid())
    .bind(new.asker)
    .bind(new.at.to_sqlx())
    .bind(new.question.dataset.as_str())
    .bind(new.release.uuid())
    .bind(new.question.digest().bytes().as_slice())
    .bind(new.question.population().bytes().as_slice())
    .bind(Json(new.question))
    .bind(new.outcome)
    .bind(new.reason)
    .bind(new.about.map(|about| i64::try_from(about).unwrap_or(i64::MAX)))
    .execute(db)
    .await?;
    Ok(())
}

fn kept(row: &PgRow) -> sqlx::Result<Kept> {
    let about: Option<i64> = row.try_get("about")?;
    Ok(Kept {
        id: QuestionId::from_uuid(row.try_get::<Uuid, _>("id")?),
        at: row.try_get::<jiff_sqlx::Timestamp, _>("asked_at")?.to_jiff(),
        release: ReleaseId::from_uuid(row.try_get("release")?),
        question: row.try_get::<Json<Question>, _>("content")?.0,
        outcome: row.try_get("outcome")?,
        reason: row.try_get("reason")?,
        about: about.and_then(|about| u64::try_from(about).ok()),
        name: row.try_get("name")?,
    })
}

/// The newest questions of somebody, at most so many; of one dataset where it is given.
pub(crate) async fn questions_of(
    db: &mut PgConnection,
    asker: &str,
    dataset: Option<&CataloguePath>,
    most: i64,
) -> sqlx::Result<Vec<Kept>> {
    let rows = sqlx::query(
        "SELECT id, asked_at, release, content, outcome, reason, about, name FROM question \
         WHERE asker = $1 AND ($2::text IS NULL OR dataset = $2) ORDER BY asked_at DESC, id DESC LIMIT $3",
    )
    .bind(asker)
    .bind(dataset.map(CataloguePath::as_str))
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.iter().map(kept).collect()
}

/// A question of somebody.
pub(crate) async fn question_of(db: &mut PgConnection, asker: &str, id: QuestionId) -> sqlx::Result<Option<Kept>> {
    let row = sqlx::query(
        "SELECT id, asked_at, release, content, outcome, reason, about, name FROM question WHERE asker = $1 AND id = $2",
    )
    .bind(asker)
    .bind(id.uuid())
    .fetch_optional(db)
    .await?;
    row.as_ref().map(kept).transpose()
}

/// How many different questions somebody has asked that were answered or withheld: since a time, and about
/// those people.
pub(crate) async fn used(
    db: &mut PgConnection,
    asker: &str,
    since: Timestamp,
    population: Option<&Digest>,
) -> sqlx::Result<(u64, u64)> {
    let row = sqlx::query(
        "SELECT count(DISTINCT (release, digest)) FILTER (WHERE asked_at >= $2) AS today, \
                count(DISTINCT (release, digest)) FILTER (WHERE population = $3) AS of_population \
         FROM question WHERE asker = $1 AND outcome IN ('answered', 'withheld')",
    )
    .bind(asker)
    .bind(since.to_sqlx())
    .bind(population.map(|digest| digest.bytes().to_vec()))
    .fetch_one(db)
    .await?;
    let number = |name: &str| -> sqlx::Result<u64> { Ok(u64::try_from(row.try_get::<i64, _>(name)?).unwrap_or(0)) };
    Ok((number("today")?, number("of_population")?))
}

/// Whether somebody was told of the question before.
pub(crate) async fn was_told(
    db: &mut PgConnection,
    asker: &str,
    release: ReleaseId,
    digest: &Digest,
) -> sqlx::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM question WHERE asker = $1 AND release = $2 AND digest = $3 \
               AND outcome IN ('answered', 'withheld'))";
    let asked = sqlx::query_scalar(sql).bind(asker).bind(release.uuid()).bind(digest.bytes().as_slice());
    asked.fetch_one(db).await
}

/// The answer that was told.
pub(crate) async fn answer(db: &mut PgConnection, release: ReleaseId, digest: &Digest) -> sqlx::Result<Option<Answer>> {
    let sql = "SELECT content FROM answer WHERE release = $1 AND digest = $2";
    let found = sqlx::query_scalar::<_, Json<Answer>>(sql).bind(release.uuid()).bind(digest.bytes().as_slice());
    Ok(found.fetch_optional(db).await?.map(|Json(answer)| answer))
}

/// Keeps an answer; false when another was kept before it.
pub(crate) async fn keep(db: &mut PgConnection, answer: &Answer) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO answer (release, digest, content, told_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(answer.release.uuid())
    .bind(answer.digest.bytes().as_slice())
    .bind(Json(answer))
    .bind(answer.told_at.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What the asker calls a question; `None` to let go of it.
pub(crate) async fn call(db: &mut PgConnection, asker: &str, id: QuestionId, name: Option<&str>) -> sqlx::Result<bool> {
    let sql = "UPDATE question SET name = $3 WHERE asker = $1 AND id = $2";
    Ok(sqlx::query(sql).bind(asker).bind(id.uuid()).bind(name).execute(db).await?.rows_affected() == 1)
}

/// Lets one question of somebody after the other be decided on, until the transaction ends.
pub(crate) async fn one_by_one(db: &mut PgConnection, asker: &str) -> sqlx::Result<()> {
    let sql = "SELECT pg_advisory_xact_lock(hashtextextended('exploration/' || $1, 0))";
    sqlx::query(sql).bind(asker).execute(db).await?;
    Ok(())
}
