//! The table `role_assignment`.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;
use varde_core::{Actor, OrganisationId, Period, PersonId, Role};

use crate::{NewAssignment, RoleAssignment, RoleAssignmentId};

type Result<T> = std::result::Result<T, sqlx::Error>;

pub(crate) async fn insert(
    connection: &mut PgConnection,
    id: RoleAssignmentId,
    new: &NewAssignment,
    by: &Actor,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO role_assignment \
           (id, person, organisation, role, valid_from, valid_until, given_by, given_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id.uuid())
    .bind(new.person.uuid())
    .bind(new.organisation.uuid())
    .bind(new.role.name())
    .bind(new.period.from.to_sqlx())
    .bind(new.period.until.map(ToSqlx::to_sqlx))
    .bind(Json(by))
    .bind(now.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn by_id(connection: &mut PgConnection, id: RoleAssignmentId) -> Result<Option<RoleAssignment>> {
    sqlx::query(
        "SELECT id, person, organisation, role, valid_from, valid_until, given_at \
         FROM role_assignment WHERE id = $1 AND ended_at IS NULL",
    )
    .bind(id.uuid())
    .fetch_optional(connection)
    .await?
    .map(|row| assignment(&row))
    .transpose()
}

pub(crate) async fn of(connection: &mut PgConnection, person: PersonId) -> Result<Vec<RoleAssignment>> {
    sqlx::query(
        "SELECT id, person, organisation, role, valid_from, valid_until, given_at \
         FROM role_assignment WHERE person = $1 AND ended_at IS NULL ORDER BY given_at, id",
    )
    .bind(person.uuid())
    .fetch_all(connection)
    .await?
    .iter()
    .map(assignment)
    .collect()
}

/// The roles of an organisation, or of all, that are not over on that day.
pub(crate) async fn of_organisation(
    connection: &mut PgConnection,
    organisation: Option<OrganisationId>,
    on: Date,
) -> Result<Vec<RoleAssignment>> {
    sqlx::query(
        "SELECT id, person, organisation, role, valid_from, valid_until, given_at FROM role_assignment \
         WHERE ($1::uuid IS NULL OR organisation = $1) AND ended_at IS NULL \
           AND (valid_until IS NULL OR valid_until >= $2) ORDER BY organisation, given_at, id",
    )
    .bind(organisation.map(OrganisationId::uuid))
    .bind(on.to_sqlx())
    .fetch_all(connection)
    .await?
    .iter()
    .map(assignment)
    .collect()
}

/// Who holds the role there on that day.
pub(crate) async fn holders(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    role: Role,
    on: Date,
) -> Result<Vec<PersonId>> {
    let persons: Vec<Uuid> = sqlx::query_scalar(
        "SELECT person FROM role_assignment \
         WHERE organisation = $1 AND role = $2 AND ended_at IS NULL \
           AND valid_from <= $3 AND (valid_until IS NULL OR valid_until >= $3) \
         ORDER BY person",
    )
    .bind(organisation.uuid())
    .bind(role.name())
    .bind(on.to_sqlx())
    .fetch_all(connection)
    .await?;
    Ok(persons.into_iter().map(PersonId::from_uuid).collect())
}

pub(crate) async fn end(
    connection: &mut PgConnection,
    id: RoleAssignmentId,
    by: &Actor,
    now: Timestamp,
) -> Result<bool> {
    let ended =
        sqlx::query("UPDATE role_assignment SET ended_by = $2, ended_at = $3 WHERE id = $1 AND ended_at IS NULL")
            .bind(id.uuid())
            .bind(Json(by))
            .bind(now.to_sqlx())
            .execute(connection)
            .await?;
    Ok(ended.rows_affected() == 1)
}

fn assignment(row: &PgRow) -> Result<RoleAssignment> {
    let NewAssignment { person, organisation, role, period } = given(row)?;
    Ok(RoleAssignment {
        id: RoleAssignmentId::from_uuid(row.try_get("id")?),
        person,
        organisation,
        role,
        period,
        given_at: row.try_get::<jiff_sqlx::Timestamp, _>("given_at")?.to_jiff(),
    })
}

/// The columns that a role and a proposal share.
pub(super) fn given(row: &PgRow) -> Result<NewAssignment> {
    let role: String = row.try_get("role")?;
    let role = Role::from_name(&role).ok_or_else(|| sqlx::Error::Decode(format!("unknown role {role}").into()))?;
    Ok(NewAssignment {
        person: PersonId::from_uuid(row.try_get("person")?),
        organisation: OrganisationId::from_uuid(row.try_get("organisation")?),
        role,
        period: Period {
            from: row.try_get::<jiff_sqlx::Date, _>("valid_from")?.to_jiff(),
            until: row.try_get::<Option<jiff_sqlx::Date>, _>("valid_until")?.map(jiff_sqlx::Date::to_jiff),
        },
    })
}
