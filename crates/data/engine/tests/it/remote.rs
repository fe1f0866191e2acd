//! A release that lies elsewhere reads as one that lies here; nothing is fetched that nobody asked for, nothing
//! twice, and nothing is believed that is not what was registered.

use std::{
    fs, io,
    ops::Range,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use datafusion::arrow::{array::RecordBatch, compute::concat_batches};
use roaring::RoaringBitmap;
use varde_core::Digest;
use varde_engine::{EngineError, ExclusionSet, Exclusions, Release, Scan, remote::Source};
use varde_permit::Exclusion;

use crate::world::{bitmap, contact_schema, contacts, release};

/// A store in memory that remembers what was read, and is away when told to be.
#[derive(Default)]
struct Shelf {
    bytes: Mutex<Vec<u8>>,
    read: Mutex<Vec<Range<u64>>>,
    away: Mutex<bool>,
}

impl Shelf {
    fn of(bytes: Vec<u8>) -> Arc<Self> {
        Arc::new(Self { bytes: Mutex::new(bytes), ..Self::default() })
    }

    fn fetched(&self) -> u64 {
        self.read.lock().unwrap().drain(..).map(|range| range.end - range.start).sum()
    }
}

impl Source for Shelf {
    fn name(&self) -> String {
        "shelf/one".to_owned()
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.bytes.lock().unwrap().len() as u64)
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        if *self.away.lock().unwrap() {
            return Err(io::Error::other("nobody answers"));
        }
        self.read.lock().unwrap().push(range.clone());
        let all = self.bytes.lock().unwrap();
        let (from, until) = (range.start as usize, range.end as usize);
        all.get(from..until).map(Bytes::copy_from_slice).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// Numbers that do not compress, not by their differences either, so that there is something to leave out.
fn number(n: u32) -> i64 {
    let mixed = (u64::from(n) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    i64::from((mixed ^ mixed >> 27) as u32 >> 8)
}

/// Three row groups, and the digest that they are registered by.
fn written(folder: &tempfile::TempDir) -> (Release, Digest, Vec<u8>) {
    let rows: Vec<_> = (0..2_200_000_u32)
        .map(|n| (n / 4, (n % 300) as i16, if n % 3 == 0 { "I501" } else { "J18" }, number(n), "0301"))
        .collect();
    let path = folder.path().join("here.parquet");
    let (made, _) = release(&path, &contact_schema(), contacts(&rows));
    (made.release, made.digest, fs::read(&path).unwrap())
}

fn exclusions(release: &Release) -> ExclusionSet {
    let mut exclusions = Exclusions::default();
    exclusions.everywhere(Exclusion::OptedOut, bitmap([7, 400_000, 549_000]));
    exclusions.for_dataset(&release.schema().dataset)
}

fn rows(release: &Release, people: Option<RoaringBitmap>, column: &str) -> Result<RecordBatch, EngineError> {
    let scan = Scan::new(release, exclusions(release)).columns([column])?;
    let scan = match people {
        Some(people) => scan.of(people),
        None => scan,
    };
    let batches = scan.read()?.collect::<Result<Vec<_>, _>>()?;
    Ok(concat_batches(&scan.schema(), &batches)?)
}

#[test]
fn what_is_read_is_fetched_once_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let (here, digest, bytes) = written(&folder);
    let whole = bytes.len() as u64;
    let shelf = Shelf::of(bytes);
    let copies = tempfile::tempdir().unwrap();
    let there = Release::open_elsewhere(shelf.clone(), digest, copies.path()).unwrap();
    assert_eq!((there.id(), there.rows(), there.schema()), (here.id(), here.rows(), here.schema()));
    let opened = shelf.fetched();

    let late = Some(bitmap(548_990..549_010));
    assert_eq!(rows(&there, late.clone(), "condition").unwrap(), rows(&here, late.clone(), "condition").unwrap());
    let few = shelf.fetched();
    assert!(opened + few < whole / 4, "one column of one row group of three: {opened} and {few} of {whole}");
    assert_eq!(rows(&there, late, "condition").unwrap().num_rows(), 19 * 4);
    assert_eq!(shelf.fetched(), 0, "it is here now");

    for column in ["condition", "in_date"] {
        assert_eq!(rows(&there, None, column).unwrap(), rows(&here, None, column).unwrap(), "{column}");
    }
    assert!(few + shelf.fetched() < whole, "two columns are not all of them");
    assert_eq!(fs::read_dir(copies.path()).unwrap().count(), 1);
    drop(there);
    assert_eq!(fs::read_dir(copies.path()).unwrap().count(), 0, "the copy goes with its last reader");
}

#[test]
fn nothing_is_believed_that_was_not_registered() {
    let folder = tempfile::tempdir().unwrap();
    let (_, digest, bytes) = written(&folder);
    let shelf = Shelf::of(bytes.clone());
    let open = |shelf: &Arc<Shelf>| Release::open_elsewhere(shelf.clone(), digest, folder.path());
    let there = open(&shelf).unwrap();
    // A byte in the first column chunk is altered after the release was opened.
    shelf.bytes.lock().unwrap()[20] ^= 1;
    let altered = rows(&there, None, "condition").unwrap_err();
    assert!(matches!(altered, EngineError::Altered { .. }), "{altered}");
    // Put right, it is read, by the same reader too.
    shelf.bytes.lock().unwrap()[20] ^= 1;
    rows(&there, None, "condition").unwrap();

    let end = bytes.len();
    for place in [0, end - 1, end - 5, end - 9, end - 2_000] {
        let mut other = bytes.clone();
        other[place] ^= 1;
        assert!(open(&Shelf::of(other)).is_err(), "the byte {place}");
    }
    for length in [0, 3, 11, end - 1] {
        assert!(open(&Shelf::of(bytes[..length].to_vec())).is_err(), "cut at {length}");
    }
    let other = Release::open_elsewhere(shelf, Digest::of(b"another"), folder.path()).unwrap_err();
    assert!(matches!(other, EngineError::Altered { .. }), "{other}");
}

#[test]
fn a_store_that_is_away_is_named_and_its_return_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let (here, digest, bytes) = written(&folder);
    let shelf = Shelf::of(bytes);
    let there = Release::open_elsewhere(shelf.clone(), digest, folder.path()).unwrap();
    *shelf.away.lock().unwrap() = true;
    let away = rows(&there, None, "condition").unwrap_err().to_string();
    assert!(away.contains("shelf/one") && away.contains("nobody answers"), "{away}");
    assert!(Release::open_elsewhere(shelf.clone(), digest, folder.path()).is_err());
    *shelf.away.lock().unwrap() = false;
    assert_eq!(rows(&there, None, "condition").unwrap(), rows(&here, None, "condition").unwrap());
}
