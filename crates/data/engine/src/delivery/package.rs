//! How the delivery came about, as an RO-Crate 1.1: which files, made from which releases, under which
//! permit, by which specification, with which checks. Everything in it is settled before a row is read
//! or follows from the files, so that it is the same every time.

use serde_json::{Value, json};
use varde_core::{Digest, Language};
use varde_permit::{Check, DeliveredFile, ExtractSpec, Format};

use super::{codebook, read_me::READ_ME};
use crate::{
    changes::{CHANGES, CHANGES_TO_READ},
    extract::{MANIFEST, canonical},
};

/// The file.
pub(crate) const RO_CRATE: &str = "ro-crate-metadata.json";

/// `ro-crate-metadata.json` of a delivery.
pub(crate) fn ro_crate(spec: &ExtractSpec, title: &str, files: &[DeliveredFile], checks: &[Check]) -> Vec<u8> {
    let language = spec.handover.language;
    let parts: Vec<Value> = files.iter().map(|f| id(&f.name)).chain([id(MANIFEST)]).collect();
    let data: Vec<Value> = files.iter().filter(|f| f.rows.is_some()).map(|f| id(&f.name)).collect();
    let releases = spec.releases.iter().map(|release| id(&urn(release.release)));
    let read: Vec<Value> = [id("#specification"), id(&urn(spec.permit))].into_iter().chain(releases).collect();
    let assessments = checks.iter().map(|check| id(&format!("#{}", check.name)));
    let mentions: Vec<Value> = std::iter::once(id("#making")).chain(assessments).collect();
    let until = spec.period.until.map_or_else(|| "..".to_owned(), |day| day.to_string());
    let mut graph = vec![
        json!({
            "@id": RO_CRATE, "@type": "CreativeWork", "about": id("./"),
            "conformsTo": id("https://w3id.org/ro/crate/1.1"),
        }),
        json!({
            "@id": "./", "@type": "Dataset", "name": title, "description": description(language),
            "identifier": spec.extract, "inLanguage": language.tag(),
            // When the opt-outs that count were settled; the clock is not in it.
            "datePublished": spec.preferences_at.to_string(),
            "temporalCoverage": format!("{}/{until}", spec.period.from),
            "license": id(&urn(spec.permit)), "hasPart": parts,
            "mentions": mentions,
        }),
        json!({
            "@id": urn(spec.permit), "@type": "CreativeWork", "name": permit(language), "identifier": spec.permit,
            "sha256": spec.permit_digest,
        }),
        json!({
            "@id": "#specification", "@type": "CreativeWork", "name": "ExtractSpec", "encodingFormat": "application/json",
            "sha256": Digest::of(&canonical(spec)),
        }),
        json!({
            "@id": "#varde", "@type": "SoftwareApplication", "name": "Varde", "softwareVersion": env!("CARGO_PKG_VERSION"),
        }),
        json!({
            "@id": "#making", "@type": "CreateAction", "name": making(language), "instrument": id("#varde"),
            "object": read,
            "result": data,
        }),
        json!({ "@id": MANIFEST, "@type": "File", "name": "Manifest", "encodingFormat": "application/json" }),
    ];
    graph.extend(spec.releases.iter().map(|release| {
        json!({
            "@id": urn(release.release), "@type": "CreativeWork", "name": release.dataset, "identifier": release.release,
            "sha256": release.digest,
        })
    }));
    graph.extend(files.iter().map(file));
    graph.extend(checks.iter().flat_map(assessment));
    let document = json!({
        "@context": ["https://w3id.org/ro/crate/1.1/context", { "sha256": "https://schema.org/sha256" }],
        "@graph": graph,
    });
    let mut bytes = serde_json::to_vec_pretty(&document).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn file(file: &DeliveredFile) -> Value {
    let mut told = json!({
        "@id": file.name, "@type": "File", "name": file.name, "contentSize": file.bytes.to_string(),
        "encodingFormat": media_type(&file.name), "sha256": file.digest,
    });
    if let Some(dataset) = &file.dataset {
        told["about"] = dataset.as_str().into();
    }
    if file.rows.is_some() {
        told["variableMeasured"] = file.columns.clone().into();
    }
    told
}

/// A check as an action that assessed the delivery, and its figures.
fn assessment(check: &Check) -> Vec<Value> {
    let figure = |name: &str| format!("#{}/{name}", check.name);
    let status = if check.passed { "CompletedActionStatus" } else { "FailedActionStatus" };
    let action = json!({
        "@id": format!("#{}", check.name), "@type": "AssessAction", "name": check.name, "object": id("./"),
        "instrument": id("#varde"), "actionStatus": id(&format!("http://schema.org/{status}")),
        "result": check.figures.keys().map(|name| id(&figure(name))).collect::<Vec<_>>(),
    });
    let figures = check
        .figures
        .iter()
        .map(|(name, value)| json!({ "@id": figure(name), "@type": "PropertyValue", "name": name, "value": value }));
    std::iter::once(action).chain(figures).collect()
}

fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit('.').next().unwrap_or_default();
    match name {
        codebook::COLUMNS | codebook::VALUES => Format::Csv.media_type(),
        codebook::JSON => "application/csvm+json",
        READ_ME | CHANGES_TO_READ => "text/markdown",
        CHANGES => "application/json",
        _ => Format::ALL
            .into_iter()
            .find(|format| format.extension() == ending)
            .map_or("application/octet-stream", Format::media_type),
    }
}

fn id(of: &str) -> Value {
    json!({ "@id": of })
}

fn urn(id: impl std::fmt::Display) -> String {
    format!("urn:uuid:{id}")
}

const fn description(language: Language) -> &'static str {
    match language {
        Language::Nb => {
            "Pseudonymiserte helsedata til ett prosjekt. Brukes bare i prosjektrommet, etter vilkårene i tillatelsen."
        }
        Language::Nn => {
            "Pseudonymiserte helsedata til eitt prosjekt. Blir berre brukte i prosjektrommet, etter vilkåra i løyvet."
        }
        Language::En => {
            "Pseudonymised health data for one project. Used in the project room only, on the permit's conditions."
        }
    }
}

const fn permit(language: Language) -> &'static str {
    match language {
        Language::Nb => "Tillatelsen og dens vilkår",
        Language::Nn => "Løyvet og vilkåra i det",
        Language::En => "The permit and its conditions",
    }
}

const fn making(language: Language) -> &'static str {
    match language {
        Language::Nb => "Uttrekket ble laget",
        Language::Nn => "Uttrekket vart laga",
        Language::En => "The extract was made",
    }
}
