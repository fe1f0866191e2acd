//! The table `notice`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row};
use varde_core::Language;

use super::outbox::fate;
use crate::{EmailAddress, Fate, Notice, NoticeId, OnboardingError};

/// Adds a notice, unless the same has been told; says whether it did.
pub(crate) async fn add(
    db: &mut PgConnection,
    id: NoticeId,
    notice: &Notice,
    now: Timestamp,
) -> Result<bool, OnboardingError> {
    let done = sqlx::query(
        "INSERT INTO notice (id, about, address, language, subject, body, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (about) DO NOTHING",
    )
    .bind(id.uuid())
    .bind(&notice.about)
    .bind(notice.to.as_str())
    .bind(notice.language.tag())
    .bind(&notice.subject)
    .bind(&notice.body)
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A notice and how it went.
pub(crate) async fn get(db: &mut PgConnection, id: NoticeId) -> Result<Option<(Notice, Fate)>, OnboardingError> {
    let select = "SELECT about, address, language, subject, body, sent_at, failed_at FROM notice WHERE id = $1";
    let Some(row) = sqlx::query(select).bind(id.uuid()).fetch_optional(db).await? else { return Ok(None) };
    let language: &str = row.try_get("language")?;
    let notice = Notice {
        about: row.try_get("about")?,
        to: EmailAddress::parse(row.try_get("address")?).map_err(|_| OnboardingError::Stored("address"))?,
        language: language.parse::<Language>().map_err(|_| OnboardingError::Stored("language"))?,
        subject: row.try_get("subject")?,
        body: row.try_get("body")?,
    };
    Ok(Some((notice, fate(&row)?)))
}
