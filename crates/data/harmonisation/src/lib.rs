//! Harmonisation: which variables are alike, and how they are related.
//!
//! - [`similar`] finds the variables most alike to one and says why; pure.
//! - [`concept`], [`relation`] and [`code`] are the workbench: concepts, represented variables, relations
//!   with their decisions, and how far codes are mapped; pure.
//! - [`export`] tells what holds in SSSOM and SKOS, [`mappings`] reads what was mapped elsewhere; pure.
//! - [`Harmonisation`] is the service over the catalogue; [`ports`] is what it needs of others.
//!
//! Everything is kept as versions: nothing that was proposed or decided is changed, and the state as at any
//! day can be read. How far codes are mapped is never kept: it is worked out from the code lists as they
//! are, so that a mapping in part cannot be shown as a whole one.

mod api;
mod error;
pub mod export;
mod model;
mod pages;
pub mod ports;
mod service;
mod store;

pub use api::open_api;
pub use error::HarmonisationError;
pub use model::{code, concept, follows, mappings, relation, similar};
pub use service::{
    Cluster, CodeLine, ConceptView, Decided, Desk, Form, Harmonisation, Imported, NewRelation, Ports, RelationVersion,
    RelationView, RepresentedView, Side, SimilarVariable, SimilarView, Used, Workbench,
};
pub use store::{CONTEXT, Version};

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("harmonisation");

/// How alike two variables are that a steward is asked about, from 0 to 1.
pub const LIKELY: f64 = 0.7;

/// The routes: pages, JSON, and what holds for other programs.
pub fn routes(service: Harmonisation) -> varde_web::Routes {
    pages::routes().merge(api::routes()).with_state(service)
}
