//! The table `rule`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::{Key, Kind, Rules, TerminologyError};

/// What the owner has set, or the usual rules.
pub(crate) async fn get(db: &mut PgConnection, kind: Kind, key: &Key) -> Result<Rules, TerminologyError> {
    let found: Option<(i16, i16)> = sqlx::query_as("SELECT eyes, loss_percent FROM rule WHERE kind = $1 AND key = $2")
        .bind(kind.name())
        .bind(key.as_str())
        .fetch_optional(db)
        .await?;
    let number = |n: i16| u8::try_from(n).map_err(|_| TerminologyError::Stored("rule"));
    match found {
        None => Ok(Rules::default()),
        Some((eyes, loss)) => Ok(Rules { eyes: number(eyes)?, loss_percent: number(loss)? }),
    }
}

/// Sets them.
pub(crate) async fn set(
    db: &mut PgConnection,
    kind: Kind,
    key: &Key,
    rules: Rules,
    now: Timestamp,
) -> Result<(), TerminologyError> {
    sqlx::query(
        "INSERT INTO rule (kind, key, eyes, loss_percent, set_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (kind, key) DO UPDATE SET eyes = $3, loss_percent = $4, set_at = $5",
    )
    .bind(kind.name())
    .bind(key.as_str())
    .bind(i16::from(rules.eyes))
    .bind(i16::from(rules.loss_percent))
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}
