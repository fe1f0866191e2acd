//! Ways to change counts instead of withholding them.

pub mod cell_key;
pub(crate) mod controlled;
pub mod rounding;
