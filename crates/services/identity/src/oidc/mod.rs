//! The relying party: OpenID Connect Core 1.0 with the authorization code flow, PKCE (RFC 7636,
//! S256), `state`, `nonce` and `iss` (RFC 9207), and RP-Initiated Logout 1.0.

mod attempt;
mod config;
mod cookie;
mod fault;
mod http;
mod id_token;
mod logout;
mod metadata;
mod relying_party;

pub use attempt::{Asked, Attempt, Sealed};
pub use config::{ClientAuthentication, ConfigFault, ProviderConfig};
pub use fault::{IdTokenFault, LoginError};
pub use id_token::{Expected, Identified, verify};
pub use logout::Logout;
pub use relying_party::{Begun, Finished, RelyingParty, Response};
