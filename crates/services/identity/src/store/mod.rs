//! Queries.

pub(crate) mod found;
pub(crate) mod proposals;
pub(crate) mod roles;

use varde_store::Context;

/// The context's tables.
pub static CONTEXT: Context = Context { name: "identity", migrations: sqlx::migrate!() };
