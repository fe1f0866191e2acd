//! Makes a delivery with every kind of column in every format, for others' programs to read:
//! `web/tests/readers`. `cargo run --package varde-engine --example delivery -- FOLDER`

use std::{error::Error, fs, path::Path, sync::Arc};

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    UInt32Array,
};
use serde_json::json;
use varde_core::{LocalisedText, PersonId, ReleaseId};
use varde_engine::{
    CodeLabel, Column, Exclusions, Kind, Release, Schema,
    cohort::Facts,
    extract::{self, Order},
    pseudonym::ProjectKey,
    release::SortingWriter,
};
use varde_permit::ExtractSpec;

/// Rows of the dataset, of so many people.
const ROWS: u32 = 400;
const PEOPLE: u32 = 60;
/// The column, its kind, whether in which granularity too, and the values of its list.
const COLUMNS: [(&str, Kind, &str, &[&str]); 14] = [
    ("sex", Kind::Code, "Kjønn", &["1", "2", "9"]),
    ("county", Kind::Code, "Fylke", &["03", "11", "50"]),
    ("condition", Kind::Code, "Tilstand, «hoved»", &[]),
    ("note", Kind::Text, "Merknad med æøå", &[]),
    ("report", Kind::Text, "Lang tekst", &[]),
    ("visits", Kind::Integer, "Antall besøk", &[]),
    ("device", Kind::Integer, "Nummer på utstyr", &[]),
    ("weight", Kind::Decimal, "Vekt", &[]),
    ("dead", Kind::Boolean, "Død", &[]),
    ("in_date", Kind::Date, "Dato for innleggelse", &[]),
    ("in_time", Kind::Moment, "Tid for innleggelse", &[]),
    ("born", Kind::Date, "Fødselsår", &[]),
    ("age", Kind::Integer, "Alder", &[]),
    (
        "number_of_days_since_the_first_contact",
        Kind::Date,
        "Antall dager fra første kontakt med spesialisthelsetjenesten til denne kontakten, regnet i hele døgn",
        &[],
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("say where: delivery FOLDER")?;
    let folder = Path::new(&folder);
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder.parent().unwrap_or(Path::new(".")))?;
    let place = folder.with_added_extension("release");
    let schema = schema()?;
    let mut writer = SortingWriter::create(&place, &schema, id(1), 1 << 20)?;
    writer.push(RecordBatch::try_new(schema.arrow(), columns())?)?;
    let written = writer.finish()?;
    let release = Release::open_verified(&place, written.file.digest)?;
    let spec = specification(&written.file.digest.to_string())?;
    deliver(&spec, &[release], folder)?;
    fs::remove_file(place)?;
    Ok(())
}

fn deliver(spec: &ExtractSpec, releases: &[Release], folder: &Path) -> Result<(), Box<dyn Error>> {
    let (exclusions, facts) = (Exclusions::default(), Facts::default());
    let key = ProjectKey::new(&[7; 32]);
    let selection = extract::select(spec, releases, &exclusions, &facts, &key)?;
    let ids: Vec<PersonId> = selection.concerned().iter().map(|person| PersonId::from_uuid(uuid(person))).collect();
    let title = "Hjertesvikt & «ettervern»";
    let order = Order {
        spec,
        releases,
        exclusions: &exclusions,
        selection: &selection,
        ids: &ids,
        key: &key,
        title,
        memory: 1 << 24,
        previous: None,
    };
    extract::deliver(&order, folder, &mut extract::silent)?;
    Ok(())
}

fn schema() -> Result<Schema, Box<dyn Error>> {
    let text = |text: &str| LocalisedText::new(text, format!("{text} (nn)"), format!("{text} (en)"));
    let column = |(name, kind, label, codes): (&str, Kind, &str, &[&str])| {
        let code = |code: &&str| CodeLabel { code: (*code).to_owned(), label: text(&format!("Kode {code}: å")) };
        Column {
            unit: (name == "weight").then(|| "kg".to_owned()),
            codes: codes.iter().map(code).collect(),
            ..Column::new(name, kind).labelled(text(label))
        }
    };
    let dataset = "demo/all_kinds".parse()?;
    Ok(Schema { dataset, event_date: Some("in_date".to_owned()), columns: COLUMNS.into_iter().map(column).collect() })
}

