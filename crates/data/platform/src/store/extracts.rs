//! Extracts in the database.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use roaring::RoaringBitmap;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;
use varde_core::{CataloguePath, EntryId, ExtractId, PermitId, PersonId, ReleaseId};
use varde_permit::{ExtractSpec, Manifest, Permit};

use super::{digest, people_from_bytes, people_to_bytes};
use crate::{
    PlatformError,
    model::{Confirmation, ExtractRecord, ExtractStatus, Held, MadeFrom},
    service::UsedBy,
};

/// Keeps what is to be made; false when the permit has that one already.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    spec: &ExtractSpec,
    permit: &Permit,
    asked_by: Option<PersonId>,
    at: Timestamp,
) -> Result<bool, PlatformError> {
    let kept = sqlx::query(
        "INSERT INTO extract (id, permit, title, status, specification, created_at, persons, number, asked_by) \
         VALUES ($1, $2, $3, 'prepared', $4, $5, $6, $7, $8) ON CONFLICT (permit, number) DO NOTHING",
    )
    .bind(spec.extract.uuid())
    .bind(spec.permit.uuid())
    .bind(&permit.title)
    .bind(Json(spec))
    .bind(at.to_sqlx())
    .bind(permit.persons.iter().map(|p| p.uuid()).collect::<Vec<_>>())
    .bind(i32::try_from(spec.update.map_or(0, |update| update.number)).unwrap_or(i32::MAX))
    .bind(asked_by.map(PersonId::uuid))
    .execute(connection)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// How many delivered extracts have a variable, deleted ones included.
pub(crate) async fn delivered_with(
    connection: &mut PgConnection,
    variable: &CataloguePath,
) -> Result<i64, PlatformError> {
    let row = sqlx::query(
        "SELECT count(*) AS extracts FROM extract WHERE status = 'delivered' \
         AND specification -> 'variables' @> jsonb_build_array(jsonb_build_object('variable', $1::text))",
    )
    .bind(variable.as_str())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("extracts")?)
}

/// The extracts that read a release, the newest first; without those that ended before anything was made.
pub(crate) async fn reading(connection: &mut PgConnection, release: ReleaseId) -> Result<Vec<UsedBy>, PlatformError> {
    let rows = sqlx::query(
        "SELECT id, permit, title, status FROM extract WHERE status NOT IN ('empty', 'stopped') \
         AND specification -> 'releases' @> jsonb_build_array(jsonb_build_object('release', $1::text)) \
         ORDER BY created_at DESC, id",
    )
    .bind(release.to_string())
    .fetch_all(connection)
    .await?;
    let one = |row: &PgRow| {
        let (extract, permit): (Uuid, Uuid) = (row.try_get("id")?, row.try_get("permit")?);
        let status: String = row.try_get("status")?;
        Ok(UsedBy {
            made: MadeFrom { extract: ExtractId::from_uuid(extract), permit: PermitId::from_uuid(permit) },
            title: row.try_get("title")?,
            status: ExtractStatus::from_name(&status).ok_or(PlatformError::Unreadable("status"))?,
        })
    };
    rows.iter().map(one).collect()
}

pub(crate) async fn get(connection: &mut PgConnection, id: ExtractId) -> Result<ExtractRecord, PlatformError> {
    let row = sqlx::query("SELECT * FROM extract WHERE id = $1").bind(id.uuid()).fetch_optional(connection).await?;
    record(&row.ok_or(PlatformError::NoSuchExtract)?)
}

/// The first extract of a permit, which updates are not.
pub(crate) async fn by_permit(
    connection: &mut PgConnection,
    permit: PermitId,
) -> Result<Option<ExtractRecord>, PlatformError> {
    let select = "SELECT * FROM extract WHERE permit = $1 AND number = 0";
    let row = sqlx::query(select).bind(permit.uuid()).fetch_optional(connection).await?;
    row.as_ref().map(record).transpose()
}

/// Every extract of a permit, the first of them first.
pub(crate) async fn all_of(
    connection: &mut PgConnection,
    permit: PermitId,
) -> Result<Vec<ExtractRecord>, PlatformError> {
    let select = "SELECT * FROM extract WHERE permit = $1 ORDER BY number";
    let rows = sqlx::query(select).bind(permit.uuid()).fetch_all(connection).await?;
    rows.iter().map(record).collect()
}

/// The extract of a permit that waits to be let go on, or else the newest.
pub(crate) async fn to_confirm(
    connection: &mut PgConnection,
    permit: PermitId,
) -> Result<Option<ExtractRecord>, PlatformError> {
    let select = "SELECT * FROM extract WHERE permit = $1 ORDER BY status = 'held' DESC, number DESC LIMIT 1";
    let row = sqlx::query(select).bind(permit.uuid()).fetch_optional(connection).await?;
    row.as_ref().map(record).transpose()
}

