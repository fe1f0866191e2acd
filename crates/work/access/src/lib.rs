//! From application to decision: a researcher applies with a structured data need, a handler of the
//! access body asks, assesses each criterion with a reason, and decides all, part or no.
//!
//! The decision is a document and data: [`AccessService::permit_content`] is what `varde::flows` hands to the
//! permit register. Nothing here reads health data; the live count comes through [`PopulationCount`],
//! the texts of variables through [`service::VariableTexts`], both given by the composition.

pub mod api;
mod error;
pub mod model;
pub mod pages;
pub mod service;
mod store;

pub use error::AccessError;
pub use service::{AccessService, Coarser, CountAnswer, PopulationCount, Tried, USUAL_GROUP};

/// The context's tables.
pub static CONTEXT: varde_store::Context =
    varde_store::Context { name: "access", migrations: sqlx::migrate!("./migrations") };

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("access");
