//! The organisation register.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;
use varde_core::{OrganisationId, Period, PersonId, identifier::OrganisationNumber};

use super::{columns, to_database};
use crate::{AsAt, RegistryRole};

/// A fact about an organisation as its row.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) organisation: OrganisationId,
    pub(crate) kind: &'static str,
    pub(crate) value: String,
    pub(crate) valid: Period,
}

/// A role in an organisation as its row.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) organisation: OrganisationId,
    pub(crate) role: RegistryRole,
    pub(crate) person: u32,
    pub(crate) valid: Period,
}

/// Adds or updates a unit by its number; gives the id it has.
pub(crate) async fn put(
    connection: &mut PgConnection,
    proposed: OrganisationId,
    number: &str,
    parent: Option<OrganisationId>,
    now: Timestamp,
) -> Result<OrganisationId, sqlx::Error> {
    let id: Uuid = sqlx::query_scalar(
        "INSERT INTO organisation (id, number, parent, recorded_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (number) DO UPDATE SET parent = excluded.parent RETURNING id",
    )
    .bind(proposed.uuid())
    .bind(number)
    .bind(parent.map(OrganisationId::uuid))
    .bind(now.to_sqlx())
    .fetch_one(connection)
    .await?;
    Ok(OrganisationId::from_uuid(id))
}

/// Makes the facts the whole of what is known of these organisations; how many changed.
pub(crate) async fn replace_facts(
    connection: &mut PgConnection,
    organisations: &[OrganisationId],
    facts: &[Fact],
    now: Timestamp,
) -> Result<i64, sqlx::Error> {
    let (from, until) = columns(facts.iter().map(|f| f.valid));
    sqlx::query_scalar(
        "WITH incoming AS MATERIALIZED ( \
             SELECT DISTINCT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::date[]) \
             AS n (organisation, kind, value, valid_from, valid_until) \
         ), gone AS ( \
             UPDATE organisation_fact f SET superseded_at = greatest(recorded_at, $6) \
             WHERE superseded_at IS NULL AND organisation IN (SELECT unnest($7::uuid[])) AND NOT EXISTS ( \
                 SELECT FROM incoming n WHERE n.organisation = f.organisation AND n.kind = f.kind \
                 AND n.value = f.value AND n.valid_from = f.valid_from \
                 AND coalesce(n.valid_until, 'infinity') = coalesce(f.valid_until, 'infinity')) \
             RETURNING organisation \
         ), added AS ( \
             INSERT INTO organisation_fact (organisation, kind, value, valid_from, valid_until, recorded_at) \
             SELECT n.*, $6 FROM incoming n WHERE NOT EXISTS ( \
                 SELECT FROM organisation_fact f WHERE superseded_at IS NULL AND n.organisation = f.organisation \
                 AND n.kind = f.kind AND n.value = f.value AND n.valid_from = f.valid_from \
                 AND coalesce(n.valid_until, 'infinity') = coalesce(f.valid_until, 'infinity')) \
             RETURNING organisation \
         ) SELECT count(*) FROM (SELECT organisation FROM gone UNION SELECT organisation FROM added) AS changed",
    )
    .persistent(false)
    .bind(facts.iter().map(|f| f.organisation.uuid()).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.kind).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.value.as_str()).collect::<Vec<_>>())
    .bind(from)
    .bind(until)
    .bind(now.to_sqlx())
    .bind(organisations.iter().map(|o| o.uuid()).collect::<Vec<_>>())
    .fetch_one(connection)
    .await
}

/// Makes the roles the whole of what is known of these organisations; how many changed.
pub(crate) async fn replace_roles(
    connection: &mut PgConnection,
    organisations: &[OrganisationId],
    roles: &[Role],
    now: Timestamp,
) -> Result<i64, sqlx::Error> {
    let (from, until) = columns(roles.iter().map(|r| r.valid));
    sqlx::query_scalar(
        "WITH incoming AS MATERIALIZED ( \
             SELECT DISTINCT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::date[], $5::date[]) \
             AS n (organisation, role, person, valid_from, valid_until) \
         ), gone AS ( \
             UPDATE organisation_role r SET superseded_at = greatest(recorded_at, $6) \
             WHERE superseded_at IS NULL AND organisation IN (SELECT unnest($7::uuid[])) AND NOT EXISTS ( \
                 SELECT FROM incoming n WHERE n.organisation = r.organisation AND n.role = r.role \
                 AND n.person = r.person AND n.valid_from = r.valid_from \
                 AND coalesce(n.valid_until, 'infinity') = coalesce(r.valid_until, 'infinity')) \
             RETURNING organisation \
         ), added AS ( \
             INSERT INTO organisation_role (organisation, role, person, valid_from, valid_until, recorded_at) \
             SELECT n.*, $6 FROM incoming n WHERE NOT EXISTS ( \
                 SELECT FROM organisation_role r WHERE superseded_at IS NULL AND n.organisation = r.organisation \
                 AND n.role = r.role AND n.person = r.person AND n.valid_from = r.valid_from \
                 AND coalesce(n.valid_until, 'infinity') = coalesce(r.valid_until, 'infinity')) \
             RETURNING organisation \
         ) SELECT count(*) FROM (SELECT organisation FROM gone UNION SELECT organisation FROM added) AS changed",
    )
    .persistent(false)
    .bind(roles.iter().map(|r| r.organisation.uuid()).collect::<Vec<_>>())
    .bind(roles.iter().map(|r| r.role.code()).collect::<Vec<_>>())
    .bind(roles.iter().map(|r| to_database(r.person)).collect::<Vec<_>>())
    .bind(from)
    .bind(until)
    .bind(now.to_sqlx())
    .bind(organisations.iter().map(|o| o.uuid()).collect::<Vec<_>>())
    .fetch_one(connection)
    .await
}

