//! The data platform: immutable releases of datasets, cohorts as sets of people, and extracts that
//! a permit compiles to. Opt-outs are applied below every read; national numbers never reach its
//! files.
//!
//! - [`engine`]: files in, files out; pure, a crate of its own.
//! - [`import`]: deliveries (CSV, Parquet, Arrow IPC) by the catalogue's description; pure.
//! - [`microdata`]: packages of microdata.no's tools; pure.
//! - [`observe`]: what may be told to everybody of a release; pure.
//! - [`quality`]: how good a release is, for its data holder; pure.
//! - [`product`]: derived datasets that are declared, and what they are made of; pure.
//! - [`disclosure`]: whether a result may leave a room; pure, a crate of its own.
//! - [`Platform`]: the use cases. [`ports`] is what they need from others.

mod api;
mod error;
pub mod import;
pub mod microdata;
mod model;
pub mod observe;
mod pages;
pub mod ports;
pub mod product;
pub mod quality;
mod service;
mod store;

use std::sync::Arc;

pub use api::open_api;
pub use varde_disclosure as disclosure;
pub use varde_engine as engine;

pub use engine::extract::canonical;
pub use error::PlatformError;
pub use model::{
    Amendment, AmendmentContent, AmendmentId, AmendmentKind, Decision, DecisionKind, Ingestion, IngestionState, Plan,
    Quarantine, QuarantineGroup, Underway, Unfit,
};
pub use model::{
    ApprovedEvent, Build, BuildState, Freshness, LineageStep, LineageView, MadeBy, ProductRecord, ProductVersion,
    VersionState,
};
pub use model::{
    Assessment, Confirmation, DeliveredEvent, ExtractRecord, ExtractStatus, Held, LargeExtract, MadeFrom,
    ReleaseRecord, ReleaseStatus, SetThresholds, Standing, WithdrawnEvent, preferences_at,
};
pub use service::{
    ASSESSMENT_JOB, About, AssessRelease, Coarser, Counted, DELETION_JOB, DeleteDelivery, Delivery, EXTRACT_JOB,
    INGESTION_JOB, ImportRequest, Imported, InExtract, LetGo, Lying, MakeExtract, MasterKey, NewAmendment,
    OBSERVATION_JOB, ObserveRelease, Own, Parts, PlannedUpdates, Platform, Project, QualityView, Rehearsed,
    SourceDatabase, Staged, Swept, TakeIn, UsedBy, Verification,
};
pub use service::{InForceEvent, MakeProduct, Offered, OfferedVariable, PRODUCT_JOB, ProductView};
pub use store::CONTEXT;

/// The texts of pages, findings and problems.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("platform");

/// The texts of the pages of quality.
pub const QUALITY_TEXTS: varde_web::TextSource = varde_web::texts!("quality");

/// The texts of the page of a project's deliveries.
pub const UPDATE_TEXTS: varde_web::TextSource = varde_web::texts!("updates");

/// The texts of the pages of data products and of lineage.
pub const PRODUCT_TEXTS: varde_web::TextSource = varde_web::texts!("product");

/// The routes: pages for stewards, JSON for programs.
pub fn routes(platform: Arc<Platform>) -> varde_web::Routes {
    api::routes().merge(pages::routes()).with_state(platform)
}
