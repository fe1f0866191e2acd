//! A process that takes in a delivery is killed (`kill -9`) at any moment: no release is ever half there,
//! the next process goes on, and what it makes is to the byte what an undisturbed one makes.
//!
//! `cargo xtask crash --what import --times 100` does a hundred; an ordinary run of the tests does a few.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_basedata::{Dated, PersonRecord};
use varde_core::{
    Digest, Period, Randomness,
    identifier::{NationalNumber, Rule, individual_numbers, synthetic},
};
use varde_platform::{ImportRequest, IngestionState, ReleaseRecord, engine::release, import::Fault};

use crate::{
    hit::{Other, kills, share, store},
    support::{Permitted, Preferences, World, platform, proposed, system},
};

/// Kills of an ordinary run of the tests.
const FEW: u32 = 10;
const OTHER: Other = Other { test: "killed_import::the_process_that_is_killed", variable: "VARDE_KILLED_IMPORT" };
/// People whom base data knows, and some whom it does not.
const KNOWN: usize = 1_500;
const UNKNOWN: usize = 20;

/// All that the other process needs to know; the rest it finds in the database and the folder.
#[derive(Serialize, Deserialize)]
struct Task {
    database: String,
    folder: PathBuf,
    delivery: PathBuf,
    described: PathBuf,
    now: Timestamp,
}

fn people() -> Vec<NationalNumber> {
    let days = (0..40).map(|n| jiff::civil::date(1960 + n, 3, 4));
    let numbers = days.flat_map(|day| {
        individual_numbers(day.year(), Rule::Of1964).filter_map(move |n| synthetic(day, n, Rule::Of1964)).take(50)
    });
    numbers.take(KNOWN + UNKNOWN).collect()
}

/// A delivery with good rows, rows of people whom nobody knows, and rows with bad values: `rows` of them.
fn delivery(people: &[NationalNumber], rows: usize) -> String {
    let row = |n: usize| {
        let person = &people[n * 7 % people.len()];
        let day =
            if n % 997 == 5 { "yesterday".to_owned() } else { format!("2024-{:02}-{:02}", n % 12 + 1, n % 28 + 1) };
        format!("{};{day};I{:03};{}\n", person.digits_for_storage(), n % 60, n % 90)
    };
    format!("pid;in_date;code;age\n{}", (0..rows).map(row).collect::<String>())
}

fn request(delivery: &Path, described: &Path) -> ImportRequest {
    ImportRequest {
        from: delivery.to_owned().into(),
        dataset: proposed(described, "stay", "pid").datasets.remove(0),
        holder: None,
        person: "pid".to_owned(),
        namespace: "national".parse().unwrap(),
        event_date: None,
    }
}

/// Not a test of its own: the process that the other test kills. Without a task it has nothing to do.
#[tokio::test]
async fn the_process_that_is_killed() {
    let Some(given) = OTHER.task::<Task>() else { return };
    let task = &given.task;
    let store = store(&task.database, task.now).await;
    let platform = platform(&store, &task.folder, &Preferences::default(), &Permitted::default());
    let request = request(&task.delivery, &task.described);
    given.begins();
    platform.import(&system(), &request).await.unwrap();
}

/// A world with the people, and a delivery that another process takes in.
struct Killing {
    world: World,
    task: PathBuf,
}

impl Killing {
    async fn new(people: &[NationalNumber], text: &str) -> Self {
        let world = World::new().await;
        let since = Period::since(jiff::civil::date(2000, 1, 1));
        let record =
            |n: &NationalNumber| PersonRecord { numbers: vec![Dated::new(*n, since)], ..PersonRecord::default() };
        let known: Vec<PersonRecord> = people[..KNOWN].iter().map(record).collect();
        world.basedata.import_persons(&system(), "test", &known).await.unwrap();
        let described =
            world.file("described.csv", &text.lines().take(200).fold(String::new(), |all, l| all + l + "\n"));
        let delivery = world.file("stay.csv", text);
        let (database, folder) = (world.database.url(), world.folder.path().join("platform"));
        let whole = Task { database, folder, delivery, described, now: world.store.clock().now() };
        let task = world.folder.path().join("task.json");
        fs::write(&task, serde_json::to_vec(&whole).unwrap()).unwrap();
        Self { world, task }
    }

