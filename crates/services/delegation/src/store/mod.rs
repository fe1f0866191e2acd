//! Queries.

pub(crate) mod changes;
pub(crate) mod resources;

use varde_store::Context;

/// The context's tables.
pub static CONTEXT: Context = Context { name: "delegation", migrations: sqlx::migrate!() };
