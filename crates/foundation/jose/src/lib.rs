//! Signed JSON (JOSE), strictly: compact JWS (RFC 7515) over JSON objects, and the keys for it
//! (RFC 7517, 7518, 8037). Not a general library. It does what tokens, proofs and seals need, and
//! refuses what has hurt others:
//!
//! - who verifies says which algorithms and types are taken ([`Expected`]); the header only says
//!   which of them it is. There is no `none` and no symmetric algorithm to choose by mistake;
//! - an object that names a member twice is refused, in the header, the claims and the keys;
//! - sizes are bounded before anything is decoded;
//! - a key belongs to one family of algorithms, and a private or symmetric key where a public one
//!   belongs is an error;
//! - claims are not readable before the signature is checked, but for [`Jws::claimed`], whose name
//!   says so.
//!
//! The cryptography is that of `aws-lc-rs`. Pure: no clock, no network, no storage. What the claims
//! mean is for the caller to say.

mod algorithm;
mod compact;
mod fault;
mod json;
mod key_set;
mod public_key;
mod signing_key;

pub use algorithm::{Algorithm, Family};
pub use compact::{Expected, Header, Jws};
pub use fault::Fault;
pub use json::{Claims, parse_object};
pub use key_set::KeySet;
pub use public_key::PublicKey;
pub use signing_key::SigningKey;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// Base64url without padding (RFC 7515, section 2); anything else is [`Fault::Encoding`].
pub fn decode(text: &str) -> Result<Vec<u8>, Fault> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Fault::Encoding)
}

/// Bytes as base64url without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The same at the end of a text.
fn encode_to(bytes: impl AsRef<[u8]>, text: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, text);
}

/// SHA-256 of a text, as base64url: thumbprints, `ath` (RFC 9449, section 4.2) and `S256` code
/// challenges (RFC 7636, section 4.2) are made so.
pub fn sha256(text: &[u8]) -> String {
    encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text))
}
