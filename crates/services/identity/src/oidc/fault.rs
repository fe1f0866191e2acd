//! Everything that can go wrong in a login, each with what to do about it.

use varde_core::{Problem, ProblemKind};

/// Why an ID token was not believed (OpenID Connect Core section 3.1.3.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenFault {
    /// It is no JWS in compact form, or its claims are not what they must be.
    #[error("it is malformed")]
    Malformed,
    /// Another algorithm than ES256, RS256 or PS256; `none` is one of those.
    #[error("its algorithm is not allowed")]
    Algorithm,
    /// The provider has published no such key.
    #[error("it is signed by a key the provider has not published")]
    UnknownKey,
    /// The signature is wrong.
    #[error("its signature is wrong")]
    Signature,
    /// Another issuer.
    #[error("it is from another issuer")]
    Issuer,
    /// It is for another client.
    #[error("it is for another client")]
    Audience,
    /// It has expired.
    #[error("it has expired: check that the clocks agree")]
    Expired,
    /// It was issued in the future, or so long ago that it is not from this login.
    #[error("its time of issue cannot be right: check that the clocks agree")]
    IssuedAt,
    /// It belongs to another login attempt.
    #[error("its nonce is not the one of this login")]
    Nonce,
    /// Its `acr` is not one we know.
    #[error("its level (acr) is not one that is configured")]
    UnknownLevel,
    /// The level is lower than asked for.
    #[error("its level is lower than was asked for")]
    LevelTooLow,
    /// A new login was asked for, and the provider took an older one.
    #[error("it is from an older login, and a new one was asked for")]
    NotAnew,
    /// It carries no national number.
    #[error("it carries no valid national number: does the client have the right scopes?")]
    NationalNumber,
}

/// Why a login did not come about.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The provider does not answer.
    #[error("the login provider does not answer ({what}): try again in a while")]
    Unavailable {
        /// Which of its addresses.
        what: &'static str,
        /// Why.
        #[source]
        source: Option<reqwest::Error>,
    },
    /// The provider answers something that is not in the standard.
    #[error("the login provider's {what} cannot be used: check the issuer in the configuration")]
    Provider {
        /// Which answer.
        what: &'static str,
    },
    /// The person went back.
    #[error("the login was cancelled")]
    Cancelled,
    /// The provider refused to log the person in.
    #[error("the login provider refused ({0})")]
    Refused(String),
    /// No attempt of this browser matches the answer: it took too long, cookies are off, or the
    /// answer is forged.
    #[error("no login was begun in this browser with that state, or it took more than ten minutes")]
    State,
    /// The answer is from another provider than was asked (RFC 9207).
    #[error("the answer is from another provider than was asked")]
    Issuer,
    /// The answer holds neither code nor error.
    #[error("the login provider's answer holds no code")]
    NoCode,
    /// The provider did not take the code: used before, too old, or not ours.
    #[error("the login provider did not accept the code ({0})")]
    Code(String),
    /// The ID token is not to be believed.
    #[error("the ID token was not believed")]
    IdToken(#[from] IdTokenFault),
}

impl Problem for LoginError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Unavailable { .. } | Self::Provider { .. } => ProblemKind::Unavailable,
            Self::Cancelled
            | Self::Refused(_)
            | Self::State
            | Self::Issuer
            | Self::NoCode
            | Self::Code(_)
            | Self::IdToken(_) => ProblemKind::Unauthenticated,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } | Self::Provider { .. } => "identity.provider_unavailable",
            Self::Cancelled => "identity.login_cancelled",
            Self::Refused(_) => "identity.login_refused",
            Self::State => "identity.login_state",
            Self::IdToken(IdTokenFault::LevelTooLow) => "identity.level_too_low",
            Self::Issuer | Self::NoCode | Self::Code(_) | Self::IdToken(_) => "identity.login_not_believed",
        }
    }
}

/// A code from outside, such as `invalid_grant`, cut down to what such codes are made of.
pub(crate) fn error_code(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').take(40).collect()
}