/// The permits that allow updates of an extract whose files lie at their place.
pub(crate) async fn with_updates(connection: &mut PgConnection) -> Result<Vec<PermitId>, PlatformError> {
    let permits: Vec<Uuid> = sqlx::query_scalar(
        "SELECT DISTINCT permit FROM extract WHERE status = 'delivered' AND deleted_at IS NULL \
         AND specification -> 'handover' -> 'updates' IS NOT NULL ORDER BY permit",
    )
    .fetch_all(connection)
    .await?;
    Ok(permits.into_iter().map(PermitId::from_uuid).collect())
}

/// Begins the making, or begins it again, with what is settled now; false when it has ended.
pub(crate) async fn begin(connection: &mut PgConnection, spec: &ExtractSpec) -> Result<bool, PlatformError> {
    let done = sqlx::query(
        "UPDATE extract SET status = 'making', specification = $2 \
         WHERE id = $1 AND status IN ('prepared', 'making')",
    )
    .bind(spec.extract.uuid())
    .bind(Json(spec))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Nobody is left in it; false when it is not being made any more.
pub(crate) async fn empty(connection: &mut PgConnection, id: ExtractId) -> Result<bool, PlatformError> {
    let done = sqlx::query("UPDATE extract SET status = 'empty' WHERE id = $1 AND status = 'making'")
        .bind(id.uuid())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// It is large, and waits; false when it is not being made any more, or somebody has let it go on.
pub(crate) async fn hold(
    connection: &mut PgConnection,
    id: ExtractId,
    people: u64,
    at: Timestamp,
) -> Result<bool, PlatformError> {
    let done = sqlx::query(
        "UPDATE extract SET status = 'held', held_people = $2, held_at = $3 \
         WHERE id = $1 AND status = 'making' AND confirmed_at IS NULL",
    )
    .bind(id.uuid())
    .bind(i64::try_from(people).unwrap_or(i64::MAX))
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Somebody lets a held extract go on; false when it is not held.
pub(crate) async fn confirm(
    connection: &mut PgConnection,
    id: ExtractId,
    confirmation: &Confirmation,
) -> Result<bool, PlatformError> {
    let done = sqlx::query(
        "UPDATE extract SET status = 'prepared', confirmed_by = $2, confirmed_at = $3, confirmed_reason = $4, \
         confirmed_check = $5 WHERE id = $1 AND status = 'held'",
    )
    .bind(id.uuid())
    .bind(confirmation.by.uuid())
    .bind(confirmation.at.to_sqlx())
    .bind(&confirmation.reason)
    .bind(&confirmation.background_check)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Its permit has ended; false when it had ended before.
pub(crate) async fn stop(connection: &mut PgConnection, id: ExtractId) -> Result<bool, PlatformError> {
    let done = sqlx::query(
        "UPDATE extract SET status = 'stopped' WHERE id = $1 AND status IN ('prepared', 'making', 'held', 'entered')",
    )
    .bind(id.uuid())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes what was made; false when it is not being made any more.
pub(crate) async fn entered(
    connection: &mut PgConnection,
    made: &Manifest,
    digest: varde_core::Digest,
    signature: &str,
    entry: EntryId,
    people: &BTreeMap<&'static str, RoaringBitmap>,
) -> Result<bool, PlatformError> {
    let extract = made.extract.uuid();
    let noted = sqlx::query(
        "UPDATE extract SET status = 'entered', manifest = $2, manifest_digest = $3, signature = $4, entry = $5 \
         WHERE id = $1 AND status = 'making'",
    )
    .bind(extract)
    .bind(Json(made))
    .bind(digest.bytes().as_slice())
    .bind(signature)
    .bind(entry.uuid())
    .execute(&mut *connection)
    .await?;
    if noted.rows_affected() == 0 {
        return Ok(false);
    }
    for (status, those) in people {
        sqlx::query("INSERT INTO extract_people (extract, status, people) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(extract)
            .bind(status)
            .bind(people_to_bytes(those))
            .execute(&mut *connection)
            .await?;
    }
    Ok(true)
}

pub(crate) async fn delivered(
    connection: &mut PgConnection,
    id: ExtractId,
    at: Timestamp,
) -> Result<bool, PlatformError> {
    let done =
        sqlx::query("UPDATE extract SET status = 'delivered', delivered_at = $2 WHERE id = $1 AND status = 'entered'")
            .bind(id.uuid())
            .bind(at.to_sqlx())
            .execute(connection)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that the files of a delivery are gone; false when they were before.
pub(crate) async fn deleted(
    connection: &mut PgConnection,
    id: ExtractId,
    at: Timestamp,
) -> Result<bool, PlatformError> {
    let done =
        sqlx::query("UPDATE extract SET deleted_at = $2 WHERE id = $1 AND status = 'delivered' AND deleted_at IS NULL")
            .bind(id.uuid())
            .bind(at.to_sqlx())
            .execute(connection)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// The deliveries whose files are kept, or are being put there, with the digests of their manifests.
pub(crate) async fn kept(connection: &mut PgConnection) -> Result<Vec<(ExtractId, varde_core::Digest)>, PlatformError> {
    let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
        "SELECT id, manifest_digest FROM extract \
         WHERE status IN ('entered', 'delivered') AND deleted_at IS NULL AND manifest_digest IS NOT NULL",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(id, manifest)| Ok((ExtractId::from_uuid(id), digest(&manifest)?))).collect()
}

/// The deliveries whose files lie at their place, with their permits.
pub(crate) async fn lying(connection: &mut PgConnection) -> Result<Vec<(ExtractId, PermitId)>, PlatformError> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "SELECT id, permit FROM extract WHERE status = 'delivered' AND deleted_at IS NULL ORDER BY delivered_at, id",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id, permit)| (ExtractId::from_uuid(id), PermitId::from_uuid(permit))).collect())
}

/// Every delivered extract that a person was in or left out of, with the status.
pub(crate) async fn concerning(
    connection: &mut PgConnection,
    person: u32,
) -> Result<Vec<(ExtractRecord, String)>, PlatformError> {
    let rows = sqlx::query(
        "SELECT e.*, p.status AS person_status, p.people FROM extract e JOIN extract_people p ON p.extract = e.id \
         WHERE e.status = 'delivered' ORDER BY e.delivered_at, e.id",
    )
    .fetch_all(connection)
    .await?;
    let mut found = Vec::new();
    for row in &rows {
        if people_from_bytes(row.try_get("people")?)?.contains(person) {
            found.push((record(row)?, row.try_get("person_status")?));
        }
    }
    Ok(found)
}

fn record(row: &PgRow) -> Result<ExtractRecord, PlatformError> {
    let status: String = row.try_get("status")?;
    let Json(specification) = row.try_get("specification")?;
    let manifest: Option<Json<Manifest>> = row.try_get("manifest")?;
    let manifest_digest: Option<Vec<u8>> = row.try_get("manifest_digest")?;
    let time = |column| row.try_get::<Option<jiff_sqlx::Timestamp>, _>(column);
    Ok(ExtractRecord {
        specification,
        title: row.try_get("title")?,
        persons: row.try_get::<Vec<Uuid>, _>("persons")?.into_iter().map(PersonId::from_uuid).collect(),
        status: ExtractStatus::from_name(&status).ok_or(PlatformError::Unreadable("status"))?,
        manifest: manifest.map(|m| m.0),
        manifest_digest: manifest_digest.as_deref().map(digest).transpose()?,
        signature: row.try_get("signature")?,
        entry: row.try_get::<Option<Uuid>, _>("entry")?.map(EntryId::from_uuid),
        held: held(row)?,
        asked_by: row.try_get::<Option<Uuid>, _>("asked_by")?.map(PersonId::from_uuid),
        specified_at: row.try_get::<jiff_sqlx::Timestamp, _>("created_at")?.to_jiff(),
        delivered_at: time("delivered_at")?.map(jiff_sqlx::Timestamp::to_jiff),
        deleted_at: time("deleted_at")?.map(jiff_sqlx::Timestamp::to_jiff),
    })
}

fn held(row: &PgRow) -> Result<Option<Held>, PlatformError> {
    let time = |column| {
        let found: Result<Option<jiff_sqlx::Timestamp>, sqlx::Error> = row.try_get(column);
        found.map(|time| time.map(jiff_sqlx::Timestamp::to_jiff))
    };
    let Some((people, at)) = row.try_get::<Option<i64>, _>("held_people")?.zip(time("held_at")?) else {
        return Ok(None);
    };
    let confirmed = row.try_get::<Option<Uuid>, _>("confirmed_by")?.zip(time("confirmed_at")?);
    let confirmation = match confirmed {
        None => None,
        Some((by, at)) => Some(Confirmation {
            by: PersonId::from_uuid(by),
            at,
            reason: row.try_get("confirmed_reason")?,
            background_check: row.try_get("confirmed_check")?,
        }),
    };
    Ok(Some(Held { people: u64::try_from(people).unwrap_or_default(), at, confirmation }))
}
