//! Datasets and variables of an edition.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row};
use varde_core::CataloguePath;

use super::{
    edition::{self, EditionRow},
    json, path,
};
use crate::{
    EditionId, MetadataError,
    model::{Dataset, Variable},
};

/// A variable with the edition and the dataset that it is in.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) edition: EditionRow,
    /// Without its variables.
    pub(crate) dataset: Dataset,
    pub(crate) variable: Variable,
}

/// The variables at the paths as the catalogue showed them at a time, in one statement however many
/// they are. Paths that it did not know are not among them.
pub(crate) async fn placed(
    db: &mut PgConnection,
    paths: &[CataloguePath],
    time: Timestamp,
) -> Result<HashMap<CataloguePath, Placed>, MetadataError> {
    let wanted: Vec<&str> = paths.iter().map(CataloguePath::as_str).collect();
    let rows = sqlx::query(
        "SELECT edition.*, dataset.about AS dataset_about, variable.path AS variable_path, variable.body \
         FROM edition JOIN variable ON variable.edition = edition.id \
         JOIN dataset ON dataset.edition = variable.edition AND dataset.path = variable.dataset \
         WHERE variable.path = ANY ($1) AND published_at <= $2 \
         AND (superseded_at IS NULL OR superseded_at > $2) ORDER BY edition.number",
    )
    .bind(wanted)
    .bind(time.to_sqlx())
    .fetch_all(db)
    .await?;
    let place = |row: sqlx::postgres::PgRow| {
        let placed = Placed {
            edition: edition::row(&row)?,
            dataset: json(&row, "dataset_about")?,
            variable: json(&row, "body")?,
        };
        Ok((path(row.try_get("variable_path")?)?, placed))
    };
    rows.into_iter().map(place).collect()
}

/// The datasets of an edition, without variables, with how many each has.
pub(crate) async fn datasets(db: &mut PgConnection, edition: EditionId) -> Result<Vec<(Dataset, i64)>, MetadataError> {
    let rows = sqlx::query(
        "SELECT about, (SELECT count(*) FROM variable WHERE variable.edition = dataset.edition \
         AND variable.dataset = dataset.path) AS variables FROM dataset WHERE edition = $1 ORDER BY position",
    )
    .bind(edition.uuid())
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| Ok((json(&row, "about")?, row.try_get("variables")?))).collect()
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
    row.map(|row| json(&row, "about")).transpose()
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
    rows.into_iter().map(|row| json(&row, "body")).collect()
}
