//! Code systems in editions by year, what changes between them, maps, value sets, and the FHIR
//! terminology operations over them.

mod model;

pub use model::*;
