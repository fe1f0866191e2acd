//! What the catalogue asks others. The composition fills these in.

mod abroad;
mod uses;

pub use abroad::{Abroad, AbroadError, Demand, Lack, Weight};
pub use uses::{KnownCodeSystem, PermitCount, Uses};