    /// What is there is whole: a release with its file, its list and its sealed rows, or nothing that
    /// anybody sees. Gives how far the process had come.
    async fn nothing_half(&self) -> &'static str {
        let (actor, platform) = (system(), &self.world.platform);
        let releases = platform.releases(&actor).await.unwrap();
        let ingestions = platform.ingestions(&actor).await.unwrap();
        for release in &releases {
            let file = self.world.folder.path().join(format!("platform/releases/{}.parquet", release.id));
            assert_eq!(release::digest(&file).unwrap(), release.digest, "what is registered is whole");
            let faults = platform.faults(&actor, release.id, usize::MAX).await.unwrap();
            assert_eq!(faults.len() as u64, release.quality.unusable());
            let kept = platform.quarantine(&actor, release.id).await.unwrap();
            assert_eq!(kept.open(), release.quality.unusable());
            assert_eq!(ingestions[0].ingestion.state, IngestionState::Done, "one unit of work");
        }
        assert!(releases.len() <= 1 && ingestions.len() <= 1);
        match (releases.len(), ingestions.len()) {
            (1, _) => "registered",
            (_, 1) => "being taken in",
            _ => "being looked through",
        }
    }

    /// What it ended as.
    async fn ended(&self) -> Ended {
        let (actor, platform) = (system(), &self.world.platform);
        let release = platform.releases(&actor).await.unwrap().remove(0);
        platform.sweep(&actor).await.unwrap();
        let releases = self.world.folder.path().join("platform/releases");
        let mut files: Vec<String> =
            fs::read_dir(&releases).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        let incoming = fs::read_dir(self.world.folder.path().join("platform/incoming")).unwrap().count();
        let mut owner = self.world.database.owner().await;
        let entries: i64 =
            sqlx::query_scalar("SELECT count(*) FROM log.entry WHERE kind = 'platform.release.imported'")
                .fetch_one(&mut owner)
                .await
                .unwrap();
        let faults = platform.faults(&actor, release.id, usize::MAX).await.unwrap();
        let file = release::digest(&releases.join(format!("{}.parquet", release.id))).unwrap();
        Ended { release, file, files, incoming, entries, faults }
    }
}

/// All that must be the same whether or not somebody was killed on the way.
#[derive(Debug, PartialEq)]
struct Ended {
    release: ReleaseRecord,
    file: Digest,
    files: Vec<String>,
    incoming: usize,
    entries: i64,
    faults: Vec<Fault>,
}

#[tokio::test]
async fn killed_at_any_moment_a_release_is_whole_or_not_there_and_ends_as_if_undisturbed() {
    let people = people();
    let text = delivery(&people, 120_000);
    // How long an undisturbed process takes settles where the moments lie, and what must come of it.
    let undisturbed = Killing::new(&people, &text).await;
    let mut child = OTHER.begin(&undisturbed.task);
    let started = Instant::now();
    assert!(child.wait().unwrap().success());
    let whole = started.elapsed();
    let expected = undisturbed.ended().await;
    assert_eq!((expected.incoming, expected.entries, expected.files.len()), (0, 1, 3));
    assert!(expected.release.rows > 110_000 && !expected.faults.is_empty());

    let (mut hits, mut late, mut hit_in) = (0, 0, BTreeMap::new());
    let randomness = Randomness::seeded(11);
    while hits < kills(FEW) {
        let killing = Killing::new(&people, &text).await;
        // Until it is through: one delivery may be killed several times.
        loop {
            let hit = OTHER.hit(&killing.task, whole.mul_f64(share(&randomness)));
            let found = killing.nothing_half().await;
            if hit {
                hits += 1;
                *hit_in.entry(found).or_insert(0) += 1;
            } else {
                late += 1;
            }
            if !hit || hits >= kills(FEW) {
                break;
            }
        }
        assert!(OTHER.begin(&killing.task).wait().unwrap().success(), "the next process goes on");
        assert_eq!(killing.ended().await, expected, "as if nobody had been killed");
    }
    println!(
        "{hits} kills of a process that took in a delivery ({whole:?} undisturbed): {hit_in:?}; {late} came too late"
    );
}
