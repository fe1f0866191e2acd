//! Tables made safe, as a caller does it.

mod attacker;
mod cell_key;
mod large;
mod rounding;
mod suppression;
mod world;
