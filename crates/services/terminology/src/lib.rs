//! Code systems in editions by year, what changes between them, maps, value sets, and the FHIR
//! terminology operations over them.
//!
//! Content is open to everybody once it is published, so reading leaves no entry; every change does.
//! An edition's content never changes. A file becomes a draft; somebody else publishes it. An edition
//! that loses more codes than its owner lets pass stops with the question, not with a new edition.
//! [`Terminology`] is the way in for pages, the API, the command line and other services
//! ([`Terminology::known`], [`Terminology::concept_on`], [`Terminology::each_concept`]).

mod api;
mod error;
mod fhir;
pub mod import;
mod model;
mod pages;
pub mod ports;
mod service;
mod store;

pub use api::open_api;
pub use error::TerminologyError;
pub use fhir::{Misfit, Release};
pub use model::*;
pub use pages::routes;
pub use service::{
    Confirmed, Found, Impact, Imported, Known, Mapped, PUBLISHED, Ports, PublishedEvent, Shown, Terminology,
};
pub use store::CONTEXT;

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("terminology");
