//! A person as a line: a part of the person document of Persontjenesten, with its member names.

use varde_core::{Period, identifier::NationalNumber};

use super::{ColumnFault, Line, Member};
use crate::{AddressProtection, Fault, Gender, PersonRecord, RelationKind, Status};

/// One person with history, and who is what to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonLine {
    /// The person.
    pub record: PersonRecord,
    /// Their family and who has parental responsibility for them; `None` when the line says nothing of
    /// it, so that what is known stays.
    pub family: Option<Vec<FamilyMember>>,
}

/// Somebody who is something to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyMember {
    /// What.
    pub kind: RelationKind,
    /// Who.
    pub number: NationalNumber,
    /// When.
    pub valid: Period,
    /// The member of the line that says so.
    pub column: String,
}

const KNOWN: [&str; 10] = [
    "norwegianIdentificationNumber",
    "name",
    "birth",
    "gender",
    "residentialAddress",
    "addressProtection",
    "status",
    "death",
    "familyRelation",
    "parentalResponsibility",
];

/// What the source calls parents and spouses. Responsibility has a list of its own.
const RELATIONS: [(&str, RelationKind); 4] = [
    ("Mother", RelationKind::Mother),
    ("Father", RelationKind::Father),
    ("CoMother", RelationKind::CoMother),
    ("SpouseOrPartner", RelationKind::Spouse),
];

impl Line for PersonLine {
    fn read(text: &str) -> Result<Self, ColumnFault> {
        let value = Member::parse(text)?;
        let line = Member::line(&value);
        line.only(&KNOWN)?;
        let number = |e: &Member<'_>| e.need("number")?.read(NationalNumber::parse);
        let record = PersonRecord {
            id: None,
            numbers: line.dated("norwegianIdentificationNumber", &["number"], number)?,
            names: line.dated("name", &["givenName", "middleName", "familyName"], name)?,
            birth_date: day_of(&line, "birth")?,
            genders: line.dated("gender", &["gender"], |e| e.need("gender")?.code(Gender::ALL, Gender::code))?,
            residences: line.dated("residentialAddress", &["municipalityNumber"], |e| {
                e.need("municipalityNumber")?.read(str::parse)
            })?,
            protections: line.dated("addressProtection", &["level"], |e| {
                e.need("level")?.code(AddressProtection::ALL, AddressProtection::code)
            })?,
            statuses: line.dated("status", &["status"], |e| e.need("status")?.code(Status::ALL, Status::code))?,
            death_date: day_of(&line, "death")?,
        };
        record.check().map_err(|fault| ColumnFault { column: column(fault).to_owned(), reason: fault.to_string() })?;
        Ok(Self { record, family: family(&line)? })
    }
}

/// The member of a line that a fault of the record is about.
pub(crate) fn column(fault: Fault) -> &'static str {
    match fault.field() {
        "numbers" => "norwegianIdentificationNumber",
        "names" => "name",
        "genders" => "gender",
        "residences" => "residentialAddress",
        "protections" => "addressProtection",
        "statuses" => "status",
        other => other,
    }
}

fn name(element: &Member<'_>) -> Result<String, ColumnFault> {
    let mut parts = Vec::new();
    for part in ["givenName", "middleName", "familyName"] {
        if let Some(part) = element.get(part)? {
            parts.push(part.text()?.trim());
        }
    }
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() { Err(element.fault("the name is empty")) } else { Ok(parts.join(" ")) }
}

fn day_of(line: &Member<'_>, name: &str) -> Result<Option<jiff::civil::Date>, ColumnFault> {
    let Some(event) = line.get(name)? else { return Ok(None) };
    event.only(&["date"])?;
    event.need("date")?.date().map(Some)
}

fn family(line: &Member<'_>) -> Result<Option<Vec<FamilyMember>>, ColumnFault> {
    if line.get("familyRelation")?.is_none() && line.get("parentalResponsibility")?.is_none() {
        return Ok(None);
    }
    let mut family = Vec::new();
    let mut add = |element: &Member<'_>, kind| -> Result<(), ColumnFault> {
        let number = element.need("number")?;
        let column = number.fault("").column;
        family.push(FamilyMember {
            kind,
            number: number.read(NationalNumber::parse)?,
            valid: element.period()?,
            column,
        });
        Ok(())
    };
    for element in line.list("familyRelation")? {
        element.only(&["relation", "number", "validFrom", "validTo"])?;
        let relation = element.need("relation")?;
        let text = relation.text()?;
        let known = RELATIONS.iter().find(|(name, _)| *name == text);
        let (_, kind) =
            known.ok_or_else(|| relation.fault("this must be one of Mother, Father, CoMother, SpouseOrPartner"))?;
        add(&element, *kind)?;
    }
    for element in line.list("parentalResponsibility")? {
        element.only(&["number", "validFrom", "validTo"])?;
        add(&element, RelationKind::Responsible)?;
    }
    Ok(Some(family))
}
