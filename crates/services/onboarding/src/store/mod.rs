//! Queries.

pub(crate) mod mailbox;
pub(crate) mod mails;
pub(crate) mod notices;
pub(crate) mod orders;
pub(crate) mod outbox;
pub(crate) mod services;
pub(crate) mod terms;

use jiff::Timestamp;
use sqlx::{Row, postgres::PgRow};
use varde_core::identifier::OrganisationNumber;
use varde_store::Context;

use crate::OnboardingError;

/// The context's tables.
pub static CONTEXT: Context = Context { name: "onboarding", migrations: sqlx::migrate!() };

/// A number that is counted from one.
fn count(number: i32) -> Result<u32, OnboardingError> {
    u32::try_from(number).map_err(|_| OnboardingError::Stored("number"))
}

/// The same for the database.
fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn time(row: &PgRow, column: &str) -> Result<Timestamp, OnboardingError> {
    Ok(row.try_get::<jiff_sqlx::Timestamp, _>(column)?.to_jiff())
}

fn maybe_time(row: &PgRow, column: &str) -> Result<Option<Timestamp>, OnboardingError> {
    Ok(row.try_get::<Option<jiff_sqlx::Timestamp>, _>(column)?.map(jiff_sqlx::Timestamp::to_jiff))
}

fn organisation(row: &PgRow, column: &str) -> Result<OrganisationNumber, OnboardingError> {
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|_| OnboardingError::Stored("organisation number"))
}
