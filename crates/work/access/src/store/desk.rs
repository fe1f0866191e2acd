//! Questions, assessments and decisions.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;
use varde_core::{ApplicationId, DecisionId, PersonId};

use crate::{
    AccessError,
    model::{Assessment, Decision, Finding, Question},
};

pub(crate) async fn questions(connection: &mut PgConnection, id: ApplicationId) -> Result<Vec<Question>, AccessError> {
    let rows = sqlx::query(
        "SELECT number, field, text, asked_by, asked_at, answer, answered_at FROM question \
         WHERE application = $1 ORDER BY number",
    )
    .bind(id.uuid())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Question {
                number: row.try_get("number")?,
                field: row.try_get("field")?,
                text: row.try_get("text")?,
                asked_by: PersonId::from_uuid(row.try_get("asked_by")?),
                asked_at: row.try_get::<jiff_sqlx::Timestamp, _>("asked_at")?.to_jiff(),
                answer: row.try_get("answer")?,
                answered_at: row
                    .try_get::<Option<jiff_sqlx::Timestamp>, _>("answered_at")?
                    .map(jiff_sqlx::Timestamp::to_jiff),
            })
        })
        .collect()
}

pub(crate) async fn ask(
    connection: &mut PgConnection,
    id: ApplicationId,
    field: &str,
    text: &str,
    by: PersonId,
    at: Timestamp,
) -> Result<i32, AccessError> {
    Ok(sqlx::query_scalar(
        "INSERT INTO question (application, number, field, text, asked_by, asked_at) \
         SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 FROM question WHERE application = $1 RETURNING number",
    )
    .bind(id.uuid())
    .bind(field)
    .bind(text)
    .bind(by.uuid())
    .bind(at.to_sqlx())
    .fetch_one(connection)
    .await?)
}

/// Answers a question that has no answer; says whether there was one.
pub(crate) async fn answer(
    connection: &mut PgConnection,
    id: ApplicationId,
    number: i32,
    text: &str,
    by: PersonId,
    at: Timestamp,
) -> Result<bool, AccessError> {
    let done = sqlx::query(
        "UPDATE question SET answer = $3, answered_by = $4, answered_at = $5 \
         WHERE application = $1 AND number = $2 AND answer IS NULL",
    )
    .bind(id.uuid())
    .bind(number)
    .bind(text)
    .bind(by.uuid())
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn open_questions(connection: &mut PgConnection, id: ApplicationId) -> Result<i64, AccessError> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM question WHERE application = $1 AND answer IS NULL")
        .bind(id.uuid())
        .fetch_one(connection)
        .await?)
}

pub(crate) async fn assess(
    connection: &mut PgConnection,
    id: ApplicationId,
    assessment: &Assessment,
) -> Result<(), AccessError> {
    sqlx::query(
        "INSERT INTO assessment (application, criterion, finding, reason, assessed_by, assessed_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (application, criterion) DO UPDATE \
         SET finding = $3, reason = $4, assessed_by = $5, assessed_at = $6",
    )
    .bind(id.uuid())
    .bind(&assessment.criterion)
    .bind(assessment.finding.name())
    .bind(&assessment.reason)
    .bind(assessment.assessed_by.uuid())
    .bind(assessment.assessed_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn assessments(
    connection: &mut PgConnection,
    id: ApplicationId,
) -> Result<Vec<Assessment>, AccessError> {
    let rows = sqlx::query(
        "SELECT criterion, finding, reason, assessed_by, assessed_at FROM assessment WHERE application = $1",
    )
    .bind(id.uuid())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let finding: String = row.try_get("finding")?;
            Ok(Assessment {
                criterion: row.try_get("criterion")?,
                finding: Finding::from_name(&finding).unwrap_or(Finding::NotMet),
                reason: row.try_get("reason")?,
                assessed_by: PersonId::from_uuid(row.try_get("assessed_by")?),
                assessed_at: row.try_get::<jiff_sqlx::Timestamp, _>("assessed_at")?.to_jiff(),
            })
        })
        .collect()
}

pub(crate) async fn insert_decision(
    connection: &mut PgConnection,
    id: ApplicationId,
    decision: &Decision,
) -> Result<(), AccessError> {
    sqlx::query("INSERT INTO decision (id, application, body) VALUES ($1, $2, $3)")
        .bind(decision.id.uuid())
        .bind(id.uuid())
        .bind(serde_json::to_value(decision)?)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn decision_of(
    connection: &mut PgConnection,
    id: ApplicationId,
) -> Result<Option<Decision>, AccessError> {
    let body: Option<serde_json::Value> = sqlx::query_scalar("SELECT body FROM decision WHERE application = $1")
        .bind(id.uuid())
        .fetch_optional(connection)
        .await?;
    body.map(serde_json::from_value).transpose().map_err(Into::into)
}

pub(crate) async fn application_of(
    connection: &mut PgConnection,
    decision: DecisionId,
) -> Result<ApplicationId, AccessError> {
    let id: Option<Uuid> = sqlx::query_scalar("SELECT application FROM decision WHERE id = $1")
        .bind(decision.uuid())
        .fetch_optional(connection)
        .await?;
    id.map(ApplicationId::from_uuid).ok_or(AccessError::NotFound)
}
