//! The parameters of a form (RFC 6749, section 3.1 and appendix B): none may come twice, and an
//! empty one counts as left out.

use std::collections::{BTreeMap, btree_map::Entry};

use serde_json::Value;
use varde_jose::Claims;

use crate::fault::{Code, Fault};

/// The longest value that is read.
const LONGEST: usize = 16 * 1024;
/// The most parameters.
const MOST: usize = 50;

/// What must stand outside a request object: who asks, and the object itself.
const OUTSIDE: [&str; 4] = ["client_assertion", "client_assertion_type", "request", "request_uri"];

/// Parameters by name. `resource` alone may come several times (RFC 8707, section 2).
#[derive(Clone, Default)]
pub(crate) struct Parameters {
    single: BTreeMap<String, String>,
    resources: Vec<String>,
}

impl Parameters {
    /// Reads a body or a query.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`] when a parameter comes twice, is too long, or there are too many.
    pub(crate) fn read(encoded: &[u8]) -> Result<Self, Fault> {
        let mut read = Self::default();
        for (count, (name, value)) in url::form_urlencoded::parse(encoded).enumerate() {
            if count >= MOST || value.len() > LONGEST {
                return Err(Fault::new(Code::InvalidRequest, "too many parameters, or one that is too long"));
            }
            if value.is_empty() {
                continue;
            }
            if name == "resource" {
                read.resources.push(value.into_owned());
                continue;
            }
            match read.single.entry(name.into_owned()) {
                Entry::Vacant(free) => drop(free.insert(value.into_owned())),
                Entry::Occupied(taken) => {
                    let way = format!("the parameter {} comes twice", shown(taken.key()));
                    return Err(Fault::about(Code::InvalidRequest, way));
                }
            }
        }
        Ok(read)
    }

    /// A parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.single.get(name).map(String::as_str)
    }

    /// A parameter that must be there.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`].
    pub(crate) fn need(&self, name: &'static str) -> Result<&str, Fault> {
        self.get(name).ok_or_else(|| Fault::about(Code::InvalidRequest, format!("the parameter {name} is missing")))
    }

    /// The resources asked for.
    pub(crate) fn resources(&self) -> &[String] {
        &self.resources
    }

    /// These and those of a request object. What stands in both must be the same, so that nobody can
    /// read the request in two ways.
    ///
    /// # Errors
    /// [`Code::InvalidRequestObject`].
    pub(crate) fn with_object(mut self, object: Claims) -> Result<Self, Fault> {
        let no = |text: String| Fault::about(Code::InvalidRequestObject, text);
        for (name, value) in object {
            if OUTSIDE.contains(&name.as_str()) {
                return Err(no(format!("{name} must not stand in the request object")));
            }
            if name == "resource" {
                let resources =
                    texts(&value).ok_or_else(|| no("resource is no text and no list of texts".to_owned()))?;
                if !self.resources.is_empty() && self.resources != resources {
                    return Err(no("resource is another in the request object than outside it".to_owned()));
                }
                self.resources = resources;
                continue;
            }
            let Some(value) = written(value) else { continue };
            if self.single.get(&name).is_some_and(|outside| *outside != value) {
                return Err(no(format!("{} is another in the request object than outside it", shown(&name))));
            }
            self.single.insert(name, value);
        }
        Ok(self)
    }
}

/// A value of a request object as a form would hold it; an empty one counts as left out.
fn written(value: Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text,
        other => other.to_string(),
    };
    (!text.is_empty()).then_some(text)
}

fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(all) => all.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

impl std::fmt::Debug for Parameters {
    /// The names only: values are codes, tokens and statements.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.single.keys()).finish()
    }
}

/// A name of unknown origin, fit to be answered.
fn shown(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || "_-.".contains(*c)).take(40).collect()
}
