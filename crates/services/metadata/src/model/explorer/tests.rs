//! What comes in goes out again.

use std::{collections::BTreeSet, fs, path::PathBuf};

use jiff::civil::date;
use serde_json::{Value, json};

use super::{Payloads, Taken, Writer, names::own_id, take};
use crate::model::{
    link::CodeLinkKind,
    property::PropertyLevel,
    registry::Registry,
    tree::{DataSource, Variable},
    value::{DataType, Identification, SourceKind},
};

const TODAY: jiff::civil::Date = date(2026, 11, 23);

fn taken(payloads: &Payloads) -> Taken {
    take(payloads, Vec::new(), Registry::default(), BTreeSet::new(), "", TODAY).unwrap()
}

fn payloads(files: &[(&str, Value)]) -> Payloads {
    let mut payloads = Payloads::default();
    for (name, value) in files {
        payloads.add(name, value.to_string().as_bytes()).unwrap();
    }
    payloads
}

/// Every payload of these comes out of the model as it went in. Gives how many were compared.
fn same_again(payloads: &Payloads, taken: &Taken) -> usize {
    let mut compared = 0;
    let mut same = |ours: Value, theirs: &Value| {
        assert_eq!(&ours, theirs);
        compared += 1;
    };
    let find =
        |id: &str| taken.sources.iter().find(|s| s.details.external.as_ref().is_some_and(|e| e.id == id)).unwrap();
    let writer = |source| Writer::new(source, &taken.registry, TODAY);
    for payload in &payloads.summaries {
        same(writer(find(payload.value["id"].as_str().unwrap())).summary(), &payload.value);
    }
    for payload in &payloads.sources {
        same(writer(find(payload.value["id"].as_str().unwrap())).source(), &payload.value);
    }
    for payload in &payloads.hierarchies {
        same(writer(find(payload.value["kildeId"].as_str().unwrap())).hierarchy(), &payload.value);
    }
    for payload in &payloads.datasets {
        let source = find(payload.value["parentKildeId"].as_str().unwrap());
        let id = payload.value["id"].as_str().unwrap();
        let dataset = source.datasets.iter().find(|d| d.details.external.as_ref().is_some_and(|e| e.id == id)).unwrap();
        same(writer(source).dataset(dataset), &payload.value);
    }
    let variable = |id: &str| {
        let all = taken.sources.iter().flat_map(|s| s.datasets.iter().map(move |d| (s, d)));
        let mut all = all.flat_map(|(s, d)| d.variables.iter().map(move |v| (s, d, v)));
        all.find(|(_, _, v)| v.details.external.as_ref().is_some_and(|e| e.id == id)).unwrap()
    };
    for payload in &payloads.variables {
        let (source, dataset, found) = variable(payload.value["id"].as_str().unwrap());
        same(writer(source).variable(dataset, found), &payload.value);
        let shown = &payload.value["versjonId"];
        let of = |t: &&super::payload::Payload| t.value.as_array().unwrap().iter().any(|v| &v["versjonId"] == shown);
        for timeline in payloads.timelines.iter().filter(of) {
            same(writer(source).timeline(found), &timeline.value);
        }
        for codes in &payloads.codes {
            let reference = codes.value["kodeverkReference"].as_str().unwrap();
            let kind = super::names::link(codes.value["kodeverkType"].as_str().unwrap()).unwrap();
            same(writer(source).codes(found, kind, reference).unwrap(), &codes.value);
        }
    }
    for payload in &payloads.items {
        let (source, dataset, found) = variable(payload.value["id"].as_str().unwrap());
        same(writer(source).item(dataset, found), &payload.value);
    }
    compared
}

