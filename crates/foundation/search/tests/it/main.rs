//! Search through its public face.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod change;
mod corpus;
mod index;
mod judged;
mod properties;
mod real;
