//! Queries: versions of what is kept, all kinds alike.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use varde_core::Actor;
use varde_store::Context;

use crate::{Assessment, Deviation, Responsibility, Standard, System};

/// The context's tables.
pub static CONTEXT: Context = Context { name: "architecture", migrations: sqlx::migrate!() };

/// Something of which versions are kept.
pub(crate) trait Kept: Serialize + DeserializeOwned + Send + Unpin {
    /// Its name in the table.
    const KIND: &'static str;
}

impl Kept for Assessment {
    const KIND: &'static str = "assessment";
}
impl Kept for Deviation {
    const KIND: &'static str = "deviation";
}
impl Kept for System {
    const KIND: &'static str = "system";
}
impl Kept for Standard {
    const KIND: &'static str = "standard";
}
impl Kept for Responsibility {
    const KIND: &'static str = "responsibility";
}

/// A version of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version<T> {
    /// Of which.
    pub id: String,
    /// Its number, from 1.
    pub number: u32,
    /// When it was made.
    pub at: Timestamp,
    /// What it says.
    pub content: T,
}

fn version<T: Kept>(row: &PgRow) -> sqlx::Result<Version<T>> {
    let number: i32 = row.try_get("number")?;
    Ok(Version {
        id: row.try_get("id")?,
        number: u32::try_from(number).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        at: row.try_get::<jiff_sqlx::Timestamp, _>("made_at")?.to_jiff(),
        content: row.try_get::<Json<T>, _>("content")?.0,
    })
}

/// Adds a version; false when somebody else has made that number.
pub(crate) async fn add<T: Kept>(
    db: &mut PgConnection,
    id: &str,
    number: u32,
    content: &T,
    by: &Actor,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO version (kind, id, number, content, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT DO NOTHING",
    )
    .bind(T::KIND)
    .bind(id)
    .bind(i32::try_from(number).unwrap_or(i32::MAX))
    .bind(Json(content))
    .bind(Json(by))
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The latest version of each, as they were before that time; now without one.
pub(crate) async fn all<T: Kept>(db: &mut PgConnection, before: Option<Timestamp>) -> sqlx::Result<Vec<Version<T>>> {
    let rows = sqlx::query(
        "SELECT DISTINCT ON (id) id, number, made_at, content FROM version \
         WHERE kind = $1 AND ($2::timestamptz IS NULL OR made_at < $2) ORDER BY id, number DESC",
    )
    .bind(T::KIND)
    .bind(before.map(ToSqlx::to_sqlx))
    .fetch_all(db)
    .await?;
    rows.iter().map(version).collect()
}

/// The versions of one, the newest first, as they were before that time.
pub(crate) async fn of<T: Kept>(
    db: &mut PgConnection,
    id: &str,
    before: Option<Timestamp>,
) -> sqlx::Result<Vec<Version<T>>> {
    let rows = sqlx::query(
        "SELECT id, number, made_at, content FROM version \
         WHERE kind = $1 AND id = $2 AND ($3::timestamptz IS NULL OR made_at < $3) ORDER BY number DESC",
    )
    .bind(T::KIND)
    .bind(id)
    .bind(before.map(ToSqlx::to_sqlx))
    .fetch_all(db)
    .await?;
    rows.iter().map(version).collect()
}
