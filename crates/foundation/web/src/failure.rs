//! Errors on their way out: one place turns them into a page or RFC 9457 problem+json.
//!
//! A handler returns `Result<Response, Failure>` and uses `?` on any [`Problem`]. The failure
//! travels as a response extension to the shell's outermost layer, which alone knows the language
//! and whether a page or JSON was asked for.

use std::{error::Error, sync::Arc};

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use varde_core::{FieldProblem, LocalisedText, Problem, ProblemKind};
use varde_policy::{Refusal, Remedy};

/// An error with what the caller may know of it. The rest was logged when it was made.
#[derive(Debug, Clone)]
pub struct Failure(Arc<Facts>);

/// What the caller may know of a failure.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) fields: Vec<FieldProblem>,
    /// What exactly is wrong with what a program sent; in English, never on a page or in the log.
    pub(crate) detail: Option<String>,
    /// The policy's reason for a refusal.
    pub(crate) why: Option<LocalisedText>,
    /// What would help against a refusal.
    pub(crate) remedy: Option<Remedy>,
    /// How a program's credentials should be (`WWW-Authenticate` and what goes with it).
    pub(crate) challenge: HeaderMap,
}

impl Failure {
    /// There is no such page or thing.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "web.not_found")
    }

    /// A failure that the shell itself finds.
    pub(crate) fn new(status: StatusCode, code: &'static str) -> Self {
        let (fields, challenge) = (Vec::new(), HeaderMap::new());
        Self(Arc::new(Facts { status, code, fields, detail: None, why: None, remedy: None, challenge }))
    }

    /// What is wrong with what a program sent, told exactly.
    pub(crate) fn told(status: StatusCode, code: &'static str, detail: String) -> Self {
        Self::new(status, code).with(|facts| facts.detail = Some(detail))
    }

    /// The same failure of a program's credentials, with what exactly is wrong and, in headers such as
    /// `WWW-Authenticate`, how they should be (RFC 9110, section 11.6.1). Both are read by programs.
    #[must_use]
    pub fn challenging(self, status: StatusCode, detail: String, challenge: HeaderMap) -> Self {
        self.with(|facts| {
            facts.status = status;
            facts.detail = Some(detail);
            facts.challenge = challenge;
        })
    }

    fn with(self, change: impl FnOnce(&mut Facts)) -> Self {
        let mut facts = Arc::unwrap_or_clone(self.0);
        change(&mut facts);
        Self(Arc::new(facts))
    }

    /// The HTTP status it becomes.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The problem's code, such as `access.not_a_draft`.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// What is wrong with which field.
    pub fn fields(&self) -> &[FieldProblem] {
        &self.0.fields
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.0
    }
}

impl<E: Problem + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        let status = status(error.kind());
        if status.is_server_error() {
            tracing::error!(problem.code = error.code(), problem.chain = chain(&error), "a request failed");
        } else {
            tracing::info!(problem.code = error.code(), "a request was refused");
        }
        let denied = Refusal::within(&error);
        let why = denied.map(|d| d.why.clone());
        let remedy = denied.and_then(|d| d.remedy);
        let (fields, challenge) = (error.fields(), missing_scope(remedy));
        Self(Arc::new(Facts { status, code: error.code(), fields, detail: None, why, remedy, challenge }))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What tells a program that its token lacks a scope (RFC 6750, section 3.1; RFC 9449, section 7.1).
fn missing_scope(remedy: Option<Remedy>) -> HeaderMap {
    let Some(Remedy::Scope(scope)) = remedy else { return HeaderMap::new() };
    let challenge = format!(r#"DPoP error="insufficient_scope", scope="{}""#, scope.name());
    let challenge = HeaderValue::try_from(challenge).map(|challenge| (header::WWW_AUTHENTICATE, challenge));
    challenge.into_iter().collect()
}

fn status(kind: ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ProblemKind::Forbidden => StatusCode::FORBIDDEN,
        ProblemKind::NotFound => StatusCode::NOT_FOUND,
        ProblemKind::Conflict => StatusCode::CONFLICT,
        ProblemKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ProblemKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The error and its sources in one line, for the log only.
fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        line.push_str(": ");
        line.push_str(&source.to_string());
        next = source.source();
    }
    line
}
