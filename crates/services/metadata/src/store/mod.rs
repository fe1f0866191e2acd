//! Queries. Nobody outside the crate sees these.

pub(crate) mod browse;
pub(crate) mod edition;
pub(crate) mod explorer;
pub(crate) mod governance;
pub(crate) mod list;
pub(crate) mod list_news;
pub(crate) mod registry;
pub(crate) mod tree;

use serde::de::DeserializeOwned;
use sqlx::{Row, postgres::PgRow, types::Json};
use varde_core::CataloguePath;

use crate::MetadataError;

/// A JSON column as its type, read from the text itself: editions are large.
pub(crate) fn json<T: DeserializeOwned>(row: &PgRow, column: &str) -> Result<T, MetadataError> {
    let Json(value) = row.try_get(column).map_err(|e| MetadataError::Unreadable(e.to_string()))?;
    Ok(value)
}

/// A path column.
pub(crate) fn path(text: String) -> Result<CataloguePath, MetadataError> {
    CataloguePath::try_from(text).map_err(|e| MetadataError::Unreadable(e.to_string()))
}
