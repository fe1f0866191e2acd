//! How good descriptions and data are, by four published models, each computed from one record of facts:
//! the RDA FAIR Data Maturity Model, the national metadata quality assessment (DCATNO-MQA), the elements of
//! the data quality and utility label (EHDS art. 78), and how complete a description is by HealthDCAT-AP.
//!
//! - [`gather`] makes [`Facts`] of what the catalogue, the exchange and the data platform know; [`judge`]
//!   makes findings of them, each with its evidence and what to do; [`Score`] adds up. All of it is pure.
//! - [`Fair`] computes when an edition is published and once a day, keeps scores that changed, and takes
//!   what only people can say. That the law restricts something is never a failure.
//! - [`ports`] is what it needs of others.

mod api;
mod error;
mod export;
mod model;
mod pages;
pub mod ports;
mod service;
mod store;

pub use api::open_api;
pub use error::FairError;
pub use model::*;
pub use service::{Fair, IndicatorView, ModelView, NewJudgement, Overview, Row, SourceView, Subject};
pub use store::{CONTEXT, Kept};

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("fair");

/// The context's pages and JSON routes.
pub fn routes(service: Fair) -> varde_web::Routes {
    pages::routes().merge(api::routes()).with_state(service)
}
