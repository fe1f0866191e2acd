//! Runs a private PostgreSQL cluster when no database is configured.

mod account;
mod binaries;
mod error;
pub(crate) mod server;

pub use account::Account;
pub use binaries::Binaries;
pub use error::LauncherError;

/// The oldest major version of PostgreSQL that Varde runs on.
pub const OLDEST: u32 = 15;
