//! Queries.

pub(crate) mod changes;
pub(crate) mod resources;
pub(crate) mod uses;

use varde_store::Context;

/// The context's tables.
pub static CONTEXT: Context = Context { name: "delegation", migrations: sqlx::migrate!() };
