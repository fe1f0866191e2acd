//! A release that lies elsewhere reads as one that lies here; nothing is fetched that nobody asked for, nothing
//! twice, what belongs together at once, and nothing is believed that is not what was registered.

use std::{
    fs, io,
    ops::Range,
    sync::{Arc, Mutex, atomic::Ordering},
};

use bytes::Bytes;
use datafusion::arrow::{array::RecordBatch, compute::concat_batches};
use roaring::RoaringBitmap;
use varde_core::Digest;
use varde_engine::{EngineError, ExclusionSet, Exclusions, Release, Scan, remote::Source};
use varde_objects::{Objects, testing::Server};
use varde_permit::Exclusion;

use crate::world::{bitmap, contact_schema, contacts, release};

/// A store in memory that remembers what was read, and is away when told to be.
#[derive(Default)]
struct Shelf {
    bytes: Mutex<Vec<u8>>,
    /// Each call's ranges.
    read: Mutex<Vec<Vec<Range<u64>>>>,
    away: Mutex<bool>,
}

impl Shelf {
    fn of(bytes: Vec<u8>) -> Arc<Self> {
        Arc::new(Self { bytes: Mutex::new(bytes), ..Self::default() })
    }

    /// What was read since this was asked last: the calls.
    fn calls(&self) -> Vec<Vec<Range<u64>>> {
        self.read.lock().unwrap().drain(..).collect()
    }

    fn fetched(&self) -> u64 {
        self.calls().into_iter().flatten().map(|range| range.end - range.start).sum()
    }
}

impl Source for Shelf {
    fn name(&self) -> String {
        "shelf/one".to_owned()
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.bytes.lock().unwrap().len() as u64)
    }

    fn read(&self, ranges: &[Range<u64>]) -> io::Result<Vec<Bytes>> {
        if *self.away.lock().unwrap() {
            return Err(io::Error::other("nobody answers"));
        }
        self.read.lock().unwrap().push(ranges.to_vec());
        let all = self.bytes.lock().unwrap();
        let one = |range: &Range<u64>| {
            let bytes = all.get(range.start as usize..range.end as usize);
            bytes.map(Bytes::copy_from_slice).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
        };
        ranges.iter().map(one).collect()
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

/// How many requests a store gets for these calls that joins what lies nearer to each other than 64 KiB.
fn requests(calls: &[Vec<Range<u64>>]) -> usize {
    let joined = |call: &Vec<Range<u64>>| {
        assert!(call.is_sorted_by_key(|range| range.start), "{call:?}");
        1 + call.windows(2).filter(|two| two[1].start.saturating_sub(two[0].end) > 64 << 10).count()
    };
    calls.iter().map(joined).sum()
}

#[test]
fn the_columns_of_a_row_group_are_asked_for_in_one_call() {
    let folder = tempfile::tempdir().unwrap();
    let (here, digest, bytes) = written(&folder);
    let shelf = Shelf::of(bytes);
    let open = || Release::open_elsewhere(shelf.clone(), digest, folder.path()).unwrap();
    let there = open();
    let opening = shelf.calls();
    assert_eq!((opening.len(), requests(&opening)), (1, 2), "how it begins and how it ends: {opening:?}");

    // Three row groups with the people's index and all four columns beside each other: one by one they would be
    // fifteen requests.
    let all = |release: &Release| {
        let scan = Scan::new(release, exclusions(release));
        scan.read().unwrap().map(|batch| batch.unwrap().num_rows()).sum::<usize>()
    };
    assert_eq!(all(&there), all(&here));
    let whole = shelf.calls();
    assert_eq!((whole.len(), requests(&whole)), (3, 3), "{whole:?}");
    assert_eq!(whole.iter().map(Vec::len).collect::<Vec<_>>(), [5, 5, 5]);
    assert_eq!(all(&there), all(&here));
    assert_eq!(shelf.calls().len(), 0, "all of it is here now");

    // A condition is looked at before what it lets through is asked for: two calls at most for a row group, and
    // one where it leaves nothing.
    let there = open();
    shelf.calls();
    let within = |release: &Release, year| {
        let scan = Scan::new(release, exclusions(release)).columns(["condition", "age"]).unwrap();
        scan.within(crate::world::year(year)).read().unwrap().map(|batch| batch.unwrap().num_rows()).sum::<usize>()
    };
    assert_eq!(within(&there, 1999), 0);
    let nothing = shelf.calls();
    assert_eq!(nothing.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2], "whose and when, of each row group");
    assert_eq!(within(&there, 2024), within(&here, 2024));
    let passed = shelf.calls();
    assert_eq!(passed.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2], "the rest, of each row group");
}

/// The same, counted at an object store of others' make: the size and the two ends, and one for each row group.
#[test]
fn an_object_store_gets_few_requests() {
    let folder = tempfile::tempdir().unwrap();
    let (here, digest, _) = written(&folder);
    let server = Server::start();
    let (place, requests) = server.counting("");
    let objects = Objects::open(&place).unwrap();
    objects.put("releases/one", &folder.path().join("here.parquet")).unwrap();
    requests.store(0, Ordering::SeqCst);
    let there = Release::open_elsewhere(Arc::new(objects.object("releases/one")), digest, folder.path()).unwrap();
    assert_eq!(requests.swap(0, Ordering::SeqCst), 3);
    let scan = |release: &Release| Scan::new(release, exclusions(release)).columns(["in_date", "condition"]).unwrap();
    let count = |release: &Release| scan(release).read().unwrap().map(|batch| batch.unwrap().num_rows()).sum::<usize>();
    assert_eq!(count(&there), count(&here));
    assert_eq!(requests.load(Ordering::SeqCst), 3, "three columns of each of three row groups");
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
