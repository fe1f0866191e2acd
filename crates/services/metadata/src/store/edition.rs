//! Editions of sources: written once, published, superseded.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use varde_core::{CataloguePath, Digest};

use super::{json, path};
use crate::{
    EditionId, MetadataError,
    model::{DataSource, Dataset, Variable},
};

/// An edition without its datasets.
#[derive(Debug, Clone)]
pub(crate) struct EditionRow {
    pub(crate) id: EditionId,
    pub(crate) number: i32,
    pub(crate) digest: Digest,
    pub(crate) origin: String,
    /// The source, its datasets left out.
    pub(crate) about: DataSource,
    pub(crate) variables: i32,
    pub(crate) imported_at: Timestamp,
    pub(crate) published_at: Option<Timestamp>,
    pub(crate) superseded_at: Option<Timestamp>,
}

/// A row of the table.
pub(super) fn row(row: &PgRow) -> Result<EditionRow, MetadataError> {
    let time = |t: Option<jiff_sqlx::Timestamp>| t.map(|t| t.to_jiff());
    let digest: Vec<u8> = row.try_get("digest")?;
    let digest = digest.try_into().map_err(|_| MetadataError::Unreadable("edition.digest".into()))?;
    Ok(EditionRow {
        id: EditionId::from_uuid(row.try_get("id")?),
        number: row.try_get("number")?,
        digest: Digest::from_bytes(digest),
        origin: row.try_get("origin")?,
        about: json(row, "about")?,
        variables: row.try_get("variables")?,
        imported_at: row.try_get::<jiff_sqlx::Timestamp, _>("imported_at")?.to_jiff(),
        published_at: time(row.try_get("published_at")?),
        superseded_at: time(row.try_get("superseded_at")?),
    })
}

