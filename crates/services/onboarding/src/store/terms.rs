//! The tables `terms` and `acceptance`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use varde_core::{Actor, LocalisedText, PersonId, identifier::OrganisationNumber};

use super::{count, time, whole};
use crate::{OnboardingError, Power, ServiceId, TermsVersion};

fn terms(row: &PgRow) -> Result<TermsVersion, OnboardingError> {
    let service: &str = row.try_get("service")?;
    let Json(text): Json<LocalisedText> = row.try_get("content")?;
    Ok(TermsVersion {
        service: service.parse().map_err(|_| OnboardingError::Stored("service"))?,
        version: count(row.try_get("version")?)?,
        text,
        applies_from: time(row, "applies_from")?,
        published_at: time(row, "published_at")?,
    })
}

/// Adds a version. Of two at once one fails, by the primary key.
pub(crate) async fn add(db: &mut PgConnection, new: &TermsVersion, by: &Actor) -> Result<(), OnboardingError> {
    sqlx::query(
        "INSERT INTO terms (service, version, content, applies_from, published_by, published_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(new.service.as_str())
    .bind(whole(new.version))
    .bind(Json(&new.text))
    .bind(new.applies_from.to_sqlx())
    .bind(Json(by))
    .bind(new.published_at.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

/// All versions, the first one first.
pub(crate) async fn of_service(
    db: &mut PgConnection,
    service: &ServiceId,
) -> Result<Vec<TermsVersion>, OnboardingError> {
    let rows = sqlx::query(
        "SELECT service, version, content, applies_from, published_at FROM terms WHERE service = $1 ORDER BY version",
    )
    .bind(service.as_str())
    .fetch_all(db)
    .await?;
    rows.iter().map(terms).collect()
}

/// Keeps an acceptance; says whether it is a new one.
pub(crate) async fn accept(
    db: &mut PgConnection,
    terms: &TermsVersion,
    organisation: OrganisationNumber,
    by: PersonId,
    power: &Power,
    now: Timestamp,
) -> Result<bool, OnboardingError> {
    let done = sqlx::query(
        "INSERT INTO acceptance (service, version, organisation, accepted_by, power, accepted_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(terms.service.as_str())
    .bind(whole(terms.version))
    .bind(organisation.as_str())
    .bind(by.uuid())
    .bind(Json(power))
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The newest version that each of these organisations has accepted, by service.
pub(crate) async fn accepted(
    db: &mut PgConnection,
    organisations: &[OrganisationNumber],
) -> Result<BTreeMap<(OrganisationNumber, ServiceId), u32>, OnboardingError> {
    let numbers: Vec<&str> = organisations.iter().map(OrganisationNumber::as_str).collect();
    let rows = sqlx::query(
        "SELECT organisation, service, max(version) AS version FROM acceptance WHERE organisation = ANY($1) \
         GROUP BY organisation, service",
    )
    .bind(numbers)
    .fetch_all(db)
    .await?;
    let one = |row: &PgRow| {
        let service: &str = row.try_get("service")?;
        let service = service.parse().map_err(|_| OnboardingError::Stored("service"))?;
        Ok(((super::organisation(row, "organisation")?, service), count(row.try_get("version")?)?))
    };
    rows.iter().map(one).collect()
}
