//! The tables `delegation_use` and `delegation_use_total`.

use std::collections::{BTreeMap, BTreeSet};

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

/// Adds uses, each of one delegation, and counts them, in one statement; gives those that are new.
pub(crate) async fn add(db: &mut PgConnection, uses: &[(DelegationId, &Use)]) -> sqlx::Result<BTreeSet<UseId>> {
    let added: Vec<uuid::Uuid> = sqlx::query_scalar(
        "WITH added AS ( \
             INSERT INTO delegation_use (delegation, id, kind, at, client, client_name, audience, scope, child, entry) \
             SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::uuid[], $6::text[], \
                 $7::text[], $8::text[], $9::text[], $10::uuid[]) \
             ON CONFLICT DO NOTHING RETURNING delegation, id, at \
         ), counted AS ( \
             INSERT INTO delegation_use_total AS total (delegation, uses, last_at) \
             SELECT delegation, count(*), max(at) FROM added GROUP BY delegation ORDER BY delegation \
             ON CONFLICT (delegation) DO UPDATE \
             SET uses = total.uses + excluded.uses, last_at = greatest(total.last_at, excluded.last_at) \
         ) SELECT DISTINCT id FROM added",
    )
    .bind(uses.iter().map(|(delegation, _)| delegation.uuid()).collect::<Vec<_>>())
    .bind(uses.iter().map(|(_, one)| one.id.uuid()).collect::<Vec<_>>())
    .bind(uses.iter().map(|(_, one)| one.kind.name()).collect::<Vec<_>>())
    .bind(uses.iter().map(|(_, one)| one.at.to_sqlx()).collect::<Vec<_>>())
    .bind(uses.iter().map(|(_, one)| one.client).collect::<Vec<_>>())
    .bind(uses.iter().map(|(_, one)| one.client_name.as_str()).collect::<Vec<_>>())
    .bind(uses.iter().map(|(_, one)| one.audience.as_str()).collect::<Vec<_>>())
    .bind(uses.iter().map(|(_, one)| one.scope.as_str()).collect::<Vec<_>>())
    .bind(uses.iter().map(|(_, one)| one.child.map(|child| child.as_str().to_owned())).collect::<Vec<_>>())
    .bind(uses.iter().map(|(_, one)| one.entry.uuid()).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    Ok(added.into_iter().map(UseId::from_uuid).collect())
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
