//! Queries: what was checked, and what is harvested.

pub(crate) mod checks;
pub(crate) mod harvests;

use varde_store::Context;

/// The context's tables.
pub static CONTEXT: Context = Context { name: "exchange", migrations: sqlx::migrate!() };
