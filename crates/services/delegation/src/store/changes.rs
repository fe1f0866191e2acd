//! The table `change`.

use jiff_sqlx::ToSqlx;
use sqlx::{FromRow, PgConnection, Row, postgres::PgRow, types::Json};
use varde_core::{Actor, identifier::OrganisationNumber};

use crate::{Change, ChangeId, DelegationId, Kind, ResourceId, Right};

pub(super) fn unreadable(what: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("the delegation register has a {what} that cannot be read").into())
}

/// A number that is counted from one.
pub(super) fn count(number: i32) -> sqlx::Result<u32> {
    u32::try_from(number).map_err(|_| unreadable("number"))
}

impl FromRow<'_, PgRow> for Change {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let number = |column: &str| -> sqlx::Result<OrganisationNumber> {
            row.try_get::<&str, _>(column)?.parse().map_err(|_| unreadable("organisation number"))
        };
        let resource: &str = row.try_get("resource")?;
        let resource: ResourceId = resource.parse().map_err(|_| unreadable("resource"))?;
        let time = |column: &str| row.try_get::<jiff_sqlx::Timestamp, _>(column).map(jiff_sqlx::Timestamp::to_jiff);
        Ok(Self {
            id: ChangeId::from_uuid(row.try_get("id")?),
            delegation: DelegationId::from_uuid(row.try_get("delegation")?),
            right: Right { resource, from: number("giver")?, to: number("receiver")? },
            resource_version: count(row.try_get("resource_version")?)?,
            kind: Kind::from_name(row.try_get("kind")?).ok_or_else(|| unreadable("kind"))?,
            position: count(row.try_get("position")?)?,
            applies_from: time("applies_from")?,
            recorded_at: time("recorded_at")?,
        })
    }
}

/// Adds a change. Of two at the same position one fails, by the unique key.
pub(crate) async fn add(db: &mut PgConnection, change: &Change, by: &Actor) -> sqlx::Result<()> {
    let whole = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    sqlx::query(
        "INSERT INTO change (id, delegation, resource, resource_version, giver, receiver, position, kind, \
                             applies_from, recorded_at, made_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(change.id.uuid())
    .bind(change.delegation.uuid())
    .bind(change.right.resource.as_str())
    .bind(whole(change.resource_version))
    .bind(change.right.from.as_str())
    .bind(change.right.to.as_str())
    .bind(whole(change.position))
    .bind(change.kind.name())
    .bind(change.applies_from.to_sqlx())
    .bind(change.recorded_at.to_sqlx())
    .bind(Json(by))
    .execute(db)
    .await
    .map(drop)
}

/// The latest change of a right.
pub(crate) async fn latest(db: &mut PgConnection, right: &Right) -> sqlx::Result<Option<Change>> {
    sqlx::query_as(
        "SELECT id, delegation, resource, resource_version, giver, receiver, position, kind, applies_from, recorded_at \
         FROM change WHERE resource = $1 AND giver = $2 AND receiver = $3 ORDER BY position DESC LIMIT 1",
    )
    .bind(right.resource.as_str())
    .bind(right.from.as_str())
    .bind(right.to.as_str())
    .fetch_optional(db)
    .await
}

/// The changes of a delegation: the grant, and its end when it has one.
pub(crate) async fn of_delegation(db: &mut PgConnection, id: DelegationId) -> sqlx::Result<Vec<Change>> {
    sqlx::query_as(
        "SELECT id, delegation, resource, resource_version, giver, receiver, position, kind, applies_from, recorded_at \
         FROM change WHERE delegation = $1 ORDER BY position",
    )
    .bind(id.uuid())
    .fetch_all(db)
    .await
}

/// Every change to which an organisation is a party, in the order they were recorded.
pub(crate) async fn of_party(db: &mut PgConnection, party: OrganisationNumber) -> sqlx::Result<Vec<Change>> {
    sqlx::query_as(
        "SELECT id, delegation, resource, resource_version, giver, receiver, position, kind, applies_from, recorded_at \
         FROM change WHERE giver = $1 OR receiver = $1 ORDER BY recorded_at, position, id",
    )
    .bind(party.as_str())
    .fetch_all(db)
    .await
}
