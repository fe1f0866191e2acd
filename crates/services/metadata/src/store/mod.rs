//! Queries. Nobody outside the crate sees these.

pub(crate) mod browse;
pub(crate) mod edition;
pub(crate) mod explorer;
pub(crate) mod governance;
pub(crate) mod list;
pub(crate) mod registry;
pub(crate) mod tree;

use serde::de::DeserializeOwned;
use varde_core::CataloguePath;

use crate::MetadataError;

/// A JSON column as its type.
pub(crate) fn decode<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, MetadataError> {
    serde_json::from_value(value).map_err(|e| MetadataError::Unreadable(e.to_string()))
}

/// A path column.
pub(crate) fn path(text: String) -> Result<CataloguePath, MetadataError> {
    CataloguePath::try_from(text).map_err(|e| MetadataError::Unreadable(e.to_string()))
}

/// A value as a JSON column.
pub(crate) fn encode(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}
