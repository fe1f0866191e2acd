//! The citizen's part: which registers and projects I am in, what left the room, who has used data
//! about me, what I choose, and proofs of all of it that need no trust in us.
//!
//! The context has no tables: it gathers what the other services know about whoever is logged in,
//! and never takes a person from an address or a body. [`CitizenService`] is the way in; [`model`]
//! says in pure functions what a choice means for a project and how an entry is told.

mod api;
mod error;
pub mod model;
mod pages;
mod service;

use std::sync::Arc;

pub use api::open_api;
pub use error::CitizenError;
pub use service::{
    CitizenService, DatasetIn, Entries, LogEntry, Overview, Ports, Project, Register, ReleasedFile, Results, Setting,
    Use, VariableIn, Who,
};

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("citizen");

/// The pages and the JSON routes.
pub fn routes(service: Arc<CitizenService>) -> varde_web::Routes {
    pages::routes().merge(api::routes()).with_state(service)
}
