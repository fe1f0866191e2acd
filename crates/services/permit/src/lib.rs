//! The contract at the heart: what was permitted ([`Permit`]), what is to be made of it
//! ([`ExtractSpec`]) and what was made ([`Manifest`]). Signed by the access body, obeyed by the
//! platform and the rooms, shown to citizens.

pub mod model;

pub use model::*;
