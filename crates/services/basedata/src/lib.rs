//! The registers of persons, of organisations and of health personnel as Varde holds them.
//!
//! Who somebody is: an opaque [`varde_core::PersonId`] that stays when the national number
//! changes, and a dense index (`u32`) that the platform's files and bitmaps use. National numbers
//! are stored here and nowhere else; they leave only inside [`varde_core::Personal`]. Everything
//! dated is kept in two times: every read is "as at" ([`AsAt`]).
//!
//! [`Basedata`] is the service. Bulk use leaves one entry with counts; reading about a person
//! leaves an entry on that person's chain, durable before the data can be opened.

mod api;
mod error;
pub mod file;
pub mod model;
mod service;
mod store;

pub use api::{open_api, routes};
pub use error::BasedataError;
pub use model::*;
pub use service::{
    Basedata, Disclosure, FileOutcome, Found, Imported, OnProgress, SaidAtLogin, ToldAtLogin, WantedAtLogin,
};
pub use store::CONTEXT;

/// The texts of this context's problems.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("basedata");
