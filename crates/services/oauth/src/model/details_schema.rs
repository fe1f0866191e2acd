//! What clients can read about the types of details: a JSON Schema for each, with words and examples
//! (OAuth 2.0 RAR Metadata, draft-zehavi-oauth-rar-metadata-06, section 4). A schema takes no less than
//! the server does; what only the registers know is tried later.

use serde_json::{Map, Value, json};

use crate::model::{
    attest::PURPOSES,
    details::{JOURNAL, ORGANISATION, TRUST_FRAMEWORK},
};

/// The dialect of the schemas.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// The version of the descriptions; it grows when one changes.
const VERSION: &str = "1.0";

/// All types, as the metadata endpoint gives them.
pub(crate) fn described() -> Value {
    let types: Map<String, Value> = [(ORGANISATION, organisation()), (TRUST_FRAMEWORK, attest()), (JOURNAL, journal())]
        .map(|(name, described)| (name.to_owned(), described))
        .into_iter()
        .collect();
    json!({ "authorization_details_types_metadata": types })
}

fn organisation() -> Value {
    let identifier = |system: &str, pattern: &str, words: &str| {
        json!({
            "description": words,
            "type": "object",
            "required": ["system", "type", "value"],
            "properties": {
                "system": { "const": system },
                "type": { "const": "ENH" },
                "value": { "type": "string", "pattern": pattern },
            },
        })
    };
    let child = identifier("urn:oid:2.16.578.1.12.4.1.4.101", "^[0-9]{9}$", "A single-tenant client's sub-unit.");
    let parent = identifier(
        "urn:oid:1.0.6523",
        "^NO:ORGNR:[0-9]{9}(:([0-9]{9})?)?$",
        "A main unit, and after it a sub-unit when the client names one.",
    );
    let schema = object(
        &["type", "practitioner_role"],
        json!({
            "type": { "const": ORGANISATION },
            "practitioner_role": {
                "type": "object",
                "required": ["organization"],
                "properties": { "organization": {
                    "type": "object",
                    "required": ["identifier"],
                    "properties": { "identifier": { "oneOf": [child, parent] } },
                } },
            },
        }),
    );
    let example = json!({
        "type": ORGANISATION,
        "practitioner_role": { "organization": { "identifier": {
            "system": "urn:oid:1.0.6523", "type": "ENH", "value": "NO:ORGNR:310000019:310000027",
        } } },
    });
    whole("The organisation that the client acts for.", ORGANISATION, schema, &example)
}

fn journal() -> Value {
    let schema = object(
        &["type", "value"],
        json!({
            "type": { "const": JOURNAL },
            "value": {
                "type": "object",
                "required": ["journal_id"],
                "properties": { "journal_id": { "type": "string", "minLength": 1, "maxLength": 200 } },
            },
        }),
    );
    let example = json!({ "type": JOURNAL, "value": { "journal_id": "2f0a8c1e" } });
    whole("The id of a patient's medicine record.", JOURNAL, schema, &example)
}

fn attest() -> Value {
    let identifier = json!({ "$ref": "#/$defs/identifier" });
    let number = json!({ "$ref": "#/$defs/organisation" });
    let code = json!({ "$ref": "#/$defs/code" });
    let text = json!({ "$ref": "#/$defs/text" });
    let care = strict(
        &["purpose_of_use", "decision_ref"],
        json!({
            "healthcare_service": code,
            "purpose_of_use": strict(&["code", "system"], json!({
                "code": { "enum": PURPOSES },
                "system": { "enum": ["urn:oid:2.16.840.1.113883.1.11.20448", "2.16.840.1.113883.1.11.20448"] },
                "text": text,
                "assigner": text,
            })),
            "purpose_of_use_details": code,
            "decision_ref": decision(&text),
        }),
    );
    let practitioner = strict(
        &["legal_entity", "point_of_care"],
        json!({
            "identifier": identifier,
            "hpr_nr": identifier,
            "authorization": code,
            "legal_entity": number,
            "point_of_care": number,
            "department": identifier,
        }),
    );
    let patient = strict(&[], json!({ "identifier": identifier, "point_of_care": number, "department": identifier }));
    let mut schema = strict(
        &["type", "practitioner"],
        json!({
            "type": { "const": TRUST_FRAMEWORK },
            "practitioner": practitioner,
            "care_relationship": { "$ref": "#/$defs/care" },
            "care_relation": { "$ref": "#/$defs/care", "deprecated": true },
            "patients": { "type": "array", "maxItems": 10, "items": patient },
            "attestation": strict(&["toa"], json!({ "toa": { "type": "string", "format": "date-time" } })),
        }),
    );
    schema["$schema"] = json!(DIALECT);
    schema["oneOf"] = json!([{ "required": ["care_relationship"] }, { "required": ["care_relation"] }]);
    schema["$defs"] = json!({
        "text": { "type": "string", "minLength": 1, "maxLength": 200 },
        "care": care,
        "identifier": strict(&["id", "system"], identifier_members(&text, None)),
        "organisation": strict(&["id", "system"], identifier_members(&text, Some("^[0-9]{9}$"))),
        "code": strict(&["code", "system"], json!({ "code": text, "system": text, "text": text, "assigner": text })),
    });
    let words = "The attest of the trust framework: who the professional is, and why they need a patient's data. Rules \
                 ATT-4 to ATT-49 are tried when it is sent.";
    whole(words, TRUST_FRAMEWORK, schema, &example())
}

