//! Datasets and variables of an edition.

use sqlx::{PgConnection, Row};
use varde_core::CataloguePath;

use super::decode;
use crate::{
    EditionId, MetadataError,
    model::{Dataset, Variable},
};

/// The datasets of an edition, without variables, with how many each has.
pub(crate) async fn datasets(db: &mut PgConnection, edition: EditionId) -> Result<Vec<(Dataset, i64)>, MetadataError> {
    let rows = sqlx::query(
        "SELECT about, (SELECT count(*) FROM variable WHERE variable.edition = dataset.edition \
         AND variable.dataset = dataset.path) AS variables FROM dataset WHERE edition = $1 ORDER BY position",
    )
    .bind(edition.uuid())
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| Ok((decode(row.try_get("about")?)?, row.try_get("variables")?))).collect()
}

/// One dataset of an edition, without variables.
pub(crate) async fn dataset(
    db: &mut PgConnection,
    edition: EditionId,
    path: &CataloguePath,
) -> Result<Option<Dataset>, MetadataError> {
    let row = sqlx::query("SELECT about FROM dataset WHERE edition = $1 AND path = $2")
        .bind(edition.uuid())
        .bind(path.as_str())
        .fetch_optional(db)
        .await?;
    row.map(|row| decode(row.try_get("about")?)).transpose()
}

/// The variables of a dataset of an edition, in its order.
pub(crate) async fn variables(
    db: &mut PgConnection,
    edition: EditionId,
    dataset: &CataloguePath,
) -> Result<Vec<Variable>, MetadataError> {
    let rows = sqlx::query("SELECT body FROM variable WHERE edition = $1 AND dataset = $2 ORDER BY position")
        .bind(edition.uuid())
        .bind(dataset.as_str())
        .fetch_all(db)
        .await?;
    rows.into_iter().map(|row| decode(row.try_get("body")?)).collect()
}

/// One variable of an edition.
pub(crate) async fn variable(
    db: &mut PgConnection,
    edition: EditionId,
    path: &CataloguePath,
) -> Result<Option<Variable>, MetadataError> {
    let row = sqlx::query("SELECT body FROM variable WHERE edition = $1 AND path = $2")
        .bind(edition.uuid())
        .bind(path.as_str())
        .fetch_optional(db)
        .await?;
    row.map(|row| decode(row.try_get("body")?)).transpose()
}
