//! What the catalogue asks others. The composition fills these in.

mod abroad;
mod concepts;
mod observations;
mod uses;

pub use abroad::{Abroad, AbroadError, Demand, Lack, Weight};
pub use concepts::{ConceptInForce, Concepts, SystemInForce};
pub use observations::Observations;
pub use uses::{KnownCodeSystem, PermitCount, Uses};
