//! What somebody posted: the values to show again and what is wrong with each.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::header::CONTENT_TYPE,
};
use varde_core::{FieldProblem, Problem, ProblemKind};

use crate::Failure;

/// The name of the hidden field that carries the session's token against forged requests.
pub(crate) const CSRF_FIELD: &str = "_csrf";

/// Values by field name, in the order they were posted, and problems by field name.
///
/// As an extractor it reads an `application/x-www-form-urlencoded` body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    values: BTreeMap<String, Vec<String>>,
    problems: Vec<FieldProblem>,
}

impl Form {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// The form filled with pairs of names and values.
    pub fn of<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            form.values.entry(name.into()).or_default().push(value.into());
        }
        form
    }

    /// One more value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.entry(name.to_owned()).or_default().push(value.into());
        self
    }

    /// The same values with the problems that a use case found.
    #[must_use]
    pub fn with_problems(mut self, problems: impl IntoIterator<Item = FieldProblem>) -> Self {
        self.problems.extend(problems);
        self
    }

    /// The (first) value of the field, without white space around it; empty when it was not posted.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|v| v.first()).map_or("", |v| v.trim())
    }

    /// The value, `None` when it is empty.
    pub fn given(&self, name: &str) -> Option<&str> {
        Some(self.value(name)).filter(|v| !v.is_empty())
    }

    /// All values of the field, as check boxes post them.
    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether the field has that value among its own: for check boxes, radio buttons and options.
    pub fn has(&self, name: &str, value: impl AsRef<str>) -> bool {
        self.all(name).iter().any(|v| v == value.as_ref())
    }

    /// The key of the text that says what is wrong with the field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.problems.iter().find(|p| p.field == name).map(|p| p.message.as_str())
    }

    /// All problems, for the summary above the form.
    pub fn errors(&self) -> &[FieldProblem] {
        &self.problems
    }

    /// Whether nothing is wrong.
    pub fn is_valid(&self) -> bool {
        self.problems.is_empty()
    }

    /// All pairs of names and values.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().flat_map(|(name, values)| values.iter().map(move |v| (name.as_str(), v.as_str())))
    }

    /// The form without what must be typed anew each time: fields whose names begin with `_`, such
    /// as a national number. It is neither kept when a session ends nor shown back.
    #[must_use]
    pub fn without_secrets(mut self) -> Self {
        self.values.retain(|name, _| !name.starts_with('_'));
        self
    }

    /// The form in an urlencoded body, without the token.
    pub(crate) fn decode(body: &[u8]) -> Self {
        let pairs = url::form_urlencoded::parse(body).filter(|(name, _)| name != CSRF_FIELD);
        Self::of(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())))
    }
}

/// The posted body is no form.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FormError {
    /// Another content type.
    #[error("the body is not a form: send application/x-www-form-urlencoded")]
    NotAForm,
    /// Longer than the limit of the route.
    #[error("the form is larger than allowed")]
    TooLarge,
}

impl Problem for FormError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::NotAForm => ProblemKind::Invalid,
            Self::TooLarge => ProblemKind::TooLarge,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotAForm => "web.not_a_form",
            Self::TooLarge => "web.too_large",
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(FormError::NotAForm.into());
        }
        let body = Bytes::from_request(request, state).await.map_err(|_| FormError::TooLarge)?;
        Ok(Self::decode(&body))
    }
}
