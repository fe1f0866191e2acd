//! Who somebody is and for whom they act.
//!
//! Login is OpenID Connect: the [`oidc`] relying party knows one ordinary provider by its issuer.
//! The built-in [`test_id`] provider is such a provider, reached over HTTP like any other, and
//! exists only where the configuration says demo. A login ends in a `varde_web` session whose actor
//! every other crate sees. [`Roles`] keeps who may act for which organisation.
//!
//! Invariant: the national number from a login goes to the [`PersonDirectory`] and nowhere else; it
//! is neither stored nor logged here.

pub mod oidc;
pub mod test_id;

mod api;
mod error;
mod jose;
mod model;
mod pages;
mod service;
mod store;

pub use api::open_api;
pub use error::IdentityError;
pub use jose::{NotAKey, SigningKey};
pub use model::{
    assignment::{Administered, NewAssignment, RoleAssignment, RoleAssignmentId, RoleProposal, RoleProposalId},
    return_to::ReturnTo,
};
pub use pages::{ADMINISTER, AFTER_LOGOUT, LOGIN, ROLE, routes, step_up_address};
pub use service::{
    Identity,
    directory::{DirectoryError, KnownPerson, PersonDirectory},
    proposals::Given,
    roles::Roles,
};
pub use store::CONTEXT;

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("identity");
