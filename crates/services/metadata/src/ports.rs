//! What the catalogue asks others. The composition fills these in.

mod uses;

pub use uses::{KnownCodeSystem, PermitCount, Uses};
