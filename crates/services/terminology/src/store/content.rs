//! The tables `concept` and `mapping`: written once with their edition.

use sqlx::{PgConnection, Row};

use super::{decode, encode, whole};
use crate::{Concept, EditionId, Mapping, TerminologyError};

/// Writes the concepts of an edition.
pub(crate) async fn insert_concepts(
    db: &mut PgConnection,
    edition: EditionId,
    concepts: &[Concept],
) -> Result<(), TerminologyError> {
    let positions: Vec<i32> = (0..concepts.len()).map(whole).collect();
    let codes: Vec<&str> = concepts.iter().map(|c| c.code.as_str()).collect();
    let bodies: Vec<serde_json::Value> = concepts.iter().map(encode).collect();
    sqlx::query(
        "INSERT INTO concept (edition, position, code, body) \
         SELECT $1, position, code, body FROM unnest($2::integer[], $3::text[], $4::jsonb[]) AS new (position, code, body)",
    )
    .bind(edition.uuid())
    .bind(positions)
    .bind(codes)
    .bind(bodies)
    .execute(db)
    .await?;
    Ok(())
}

/// The concepts of an edition, in its order.
pub(crate) async fn concepts(db: &mut PgConnection, edition: EditionId) -> Result<Vec<Concept>, TerminologyError> {
    let rows = sqlx::query("SELECT body FROM concept WHERE edition = $1 ORDER BY position")
        .bind(edition.uuid())
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| decode(row.try_get("body")?, "concept")).collect()
}

/// Writes the mappings of an edition.
pub(crate) async fn insert_mappings(
    db: &mut PgConnection,
    edition: EditionId,
    mappings: &[Mapping],
) -> Result<(), TerminologyError> {
    let positions: Vec<i32> = (0..mappings.len()).map(whole).collect();
    let sources: Vec<&str> = mappings.iter().map(|m| m.code.as_str()).collect();
    // PostgreSQL has no lists of lists of different lengths: the targets of each travel as JSON.
    let targets: Vec<serde_json::Value> =
        mappings.iter().map(|m| m.targets.iter().map(|t| t.code.as_str()).collect()).collect();
    let bodies: Vec<serde_json::Value> = mappings.iter().map(encode).collect();
    sqlx::query(
        "INSERT INTO mapping (edition, position, source, targets, body) \
         SELECT $1, position, source, ARRAY(SELECT jsonb_array_elements_text(targets)), body \
         FROM unnest($2::integer[], $3::text[], $4::jsonb[], $5::jsonb[]) AS new (position, source, targets, body)",
    )
    .bind(edition.uuid())
    .bind(positions)
    .bind(sources)
    .bind(targets)
    .bind(bodies)
    .execute(db)
    .await?;
    Ok(())
}

/// The mappings of an edition, in its order.
pub(crate) async fn mappings(db: &mut PgConnection, edition: EditionId) -> Result<Vec<Mapping>, TerminologyError> {
    let rows = sqlx::query("SELECT body FROM mapping WHERE edition = $1 ORDER BY position")
        .bind(edition.uuid())
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| decode(row.try_get("body")?, "mapping")).collect()
}

/// The mappings of those editions that a code is the source or a target of, with the edition of each.
/// The systems are the caller's to compare.
pub(crate) async fn about(
    db: &mut PgConnection,
    editions: &[EditionId],
    code: &str,
) -> Result<Vec<(EditionId, Mapping)>, TerminologyError> {
    let editions: Vec<uuid::Uuid> = editions.iter().map(|e| e.uuid()).collect();
    let rows = sqlx::query(
        "SELECT edition, body FROM mapping WHERE edition = ANY($1) AND (source = $2 OR targets @> ARRAY[$2]) \
         ORDER BY edition, position LIMIT 2000",
    )
    .bind(editions)
    .bind(code)
    .fetch_all(db)
    .await?;
    let read = |row: &sqlx::postgres::PgRow| {
        Ok((EditionId::from_uuid(row.try_get("edition")?), decode(row.try_get("body")?, "mapping")?))
    };
    rows.iter().map(read).collect()
}
