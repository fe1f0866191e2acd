//! Queries.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;
use varde_core::{PersonId, PreferenceId};

use crate::{AsAt, Choice, Kind, Preference, PrivacyError, Scope};

/// Adds rows; a row with the same id is there already and stays.
pub(crate) async fn insert(connection: &mut PgConnection, rows: &[Preference]) -> Result<u64, PrivacyError> {
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id.uuid()).collect();
    let persons: Vec<Uuid> = rows.iter().map(|r| r.person.uuid()).collect();
    let kinds: Vec<&str> = rows.iter().map(|r| r.choice.kind.name()).collect();
    let scopes: Vec<String> = rows.iter().map(|r| r.choice.scope.code()).collect();
    let active: Vec<bool> = rows.iter().map(|r| r.choice.active).collect();
    let applies: Vec<_> = rows.iter().map(|r| r.applies_from.to_sqlx()).collect();
    let recorded: Vec<_> = rows.iter().map(|r| r.recorded_at.to_sqlx()).collect();
    let done = sqlx::query(
        "INSERT INTO preference (id, person, kind, scope, active, applies_from, recorded_at) \
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::timestamptz[], \
         $7::timestamptz[]) ON CONFLICT (id) DO NOTHING",
    )
    .bind(ids)
    .bind(persons)
    .bind(kinds)
    .bind(scopes)
    .bind(active)
    .bind(applies)
    .bind(recorded)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Whoever chooses holds this shared until their work ends, and reads the clock after it.
pub(crate) async fn choosing(connection: &mut PgConnection) -> Result<(), PrivacyError> {
    sqlx::query("SELECT pg_advisory_xact_lock_shared(hashtextextended('varde.privacy.preference', 0))")
        .execute(connection)
        .await?;
    Ok(())
}

/// Whoever asks about everybody waits for those who are choosing: a choice made before the time that
/// is asked about is then in the answer, and the same question gives the same answer for ever.
pub(crate) async fn asking(connection: &mut PgConnection) -> Result<(), PrivacyError> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('varde.privacy.preference', 0))")
        .execute(connection)
        .await?;
    Ok(())
}

/// When the newest row was recorded.
pub(crate) async fn newest(connection: &mut PgConnection) -> Result<Option<Timestamp>, PrivacyError> {
    let newest: Option<jiff_sqlx::Timestamp> =
        sqlx::query_scalar("SELECT max(recorded_at) FROM preference").fetch_one(connection).await?;
    Ok(newest.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Every row of a person, oldest first.
pub(crate) async fn of_person(
    connection: &mut PgConnection,
    person: PersonId,
) -> Result<Vec<Preference>, PrivacyError> {
    let rows = sqlx::query(
        "SELECT id, person, kind, scope, active, applies_from, recorded_at FROM preference \
         WHERE person = $1 ORDER BY applies_from, recorded_at, id",
    )
    .bind(person.uuid())
    .fetch_all(connection)
    .await?;
    rows.iter().map(preference).collect()
}

/// The persons whose last choice of that kind and scope, as at a point, is `active`.
pub(crate) async fn persons(
    connection: &mut PgConnection,
    kind: Kind,
    scope: &Scope,
    active: bool,
    at: AsAt,
) -> Result<Vec<PersonId>, PrivacyError> {
    let persons: Vec<Uuid> = sqlx::query_scalar(
        "SELECT person FROM (SELECT DISTINCT ON (person) person, active FROM preference \
         WHERE kind = $1 AND scope = $2 AND applies_from <= $3 AND recorded_at <= $4 \
         ORDER BY person, applies_from DESC, recorded_at DESC, id DESC) AS last WHERE active = $5",
    )
    .bind(kind.name())
    .bind(scope.code())
    .bind(at.applied.to_sqlx())
    .bind(at.known.to_sqlx())
    .bind(active)
    .fetch_all(connection)
    .await?;
    Ok(persons.into_iter().map(PersonId::from_uuid).collect())
}

fn preference(row: &PgRow) -> Result<Preference, PrivacyError> {
    let kind: String = row.try_get("kind")?;
    let scope: String = row.try_get("scope")?;
    let unreadable = || sqlx::Error::Decode("a preference of a kind or scope that this version does not know".into());
    Ok(Preference {
        id: PreferenceId::from_uuid(row.try_get("id")?),
        person: PersonId::from_uuid(row.try_get("person")?),
        choice: Choice {
            kind: Kind::from_name(&kind).ok_or_else(unreadable)?,
            scope: Scope::from_code(&scope).ok_or_else(unreadable)?,
            active: row.try_get("active")?,
        },
        applies_from: row.try_get::<jiff_sqlx::Timestamp, _>("applies_from")?.to_jiff(),
        recorded_at: row.try_get::<jiff_sqlx::Timestamp, _>("recorded_at")?.to_jiff(),
    })
}
