//! What the server can do: CapabilityStatement and TerminologyCapabilities.

use serde_json::{Value, json};

use super::Release;
use crate::Edition;

const TYPES: [&str; 3] = ["CodeSystem", "ValueSet", "ConceptMap"];

/// The operations of a type: name and the definition's last part.
const OPERATIONS: [(&str, &str, &str); 6] = [
    ("CodeSystem", "lookup", "CodeSystem-lookup"),
    ("CodeSystem", "validate-code", "CodeSystem-validate-code"),
    ("CodeSystem", "subsumes", "CodeSystem-subsumes"),
    ("ValueSet", "expand", "ValueSet-expand"),
    ("ValueSet", "validate-code", "ValueSet-validate-code"),
    ("ConceptMap", "translate", "ConceptMap-translate"),
];

/// `GET metadata`.
pub(crate) fn statement(release: Release, now: &str) -> Value {
    let resource = |kind: &str| {
        let search = |name: &str, kind: &str| json!({ "name": name, "type": kind });
        let operations = OPERATIONS.iter().filter(|(of, ..)| *of == kind).map(|(_, name, definition)| {
            json!({ "name": name, "definition": format!("http://hl7.org/fhir/OperationDefinition/{definition}") })
        });
        json!({
            "type": kind,
            "interaction": [{ "code": "read" }, { "code": "search-type" }],
            "searchParam": [
                search("_id", "token"), search("url", "uri"), search("version", "token"), search("name", "string"),
                search("title", "string"), search("status", "token"),
            ],
            "operation": operations.collect::<Vec<_>>(),
        })
    };
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": now,
        "kind": "instance",
        "instantiates": ["http://hl7.org/fhir/CapabilityStatement/terminology-server"],
        "software": { "name": "Varde", "version": env!("CARGO_PKG_VERSION") },
        "implementation": { "description": "Varde: code systems in editions by year" },
        "fhirVersion": release.version(),
        "format": ["application/fhir+json", "json"],
        "rest": [{
            "mode": "server",
            "security": { "cors": true, "description": "Everything here is open: no token, no cookie" },
            "resource": TYPES.map(resource),
            "interaction": [{ "code": "batch" }, { "code": "transaction" }],
        }],
    })
}

/// `GET metadata?mode=terminology`: the code systems with their versions.
pub(crate) fn terminology(release: Release, now: &str, editions: &[Edition]) -> Value {
    let mut systems: Vec<Value> = Vec::new();
    for group in editions.chunk_by(|a, b| a.subject.url() == b.subject.url()) {
        let versions: Vec<Value> = group.iter().map(|e| json!({ "code": e.version })).collect();
        let mut system = json!({ "uri": group[0].subject.url(), "version": versions });
        if release == Release::R5 {
            let content = group[0].system().map_or("complete", |system| system.content.name());
            system["content"] = content.into();
        }
        systems.push(system);
    }
    let expansion =
        ["filter", "count", "offset", "activeOnly", "displayLanguage", "includeDesignations", "excludeNested"];
    json!({
        "resourceType": "TerminologyCapabilities",
        "status": "active",
        "date": now,
        "kind": "instance",
        "software": { "name": "Varde", "version": env!("CARGO_PKG_VERSION") },
        "implementation": { "description": "Varde: code systems in editions by year" },
        "codeSystem": systems,
        "expansion": {
            "hierarchical": true,
            "paging": true,
            "parameter": expansion.map(|name| json!({ "name": name })),
            "textFilter": "every word of the filter begins a word of a text of the concept, or the filter begins its code",
        },
        "codeSearch": "compose",
        "validateCode": { "translations": true },
        "translation": { "needsMap": false },
        "closure": { "translation": false },
    })
}
