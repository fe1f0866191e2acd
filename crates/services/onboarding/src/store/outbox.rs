//! How what is sent went: the tables `mail` and `notice` say it alike.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, postgres::PgRow};
use uuid::Uuid;

use super::maybe_time;
use crate::{Fate, MailId, NoticeId, OnboardingError};

/// What was put down to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outgoing {
    /// A mail about an order.
    Mail(MailId),
    /// A notice of another part of Varde.
    Notice(NoticeId),
}

impl Outgoing {
    fn id(self) -> Uuid {
        match self {
            Self::Mail(id) => id.uuid(),
            Self::Notice(id) => id.uuid(),
        }
    }
}

/// How it went, from its row.
pub(super) fn fate(row: &PgRow) -> Result<Fate, OnboardingError> {
    Ok(match (maybe_time(row, "sent_at")?, maybe_time(row, "failed_at")?) {
        (Some(_), _) => Fate::Sent,
        (None, Some(_)) => Fate::Failed,
        (None, None) => Fate::Waits,
    })
}

/// Notes that the server has taken it.
pub(crate) async fn sent(db: &mut PgConnection, which: Outgoing, now: Timestamp) -> Result<(), OnboardingError> {
    let update = match which {
        Outgoing::Mail(_) => "UPDATE mail SET sent_at = $2, failed_at = NULL, failure = NULL WHERE id = $1",
        Outgoing::Notice(_) => "UPDATE notice SET sent_at = $2, failed_at = NULL, failure = NULL WHERE id = $1",
    };
    sqlx::query(update).bind(which.id()).bind(now.to_sqlx()).execute(db).await?;
    Ok(())
}

/// Notes that the server will never take it, and why.
pub(crate) async fn failed(
    db: &mut PgConnection,
    which: Outgoing,
    why: &str,
    now: Timestamp,
) -> Result<(), OnboardingError> {
    let update = match which {
        Outgoing::Mail(_) => "UPDATE mail SET failed_at = $2, failure = $3 WHERE id = $1",
        Outgoing::Notice(_) => "UPDATE notice SET failed_at = $2, failure = $3 WHERE id = $1",
    };
    sqlx::query(update).bind(which.id()).bind(now.to_sqlx()).bind(why).execute(db).await?;
    Ok(())
}
