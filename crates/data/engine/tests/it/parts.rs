//! What is read is what was registered: the footer by the register's digest, each column by the footer's.

use std::{
    fs::{self, File},
    ops::Range,
    path::Path,
};

use datafusion::parquet::{
    arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder},
    basic::Encoding,
    file::{
        metadata::{KeyValue, ParquetMetaData, ParquetMetaDataReader},
        properties::WriterProperties,
    },
};
use varde_core::{Digest, ReleaseId};
use varde_engine::{EngineError, Exclusions, Release, Scan, Writer, digest_file, release};

use crate::world::{Contact, bitmap, contact_schema, contacts, uuid};

fn some() -> Vec<Contact> {
    (0..5_000).map(|row| (row / 3, (row % 300) as i16, "I50", i64::from(row % 90), "0301")).collect()
}

/// A release of those contacts, and its digest.
fn made(place: &Path, rows: &[Contact]) -> Digest {
    let mut writer = Writer::create(place, &contact_schema(), ReleaseId::from_uuid(uuid(1))).unwrap();
    writer.push(contacts(rows)).unwrap();
    writer.finish().unwrap().file.digest
}

fn metadata(place: &Path) -> ParquetMetaData {
    ParquetMetaDataReader::new().parse_and_finish(&File::open(place).unwrap()).unwrap()
}

/// Where a column of the first row group lies.
fn column(place: &Path, name: &str) -> Range<u64> {
    let metadata = metadata(place);
    let mut columns = metadata.row_group(0).columns().iter();
    let (begins, length) = columns.find(|c| c.column_path().string() == name).unwrap().byte_range();
    begins..begins + length
}

fn flip(place: &Path, at: usize) {
    let mut bytes = fs::read(place).unwrap();
    bytes[at] ^= 1;
    fs::write(place, bytes).unwrap();
}

fn read(release: &Release, columns: &[&str]) -> Result<usize, EngineError> {
    let scan = Scan::new(release, Exclusions::default().for_dataset(&release.schema().dataset));
    let batches = scan.columns(columns.iter().copied())?.read()?.collect::<Result<Vec<_>, _>>()?;
    Ok(batches.iter().map(|batch| batch.num_rows()).sum())
}

fn is_altered<T>(result: &Result<T, EngineError>) -> bool {
    matches!(result, Err(EngineError::Altered { .. }))
}

#[test]
fn an_altered_column_is_not_read_and_the_others_are() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("release.parquet");
    let digest = made(&place, &some());
    assert_eq!(release::digest(&place).unwrap(), digest, "whoever compares every byte finds the registered digest");
    // Every reading of rows reads whose they are.
    for (altered, not_read, still_read) in
        [("condition", "condition", Some("age")), ("age", "age", Some("condition")), ("person_index", "age", None)]
    {
        made(&place, &some());
        let at = column(&place, altered);
        flip(&place, (at.start + at.end) as usize / 2);
        let release = Release::open_verified(&place, digest).unwrap();
        assert!(is_altered(&read(&release, &[not_read])), "{altered}");
        assert!(still_read.is_none_or(|column| read(&release, &[column]).unwrap() == some().len()), "{altered}");
        assert!(is_altered(&release::digest(&place)), "whoever compares everything finds it too");
        // Without a digest nobody promised anything: what the pages themselves show to be damaged is an error.
        let _ = read(&Release::open(&place).unwrap(), &[altered]);
    }
}

#[test]
fn a_row_filter_too_reads_nothing_that_is_altered() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("release.parquet");
    let digest = made(&place, &some());
    flip(&place, column(&place, "in_date").start as usize + 30);
    let release = Release::open_verified(&place, digest).unwrap();
    let scan = Scan::new(&release, Exclusions::default().for_dataset(&release.schema().dataset)).of(bitmap([3, 900]));
    let scan = scan.columns(["age"]).unwrap().within(crate::world::year(2024));
    let found = scan.read().unwrap().collect::<Result<Vec<_>, _>>();
    assert!(is_altered(&found));
}

