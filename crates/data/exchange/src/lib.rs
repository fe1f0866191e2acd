//! The catalogue to other catalogues, one record in many profiles, and from them.
//!
//! - [`catalogue`] and [`source`] make graphs of what the catalogue holds, in the words of DCAT-AP-NO 2 and
//!   3, HealthDCAT-AP (with the variables as columns of CSV on the Web) and schema.org; pure.
//! - [`Shapes`] holds such a graph up against what a profile demands, by shapes of our own, and says in
//!   three languages what is lacking; pure.
//! - [`harvest()`] makes sources of what other catalogues say in DCAT; pure.
//! - [`feed()`] tells harvesters what was added, changed and withdrawn; pure.
//! - [`Checker`] is what the catalogue asks before it publishes, and what pages give search engines.
//! - [`Exchange`] reads the catalogue and answers; [`ports`] is what it needs of others.
//!
//! The catalogue is open to everybody (EHDS art. 77), so that reading it is no disclosure.

mod api;
mod error;
mod feed;
mod harvest;
mod model;
mod pages;
pub mod ports;
mod service;
mod shapes;
mod store;

use std::sync::Arc;

pub use api::open_api;
pub use error::ExchangeError;
pub use feed::{Change, ChangeKind, feed};
pub use harvest::{Harvested, Paths, harvest, laid_over, says_the_same, withdrawn};
pub use model::*;
pub use service::{Became, Checker, Exchange, HarvestChange, NewHarvest, Origin, Parts, Standing, TakenIn, Told};
pub use shapes::{Shapes, WrongShapes};
pub use store::CONTEXT;
pub use varde_fetch::Reach;

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("exchange");

/// The routes: RDF for harvesters, a page for stewards.
pub fn routes(service: Arc<Exchange>) -> varde_web::Routes {
    api::routes().merge(pages::routes()).with_state(service)
}
