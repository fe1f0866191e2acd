//! The contract at the heart: what was permitted ([`Permit`]), what is to be made of it
//! ([`ExtractSpec`]) and what was made ([`Manifest`]). Sealed by the access body ([`seal`]), kept in
//! the [`Register`], obeyed by the platform and the rooms, shown to citizens.

pub mod api;
mod error;
pub mod form;
pub mod model;
mod pages;
pub mod seal;
mod service;
mod store;

pub use api::open_api;
pub use error::PermitError;
pub use model::*;
pub use pages::{Names, routes};
pub use seal::{PublicKey, PublicKeys, SealError, Sealable, SealingKey};
pub use service::{CONTEXT, ISSUED, Issued, IssuedEvent, Published, REVOKED, Register, RevokedEvent};

/// This context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("permit");
