//! What people have had deleted or put right, in the database.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow};
use uuid::Uuid;
use varde_core::{CataloguePath, LegalBasis, OrganisationId, ReleaseId};

use super::{count, signed};
use crate::{
    PlatformError,
    model::{Amendment, AmendmentId, AmendmentKind},
};

/// An amendment with whom it is about and what it says, sealed.
pub(crate) struct Whole {
    pub(crate) id: AmendmentId,
    pub(crate) kind: AmendmentKind,
    pub(crate) person: u32,
    pub(crate) sealed: Vec<u8>,
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    amendment: &Amendment,
    person: u32,
    sealed: &[u8],
) -> Result<(), PlatformError> {
    sqlx::query(
        "INSERT INTO amendment (id, dataset, holder, person, kind, law, section, sealed, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(amendment.id.uuid())
    .bind(amendment.dataset.as_str())
    .bind(amendment.holder.map(OrganisationId::uuid))
    .bind(i32::try_from(person).map_err(|_| PlatformError::Unreadable("index"))?)
    .bind(amendment.kind.name())
    .bind(&amendment.basis.law)
    .bind(&amendment.basis.section)
    .bind(sealed)
    .bind(amendment.recorded_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Those that hold for a dataset as at the time, in the order they were entered.
pub(crate) async fn holding(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    at: Timestamp,
) -> Result<Vec<Whole>, PlatformError> {
    let rows = sqlx::query(
        "SELECT id, kind, person, sealed FROM amendment WHERE dataset = $1 AND recorded_at <= $2 \
         AND (withdrawn_at IS NULL OR withdrawn_at > $2) ORDER BY recorded_at, id",
    )
    .bind(dataset.as_str())
    .bind(at.to_sqlx())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let (kind, person): (String, i32) = (row.try_get("kind")?, row.try_get("person")?);
            Ok(Whole {
                id: AmendmentId::from_uuid(row.try_get("id")?),
                kind: AmendmentKind::from_name(&kind).ok_or(PlatformError::Unreadable("amendment"))?,
                person: u32::try_from(person).map_err(|_| PlatformError::Unreadable("index"))?,
                sealed: row.try_get("sealed")?,
            })
        })
        .collect()
}

/// All of a dataset, the newest first, each with what it found in the newest release that it met.
pub(crate) async fn list(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
) -> Result<Vec<Amendment>, PlatformError> {
    let rows = sqlx::query(
        "SELECT id, dataset, holder, kind, law, section, recorded_at, withdrawn_at, \
         (SELECT amendment_effect.rows FROM amendment_effect JOIN release ON release.id = amendment_effect.release \
          WHERE amendment = amendment.id ORDER BY created_at DESC LIMIT 1) AS found \
         FROM amendment WHERE dataset = $1 ORDER BY recorded_at DESC, id DESC",
    )
    .bind(dataset.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(amendment).collect()
}

pub(crate) async fn get(connection: &mut PgConnection, id: AmendmentId) -> Result<Option<Amendment>, PlatformError> {
    let row = sqlx::query(
        "SELECT id, dataset, holder, kind, law, section, recorded_at, withdrawn_at, NULL::bigint AS found \
         FROM amendment WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(amendment).transpose()
}

/// Withdraws one; false when it was.
pub(crate) async fn withdraw(
    connection: &mut PgConnection,
    id: AmendmentId,
    at: Timestamp,
) -> Result<bool, PlatformError> {
    let done = sqlx::query("UPDATE amendment SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL")
        .bind(id.uuid())
        .bind(at.to_sqlx())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what each amendment did to a release.
pub(crate) async fn effects(
    connection: &mut PgConnection,
    release: ReleaseId,
    effects: &[(AmendmentId, u64)],
) -> Result<(), PlatformError> {
    let ids: Vec<Uuid> = effects.iter().map(|(id, _)| id.uuid()).collect();
    let rows: Vec<i64> = effects.iter().map(|(_, rows)| signed(*rows)).collect();
    sqlx::query(
        "INSERT INTO amendment_effect (amendment, release, rows) \
         SELECT amendment, $1, rows FROM unnest($2::uuid[], $3::bigint[]) AS done (amendment, rows)",
    )
    .persistent(false)
    .bind(release.uuid())
    .bind(&ids)
    .bind(&rows)
    .execute(connection)
    .await?;
    Ok(())
}

fn amendment(row: &PgRow) -> Result<Amendment, PlatformError> {
    let (dataset, kind): (String, String) = (row.try_get("dataset")?, row.try_get("kind")?);
    let recorded: jiff_sqlx::Timestamp = row.try_get("recorded_at")?;
    let withdrawn: Option<jiff_sqlx::Timestamp> = row.try_get("withdrawn_at")?;
    let (law, section): (String, String) = (row.try_get("law")?, row.try_get("section")?);
    Ok(Amendment {
        id: AmendmentId::from_uuid(row.try_get("id")?),
        dataset: dataset.parse().map_err(|_| PlatformError::Unreadable("catalogue path"))?,
        holder: row.try_get::<Option<Uuid>, _>("holder")?.map(OrganisationId::from_uuid),
        kind: AmendmentKind::from_name(&kind).ok_or(PlatformError::Unreadable("amendment"))?,
        basis: LegalBasis::new(law, section),
        recorded_at: recorded.to_jiff(),
        withdrawn_at: withdrawn.map(jiff_sqlx::Timestamp::to_jiff),
        found: row.try_get::<Option<i64>, _>("found")?.map(count),
    })
}
