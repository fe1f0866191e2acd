//! How an API says no to a token (RFC 6750, section 3; RFC 9449, section 7.1).

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;
use varde_core::{Problem, ProblemKind};
use varde_jose::Algorithm;

use crate::{
    Scope,
    fault::{Code, Fault},
};

/// Why a request is not let in. What it says goes to the program that asks: never anything of the
/// token but names of its members.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No token came along.
    #[error("this takes a token: send Authorization: DPoP and a proof in the header DPoP")]
    Missing,
    /// The token or the proof is not good: `invalid_request`, `invalid_token`, `invalid_dpop_proof`.
    #[error("{}", .0.description)]
    Wrong(Fault),
    /// The token is good and does not open this.
    #[error("the token lacks the scope {0}")]
    Scope(Scope),
    /// The token is good and lacks details of a type that this needs.
    #[error("the token lacks details of type {kind}: ask for one with them")]
    Details {
        /// The type (RFC 9396).
        kind: String,
        /// Where it is written what the API needs (RFC 9728).
        metadata: String,
    },
    /// The token cannot be checked now.
    #[error("{}", .0.description)]
    Unchecked(Fault),
}

impl Refused {
    /// The token is not good.
    pub(crate) const fn token(description: &'static str) -> Self {
        Self::Wrong(Fault::new(Code::InvalidToken, description))
    }

    /// The code, where the specifications have one. None when nothing came: whoever did not know that
    /// it takes a token is not told off (RFC 6750, section 3.1).
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Missing => None,
            Self::Wrong(fault) | Self::Unchecked(fault) => Some(fault.code),
            Self::Scope(_) => Some(Code::InsufficientScope),
            Self::Details { .. } => Some(Code::InsufficientAuthorizationDetails),
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Wrong(fault) if fault.code == Code::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::Missing | Self::Wrong(_) => StatusCode::UNAUTHORIZED,
            Self::Scope(_) | Self::Details { .. } => StatusCode::FORBIDDEN,
            Self::Unchecked(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// How the credentials should be, as a header `WWW-Authenticate`; none when nothing is wrong with
    /// them.
    pub fn challenge(&self) -> HeaderMap {
        let mut parts = Vec::new();
        match (self, self.code()) {
            (Self::Unchecked(_), _) => return HeaderMap::new(),
            (_, Some(code)) => {
                parts.push(format!(r#"error="{}", error_description="{}""#, code.name(), quotable(&self.to_string())));
            }
            (_, None) => {}
        }
        if let Self::Scope(scope) = self {
            parts.push(format!(r#"scope="{}""#, quotable(scope.as_str())));
        }
        if let Self::Details { metadata, .. } = self {
            parts.push(format!(r#"resource_metadata="{}""#, quotable(metadata)));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            parts.push(format!(r#"algs="{}""#, Algorithm::STRONG.map(Algorithm::name).join(" ")));
        }
        let challenge = HeaderValue::try_from(format!("DPoP {}", parts.join(", ")));
        challenge.into_iter().map(|challenge| (header::WWW_AUTHENTICATE, challenge)).collect()
    }
}

/// The text as it may stand between quotes (RFC 6750, section 3).
fn quotable(text: &str) -> String {
    text.chars().map(|c| if matches!(c, ' '..='~') && c != '"' && c != '\\' { c } else { '\'' }).collect()
}

impl Problem for Refused {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Missing | Self::Wrong(_) => ProblemKind::Unauthenticated,
            Self::Scope(_) | Self::Details { .. } => ProblemKind::Forbidden,
            Self::Unchecked(_) => ProblemKind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Missing => "oauth.token_missing",
            Self::Wrong(fault) if fault.code == Code::InvalidDpopProof => "oauth.proof_wrong",
            Self::Wrong(_) => "oauth.token_wrong",
            Self::Scope(_) => "oauth.scope_missing",
            Self::Details { .. } => "oauth.details_missing",
            Self::Unchecked(_) => "oauth.token_unchecked",
        }
    }
}

impl IntoResponse for Refused {
    /// The answer of an API that is not Varde's own: the code and the words as JSON too.
    fn into_response(self) -> Response {
        let code = self.code().map_or("token_required", Code::name);
        let body = json!({ "error": code, "error_description": self.to_string() });
        let mut response = (self.status(), self.challenge(), Json(body)).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(refused: &Refused) -> String {
        refused.challenge().get(header::WWW_AUTHENTICATE).map_or(String::new(), |v| v.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_challenge_says_what_is_wrong_and_nothing_ends_its_quotes() {
        assert_eq!(told(&Refused::Missing), r#"DPoP algs="ES256 ES384 ES512 PS256 PS384 PS512 EdDSA""#);
        let wrong = Refused::Wrong(Fault::about(Code::InvalidToken, "a \"quote\", a \\ and\nø".to_owned()));
        let told_wrong = told(&wrong);
        assert!(
            told_wrong.starts_with(r#"DPoP error="invalid_token", error_description="a 'quote', a ' and''", algs="#)
        );
        let scope = Refused::Scope("a:b/c".parse().unwrap());
        assert_eq!(scope.status(), StatusCode::FORBIDDEN);
        assert!(told(&scope).ends_with(r#"scope="a:b/c""#), "{}", told(&scope));
        let details = Refused::Details { kind: "a".to_owned(), metadata: "https://varde.test/a".to_owned() };
        assert_eq!(details.status(), StatusCode::FORBIDDEN);
        let challenge = told(&details);
        assert!(challenge.starts_with(r#"DPoP error="insufficient_authorization_details""#), "{challenge}");
        assert!(challenge.ends_with(r#"resource_metadata="https://varde.test/a""#), "{challenge}");
        let later = Refused::Unchecked(Fault::new(Code::TemporarilyUnavailable, "later"));
        assert_eq!((later.status(), told(&later)), (StatusCode::SERVICE_UNAVAILABLE, String::new()));
    }
}
