//! The codebook: `codebook.csv` (a row for each column), `values.csv` (a row for each code) and
//! `codebook.json`, which says the same as CSV on the Web metadata (W3C, Metadata Vocabulary for Tabular
//! Data), so that programs can use it.

use std::path::Path;

use csv::Writer;
use serde_json::{Map, Value, json};
use varde_core::{Language, LocalisedText};
use varde_permit::{Format, PinnedRelease};

use super::{Table, Told, stata};
use crate::{EngineError, Kind, schema::PSEUDONYM};

/// The codebook's files.
pub const COLUMNS: &str = "codebook.csv";
/// The codes and what they mean.
pub const VALUES: &str = "values.csv";
/// The same for programs.
pub const JSON: &str = "codebook.json";

const HEADING: [&str; 13] = [
    "table",
    "column",
    "variable",
    "type",
    "granularity",
    "unit",
    "label_nb",
    "label_nn",
    "label_en",
    "missing",
    "stata_name",
    "release",
    "release_sha256",
];

/// `codebook.csv`. Tables without a release in `releases` are invented ones.
///
/// # Errors
/// Never for text; the writer's own.
pub fn columns(tables: &[Table], releases: &[PinnedRelease]) -> Result<Vec<u8>, EngineError> {
    let rows = tables.iter().flat_map(|table| {
        let release = releases.iter().find(|release| release.dataset == table.dataset);
        let names = stata::names(table.columns.iter().map(|c| c.name.as_str()));
        table.columns.iter().zip(names).map(move |(column, stata_name)| {
            let variable = column.variable.as_ref().map(ToString::to_string).unwrap_or_default();
            vec![
                table.stem(),
                column.name.clone(),
                variable,
                column.kind.name().to_owned(),
                column.granularity(),
                column.unit.clone().unwrap_or_default(),
                column.label.get(Language::Nb).to_owned(),
                column.label.get(Language::Nn).to_owned(),
                column.label.get(Language::En).to_owned(),
                // How a missing value is written in CSV: as nothing. The other formats have a mark of their own.
                String::new(),
                stata_name,
                release.map(|r| r.release.to_string()).unwrap_or_default(),
                release.map(|r| r.digest.to_string()).unwrap_or_default(),
            ]
        })
    });
    written(COLUMNS, &HEADING, rows)
}

/// `values.csv`: the codes of closed lists, in the order of the list.
///
/// # Errors
/// Never for text; the writer's own.
pub fn values(tables: &[Table]) -> Result<Vec<u8>, EngineError> {
    let heading = ["table", "column", "variable", "code", "label_nb", "label_nn", "label_en"];
    let rows = tables.iter().flat_map(|table| {
        table.columns.iter().flat_map(move |column| {
            column.codes.iter().map(move |code| {
                let label = |language| code.label.get(language).to_owned();
                let variable = column.variable.as_ref().map(ToString::to_string).unwrap_or_default();
                let labels = [label(Language::Nb), label(Language::Nn), label(Language::En)];
                [vec![table.stem(), column.name.clone(), variable, code.code.clone()], labels.to_vec()].concat()
            })
        })
    });
    written(VALUES, &heading, rows)
}

/// `codebook.json`: a table group of CSV on the Web. Properties that it has no word for are schema.org's:
/// the catalogue's path, the unit, the granularity, and the codes with their labels.
pub fn json(tables: &[Table], releases: &[PinnedRelease], title: &str) -> Vec<u8> {
    let table = |table: &Table| {
        let release = releases.iter().find(|release| release.dataset == table.dataset);
        let mut told = Map::new();
        told.insert("url".to_owned(), table.file(Format::Csv).into());
        told.insert("schema:identifier".to_owned(), table.dataset.as_str().into());
        if let Some(release) = release {
            let source = json!({ "@id": format!("urn:uuid:{}", release.release), "schema:sha256": release.digest });
            told.insert("schema:isBasedOn".to_owned(), source);
        }
        let columns: Vec<Value> = table.columns.iter().map(column).collect();
        told.insert("tableSchema".to_owned(), json!({ "columns": columns }));
        Value::Object(told)
    };
    let group = json!({
        "@context": "http://www.w3.org/ns/csvw",
        "dc:title": title,
        "dialect": { "encoding": "utf-8", "lineTerminators": ["\r\n"], "header": true },
        "tables": tables.iter().map(table).collect::<Vec<_>>(),
    });
    let mut bytes = serde_json::to_vec_pretty(&group).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn column(column: &Told) -> Value {
    let mut told = Map::new();
    let mut tell = |key: &str, value: Value| told.insert(key.to_owned(), value);
    tell("name", column.name.clone().into());
    // Titles are what the heading of the file says; labels are descriptions.
    tell("titles", column.name.clone().into());
    tell("dc:description", texts(&column.label));
    tell("datatype", datatype(column.kind).into());
    tell("null", "".into());
    tell("required", (column.name == PSEUDONYM).into());
    if let Some(variable) = &column.variable {
        tell("schema:propertyID", variable.to_string().into());
        tell("schema:measurementTechnique", column.granularity().into());
    }
    if let Some(unit) = &column.unit {
        tell("schema:unitText", unit.clone().into());
    }
    if !column.codes.is_empty() {
        let codes =
            column.codes.iter().map(|code| json!({ "schema:value": code.code, "schema:name": texts(&code.label) }));
        tell("schema:valueReference", codes.collect::<Vec<_>>().into());
    }
    Value::Object(told)
}

fn texts(label: &LocalisedText) -> Value {
    let languages = Language::ALL.into_iter().filter(|language| label.language_used(*language) == *language);
    languages.map(|l| json!({ "@value": label.get(l), "@language": l.tag() })).collect::<Vec<_>>().into()
}

/// The built-in datatype of CSV on the Web.
const fn datatype(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "integer",
        Kind::Decimal => "double",
        Kind::Boolean => "boolean",
        Kind::Date => "date",
        Kind::Moment => "dateTime",
        Kind::Text | Kind::Code => "string",
    }
}

fn written(name: &str, heading: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, EngineError> {
    let failed = |e: csv::Error| EngineError::file(Path::new(name), e.into());
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record(heading).map_err(failed)?;
    for row in rows {
        writer.write_record(row).map_err(failed)?;
    }
    writer.into_inner().map_err(|e| EngineError::file(Path::new(name), e.into_error()))
}
