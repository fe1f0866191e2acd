//! What payloads say that is common to all sources.

use serde_json::Value;
use varde_core::LocalisedText;

use super::{taking::translated, version::code_link};
use crate::model::{
    explorer::{
        fields::{array, owned, text},
        keep::difference,
        payload::Payloads,
        write::bare_definition,
    },
    link::CodeLinkKind,
    property::{PropertyDefinition, PropertyLevel, PropertyOption},
    registry::{CodeSystemName, Instrument, Registry, SavedFilter},
};

/// Definitions, instruments, code systems and filters that the payloads speak of.
pub(super) fn registry_of(payloads: &Payloads) -> Registry {
    let mut registry = Registry::default();
    for (list, level) in [
        (&payloads.sources, PropertyLevel::Source),
        (&payloads.datasets, PropertyLevel::Dataset),
        (&payloads.variables, PropertyLevel::Variable),
    ] {
        for value in list.iter().flat_map(|payload| array(&payload.value, "propertyMetadata")) {
            let known = text(value, "key").is_some_and(|key| registry.property(level, key).is_some());
            if !known {
                registry.properties.extend(definition(level, value));
            }
        }
    }
    for variable in &payloads.variables {
        let instruments = array(&variable.value, "instrumenter").iter().filter_map(|i| instrument(i, "preferredTerm"));
        registry.learn(Registry { instruments: instruments.collect(), ..Registry::default() });
        let links = array(&variable.value, "kodeverklinker").iter().filter_map(code_link);
        let named = links.filter_map(|l| Some(CodeSystemName { kind: l.kind, reference: l.reference, name: l.name? }));
        registry.learn(Registry { code_systems: named.collect(), ..Registry::default() });
    }
    for filters in &payloads.filters {
        registry.learn(facets(&filters.value));
    }
    registry
}

fn facets(value: &Value) -> Registry {
    let system = |kind, reference: &'static str, name: &'static str| {
        // Some lists have no name; they go by their reference then.
        move |v: &Value| {
            let reference = owned(v, reference)?;
            Some(CodeSystemName { kind, name: owned(v, name).unwrap_or_else(|| reference.clone()), reference })
        }
    };
    let clinical = array(value, "helsefagligKodeverk").iter();
    let clinical = clinical.filter_map(system(CodeLinkKind::Clinical, "kortNavn", "fulltNavn"));
    let lists = array(value, "administrativtKodeverk").iter();
    let lists = lists.filter_map(system(CodeLinkKind::Administrative, "oid", "navn"));
    let filter =
        |v: &Value| Some(SavedFilter { id: owned(v, "id")?, name: owned(v, "name")?, parent: owned(v, "parentId") });
    Registry {
        properties: Vec::new(),
        instruments: array(value, "instrumenter").iter().filter_map(|i| instrument(i, "navn")).collect(),
        code_systems: clinical.chain(lists).collect(),
        filters: array(value, "filtere").iter().filter_map(filter).collect(),
    }
}

fn instrument(value: &Value, name: &str) -> Option<Instrument> {
    Some(Instrument { id: owned(value, "id")?, code: owned(value, "code")?, name: owned(value, name)? })
}

fn definition(level: PropertyLevel, value: &Value) -> Option<PropertyDefinition> {
    let options = text(value, "optionsJson").and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
    let option = |v: &Value| {
        let label =
            LocalisedText::new(text(v, "label").unwrap_or_default(), "", text(v, "labelEn").unwrap_or_default());
        Some(PropertyOption { value: owned(v, "value")?, label })
    };
    let mut definition = PropertyDefinition {
        level,
        key: owned(value, "key")?,
        label: translated(value, "displayNameTranslations"),
        group: translated(value, "groupTranslations"),
        order: value.get("sortOrder").and_then(Value::as_i64).unwrap_or_default(),
        kind: serde_json::from_value(value.get("type")?.clone()).ok()?,
        options: options.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(option).collect(),
        kept: Vec::new(),
    };
    definition.kept = difference(&bare_definition(&definition), value);
    Some(definition)
}
