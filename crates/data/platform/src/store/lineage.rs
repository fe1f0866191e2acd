//! What releases are made of, in the database.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;
use varde_core::{CataloguePath, ReleaseId};

use super::{digest, products::path};
use crate::{
    PlatformError,
    model::{LineageStep, LineageView, MadeBy, ReleaseStatus},
    product::Lineage,
};

/// Keeps how a product's release came to be, and what it is made of: directly, and through what that is made
/// of.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    release: ReleaseId,
    (dataset, version): (&CataloguePath, i32),
    lineage: &Lineage,
    sources: &[ReleaseId],
) -> Result<(), PlatformError> {
    sqlx::query("INSERT INTO product_release (release, dataset, version, lineage) VALUES ($1, $2, $3, $4)")
        .bind(release.uuid())
        .bind(dataset.as_str())
        .bind(version)
        .bind(Json(lineage))
        .execute(&mut *connection)
        .await?;
    let sources: Vec<Uuid> = sources.iter().map(|source| source.uuid()).collect();
    sqlx::query(
        "INSERT INTO made_of (release, source, direct) \
         SELECT $1, source, bool_or(direct) FROM ( \
             SELECT unnest($2::uuid[]) AS source, true AS direct \
             UNION ALL SELECT source, false FROM made_of WHERE release = ANY ($2::uuid[])) AS every \
         GROUP BY source",
    )
    .bind(release.uuid())
    .bind(&sources)
    .execute(connection)
    .await?;
    Ok(())
}

/// Earlier releases of a product that nobody has approved give way to a newer one.
pub(crate) async fn supersede_unapproved(
    connection: &mut PgConnection,
    dataset: &CataloguePath,
    newer: ReleaseId,
) -> Result<(), PlatformError> {
    sqlx::query(
        "UPDATE release SET status = 'superseded' WHERE dataset = $1 AND id <> $2 AND status IN ('draft', 'held') \
         AND id IN (SELECT release FROM product_release WHERE product_release.dataset = $1)",
    )
    .bind(dataset.as_str())
    .bind(newer.uuid())
    .execute(connection)
    .await?;
    Ok(())
}

/// Derived datasets, and the sources that each is made of.
pub(crate) type Derived = BTreeMap<CataloguePath, BTreeSet<String>>;

/// Of which sources derived datasets are made: in those releases, and in all that were made by a time.
pub(crate) async fn sources_of_datasets(
    connection: &mut PgConnection,
    releases: &[ReleaseId],
    by: Option<Timestamp>,
) -> Result<Derived, PlatformError> {
    let rows = sqlx::query(
        "SELECT DISTINCT made.dataset AS dataset, split_part(source.dataset, '/', 1) AS source FROM made_of \
         JOIN release made ON made.id = made_of.release JOIN release source ON source.id = made_of.source \
         WHERE made_of.release = ANY ($1) OR made.created_at <= $2",
    )
    .bind(releases.iter().map(|release| release.uuid()).collect::<Vec<_>>())
    .bind(by.map(ToSqlx::to_sqlx))
    .fetch_all(connection)
    .await?;
    let mut all = Derived::new();
    for row in rows {
        let dataset: String = row.try_get("dataset")?;
        all.entry(path(&dataset)?).or_default().insert(row.try_get("source")?);
    }
    Ok(all)
}

/// The releases that a release was made of itself.
pub(crate) async fn direct(connection: &mut PgConnection, release: ReleaseId) -> Result<Vec<ReleaseId>, PlatformError> {
    let ids: Vec<Uuid> = sqlx::query_scalar("SELECT source FROM made_of WHERE release = $1 AND direct ORDER BY source")
        .bind(release.uuid())
        .fetch_all(connection)
        .await?;
    Ok(ids.into_iter().map(ReleaseId::from_uuid).collect())
}

/// Whether one of the releases that it is made of was withdrawn.
pub(crate) async fn has_withdrawn_source(
    connection: &mut PgConnection,
    release: ReleaseId,
) -> Result<bool, PlatformError> {
    let found: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM made_of JOIN release source ON source.id = made_of.source \
         WHERE made_of.release = $1 AND source.status = 'withdrawn')",
    )
    .bind(release.uuid())
    .fetch_one(connection)
    .await?;
    Ok(found)
}

/// The releases that are made of a release, however far.
pub(crate) async fn descendants(
    connection: &mut PgConnection,
    release: ReleaseId,
) -> Result<Vec<ReleaseId>, PlatformError> {
    let ids: Vec<Uuid> = sqlx::query_scalar("SELECT release FROM made_of WHERE source = $1 ORDER BY release")
        .bind(release.uuid())
        .fetch_all(connection)
        .await?;
    Ok(ids.into_iter().map(ReleaseId::from_uuid).collect())
}

/// What a release is made of, and what is made of it.
pub(crate) async fn of(connection: &mut PgConnection, release: ReleaseId) -> Result<LineageView, PlatformError> {
    let made = sqlx::query("SELECT dataset, version, lineage FROM product_release WHERE release = $1")
        .bind(release.uuid())
        .fetch_optional(&mut *connection)
        .await?;
    let made = made.as_ref().map(|row| {
        let Json(lineage) = row.try_get("lineage")?;
        let product = path(&row.try_get::<String, _>("dataset")?)?;
        Ok::<_, PlatformError>(MadeBy { product, version: row.try_get("version")?, lineage })
    });
    let above = sqlx::query(
        "SELECT id, dataset, digest, status, created_at, direct FROM made_of JOIN release ON id = source \
         WHERE made_of.release = $1 ORDER BY direct DESC, dataset, created_at",
    )
    .bind(release.uuid())
    .fetch_all(&mut *connection)
    .await?;
    let below = sqlx::query(
        "SELECT id, dataset, digest, status, created_at, direct FROM made_of JOIN release ON id = made_of.release \
         WHERE source = $1 ORDER BY direct DESC, dataset, created_at",
    )
    .bind(release.uuid())
    .fetch_all(connection)
    .await?;
    Ok(LineageView {
        made: made.transpose()?,
        made_of: above.iter().map(step).collect::<Result<_, _>>()?,
        made_from_it: below.iter().map(step).collect::<Result<_, _>>()?,
    })
}

fn step(row: &PgRow) -> Result<LineageStep, PlatformError> {
    let status: String = row.try_get("status")?;
    let created: jiff_sqlx::Timestamp = row.try_get("created_at")?;
    Ok(LineageStep {
        release: ReleaseId::from_uuid(row.try_get("id")?),
        dataset: path(&row.try_get::<String, _>("dataset")?)?,
        digest: digest(row.try_get("digest")?)?,
        status: ReleaseStatus::from_name(&status).ok_or(PlatformError::Unreadable("status"))?,
        direct: row.try_get("direct")?,
        created_at: created.to_jiff(),
    })
}
