//! Queries. What a permit says is read by opening its seal, every time: a row changed by hand in the
//! database is found and refused.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{FromRow, PgConnection, Row, postgres::PgRow};
use uuid::Uuid;
use varde_core::{ApplicationId, DecisionId, OrganisationId, PermitId, PersonId};

use crate::Permit;

/// An issued permit as it is kept.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) sealed: String,
    pub(crate) issued_at: Timestamp,
    pub(crate) revoked: Option<(Timestamp, String)>,
}

impl FromRow<'_, PgRow> for Kept {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let at: Option<jiff_sqlx::Timestamp> = row.try_get("revoked_at")?;
        let reason: Option<String> = row.try_get("reason")?;
        Ok(Self {
            sealed: row.try_get("sealed")?,
            issued_at: row.try_get::<jiff_sqlx::Timestamp, _>("issued_at")?.to_jiff(),
            revoked: at.map(jiff_sqlx::Timestamp::to_jiff).zip(reason),
        })
    }
}

/// Adds the permit; false when its decision has one already.
pub(crate) async fn add(db: &mut PgConnection, permit: &Permit, sealed: &str, at: Timestamp) -> sqlx::Result<bool> {
    let persons: Vec<Uuid> = permit.persons.iter().map(|person| person.uuid()).collect();
    let added = sqlx::query(
        "INSERT INTO permit (id, decision, application, predecessor, holder, persons, decided_at, issued_at, sealed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (decision) DO NOTHING",
    )
    .bind(permit.id.uuid())
    .bind(permit.decision.uuid())
    .bind(permit.application.uuid())
    .bind(permit.predecessor.map(PermitId::uuid))
    .bind(permit.holder.uuid())
    .bind(persons)
    .bind(permit.decided_at.to_sqlx())
    .bind(at.to_sqlx())
    .bind(sealed)
    .execute(db)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// Revokes; false when it was revoked already.
pub(crate) async fn revoke(db: &mut PgConnection, id: PermitId, reason: &str, at: Timestamp) -> sqlx::Result<bool> {
    let insert = "INSERT INTO revocation (permit, reason, revoked_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let revoked = sqlx::query(insert).bind(id.uuid()).bind(reason).bind(at.to_sqlx()).execute(db).await?;
    Ok(revoked.rows_affected() == 1)
}

pub(crate) async fn get(db: &mut PgConnection, id: PermitId) -> sqlx::Result<Option<Kept>> {
    let select = "SELECT p.sealed, p.issued_at, r.revoked_at, r.reason \
                  FROM permit p LEFT JOIN revocation r ON r.permit = p.id WHERE p.id = $1";
    sqlx::query_as(select).bind(id.uuid()).fetch_optional(db).await
}

pub(crate) async fn of_decision(db: &mut PgConnection, decision: DecisionId) -> sqlx::Result<Option<Kept>> {
    let select = "SELECT p.sealed, p.issued_at, r.revoked_at, r.reason \
                  FROM permit p LEFT JOIN revocation r ON r.permit = p.id WHERE p.decision = $1";
    sqlx::query_as(select).bind(decision.uuid()).fetch_optional(db).await
}

/// The newest version of an application's permit.
pub(crate) async fn of_application(db: &mut PgConnection, application: ApplicationId) -> sqlx::Result<Option<Kept>> {
    let select = "SELECT p.sealed, p.issued_at, r.revoked_at, r.reason \
                  FROM permit p LEFT JOIN revocation r ON r.permit = p.id \
                  WHERE p.application = $1 ORDER BY p.issued_at DESC, p.id DESC LIMIT 1";
    sqlx::query_as(select).bind(application.uuid()).fetch_optional(db).await
}

pub(crate) async fn of_holder(db: &mut PgConnection, holder: OrganisationId) -> sqlx::Result<Vec<Kept>> {
    let select = "SELECT p.sealed, p.issued_at, r.revoked_at, r.reason \
                  FROM permit p LEFT JOIN revocation r ON r.permit = p.id \
                  WHERE p.holder = $1 ORDER BY p.decided_at DESC, p.id DESC";
    sqlx::query_as(select).bind(holder.uuid()).fetch_all(db).await
}

pub(crate) async fn of_person(db: &mut PgConnection, person: PersonId) -> sqlx::Result<Vec<Kept>> {
    let select = "SELECT p.sealed, p.issued_at, r.revoked_at, r.reason \
                  FROM permit p LEFT JOIN revocation r ON r.permit = p.id \
                  WHERE p.persons @> ARRAY[$1]::uuid[] ORDER BY p.decided_at DESC, p.id DESC";
    sqlx::query_as(select).bind(person.uuid()).fetch_all(db).await
}

pub(crate) async fn all(db: &mut PgConnection) -> sqlx::Result<Vec<Kept>> {
    let select = "SELECT p.sealed, p.issued_at, r.revoked_at, r.reason \
                  FROM permit p LEFT JOIN revocation r ON r.permit = p.id ORDER BY p.decided_at DESC, p.id DESC";
    sqlx::query_as(select).fetch_all(db).await
}
