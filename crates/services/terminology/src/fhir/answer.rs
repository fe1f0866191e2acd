//! The Parameters of an answer.

use serde_json::{Value, json};

/// A Parameters resource under way.
#[derive(Debug, Default)]
pub(crate) struct Answer(Vec<Value>);

impl Answer {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// With a value, by FHIR's member name: `valueString`.
    pub(crate) fn with(mut self, name: &str, member: &str, value: impl Into<Value>) -> Self {
        self.0.push(json!({ "name": name, member: value.into() }));
        self
    }

    /// With a value that may be missing or empty.
    pub(crate) fn maybe(self, name: &str, member: &str, value: Option<&str>) -> Self {
        match value.filter(|text| !text.is_empty()) {
            Some(text) => self.with(name, member, text),
            None => self,
        }
    }

    /// With parts.
    pub(crate) fn parts(mut self, name: &str, parts: Self) -> Self {
        self.0.push(json!({ "name": name, "part": parts.0 }));
        self
    }

    /// With a resource.
    pub(crate) fn resource(mut self, name: &str, resource: Value) -> Self {
        self.0.push(json!({ "name": name, "resource": resource }));
        self
    }

    /// The resource.
    pub(crate) fn value(self) -> Value {
        json!({ "resourceType": "Parameters", "parameter": self.0 })
    }
}
