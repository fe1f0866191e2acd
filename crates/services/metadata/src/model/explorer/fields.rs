//! Reading fields of a payload. An empty text counts as none: what was written is kept elsewhere.

use jiff::{Timestamp, civil::Date};
use serde_json::Value;
use varde_core::LocalisedText;

use super::{
    names,
    payload::{Payload, WrongPayload},
};
use crate::model::{
    details::{Details, Terms},
    property::Properties,
};

/// A text, without regard to whether it is there or empty.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

pub(super) fn owned(value: &Value, key: &str) -> Option<String> {
    text(value, key).map(str::to_owned)
}

/// A text that must be there.
pub(super) fn must<'a>(payload: &Payload, value: &'a Value, key: &'static str) -> Result<&'a str, WrongPayload> {
    let missing = || WrongPayload::Missing { file: payload.file.clone(), at: payload.at.clone(), field: key };
    text(value, key).ok_or_else(missing)
}

pub(super) fn day(value: &Value, key: &str) -> Option<Date> {
    text(value, key).and_then(names::day_of)
}

pub(super) fn time(value: &Value, key: &str) -> Option<Timestamp> {
    text(value, key).and_then(|text| text.parse().ok())
}

pub(super) fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The values of `additionalProperties`.
pub(super) fn properties(value: &Value) -> Properties {
    let members = value.get("additionalProperties").and_then(Value::as_object);
    Properties(members.map(|members| members.clone().into_iter().collect()).unwrap_or_default())
}

/// Takes a property out as a text.
pub(super) fn take(properties: &mut Properties, key: &str) -> Option<String> {
    match properties.0.get(key) {
        Some(Value::String(text)) if !text.is_empty() => {
            let text = text.clone();
            properties.0.remove(key);
            Some(text)
        }
        _ => None,
    }
}

/// What a source, sub-source or dataset says of law, responsibility and validity.
pub(super) fn terms(value: &Value) -> Terms {
    Terms {
        legal_basis: owned(value, "lovverk"),
        controller: owned(value, "dataansvarlig"),
        processor: owned(value, "databehandler"),
        identification: owned(value, "gradAvPersonidentifikasjon"),
        valid_from: day(value, "gyldigFra"),
        valid_until: day(value, "gyldigTil"),
    }
}

/// Overlays what a payload says on what is known. Payloads of the same node say different parts:
/// one that lacks a field does not take it away.
pub(super) fn details(into: &mut Details, value: &Value) {
    let has = |key: &str| value.get(key).is_some();
    let set = |key: &str, place: &mut Option<String>| {
        if has(key) {
            *place = owned(value, key);
        }
    };
    set("code", &mut into.code);
    set("kortNavn", &mut into.short_name);
    set("statistikkType", &mut into.statistics);
    set("telleEnhet", &mut into.counting_unit);
    set("frekvens", &mut into.frequency);
    set("lovverk", &mut into.terms.legal_basis);
    set("dataansvarlig", &mut into.terms.controller);
    set("databehandler", &mut into.terms.processor);
    set("gradAvPersonidentifikasjon", &mut into.terms.identification);
    let given = terms(value);
    if has("gyldigFra") {
        into.terms.valid_from = given.valid_from;
    }
    if has("gyldigTil") {
        into.terms.valid_until = given.valid_until;
    }
    if has("opprettet") {
        into.created = time(value, "opprettet");
    }
    if has("sistOppdatert") {
        into.updated = time(value, "sistOppdatert");
    }
    if has("presentationOrder") {
        into.order = value.get("presentationOrder").and_then(Value::as_i64);
    }
    if let Some(active) = value.get("aktiv").and_then(Value::as_bool) {
        into.inactive = !active;
    }
    if has("additionalProperties") {
        into.properties = properties(value);
    }
}

/// Texts in English that stand among the properties.
pub(super) fn texts_of(properties: &mut Properties, name: &mut LocalisedText, description: &mut LocalisedText) {
    name.en = take(properties, names::NAME_EN).unwrap_or_default();
    description.en = take(properties, names::DESCRIPTION_EN).unwrap_or_default();
}
