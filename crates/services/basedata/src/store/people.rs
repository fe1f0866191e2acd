//! Reading the population register.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use roaring::RoaringBitmap;
use sqlx::PgConnection;
use uuid::Uuid;
use varde_core::{Period, PersonId};

use super::{CHUNK, from_database, to_database};
use crate::{AsAt, Attributes, BasedataError, Gender, Municipality, Status};

/// The current value of each kind of fact about a person. Of several numbers the one that came
/// into use last.
pub(crate) async fn facts(
    connection: &mut PgConnection,
    person: PersonId,
    as_at: AsAt,
) -> Result<Option<BTreeMap<String, String>>, sqlx::Error> {
    let rows: Vec<(Option<String>, Option<String>)> = sqlx::query_as(
        "SELECT fact.kind, fact.value FROM person LEFT JOIN fact ON fact.person = person.index \
             AND fact.recorded_at <= $2 AND (fact.superseded_at IS NULL OR fact.superseded_at > $2) \
             AND fact.valid_from <= $3 AND (fact.valid_until IS NULL OR fact.valid_until >= $3) \
         WHERE person.id = $1 ORDER BY fact.valid_from",
    )
    .bind(person.uuid())
    .bind(as_at.recorded.to_sqlx())
    .bind(as_at.valid.to_sqlx())
    .fetch_all(connection)
    .await?;
    if rows.is_empty() {
        return Ok(None);
    }
    Ok(Some(rows.into_iter().filter_map(|(kind, value)| Some((kind?, value?))).collect()))
}

/// The names of persons.
pub(crate) async fn names(
    connection: &mut PgConnection,
    persons: &[PersonId],
    as_at: AsAt,
) -> Result<BTreeMap<PersonId, String>, sqlx::Error> {
    let persons: Vec<Uuid> = persons.iter().map(|p| p.uuid()).collect();
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT person.id, fact.value FROM person JOIN fact ON fact.person = person.index \
         WHERE person.id = ANY($1) AND fact.kind = 'name' \
             AND fact.recorded_at <= $2 AND (fact.superseded_at IS NULL OR fact.superseded_at > $2) \
             AND fact.valid_from <= $3 AND (fact.valid_until IS NULL OR fact.valid_until >= $3)",
    )
    .bind(&persons)
    .bind(as_at.recorded.to_sqlx())
    .bind(as_at.valid.to_sqlx())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id, name)| (PersonId::from_uuid(id), name)).collect())
}

/// Those whose address is confidential or strictly confidential.
pub(crate) async fn protected(connection: &mut PgConnection, as_at: AsAt) -> Result<RoaringBitmap, sqlx::Error> {
    let rows: Vec<i32> = sqlx::query_scalar(
        "SELECT DISTINCT person FROM fact WHERE kind = 'protection' AND value <> 'unclassified' \
             AND recorded_at <= $1 AND (superseded_at IS NULL OR superseded_at > $1) \
             AND valid_from <= $2 AND (valid_until IS NULL OR valid_until >= $2) ORDER BY person",
    )
    .bind(as_at.recorded.to_sqlx())
    .bind(as_at.valid.to_sqlx())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(from_database).collect())
}

type ResidenceRow = (i32, String, jiff_sqlx::Date, Option<jiff_sqlx::Date>);

/// Where everybody has lived and when, read a range of indices at a time.
pub(crate) async fn residences(
    connection: &mut PgConnection,
    population: u32,
    recorded: Timestamp,
) -> Result<Vec<(u32, Municipality, Period)>, BasedataError> {
    let mut homes = Vec::new();
    let step = u32::try_from(CHUNK).unwrap_or(u32::MAX);
    for first in (0..population).step_by(CHUNK) {
        let rows: Vec<ResidenceRow> = sqlx::query_as(
            "SELECT person, value, valid_from, valid_until FROM fact \
             WHERE kind = 'municipality' AND person >= $1 AND person < $2 \
                 AND recorded_at <= $3 AND (superseded_at IS NULL OR superseded_at > $3) \
             ORDER BY person, valid_from",
        )
        .persistent(false)
        .bind(to_database(first))
        .bind(to_database(first.saturating_add(step)))
        .bind(recorded.to_sqlx())
        .fetch_all(&mut *connection)
        .await?;
        for (person, municipality, from, until) in rows {
            let municipality = municipality.parse().map_err(|_| BasedataError::Unreadable("municipality"))?;
            let period = Period { from: from.to_jiff(), until: until.map(jiff_sqlx::Date::to_jiff) };
            homes.push((from_database(person), municipality, period));
        }
    }
    Ok(homes)
}

type AttributesRow = (i32, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

/// The fields of everybody, read a range of indices at a time.
pub(crate) async fn attributes(
    connection: &mut PgConnection,
    population: u32,
    as_at: AsAt,
) -> Result<Attributes, BasedataError> {
    let mut attributes = Attributes::unknown(population.try_into().unwrap_or(usize::MAX));
    let step = u32::try_from(CHUNK).unwrap_or(u32::MAX);
    for first in (0..population).step_by(CHUNK) {
        let rows: Vec<AttributesRow> = sqlx::query_as(
            "SELECT person, max(value) FILTER (WHERE kind = 'birth_date'), max(value) FILTER (WHERE kind = 'gender'), \
                 max(value) FILTER (WHERE kind = 'municipality'), max(value) FILTER (WHERE kind = 'status'), \
                 max(value) FILTER (WHERE kind = 'death_date') \
             FROM fact WHERE person >= $1 AND person < $2 \
                 AND recorded_at <= $3 AND (superseded_at IS NULL OR superseded_at > $3) \
                 AND valid_from <= $4 AND (valid_until IS NULL OR valid_until >= $4) GROUP BY person",
        )
        .persistent(false)
        .bind(to_database(first))
        .bind(to_database(first.saturating_add(step)))
        .bind(as_at.recorded.to_sqlx())
        .bind(as_at.valid.to_sqlx())
        .fetch_all(&mut *connection)
        .await?;
        rows.into_iter().try_for_each(|row| fill(&mut attributes, row))?;
    }
    Ok(attributes)
}

fn fill(attributes: &mut Attributes, row: AttributesRow) -> Result<(), BasedataError> {
    let (person, birth, gender, municipality, status, death) = row;
    let i = usize::try_from(person).unwrap_or(usize::MAX);
    // Somebody who was added while this read went on is not in it.
    if i >= attributes.len() {
        return Ok(());
    }
    attributes.birth_date[i] = read("birth date", birth, |t| t.parse::<Date>().ok())?;
    attributes.gender[i] = read("gender", gender, Gender::from_code)?;
    attributes.municipality[i] = read("municipality", municipality, |t| t.parse().ok())?;
    attributes.status[i] = read("status", status, Status::from_code)?;
    attributes.death_date[i] = read("death date", death, |t| t.parse::<Date>().ok())?;
    Ok(())
}

/// A stored text as its value.
pub(crate) fn read<T>(
    what: &'static str,
    text: Option<impl AsRef<str>>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, BasedataError> {
    match text {
        None => Ok(None),
        Some(text) => read(text.as_ref()).map(Some).ok_or(BasedataError::Unreadable(what)),
    }
}
