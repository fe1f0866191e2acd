//! Applications, their steps and their references.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;
use varde_core::{ApplicationId, OrganisationId, PersonId};

use crate::{
    AccessError,
    model::{Application, Content, State},
};

/// What happened to an application, for its timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What: `begun`, `submitted`, `question`, `answer`, `decided`, `withdrawn`.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Option<PersonId>,
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    application: &Application,
    origin: &str,
) -> Result<bool, AccessError> {
    let done = sqlx::query(
        "INSERT INTO application (id, reference, applicant, organisation, access_body, state, content, origin, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (applicant, origin) DO NOTHING",
    )
    .bind(application.id.uuid())
    .bind(&application.reference)
    .bind(application.applicant.uuid())
    .bind(application.organisation.uuid())
    .bind(application.access_body.uuid())
    .bind(application.state.name())
    .bind(serde_json::to_value(&application.content)?)
    .bind(origin)
    .bind(application.created_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn by_origin(
    connection: &mut PgConnection,
    applicant: PersonId,
    origin: &str,
) -> Result<Option<ApplicationId>, AccessError> {
    let id: Option<Uuid> = sqlx::query_scalar("SELECT id FROM application WHERE applicant = $1 AND origin = $2")
        .bind(applicant.uuid())
        .bind(origin)
        .fetch_optional(connection)
        .await?;
    Ok(id.map(ApplicationId::from_uuid))
}

pub(crate) async fn next_reference(connection: &mut PgConnection, year: i16) -> Result<String, AccessError> {
    let number: i32 = sqlx::query_scalar(
        "INSERT INTO reference_counter (year, last) VALUES ($1, 1) \
         ON CONFLICT (year) DO UPDATE SET last = reference_counter.last + 1 RETURNING last",
    )
    .bind(i32::from(year))
    .fetch_one(connection)
    .await?;
    Ok(format!("{:02}/{number:05}", year % 100))
}

pub(super) fn application(row: &PgRow) -> Result<Application, AccessError> {
    let state: String = row.try_get("state")?;
    Ok(Application {
        id: ApplicationId::from_uuid(row.try_get("id")?),
        reference: row.try_get("reference")?,
        applicant: PersonId::from_uuid(row.try_get("applicant")?),
        organisation: OrganisationId::from_uuid(row.try_get("organisation")?),
        access_body: OrganisationId::from_uuid(row.try_get("access_body")?),
        state: State::from_name(&state).unwrap_or(State::Withdrawn),
        revision: row.try_get("revision")?,
        content: serde_json::from_value(row.try_get("content")?)?,
        created_at: row.try_get::<jiff_sqlx::Timestamp, _>("created_at")?.to_jiff(),
        submitted_at: row
            .try_get::<Option<jiff_sqlx::Timestamp>, _>("submitted_at")?
            .map(jiff_sqlx::Timestamp::to_jiff),
    })
}

pub(crate) async fn get(connection: &mut PgConnection, id: ApplicationId) -> Result<Application, AccessError> {
    let row = sqlx::query(
        "SELECT id, reference, applicant, organisation, access_body, state, revision, content, created_at, submitted_at \
         FROM application WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(connection)
    .await?;
    application(&row.ok_or(AccessError::NotFound)?)
}

/// The same, and nobody else changes it until this work ends.
pub(crate) async fn get_for_change(
    connection: &mut PgConnection,
    id: ApplicationId,
) -> Result<Application, AccessError> {
    sqlx::query("SELECT id FROM application WHERE id = $1 FOR UPDATE")
        .bind(id.uuid())
        .fetch_optional(&mut *connection)
        .await?
        .ok_or(AccessError::NotFound)?;
    get(connection, id).await
}

pub(crate) async fn of_applicant(
    connection: &mut PgConnection,
    applicant: PersonId,
) -> Result<Vec<Application>, AccessError> {
    let rows = sqlx::query(
        "SELECT id, reference, applicant, organisation, access_body, state, revision, content, created_at, submitted_at \
         FROM application WHERE applicant = $1 ORDER BY created_at DESC, id DESC",
    )
    .bind(applicant.uuid())
    .fetch_all(connection)
    .await?;
    rows.iter().map(application).collect()
}

pub(crate) async fn on_desk(
    connection: &mut PgConnection,
    access_body: OrganisationId,
) -> Result<Vec<Application>, AccessError> {
    let rows = sqlx::query(
        "SELECT id, reference, applicant, organisation, access_body, state, revision, content, created_at, submitted_at \
         FROM application WHERE access_body = $1 AND state <> 'draft' \
         ORDER BY state IN ('decided', 'withdrawn'), submitted_at, id",
    )
    .bind(access_body.uuid())
    .fetch_all(connection)
    .await?;
    rows.iter().map(application).collect()
}

/// Saves the content if nobody saved since `revision`; says whether it did.
pub(crate) async fn save(
    connection: &mut PgConnection,
    id: ApplicationId,
    revision: i64,
    content: &Content,
) -> Result<bool, AccessError> {
    let done = sqlx::query(
        "UPDATE application SET content = $3, revision = revision + 1 WHERE id = $1 AND revision = $2 AND state = 'draft'",
    )
    .bind(id.uuid())
    .bind(revision)
    .bind(serde_json::to_value(content)?)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn set_state(
    connection: &mut PgConnection,
    id: ApplicationId,
    state: State,
    submitted_at: Option<Timestamp>,
) -> Result<(), AccessError> {
    sqlx::query(
        "UPDATE application SET state = $2, revision = revision + 1, submitted_at = coalesce($3, submitted_at) WHERE id = $1",
    )
    .bind(id.uuid())
    .bind(state.name())
    .bind(submitted_at.map(|t| t.to_sqlx()))
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn add_step(
    connection: &mut PgConnection,
    id: ApplicationId,
    kind: &str,
    at: Timestamp,
    by: Option<PersonId>,
) -> Result<(), AccessError> {
    sqlx::query(
        "INSERT INTO step (application, number, kind, at, by_person) \
         SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4 FROM step WHERE application = $1",
    )
    .bind(id.uuid())
    .bind(kind)
    .bind(at.to_sqlx())
    .bind(by.map(PersonId::uuid))
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn steps(connection: &mut PgConnection, id: ApplicationId) -> Result<Vec<Step>, AccessError> {
    let rows = sqlx::query("SELECT kind, at, by_person FROM step WHERE application = $1 ORDER BY number")
        .bind(id.uuid())
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Step {
                kind: row.try_get("kind")?,
                at: row.try_get::<jiff_sqlx::Timestamp, _>("at")?.to_jiff(),
                by: row.try_get::<Option<Uuid>, _>("by_person")?.map(PersonId::from_uuid),
            })
        })
        .collect()
}
