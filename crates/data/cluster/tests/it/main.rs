//! The rows of an extract are made by another process from nothing but the bytes of DataFusion's plan and a
//! store: the file is the delivery's, to the byte.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot go on ends the test")]

#[path = "../../../engine/tests/it/another.rs"]
mod another;
#[path = "../../../engine/tests/it/world.rs"]
#[expect(dead_code, reason = "the engine's own tests use more of it")]
mod world;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use datafusion::{
    arrow::array::{AsArray as _, RecordBatch},
    execution::TaskContext,
    physical_plan::{ExecutionPlanProperties as _, common::collect, execute_stream},
};
use datafusion_proto::bytes::{
    physical_plan_from_bytes_with_extension_codec, physical_plan_to_bytes_with_extension_codec,
};
use varde_cluster::{ClusterError, ExtractCodec, Pinned, Shelf, Task, rows, write};
use varde_core::{Digest, PersonId, Randomness};
use varde_engine::{
    Release, extract,
    plan::{Plan, PlanKey},
    pseudonym::ProjectKey,
};
use varde_objects::{Objects, Place, testing::Server};
use varde_permit::{DeliveredFile, Manifest};

use crate::{
    another::{OUT, OUT_OF_DEATHS, planned},
    world::{KEY, person},
};

const SHARED: [u8; 32] = [5; 32];
const SHARES: u32 = 3;

fn shelf(place: &Place, folder: &Path) -> Shelf {
    Shelf { store: Objects::open(place).unwrap(), folder: folder.to_owned() }
}

fn codec(key: &[u8; 32], shelf: Shelf) -> ExtractCodec {
    ExtractCodec::new(PlanKey::new(key).unwrap(), Randomness::seeded(1), shelf)
}

/// An extract of two tables whose releases lie in a store, and the delivery that the ordinary way makes of it.
struct Made {
    plan: Plan,
    pinned: Vec<Pinned>,
    releases: Vec<Release>,
    manifest: Manifest,
}

impl Made {
    fn in_store(place: &Place, folder: &Path) -> Self {
        let died: Vec<u32> = (0..300).map(|n| n * 3).collect();
        let (plan, [contact, death]) = planned(folder, (4_000, 971), &died);
        let store = Objects::open(place).unwrap();
        let pinned = [(&contact, "contact"), (&death, "death")].map(|(available, file)| {
            let (release, digest) = (available.release.id(), available.digest);
            let name = format!("releases/{release}/{file}.parquet");
            store.put(&name, &folder.join(file).with_extension("parquet")).unwrap();
            Pinned { release, digest, name }
        });
        let releases = plan.pinned(&[contact.release, death.release]).unwrap();
        let selection = plan.select(&releases).unwrap();
        assert!(selection.included.len() > 300 && !selection.excluded.is_empty());
        let ids: Vec<PersonId> = selection.concerned().iter().map(person).collect();
        let plan = plan.with_people(&selection, &ids);
        let made = plan.deliver(&releases, &selection, &folder.join("usual"), 1 << 20, &mut extract::silent).unwrap();
        Self { plan, pinned: pinned.to_vec(), releases, manifest: made.manifest }
    }

    fn task(&self, table: u32, shares: u32) -> Task {
        Task { plan: self.plan.clone(), table, shares, releases: self.pinned.clone() }
    }

    /// What the ordinary delivery says of a table.
    fn file(&self, table: u32) -> DeliveredFile {
        let name = self.plan.tables(&self.releases).unwrap()[table as usize].file(varde_permit::Format::Parquet);
        self.manifest.files.iter().find(|file| file.name == name).unwrap().clone()
    }
}

/// Carries out plans that came as bytes, share by share and as a whole.
async fn carry_out(folder: &Path) {
    let store: PathBuf = fs::read_to_string(folder.join("store")).unwrap().into();
    let copies = tempfile::tempdir_in(folder).unwrap();
    let codec = codec(&SHARED, shelf(&Place::Folder(store), copies.path()));
    for table in 0..2 {
        let bytes = fs::read(folder.join(format!("plan-{table}"))).unwrap();
        let context = Arc::new(TaskContext::default());
        let plan = physical_plan_from_bytes_with_extension_codec(&bytes, &context, &codec).unwrap();
        let leaf = Arc::clone(plan.children()[0]);
        assert_eq!(leaf.output_partitioning().partition_count(), SHARES as usize);
        let mut all = 0;
        for number in 0..SHARES as usize {
            let share = collect(leaf.execute(number, Arc::clone(&context)).unwrap()).await.unwrap();
            let many: usize = share.iter().map(RecordBatch::num_rows).sum();
            assert!(many > 0, "each share has its rows");
            all += many as u64;
        }
        assert!(leaf.execute(SHARES as usize, Arc::clone(&context)).is_err());
        let rows = execute_stream(Arc::clone(&plan), context).unwrap();
        let written = write(&plan, rows, &folder.join("there")).await.unwrap();
        assert_eq!(written.rows, Some(all));
        fs::write(folder.join(format!("file-{table}")), serde_json::to_vec(&written).unwrap()).unwrap();
    }
    assert_eq!(fs::read_dir(copies.path()).unwrap().count(), 0, "nothing that was read stays");
}

/// Not a test of its own: the other process. Without a folder it has nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_other_process() {
    if let Some(folder) = another::given() {
        carry_out(&folder).await;
    }
}

