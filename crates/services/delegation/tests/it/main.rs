//! The registry of resources and the register of delegations through their public face.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops with the place and the error")]

mod api;
mod pages;
mod registry;
mod rights;
mod site;
mod texts;
mod uses;
mod world;
