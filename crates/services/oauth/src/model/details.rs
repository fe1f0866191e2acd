//! Fine-grained details of a request (RFC 9396): for which organisation, for which medicine record.
//! They come in the client's statement (`assertion_details`), or in what it asks when a person is to
//! log in (`authorization_details`).

use serde_json::{Map, Value};
use varde_core::identifier::OrganisationNumber;

use crate::{
    Named,
    fault::{Code, Fault},
    model::attest::Attest,
};

/// The organisation the client acts for.
pub(crate) const ORGANISATION: &str = "helseid_authorization";
/// The id of a medicine record.
pub(crate) const JOURNAL: &str = "nhn:sfm:journal-id";
/// The attest of the trust framework.
pub(crate) const TRUST_FRAMEWORK: &str = "nhn:tillitsrammeverk:parameters";
/// All types, as metadata names them.
pub(crate) const TYPES: [&str; 3] = [ORGANISATION, JOURNAL, TRUST_FRAMEWORK];

/// A sub-unit by its own number.
const SYSTEM_ENH: &str = "urn:oid:2.16.578.1.12.4.1.4.101";
/// A main unit, maybe with a sub-unit: `NO:ORGNR:parent[:child]`.
const SYSTEM_ISO: &str = "urn:oid:1.0.6523";
/// The most details in one request.
const MOST: usize = 10;
/// The longest id of a medicine record.
const LONGEST_JOURNAL: usize = 200;

/// The details of a request that may bring them in two ways: in `authorization_details`, which hold
/// for the whole login, and in the client's statement, anew each time. The same type not in both.
///
/// # Errors
/// As [`Details::read`] and [`Details::and`].
pub(crate) fn one(request: Option<&Value>, statement: Option<&Value>) -> Result<Details, Fault> {
    let read = |details: Option<&Value>| details.map_or(Ok(Details::default()), Details::read);
    read(request)?.and(read(statement)?)
}

/// What a request's details say, checked for form. Whether the client may say so is decided later.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Details {
    /// The organisation named.
    pub(crate) organisation: Option<Named>,
    /// The medicine record.
    pub(crate) journal_id: Option<String>,
    /// The attest, not believed yet.
    pub(crate) attest: Option<Attest>,
}

impl Details {
    /// Reads them: a list, or the one detail by itself as some clients send it.
    ///
    /// # Errors
    /// [`Code::InvalidAuthorizationDetails`].
    pub(crate) fn read(value: &Value) -> Result<Self, Fault> {
        let all = match value {
            Value::Array(list) if list.len() <= MOST => list.clone(),
            Value::Array(_) => return Err(no("too many details")),
            Value::Object(_) => vec![value.clone()],
            _ => return Err(no("the details must be a list of objects, or one object")),
        };
        let mut read = Self::default();
        for detail in &all {
            read.take(detail)?;
        }
        Ok(read)
    }

    /// The types that are there.
    pub(crate) fn has(&self, kind: &str) -> bool {
        match kind {
            ORGANISATION => self.organisation.is_some(),
            JOURNAL => self.journal_id.is_some(),
            TRUST_FRAMEWORK => self.attest.is_some(),
            _ => false,
        }
    }

    /// What both say, of which each may say one thing: what was asked when the person logged in, and
    /// what the client states now.
    ///
    /// # Errors
    /// [`Code::AccessDenied`] when both say the same type, in the words of the national profile.
    pub(crate) fn and(self, other: Self) -> Result<Self, Fault> {
        if let Some(kind) = TYPES.iter().find(|kind| self.has(kind) && other.has(kind)) {
            let way = format!("HID-DOUBLE-STRUCTURE: {kind} came at login and again now: send it in one place");
            return Err(Fault::about(Code::AccessDenied, way));
        }
        Ok(Self {
            organisation: self.organisation.or(other.organisation),
            journal_id: self.journal_id.or(other.journal_id),
            attest: self.attest.or(other.attest),
        })
    }

    fn take(&mut self, detail: &Value) -> Result<(), Fault> {
        let members = detail.as_object().ok_or(no("each detail must be an object"))?;
        let kind = members.get("type").and_then(Value::as_str).ok_or(no("a detail has no type"))?;
        if self.has(kind) {
            return Err(Fault::about(Code::InvalidAuthorizationDetails, format!("{kind} comes twice")));
        }
        match kind {
            ORGANISATION => self.organisation = Some(organisation(members)?),
            JOURNAL => self.journal_id = Some(journal(members)?),
            TRUST_FRAMEWORK => self.attest = Some(Attest::read(members)?),
            _ => {
                let known = format!("a detail has an unknown type: expected one of {}", TYPES.join(", "));
                return Err(Fault::about(Code::InvalidAuthorizationDetails, known));
            }
        }
        Ok(())
    }
}

