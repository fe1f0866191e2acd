//! The tables `delegation_use` and `delegation_use_total`.

use std::collections::BTreeMap;

use jiff_sqlx::ToSqlx;
use sqlx::{FromRow, PgConnection, Row, postgres::PgRow};
use varde_core::EntryId;

use super::changes::unreadable;
use crate::{DelegationId, Total, Use, UseId, UseKind};

impl FromRow<'_, PgRow> for Use {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let child: Option<&str> = row.try_get("child")?;
        let child = child.map(|text| text.parse().map_err(|_| unreadable("organisation number"))).transpose()?;
        Ok(Self {
            id: UseId::from_uuid(row.try_get("id")?),
            kind: UseKind::from_name(row.try_get("kind")?).ok_or_else(|| unreadable("kind of use"))?,
            at: row.try_get::<jiff_sqlx::Timestamp, _>("at")?.to_jiff(),
            client: row.try_get("client")?,
            client_name: row.try_get("client_name")?,
            audience: row.try_get("audience")?,
            scope: row.try_get("scope")?,
            child,
            entry: EntryId::from_uuid(row.try_get("entry")?),
        })
    }
}

/// Adds a use and counts it; says whether it is new.
pub(crate) async fn add(db: &mut PgConnection, delegation: DelegationId, one: &Use) -> sqlx::Result<bool> {
    let added = sqlx::query(
        "INSERT INTO delegation_use (delegation, id, kind, at, client, client_name, audience, scope, child, entry) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
    )
    .bind(delegation.uuid())
    .bind(one.id.uuid())
    .bind(one.kind.name())
    .bind(one.at.to_sqlx())
    .bind(one.client)
    .bind(&one.client_name)
    .bind(&one.audience)
    .bind(&one.scope)
    .bind(one.child.map(|child| child.as_str().to_owned()))
    .bind(one.entry.uuid())
    .execute(&mut *db)
    .await?
    .rows_affected();
    if added == 0 {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO delegation_use_total AS total (delegation, uses, last_at) VALUES ($1, 1, $2) \
         ON CONFLICT (delegation) DO UPDATE \
         SET uses = total.uses + 1, last_at = greatest(total.last_at, excluded.last_at)",
    )
    .bind(delegation.uuid())
    .bind(one.at.to_sqlx())
    .execute(db)
    .await?;
    Ok(true)
}

/// The newest uses before that one, newest first, at most so many.
pub(crate) async fn before(
    db: &mut PgConnection,
    delegation: DelegationId,
    before: Option<UseId>,
    most: i64,
) -> sqlx::Result<Vec<Use>> {
    sqlx::query_as(
        "SELECT id, kind, at, client, client_name, audience, scope, child, entry FROM delegation_use \
         WHERE delegation = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
    )
    .bind(delegation.uuid())
    .bind(before.map(UseId::uuid))
    .bind(most)
    .fetch_all(db)
    .await
}

/// The entry that proves a use.
pub(crate) async fn entry(db: &mut PgConnection, delegation: DelegationId, id: UseId) -> sqlx::Result<Option<EntryId>> {
    let entry: Option<uuid::Uuid> =
        sqlx::query_scalar("SELECT entry FROM delegation_use WHERE delegation = $1 AND id = $2")
            .bind(delegation.uuid())
            .bind(id.uuid())
            .fetch_optional(db)
            .await?;
    Ok(entry.map(EntryId::from_uuid))
}

/// How often each was used and when last; those that never were are not among them.
pub(crate) async fn totals(
    db: &mut PgConnection,
    delegations: &[DelegationId],
) -> sqlx::Result<BTreeMap<DelegationId, Total>> {
    let ids: Vec<uuid::Uuid> = delegations.iter().map(|id| id.uuid()).collect();
    let rows: Vec<(uuid::Uuid, i64, jiff_sqlx::Timestamp)> =
        sqlx::query_as("SELECT delegation, uses, last_at FROM delegation_use_total WHERE delegation = ANY($1)")
            .bind(ids)
            .fetch_all(db)
            .await?;
    let total = |(id, uses, at): (uuid::Uuid, i64, jiff_sqlx::Timestamp)| {
        let uses = u64::try_from(uses).map_err(|_| unreadable("count of uses"))?;
        Ok((DelegationId::from_uuid(id), Total { uses, last_at: at.to_jiff() }))
    };
    rows.into_iter().map(total).collect()
}
