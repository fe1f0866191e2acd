//! The attest of the trust framework (`nhn:tillitsrammeverk:parameters`): who a professional is, for
//! whom they work, and why they need a patient's health data (Tillitsrammeverk, information model and
//! business rules ATT-1 and on, version 1.1). It comes signed, in the client's statement or request
//! object (ATT-2).
//!
//! [`Attest::read`] takes it apart, [`Attest::check`] tries it by what the server knows ([`rules`]). Only
//! what held ([`Checked`]) can become a claim. Nothing here prints any of it, and no error repeats a
//! value.
//!
//! One form is kept of several in use: `care_relationship` (the specification's older `care_relation`
//! is read too), `decision_ref.id` (some send `ref_id`), systems with `urn:oid:`. Names of people and
//! organisations are read and not kept: the registers say them.

mod read;
mod rules;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, fmt};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use varde_core::identifier::{HprNumber, NationalNumber, NumberKind, OrganisationNumber};

use self::read::Object;
pub(crate) use self::rules::{Facts, Personnel, Rule, Unit};
use crate::model::claims::Claim;

/// Object identifiers of the systems.
mod oid {
    pub(super) const BIRTH_NUMBER: &str = "2.16.578.1.12.4.1.4.1";
    pub(super) const D_NUMBER: &str = "2.16.578.1.12.4.1.4.2";
    pub(super) const HELP_NUMBER: &str = "2.16.578.1.12.4.1.4.3";
    pub(super) const HPR: &str = "2.16.578.1.12.4.1.4.4";
    pub(super) const ORGANISATION: &str = "2.16.578.1.12.4.1.4.101";
    pub(super) const AUTHORISATION: &str = "2.16.578.1.12.4.1.1.9060";
    pub(super) const PURPOSE: &str = "2.16.840.1.113883.1.11.20448";
    /// Code systems of services (ATT-37).
    pub(super) const SERVICES: [&str; 8] = [
        "2.16.578.1.12.4.1.1.8655",
        "2.16.578.1.12.4.1.1.8627",
        "2.16.578.1.12.4.1.1.8451",
        "2.16.578.1.12.4.1.1.8668",
        "2.16.578.1.12.4.1.1.8663",
        "2.16.578.1.12.4.1.1.8662",
        "2.16.578.1.12.4.1.1.8664",
        "2.16.578.1.12.4.1.1.8666",
    ];
}

/// The purposes that count (ATT-38 and on): treatment, emergency treatment, coordination of care.
pub(crate) const PURPOSES: [&str; 3] = ["TREAT", "ETREAT", "COC"];
/// The most patients in one attest.
const MOST_PATIENTS: usize = 10;
/// The members of an identifier and of a code.
const IDENTIFIER: [&str; 4] = ["id", "system", "name", "authority"];
const CODE: [&str; 4] = ["code", "system", "text", "assigner"];

/// An attest as it was sent: well formed, and not believed yet.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Attest {
    practitioner: Practitioner,
    care: Care,
    patients: Vec<Patient>,
    /// When it was made (`attestation.toa`).
    attested_at: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Eq)]
struct Practitioner {
    identifier: Option<NationalNumber>,
    hpr_number: Option<HprNumber>,
    /// A code of the register of health personnel, such as `LE`.
    authorization: Option<Code>,
    legal_entity: OrganisationNumber,
    point_of_care: OrganisationNumber,
    department: Option<Department>,
}

#[derive(Clone, PartialEq, Eq)]
struct Care {
    service: Option<Code>,
    purpose: Code,
    purpose_details: Option<Code>,
    decision: Decision,
}

