//! The table `mailbox`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow};
use varde_core::Language;

use super::time;
use crate::{OnboardingError, Received, ports::Letter};

/// Puts a letter into the mailbox; one that is there already stays as it is. Says whether it is new.
pub(crate) async fn put(db: &mut PgConnection, letter: &Letter, now: Timestamp) -> Result<bool, OnboardingError> {
    let done = sqlx::query(
        "INSERT INTO mailbox (message_id, address, language, subject, body, received_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(&letter.message_id)
    .bind(letter.to.as_str())
    .bind(letter.language.tag())
    .bind(&letter.subject)
    .bind(&letter.body)
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The newest letters, the newest first.
pub(crate) async fn newest(db: &mut PgConnection, limit: i64) -> Result<Vec<Received>, OnboardingError> {
    let rows = sqlx::query(
        "SELECT address, language, subject, body, received_at FROM mailbox ORDER BY received_at DESC, message_id DESC LIMIT $1",
    )
    .bind(limit)
    .fetch_all(db)
    .await?;
    let one = |row: &PgRow| {
        let language: &str = row.try_get("language")?;
        Ok(Received {
            address: row.try_get("address")?,
            language: language.parse::<Language>().map_err(|_| OnboardingError::Stored("language"))?,
            subject: row.try_get("subject")?,
            body: row.try_get("body")?,
            received_at: time(row, "received_at")?,
        })
    };
    rows.iter().map(one).collect()
}
