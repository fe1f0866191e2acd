//! The data platform: immutable releases of datasets, cohorts as sets of people, and extracts that
//! a permit compiles to. Opt-outs are applied below every read; national numbers never reach its
//! files.
//!
//! - [`engine`]: files in, files out; pure, a crate of its own.
//! - [`import`]: CSV files by the catalogue's description; pure.
//! - [`observe`]: what may be told to everybody of a release; pure.
//! - [`disclosure`]: whether a result may leave a room; pure, a crate of its own.
//! - [`Platform`]: the use cases. [`ports`] is what they need from others.

mod api;
mod error;
pub mod import;
mod model;
pub mod observe;
mod pages;
pub mod ports;
mod service;
mod store;

use std::sync::Arc;

pub use api::open_api;
pub use varde_disclosure as disclosure;
pub use varde_engine as engine;

pub use engine::extract::canonical;
pub use error::PlatformError;
pub use model::{
    Confirmation, DeliveredEvent, ExtractRecord, ExtractStatus, Held, LargeExtract, ReleaseRecord, ReleaseStatus,
    preferences_at,
};
pub use service::{
    About, DELETION_JOB, DeleteDelivery, EXTRACT_JOB, ImportRequest, Imported, InExtract, LetGo, MakeExtract,
    MasterKey, OBSERVATION_JOB, ObserveRelease, Own, Parts, Platform, Staged, Verification,
};
pub use store::CONTEXT;

/// The texts of pages, findings and problems.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("platform");

/// The routes: pages for stewards, JSON for programs.
pub fn routes(platform: Arc<Platform>) -> varde_web::Routes {
    api::routes().merge(pages::routes()).with_state(platform)
}