/// The id of the organisation with this number.
pub(crate) async fn by_number(
    connection: &mut PgConnection,
    number: &str,
) -> Result<Option<OrganisationId>, sqlx::Error> {
    let id: Option<Uuid> = sqlx::query_scalar("SELECT id FROM organisation WHERE number = $1")
        .bind(number)
        .fetch_optional(connection)
        .await?;
    Ok(id.map(OrganisationId::from_uuid))
}

/// The ids of the organisations with these numbers; unknown ones are left out.
pub(crate) async fn by_numbers(
    connection: &mut PgConnection,
    numbers: &BTreeSet<OrganisationNumber>,
) -> Result<HashMap<OrganisationNumber, OrganisationId>, sqlx::Error> {
    let wanted: Vec<&str> = numbers.iter().map(OrganisationNumber::as_str).collect();
    let rows: Vec<(String, Uuid)> = sqlx::query_as("SELECT number, id FROM organisation WHERE number = ANY($1)")
        .persistent(false)
        .bind(wanted)
        .fetch_all(connection)
        .await?;
    let known = |(number, id): (String, Uuid)| Some((number.parse().ok()?, OrganisationId::from_uuid(id)));
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Organisation, number, main unit and name.
pub(crate) type Row = (Uuid, String, Option<Uuid>, Option<String>);

/// The organisations with these ids; all of them when there are none given.
pub(crate) async fn read(
    connection: &mut PgConnection,
    ids: Option<&[OrganisationId]>,
    as_at: AsAt,
) -> Result<Vec<Row>, sqlx::Error> {
    let ids: Option<Vec<Uuid>> = ids.map(|ids| ids.iter().map(|id| id.uuid()).collect());
    sqlx::query_as(
        "SELECT organisation.id, organisation.number, organisation.parent, name.value FROM organisation \
         LEFT JOIN organisation_fact AS name ON name.organisation = organisation.id AND name.kind = 'name' \
             AND name.recorded_at <= $2 AND (name.superseded_at IS NULL OR name.superseded_at > $2) \
             AND name.valid_from <= $3 AND (name.valid_until IS NULL OR name.valid_until >= $3) \
         WHERE $1::uuid[] IS NULL OR organisation.id = ANY($1) ORDER BY organisation.number",
    )
    .bind(ids)
    .bind(as_at.recorded.to_sqlx())
    .bind(as_at.valid.to_sqlx())
    .fetch_all(connection)
    .await
}

/// Who holds which role in an organisation itself.
pub(crate) async fn roles(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    as_at: AsAt,
) -> Result<Vec<(String, PersonId)>, sqlx::Error> {
    let rows: Vec<(String, Uuid)> = sqlx::query_as(
        "SELECT held.role, person.id FROM organisation_role AS held JOIN person ON person.index = held.person \
         WHERE held.organisation = $1 \
             AND held.recorded_at <= $2 AND (held.superseded_at IS NULL OR held.superseded_at > $2) \
             AND held.valid_from <= $3 AND (held.valid_until IS NULL OR held.valid_until >= $3) \
         ORDER BY held.role, person.index",
    )
    .bind(organisation.uuid())
    .bind(as_at.recorded.to_sqlx())
    .bind(as_at.valid.to_sqlx())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(role, id)| (role, PersonId::from_uuid(id))).collect())
}

/// The roles that a person holds in organisations themselves.
pub(crate) async fn roles_of(
    connection: &mut PgConnection,
    person: PersonId,
    as_at: AsAt,
) -> Result<Vec<(OrganisationId, String)>, sqlx::Error> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT held.organisation, held.role FROM organisation_role AS held JOIN person ON person.index = held.person \
         WHERE person.id = $1 \
             AND held.recorded_at <= $2 AND (held.superseded_at IS NULL OR held.superseded_at > $2) \
             AND held.valid_from <= $3 AND (held.valid_until IS NULL OR held.valid_until >= $3) \
         ORDER BY held.organisation, held.role",
    )
    .bind(person.uuid())
    .bind(as_at.recorded.to_sqlx())
    .bind(as_at.valid.to_sqlx())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(organisation, role)| (OrganisationId::from_uuid(organisation), role)).collect())
}
