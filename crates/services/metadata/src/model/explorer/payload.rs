//! Files of the explorer's JSON, told apart by their shape.

use serde_json::{Map, Value};

/// Why a file cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongPayload {
    /// It is no JSON.
    #[error("{file}, line {line}: not JSON: {reason}")]
    NotJson {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// It is JSON of another shape.
    #[error(
        "{file}{at}: not an answer of the variable explorer (expected one of: a source, sources, a hierarchy, a dataset, \
         a variable, variables, a timeline, codes, filters)"
    )]
    Unknown {
        /// The file.
        file: String,
        /// Where in it, as a JSON Pointer.
        at: String,
    },
    /// A field that identifies or names something is missing or of another type.
    #[error("{file}{at}: {field} must be a text that is not empty")]
    Missing {
        /// The file.
        file: String,
        /// Where in it, as a JSON Pointer.
        at: String,
        /// The field.
        field: &'static str,
    },
    /// The path that a source would get is another source's.
    #[error(
        "{file}: the source {name:?} would be /{path}, which is a source of this catalogue that did not come from the \
         explorer: choose another path with --prefix, such as --prefix explorer_"
    )]
    Taken {
        /// The file.
        file: String,
        /// The source's name.
        name: String,
        /// The path.
        path: String,
    },
    /// A timeline or codes of a variable that none of the files describes.
    #[error(
        "{file}: {what} of a variable that is neither in the files nor in the catalogue: add the variable's own file"
    )]
    Orphan {
        /// The file.
        file: String,
        /// `a timeline`, `codes`.
        what: &'static str,
    },
}

/// A payload with the place it came from.
#[derive(Debug, Clone)]
pub(super) struct Payload {
    pub(super) file: String,
    /// JSON Pointer of the payload within the file.
    pub(super) at: String,
    pub(super) value: Value,
}

/// Payloads by kind, whatever files they came in.
#[derive(Debug, Clone, Default)]
pub struct Payloads {
    pub(super) summaries: Vec<Payload>,
    pub(super) sources: Vec<Payload>,
    pub(super) hierarchies: Vec<Payload>,
    pub(super) datasets: Vec<Payload>,
    pub(super) variables: Vec<Payload>,
    pub(super) items: Vec<Payload>,
    pub(super) timelines: Vec<Payload>,
    pub(super) codes: Vec<Payload>,
    pub(super) filters: Vec<Payload>,
}

impl Payloads {
    /// Reads a file and adds its payloads.
    ///
    /// # Errors
    /// [`WrongPayload`] with the file and the place.
    pub fn add(&mut self, file: &str, bytes: &[u8]) -> Result<(), WrongPayload> {
        // Files saved by some tools begin with a byte order mark, which JSON does not know.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let value: Value = serde_json::from_slice(bytes).map_err(|error| WrongPayload::NotJson {
            file: file.to_owned(),
            line: error.line(),
            reason: error.to_string(),
        })?;
        self.sort(file, String::new(), value)
    }

    /// Whether there is nothing to take.
    pub fn is_empty(&self) -> bool {
        self.summaries.is_empty()
            && self.sources.is_empty()
            && self.hierarchies.is_empty()
            && self.datasets.is_empty()
            && self.variables.is_empty()
            && self.items.is_empty()
            && self.timelines.is_empty()
            && self.codes.is_empty()
            && self.filters.is_empty()
    }

    fn sort(&mut self, file: &str, at: String, value: Value) -> Result<(), WrongPayload> {
        match value {
            Value::Array(items) if items.first().is_some_and(is_version) => {
                self.timelines.push(Payload { file: file.to_owned(), at, value: Value::Array(items) });
                Ok(())
            }
            Value::Array(items) => {
                items.into_iter().enumerate().try_for_each(|(nth, item)| self.sort(file, format!("{at}/{nth}"), item))
            }
            Value::Object(mut members) if members.contains_key("items") && members.contains_key("totalCount") => {
                let items = members.remove("items").unwrap_or_default();
                self.sort(file, format!("{at}/items"), items)
            }
            Value::Object(members) => {
                let list = self.list_for(&members);
                let wrong = || WrongPayload::Unknown { file: file.to_owned(), at: at.clone() };
                list.ok_or_else(wrong)?.push(Payload { file: file.to_owned(), at, value: Value::Object(members) });
                Ok(())
            }
            _ => Err(WrongPayload::Unknown { file: file.to_owned(), at }),
        }
    }

    /// Each kind by members that only it has.
    fn list_for(&mut self, members: &Map<String, Value>) -> Option<&mut Vec<Payload>> {
        let has = |keys: &[&str]| keys.iter().all(|key| members.contains_key(*key));
        Some(if has(&["kildeTyper", "totalCount"]) {
            &mut self.filters
        } else if has(&["kildeId", "directDatasamlinger"]) {
            &mut self.hierarchies
        } else if has(&["kodeverkType", "koder"]) {
            &mut self.codes
        } else if has(&["id", "versjoner"]) {
            &mut self.variables
        } else if has(&["id", "kildetype", "datasamlinger"]) {
            &mut self.sources
        } else if has(&["id", "parentKildeId"]) {
            &mut self.datasets
        } else if has(&["id", "kildetype", "datasamlingCount"]) {
            &mut self.summaries
        } else if has(&["id", "kildeId", "versjonStatus"]) {
            &mut self.items
        } else {
            return None;
        })
    }
}

/// Whether an element of a list is a version, so that the list is a timeline.
fn is_version(value: &Value) -> bool {
    value.get("versjonId").is_some() && value.get("gyldigFra").is_some() && value.get("id").is_none()
}