fn organisation(detail: &Map<String, Value>) -> Result<Named, Fault> {
    let identifier = detail
        .get("practitioner_role")
        .and_then(|role| role.pointer("/organization/identifier"))
        .ok_or(no("helseid_authorization has no practitioner_role.organization.identifier"))?;
    let member = |name: &str| identifier.get(name).and_then(Value::as_str);
    if member("type") != Some("ENH") {
        return Err(no("the type of the organisation's identifier must be ENH"));
    }
    let value = member("value").ok_or(no("the organisation's identifier has no value"))?;
    match member("system") {
        Some(SYSTEM_ENH) => Ok(Named::Child(number(value)?)),
        Some(SYSTEM_ISO) => main_unit(value),
        _ => Err(no(
            "the system of the organisation's identifier must be urn:oid:2.16.578.1.12.4.1.4.101 or urn:oid:1.0.6523",
        )),
    }
}

/// `NO:ORGNR:parent[:child]`; without a child some clients leave a colon at the end.
fn main_unit(value: &str) -> Result<Named, Fault> {
    let wrong = || no("an organisation by urn:oid:1.0.6523 is written NO:ORGNR:main unit[:sub-unit]");
    let numbers = value.strip_prefix("NO:ORGNR:").ok_or_else(wrong)?;
    let mut parts = numbers.split(':');
    let parent = number(parts.next().unwrap_or_default())?;
    let child = parts.next().filter(|child| !child.is_empty()).map(number).transpose()?;
    if parts.next().is_some() {
        return Err(wrong());
    }
    Ok(Named::Parent(parent, child))
}

fn number(text: &str) -> Result<OrganisationNumber, Fault> {
    text.parse().map_err(|error| {
        Fault::about(Code::InvalidAuthorizationDetails, format!("an organisation number in the details: {error}"))
    })
}

fn journal(detail: &Map<String, Value>) -> Result<String, Fault> {
    let id = detail.get("value").and_then(|value| value.get("journal_id")).and_then(Value::as_str);
    let good = id.filter(|id| !id.is_empty() && id.len() <= LONGEST_JOURNAL);
    good.map(str::to_owned).ok_or(no("nhn:sfm:journal-id has no value.journal_id of 1 to 200 characters"))
}

fn no(description: &'static str) -> Fault {
    Fault::new(Code::InvalidAuthorizationDetails, description)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn by(system: &str, value: &str) -> Value {
        json!({
            "type": ORGANISATION,
            "practitioner_role": { "organization": { "identifier": { "system": system, "type": "ENH", "value": value } } },
        })
    }

    fn parent() -> OrganisationNumber {
        OrganisationNumber::from_stem(31_000_001).or(OrganisationNumber::from_stem(31_000_002)).unwrap()
    }

    fn child() -> OrganisationNumber {
        OrganisationNumber::from_stem(31_000_011).or(OrganisationNumber::from_stem(31_000_012)).unwrap()
    }

    #[test]
    fn every_spelling_of_the_public_clients_is_understood() {
        let (parent, child) = (parent(), child());
        let whole = format!("NO:ORGNR:{}:{}", parent.as_str(), child.as_str());
        let bare = format!("NO:ORGNR:{}", parent.as_str());
        let trailing = format!("{bare}:");
        for (detail, named) in [
            (by(SYSTEM_ENH, child.as_str()), Named::Child(child)),
            (by(SYSTEM_ISO, &whole), Named::Parent(parent, Some(child))),
            (by(SYSTEM_ISO, &bare), Named::Parent(parent, None)),
            (by(SYSTEM_ISO, &trailing), Named::Parent(parent, None)),
        ] {
            for spelt in [detail.clone(), json!([detail])] {
                assert_eq!(Details::read(&spelt).unwrap().organisation, Some(named.clone()), "{spelt}");
            }
        }
    }

    #[test]
    fn each_type_is_said_in_one_place() {
        let organisation = || Details::read(&by(SYSTEM_ENH, child().as_str())).unwrap();
        let journal = || Details::read(&json!({ "type": JOURNAL, "value": { "journal_id": "1" } })).unwrap();
        let both = organisation().and(journal()).unwrap();
        assert!(both.has(ORGANISATION) && both.has(JOURNAL));
        let twice = both.and(organisation()).unwrap_err();
        assert_eq!(twice.code, Code::AccessDenied);
        assert!(twice.description.starts_with("HID-DOUBLE-STRUCTURE"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let good = by(SYSTEM_ENH, child().as_str());
        let mut other_type = good.clone();
        other_type["practitioner_role"]["organization"]["identifier"]["type"] = json!("XX");
        for wrong in [
            json!("text"),
            json!([1]),
            json!({}),
            json!({ "type": "payment_initiation" }),
            json!({ "type": "nhn:tillitsrammeverk:parameters" }),
            json!([good, good]),
            other_type,
            by("urn:oid:1.2.3", "1"),
            by(SYSTEM_ENH, "123456789"),
            by(SYSTEM_ISO, parent().as_str()),
            by(SYSTEM_ISO, &format!("NO:ORGNR:{}:{}:{}", parent().as_str(), child().as_str(), child().as_str())),
            json!({ "type": JOURNAL, "value": {} }),
            json!(vec![good.clone(); 11]),
        ] {
            let refused = Details::read(&wrong).unwrap_err();
            assert_eq!(refused.code, Code::InvalidAuthorizationDetails, "{wrong}");
        }
    }
}