#[test]
fn a_changed_list_of_parts_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("release.parquet");
    let digest = made(&place, &some());
    let bytes = fs::read(&place).unwrap();
    let note = b"varde.parts";
    let list = bytes.windows(note.len()).position(|window| window == note).unwrap() + note.len() + 10;
    // Another digit, so that the footer is whole and says something else.
    let mut changed = bytes.clone();
    changed[list] = if bytes[list] == b'0' { b'1' } else { b'0' };
    fs::write(&place, changed).unwrap();
    assert!(is_altered(&Release::open_verified(&place, digest)));
    // Another release altogether, whole in itself.
    fs::write(&place, &bytes).unwrap();
    assert!(Release::open_verified(&place, digest).is_ok());
    made(&place, &some()[3..]);
    assert!(is_altered(&Release::open_verified(&place, digest)));
    // Bytes between the columns and the footer, or before them.
    let mut longer = bytes.clone();
    longer.insert(column_end(&bytes, folder.path()), 0);
    fs::write(&place, longer).unwrap();
    assert!(Release::open_verified(&place, digest).is_err());
    fs::write(&place, &bytes).unwrap();
    flip(&place, 0);
    assert!(Release::open_verified(&place, digest).is_err());
}

/// Where the last column of a release ends.
fn column_end(bytes: &[u8], folder: &Path) -> usize {
    let place = folder.join("other.parquet");
    fs::write(&place, bytes).unwrap();
    let metadata = metadata(&place);
    let chunks = metadata.row_groups().iter().flat_map(|group| group.columns());
    chunks.map(|chunk| chunk.byte_range()).map(|(begins, length)| begins + length).max().unwrap() as usize
}

#[test]
fn a_release_without_a_list_is_compared_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("older.parquet");
    let schema = contact_schema();
    let notes = [("varde.schema", serde_json::to_string(&schema).unwrap()), ("varde.release", uuid(1).to_string())];
    let notes = notes.map(|(key, value)| KeyValue::new(key.to_owned(), value)).to_vec();
    let properties = WriterProperties::builder()
        .set_key_value_metadata(Some(notes))
        .set_column_dictionary_enabled("person_index".into(), false)
        .set_column_encoding("person_index".into(), Encoding::DELTA_BINARY_PACKED)
        .build();
    let mut writer = ArrowWriter::try_new(File::create(&place).unwrap(), schema.arrow(), Some(properties)).unwrap();
    writer.write(&contacts(&some())).unwrap();
    writer.close().unwrap();
    let digest = digest_file(&place).unwrap();
    assert_eq!(release::digest(&place).unwrap(), digest);
    let release = Release::open_verified(&place, digest).unwrap();
    assert_eq!(read(&release, &["condition", "age"]).unwrap(), some().len());
    flip(&place, column(&place, "age").start as usize + 20);
    assert!(is_altered(&Release::open_verified(&place, digest)));
}

#[test]
fn a_release_without_rows_has_a_digest() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("empty.parquet");
    let digest = made(&place, &[]);
    assert_eq!(release::digest(&place).unwrap(), digest);
    assert_eq!(read(&Release::open_verified(&place, digest).unwrap(), &["age"]).unwrap(), 0);
}

#[test]
fn numbers_that_grow_are_kept_by_differences_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("release.parquet");
    let rows: Vec<Contact> =
        (0..100_000).map(|row| (row / 3, 1, "I50", (1 << 40) | (i64::from(row) * 7), "0301")).collect();
    let digest = made(&place, &rows);
    let length = |name: &str| column(&place, name).end - column(&place, name).start;
    assert!(length("age") < 20_000, "{} bytes of 100,000 numbers", length("age"));
    let release = Release::open_verified(&place, digest).unwrap();
    assert_eq!(read(&release, &["age", "condition"]).unwrap(), rows.len());
    let file = ParquetRecordBatchReaderBuilder::try_new(File::open(&place).unwrap()).unwrap().build().unwrap();
    assert_eq!(file.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), rows.len(), "anybody can read it");
}