fn identifier_members(text: &Value, pattern: Option<&str>) -> Value {
    let mut id = text.clone();
    if let Some(pattern) = pattern {
        id["pattern"] = json!(pattern);
    }
    json!({ "id": id, "system": text, "name": text, "authority": text })
}

fn decision(text: &Value) -> Value {
    let members = json!({
        "id": text,
        "ref_id": text,
        "user_selected": { "type": "boolean" },
        "description": text,
        "user_reason": text,
    });
    let mut decision = strict(&["user_selected"], members);
    decision["oneOf"] = json!([{ "required": ["id"] }, { "required": ["ref_id"] }]);
    decision
}

fn example() -> Value {
    let unit = |number: &str| json!({ "id": number, "system": "urn:oid:2.16.578.1.12.4.1.4.101" });
    json!({
        "type": TRUST_FRAMEWORK,
        "practitioner": {
            "authorization": { "code": "LE", "system": "urn:oid:2.16.578.1.12.4.1.1.9060" },
            "legal_entity": unit("310000019"),
            "point_of_care": unit("310000027"),
        },
        "care_relationship": {
            "healthcare_service": { "code": "S03", "system": "urn:oid:2.16.578.1.12.4.1.1.8655" },
            "purpose_of_use": { "code": "TREAT", "system": "urn:oid:2.16.840.1.113883.1.11.20448" },
            "decision_ref": { "id": "30f4ab40-dbc2-41a7-8ac4-181ad3fdc25b", "user_selected": false },
        },
        "patients": [{ "point_of_care": unit("310000027") }],
    })
}

fn whole(words: &str, title: &str, schema: Value, example: &Value) -> Value {
    let mut schema = schema;
    schema["title"] = json!(title);
    json!({ "version": VERSION, "description": words, "schema": schema, "examples": [example] })
}

/// A schema of the dialect, for an object that may hold more.
fn object(required: &[&str], properties: Value) -> Value {
    json!({ "$schema": DIALECT, "type": "object", "required": required, "properties": properties })
}

/// A schema for an object that holds nothing else.
fn strict(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
}

#[cfg(test)]
mod tests {
    use jsonschema::Validator;

    use super::*;
    use crate::model::{attest::Attest, details::Details};

    fn validator(kind: &str) -> Validator {
        let schema = &described()["authorization_details_types_metadata"][kind]["schema"];
        jsonschema::draft202012::options().should_validate_formats(true).build(schema).unwrap()
    }

    fn identifier(system: &str, value: &str) -> Value {
        json!({
            "type": ORGANISATION,
            "practitioner_role": { "organization": { "identifier": { "system": system, "type": "ENH", "value": value } } },
        })
    }

    #[test]
    fn every_type_is_described_by_a_schema_of_its_own_that_its_examples_fit() {
        let types = described();
        let types = types["authorization_details_types_metadata"].as_object().unwrap();
        assert_eq!(types.len(), details_types().len());
        for kind in details_types() {
            let described = &types[kind];
            jsonschema::draft202012::meta::validate(&described["schema"]).unwrap();
            assert_eq!(described["schema"]["properties"]["type"]["const"], kind);
            for example in described["examples"].as_array().unwrap() {
                validator(kind).validate(example).unwrap();
                Details::read(example).unwrap();
            }
        }
    }

    fn details_types() -> [&'static str; 3] {
        crate::model::details::TYPES
    }

