//! Taking services into use, through the crate's public face.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops with the place and the error")]

mod api;
mod letters;
mod notices;
mod orders;
mod pages;
mod registry;
mod reports;
mod site;
mod smtp;
mod smtp_tls;
mod terms;
mod texts;
mod world;
