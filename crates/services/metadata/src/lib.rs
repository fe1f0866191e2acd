//! The national catalogue: sources, datasets, variables and their codes; codebooks in and out;
//! search; and the lists of variables that become an application's data need.
//!
//! The catalogue is open to everybody, so its reads are no disclosures and leave no entry; every
//! change does. It is bitemporal: editions say when the catalogue said so, versions of variables
//! when it held. [`CatalogueService`] is the way in for pages, the API, the command line
//! ([`files`]) and the other services ([`CatalogueService::describe`]).

mod api;
mod error;
pub mod files;
pub mod model;
mod pages;
pub mod ports;
mod service;
mod store;

use std::sync::Arc;

use varde_store::Context;
use varde_web::Routes;

pub use error::MetadataError;
pub use model::*;
pub use service::*;

/// The context: schema `metadata`.
pub static CONTEXT: Context = Context { name: "metadata", migrations: sqlx::migrate!() };

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("metadata");

/// The texts of what was observed in the data.
pub const AVAILABILITY_TEXTS: varde_web::TextSource = varde_web::texts!("availability");

/// The texts of the pages for those who look after descriptions.
pub const GOVERNANCE_TEXTS: varde_web::TextSource = varde_web::texts!("governance");

/// The context's pages and JSON routes. `uses` knows where variables are used outside the catalogue.
pub fn routes(service: Arc<CatalogueService>, uses: Arc<dyn ports::Uses>) -> Routes {
    let variables = pages::variable_routes().with_state(pages::Variables { service: Arc::clone(&service), uses });
    pages::routes().merge(api::routes()).with_state(service).merge(variables)
}

/// The description of the JSON routes.
pub use api::open_api;