/// Keeps two imports of the same source apart until the transaction ends.
pub(crate) async fn lock(db: &mut PgConnection, source: &CataloguePath) -> Result<(), MetadataError> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('metadata/' || $1, 0))")
        .bind(source.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// The newest edition of a source, published or not.
pub(crate) async fn newest(db: &mut PgConnection, source: &CataloguePath) -> Result<Option<EditionRow>, MetadataError> {
    let found = sqlx::query("SELECT * FROM edition WHERE source = $1 ORDER BY number DESC LIMIT 1")
        .bind(source.as_str())
        .fetch_optional(db)
        .await?;
    found.as_ref().map(row).transpose()
}

/// The newest edition of a source that was not turned down or taken back.
pub(crate) async fn newest_open(
    db: &mut PgConnection,
    source: &CataloguePath,
) -> Result<Option<EditionRow>, MetadataError> {
    let found = sqlx::query(
        "SELECT e.* FROM edition e LEFT JOIN proposal_edition pe ON pe.edition = e.id \
         LEFT JOIN proposal p ON p.id = pe.proposal \
         WHERE e.source = $1 AND coalesce(p.state, '') NOT IN ('rejected', 'withdrawn') ORDER BY e.number DESC LIMIT 1",
    )
    .bind(source.as_str())
    .fetch_optional(db)
    .await?;
    found.as_ref().map(row).transpose()
}

/// The edition of a source that the catalogue showed at a time.
pub(crate) async fn at(
    db: &mut PgConnection,
    source: &str,
    time: Timestamp,
) -> Result<Option<EditionRow>, MetadataError> {
    let found = sqlx::query(
        "SELECT * FROM edition WHERE source = $1 AND published_at <= $2 \
         AND (superseded_at IS NULL OR superseded_at > $2) ORDER BY number DESC LIMIT 1",
    )
    .bind(source)
    .bind(time.to_sqlx())
    .fetch_optional(db)
    .await?;
    found.as_ref().map(row).transpose()
}

/// The editions of all sources that the catalogue showed at a time, by path.
pub(crate) async fn all_at(db: &mut PgConnection, time: Timestamp) -> Result<Vec<EditionRow>, MetadataError> {
    let found = sqlx::query(
        "SELECT * FROM edition WHERE published_at <= $1 \
         AND (superseded_at IS NULL OR superseded_at > $1) ORDER BY source, number",
    )
    .bind(time.to_sqlx())
    .fetch_all(db)
    .await?;
    found.iter().map(row).collect()
}

/// Which editions of all sources are current, by source.
pub(crate) async fn current_ids(db: &mut PgConnection) -> Result<Vec<(String, EditionId)>, MetadataError> {
    let found = sqlx::query(
        "SELECT source, id FROM edition WHERE published_at IS NOT NULL AND superseded_at IS NULL ORDER BY source",
    )
    .fetch_all(db)
    .await?;
    found.iter().map(|row| Ok((row.try_get("source")?, EditionId::from_uuid(row.try_get("id")?)))).collect()
}

/// All editions of a source, the newest first.
pub(crate) async fn history(db: &mut PgConnection, source: &CataloguePath) -> Result<Vec<EditionRow>, MetadataError> {
    let found = sqlx::query("SELECT * FROM edition WHERE source = $1 ORDER BY number DESC")
        .bind(source.as_str())
        .fetch_all(db)
        .await?;
    found.iter().map(row).collect()
}

/// One edition.
pub(crate) async fn by_id(db: &mut PgConnection, id: EditionId) -> Result<Option<EditionRow>, MetadataError> {
    let found = sqlx::query("SELECT * FROM edition WHERE id = $1").bind(id.uuid()).fetch_optional(db).await?;
    found.as_ref().map(row).transpose()
}

/// Writes an edition with everything in it.
pub(crate) async fn insert(
    db: &mut PgConnection,
    id: EditionId,
    number: i32,
    (source, digest): (&DataSource, Digest),
    origin: &str,
    now: Timestamp,
) -> Result<(), MetadataError> {
    sqlx::query(
        "INSERT INTO edition (id, source, number, digest, origin, about, variables, imported_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id.uuid())
    .bind(source.path.as_str())
    .bind(number)
    .bind(digest.bytes().as_slice())
    .bind(origin)
    .bind(Json(source.about()))
    .bind(count(source.variables().count()))
    .bind(now.to_sqlx())
    .execute(&mut *db)
    .await?;
    for (position, dataset) in source.datasets.iter().enumerate() {
        insert_dataset(db, id, count(position), dataset).await?;
    }
    Ok(())
}

async fn insert_dataset(
    db: &mut PgConnection,
    edition: EditionId,
    position: i32,
    dataset: &Dataset,
) -> Result<(), MetadataError> {
    sqlx::query("INSERT INTO dataset (edition, path, position, about) VALUES ($1, $2, $3, $4)")
        .bind(edition.uuid())
        .bind(dataset.path.as_str())
        .bind(position)
        .bind(Json(dataset.about()))
        .execute(&mut *db)
        .await?;
    let paths: Vec<&str> = dataset.variables.iter().map(|v| v.path.as_str()).collect();
    let positions: Vec<i32> = (0..paths.len()).map(count).collect();
    let bodies: Vec<Json<&Variable>> = dataset.variables.iter().map(Json).collect();
    sqlx::query(
        "INSERT INTO variable (edition, dataset, path, position, body) \
         SELECT $1, $2, path, position, body \
         FROM unnest($3::text[], $4::integer[], $5::jsonb[]) AS new (path, position, body)",
    )
    .bind(edition.uuid())
    .bind(dataset.path.as_str())
    .bind(paths)
    .bind(positions)
    .bind(bodies)
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// Makes an edition the current one of its source in place of the one before.
pub(crate) async fn publish(db: &mut PgConnection, edition: &EditionRow, now: Timestamp) -> Result<(), MetadataError> {
    sqlx::query(
        "UPDATE edition SET superseded_at = greatest($2, published_at) \
         WHERE source = $1 AND published_at IS NOT NULL AND superseded_at IS NULL",
    )
    .bind(edition.about.path.as_str())
    .bind(now.to_sqlx())
    .execute(&mut *db)
    .await?;
    sqlx::query("UPDATE edition SET published_at = $2 WHERE id = $1")
        .bind(edition.id.uuid())
        .bind(now.to_sqlx())
        .execute(&mut *db)
        .await?;
    Ok(())
}

/// The whole source of an edition.
pub(crate) async fn whole(db: &mut PgConnection, edition: &EditionRow) -> Result<DataSource, MetadataError> {
    let mut source = edition.about.clone();
    let rows = sqlx::query("SELECT path, about FROM dataset WHERE edition = $1 ORDER BY position")
        .bind(edition.id.uuid())
        .fetch_all(&mut *db)
        .await?;
    for row in rows {
        let mut dataset: Dataset = json(&row, "about")?;
        dataset.variables = super::tree::variables(db, edition.id, &path(row.try_get("path")?)?).await?;
        source.datasets.push(dataset);
    }
    Ok(source)
}

/// A count that fits the column; catalogues are far smaller than the limit.
pub(crate) fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
