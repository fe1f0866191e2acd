//! The table `person_found`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use varde_core::{OrganisationId, PersonId};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Keeps that a person was found, and drops what was found before `since`.
pub(crate) async fn keep(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    (person, by): (PersonId, PersonId),
    now: Timestamp,
    since: Timestamp,
) -> Result<()> {
    sqlx::query("DELETE FROM person_found WHERE found_at < $1").bind(since.to_sqlx()).execute(&mut *connection).await?;
    sqlx::query(
        "INSERT INTO person_found (organisation, person, found_by, found_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (organisation, person, found_by) DO UPDATE SET found_at = excluded.found_at",
    )
    .bind(organisation.uuid())
    .bind(person.uuid())
    .bind(by.uuid())
    .bind(now.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether somebody has found the person for the organisation since then.
pub(crate) async fn since(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    (person, by): (PersonId, PersonId),
    since: Timestamp,
) -> Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM person_found \
         WHERE organisation = $1 AND person = $2 AND found_by = $3 AND found_at >= $4)",
    )
    .bind(organisation.uuid())
    .bind(person.uuid())
    .bind(by.uuid())
    .bind(since.to_sqlx())
    .fetch_one(connection)
    .await
}
