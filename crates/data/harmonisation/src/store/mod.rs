//! Queries: versions of what is said, all kinds alike.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;
use varde_core::Actor;
use varde_store::Context;

use crate::{
    concept::{Concept, ConceptId, Represented, RepresentedId},
    relation::{Relation, RelationId},
};

/// The context's tables.
pub static CONTEXT: Context = Context { name: "harmonisation", migrations: sqlx::migrate!() };

/// Something of which versions are kept.
pub(crate) trait Said: Serialize + DeserializeOwned + Send + Unpin {
    /// Its name in the table.
    const KIND: &'static str;
    /// What names one.
    type Id: Copy + Eq + Send;

    fn id(uuid: Uuid) -> Self::Id;
    fn uuid(id: Self::Id) -> Uuid;
}

macro_rules! said {
    ($($type:ty, $id:ty, $kind:literal;)+) => {$(
        impl Said for $type {
            const KIND: &'static str = $kind;
            type Id = $id;
            fn id(uuid: Uuid) -> $id {
                <$id>::from_uuid(uuid)
            }
            fn uuid(id: $id) -> Uuid {
                id.uuid()
            }
        }
    )+};
}
said! {
    Concept, ConceptId, "concept";
    Represented, RepresentedId, "represented";
    Relation, RelationId, "relation";
}

/// A version of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version<T, I> {
    /// Of which.
    pub id: I,
    /// Its number, from 1.
    pub number: u32,
    /// When it was made.
    pub at: Timestamp,
    /// What it says.
    pub content: T,
}

/// A version of a thing, with its id.
pub(crate) type Of<T> = Version<T, <T as Said>::Id>;

fn version<T: Said>(row: &PgRow) -> sqlx::Result<Of<T>> {
    let number: i32 = row.try_get("number")?;
    Ok(Version {
        id: T::id(row.try_get("id")?),
        number: u32::try_from(number).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        at: row.try_get::<jiff_sqlx::Timestamp, _>("said_at")?.to_jiff(),
        content: row.try_get::<Json<T>, _>("content")?.0,
    })
}

/// Adds a version; false when somebody else has made that number.
pub(crate) async fn add<T: Said>(
    db: &mut PgConnection,
    (id, number): (T::Id, u32),
    content: &T,
    by: &Actor,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO said (kind, id, number, content, said_by, said_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT DO NOTHING",
    )
    .bind(T::KIND)
    .bind(T::uuid(id))
    .bind(i32::try_from(number).unwrap_or(i32::MAX))
    .bind(Json(content))
    .bind(Json(by))
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The latest version of each in the order they were begun, as they were before that time; now without one.
pub(crate) async fn all<T: Said>(db: &mut PgConnection, before: Option<Timestamp>) -> sqlx::Result<Vec<Of<T>>> {
    let rows = sqlx::query(
        "SELECT DISTINCT ON (id) id, number, said_at, content FROM said \
         WHERE kind = $1 AND ($2::timestamptz IS NULL OR said_at < $2) ORDER BY id, number DESC",
    )
    .bind(T::KIND)
    .bind(before.map(ToSqlx::to_sqlx))
    .fetch_all(db)
    .await?;
    rows.iter().map(version).collect()
}

/// The versions of one, the newest first, as they were before that time.
pub(crate) async fn of<T: Said>(
    db: &mut PgConnection,
    id: T::Id,
    before: Option<Timestamp>,
) -> sqlx::Result<Vec<Of<T>>> {
    let rows = sqlx::query(
        "SELECT id, number, said_at, content FROM said \
         WHERE kind = $1 AND id = $2 AND ($3::timestamptz IS NULL OR said_at < $3) ORDER BY number DESC",
    )
    .bind(T::KIND)
    .bind(T::uuid(id))
    .bind(before.map(ToSqlx::to_sqlx))
    .fetch_all(db)
    .await?;
    rows.iter().map(version).collect()
}

/// Keeps those who propose and decide apart until the transaction ends: whether two are related already
/// must not change between the look and the word. That is rare work of a few people.
pub(crate) async fn lock(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('harmonisation/relations', 0))").execute(db).await?;
    Ok(())
}
