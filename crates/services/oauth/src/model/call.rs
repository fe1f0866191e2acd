//! What a client meets where it gets tokens and where it sends people to log in, so that whoever sets one up
//! can be told in plain words what is wrong.

use jiff::Timestamp;

use crate::fault::{Code, Fault};

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallOutcome {
    /// A token.
    TokenGiven,
    /// A person came back to the client with a code.
    CodeGiven,
    /// A pushed request was taken.
    RequestTaken,
    /// A nonce was asked for: the first step of each call.
    Nonce,
    /// A time in the statement or the proof is wrong.
    Clock,
    /// The client has no key of that name.
    UnknownKey,
    /// The statement is signed with another key.
    Signature,
    /// The statement is signed in a way that is not taken.
    Algorithm,
    /// The statement is for another server.
    Audience,
    /// Something else is wrong with the statement.
    Assertion,
    /// The statement or the proof was used before.
    UsedAssertion,
    /// There is no proof of possession, or several.
    ProofMissing,
    /// Something else is wrong with the proof.
    Proof,
    /// The client may not ask for that scope.
    Scope,
    /// The token would be for several APIs, or for none.
    Resource,
    /// The organisation has not accepted the API's terms of use.
    Terms,
    /// The organisation has not delegated it.
    Delegation,
    /// The organisation is not named as it must be, or is another's.
    Organisation,
    /// The client may not get tokens in this way.
    Grant,
    /// The code or refresh token is not good.
    Login,
    /// The pushed request is not as it must be.
    Request,
    /// The address to come back to is not one of the client's.
    Redirect,
    /// A person came with a request that is unknown, too old or used.
    RequestUri,
    /// The person must log in, anew or at a higher level.
    LoginNeeded,
    /// The person did not log in, or may not.
    LoginRefused,
    /// Something else.
    Other,
}

impl CallOutcome {
    /// All outcomes.
    pub const ALL: [Self; 26] = [
        Self::TokenGiven,
        Self::CodeGiven,
        Self::RequestTaken,
        Self::Nonce,
        Self::Clock,
        Self::UnknownKey,
        Self::Signature,
        Self::Algorithm,
        Self::Audience,
        Self::Assertion,
        Self::UsedAssertion,
        Self::ProofMissing,
        Self::Proof,
        Self::Scope,
        Self::Resource,
        Self::Terms,
        Self::Delegation,
        Self::Organisation,
        Self::Grant,
        Self::Login,
        Self::Request,
        Self::Redirect,
        Self::RequestUri,
        Self::LoginNeeded,
        Self::LoginRefused,
        Self::Other,
    ];

    /// The name in the database and in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TokenGiven => "token_given",
            Self::CodeGiven => "code_given",
            Self::RequestTaken => "request_taken",
            Self::Nonce => "nonce",
            Self::Clock => "clock",
            Self::UnknownKey => "unknown_key",
            Self::Signature => "signature",
            Self::Algorithm => "algorithm",
            Self::Audience => "audience",
            Self::Assertion => "assertion",
            Self::UsedAssertion => "used_assertion",
            Self::ProofMissing => "proof_missing",
            Self::Proof => "proof",
            Self::Scope => "scope",
            Self::Resource => "resource",
            Self::Terms => "terms",
            Self::Delegation => "delegation",
            Self::Organisation => "organisation",
            Self::Grant => "grant",
            Self::Login => "login",
            Self::Request => "request",
            Self::Redirect => "redirect",
            Self::RequestUri => "request_uri",
            Self::LoginNeeded => "login_needed",
            Self::LoginRefused => "login_refused",
            Self::Other => "other",
        }
    }

    /// The outcome of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// What a refusal is about: what was said where it arose, or what follows from its code.
    pub(crate) fn of(fault: &Fault) -> Self {
        if let Some(said) = fault.about {
            return said;
        }
        match fault.code {
            Code::UseDpopNonce => Self::Nonce,
            Code::InvalidClient => Self::Assertion,
            Code::InvalidDpopProof => Self::Proof,
            Code::InvalidScope => Self::Scope,
            Code::InvalidTarget => Self::Resource,
            Code::AccessDenied => Self::Delegation,
            Code::InvalidAuthorizationDetails => Self::Organisation,
            Code::UnauthorizedClient | Code::UnsupportedGrantType => Self::Grant,
            Code::InvalidGrant => Self::Login,
            Code::InvalidRequestObject | Code::UnsupportedResponseType => Self::Request,
            Code::InvalidRequestUri => Self::RequestUri,
            Code::LoginRequired | Code::UnmetAuthenticationRequirements => Self::LoginNeeded,
            _ => Self::Other,
        }
    }
}

/// The last call of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What came of it.
    pub outcome: CallOutcome,
    /// When.
    pub at: Timestamp,
    /// How often since it was first seen.
    pub times: u64,
    /// What the client was told, in English.
    pub description: String,
    /// By how many seconds the client's clock is ahead of ours (negative: behind), when that was wrong.
    pub clock: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_found_by_their_names() {
        for outcome in CallOutcome::ALL {
            assert_eq!(CallOutcome::from_name(outcome.name()), Some(outcome));
        }
    }

    #[test]
    fn what_was_said_where_it_arose_comes_before_the_code() {
        let fault = Fault::new(Code::InvalidScope, "no");
        assert_eq!(CallOutcome::of(&fault), CallOutcome::Scope);
        assert_eq!(CallOutcome::of(&fault.because(CallOutcome::Terms)), CallOutcome::Terms);
    }
}
