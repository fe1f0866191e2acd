//! Queries.

pub(crate) mod content;
pub(crate) mod editions;
pub(crate) mod rules;

use varde_store::Context;

use crate::TerminologyError;

/// The context's tables.
pub static CONTEXT: Context = Context { name: "terminology", migrations: sqlx::migrate!() };

/// A count that fits the column; code systems are far smaller than the limit.
fn whole(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn encode(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn decode<T: serde::de::DeserializeOwned>(value: serde_json::Value, what: &'static str) -> Result<T, TerminologyError> {
    serde_json::from_value(value).map_err(|_| TerminologyError::Stored(what))
}
