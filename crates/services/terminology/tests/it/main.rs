//! Code systems, through the crate's public face.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops with the place and the error")]

mod fhir;
mod govern;
mod pages;
mod real;
mod site;
mod take_in;
mod texts;
mod world;
