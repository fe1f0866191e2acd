//! Checks of published editions.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use varde_core::{CataloguePath, Digest};
use varde_metadata::{
    EditionId,
    ports::{Lack, Weight},
};

use crate::{Checked, KeptCheck, Profile};

/// Keeps what was found; false when it is kept already.
pub(crate) async fn keep(
    db: &mut PgConnection,
    source: &CataloguePath,
    edition: (EditionId, i32),
    checked: &Checked,
    shapes: Digest,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let count = |weight| i32::try_from(checked.count(weight)).unwrap_or(i32::MAX);
    let done = sqlx::query(
        "INSERT INTO edition_check \
         (edition, profile, source, number, breaches, advice, notes, lacks, said, shapes, checked_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
    )
    .bind(edition.0.uuid())
    .bind(checked.profile.name())
    .bind(source.as_str())
    .bind(edition.1)
    .bind(count(Weight::Breach))
    .bind(count(Weight::Advice))
    .bind(count(Weight::Note))
    .bind(Json(&checked.lacks))
    .bind(checked.said.bytes().as_slice())
    .bind(shapes.bytes().as_slice())
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What was found of the editions of a source, the newest edition first, by profile.
pub(crate) async fn of(db: &mut PgConnection, source: &CataloguePath) -> sqlx::Result<Vec<KeptCheck>> {
    let rows = sqlx::query(
        "SELECT edition, profile, number, lacks, said, shapes, checked_at FROM edition_check \
         WHERE source = $1 ORDER BY number DESC, profile",
    )
    .bind(source.as_str())
    .fetch_all(db)
    .await?;
    rows.iter().filter_map(|row| kept(row).transpose()).collect()
}

/// A row; `None` for a profile that is told no more.
fn kept(row: &PgRow) -> sqlx::Result<Option<KeptCheck>> {
    let Ok(profile) = row.try_get::<String, _>("profile")?.parse::<Profile>() else { return Ok(None) };
    let digest = |name: &str| -> sqlx::Result<Digest> {
        let bytes: Vec<u8> = row.try_get(name)?;
        <[u8; 32]>::try_from(bytes.as_slice())
            .map(Digest::from_bytes)
            .map_err(|error| sqlx::Error::Decode(error.into()))
    };
    Ok(Some(KeptCheck {
        edition: EditionId::from_uuid(row.try_get("edition")?),
        number: row.try_get("number")?,
        at: row.try_get::<jiff_sqlx::Timestamp, _>("checked_at")?.to_jiff(),
        shapes: digest("shapes")?,
        checked: Checked { profile, said: digest("said")?, lacks: row.try_get::<Json<Vec<Lack>>, _>("lacks")?.0 },
    }))
}
