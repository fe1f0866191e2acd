//! The side of an API: is the token that came with a request good, and is it in the hands of whom it
//! was given to (RFC 9068, section 4; RFC 9449, section 7).
//!
//! [`ResourceServer`] is the check, the same for every API. What it needs from elsewhere is three
//! small traits: the issuer's keys ([`KeySource`]), whether a token still stands ([`Standing`]), and
//! which proofs have been used ([`Replays`]). An API in another process fills them with what is in
//! [`remote`] and puts [`guard`] before its routes; Varde's own API ([`OwnApi`]) is in the server's
//! process and asks its tables.

mod credentials;
mod details;
mod document;
mod own;
mod refused;
mod registration;
pub mod remote;
mod server;
mod token;

pub(crate) use credentials::Credentials;
pub(crate) use document::open_api;
pub use own::OwnApi;
pub use refused::Refused;
pub use server::{Call, KeySource, Replays, ResourceServer, Standing, Trust, guard};
pub use token::AccessToken;