/// As sealed documents are read: what has a default need not be said.
fn specification(digest: &str) -> Result<ExtractSpec, Box<dyn Error>> {
    let granularity = |name: &str| match name {
        "born" => json!("year"),
        "age" => json!({ "band": 10 }),
        "number_of_days_since_the_first_contact" => json!("relative_days"),
        _ => json!("as_is"),
    };
    let variables = COLUMNS
        .map(|(name, ..)| json!({ "variable": format!("demo/all_kinds/{name}"), "granularity": granularity(name) }));
    Ok(serde_json::from_value(json!({
        "extract": uuid(1), "permit": uuid(2), "permit_digest": digest, "rule_set": "norway",
        "preferences_at": "2026-11-23T10:00:00Z",
        "releases": [{ "dataset": "demo/all_kinds", "release": uuid(1), "digest": digest }],
        "cohort": "everyone", "variables": variables, "period": { "from": "1900-01-01", "until": "2030-12-31" },
        "minimum_group": 1, "key": "key",
        "handover": { "formats": ["parquet", "csv", "arrow", "stata"], "language": "nb" },
    }))?)
}

fn id(number: u32) -> ReleaseId {
    ReleaseId::from_uuid(uuid(number))
}

fn uuid(number: u32) -> uuid::Uuid {
    uuid::Uuid::from_u128(u128::from(number) + 1)
}

/// Every tenth value is missing, in each column at other rows.
fn columns() -> Vec<ArrayRef> {
    fn of<T>(salt: u32, value: impl Fn(u32) -> T) -> impl Iterator<Item = Option<T>> {
        (0..ROWS).map(move |row| (row * 7 + salt).checked_rem(10).filter(|r| *r > 0).map(|_| value(row)))
    }
    let one_of = |list: &'static [&'static str]| move |row: u32| list[row as usize % list.len()];
    let day = |row: u32| -25_000 + i32::try_from(row * 113).unwrap_or(0);
    vec![
        Arc::new(UInt32Array::from_iter_values((0..ROWS).map(|row| row % PEOPLE))),
        Arc::new(of(1, one_of(&["1", "2", "9"])).collect::<StringArray>()),
        Arc::new(of(2, one_of(&["03", "11", "50"])).collect::<StringArray>()),
        Arc::new(of(3, one_of(&["I50", "0001", "Æ99"])).collect::<StringArray>()),
        Arc::new(
            of(4, one_of(&["ærlig", "sa \"ja\", og\r\ngikk", "", " blank ", "NA", "😀"])).collect::<StringArray>(),
        ),
        Arc::new(of(5, |row| "å".repeat(if row % 50 == 0 { 1500 } else { 2 })).collect::<StringArray>()),
        Arc::new(of(6, |row| i64::from(row) - 200).collect::<Int64Array>()),
        Arc::new(of(7, |row| 9_007_199_254_740_000 + i64::from(row)).collect::<Int64Array>()),
        Arc::new(of(8, |row| f64::from(row) / 7.0).collect::<Float64Array>()),
        Arc::new(of(9, |row| row % 3 == 0).collect::<BooleanArray>()),
        // Rows without their own date are in no period: everybody has one.
        Arc::new((0..ROWS).map(|row| Some(day(row))).collect::<Date32Array>()),
        Arc::new(
            of(11, |row| i64::from(day(row)) * 86_400_000_000 + i64::from(row) * 1_234_567_000)
                .collect::<TimestampMicrosecondArray>(),
        ),
        Arc::new(of(12, day).collect::<Date32Array>()),
        Arc::new(of(13, |row| i64::from(row % 100)).collect::<Int64Array>()),
        Arc::new(of(14, day).collect::<Date32Array>()),
    ]
}