/// The decision at the consumer's that this access follows from.
#[derive(Clone, PartialEq, Eq)]
struct Decision {
    id: String,
    /// Whether the professional gave themselves the access.
    user_selected: bool,
    description: Option<String>,
    user_reason: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
struct Patient {
    identifier: Option<NationalNumber>,
    point_of_care: Option<OrganisationNumber>,
    department: Option<Department>,
}

/// A unit that the register of organisations does not have.
#[derive(Clone, PartialEq, Eq)]
struct Department {
    id: String,
    system: String,
    name: Option<String>,
    authority: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
struct Code {
    code: String,
    system: String,
    text: Option<String>,
}

/// An attest that held when it was checked, completed with what the server knows of the professional.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Checked(Attest);

/// Why an attest is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AttestFault {
    /// A member must be there.
    #[error("the attest has no {at}")]
    Missing { at: String },
    /// A member has another form.
    #[error("{at} in the attest must be {expected}")]
    Form { at: String, expected: &'static str },
    /// There is more than there may be.
    #[error("{at} holds a member that is not known here: expected no others than {known}")]
    Unknown { at: String, known: String },
    /// A rule of the trust framework is broken.
    #[error("{}: {}", .0.name(), .0.words())]
    Broken(Rule),
}

impl Attest {
    /// Reads an attest; a member `type` is passed over.
    ///
    /// # Errors
    /// [`AttestFault`], for its form only.
    pub(crate) fn read(members: &Map<String, Value>) -> Result<Self, AttestFault> {
        let known = ["type", "practitioner", "care_relationship", "care_relation", "patients", "attestation"];
        let whole = Object::whole(members, &known)?;
        let care = ["healthcare_service", "purpose_of_use", "purpose_of_use_details", "decision_ref"];
        let care = match (whole.object("care_relationship", &care)?, whole.object("care_relation", &care)?) {
            (Some(care), None) | (None, Some(care)) => care,
            (None, None) => return Err(AttestFault::Missing { at: "care_relationship".to_owned() }),
            (Some(_), Some(_)) => return Err(whole.wrong("care_relation", "left out beside care_relationship")),
        };
        let patients = whole.list("patients", &["identifier", "point_of_care", "department"], MOST_PATIENTS)?;
        let attested = whole.object("attestation", &["toa"])?;
        Ok(Self {
            practitioner: practitioner(&whole)?,
            care: self::care(&care)?,
            patients: patients.iter().map(patient).collect::<Result<_, _>>()?,
            attested_at: attested.as_ref().map(time_of_attestation).transpose()?,
        })
    }

    /// The organisations it names: to be looked up before it is checked.
    pub(crate) fn organisations(&self) -> BTreeSet<OrganisationNumber> {
        let own = [self.practitioner.legal_entity, self.practitioner.point_of_care];
        own.into_iter().chain(self.patients.iter().filter_map(|patient| patient.point_of_care)).collect()
    }
}

impl Checked {
    /// An attest that was checked before it was kept.
    ///
    /// # Errors
    /// When it was kept in another form.
    pub(crate) fn kept(members: &Map<String, Value>) -> Result<Self, AttestFault> {
        Attest::read(members).map(Self)
    }

    /// All of it: what is kept, sealed, for as long as the token lives.
    pub(crate) fn whole(&self) -> Value {
        self.0.to_json(true, true)
    }

    /// The claim for an API that has registered these: the professional's own identifiers stand in it
    /// only when the API has asked for them by name.
    pub(crate) fn claim(&self, wanted: &BTreeSet<Claim>) -> Value {
        self.0.to_json(wanted.contains(&Claim::Pid), wanted.contains(&Claim::HprNumber))
    }

    /// What the log may say of it, and must, so that every party finds the same decision again (ATT-46):
    /// the reference and the purpose, nothing of the patient.
    pub(crate) fn reference(&self) -> (String, String) {
        (self.0.care.decision.id.clone(), self.0.care.purpose.code.clone())
    }
}

impl fmt::Debug for Attest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attest(…)")
    }
}

impl fmt::Debug for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Checked(…)")
    }
}

fn practitioner(whole: &Object<'_>) -> Result<Practitioner, AttestFault> {
    let known = ["identifier", "hpr_nr", "authorization", "legal_entity", "point_of_care", "department"];
    let object = whole.need("practitioner", &known)?;
    let identifier = object.object("identifier", &IDENTIFIER)?;
    let hpr_number = object.object("hpr_nr", &IDENTIFIER)?;
    let authorization = object.object("authorization", &CODE)?;
    Ok(Practitioner {
        identifier: identifier.map(|identifier| national_number(&identifier, &rules::PROFESSIONALS)).transpose()?,
        hpr_number: hpr_number.as_ref().map(hpr).transpose()?,
        authorization: authorization.map(|code| self::authorization(&code)).transpose()?,
        legal_entity: organisation(&object.need("legal_entity", &IDENTIFIER)?)?,
        point_of_care: organisation(&object.need("point_of_care", &IDENTIFIER)?)?,
        department: object.object("department", &IDENTIFIER)?.map(|unit| department(&unit)).transpose()?,
    })
}