    /// What .NET, Java and Kotlin clients send for an organisation: a trailing colon, none, a sub-unit by
    /// its own number. One alone is sent as an object, several as a list; a schema is of each.
    #[test]
    fn what_the_three_public_clients_send_fits() {
        let organisation = validator(ORGANISATION);
        for detail in [
            identifier("urn:oid:1.0.6523", "NO:ORGNR:310000019:"),
            identifier("urn:oid:1.0.6523", "NO:ORGNR:310000019"),
            identifier("urn:oid:1.0.6523", "NO:ORGNR:310000019:310000027"),
            identifier("urn:oid:2.16.578.1.12.4.1.4.101", "310000027"),
        ] {
            organisation.validate(&detail).unwrap();
            Details::read(&detail).unwrap();
        }
        let journal = json!({ "type": JOURNAL, "value": { "journal_id": "1" } });
        validator(JOURNAL).validate(&journal).unwrap();
        // As a published client of the national profile writes the attest, with `ref_id`.
        let mut attest = example();
        attest["practitioner"]["department"] = json!({ "id": "705592", "system": "urn:oid:2.16.578.1.12.4.1.4.102" });
        attest["care_relationship"]["purpose_of_use_details"] =
            json!({ "code": "15", "system": "urn:oid:2.16.578.1.12.4.1.1.9151" });
        attest["care_relationship"]["decision_ref"] =
            json!({ "ref_id": "30F4AB40-DBC2-41A7-8AC4-181AD3FDC25B", "user_selected": true });
        validator(TRUST_FRAMEWORK).validate(&attest).unwrap();
        Details::read(&attest).unwrap();
    }

    #[test]
    fn what_no_server_takes_fits_no_schema() {
        let good = identifier("urn:oid:1.0.6523", "NO:ORGNR:310000019");
        for wrong in [
            identifier("urn:oid:1.2.3", "310000019"),
            identifier("urn:oid:1.0.6523", "310000019"),
            identifier("urn:oid:1.0.6523", "NO:ORGNR:310000019:310000027:310000019"),
            identifier("urn:oid:2.16.578.1.12.4.1.4.101", "31"),
            json!({ "type": ORGANISATION }),
            json!({ "type": JOURNAL, "practitioner_role": good["practitioner_role"] }),
        ] {
            assert!(!validator(ORGANISATION).is_valid(&wrong), "{wrong}");
        }
        for wrong in [json!({ "type": JOURNAL }), json!({ "type": JOURNAL, "value": { "journal_id": "" } })] {
            assert!(!validator(JOURNAL).is_valid(&wrong), "{wrong}");
        }
    }

    /// Whatever is changed in an attest: what the server reads fits the schema, so that a client that keeps
    /// to the schema is never surprised by the form. (The other way round the registers have their say.)
    #[test]
    fn what_the_server_reads_fits_the_schema() {
        let attests = validator(TRUST_FRAMEWORK);
        let mut whole = example();
        whole["attestation"] = json!({ "toa": "2026-01-31T12:00:00Z" });
        whole["practitioner"]["department"] = json!({ "id": "1", "system": "urn:x", "name": "A" });
        let (mut read, mut refused) = (0, 0);
        for place in places(&whole, "") {
            for value in [json!(null), json!(1), json!(""), json!("x"), json!({}), json!([]), json!("9".repeat(201))] {
                let mut attest = whole.clone();
                *attest.pointer_mut(&place).unwrap() = value;
                let Some(members) = attest.as_object().filter(|_| attest["type"] == TRUST_FRAMEWORK) else { continue };
                if Attest::read(members).is_ok() {
                    read += 1;
                    attests.validate(&attest).unwrap_or_else(|error| panic!("{place}: {error}"));
                }
                refused += usize::from(!attests.is_valid(&attest));
            }
        }
        assert!(read > 5 && refused > 100, "{read} read, {refused} refused by the schema");
    }

    fn places(value: &Value, at: &str) -> Vec<String> {
        let inner: Vec<(String, &Value)> = match value {
            Value::Object(members) => members.iter().map(|(name, inner)| (format!("{at}/{name}"), inner)).collect(),
            Value::Array(list) => list.iter().enumerate().map(|(n, inner)| (format!("{at}/{n}"), inner)).collect(),
            _ => Vec::new(),
        };
        inner.into_iter().flat_map(|(at, inner)| [vec![at.clone()], places(inner, &at)].concat()).collect()
    }
}
