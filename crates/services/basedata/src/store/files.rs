//! How far files have been taken in.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

/// How far one part of a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// That many records are in; the rest is not.
    Until(u64),
    /// All of it is in, and nothing of the kind came after it.
    Finished,
}

/// How far this part of the file is in. A file that was followed by another is taken in anew: it may
/// be meant to put things back.
pub(crate) async fn progress(
    connection: &mut PgConnection,
    digest: &[u8; 32],
    part: &str,
) -> Result<Progress, sqlx::Error> {
    let row: Option<(i64, bool, bool)> = sqlx::query_as(
        "SELECT done, finished_at IS NOT NULL, \
           EXISTS (SELECT FROM import_file l WHERE l.part = f.part AND l.began_at > f.began_at) \
         FROM import_file f WHERE digest = $1 AND part = $2",
    )
    .bind(digest.as_slice())
    .bind(part)
    .fetch_optional(connection)
    .await?;
    Ok(match row {
        Some((_, _, true)) | None => Progress::Until(0),
        Some((_, true, false)) => Progress::Finished,
        Some((done, false, false)) => Progress::Until(u64::try_from(done).unwrap_or(0)),
    })
}

/// How far a file has come when a batch of it is in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The file.
    pub(crate) digest: [u8; 32],
    /// Which part of it.
    pub(crate) part: &'static str,
    /// Whether the batch is the first one.
    pub(crate) first: bool,
    /// How many records are in with it.
    pub(crate) done: u64,
    /// Whether that is all of them.
    pub(crate) finished: bool,
}

/// Writes how far it is, with the records themselves.
pub(crate) async fn advance(connection: &mut PgConnection, step: &Step, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO import_file (digest, part, done, began_at, finished_at) \
         VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN $4::timestamptz END) \
         ON CONFLICT (digest, part) DO UPDATE SET done = $3, finished_at = CASE WHEN $5 THEN $4::timestamptz END, \
           began_at = CASE WHEN $6 THEN $4::timestamptz ELSE import_file.began_at END",
    )
    .bind(step.digest.as_slice())
    .bind(step.part)
    .bind(i64::try_from(step.done).unwrap_or(i64::MAX))
    .bind(now.to_sqlx())
    .bind(step.finished)
    .bind(step.first)
    .execute(connection)
    .await?;
    Ok(())
}
