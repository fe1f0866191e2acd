//! The authorisation server: who may call which API, for whom, proven by signatures alone.
//!
//! It follows the FAPI 2.0 Security Profile, in what its metadata says as in what it does: clients
//! prove themselves with `private_key_jwt`, and every token is bound to a key (DPoP). Organisations stand
//! in every token of a client that acts for others, named by details that the client signs, and opened by
//! delegations and terms that other contexts keep ([`ports`]).
//!
//! What is here: tokens for clients (`client_credentials`) and for people who log in at them, token
//! exchange between APIs, the attest of the trust framework, introspection, revocation, metadata, the
//! register of clients and APIs, and the check that APIs make ([`resource`]).

pub mod fault;
pub mod ports;
pub mod resource;

mod api;
mod error;
mod model;
mod pages;
mod protocol;
mod service;
mod store;
mod test_tokens;

pub use api::{open_api, routes};
pub use error::RegistrationError;
pub use model::{
    acting_for::ActingFor,
    api::{Api, ScopeRules, TokenAlgorithm},
    call::{Call, CallOutcome},
    claims::{Claim, Grounds, LoggedIn, access_token, security_level},
    client::{
        Client, ClientId, Grant, MOST_REFRESH_HOURS, Named, NewClient, NotForThem, REFRESH_HOURS, RefreshTokens,
        Tenancy,
    },
    redirect::{NotARedirectUri, RedirectUri},
    scope::{NotAScope, Scope, Scopes},
    used::{DELEGATION_USED, DelegationUsed, UseKind},
};
pub use service::{AuthorisationServer, OpenError, Ports, registration::ClientKey, seal::Sealer};
pub use store::CONTEXT;

/// The server as routes share it.
pub(crate) type Server = std::sync::Arc<AuthorisationServer>;

/// The texts of this context's problems.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("oauth");
