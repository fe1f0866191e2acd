//! Queries.

pub(crate) mod apis;
pub(crate) mod calls;
pub(crate) mod clients;
pub(crate) mod keys;
pub(crate) mod logins;
pub(crate) mod requests;
pub(crate) mod token_basis;
pub(crate) mod tokens;

use varde_store::Context;

/// The context's tables.
pub static CONTEXT: Context = Context { name: "oauth", migrations: sqlx::migrate!() };

/// What a query gives.
pub(crate) type Result<T> = std::result::Result<T, sqlx::Error>;