/// A small register in the explorer's shape, made for this test.
fn small() -> Vec<(&'static str, Value)> {
    let entry = json!({
        "id": "d1", "name": "Opphold", "kortNavn": null, "beskrivelse": "Ett opphold", "variableCount": 7,
        "presentationOrder": 1, "parentDelkildeId": "p1", "dataansvarlig": null, "databehandler": null,
        "gradAvPersonidentifikasjon": null, "gyldigFra": "2001-01-01T00:00:00.000Z", "gyldigTil": null,
        "effectiveDataansvarlig": "Etaten", "effectiveDatabehandler": "Drifteren",
        "effectiveGradAvPersonidentifikasjon": null, "effectiveGyldigFra": "2001-01-01T00:00:00.000Z",
        "effectiveGyldigTil": null, "effectiveKildetype": "sentraltHelseregister",
        "additionalProperties": { "NavnEngelsk": "Stay", "healthCategory": "[\"ehds-cat:biobanks\"]" },
    });
    let version = |id: &str, name: &str, from: &str, until: Value, status: &str| {
        json!({
            "versjonId": id, "preferredTerm": name, "beskrivelse": "Vekt ved innkomst", "gyldigFra": from,
            "gyldigTil": until, "status": status, "publishedAt": "2020-02-03T04:05:06.007Z",
            "additionalProperties": {
                "DataType": "3", "MaaleEnhet": "kg", "Lengde": "6", "GrenseLav": "0.2", "GrenseHoy": "700",
                "Identifiseringsgrad": "2", "Ukjent": "beholdes", "NavnEngelsk": "Weight",
            },
        })
    };
    let newest = version("v2", "Vekt", "2010-01-01T00:00:00.000Z", Value::Null, "Active");
    let older = version("v1", "Vekt (kg)", "2001-01-01T00:00:00.000Z", json!("2009-12-31T00:00:00.000Z"), "Historical");
    let head = |id: &str, code: &str, name: &str| {
        json!({
            "id": id, "code": code, "preferredTerm": name, "beskrivelse": "Vekt ved innkomst", "kildeId": "s1",
            "kildeName": "Prøveregisteret", "kildeKortNavn": "PRV", "kildeType": "sentraltHelseregister",
            "datasamlingId": "d1", "datasamlingName": "Opphold", "variabelgruppeId": "g2",
            "variabelgruppeName": "Mål", "dataFrom": "2001-01-01T00:00:00.000Z",
            "dataTo": "2024-06-01T00:00:00.000Z", "dataType": "3", "versjonStatus": "Active", "versjonId": "v2",
        })
    };
    let mut detail = head("x1", "V_PRV.OPPHOLD.VEKT", "Vekt");
    let text = |label: &str, en: &str| json!({ "no": label, "en": en });
    for (key, value) in [
        ("datasamlingStatistikkType", json!("yearly")),
        ("additionalProperties", newest["additionalProperties"].clone()),
        ("versjoner", json!([older, newest])),
        (
            "kodeverklinker",
            json!([
                { "kodeverkType": "HelsefagligKodeverk", "kodeverkReference": "ICD-10", "displayName": "ICD-10", "harKodeverdier": false },
                { "kodeverkType": "Kildekodeverk", "kodeverkReference": "17", "displayName": null, "harKodeverdier": true },
                { "kodeverkType": "AdministrativtKodeverk", "kodeverkReference": "1101", "displayName": "Ja, nei", "harKodeverdier": true },
            ]),
        ),
        ("statistikker", json!([{ "id": "q", "kodefrekvenser": [] }])),
        (
            "alleVariabelgrupper",
            json!([
                { "id": "g1", "name": "Innkomst", "parentId": null }, { "id": "g2", "name": "Mål", "parentId": "g1" },
            ]),
        ),
        (
            "alleDatasamlinger",
            json!([
                { "id": "d1", "name": "Opphold", "validFrom": "2020-05-19T13:03:22.085Z", "validTo": null },
                { "id": "d2", "name": "Kontroll", "validFrom": "2021-05-19T13:03:22.085Z", "validTo": "2022-01-01T00:00:00.000Z" },
            ]),
        ),
        (
            "instrumenter",
            json!([{ "id": "i1", "code": "EQ-5D", "preferredTerm": "EQ-5D", "additionalProperties": { "NavnEngelsk": "EQ-5D" } }]),
        ),
        (
            "propertyMetadata",
            json!([{
                "key": "Opprinnelse", "displayNameTranslations": text("Opprinnelse", "Origin"), "groupTranslations": {},
                "sortOrder": 1, "type": "SingleSelect", "optionsJson": "[{\"value\":\"1\",\"label\":\"H\\u00F8y\",\"labelEn\":\"High\"}]",
                "options": [{ "value": "1", "displayName": "Høy" }],
            }]),
        ),
    ] {
        detail[key] = value;
    }
    let mut item = head("x2", "V_PRV.OPPHOLD.FNR", "Fødselsnummer");
    item["presentationOrder"] = json!(3);
    item["dataType"] = json!("10");
    item["versjonId"] = json!("v3");
    item["datasamlingId"] = Value::Null;
    item["datasamlingName"] = Value::Null;
    let source = json!({
        "id": "s1", "code": "K_PRV", "preferredTerm": "Prøveregisteret", "kortNavn": "PRV", "beskrivelse": "Et register",
        "kildetype": "sentraltHelseregister", "lovverk": "Helseregisterloven § 11", "dataansvarlig": "Etaten",
        "databehandler": "Drifteren", "gradAvPersonidentifikasjon": null, "gyldigFra": "2001-01-01T00:00:00.000Z",
        "gyldigTil": null, "opprettet": "2020-01-02T03:04:05.678Z", "sistOppdatert": "2021-01-02T03:04:05.000Z",
        "additionalProperties": { "Formaal": "Å prøve" }, "propertyMetadata": [], "datasamlinger": [],
        "delkilder": [{
            "id": "p1", "code": "K_PRV.DEL", "name": "Del", "kortNavn": "", "beskrivelse": null, "presentationOrder": 2,
            "parentDelkildeId": null, "dataansvarlig": null, "databehandler": null, "gradAvPersonidentifikasjon": null,
            "gyldigFra": null, "gyldigTil": null, "effectiveDataansvarlig": "Etaten", "effectiveDatabehandler": "Drifteren",
            "effectiveGradAvPersonidentifikasjon": null, "effectiveGyldigFra": "2001-01-01T00:00:00.000Z",
            "effectiveGyldigTil": null, "effectiveKildetype": "sentraltHelseregister", "additionalProperties": {},
            "datasamlinger": [entry], "children": [],
        }],
        "totalVariables": 12, "dataFrom": "2001-01-01T00:00:00.000Z", "dataTo": null, "nyttFelt": [1, 2],
    });
    vec![
        ("kilde.json", source),
        ("variable.json", detail),
        (
            "variables.json",
            json!({ "items": [item], "totalCount": 18_000, "page": 1, "size": 1, "totalPages": 18_000 }),
        ),
        ("timeline.json", json!([older, newest])),
        (
            "codes.json",
            json!({ "kodeverkType": "Kildekodeverk", "kodeverkReference": "17", "koder": [
            { "verdi": "0", "navn": "Nei", "gyldigFra": "2010-01-01T00:00:00.000Z", "gyldigTil": null },
        ] }),
        ),
    ]
}

