//! What citizens have chosen about their data: consents, reservations and restrictions.
//!
//! Choices are never overwritten. Each is a row with two times: from when it applies, and when we
//! knew; every question is answered "as at". Bulk questions ("who has opted out?") are entered on
//! the log as consultations, with counts, never names.

mod error;
pub mod model;
mod service;
mod store;

pub use error::PrivacyError;
pub use model::{AsAt, Choice, Effect, Kind, Preference, Scope, effect};
pub use service::{CHANGED, PrivacyService};

/// The context's tables.
pub static CONTEXT: varde_store::Context =
    varde_store::Context { name: "privacy", migrations: sqlx::migrate!("./migrations") };
