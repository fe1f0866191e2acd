//! A small world of two registers, made from numbers that proptest chooses.

use std::{fs::File, path::Path, sync::Arc};

use datafusion::{
    arrow::array::{Array, ArrayRef, AsArray, Date32Array, Int64Array, RecordBatch, StringArray, UInt32Array},
    parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use roaring::RoaringBitmap;
use varde_core::{
    ApplicationId, CataloguePath, DecisionId, Digest, ExtractId, LegalBasis, OrganisationId, Period, PermitId,
    PersonId, Purpose, ReleaseId,
};
use varde_engine::{
    Column, Exclusions, Kind, Release, Schema,
    cohort::Facts,
    extract::{self, Available, Delivery, ExtractError, Order, Selection},
    pseudonym::ProjectKey,
    release::{SortingWriter, Written, day_number},
};
use varde_permit::{Cohort, ExtractSpec, Granularity, Permit, PermittedVariable, RuleSet};

pub(crate) fn path(text: &str) -> CataloguePath {
    text.parse().unwrap()
}

/// An id that depends on the number alone.
pub(crate) fn uuid(number: u32) -> uuid::Uuid {
    let digest = Digest::of(&number.to_be_bytes());
    uuid::Uuid::from_slice(&digest.bytes()[..16]).unwrap()
}

pub(crate) fn person(index: u32) -> PersonId {
    PersonId::from_uuid(uuid(index))
}

pub(crate) const KEY: [u8; 32] = [7; 32];

/// One contact: who, day of 2024, code, age, municipality.
pub(crate) type Contact = (u32, i16, &'static str, i64, &'static str);

pub(crate) fn contact_schema() -> Schema {
    Schema {
        dataset: path("npr/contact"),
        event_date: Some("in_date".to_owned()),
        columns: vec![
            Column::new("in_date", Kind::Date),
            Column::new("condition", Kind::Code),
            Column::new("age", Kind::Integer).identifying(),
            Column::new("municipality", Kind::Code).identifying(),
        ],
    }
}

pub(crate) fn contacts(rows: &[Contact]) -> RecordBatch {
    let day = |d: i16| day_number(date(2024, 1, 1)) + i32::from(d);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(UInt32Array::from_iter_values(rows.iter().map(|r| r.0))),
        Arc::new(Date32Array::from_iter_values(rows.iter().map(|r| day(r.1)))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.2))),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|r| r.3))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.4))),
    ];
    RecordBatch::try_new(contact_schema().arrow(), columns).unwrap()
}

pub(crate) fn death_schema() -> Schema {
    Schema {
        dataset: path("dar/death"),
        event_date: Some("died".to_owned()),
        columns: vec![Column::new("died", Kind::Date), Column::new("cause", Kind::Code)],
    }
}

pub(crate) fn deaths(people: &[u32]) -> RecordBatch {
    let died = day_number(date(2024, 12, 1));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(UInt32Array::from(people.to_vec())),
        Arc::new(Date32Array::from(vec![died; people.len()])),
        Arc::new(StringArray::from(vec!["I50"; people.len()])),
    ];
    RecordBatch::try_new(death_schema().arrow(), columns).unwrap()
}

pub(crate) fn release(place: &Path, schema: &Schema, batch: RecordBatch) -> (Available, Written) {
    let id = ReleaseId::from_uuid(uuid(u32::from(schema.dataset.as_str().as_bytes()[0])));
    let mut writer = SortingWriter::create(place, schema, id, 1 << 20).unwrap();
    writer.push(batch).unwrap();
    let written = writer.finish().unwrap();
    let release = Release::open_verified(place, written.file.digest).unwrap();
    (Available { release, digest: written.file.digest }, written)
}

pub(crate) fn year(of: i16) -> Period {
    Period::new(Date::constant(of, 1, 1), Date::constant(of, 12, 31)).unwrap()
}

pub(crate) fn permit(cohort: Cohort, variables: &[(&str, Granularity)], minimum_group: u32) -> Permit {
    let at = |n: u32| uuid(1_000_000 + n);
    Permit {
        id: PermitId::from_uuid(at(1)),
        version: 1,
        predecessor: None,
        application: ApplicationId::from_uuid(at(2)),
        decision: DecisionId::from_uuid(at(3)),
        title: "Hjertesvikt i fylkene".to_owned(),
        decided_at: Timestamp::UNIX_EPOCH,
        valid: Period::since(date(2026, 1, 1)),
        access_body: OrganisationId::from_uuid(at(4)),
        holder: OrganisationId::from_uuid(at(5)),
        persons: Vec::new(),
        purpose: Purpose::Research,
        legal_bases: vec![LegalBasis::new("helseregisterloven", "§ 19 a")],
        rule_set: RuleSet::Norway,
        cohort,
        variables: variables.iter().map(|(v, granularity)| PermittedVariable::rows(path(v), *granularity)).collect(),
        period: year(2024),
        minimum_group,
        conditions: Vec::new(),
        design: varde_permit::Design::default(),
        handover: varde_permit::Handover::default(),
        large: None,
    }
}

pub(crate) fn specification(permit: &Permit, releases: &[Available]) -> ExtractSpec {
    let extract = ExtractId::from_uuid(uuid(2_000_000));
    extract::compile(permit, Digest::of(b"permit"), extract, permit.decided_at, releases, "key-1").unwrap()
}

pub(crate) fn opened(releases: &[Available]) -> Vec<Release> {
    releases.iter().map(|a| a.release.clone()).collect()
}

/// Selects and delivers.
pub(crate) fn extract(
    spec: &ExtractSpec,
    releases: &[Release],
    exclusions: &Exclusions,
    facts: &Facts,
    folder: &Path,
    memory: usize,
) -> Result<(Selection, Delivery), ExtractError> {
    let selection = extract::select(spec, releases, exclusions, facts, &ProjectKey::new(&KEY))?;
    let ids: Vec<PersonId> = selection.concerned().iter().map(person).collect();
    let key = ProjectKey::new(&KEY);
    let order = Order {
        spec,
        releases,
        exclusions,
        selection: &selection,
        ids: &ids,
        key: &key,
        title: "T",
        memory,
        previous: None,
    };
    let delivery = extract::deliver(&order, folder, &mut extract::silent)?;
    Ok((selection, delivery))
}

pub(crate) fn bitmap(people: impl IntoIterator<Item = u32>) -> RoaringBitmap {
    people.into_iter().collect()
}

fn read(file: &Path) -> Vec<RecordBatch> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(file).unwrap()).unwrap();
    builder.build().unwrap().map(Result::unwrap).collect()
}

/// The rows of a delivered file as text cells, the pseudonym first.
pub(crate) fn rows(file: &Path) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for batch in read(file) {
        let texts: Vec<_> = batch
            .columns()
            .iter()
            .map(|c| datafusion::arrow::compute::cast(c, &datafusion::arrow::datatypes::DataType::Utf8).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            let cell = |c: &Arc<dyn Array>| {
                if c.is_null(row) { "∅".to_owned() } else { c.as_string::<i32>().value(row).to_owned() }
            };
            all.push(texts.iter().map(cell).collect());
        }
    }
    all
}
