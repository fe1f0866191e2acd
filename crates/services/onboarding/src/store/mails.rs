//! The table `mail`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow};
use varde_core::Language;

use super::{count, outbox::fate, whole};
use crate::{EmailAddress, Fate, Mail, MailId, MailKind, OnboardingError, OrderId};

/// Adds a mail, unless the same has been told; says whether it did.
pub(crate) async fn add(db: &mut PgConnection, mail: &Mail, now: Timestamp) -> Result<bool, OnboardingError> {
    let done = sqlx::query(
        "INSERT INTO mail (id, about, kind, service_order, terms, days, address, language, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (about) DO NOTHING",
    )
    .bind(mail.id.uuid())
    .bind(&mail.about)
    .bind(mail.kind.name())
    .bind(mail.order.uuid())
    .bind(mail.terms.map(whole))
    .bind(mail.days.map(whole))
    .bind(mail.address.as_str())
    .bind(mail.language.tag())
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

fn mail(row: &PgRow) -> Result<(Mail, Fate), OnboardingError> {
    let kind: &str = row.try_get("kind")?;
    let language: &str = row.try_get("language")?;
    let number = |column: &str| -> Result<Option<u32>, OnboardingError> {
        // No day is left on the last one.
        let found: Option<i32> = row.try_get(column)?;
        found.map(|n| if n == 0 { Ok(0) } else { count(n) }).transpose()
    };
    let mail = Mail {
        id: MailId::from_uuid(row.try_get("id")?),
        about: row.try_get("about")?,
        kind: MailKind::from_name(kind).ok_or(OnboardingError::Stored("kind of mail"))?,
        order: OrderId::from_uuid(row.try_get("service_order")?),
        terms: number("terms")?,
        days: number("days")?,
        address: EmailAddress::parse(row.try_get("address")?).map_err(|_| OnboardingError::Stored("address"))?,
        language: language.parse::<Language>().map_err(|_| OnboardingError::Stored("language"))?,
    };
    Ok((mail, fate(row)?))
}

/// A mail and how it went.
pub(crate) async fn get(db: &mut PgConnection, id: MailId) -> Result<Option<(Mail, Fate)>, OnboardingError> {
    let found = sqlx::query(
        "SELECT id, about, kind, service_order, terms, days, address, language, sent_at, failed_at FROM mail WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(db)
    .await?;
    found.as_ref().map(mail).transpose()
}

/// The mails about an order, the first first.
pub(crate) async fn of_order(db: &mut PgConnection, order: OrderId) -> Result<Vec<(Mail, Fate)>, OnboardingError> {
    let rows = sqlx::query(
        "SELECT id, about, kind, service_order, terms, days, address, language, sent_at, failed_at \
         FROM mail WHERE service_order = $1 ORDER BY made_at, id",
    )
    .bind(order.uuid())
    .fetch_all(db)
    .await?;
    rows.iter().map(mail).collect()
}