fn care(object: &Object<'_>) -> Result<Care, AttestFault> {
    let service = object.object("healthcare_service", &CODE)?;
    let purpose = in_systems(&object.need("purpose_of_use", &CODE)?, &[oid::PURPOSE], Rule::Purpose)?;
    if !PURPOSES.contains(&purpose.code.as_str()) {
        return Err(Rule::Purpose.into());
    }
    let known = ["id", "ref_id", "user_selected", "description", "user_reason"];
    Ok(Care {
        service: service.map(|code| in_systems(&code, &oid::SERVICES, Rule::Service)).transpose()?,
        purpose,
        purpose_details: object.object("purpose_of_use_details", &CODE)?.map(|code| self::code(&code)).transpose()?,
        decision: decision(&object.need("decision_ref", &known)?)?,
    })
}

fn decision(object: &Object<'_>) -> Result<Decision, AttestFault> {
    let id = match (object.text("id")?, object.text("ref_id")?) {
        (Some(id), None) | (None, Some(id)) => id,
        (None, None) => return Err(Rule::NoDecision.into()),
        (Some(_), Some(_)) => return Err(object.wrong("ref_id", "left out beside id")),
    };
    // It goes to logs, so it must not be able to hold a number of a person.
    let digits = id.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
    if digits >= 11 || !id.chars().all(|c| c.is_ascii_graphic()) {
        let expected = "a reference of visible characters without eleven digits in a row, such as a UUID";
        return Err(object.wrong("id", expected));
    }
    Ok(Decision {
        id: id.to_owned(),
        user_selected: object.flag("user_selected").ok_or(Rule::Decision)?,
        description: object.text("description")?.map(str::to_owned),
        user_reason: object.text("user_reason")?.map(str::to_owned),
    })
}

fn patient(object: &Object<'_>) -> Result<Patient, AttestFault> {
    let identifier = object.object("identifier", &IDENTIFIER)?;
    let point_of_care = object.object("point_of_care", &IDENTIFIER)?;
    Ok(Patient {
        identifier: identifier.map(|identifier| national_number(&identifier, &rules::PATIENTS)).transpose()?,
        point_of_care: point_of_care.as_ref().map(organisation).transpose()?,
        department: object.object("department", &IDENTIFIER)?.map(|unit| department(&unit)).transpose()?,
    })
}

fn national_number(object: &Object<'_>, kinds: &[NumberKind]) -> Result<NationalNumber, AttestFault> {
    object.text("name")?;
    object.text("authority")?;
    let number = NationalNumber::parse(object.need_text("id")?).map_err(|_| Rule::Identifier)?;
    let fits = kinds.contains(&number.kind()) && system_of(number) == Some(object.system()?);
    if fits { Ok(number) } else { Err(Rule::Identifier.into()) }
}

/// The system of that kind of number; none for those that never leave their house.
fn system_of(number: NationalNumber) -> Option<&'static str> {
    match number.kind() {
        NumberKind::BirthNumber => Some(oid::BIRTH_NUMBER),
        NumberKind::DNumber => Some(oid::D_NUMBER),
        NumberKind::CommonHelpNumber => Some(oid::HELP_NUMBER),
        NumberKind::HNumber | NumberKind::DHNumber | NumberKind::Duf => None,
    }
}

fn hpr(object: &Object<'_>) -> Result<HprNumber, AttestFault> {
    object.text("authority")?;
    if object.system()? != oid::HPR {
        return Err(object.wrong("system", "urn:oid:2.16.578.1.12.4.1.4.4"));
    }
    object.need_text("id")?.parse().map_err(|_| object.wrong("id", "a number of one to nine digits"))
}

fn organisation(object: &Object<'_>) -> Result<OrganisationNumber, AttestFault> {
    object.text("name")?;
    object.text("authority")?;
    if object.system()? != oid::ORGANISATION {
        return Err(object.wrong("system", "urn:oid:2.16.578.1.12.4.1.4.101"));
    }
    object.need_text("id")?.parse().map_err(|_| object.wrong("id", "an organisation number"))
}

