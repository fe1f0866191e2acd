//! The register of health personnel.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;
use varde_core::{PersonId, identifier::HprNumber};

use super::{columns, from_database, to_database};
use crate::{AsAt, Dated, Qualification, Standing};

/// Whose number it is, and what goes with it, as rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) number: HprNumber,
    pub(crate) person: u32,
    pub(crate) qualifications: Vec<(Qualification, Dated<Standing>)>,
}

/// Makes what the holders have the whole of what is known of their numbers; the numbers of which
/// something changed. A number that was another's is now only theirs, and a person has no other.
pub(crate) async fn replace(
    connection: &mut PgConnection,
    holders: &[Holder],
    now: Timestamp,
) -> Result<Vec<u32>, sqlx::Error> {
    let mut changed = replace_holders(connection, holders, now).await?;
    changed.extend(replace_qualifications(connection, holders, now).await?);
    changed.sort_unstable();
    changed.dedup();
    Ok(changed.into_iter().map(from_database).collect())
}

async fn replace_holders(
    connection: &mut PgConnection,
    holders: &[Holder],
    now: Timestamp,
) -> Result<Vec<i32>, sqlx::Error> {
    let numbers: Vec<i32> = holders.iter().map(|holder| to_database(holder.number.number())).collect();
    let persons: Vec<i32> = holders.iter().map(|holder| to_database(holder.person)).collect();
    // Two statements: the index that keeps a number to one person sees what the first has ended.
    sqlx::query(
        "UPDATE health_personnel AS held SET superseded_at = greatest(held.recorded_at, $3) \
         FROM unnest($1::int[], $2::int[]) AS n (number, person) \
         WHERE held.superseded_at IS NULL AND (held.number = n.number) <> (held.person = n.person) \
           AND (held.number = n.number OR held.person = n.person)",
    )
    .persistent(false)
    .bind(&numbers)
    .bind(&persons)
    .bind(now.to_sqlx())
    .execute(&mut *connection)
    .await?;
    sqlx::query_scalar(
        "INSERT INTO health_personnel (number, person, recorded_at) \
         SELECT n.number, n.person, $3 FROM unnest($1::int[], $2::int[]) AS n (number, person) \
         WHERE NOT EXISTS (SELECT FROM health_personnel AS held WHERE held.superseded_at IS NULL \
           AND held.number = n.number AND held.person = n.person) RETURNING number",
    )
    .persistent(false)
    .bind(&numbers)
    .bind(&persons)
    .bind(now.to_sqlx())
    .fetch_all(connection)
    .await
}

async fn replace_qualifications(
    connection: &mut PgConnection,
    holders: &[Holder],
    now: Timestamp,
) -> Result<Vec<i32>, sqlx::Error> {
    let rows: Vec<_> =
        holders.iter().flat_map(|h| h.qualifications.iter().map(move |(q, s)| (h.number, q, s))).collect();
    let (from, until) = columns(rows.iter().map(|(.., standing)| standing.valid));
    sqlx::query_scalar(
        "WITH incoming AS MATERIALIZED ( \
             SELECT DISTINCT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], \
               $7::date[], $8::date[]) AS n (number, profession, kind, code, name, standing, valid_from, valid_until) \
         ), gone AS ( \
             UPDATE health_qualification AS q SET superseded_at = greatest(recorded_at, $9) \
             WHERE superseded_at IS NULL AND number IN (SELECT unnest($10::int[])) AND NOT EXISTS ( \
                 SELECT FROM incoming n WHERE (n.number, n.profession, n.kind, n.code, n.name, n.standing, n.valid_from) \
                   = (q.number, q.profession, q.kind, q.code, q.name, q.standing, q.valid_from) \
                 AND coalesce(n.valid_until, 'infinity') = coalesce(q.valid_until, 'infinity')) \
             RETURNING number \
         ), added AS ( \
             INSERT INTO health_qualification \
               (number, profession, kind, code, name, standing, valid_from, valid_until, recorded_at) \
             SELECT n.*, $9 FROM incoming n WHERE NOT EXISTS ( \
                 SELECT FROM health_qualification AS q WHERE superseded_at IS NULL \
                 AND (n.number, n.profession, n.kind, n.code, n.name, n.standing, n.valid_from) \
                   = (q.number, q.profession, q.kind, q.code, q.name, q.standing, q.valid_from) \
                 AND coalesce(n.valid_until, 'infinity') = coalesce(q.valid_until, 'infinity')) \
             RETURNING number \
         ) SELECT number FROM gone UNION SELECT number FROM added",
    )
    .persistent(false)
    .bind(rows.iter().map(|(number, ..)| to_database(number.number())).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, q, _)| q.profession.code()).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, q, _)| q.kind.code()).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, q, _)| q.code.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, q, _)| q.name.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|(.., standing)| standing.value.code()).collect::<Vec<_>>())
    .bind(from)
    .bind(until)
    .bind(now.to_sqlx())
    .bind(holders.iter().map(|holder| to_database(holder.number.number())).collect::<Vec<_>>())
    .fetch_all(connection)
    .await
}

