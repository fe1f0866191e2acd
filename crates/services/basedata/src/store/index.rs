//! Numbers, persons and indices.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;
use varde_core::PersonId;

use super::{CHUNK, from_database, to_database};

/// A person and their index.
pub(crate) type Pair = (PersonId, u32);

/// Locks the counter: nobody else adds persons until this transaction ends.
pub(crate) async fn lock(connection: &mut PgConnection) -> Result<u32, sqlx::Error> {
    let next: i32 = sqlx::query_scalar("SELECT next FROM next_index FOR UPDATE").fetch_one(connection).await?;
    Ok(from_database(next))
}

/// How many persons there are: one more than the highest index.
pub(crate) async fn population(connection: &mut PgConnection) -> Result<u32, sqlx::Error> {
    let next: i32 = sqlx::query_scalar("SELECT next FROM next_index").fetch_one(connection).await?;
    Ok(from_database(next))
}

/// The persons that the values mean in the namespace, in the order given.
pub(crate) async fn resolve(
    connection: &mut PgConnection,
    namespace: &str,
    values: &[&str],
) -> Result<Vec<Option<Pair>>, sqlx::Error> {
    let mut found = vec![None; values.len()];
    for (chunk, places) in values.chunks(CHUNK).zip(found.chunks_mut(CHUNK)) {
        // Not kept as a prepared statement: the plan must fit the length of this very array.
        let rows: Vec<(i64, Uuid, i32)> = sqlx::query_as(
            "SELECT wanted.place, person.id, person.index \
             FROM unnest($2::text[]) WITH ORDINALITY AS wanted (value, place) \
             JOIN identifier ON identifier.namespace = $1 AND identifier.value = wanted.value \
             JOIN person ON person.index = identifier.person",
        )
        .persistent(false)
        .bind(namespace)
        .bind(chunk)
        .fetch_all(&mut *connection)
        .await?;
        for (place, id, index) in rows {
            if let Some(slot) = usize::try_from(place - 1).ok().and_then(|i| places.get_mut(i)) {
                *slot = Some((PersonId::from_uuid(id), from_database(index)));
            }
        }
    }
    Ok(found)
}

/// Adds persons with the indices from `first` on, in order, under [`lock`].
pub(crate) async fn add(
    connection: &mut PgConnection,
    ids: &[PersonId],
    first: u32,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let indices: Vec<i32> = (first..).zip(ids).map(|(index, _)| to_database(index)).collect();
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    sqlx::query("INSERT INTO person (index, id, recorded_at) SELECT *, $3 FROM unnest($1::int[], $2::uuid[])")
        .persistent(false)
        .bind(&indices)
        .bind(&ids)
        .bind(now.to_sqlx())
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE next_index SET next = next + $1")
        .bind(i32::try_from(ids.len()).unwrap_or(i32::MAX))
        .execute(connection)
        .await?;
    Ok(())
}

/// Ties values to persons; those that are tied already stay as they are.
pub(crate) async fn tie(
    connection: &mut PgConnection,
    namespace: &str,
    values: &[&str],
    persons: &[u32],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let persons: Vec<i32> = persons.iter().copied().map(to_database).collect();
    sqlx::query(
        "INSERT INTO identifier (namespace, value, person, recorded_at) \
         SELECT $1, value, person, $4 FROM unnest($2::text[], $3::int[]) AS tied (value, person) \
         ON CONFLICT (namespace, value) DO NOTHING",
    )
    .persistent(false)
    .bind(namespace)
    .bind(values)
    .bind(&persons)
    .bind(now.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// The persons with these indices, in the order given.
pub(crate) async fn persons_of(
    connection: &mut PgConnection,
    indices: &[u32],
) -> Result<Vec<Option<PersonId>>, sqlx::Error> {
    let mut persons = Vec::with_capacity(indices.len());
    for chunk in indices.chunks(CHUNK) {
        let chunk: Vec<i32> = chunk.iter().copied().map(to_database).collect();
        let rows: Vec<Option<Uuid>> = sqlx::query_scalar(
            "SELECT person.id FROM unnest($1::int[]) WITH ORDINALITY AS wanted (index, place) \
             LEFT JOIN person ON person.index = wanted.index ORDER BY wanted.place",
        )
        .persistent(false)
        .bind(&chunk)
        .fetch_all(&mut *connection)
        .await?;
        persons.extend(rows.into_iter().map(|id| id.map(PersonId::from_uuid)));
    }
    Ok(persons)
}

/// The indices of these persons, in the order given.
pub(crate) async fn indices_of(
    connection: &mut PgConnection,
    persons: &[PersonId],
) -> Result<Vec<Option<u32>>, sqlx::Error> {
    let mut indices = Vec::with_capacity(persons.len());
    for chunk in persons.chunks(CHUNK) {
        let chunk: Vec<Uuid> = chunk.iter().map(|p| p.uuid()).collect();
        let rows: Vec<Option<i32>> = sqlx::query_scalar(
            "SELECT person.index FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, place) \
             LEFT JOIN person ON person.id = wanted.id ORDER BY wanted.place",
        )
        .persistent(false)
        .bind(&chunk)
        .fetch_all(&mut *connection)
        .await?;
        indices.extend(rows.into_iter().map(|index| index.map(from_database)));
    }
    Ok(indices)
}
