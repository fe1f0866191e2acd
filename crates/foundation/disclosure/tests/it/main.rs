//! Tables made safe, as a caller does it.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot go on ends the test")]

mod attacker;
mod cell_key;
mod large;
mod rounding;
mod suppression;
mod world;