/// Those of the numbers that the register has now.
pub(crate) async fn known(connection: &mut PgConnection, numbers: &[HprNumber]) -> Result<Vec<u32>, sqlx::Error> {
    let known: Vec<i32> =
        sqlx::query_scalar("SELECT number FROM health_personnel WHERE superseded_at IS NULL AND number = ANY($1)")
            .persistent(false)
            .bind(numbers.iter().map(|number| to_database(number.number())).collect::<Vec<_>>())
            .fetch_all(connection)
            .await?;
    Ok(known.into_iter().map(from_database).collect())
}

/// Whether anybody is in the register now.
pub(crate) async fn any(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM health_personnel WHERE superseded_at IS NULL)")
        .fetch_one(connection)
        .await
}

/// The number that was known to be the person's at the instant.
pub(crate) async fn number_of(
    connection: &mut PgConnection,
    person: PersonId,
    recorded: Timestamp,
) -> Result<Option<u32>, sqlx::Error> {
    let number: Option<i32> = sqlx::query_scalar(
        "SELECT held.number FROM health_personnel AS held JOIN person ON person.index = held.person \
         WHERE person.id = $1 AND held.recorded_at <= $2 AND (held.superseded_at IS NULL OR held.superseded_at > $2)",
    )
    .bind(person.uuid())
    .bind(recorded.to_sqlx())
    .fetch_optional(connection)
    .await?;
    Ok(number.map(from_database))
}

/// Whose the number was known to be at the instant.
pub(crate) async fn person_with(
    connection: &mut PgConnection,
    number: HprNumber,
    recorded: Timestamp,
) -> Result<Option<PersonId>, sqlx::Error> {
    let person: Option<Uuid> = sqlx::query_scalar(
        "SELECT person.id FROM health_personnel AS held JOIN person ON person.index = held.person \
         WHERE held.number = $1 AND held.recorded_at <= $2 \
           AND (held.superseded_at IS NULL OR held.superseded_at > $2)",
    )
    .bind(to_database(number.number()))
    .bind(recorded.to_sqlx())
    .fetch_optional(connection)
    .await?;
    Ok(person.map(PersonId::from_uuid))
}

/// Profession, kind, code, name, standing.
pub(crate) type Row = (String, String, String, String, String);

/// What the number's holder has on a day.
pub(crate) async fn qualifications(
    connection: &mut PgConnection,
    number: HprNumber,
    as_at: AsAt,
) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT profession, kind, code, name, standing FROM health_qualification WHERE number = $1 \
             AND recorded_at <= $2 AND (superseded_at IS NULL OR superseded_at > $2) \
             AND valid_from <= $3 AND (valid_until IS NULL OR valid_until >= $3) \
         ORDER BY profession, kind, code",
    )
    .bind(to_database(number.number()))
    .bind(as_at.recorded.to_sqlx())
    .bind(as_at.valid.to_sqlx())
    .fetch_all(connection)
    .await
}
