//! What is written is read back by an independent reader, value for value.

use std::{io::Cursor, sync::Arc};

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use dta::stata::{
    dta::{
        dta_reader::DtaReader, long_string_table::LongStringTable, value::Value, value_label_table::ValueLabelTable,
        variable_type::VariableType,
    },
    stata_byte::StataByte,
    stata_double::StataDouble,
    stata_long::StataLong,
};
use proptest::prelude::*;
use varde_core::LocalisedText;

use super::*;
use crate::{CodeLabel, Kind, delivery::Told};

fn told(name: &str, kind: Kind, label: &str, codes: &[&str]) -> Told {
    let text = |text: &str| LocalisedText::new(text, text, format!("{text} (en)"));
    Told {
        name: name.to_owned(),
        variable: Some(format!("npr/contact/{name}").parse().unwrap()),
        kind,
        data_type: kind.arrow(),
        granularity: None,
        label: text(label),
        unit: None,
        codes: codes.iter().map(|c| CodeLabel { code: (*c).to_owned(), label: text(&format!("Kode {c}")) }).collect(),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Missing,
    Number(f64),
    Text(String),
}

struct Read {
    names: Vec<String>,
    labels: Vec<String>,
    formats: Vec<String>,
    types: Vec<VariableType>,
    rows: Vec<Vec<Cell>>,
    sets: Vec<(String, Vec<(i32, String)>)>,
}

fn number(value: Option<f64>) -> Cell {
    value.map_or(Cell::Missing, Cell::Number)
}

fn cell(value: &Value<'_>, long: &LongStringTable) -> Cell {
    match value {
        Value::Byte(StataByte::Present(v)) => number(Some(f64::from(*v))),
        Value::Long(StataLong::Present(v)) => number(Some(f64::from(*v))),
        Value::Double(StataDouble::Present(v)) => number(Some(*v)),
        Value::String(text) => Cell::Text(text.clone().into_owned()),
        Value::LongStringRef(place) => {
            // With the zero at its end; `data_str` would stop at the first one within.
            let text = long.get(place).map(|l| String::from_utf8(l.data().to_vec()).unwrap()).unwrap_or_default();
            Cell::Text(text.strip_suffix('\0').unwrap_or(&text).to_owned())
        }
        _ => Cell::Missing,
    }
}

fn read(bytes: &[u8]) -> Read {
    let open = || {
        let mut reader = DtaReader::new().from_reader(Cursor::new(bytes)).read_header().unwrap().read_schema().unwrap();
        reader.skip_to_end().unwrap();
        reader.into_record_reader().unwrap()
    };
    let mut long = LongStringTable::for_reading();
    let mut skipping = open();
    skipping.skip_to_end().unwrap();
    let mut texts = skipping.into_long_string_reader().unwrap();
    texts.read_remaining_into(&mut long).unwrap();
    let mut labels = texts.into_value_label_reader().unwrap();
    let mut table = ValueLabelTable::new();
    labels.read_remaining_into(&mut table).unwrap();
    let mut records = open();
    let variables = records.schema().variables().to_vec();
    let mut rows = Vec::new();
    while let Some(record) = records.read_record().unwrap() {
        rows.push(record.values().iter().map(|value| cell(value, &long)).collect());
    }
    assert_eq!(records.header().observation_count(), rows.len() as u64);
    let mut sets: Vec<(String, Vec<(i32, String)>)> = table
        .iter()
        .map(|set| (set.name().to_owned(), set.entries().iter().map(|e| (e.value(), e.label().to_owned())).collect()))
        .collect();
    sets.sort();
    let of =
        |what: fn(&dta::stata::dta::variable::Variable) -> &str| variables.iter().map(|v| what(v).to_owned()).collect();
    Read {
        names: of(|v| v.name()),
        labels: of(|v| v.label()),
        formats: of(|v| v.format()),
        types: variables.iter().map(|v| v.variable_type()).collect(),
        rows,
        sets,
    }
}

fn written(columns: Vec<Told>, batches: &[RecordBatch]) -> Vec<u8> {
    let table = Table { dataset: "npr/contact".parse().unwrap(), columns };
    let again = || -> Result<super::super::Batches, EngineError> {
        let owned = batches.to_vec();
        Ok(Box::new(owned.into_iter().map(Ok)))
    };
    let mut out = Vec::new();
    write(&mut out, &table, Language::Nb, &again).unwrap();
    out
}

fn batch(columns: &[Told], arrays: Vec<ArrayRef>) -> RecordBatch {
    let table = Table { dataset: "npr/contact".parse().unwrap(), columns: columns.to_vec() };
    RecordBatch::try_new(table.arrow(Language::Nb), arrays).unwrap()
}

type Row = (Option<String>, Option<i64>, Option<f64>, Option<bool>, Option<i32>, Option<i64>, Option<u8>);

fn row() -> impl Strategy<Value = Row> {
    let text = prop_oneof![8 => "[ -~æøåÆØÅ€😀]{0,12}", 1 => "[a-zæ]{2040,2050}", 1 => "a\0b"];
    let whole = prop_oneof![6 => -100_i64..100, 1 => any::<i64>(), 1 => Just(2_147_483_621_i64)];
    (
        prop::option::of(text),
        prop::option::of(whole),
        prop::option::of(any::<f64>()),
        prop::option::of(any::<bool>()),
        prop::option::of(-800_000..3_000_000),
        // Whole milliseconds in the years 1800 to 2200.
        prop::option::of((-5_364_662_400_000_i64..7_258_118_400_000).prop_map(|ms| ms * 1000)),
        prop::option::of(1_u8..4),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn an_independent_reader_gives_back_every_value(rows in prop::collection::vec(row(), 1..25), at in 0_usize..25) {
        let columns = vec![
            told("text", Kind::Text, "Tekst", &[]),
            told("whole", Kind::Integer, "Heltall", &[]),
            told("decimal", Kind::Decimal, "Desimaltall", &[]),
            told("truth", Kind::Boolean, "Ja eller nei", &[]),
            told("day", Kind::Date, "Dato", &[]),
            told("moment", Kind::Moment, "Tid", &[]),
            told("sex", Kind::Code, "Kjønn", &["1", "2", "3"]),
        ];
        let arrays = |rows: &[Row]| -> Vec<ArrayRef> {
            vec![
                Arc::new(rows.iter().map(|r| r.0.clone()).collect::<StringArray>()),
                Arc::new(rows.iter().map(|r| r.1).collect::<Int64Array>()),
                Arc::new(rows.iter().map(|r| r.2).collect::<Float64Array>()),
                Arc::new(rows.iter().map(|r| r.3).collect::<BooleanArray>()),
                Arc::new(rows.iter().map(|r| r.4).collect::<Date32Array>()),
                Arc::new(rows.iter().map(|r| r.5).collect::<TimestampMicrosecondArray>()),
                Arc::new(rows.iter().map(|r| r.6.map(|code| code.to_string())).collect::<StringArray>()),
            ]
        };
        let (first, second) = rows.split_at(at.min(rows.len()));
        let bytes = written(columns.clone(), &[batch(&columns, arrays(first)), batch(&columns, arrays(second))]);
        let whole = written(columns.clone(), &[batch(&columns, arrays(&rows))]);
        prop_assert!(bytes == whole, "the same rows give the same bytes, however they come");
        let read = read(&bytes);
        prop_assert_eq!(read.rows.len(), rows.len());
        let is_text = matches!(read.types[1], VariableType::FixedString(_));
        prop_assert_eq!(is_text, rows.iter().filter_map(|r| r.1).any(|v| v.abs_diff(0) > 1 << 53));
        for (cells, row) in read.rows.iter().zip(&rows) {
            prop_assert_eq!(&cells[0], &Cell::Text(row.0.clone().unwrap_or_default()));
            let expected = match (row.1, is_text) {
                (value, true) => Cell::Text(value.map(|v| v.to_string()).unwrap_or_default()),
                (value, false) => number(value.map(|v| v as f64)),
            };
            prop_assert_eq!(&cells[1], &expected);
            let held = row.2.filter(|v| v.is_finite() && v.abs() < MISSING_DOUBLE);
            prop_assert_eq!(&cells[2], &number(held));
            prop_assert_eq!(&cells[3], &number(row.3.map(|v| f64::from(u8::from(v)))));
            prop_assert_eq!(&cells[4], &number(row.4.map(|v| f64::from(v + DAYS))));
            prop_assert_eq!(&cells[5], &number(row.5.map(|v| (v / 1000) as f64 + 315_619_200_000.0)));
            prop_assert_eq!(&cells[6], &number(row.6.map(f64::from)));
        }
    }
}

#[test]
fn names_labels_and_formats_are_those_of_the_codebook() {
    let long = "Hvor lenge pasienten var innlagt, i hele døgn, regnet fra første innleggelse på sykehuset til siste utskriving";
    let columns = vec![
        told("if", Kind::Integer, long, &[]),
        told("county", Kind::Code, "Fylke", &["03", "11"]),
        told("sex", Kind::Code, "Kjønn", &["2", "1", "-9"]),
        told("dead", Kind::Boolean, "Død", &[]),
        told("day", Kind::Date, "Dag", &[]),
        told("moment", Kind::Moment, "Tid", &[]),
    ];
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![1])),
        Arc::new(StringArray::from(vec!["03"])),
        Arc::new(StringArray::from(vec!["2"])),
        Arc::new(BooleanArray::from(vec![true])),
        Arc::new(Date32Array::from(vec![0])),
        Arc::new(TimestampMicrosecondArray::from(vec![0])),
    ];
    let read = read(&written(columns.clone(), &[batch(&columns, arrays)]));
    assert_eq!(read.names, ["v_if", "county", "sex", "dead", "day", "moment"]);
    assert_eq!(read.labels[0].chars().count(), 80);
    assert!(long.starts_with(read.labels[0].trim_end_matches('…')) && read.labels[0].ends_with('…'));
    assert_eq!(read.labels[1..], ["Fylke", "Kjønn", "Død", "Dag", "Tid"]);
    assert_eq!(read.formats, ["%12.0g", "%9s", "%12.0g", "%8.0g", "%td", "%tc"]);
    // A code list with zeros in front stays text; the other is a labelled number.
    assert_eq!(read.types[1], VariableType::FixedString(2));
    let sex = vec![(-9, "Kode -9".to_owned()), (1, "Kode 1".to_owned()), (2, "Kode 2".to_owned())];
    let dead = vec![(0, "Nei".to_owned()), (1, "Ja".to_owned())];
    assert_eq!(read.sets, [("dead".to_owned(), dead), ("sex".to_owned(), sex)]);
    assert_eq!(read.rows[0][4..], [Cell::Number(3653.0), Cell::Number(315_619_200_000.0)]);
}

#[test]
fn a_code_outside_its_list_makes_the_column_text_and_no_rows_are_a_file_too() {
    let columns = vec![told("sex", Kind::Code, "Kjønn", &["1", "2"])];
    let codes = |codes: Vec<&str>| -> Vec<ArrayRef> { vec![Arc::new(StringArray::from(codes))] };
    let odd = read(&written(columns.clone(), &[batch(&columns, codes(vec!["1", "01"]))]));
    assert_eq!((odd.types[0], odd.sets.len()), (VariableType::FixedString(2), 0));
    assert_eq!(odd.rows, [[Cell::Text("1".to_owned())], [Cell::Text("01".to_owned())]]);
    let none = read(&written(columns.clone(), &[batch(&columns, codes(vec![]))]));
    assert_eq!((none.rows.len(), none.sets.len()), (0, 1));
}
