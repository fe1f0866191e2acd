//! Versions, codes and code links of variables from their payloads.

use serde_json::Value;
use varde_core::{LocalisedText, Period};

use crate::model::{
    codebook::{ALWAYS, points_at_person},
    explorer::{
        fields::{self, owned, text},
        names,
    },
    link::{CodeLink, CodeLinkKind, VariableDetails},
    property::Properties,
    tree::{Publication, VariableVersion},
    value::{Bounds, Code, DataType, Identification, Ranges},
};

pub(super) fn code_link(value: &Value) -> Option<CodeLink> {
    Some(CodeLink {
        kind: names::link(text(value, "kodeverkType")?)?,
        reference: owned(value, "kodeverkReference")?,
        name: owned(value, "displayName"),
        has_codes: value.get("harKodeverdier").and_then(Value::as_bool).unwrap_or(false),
        codes: Vec::new(),
    })
}

pub(super) fn list_of(value: &Value) -> Option<(CodeLinkKind, &str)> {
    Some((names::link(text(value, "kodeverkType")?)?, text(value, "kodeverkReference")?))
}

pub(super) fn code_of(value: &Value) -> Option<Code> {
    Some(Code {
        value: owned(value, "verdi")?,
        text: LocalisedText::bokmaal(text(value, "navn").unwrap_or_default()),
        from: fields::day(value, "gyldigFra"),
        until: fields::day(value, "gyldigTil"),
    })
}

pub(super) fn version_of(value: &Value, links: &[CodeLink]) -> VariableVersion {
    let mut properties = fields::properties(value);
    let historical = text(value, "status") == Some("Historical");
    let from = fields::day(value, "gyldigFra").unwrap_or(ALWAYS);
    let number = |properties: &mut Properties, key: &str| {
        let given = properties.text(key)?;
        let number: u32 = given.parse().ok()?;
        properties.0.remove(key);
        Some(number)
    };
    let (length, decimals) = (number(&mut properties, names::LENGTH), number(&mut properties, names::DECIMALS));
    let mut name = LocalisedText::bokmaal(text(value, "preferredTerm").unwrap_or_default());
    let mut description = LocalisedText::bokmaal(text(value, "beskrivelse").unwrap_or_default());
    fields::texts_of(&mut properties, &mut name, &mut description);
    VariableVersion {
        valid: Period { from, until: fields::day(value, "gyldigTil") },
        name,
        description,
        data_type: data_type(&properties, links),
        unit: fields::take(&mut properties, names::UNIT),
        required: false,
        ranges: Ranges { normal: Bounds::default(), maximum: bounds(&mut properties) },
        decimals,
        length,
        code_system: code_system(links),
        codes: Vec::new(),
        properties,
        publication: Some(Publication {
            id: owned(value, "versjonId"),
            at: fields::time(value, "publishedAt"),
            historical,
        }),
    }
}

/// A version from what a list says of a variable.
pub(super) fn version_of_item(value: &Value) -> VariableVersion {
    let data_type = value.get("dataType").cloned().filter(|number| !number.is_null());
    let version = serde_json::json!({
        "versjonId": value.get("versjonId"),
        "preferredTerm": value.get("preferredTerm"),
        "beskrivelse": value.get("beskrivelse"),
        "status": value.get("versjonStatus"),
        "gyldigFra": value.get("dataFrom"),
        "additionalProperties": data_type.map(|number| serde_json::json!({ names::DATA_TYPE: number })),
    });
    version_of(&version, &[])
}

fn bounds(properties: &mut Properties) -> Bounds {
    let mut bound = |key: &str| {
        let bound = properties.text(key)?.trim().parse().ok()?;
        properties.0.remove(key);
        Some(bound)
    };
    Bounds { low: bound(names::LOW), high: bound(names::HIGH) }
}

fn data_type(properties: &Properties, links: &[CodeLink]) -> DataType {
    let linked = |kinds: &[CodeLinkKind]| links.iter().any(|link| kinds.contains(&link.kind));
    if linked(&[CodeLinkKind::Clinical, CodeLinkKind::Administrative]) {
        return DataType::Code;
    }
    if linked(&[CodeLinkKind::Local]) {
        return DataType::List;
    }
    names::data_type(&properties.text(names::DATA_TYPE).unwrap_or_default())
}

/// The code system by the short names that the catalogue uses: `ICD-10` is `icd10`.
fn code_system(links: &[CodeLink]) -> Option<String> {
    let link = links.iter().find(|link| link.kind == CodeLinkKind::Clinical);
    let link = link.or_else(|| links.iter().find(|link| link.kind == CodeLinkKind::Administrative))?;
    let short: String = link.reference.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    Some(if link.kind == CodeLinkKind::Clinical { short } else { link.reference.clone() })
}

/// How much a variable tells about who the person is, on the careful side: the explorer's level where
/// it was assessed (1 is "not assessed"), national numbers and columns named after people always.
pub(super) fn identification(
    column: &str,
    version: Option<&VariableVersion>,
    details: &VariableDetails,
) -> Identification {
    let property = |key| version.and_then(|v| v.properties.text(key)).unwrap_or_default();
    let level = property(names::IDENTIFICATION);
    if property(names::DATA_TYPE) == "10" || level == "5" || points_at_person(column) {
        return Identification::DirectIdentifier;
    }
    let day = version.is_some_and(|v| matches!(v.data_type, DataType::Date | DataType::DateTime));
    match level.as_str() {
        "3" | "4" => Identification::QuasiIdentifier,
        _ if day => Identification::QuasiIdentifier,
        _ if details.code_links.iter().any(|link| link.kind == CodeLinkKind::Clinical) => Identification::Sensitive,
        _ => Identification::Other,
    }
}