fn only(taken: &Taken) -> &DataSource {
    assert_eq!(taken.sources.len(), 1);
    &taken.sources[0]
}

fn variable<'a>(taken: &'a Taken, id: &str) -> &'a Variable {
    let mut all = only(taken).variables();
    all.find(|v| v.details.external.as_ref().is_some_and(|e| e.id == id)).unwrap()
}

#[test]
fn a_small_register_is_understood_and_comes_out_as_it_went_in() {
    let payloads = payloads(&small());
    let taken = taken(&payloads);
    assert_eq!(same_again(&payloads, &taken), 5);
    let source = only(&taken);
    assert!(source.faults().is_empty(), "{:?}", source.faults());
    assert_eq!((source.path.as_str(), source.kind), ("prv", SourceKind::CentralRegister));
    let dataset = source.datasets.iter().find(|d| d.name.nb == "Opphold").unwrap();
    assert_eq!((dataset.path.as_str(), dataset.name.en.as_str()), ("prv/opphold", "Stay"));
    assert_eq!(source.terms_of(dataset).processor.value.as_deref(), Some("Drifteren"));
    let weight = variable(&taken, "x1");
    assert_eq!(weight.path.as_str(), "prv/opphold/opphold_vekt");
    let newest = weight.newest().unwrap();
    assert_eq!((newest.unit.as_deref(), newest.length, newest.name.en.as_str()), (Some("kg"), Some(6), "Weight"));
    assert_eq!(newest.ranges.maximum.high.as_ref().and_then(crate::model::value::Bound::number), Some(700.0));
    assert_eq!((newest.data_type, newest.code_system.as_deref()), (DataType::List, Some("icd10")));
    assert_eq!(newest.codes.len(), 1);
    assert_eq!(weight.versions.len(), 2);
    assert_eq!(weight.details.pins.len(), 2);
    assert_eq!((weight.group.as_deref(), weight.details.groups.len()), (Some("maal"), 1));
    assert_eq!(variable(&taken, "x2").identification, Identification::DirectIdentifier);
    assert_eq!(taken.registry.properties_of(PropertyLevel::Variable).len(), 1);
    assert_eq!(taken.registry.code_system(CodeLinkKind::Administrative, "1101"), Some("Ja, nei"));
}

