//! A scan against the plain reading of everything with a filter above it: whatever it leaves undecoded,
//! no row is lost, none is added, and none changes.

use std::{fs::File, path::Path, sync::Arc};

use datafusion::{
    arrow::{
        array::{
            Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
            TimestampMicrosecondArray, UInt32Array,
        },
        compute::{concat_batches, filter_record_batch},
        datatypes::{Date32Type, UInt32Type},
    },
    parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
};
use jiff::civil::date;
use proptest::prelude::*;
use roaring::RoaringBitmap;
use varde_core::{Period, ReleaseId};
use varde_engine::{
    Column, Exclusions, Kind, Release, Scan, Schema, Writer,
    release::{day, day_number},
};
use varde_permit::Exclusion;

use crate::world::{path, uuid};

fn schema() -> Schema {
    let column = |name: &str, kind| Column::new(name, kind);
    Schema {
        dataset: path("npr/contact"),
        event_date: Some("in_date".to_owned()),
        columns: vec![
            column("in_date", Kind::Date),
            column("condition", Kind::Code),
            column("episode", Kind::Integer),
            column("weight", Kind::Decimal),
            column("urgent", Kind::Boolean),
            column("seen", Kind::Moment),
            column("note", Kind::Text),
            column("nothing", Kind::Code),
        ],
    }
}

/// Numbers that look random and are the same every time.
fn mixed(value: u64) -> u64 {
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

/// Rows with everything that a column can have: few and many values, runs of the same, none at all, missing
/// ones in some pages and in others not; people with one row and with thousands, and gaps between them.
fn rows(total: usize, seed: u64) -> RecordBatch {
    let random = |column: u64, row: usize| mixed(seed ^ column << 40 ^ row as u64);
    let mut person = 0_u32;
    let persons = (0..total).map(|row| {
        let long = (30_000..52_000).contains(&row);
        if row > 0 && random(1, row) % if long { 15_000 } else { 4 } == 0 {
            person += 1 + (random(2, row) % 40 == 0) as u32 * 700;
        }
        person
    });
    let start = day_number(date(2015, 1, 1));
    let some = |column: u64, row: usize, of: u64| !random(column + 100, row).is_multiple_of(of);
    let codes = ["I500", "I501", "C349", "J18", "00123", "I5", "Å"];
    let dates = (0..total).map(|row| some(3, row, 50).then(|| start + (random(3, row) % 3_650) as i32));
    let conditions = (0..total).map(|row| {
        let run = if row < 60_000 { row / 700 } else { row };
        (row < 25_000 || some(4, row, 7)).then(|| codes[(random(4, run) % 7) as usize])
    });
    let columns: Vec<ArrayRef> = vec![
        Arc::new(UInt32Array::from_iter_values(persons)),
        Arc::new(dates.collect::<Date32Array>()),
        Arc::new(conditions.collect::<StringArray>()),
        Arc::new(Int64Array::from_iter_values((0..total).map(|row| row as i64 * 3))),
        Arc::new((0..total).map(|r| some(6, r, 9).then(|| (random(6, r) % 90) as f64 / 2.0)).collect::<Float64Array>()),
        Arc::new((0..total).map(|row| some(7, row, 3).then(|| random(7, row) % 2 == 0)).collect::<BooleanArray>()),
        Arc::new(
            (0..total)
                .map(|row| some(8, row, 4).then(|| (random(8, row) % 2_000) as i64))
                .collect::<TimestampMicrosecondArray>(),
        ),
        Arc::new(StringArray::from_iter_values((0..total).map(|row| format!("note {}", random(9, row))))),
        Arc::new(StringArray::from(vec![None::<&str>; total])),
    ];
    RecordBatch::try_new(schema().arrow(), columns).unwrap()
}

fn written(place: &Path, rows: &RecordBatch) -> Release {
    let mut writer = Writer::create(place, &schema(), ReleaseId::from_uuid(uuid(1))).unwrap();
    writer.push(rows.clone()).unwrap();
    let written = writer.finish().unwrap();
    Release::open_verified(place, written.file.digest).unwrap()
}

/// What is asked.
#[derive(Debug, Clone)]
struct Question {
    people: Option<RoaringBitmap>,
    excluded: RoaringBitmap,
    period: Option<(i32, i32)>,
    columns: Vec<String>,
}

fn people() -> impl Strategy<Value = RoaringBitmap> {
    let few = prop::collection::btree_set(0_u32..60_000, 0..30).prop_map(|some| some.into_iter().collect());
    let many = (1_u32..60, 0_u32..50_000).prop_map(|(step, from)| (from..60_000).step_by(step as usize).collect());
    prop_oneof![few, many]
}

fn question() -> impl Strategy<Value = Question> {
    let start = day_number(date(2014, 12, 1));
    let period = (0_i32..3_700, 0_i32..3_700).prop_map(move |(from, days)| (start + from, start + from + days));
    let names: Vec<String> = schema().columns.into_iter().map(|column| column.name).collect();
    let columns = prop::sample::subsequence(names, 0..=8);
    (prop::option::of(people()), people(), prop::option::of(period), columns)
        .prop_map(|(people, excluded, period, columns)| Question { people, excluded, period, columns })
}

/// Everything is read, and what is not asked for is thrown away.
fn plainly(place: &Path, question: &Question) -> RecordBatch {
    let file = File::open(place).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    let all = concat_batches(&schema().arrow(), &batches).unwrap();
    let persons = all.column(0).as_primitive::<UInt32Type>();
    let dates = all.column(1).as_primitive::<Date32Type>();
    let wanted: BooleanArray = (0..all.num_rows())
        .map(|row| {
            let person = persons.value(row);
            let named = question.people.as_ref().is_none_or(|people| people.contains(person));
            let inside = question
                .period
                .is_none_or(|(first, last)| dates.is_valid(row) && (first..=last).contains(&dates.value(row)));
            Some(named && inside && !question.excluded.contains(person))
        })
        .collect();
    let places: Vec<usize> = std::iter::once(0)
        .chain((1..all.num_columns()).filter(|at| question.columns.contains(all.schema().field(*at).name())))
        .collect();
    filter_record_batch(&all.project(&places).unwrap(), &wanted).unwrap()
}

fn scanned(release: &Release, question: &Question) -> RecordBatch {
    let mut exclusions = Exclusions::default();
    exclusions.everywhere(Exclusion::OptedOut, question.excluded.clone());
    let mut scan = Scan::new(release, exclusions.for_dataset(&path("npr/contact")));
    scan = scan.columns(question.columns.iter().map(String::as_str)).unwrap();
    if let Some(people) = &question.people {
        scan = scan.of(people.clone());
    }
    if let Some((first, last)) = question.period {
        scan = scan.within(Period::new(day(first).unwrap(), day(last).unwrap()).unwrap());
    }
    let batches: Vec<RecordBatch> = scan.read().unwrap().map(Result::unwrap).collect();
    concat_batches(&scan.schema(), &batches).unwrap()
}

#[test]
fn pruning_never_loses_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let worlds: Vec<_> = [(90_000, 1), (400, 2), (1, 3)]
        .into_iter()
        .map(|(total, seed)| {
            let place = folder.path().join(format!("{total}.parquet"));
            let release = written(&place, &rows(total, seed));
            (place, release)
        })
        .collect();
    proptest!(ProptestConfig { cases: 40, ..ProptestConfig::default() }, |(question in question())| {
        for (place, release) in &worlds {
            prop_assert_eq!(scanned(release, &question), plainly(place, &question));
        }
    });
}
