//! The national variable explorer's JSON, in and out. Its Norwegian names stand here and nowhere
//! else.
//!
//! Coming in ([`take()`]), payloads become sources and the registry; where one says something that the
//! model would not say again, that place is kept beside the node it is about. Going out
//! ([`Writer`]), the model writes the payload and what was kept is put back. So nothing of a payload
//! is lost, and a later change of ours still shows.

mod facets;
mod fields;
mod keep;
mod listing;
mod names;
mod payload;
mod take;
#[cfg(test)]
mod tests;
mod write;
mod write_statistics;
mod write_variable;

pub(crate) use facets::{definitions, facets};
pub(crate) use listing::listing;
pub(crate) use names::{CATALOGUE, link};
pub use payload::{Payloads, WrongPayload};
pub use take::{Taken, take};
pub use write::Writer;
pub(crate) use write_statistics::add_statistics;
