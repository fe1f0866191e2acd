//! The table `role_proposal`.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use varde_core::{Actor, OrganisationId, PersonId};

use super::roles::given;
use crate::{RoleProposal, RoleProposalId};

type Result<T> = std::result::Result<T, sqlx::Error>;

pub(crate) async fn insert(connection: &mut PgConnection, proposal: &RoleProposal) -> Result<()> {
    sqlx::query(
        "INSERT INTO role_proposal \
           (id, person, organisation, role, valid_from, valid_until, proposed_by, proposed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(proposal.id.uuid())
    .bind(proposal.what.person.uuid())
    .bind(proposal.what.organisation.uuid())
    .bind(proposal.what.role.name())
    .bind(proposal.what.period.from.to_sqlx())
    .bind(proposal.what.period.until.map(ToSqlx::to_sqlx))
    .bind(proposal.proposed_by.uuid())
    .bind(proposal.proposed_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn by_id(connection: &mut PgConnection, id: RoleProposalId) -> Result<Option<RoleProposal>> {
    sqlx::query(
        "SELECT id, person, organisation, role, valid_from, valid_until, proposed_by, proposed_at \
         FROM role_proposal WHERE id = $1 AND settled_at IS NULL",
    )
    .bind(id.uuid())
    .fetch_optional(connection)
    .await?
    .map(|row| proposal(&row))
    .transpose()
}

/// The proposals that wait in an organisation, or in all.
pub(crate) async fn of_organisation(
    connection: &mut PgConnection,
    organisation: Option<OrganisationId>,
) -> Result<Vec<RoleProposal>> {
    sqlx::query(
        "SELECT id, person, organisation, role, valid_from, valid_until, proposed_by, proposed_at \
         FROM role_proposal WHERE ($1::uuid IS NULL OR organisation = $1) AND settled_at IS NULL \
         ORDER BY organisation, proposed_at, id",
    )
    .bind(organisation.map(OrganisationId::uuid))
    .fetch_all(connection)
    .await?
    .iter()
    .map(proposal)
    .collect()
}

/// Settles a proposal that waits; whether it did.
pub(crate) async fn settle(
    connection: &mut PgConnection,
    id: RoleProposalId,
    accepted: bool,
    by: &Actor,
    now: Timestamp,
) -> Result<bool> {
    let settled = sqlx::query(
        "UPDATE role_proposal SET settled_by = $2, settled_at = $3, accepted = $4 \
         WHERE id = $1 AND settled_at IS NULL",
    )
    .bind(id.uuid())
    .bind(Json(by))
    .bind(now.to_sqlx())
    .bind(accepted)
    .execute(connection)
    .await?;
    Ok(settled.rows_affected() == 1)
}

fn proposal(row: &PgRow) -> Result<RoleProposal> {
    Ok(RoleProposal {
        id: RoleProposalId::from_uuid(row.try_get("id")?),
        what: given(row)?,
        proposed_by: PersonId::from_uuid(row.try_get("proposed_by")?),
        proposed_at: row.try_get::<jiff_sqlx::Timestamp, _>("proposed_at")?.to_jiff(),
    })
}
