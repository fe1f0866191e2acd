//! What was observed in releases, in the database.

use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, types::Json};
use uuid::Uuid;
use varde_core::{CataloguePath, ReleaseId};
use varde_metadata::{ObservedDataset, ObservedVariable};

use crate::PlatformError;

/// Which variables are wanted of an observation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// All, with their distributions.
    Whole,
    /// All, without their distributions.
    Filled,
    /// One, with its distribution.
    Variable(&'a str),
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    observed: &ObservedDataset,
) -> Result<(), PlatformError> {
    sqlx::query("INSERT INTO observation (release, dataset, observed_at, limits, years) VALUES ($1, $2, $3, $4, $5)")
        .bind(observed.release.uuid())
        .bind(dataset.as_str())
        .bind(observed.observed_at.to_sqlx())
        .bind(Json(&observed.limits))
        .bind(Json(&observed.years))
        .execute(&mut *connection)
        .await?;
    for (variable, position) in observed.variables.iter().zip(0i32..) {
        sqlx::query(
            "INSERT INTO observed_variable (release, name, position, filled, distribution) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(observed.release.uuid())
        .bind(&variable.name)
        .bind(position)
        .bind(Json(&variable.filled))
        .bind(variable.distribution.as_ref().map(Json))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Whether a release was counted.
pub(crate) async fn is_there(connection: &mut PgConnection, release: ReleaseId) -> Result<bool, PlatformError> {
    let found = sqlx::query_scalar("SELECT EXISTS (SELECT FROM observation WHERE release = $1)");
    Ok(found.bind(release.uuid()).fetch_one(connection).await?)
}

/// The approved releases that were not counted, and have no job that will.
pub(crate) async fn uncounted(connection: &mut PgConnection) -> Result<Vec<ReleaseId>, PlatformError> {
    let found: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM release WHERE status = 'approved' \
         AND NOT EXISTS (SELECT FROM observation WHERE observation.release = release.id) ORDER BY id",
    )
    .fetch_all(connection)
    .await?;
    Ok(found.into_iter().map(ReleaseId::from_uuid).collect())
}

/// What was observed in the dataset's release that was counted last.
pub(crate) async fn newest(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    wanted: Wanted<'_>,
) -> Result<Option<ObservedDataset>, PlatformError> {
    let row = sqlx::query(
        "SELECT release, observed_at, limits, years FROM observation WHERE dataset = $1 \
         ORDER BY observed_at DESC, release DESC LIMIT 1",
    )
    .bind(dataset.as_str())
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let release: Uuid = row.try_get("release")?;
    let observed_at: jiff_sqlx::Timestamp = row.try_get("observed_at")?;
    let (Json(limits), Json(years)) = (row.try_get("limits")?, row.try_get("years")?);
    let variables = variables(connection, release, wanted).await?;
    let release = ReleaseId::from_uuid(release);
    Ok(Some(ObservedDataset { release, observed_at: observed_at.to_jiff(), limits, years, variables }))
}

async fn variables(
    connection: &mut PgConnection,
    release: Uuid,
    wanted: Wanted<'_>,
) -> Result<Vec<ObservedVariable>, PlatformError> {
    let (name, whole) = match wanted {
        Wanted::Whole => (None, true),
        Wanted::Filled => (None, false),
        Wanted::Variable(name) => (Some(name), true),
    };
    let rows = sqlx::query(
        "SELECT name, filled, CASE WHEN $3 THEN distribution END AS distribution FROM observed_variable \
         WHERE release = $1 AND ($2::text IS NULL OR name = $2) ORDER BY position",
    )
    .bind(release)
    .bind(name)
    .bind(whole)
    .fetch_all(connection)
    .await?;
    let variable = |row: &sqlx::postgres::PgRow| {
        let Json(filled) = row.try_get("filled")?;
        let distribution: Option<Json<_>> = row.try_get("distribution")?;
        Ok(ObservedVariable { name: row.try_get("name")?, filled, distribution: distribution.map(|Json(found)| found) })
    };
    rows.iter().map(variable).collect()
}
