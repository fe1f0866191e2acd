//! How errors are told apart, in three tiers:
//!
//! 1. *The caller can mend it*: [`ProblemKind::Invalid`], [`ProblemKind::Conflict`],
//!    [`ProblemKind::NotFound`], [`ProblemKind::Forbidden`], [`ProblemKind::Unauthenticated`].
//! 2. *Wait and try again*: [`ProblemKind::Unavailable`], [`ProblemKind::TooMany`].
//! 3. *We must mend it*: [`ProblemKind::Internal`].
//!
//! Every context has one error enum and implements [`Problem`] for it; `varde_web` turns that into
//! RFC 9457 problem+json or a page, once.

use serde::{Deserialize, Serialize};

/// The tier and kind of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// Log in first (HTTP 401).
    Unauthenticated,
    /// The policy says no (HTTP 403).
    Forbidden,
    /// There is no such thing, or the actor may not know that there is (HTTP 404).
    NotFound,
    /// The state does not allow it, or somebody else changed it meanwhile (HTTP 409).
    Conflict,
    /// The input is wrong; the fields say where (HTTP 422).
    Invalid,
    /// The input is larger than allowed (HTTP 413).
    TooLarge,
    /// Asked too often; wait a while (HTTP 429).
    TooMany,
    /// Something we depend on is away; try again (HTTP 503).
    Unavailable,
    /// A fault of ours (HTTP 500).
    Internal,
}

/// What is wrong with one field of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// The field's name in the form or the JSON path.
    pub field: String,
    /// A key in the locale files, such as `access-error-title-missing`.
    pub message: String,
}

impl FieldProblem {
    /// A problem with a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// An error that can be shown to whoever asked. `Display` is for people who read logs and the
/// command line: what happened, where, what to do; never a national number, name or token.
pub trait Problem: std::error::Error {
    /// Its kind.
    fn kind(&self) -> ProblemKind;

    /// A stable code, such as `access.not_a_draft`; the `type` of the problem document, and with
    /// dots as dashes the key `problem-access-not_a_draft` in the locale files.
    fn code(&self) -> &'static str;

    /// The fields that are wrong, if it is about fields.
    fn fields(&self) -> Vec<FieldProblem> {
        Vec::new()
    }
}
