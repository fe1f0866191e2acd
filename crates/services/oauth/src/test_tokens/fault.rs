//! The faults that an API must refuse. Each makes one thing wrong and leaves the rest as it should be.

use serde::Deserialize;
use utoipa::ToSchema;

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TokenFault {
    /// `iss` is another issuer.
    InvalidIssuer,
    /// `aud` is another API.
    InvalidAudience,
    /// It names the published key and is signed with another.
    InvalidSigningKey,
    /// `exp` was an hour ago.
    Expired,
    /// The header has no `typ`.
    MissingTyp,
}

/// What is wrong with a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProofFault {
    /// No `htu`.
    NoHtu,
    /// No `htm`.
    NoHtm,
    /// `iat` is an hour ago.
    IatPast,
    /// `iat` is an hour ahead.
    IatFuture,
    /// No `ath`.
    NoAth,
    /// No `alg` in the header.
    NoAlg,
    /// No `jwk` in the header.
    NoJwk,
    /// No `jti`.
    NoJti,
    /// `alg` is HS256, and the signature is made with the public key as the secret.
    SymmetricAlg,
    /// The `jwk` in the header holds the private key too.
    PrivateKey,
    /// `typ` is `JWT`.
    WrongTyp,
    /// Signed with another key than the one in the header.
    BadSignature,
}
