//! What went wrong, as OperationOutcome: the issue's code by FHIR's list (issue-type), what it is
//! about by the terminology servers' own (tx-issue-type), and the place.

use http::StatusCode;
use serde_json::{Value, json};

use super::object::Misfit;

/// The list that terminology servers share.
const TX: &str = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type";
/// The extension that names a message, so that clients need not read the text.
const MESSAGE_ID: &str = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id";

/// One issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issue {
    pub(crate) severity: &'static str,
    /// FHIR's issue-type.
    pub(crate) code: &'static str,
    /// tx-issue-type, where one fits.
    pub(crate) tx: Option<&'static str>,
    /// The message's id, where terminology servers share one.
    pub(crate) message: Option<&'static str>,
    pub(crate) text: String,
    /// The parameter or the place in a resource.
    pub(crate) expression: Option<String>,
}

impl Issue {
    pub(crate) fn error(code: &'static str, tx: Option<&'static str>, text: impl Into<String>) -> Self {
        Self { severity: "error", code, tx, message: None, text: text.into(), expression: None }
    }

    pub(crate) fn id(mut self, message: &'static str) -> Self {
        self.message = Some(message);
        self
    }

    pub(crate) fn at(mut self, expression: impl Into<String>) -> Self {
        self.expression = Some(expression.into());
        self
    }

    pub(crate) fn warning(mut self) -> Self {
        self.severity = "warning";
        self
    }

    fn value(&self) -> Value {
        let mut details = json!({ "text": self.text });
        if let Some(tx) = self.tx {
            details["coding"] = json!([{ "system": TX, "code": tx }]);
        }
        let mut issue = json!({ "severity": self.severity, "code": self.code, "details": details });
        if let Some(message) = self.message {
            issue["extension"] = json!([{ "url": MESSAGE_ID, "valueString": message }]);
        }
        if let Some(expression) = &self.expression {
            issue["location"] = json!([expression]);
            issue["expression"] = json!([expression]);
        }
        issue
    }
}

/// Issues as a resource.
pub(crate) fn outcome(issues: &[Issue]) -> Value {
    let issues: Vec<Value> = issues.iter().map(Issue::value).collect();
    json!({ "resourceType": "OperationOutcome", "issue": issues })
}

/// Why an operation gives no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) status: StatusCode,
    pub(crate) issue: Box<Issue>,
}

impl Fault {
    pub(crate) fn new(status: StatusCode, issue: Issue) -> Self {
        Self { status, issue: Box::new(issue) }
    }

    /// Something that was sent is wrong.
    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Issue::error("invalid", None, text))
    }

    /// A parameter is missing.
    pub(crate) fn required(name: &str) -> Self {
        let issue = Issue::error("required", None, format!("the parameter {name} is missing")).at(name);
        Self::new(StatusCode::BAD_REQUEST, issue)
    }

    /// There is no such resource.
    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, Issue::error("not-found", Some("not-found"), text))
    }

    /// There is no such code in the system.
    pub(crate) fn no_code(text: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, Issue::error("not-found", Some("invalid-code"), text))
    }

    /// A value set is wrong.
    pub(crate) fn value_set(text: impl Into<String>, place: impl Into<String>) -> Self {
        let issue = Issue::error("invalid", Some("vs-invalid"), text).at(place);
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, issue)
    }

    /// We do not do that.
    pub(crate) fn not_supported(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Issue::error("not-supported", None, text))
    }

    /// More than we do at once.
    pub(crate) fn too_costly(text: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, Issue::error("too-costly", Some("too-costly"), text))
    }

    pub(crate) fn value(&self) -> Value {
        outcome(std::slice::from_ref(&*self.issue))
    }
}

impl From<Misfit> for Fault {
    fn from(misfit: Misfit) -> Self {
        let issue = Issue::error("structure", None, misfit.to_string()).at(misfit.place);
        Self::new(StatusCode::BAD_REQUEST, issue)
    }
}
