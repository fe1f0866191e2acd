//! The relying party: OpenID Connect Core 1.0 with the authorization code flow, PKCE (RFC 7636,
//! S256), `state`, `nonce` and `iss` (RFC 9207).

mod attempt;
mod config;
mod fault;
mod http;
mod id_token;
mod metadata;
mod relying_party;

pub use attempt::{Attempt, Sealed};
pub use config::{ClientAuthentication, ConfigFault, ProviderConfig};
pub use fault::{IdTokenFault, LoginError};
pub use id_token::{Expected, Identified, verify};
pub use relying_party::{Begun, RelyingParty, Response};