fn department(object: &Object<'_>) -> Result<Department, AttestFault> {
    if object.text("system")?.is_none() {
        return Err(Rule::Department.into());
    }
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Ok(Department {
        id: object.need_text("id")?.to_owned(),
        system: written(object.system()?),
        name: owned(object.text("name")?),
        authority: owned(object.text("authority")?),
    })
}

fn authorization(object: &Object<'_>) -> Result<Code, AttestFault> {
    match object.system()? {
        oid::AUTHORISATION => code(object),
        _ => Err(object.wrong("system", "urn:oid:2.16.578.1.12.4.1.1.9060")),
    }
}

fn in_systems(object: &Object<'_>, systems: &[&str], rule: Rule) -> Result<Code, AttestFault> {
    if systems.contains(&object.system()?) { code(object) } else { Err(rule.into()) }
}

fn code(object: &Object<'_>) -> Result<Code, AttestFault> {
    object.text("assigner")?;
    let text = object.text("text")?.map(str::to_owned);
    Ok(Code { code: object.need_text("code")?.to_owned(), system: written(object.system()?), text })
}

fn time_of_attestation(object: &Object<'_>) -> Result<Timestamp, AttestFault> {
    object.need_text("toa")?.parse().map_err(|_| object.wrong("toa", "a time such as 2026-01-31T12:00:00Z"))
}

/// A system as it is kept: an object identifier as a URN, anything else as it was.
fn written(system: &str) -> String {
    let is_oid = system.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if is_oid { format!("urn:oid:{system}") } else { system.to_owned() }
}

impl Attest {
    fn to_json(&self, with_number: bool, with_hpr_number: bool) -> Value {
        let mut whole = json!({
            "practitioner": self.practitioner.to_json(with_number, with_hpr_number),
            "care_relationship": self.care.to_json(),
            "patients": self.patients.iter().map(Patient::to_json).collect::<Vec<_>>(),
        });
        if let Some(at) = self.attested_at {
            whole["attestation"] = json!({ "toa": at });
        }
        whole
    }
}

impl Practitioner {
    fn to_json(&self, with_number: bool, with_hpr_number: bool) -> Value {
        let mut members = Map::new();
        let mut say = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                members.insert(name.to_owned(), value);
            }
        };
        say("identifier", self.identifier.filter(|_| with_number).map(of_person));
        let hpr = |number: HprNumber| json!({ "id": number, "system": written(oid::HPR) });
        say("hpr_nr", self.hpr_number.filter(|_| with_hpr_number).map(hpr));
        say("authorization", self.authorization.as_ref().map(Code::to_json));
        say("legal_entity", Some(of_organisation(self.legal_entity)));
        say("point_of_care", Some(of_organisation(self.point_of_care)));
        say("department", self.department.as_ref().map(Department::to_json));
        Value::Object(members)
    }
}

impl Care {
    fn to_json(&self) -> Value {
        let decision = json!({
            "id": self.decision.id,
            "user_selected": self.decision.user_selected,
            "description": self.decision.description,
            "user_reason": self.decision.user_reason,
        });
        let whole = json!({
            "healthcare_service": self.service.as_ref().map(Code::to_json),
            "purpose_of_use": self.purpose.to_json(),
            "purpose_of_use_details": self.purpose_details.as_ref().map(Code::to_json),
            "decision_ref": without_null(decision),
        });
        without_null(whole)
    }
}

impl Patient {
    fn to_json(&self) -> Value {
        without_null(json!({
            "identifier": self.identifier.map(of_person),
            "point_of_care": self.point_of_care.map(of_organisation),
            "department": self.department.as_ref().map(Department::to_json),
        }))
    }
}

impl Department {
    fn to_json(&self) -> Value {
        let Self { id, system, name, authority } = self;
        without_null(json!({ "id": id, "system": system, "name": name, "authority": authority }))
    }
}

impl Code {
    fn to_json(&self) -> Value {
        without_null(json!({ "code": self.code, "system": self.system, "text": self.text }))
    }
}

fn of_person(number: NationalNumber) -> Value {
    json!({ "id": number.digits_for_storage(), "system": system_of(number).map(written) })
}

fn of_organisation(number: OrganisationNumber) -> Value {
    json!({ "id": number, "system": written(oid::ORGANISATION) })
}

/// The object without the members that are not there.
fn without_null(value: Value) -> Value {
    match value {
        Value::Object(members) => members.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        other => other,
    }
}
