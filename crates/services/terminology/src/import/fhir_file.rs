//! FHIR's CodeSystem, ConceptMap and ValueSet as files.

use serde_json::Value;
use varde_core::OrganisationId;

use super::{Body, Described, Format, ImportFault, Incoming, Parcel, Remark, dated, over};
use crate::{
    ContentKind, Subject,
    fhir::{code_system, concept_map, value_set},
};

pub(super) fn read(text: &str, described: &Described) -> Result<Parcel, ImportFault> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| ImportFault::Json { line: error.line(), column: error.column() })?;
    let kind = value.get("resourceType").and_then(Value::as_str).unwrap_or_default().to_owned();
    match kind.as_str() {
        "CodeSystem" => code_system(value, described),
        "ConceptMap" => concept_map(value, described),
        "ValueSet" => value_set(value, described),
        _ => Err(ImportFault::NotAResource(kind)),
    }
}

fn code_system(value: Value, described: &Described) -> Result<Parcel, ImportFault> {
    let read = code_system::read(value, described.key.as_ref())?;
    if read.supplement {
        return Err(ImportFault::Supplement);
    }
    let (version, valid) = dated(described, read.version, read.date)?;
    let mut system = read.system;
    over(&mut system, described);
    let body = match system.content {
        ContentKind::NotPresent => return Err(ImportFault::NotPresent),
        _ => Body::Concepts(read.concepts),
    };
    Ok(parcel(
        Incoming { subject: Subject::CodeSystem(system), version, valid, body, origin: Format::Fhir },
        Vec::new(),
    ))
}

fn concept_map(value: Value, described: &Described) -> Result<Parcel, ImportFault> {
    let read = concept_map::read(value, described.key.as_ref())?;
    let (version, valid) = dated(described, read.version, read.date)?;
    let mut map = read.map;
    if let Some(url) = &described.url {
        map.url.clone_from(url);
    }
    let remarks = read.unmapped.into_iter().map(Remark::Unmapped).collect();
    let subject = owned(Subject::ConceptMap(map), described.owner);
    let body = Body::Mappings(read.mappings);
    Ok(parcel(Incoming { subject, version, valid, body, origin: Format::Fhir }, remarks))
}

fn value_set(value: Value, described: &Described) -> Result<Parcel, ImportFault> {
    let read = value_set::read(value, described.key.as_ref())?;
    let (version, valid) = dated(described, read.version, read.date)?;
    let mut set = read.set;
    if let Some(url) = &described.url {
        set.url.clone_from(url);
    }
    if set.url.is_empty() {
        return Err(ImportFault::Missing(super::Wanting::Url));
    }
    if set.include.is_empty() {
        return Err(ImportFault::NoRules);
    }
    let remarks = if read.from_expansion { vec![Remark::FromExpansion] } else { Vec::new() };
    let subject = owned(Subject::ValueSet(set), described.owner);
    Ok(parcel(Incoming { subject, version, valid, body: Body::Nothing, origin: Format::Fhir }, remarks))
}

fn owned(subject: Subject, owner: Option<OrganisationId>) -> Subject {
    let owner = owner.or(subject.owner());
    subject.owned_by(owner)
}

fn parcel(incoming: Incoming, remarks: Vec<Remark>) -> Parcel {
    Parcel { editions: vec![incoming], remarks }
}
