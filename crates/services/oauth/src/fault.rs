//! What an OAuth endpoint answers when it says no: a code of the specifications and words that say
//! what to do (RFC 6749, section 5.2; RFC 9449, section 12.2; RFC 8693; RFC 8707; RFC 9396).
//!
//! Not problem+json: clients of every kind read these two members. Descriptions are in English and
//! never hold a token, a national number or a name.

use std::borrow::Cow;

use serde::Serialize;

use crate::CallOutcome;

/// The codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Something is missing, named twice or malformed.
    InvalidRequest,
    /// The client is unknown or did not prove itself.
    InvalidClient,
    /// The code or refresh token is not good, or another client's.
    InvalidGrant,
    /// The client may not do this.
    UnauthorizedClient,
    /// No such grant here.
    UnsupportedGrantType,
    /// Only `code` is answered.
    UnsupportedResponseType,
    /// A scope that does not exist or is not the client's.
    InvalidScope,
    /// A resource that does not exist, or is not one of those asked for (RFC 8707).
    InvalidTarget,
    /// The proof of possession is missing or wrong (RFC 9449).
    InvalidDpopProof,
    /// The proof must hold the nonce that comes with this answer (RFC 9449, section 8).
    UseDpopNonce,
    /// The person or the rules said no.
    AccessDenied,
    /// The details are of an unknown type or malformed (RFC 9396, section 5).
    InvalidAuthorizationDetails,
    /// The request URI is unknown, used or too old (RFC 9101).
    InvalidRequestUri,
    /// The request object is wrong (RFC 9101).
    InvalidRequestObject,
    /// The person must log in, and the client asked us not to show it.
    LoginRequired,
    /// The person reached too low a level for what is asked (RFC 9470).
    UnmetAuthenticationRequirements,
    /// The access token is not good (RFC 6750).
    InvalidToken,
    /// The access token lacks a scope (RFC 6750).
    InsufficientScope,
    /// The access token lacks details that the resource needs.
    InsufficientAuthorizationDetails,
    /// Try again later.
    TemporarilyUnavailable,
    /// We failed.
    ServerError,
}

impl Code {
    /// The code as it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
            Self::AccessDenied => "access_denied",
            Self::InvalidAuthorizationDetails => "invalid_authorization_details",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::LoginRequired => "login_required",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientAuthorizationDetails => "insufficient_authorization_details",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }

    /// The HTTP status of a direct answer.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::InsufficientScope | Self::InsufficientAuthorizationDetails => 403,
            Self::TemporarilyUnavailable => 503,
            Self::ServerError => 500,
            _ => 400,
        }
    }
}

/// A refusal: what the client is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.name())]
pub struct Fault {
    /// The code.
    pub code: Code,
    /// What is wrong and what to do, in English.
    pub description: Cow<'static, str>,
    /// What it is about, where the code does not say it: for whoever sets a client up.
    pub(crate) about: Option<CallOutcome>,
    /// By how many seconds the client's clock is ahead of ours, when that is what is wrong.
    pub(crate) clock: Option<i64>,
}

impl Fault {
    /// A refusal with fixed words.
    pub const fn new(code: Code, description: &'static str) -> Self {
        Self { code, description: Cow::Borrowed(description), about: None, clock: None }
    }

    /// A refusal that names what it is about; never a token, a number or a name of a person.
    pub fn about(code: Code, description: String) -> Self {
        Self { code, description: Cow::Owned(description), about: None, clock: None }
    }

    /// The refusal, and what it is about.
    pub(crate) fn because(mut self, about: CallOutcome) -> Self {
        self.about = Some(about);
        self
    }

    /// A time is wrong, by that many seconds.
    pub(crate) fn off_by(mut self, seconds: i64) -> Self {
        self.about = Some(CallOutcome::Clock);
        self.clock = Some(seconds);
        self
    }
}
