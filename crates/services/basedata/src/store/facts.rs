//! Facts about persons in two times.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use varde_core::Period;

use super::{columns, from_database, to_database};
use crate::{Dated, PersonRecord};

/// A fact as its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) person: u32,
    pub(crate) kind: &'static str,
    pub(crate) value: String,
    pub(crate) valid: Period,
}

/// Everything a record says, as facts.
pub(crate) fn of(person: u32, record: &PersonRecord) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |kind, value: String, valid| facts.push(Fact { person, kind, value, valid });
    let mut numbers: Vec<&Dated<_>> = record.numbers.iter().collect();
    numbers.dedup();
    numbers.iter().for_each(|n| add("number", n.value.digits_for_storage().to_owned(), n.valid));
    record.names.iter().for_each(|n| add("name", n.value.clone(), n.valid));
    record.birth_date.iter().for_each(|d| add("birth_date", d.to_string(), Period::since(*d)));
    record.genders.iter().for_each(|g| add("gender", g.value.code().to_owned(), g.valid));
    record.residences.iter().for_each(|r| add("municipality", r.value.to_string(), r.valid));
    record.protections.iter().for_each(|p| add("protection", p.value.code().to_owned(), p.valid));
    record.statuses.iter().for_each(|s| add("status", s.value.code().to_owned(), s.valid));
    record.death_date.iter().for_each(|d| add("death_date", d.to_string(), Period::since(*d)));
    facts
}

/// Adds the facts of persons of whom nothing was known.
pub(crate) async fn add(connection: &mut PgConnection, facts: &[Fact], now: Timestamp) -> Result<(), sqlx::Error> {
    let (from, until) = columns(facts.iter().map(|f| f.valid));
    sqlx::query(
        "INSERT INTO fact (person, kind, value, valid_from, valid_until, recorded_at) \
         SELECT *, $6 FROM unnest($1::int[], $2::text[], $3::text[], $4::date[], $5::date[])",
    )
    .persistent(false)
    .bind(facts.iter().map(|f| to_database(f.person)).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.kind).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.value.as_str()).collect::<Vec<_>>())
    .bind(from)
    .bind(until)
    .bind(now.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes the facts the whole of what is known of the persons: supersedes what is not among them,
/// adds what is new, leaves the rest. Gives the persons of whom something changed.
pub(crate) async fn replace(
    connection: &mut PgConnection,
    persons: &[u32],
    facts: &[Fact],
    now: Timestamp,
) -> Result<Vec<u32>, sqlx::Error> {
    let (from, until) = columns(facts.iter().map(|f| f.valid));
    let changed: Vec<i32> = sqlx::query_scalar(
        "WITH incoming AS MATERIALIZED ( \
             SELECT DISTINCT * FROM unnest($1::int[], $2::text[], $3::text[], $4::date[], $5::date[]) \
             AS n (person, kind, value, valid_from, valid_until) \
         ), gone AS ( \
             UPDATE fact SET superseded_at = greatest(recorded_at, $6) \
             WHERE superseded_at IS NULL AND person IN (SELECT unnest($7::int[])) AND NOT EXISTS ( \
                 SELECT FROM incoming n WHERE n.person = fact.person AND n.kind = fact.kind \
                 AND n.value = fact.value AND n.valid_from = fact.valid_from \
                 AND coalesce(n.valid_until, 'infinity') = coalesce(fact.valid_until, 'infinity')) \
             RETURNING person \
         ), added AS ( \
             INSERT INTO fact (person, kind, value, valid_from, valid_until, recorded_at) \
             SELECT n.*, $6 FROM incoming n WHERE NOT EXISTS ( \
                 SELECT FROM fact WHERE superseded_at IS NULL AND n.person = fact.person AND n.kind = fact.kind \
                 AND n.value = fact.value AND n.valid_from = fact.valid_from \
                 AND coalesce(n.valid_until, 'infinity') = coalesce(fact.valid_until, 'infinity')) \
             RETURNING person \
         ) SELECT person FROM gone UNION SELECT person FROM added",
    )
    .persistent(false)
    .bind(facts.iter().map(|f| to_database(f.person)).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.kind).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.value.as_str()).collect::<Vec<_>>())
    .bind(from)
    .bind(until)
    .bind(now.to_sqlx())
    .bind(persons.iter().copied().map(to_database).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    Ok(changed.into_iter().map(from_database).collect())
}
