//! Reading the attest's JSON, strictly: what is not known is refused (RFC 9396, section 5), and what
//! is wrong is named by its place, never by its value.

use serde_json::{Map, Value};

use super::{AttestFault, Rule};

/// The longest text in an attest.
const LONGEST: usize = 200;

/// An object in the attest, and where it is.
pub(super) struct Object<'v> {
    at: String,
    members: &'v Map<String, Value>,
}

impl<'v> Object<'v> {
    /// The attest itself, which has no other members than these.
    pub(super) fn whole(members: &'v Map<String, Value>, known: &[&str]) -> Result<Self, AttestFault> {
        Self { at: String::new(), members }.only(known)
    }

    /// The object of that name, if it is there. It has no other members than these.
    pub(super) fn object(&self, name: &str, known: &[&str]) -> Result<Option<Self>, AttestFault> {
        let at = self.place(name);
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::Object(members)) => Self { at, members }.only(known).map(Some),
            Some(_) => Err(AttestFault::Form { at, expected: "an object" }),
        }
    }

    /// The object of that name, which must be there.
    pub(super) fn need(&self, name: &str, known: &[&str]) -> Result<Self, AttestFault> {
        self.object(name, known)?.ok_or_else(|| AttestFault::Missing { at: self.place(name) })
    }

    /// The objects in the list of that name; none when it is not there.
    pub(super) fn list(&self, name: &str, known: &[&str], most: usize) -> Result<Vec<Self>, AttestFault> {
        let at = self.place(name);
        let all = match self.members.get(name) {
            None => return Ok(Vec::new()),
            Some(Value::Array(all)) if all.len() <= most => all,
            Some(_) => return Err(AttestFault::Form { at, expected: "a list of at most ten objects" }),
        };
        let one = |(n, value): (usize, &'v Value)| {
            let at = format!("{at}[{n}]");
            match value {
                Value::Object(members) => Self { at, members }.only(known),
                _ => Err(AttestFault::Form { at, expected: "an object" }),
            }
        };
        all.iter().enumerate().map(one).collect()
    }

    /// The text of that name, if it is there: 1 to 200 characters without control characters.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'v str>, AttestFault> {
        match self.members.get(name) {
            None => Ok(None),
            Some(Value::String(text))
                if (1..=LONGEST).contains(&text.chars().count()) && !text.chars().any(char::is_control) =>
            {
                Ok(Some(text))
            }
            Some(_) => Err(self.wrong(name, "a text of 1 to 200 characters")),
        }
    }

    /// The text of that name, which must be there.
    pub(super) fn need_text(&self, name: &str) -> Result<&'v str, AttestFault> {
        self.text(name)?.ok_or_else(|| AttestFault::Missing { at: self.place(name) })
    }

    /// Whether the member of that name is true; `None` when it is no truth value or not there.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.members.get(name).and_then(Value::as_bool)
    }

    /// The object identifier in `system`, without `urn:oid:`, which some leave out.
    pub(super) fn system(&self) -> Result<&'v str, AttestFault> {
        let system = self.need_text("system")?;
        Ok(system.strip_prefix("urn:oid:").unwrap_or(system))
    }

    /// Refuses the value of that member.
    pub(super) fn wrong(&self, name: &str, expected: &'static str) -> AttestFault {
        AttestFault::Form { at: self.place(name), expected }
    }

    fn only(self, known: &[&str]) -> Result<Self, AttestFault> {
        if self.members.keys().all(|name| known.contains(&name.as_str())) {
            return Ok(self);
        }
        let at = if self.at.is_empty() { "the attest".to_owned() } else { self.at };
        Err(AttestFault::Unknown { at, known: known.join(", ") })
    }

    fn place(&self, name: &str) -> String {
        if self.at.is_empty() { name.to_owned() } else { format!("{}.{name}", self.at) }
    }
}

impl From<Rule> for AttestFault {
    fn from(rule: Rule) -> Self {
        Self::Broken(rule)
    }
}