#[test]
fn another_process_makes_the_same_files_from_the_bytes_of_the_plans() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("kept");
    let made = Made::in_store(&Place::Folder(store.clone()), folder.path());
    let codec = codec(&SHARED, shelf(&Place::Folder(store.clone()), folder.path()));
    for table in 0..2 {
        let plan = rows(made.task(table, SHARES), shelf(&Place::Folder(store.clone()), folder.path())).unwrap();
        let bytes = physical_plan_to_bytes_with_extension_codec(plan, &codec).unwrap();
        let nothing_of = |what: &[u8]| assert!(!bytes.windows(what.len()).any(|window| window == what));
        nothing_of(b"Hjertesvikt");
        nothing_of(&KEY);
        nothing_of(b"condition");
        fs::write(folder.path().join(format!("plan-{table}")), bytes).unwrap();
    }
    // The other process has the bytes, the store and the shared key: not the folder that the releases were made in.
    fs::write(folder.path().join("store"), store.to_str().unwrap()).unwrap();
    for file in ["contact.parquet", "death.parquet"] {
        fs::remove_file(folder.path().join(file)).unwrap();
    }
    fs::create_dir(folder.path().join("there")).unwrap();
    another::run("the_other_process", folder.path());
    for table in 0..2 {
        let told = fs::read(folder.path().join(format!("file-{table}"))).unwrap();
        let file = made.file(table);
        assert_eq!(serde_json::from_slice::<DeliveredFile>(&told).unwrap(), file, "the same digest");
        let (here, there) = (folder.path().join("usual"), folder.path().join("there"));
        assert_eq!(fs::read(there.join(&file.name)).unwrap(), fs::read(here.join(&file.name)).unwrap());
    }
}

/// Carries out a plan in this process, by way of its bytes.
async fn file(made: &Made, table: u32, shares: u32, shelf: &Shelf, folder: &Path) -> DeliveredFile {
    let codec = codec(&SHARED, shelf.clone());
    let plan = rows(made.task(table, shares), shelf.clone()).unwrap();
    let bytes = physical_plan_to_bytes_with_extension_codec(plan, &codec).unwrap();
    let context = Arc::new(TaskContext::default());
    let plan = physical_plan_from_bytes_with_extension_codec(&bytes, &context, &codec).unwrap();
    let rows = execute_stream(Arc::clone(&plan), context).unwrap();
    write(&plan, rows, folder).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_shares_and_wherever_the_releases_lie_the_file_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start();
    let place = server.place("cluster");
    let made = Made::in_store(&place, folder.path());
    let shelf = shelf(&place, folder.path());
    for shares in [1, 2, 7, 5_000] {
        assert_eq!(file(&made, 0, shares, &shelf, folder.path()).await, made.file(0), "{shares} shares");
    }
    assert_eq!(file(&made, 1, 4, &shelf, folder.path()).await, made.file(1));
}

#[tokio::test]
async fn exclusions_travel_with_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().join("kept"));
    let made = Made::in_store(&place, folder.path());
    let shelf = shelf(&place, folder.path());
    let key = ProjectKey::new(&KEY);
    for table in 0..2 {
        let plan = rows(made.task(table, 2), shelf.clone()).unwrap();
        let found = collect(execute_stream(plan, Arc::new(TaskContext::default())).unwrap()).await.unwrap();
        let pseudonyms: Vec<String> = found
            .iter()
            .flat_map(|batch| batch.column(0).as_string::<i32>().iter().flatten().map(str::to_owned))
            .collect();
        assert!(pseudonyms.is_sorted() && !pseudonyms.is_empty());
        let is_there = |person_index: u32| {
            let digits: String = key.pseudonym(person(person_index)).iter().map(|byte| format!("{byte:02x}")).collect();
            pseudonyms.contains(&digits)
        };
        assert!(OUT.iter().all(|out| !is_there(*out)), "nobody who has opted out");
        // Tables come in the order of their paths: the deaths first.
        assert_eq!(is_there(OUT_OF_DEATHS), table == 1);
        assert!(is_there(60), "the others are");
    }
}

#[test]
fn a_plan_that_was_altered_or_sealed_under_another_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().join("kept"));
    let made = Made::in_store(&place, folder.path());
    let shelf = shelf(&place, folder.path());
    let codec = codec(&SHARED, shelf.clone());
    let plan = rows(made.task(0, 2), shelf.clone()).unwrap();
    let leaf = Arc::clone(plan.children()[0]);
    let bytes = physical_plan_to_bytes_with_extension_codec(leaf, &codec).unwrap();
    let context = TaskContext::default();
    let decoded =
        |bytes: &[u8], codec: &ExtractCodec| physical_plan_from_bytes_with_extension_codec(bytes, &context, codec);
    assert_eq!(decoded(&bytes, &codec).unwrap().name(), "ExtractExec");
    let other = ExtractCodec::new(PlanKey::new(&[6; 32]).unwrap(), Randomness::seeded(1), shelf.clone());
    assert!(decoded(&bytes, &other).unwrap_err().to_string().contains("another key"));
    // From the mark on every byte is authenticated; what stands before is DataFusion's own.
    let mark = bytes.windows(10).position(|window| window == b"varde-task").unwrap();
    let places = (mark..bytes.len()).step_by((bytes.len() - mark) / 200 + 1).chain([mark, mark + 12, bytes.len() - 1]);
    for place in places {
        let mut altered = bytes.to_vec();
        altered[place] ^= 1;
        assert!(decoded(&altered, &codec).is_err(), "the byte {place}");
    }
    let none = rows(made.task(2, 2), shelf.clone()).unwrap_err();
    assert!(matches!(none, ClusterError::NoTable(2)), "{none}");
    let mut others = made.task(0, 2);
    others.releases[0].digest = Digest::of(b"another");
    let altered = rows(others, shelf).unwrap_err();
    assert!(altered.to_string().contains("is not the file that was registered"), "{altered}");
}
