//! Data products in the database.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;
use varde_core::{CataloguePath, OrganisationId, ReleaseId};

use super::digest;
use crate::{
    PlatformError,
    model::{Build, BuildState, ProductRecord, ProductVersion, VersionState},
    product::Declaration,
};

/// Takes the product for this work alone; false when there is none.
pub(crate) async fn lock(connection: &mut PgConnection, dataset: &CataloguePath) -> Result<bool, PlatformError> {
    let found = sqlx::query("SELECT FROM product WHERE dataset = $1 FOR UPDATE").bind(dataset.as_str());
    Ok(found.fetch_optional(connection).await?.is_some())
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    holder: OrganisationId,
    at: Timestamp,
) -> Result<(), PlatformError> {
    sqlx::query("INSERT INTO product (dataset, holder, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(dataset.as_str())
        .bind(holder.uuid())
        .bind(at.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

/// Another organisation answers for it now.
pub(crate) async fn hand_over(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    holder: OrganisationId,
) -> Result<(), PlatformError> {
    sqlx::query("UPDATE product SET holder = $2 WHERE dataset = $1")
        .bind(dataset.as_str())
        .bind(holder.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes a version as a draft: a new one, or over the draft that is there. Consents to what it said before
/// are gone.
pub(crate) async fn write(
    connection: &mut PgConnection,
    version: i32,
    declaration: &Declaration,
    at: Timestamp,
) -> Result<(), PlatformError> {
    forget_consents(connection, &declaration.dataset, version).await?;
    sqlx::query(
        "INSERT INTO product_version (dataset, version, state, declaration, digest, holders, edited_at) \
         VALUES ($1, $2, 'draft', $3, $4, '{}', $5) ON CONFLICT (dataset, version) DO UPDATE \
         SET state = 'draft', declaration = $3, digest = $4, holders = '{}', edited_at = $5",
    )
    .bind(declaration.dataset.as_str())
    .bind(version)
    .bind(Json(declaration))
    .bind(declaration.digest().bytes().as_slice())
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

async fn forget_consents(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    version: i32,
) -> Result<(), PlatformError> {
    sqlx::query("DELETE FROM product_consent WHERE dataset = $1 AND version = $2")
        .bind(dataset.as_str())
        .bind(version)
        .execute(connection)
        .await?;
    Ok(())
}

/// Asks others for a draft.
pub(crate) async fn ask(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    version: i32,
    holders: &[OrganisationId],
) -> Result<(), PlatformError> {
    sqlx::query("UPDATE product_version SET state = 'asked', holders = $3 WHERE dataset = $1 AND version = $2")
        .bind(dataset.as_str())
        .bind(version)
        .bind(holders.iter().map(|holder| holder.uuid()).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn consent(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    version: i32,
    holder: OrganisationId,
    at: Timestamp,
) -> Result<(), PlatformError> {
    sqlx::query(
        "INSERT INTO product_consent (dataset, version, holder, given_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT DO NOTHING",
    )
    .bind(dataset.as_str())
    .bind(version)
    .bind(holder.uuid())
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends the version in force, if there is one.
pub(crate) async fn end(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    because: Option<&str>,
    at: Timestamp,
) -> Result<bool, PlatformError> {
    let ended = sqlx::query(
        "UPDATE product_version SET state = 'ended', ended_at = $2, ended_because = $3 \
         WHERE dataset = $1 AND state = 'in_force'",
    )
    .bind(dataset.as_str())
    .bind(at.to_sqlx())
    .bind(because)
    .execute(connection)
    .await?;
    Ok(ended.rows_affected() > 0)
}

/// Puts a version in force; the one before must have ended.
pub(crate) async fn put_in_force(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    version: i32,
    at: Timestamp,
) -> Result<(), PlatformError> {
    sqlx::query("UPDATE product_version SET state = 'in_force', in_force_at = $3 WHERE dataset = $1 AND version = $2")
        .bind(dataset.as_str())
        .bind(version)
        .bind(at.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

/// Wants the product made. Gives the want's number when it is a new one: until it is taken up, one is enough.
pub(crate) async fn want(connection: &mut PgConnection, dataset: &CataloguePath) -> Result<Option<i64>, PlatformError> {
    let wanted = sqlx::query_scalar(
        "UPDATE product SET wanted = wanted + 1 WHERE dataset = $1 AND wanted = taken RETURNING wanted",
    );
    Ok(wanted.bind(dataset.as_str()).fetch_optional(connection).await?)
}

/// Takes a want up: what changes from here on wants another.
pub(crate) async fn take_up(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    want: i64,
) -> Result<(), PlatformError> {
    sqlx::query("UPDATE product SET taken = greatest(taken, $2) WHERE dataset = $1")
        .bind(dataset.as_str())
        .bind(want)
        .execute(connection)
        .await?;
    Ok(())
}

/// The products in force that are made of a dataset, and are not it.
pub(crate) async fn made_of_dataset(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
) -> Result<Vec<CataloguePath>, PlatformError> {
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT dataset FROM product_version WHERE state = 'in_force' \
         AND declaration -> 'sources' @> jsonb_build_array($1::text) AND dataset <> $1 ORDER BY dataset",
    )
    .bind(dataset.as_str())
    .fetch_all(connection)
    .await?;
    names.iter().map(|name| path(name)).collect()
}

/// Opens a making; one that was begun by a process that is gone is begun again.
pub(crate) async fn begin_build(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    want: i64,
    version: i32,
    at: Timestamp,
) -> Result<(), PlatformError> {
    sqlx::query(
        "INSERT INTO product_build (dataset, want, version, state, begun_at) VALUES ($1, $2, $3, 'open', $4) \
         ON CONFLICT (dataset, want) DO UPDATE SET version = $3, begun_at = $4",
    )
    .bind(dataset.as_str())
    .bind(want)
    .bind(version)
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a making.
pub(crate) async fn end_build(
    connection: &mut PgConnection,
    (dataset, want): (&CataloguePath, i64),
    ended: &Build,
) -> Result<(), PlatformError> {
    sqlx::query(
        "UPDATE product_build SET state = $3, release = $4, preferences_at = $5, ended_at = $6, failure = $7 \
         WHERE dataset = $1 AND want = $2",
    )
    .bind(dataset.as_str())
    .bind(want)
    .bind(ended.state.name())
    .bind(ended.release.map(|release| release.uuid()))
    .bind(ended.preferences_at.map(ToSqlx::to_sqlx))
    .bind(ended.ended_at.map(ToSqlx::to_sqlx))
    .bind(&ended.failure)
    .execute(connection)
    .await?;
    Ok(())
}

/// Where the making of a want is.
pub(crate) async fn build(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    want: i64,
) -> Result<Option<Build>, PlatformError> {
    let row = sqlx::query("SELECT * FROM product_build WHERE dataset = $1 AND want = $2")
        .bind(dataset.as_str())
        .bind(want)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read_build).transpose()
}

/// The makings of a product, the newest first.
pub(crate) async fn builds(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
) -> Result<Vec<Build>, PlatformError> {
    let rows = sqlx::query("SELECT * FROM product_build WHERE dataset = $1 ORDER BY want DESC LIMIT 50")
        .bind(dataset.as_str())
        .fetch_all(connection)
        .await?;
    rows.iter().map(read_build).collect()
}

/// All products with their versions, by name.
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<ProductRecord>, PlatformError> {
    let rows =
        sqlx::query("SELECT dataset, holder, wanted, taken FROM product ORDER BY dataset").fetch_all(&mut *connection);
    let mut all = Vec::new();
    for row in rows.await? {
        all.push(whole(connection, &row).await?);
    }
    Ok(all)
}

pub(crate) async fn get(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
) -> Result<Option<ProductRecord>, PlatformError> {
    let row = sqlx::query("SELECT dataset, holder, wanted, taken FROM product WHERE dataset = $1")
        .bind(dataset.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    match row {
        Some(row) => Ok(Some(whole(connection, &row).await?)),
        None => Ok(None),
    }
}

async fn whole(connection: &mut PgConnection, row: &PgRow) -> Result<ProductRecord, PlatformError> {
    let dataset = path(&row.try_get::<String, _>("dataset")?)?;
    let rows = sqlx::query("SELECT * FROM product_version WHERE dataset = $1 ORDER BY version DESC")
        .bind(dataset.as_str())
        .fetch_all(&mut *connection)
        .await?;
    let mut versions = rows.iter().map(version).collect::<Result<Vec<_>, _>>()?;
    let consents = sqlx::query(
        "SELECT version, holder, given_at FROM product_consent WHERE dataset = $1 ORDER BY given_at, holder",
    )
    .bind(dataset.as_str())
    .fetch_all(connection)
    .await?;
    for consent in consents {
        let (of, holder): (i32, Uuid) = (consent.try_get("version")?, consent.try_get("holder")?);
        let at: jiff_sqlx::Timestamp = consent.try_get("given_at")?;
        if let Some(version) = versions.iter_mut().find(|version| version.version == of) {
            version.consents.push((OrganisationId::from_uuid(holder), at.to_jiff()));
        }
    }
    Ok(ProductRecord {
        dataset,
        holder: OrganisationId::from_uuid(row.try_get("holder")?),
        wants: (row.try_get("wanted")?, row.try_get("taken")?),
        versions,
    })
}

fn version(row: &PgRow) -> Result<ProductVersion, PlatformError> {
    let state: String = row.try_get("state")?;
    let Json(declaration) = row.try_get("declaration")?;
    let holders: Vec<Uuid> = row.try_get("holders")?;
    let edited: jiff_sqlx::Timestamp = row.try_get("edited_at")?;
    let in_force: Option<jiff_sqlx::Timestamp> = row.try_get("in_force_at")?;
    let ended: Option<jiff_sqlx::Timestamp> = row.try_get("ended_at")?;
    Ok(ProductVersion {
        version: row.try_get("version")?,
        state: VersionState::from_name(&state).ok_or(PlatformError::Unreadable("state"))?,
        declaration,
        digest: digest(row.try_get("digest")?)?,
        holders: holders.into_iter().map(OrganisationId::from_uuid).collect(),
        consents: Vec::new(),
        edited_at: edited.to_jiff(),
        in_force_at: in_force.map(jiff_sqlx::Timestamp::to_jiff),
        ended_at: ended.map(jiff_sqlx::Timestamp::to_jiff),
        ended_because: row.try_get("ended_because")?,
    })
}

fn read_build(row: &PgRow) -> Result<Build, PlatformError> {
    let state: String = row.try_get("state")?;
    let begun: jiff_sqlx::Timestamp = row.try_get("begun_at")?;
    let preferences: Option<jiff_sqlx::Timestamp> = row.try_get("preferences_at")?;
    let ended: Option<jiff_sqlx::Timestamp> = row.try_get("ended_at")?;
    Ok(Build {
        version: row.try_get("version")?,
        state: BuildState::from_name(&state).ok_or(PlatformError::Unreadable("state"))?,
        release: row.try_get::<Option<Uuid>, _>("release")?.map(ReleaseId::from_uuid),
        preferences_at: preferences.map(jiff_sqlx::Timestamp::to_jiff),
        begun_at: begun.to_jiff(),
        ended_at: ended.map(jiff_sqlx::Timestamp::to_jiff),
        failure: row.try_get("failure")?,
    })
}

pub(super) fn path(text: &str) -> Result<CataloguePath, PlatformError> {
    text.parse().map_err(|_| PlatformError::Unreadable("catalogue path"))
}