#[test]
fn the_same_again_changes_nothing_and_a_change_of_ours_shows() {
    let files = small();
    let payloads = payloads(&files);
    let first = taken(&payloads);
    let again = take(&payloads, first.sources.clone(), first.registry.clone(), BTreeSet::new(), "", TODAY).unwrap();
    assert_eq!(again.sources[0].digest(), first.sources[0].digest());
    let mut changed = first.sources[0].clone();
    changed.details.terms.controller = Some("Den nye etaten".to_owned());
    changed.name.nb = "Nytt navn".to_owned();
    let written = Writer::new(&changed, &first.registry, TODAY).source();
    assert_eq!(written["dataansvarlig"], "Den nye etaten");
    assert_eq!(written["preferredTerm"], "Nytt navn");
    assert_eq!(written["delkilder"][0]["effectiveDataansvarlig"], "Den nye etaten");
    assert_eq!(written["nyttFelt"], json!([1, 2]), "what we do not know stays");
    assert_eq!(written["totalVariables"], 12, "we hold two of twelve, and say what the publisher said");
}

#[test]
fn what_cannot_be_taken_names_the_file_and_the_place() {
    let mut payloads = Payloads::default();
    let error = payloads.add("a.json", b"{\n\"x\": }").unwrap_err().to_string();
    assert!(error.starts_with("a.json, line 2: not JSON"), "{error}");
    let error = payloads.add("b.json", b"[{\"hello\": 1}]").unwrap_err().to_string();
    assert!(error.starts_with("b.json/0: not an answer"), "{error}");
    let mut source = small().remove(0).1;
    source["preferredTerm"] = json!("");
    payloads.add("c.json", source.to_string().as_bytes()).unwrap();
    let error = take(&payloads, Vec::new(), Registry::default(), BTreeSet::new(), "", TODAY).unwrap_err();
    assert_eq!(error.to_string(), "c.json: preferredTerm must be a text that is not empty");
    let taken = BTreeSet::from(["prv".parse().unwrap()]);
    let payloads = self::payloads(&small());
    let error = take(&payloads, Vec::new(), Registry::default(), taken.clone(), "", TODAY).unwrap_err();
    assert!(error.to_string().contains("--prefix"), "{error}");
    let moved = take(&payloads, Vec::new(), Registry::default(), taken, "explorer_", TODAY).unwrap();
    assert_eq!(moved.sources[0].path.as_str(), "explorer_prv");
    let orphan = self::payloads(&small()[3..4]);
    let error = take(&orphan, Vec::new(), Registry::default(), BTreeSet::new(), "", TODAY).unwrap_err();
    assert!(error.to_string().contains("a timeline of a variable"), "{error}");
}

#[test]
fn an_id_of_ours_is_a_uuid_that_stays() {
    assert_eq!(own_id("npr/contact"), own_id("npr/contact"));
    assert_ne!(own_id("npr/contact"), own_id("npr/stay"));
    assert_eq!(uuid::Uuid::parse_str(&own_id("npr")).unwrap().get_version_num(), 8);
}

#[test]
fn the_captured_answers_come_out_as_they_went_in() {
    let root = std::env::var_os("VARDE_SHARED_REAL")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real"), PathBuf::from);
    let Ok(entries) = fs::read_dir(root.join("variable-explorer")) else {
        println!("skipped: the explorer's captured answers are not on this machine");
        return;
    };
    let mut payloads = Payloads::default();
    for entry in entries {
        let path = entry.unwrap().path();
        payloads.add(&path.display().to_string(), &fs::read(&path).unwrap()).unwrap();
    }
    let taken = taken(&payloads);
    let compared = same_again(&payloads, &taken);
    let kept: usize = taken.sources.iter().map(kept).sum();
    println!("{compared} payloads equal; {kept} places kept");
    assert_eq!(compared, 3 + 2 + 1 + 1 + 1 + 1 + 1 + 2);
    for source in &taken.sources {
        assert!(source.faults().is_empty(), "{:?}", source.faults());
        assert_eq!(serde_json::from_value::<DataSource>(serde_json::to_value(source).unwrap()).unwrap(), *source);
    }
    // The facets are counts of a catalogue that was not captured; their names are all in the registry.
    let filters = &payloads.filters[0].value;
    assert_eq!(taken.registry.instruments.len(), filters["instrumenter"].as_array().unwrap().len());
    let lists = filters["administrativtKodeverk"].as_array().unwrap().len();
    let clinical = filters["helsefagligKodeverk"].as_array().unwrap().len();
    assert_eq!(taken.registry.code_systems.len(), lists + clinical);
    assert_eq!(taken.registry.properties.len(), 33 + 18 + 72, "as many as the payloads define");
}

fn kept(source: &DataSource) -> usize {
    let own = source.details.external.iter();
    let datasets = source.datasets.iter().filter_map(|d| d.details.external.as_ref());
    let variables = source.variables().filter_map(|v| v.details.external.as_ref());
    own.chain(datasets).chain(variables).flat_map(|e| e.kept.values()).map(Vec::len).sum()
}
