//! State: PostgreSQL (a private cluster is launched when none is given), the unit of work that
//! cannot commit without an entry on the log, the outbox, durable jobs, and the log's persistence.
//!
//! A context gets a [`ContextStore`] with its own schema and database role; it can reach no other
//! context's tables. Reading goes through [`ContextStore::read`], changing through
//! [`ContextStore::begin`].

mod attendance;
mod connect;
mod context;
pub mod dynamic;
mod error;
mod failure;
mod figures;
pub mod jobs;
pub mod launcher;
pub mod log;
mod migrate;
pub mod outbox;
mod retention;
mod row;
pub mod testing;
mod wakeup;
mod work;

pub use attendance::Attendance;
pub use context::{Context, ContextStore, Store};
pub use error::StoreError;
pub use failure::{Failure, Patience, Remedy};
pub use figures::Figures;
pub use retention::Forgotten;
pub use work::{Entered, Read, Receipt, Work};
