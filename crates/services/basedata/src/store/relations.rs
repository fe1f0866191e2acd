//! Who is what to whom.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;
use varde_core::{Period, PersonId};

use super::{columns, from_database, to_database};
use crate::{AsAt, RelationKind};

/// A relation as its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) person: u32,
    pub(crate) kind: RelationKind,
    pub(crate) related: u32,
    pub(crate) valid: Period,
}

/// Makes the relations the whole of what is known of these persons; how many persons changed.
pub(crate) async fn replace(
    connection: &mut PgConnection,
    persons: &[u32],
    relations: &[Relation],
    now: Timestamp,
) -> Result<i64, sqlx::Error> {
    let (from, until) = columns(relations.iter().map(|r| r.valid));
    sqlx::query_scalar(
        "WITH incoming AS MATERIALIZED ( \
             SELECT DISTINCT * FROM unnest($1::int[], $2::text[], $3::int[], $4::date[], $5::date[]) \
             AS n (person, kind, related, valid_from, valid_until) \
         ), gone AS ( \
             UPDATE relation SET superseded_at = greatest(recorded_at, $6) \
             WHERE superseded_at IS NULL AND person IN (SELECT unnest($7::int[])) AND NOT EXISTS ( \
                 SELECT FROM incoming n WHERE n.person = relation.person AND n.kind = relation.kind \
                 AND n.related = relation.related AND n.valid_from = relation.valid_from \
                 AND coalesce(n.valid_until, 'infinity') = coalesce(relation.valid_until, 'infinity')) \
             RETURNING person \
         ), added AS ( \
             INSERT INTO relation (person, kind, related, valid_from, valid_until, recorded_at) \
             SELECT n.*, $6 FROM incoming n WHERE NOT EXISTS ( \
                 SELECT FROM relation WHERE superseded_at IS NULL AND n.person = relation.person \
                 AND n.kind = relation.kind AND n.related = relation.related AND n.valid_from = relation.valid_from \
                 AND coalesce(n.valid_until, 'infinity') = coalesce(relation.valid_until, 'infinity')) \
             RETURNING person \
         ) SELECT count(*) FROM (SELECT person FROM gone UNION SELECT person FROM added) AS changed",
    )
    .persistent(false)
    .bind(relations.iter().map(|r| to_database(r.person)).collect::<Vec<_>>())
    .bind(relations.iter().map(|r| r.kind.code()).collect::<Vec<_>>())
    .bind(relations.iter().map(|r| to_database(r.related)).collect::<Vec<_>>())
    .bind(from)
    .bind(until)
    .bind(now.to_sqlx())
    .bind(persons.iter().copied().map(to_database).collect::<Vec<_>>())
    .fetch_one(connection)
    .await
}

/// Those who are something to a person.
pub(crate) async fn of_person(
    connection: &mut PgConnection,
    person: PersonId,
    as_at: AsAt,
) -> Result<Vec<(String, PersonId)>, sqlx::Error> {
    let rows: Vec<(String, Uuid)> = sqlx::query_as(
        "SELECT relation.kind, other.id FROM person JOIN relation ON relation.person = person.index \
         JOIN person AS other ON other.index = relation.related WHERE person.id = $1 \
             AND relation.recorded_at <= $2 AND (relation.superseded_at IS NULL OR relation.superseded_at > $2) \
             AND relation.valid_from <= $3 AND (relation.valid_until IS NULL OR relation.valid_until >= $3) \
         ORDER BY relation.kind, other.index",
    )
    .bind(person.uuid())
    .bind(as_at.recorded.to_sqlx())
    .bind(as_at.valid.to_sqlx())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(kind, id)| (kind, PersonId::from_uuid(id))).collect())
}

/// Those for whom a person is this, such as the children for whom somebody is the mother; with
/// their birth dates.
pub(crate) async fn to_whom(
    connection: &mut PgConnection,
    related: PersonId,
    kinds: &[&str],
    as_at: AsAt,
) -> Result<Vec<(PersonId, Option<String>)>, sqlx::Error> {
    let rows: Vec<(Uuid, Option<String>)> = sqlx::query_as(
        "SELECT DISTINCT child.id, birth.value FROM person \
         JOIN relation ON relation.related = person.index JOIN person AS child ON child.index = relation.person \
         LEFT JOIN fact AS birth ON birth.person = child.index AND birth.kind = 'birth_date' \
             AND birth.recorded_at <= $2 AND (birth.superseded_at IS NULL OR birth.superseded_at > $2) \
         WHERE person.id = $1 AND relation.kind = ANY($4) \
             AND relation.recorded_at <= $2 AND (relation.superseded_at IS NULL OR relation.superseded_at > $2) \
             AND relation.valid_from <= $3 AND (relation.valid_until IS NULL OR relation.valid_until >= $3) \
         ORDER BY birth.value, child.id",
    )
    .bind(related.uuid())
    .bind(as_at.recorded.to_sqlx())
    .bind(as_at.valid.to_sqlx())
    .bind(kinds)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id, birth)| (PersonId::from_uuid(id), birth)).collect())
}

/// Everybody's parents, as child and parent, in the order of the indices.
pub(crate) async fn parents(connection: &mut PgConnection, as_at: AsAt) -> Result<Vec<(u32, u32)>, sqlx::Error> {
    let kinds = [RelationKind::Mother, RelationKind::Father, RelationKind::CoMother].map(|kind| kind.code());
    let rows: Vec<(i32, i32)> = sqlx::query_as(
        "SELECT DISTINCT person, related FROM relation WHERE kind = ANY($3) \
             AND recorded_at <= $1 AND (superseded_at IS NULL OR superseded_at > $1) \
             AND valid_from <= $2 AND (valid_until IS NULL OR valid_until >= $2) ORDER BY person, related",
    )
    .bind(as_at.recorded.to_sqlx())
    .bind(as_at.valid.to_sqlx())
    .bind(&kinds[..])
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(child, parent)| (from_database(child), from_database(parent))).collect())
}
