//! Rows that could not be used: their groups and what was decided of them, in the database.

use std::collections::BTreeMap;

use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row};
use uuid::Uuid;
use varde_core::ReleaseId;

use super::{count, signed};
use crate::{
    PlatformError,
    import::Reason,
    model::{Decision, DecisionKind, QuarantineGroup},
};

pub(crate) async fn insert(
    connection: &mut PgConnection,
    release: ReleaseId,
    groups: &BTreeMap<(Reason, String), u64>,
) -> Result<(), PlatformError> {
    let reasons: Vec<&str> = groups.keys().map(|(reason, _)| reason.name()).collect();
    let columns: Vec<&str> = groups.keys().map(|(_, column)| column.as_str()).collect();
    let rows: Vec<i64> = groups.values().copied().map(signed).collect();
    sqlx::query(
        "INSERT INTO quarantine (release, reason, \"column\", rows, open) \
         SELECT $1, reason, \"column\", rows, rows FROM unnest($2::text[], $3::text[], $4::bigint[]) \
         AS found (reason, \"column\", rows)",
    )
    .persistent(false)
    .bind(release.uuid())
    .bind(&reasons)
    .bind(&columns)
    .bind(&rows)
    .execute(connection)
    .await?;
    Ok(())
}

/// The groups, those with most open rows first.
pub(crate) async fn groups(
    connection: &mut PgConnection,
    release: ReleaseId,
) -> Result<Vec<QuarantineGroup>, PlatformError> {
    let rows = sqlx::query(
        "SELECT reason, \"column\", rows, open FROM quarantine WHERE release = $1 \
         ORDER BY open DESC, rows DESC, reason, \"column\"",
    )
    .bind(release.uuid())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let reason: String = row.try_get("reason")?;
            Ok(QuarantineGroup {
                reason: Reason::from_name(&reason).ok_or(PlatformError::Unreadable("reason"))?,
                column: row.try_get("column")?,
                rows: count(row.try_get("rows")?),
                open: count(row.try_get("open")?),
                lines: Vec::new(),
            })
        })
        .collect()
}

/// Sets how many rows of a group wait for somebody.
pub(crate) async fn leave_open(
    connection: &mut PgConnection,
    release: ReleaseId,
    (reason, column): (Reason, &str),
    open: u64,
) -> Result<(), PlatformError> {
    sqlx::query("UPDATE quarantine SET open = $4 WHERE release = $1 AND reason = $2 AND \"column\" = $3")
        .bind(release.uuid())
        .bind(reason.name())
        .bind(column)
        .bind(signed(open))
        .execute(connection)
        .await?;
    Ok(())
}

/// Nothing of the release waits any more.
pub(crate) async fn close(connection: &mut PgConnection, release: ReleaseId) -> Result<(), PlatformError> {
    sqlx::query("UPDATE quarantine SET open = 0 WHERE release = $1").bind(release.uuid()).execute(connection).await?;
    Ok(())
}

pub(crate) async fn decide(
    connection: &mut PgConnection,
    id: Uuid,
    release: ReleaseId,
    decision: &Decision,
) -> Result<(), PlatformError> {
    let lines: Vec<i64> = decision.lines.iter().copied().map(signed).collect();
    sqlx::query(
        "INSERT INTO quarantine_decision (id, release, kind, reason, \"column\", lines, because, renewed_as, decided_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id)
    .bind(release.uuid())
    .bind(decision.kind.name())
    .bind(decision.group.as_ref().map(|(reason, _)| reason.name()))
    .bind(decision.group.as_ref().map(|(_, column)| column.as_str()))
    .bind(&lines)
    .bind(&decision.because)
    .bind(decision.renewed_as.map(ReleaseId::uuid))
    .bind(decision.decided_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// What was decided, the newest first.
pub(crate) async fn decisions(
    connection: &mut PgConnection,
    release: ReleaseId,
) -> Result<Vec<Decision>, PlatformError> {
    let rows = sqlx::query(
        "SELECT kind, reason, \"column\", lines, because, renewed_as, decided_at FROM quarantine_decision \
         WHERE release = $1 ORDER BY decided_at DESC, id DESC",
    )
    .bind(release.uuid())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let (kind, reason): (String, Option<String>) = (row.try_get("kind")?, row.try_get("reason")?);
            let (column, lines): (Option<String>, Vec<i64>) = (row.try_get("column")?, row.try_get("lines")?);
            let at: jiff_sqlx::Timestamp = row.try_get("decided_at")?;
            Ok(Decision {
                kind: DecisionKind::from_name(&kind).ok_or(PlatformError::Unreadable("decision"))?,
                group: reason.as_deref().and_then(Reason::from_name).zip(column),
                lines: lines.into_iter().map(count).collect(),
                because: row.try_get("because")?,
                renewed_as: row.try_get::<Option<Uuid>, _>("renewed_as")?.map(ReleaseId::from_uuid),
                decided_at: at.to_jiff(),
            })
        })
        .collect()
}
