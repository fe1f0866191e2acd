//! Tables made safe, as a caller does it.

mod cell_key;
mod rounding;
mod suppression;
