//! The terms of ICPC-2B with the ICD-10 code that each has: one file, which gives a code system and
//! a map. Columns: `ICPC2B_ICD10_Kode;ICPC2_Kode;ICPC2B_tekst;icpc2_Kap;icpc2_type;ICPC2B_kode`.

use std::collections::{BTreeMap, BTreeSet};

use csv::{ReaderBuilder, StringRecord};

use super::{Body, Described, Format, ImportFault, Incoming, Parcel, Remark, dated, system};
use crate::{
    CodeSystem, Concept, ConceptMap, Decided, Key, Mapping, Property, PropertyDefinition, Relation, Subject, Target,
    Wording, map::System,
};

/// The canonical address of ICD-10 in Norway (HL7 Norway: code list 7110).
pub(crate) const ICD10: &str = "http://helsedir.no/fhir/CodeSystem/no-kodeverk-7110";

const COLUMNS: [&str; 6] =
    ["ICPC2B_ICD10_Kode", "ICPC2_Kode", "ICPC2B_tekst", "icpc2_Kap", "icpc2_type", "ICPC2B_kode"];

struct Row {
    icd10: String,
    rubric: String,
    text: String,
    chapter: String,
    component: String,
    term: String,
}

pub(super) fn read(text: &str, described: &Described, known: Option<&CodeSystem>) -> Result<Parcel, ImportFault> {
    let rows = rows(text)?;
    let described = Described {
        key: described.key.clone().or_else(|| "icpc2b".parse().ok()),
        title: if described.title.is_empty() { Wording::nb("ICPC-2B") } else { described.title.clone() },
        ..described.clone()
    };
    let mut code_system = system(&described, known)?;
    for (code, description) in [("chapter", "Kapittel"), ("component", "Komponent")] {
        if code_system.properties.iter().all(|p| p.code != code) {
            code_system.properties.push(PropertyDefinition {
                code: code.to_owned(),
                uri: None,
                description: Some(description.to_owned()),
                kind: "string".to_owned(),
            });
        }
    }
    let (version, valid) = dated(&described, None, None)?;
    let (concepts, remarks) = concepts(&rows);
    let map = map(&code_system)?;
    let mappings = mappings(&rows, &code_system.url);
    let edition = |subject, body| Incoming { subject, version: version.clone(), valid, body, origin: Format::Icpc2b };
    let editions = vec![
        edition(Subject::CodeSystem(code_system), Body::Concepts(concepts)),
        edition(Subject::ConceptMap(map), Body::Mappings(mappings)),
    ];
    Ok(Parcel { editions, remarks })
}

fn rows(text: &str) -> Result<Vec<Row>, ImportFault> {
    let mut reader = ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let line_of = |error: &csv::Error| error.position().map_or(1, csv::Position::line);
    let heading = reader.headers().map_err(|error| ImportFault::CsvRow { line: line_of(&error) })?.clone();
    let place = |name: &str| heading.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
    let mut places = [0; 6];
    for (slot, name) in places.iter_mut().zip(COLUMNS) {
        *slot = place(name).ok_or_else(|| ImportFault::CsvMissing(name.to_owned()))?;
    }
    let row = |record: Result<StringRecord, csv::Error>| {
        let record = record.map_err(|error| ImportFault::CsvRow { line: line_of(&error) })?;
        let cell = |at: usize| record.get(places[at]).unwrap_or_default().trim().to_owned();
        Ok(Row { icd10: cell(0), rubric: cell(1), text: cell(2), chapter: cell(3), component: cell(4), term: cell(5) })
    };
    reader.records().map(row).collect()
}

/// The terms, each below its rubric. The file has no texts of rubrics: a rubric is called what its
/// first term (number 0000) is called, which is the rubric's own title, and may not be chosen.
fn concepts(rows: &[Row]) -> (Vec<Concept>, Vec<Remark>) {
    let mut titles: BTreeMap<&str, &Row> = BTreeMap::new();
    for row in rows {
        let title = titles.entry(&row.rubric).or_insert(row);
        if row.term < title.term {
            *title = row;
        }
    }
    let guessed = titles.iter().filter(|(rubric, row)| row.term != format!("{rubric}0000")).count();
    let remarks = (guessed > 0).then_some(Remark::RubricsWithoutTitle(guessed)).into_iter().collect();
    let rubrics = titles.values().map(|row| Concept {
        selectable: false,
        properties: properties(row),
        ..Concept::new(&row.rubric, Wording::nb(&row.text))
    });
    let terms = rows.iter().map(|row| Concept {
        parents: vec![row.rubric.clone()],
        properties: properties(row),
        ..Concept::new(&row.term, Wording::nb(&row.text))
    });
    (rubrics.chain(terms).collect(), remarks)
}

fn properties(row: &Row) -> Vec<Property> {
    let all = [("chapter", &row.chapter), ("component", &row.component)];
    all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(code, value)| Property::text(code, value)).collect()
}

fn map(system: &CodeSystem) -> Result<ConceptMap, ImportFault> {
    let key: Key = format!("{}-icd10", system.key).parse().map_err(|_| ImportFault::LongKey)?;
    let title = format!("{} → ICD-10", system.title.get("nb"));
    let mut map = ConceptMap::new(key, format!("{}/icd10", system.url), Wording::nb(title));
    map.owner = system.owner;
    map.publisher.clone_from(&system.publisher);
    map.copyright.clone_from(&system.copyright);
    if !system.publisher.is_empty() {
        map.decided = Some(Decided { by: system.publisher.clone(), on: None, why: String::new() });
    }
    Ok(map)
}

/// What the terms lead to. The file says which code, not how it stands to the term: more than «they
/// have to do with each other» is not known.
fn mappings(rows: &[Row], source: &str) -> Vec<Mapping> {
    let mut seen = BTreeSet::new();
    let mapped = rows.iter().filter(|row| seen.insert(&row.term));
    let target = |row: &Row| Target {
        system: System::any(ICD10),
        code: row.icd10.clone(),
        display: String::new(),
        relation: Relation::Related,
        comment: String::new(),
        decided: None,
        other: serde_json::Map::new(),
    };
    let mapping = |row: &Row| Mapping {
        source: System::any(source),
        code: row.term.clone(),
        display: row.text.clone(),
        targets: (!row.icd10.is_empty()).then(|| target(row)).into_iter().collect(),
    };
    mapped.map(mapping).collect()
}
