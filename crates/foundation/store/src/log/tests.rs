//! The log on a real PostgreSQL.

mod altered;
mod shards;

use std::{sync::Arc, time::Duration};

use sqlx::{AssertSqlSafe, Executor, PgConnection};
use varde_core::{Actor, Component, EntryId, LegalBasis, PersonId, Randomness};
use varde_ledger::{
    Checked, Draft, LogProof, Membership, Policy, PublicKey, SecretKey,
    key::KeyKind,
    keyed::TreeKey,
    membership::TREE_DETAIL,
    tree::{Edge, TILE_HEIGHT, Tile, Tiles, path},
    witness::Witness,
};

use super::*;
use crate::{
    Context,
    testing::{TestDatabase, database},
};

static ALPHA: Context = Context { name: "alpha", migrations: sqlx::migrate!("tests/fixtures/alpha") };

struct World {
    database: TestDatabase,
    store: Store,
    log: Log,
    sequencer: Sequencer,
    key: PublicKey,
}

async fn world() -> World {
    let database = database(&[&ALPHA]).await;
    let store = database.simulated();
    let key = SecretKey::generate("varde.example/log", KeyKind::Log, store.randomness()).unwrap();
    let public = key.public().clone();
    let sequencer = Sequencer::new(&store, Arc::new(key));
    World { log: Log::new(&store), database, store, sequencer, key: public }
}

impl World {
    fn person(&self) -> PersonId {
        PersonId::new(&**self.store.clock(), self.store.randomness())
    }

    fn trust(&self) -> Policy {
        Policy::trusting(self.key.clone())
    }

    async fn enter(&self, draft: Draft) -> EntryId {
        let mut work = self.store.context(&ALPHA).begin(&flows()).await.unwrap();
        let entered = work.enter(draft).await.unwrap();
        work.commit(entered).await.unwrap().entry()
    }

    async fn enter_some(&self, count: usize, persons: &[PersonId]) -> Vec<EntryId> {
        let mut entries = Vec::new();
        for n in 0..count {
            let draft = Draft::new("alpha.note.read", "note", n);
            let person = persons.get(n % persons.len().max(1));
            entries.push(self.enter(person.map_or(draft.clone(), |p| draft.concerning(*p))).await);
        }
        entries
    }

    async fn faults(&self) -> Vec<Fault> {
        self.log.verify(&self.key, |_, _| {}).await.unwrap().faults
    }
}

fn flows() -> Actor {
    Actor::system(Component::Flows)
}

#[tokio::test]
async fn entries_get_places_and_proofs_that_hold_offline() {
    let world = world().await;
    assert_eq!(world.sequencer.step().await.unwrap(), Step::Idle);
    assert_eq!(world.log.published("checkpoint").await.unwrap(), None);
    let entries = world.enter_some(5, &[]).await;
    assert!(matches!(world.log.prove(entries[0]).await, Err(LogError::NotSequenced(_))));
    assert_eq!(world.sequencer.step().await.unwrap(), Step::Grew { from: 0, to: 5 });
    let more = world.enter_some(300, &[]).await;
    world.sequencer.catch_up().await.unwrap();
    for (index, entry) in (0..).zip(entries.iter().chain(&more)) {
        let text = world.log.prove(*entry).await.unwrap().to_string();
        let proven = text.parse::<LogProof>().unwrap().check(&world.trust()).unwrap();
        assert_eq!((proven.index, proven.size), (index, 305));
        assert_eq!(proven.entry.unwrap().id, *entry);
    }
    let unknown = EntryId::new(&**world.store.clock(), world.store.randomness());
    assert!(matches!(world.log.prove(unknown).await, Err(LogError::NotFound(_))));
    let latest = world.log.latest(2).await.unwrap();
    assert_eq!(latest.iter().map(|e| e.index).collect::<Vec<_>>(), [Some(304), Some(303)]);
    assert_eq!(latest[0].entry().unwrap().unwrap().id, *more.last().unwrap());
    let report = world.log.verify(&world.key, |_, _| {}).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.entries, report.checkpoints, report.pending, report.tiles), (305, 2, 0, 3));
}

#[tokio::test]
async fn what_is_published_leads_to_the_signed_root() {
    let world = world().await;
    world.enter_some(300, &[]).await;
    world.sequencer.catch_up().await.unwrap();
    let checkpoint = world.log.checkpoint().await.unwrap().unwrap();
    checkpoint.verify(&world.key).unwrap();
    let mut tiles = Tiles::new();
    for tile in Edge::tiles(300) {
        let published = world.log.published(&path(&tile)).await.unwrap().unwrap();
        tiles.insert(tile, published.bytes);
    }
    Edge::resume(300, checkpoint.checkpoint().root, &tiles).unwrap();
    let full = Tile::new(TILE_HEIGHT, 0, 0, 256, false);
    assert_eq!(world.log.published(&path(&full)).await.unwrap().unwrap().bytes.len(), 8_192);
    let bundle = world.log.published("tile/entries/001.p/44").await.unwrap().unwrap().bytes;
    assert_eq!(bundle.len(), 44 * 34);
    let leaves: Vec<u8> = bundle.chunks(34).flat_map(|e| tlog_leaf(&e[2..])).collect();
    assert_eq!(leaves, world.log.published("tile/0/001.p/44").await.unwrap().unwrap().bytes);
    for absent in [
        "tile/0/002",
        "tile/0/001",
        "tile/entries/001",
        "tile/entries/001.p/45",
        "tile/entries/x999/x999/x999/x999/x999/999",
        "entries",
        "",
    ] {
        assert_eq!(world.log.published(absent).await.unwrap(), None, "{absent}");
    }
}

fn tlog_leaf(entry: &[u8]) -> [u8; 32] {
    *varde_core::Digest::of(&[&[0], entry].concat()).bytes()
}

#[tokio::test]
async fn a_citizen_gets_a_list_that_is_proved_complete() {
    let world = world().await;
    let (kari, ola, nobody) = (world.person(), world.person(), world.person());
    world.enter_some(9, &[kari, ola]).await;
    let running = tokio::spawn(world.sequencer.clone().run(std::future::pending()));
    tokio::time::sleep(Duration::from_millis(600)).await;
    let proof = world.log.completeness(kari, &flows()).await.unwrap();
    let complete = proof.check(&world.trust()).unwrap();
    assert_eq!(complete.entries.len(), 5);
    assert!(complete.entries.iter().all(|(_, e)| e.as_ref().unwrap().persons == [kari]));
    // The heads cover everybody, so nobody else makes a new publication necessary.
    assert_eq!(world.log.completeness(ola, &flows()).await.unwrap().check(&world.trust()).unwrap().upto, complete.upto);
    assert!(world.log.completeness(nobody, &flows()).await.unwrap().check(&world.trust()).unwrap().entries.is_empty());
    let new = world.enter_some(1, &[kari]).await;
    world.log.sequenced(new[0]).await.unwrap();
    let later = world.log.completeness(kari, &flows()).await.unwrap().check(&world.trust()).unwrap();
    assert_eq!(later.entries.len(), 6);
    let file = serde_json::to_string(&world.log.completeness(kari, &flows()).await.unwrap()).unwrap();
    let checked = varde_ledger::check(&file, None, &world.trust()).unwrap();
    assert!(matches!(checked, Checked::Complete(complete) if complete.entries.len() == 6));
    running.abort();
    let report = world.log.verify(&world.key, |_, _| {}).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.heads, report.persons), (2, 2));
}

#[tokio::test]
async fn an_extract_proves_to_each_person_what_it_did_with_them() {
    let world = world().await;
    let people: Vec<PersonId> = (0..10).map(|_| world.person()).collect();
    let (stranger, members) = people.split_last().unwrap();
    let statuses: Vec<(PersonId, &str)> =
        (0..).zip(members).map(|(i, p)| (*p, if i == 3 { "opted_out" } else { "included" })).collect();
    let membership = Membership::build(TreeKey::generate(world.store.randomness()), &statuses).unwrap();
    let commitment = world.log.keep_membership(&membership).await.unwrap();
    assert_eq!(world.log.keep_membership(&membership).await.unwrap(), commitment);
    let entry = world.enter(Draft::new("alpha.extract.made", "extract", 1).with(TREE_DETAIL, commitment)).await;
    let other = world.enter_some(1, &[]).await[0];
    world.sequencer.catch_up().await.unwrap();
    for (person, status) in &statuses {
        let proof = world.log.prove_membership(entry, *person, Some(status)).await.unwrap();
        assert_eq!(proof.check(&world.trust()).unwrap().1.as_deref(), Some(*status));
    }
    let absent = world.log.prove_membership(entry, *stranger, None).await.unwrap();
    let file = serde_json::to_string(&absent).unwrap();
    let checked = varde_ledger::check(&file, None, &world.trust()).unwrap();
    assert!(matches!(checked, Checked::Member { status: None, person, .. } if person == *stranger));
    assert_eq!(absent.check(&world.trust()).unwrap().1, None);
    assert!(world.log.prove_membership(entry, members[3], None).await.is_err());
    assert!(matches!(world.log.prove_membership(other, members[3], None).await, Err(LogError::NoTree(_))));
}

#[tokio::test]
async fn erasing_destroys_the_text_and_keeps_the_tree() {
    let world = world().await;
    let kari = world.person();
    let entries = world.enter_some(3, &[kari]).await;
    world.sequencer.catch_up().await.unwrap();
    let before = world.log.entry(entries[1]).await.unwrap().unwrap();
    let basis = LegalBasis::new("GDPR", "art. 17");
    let by = world.log.erase(entries[1], &flows(), basis.clone(), "asked for").await.unwrap();
    let again = world.log.erase(entries[1], &flows(), basis.clone(), "asked for").await;
    assert!(matches!(again, Err(LogError::AlreadyErased(_))));
    assert!(matches!(world.log.erase(by, &flows(), basis, "asked for").await, Err(LogError::NotErasable(_))));
    world.sequencer.catch_up().await.unwrap();
    let after = world.log.entry(entries[1]).await.unwrap().unwrap();
    assert_eq!((after.opened, after.erased_by), (None, Some(by)));
    let proof = world.log.prove(entries[1]).await.unwrap();
    proof.check_commitment(&before.commitment, &world.trust()).unwrap();
    assert_eq!(world.log.entries_of(kari).await.unwrap().len(), 4);
    let report = world.log.verify(&world.key, |_, _| {}).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.entries, report.erased), (4, 1));
    // Erasing behind the log's back is found.
    let mut owner = world.database.owner().await;
    owner.execute("UPDATE log.entry SET body = NULL, salt = NULL WHERE kind = 'ledger.entry.erased'").await.unwrap();
    assert_eq!(world.faults().await.len(), 1);
}

/// Each statement alters something and, done again, puts it back.
const ALTERATIONS: [&str; 14] = [
    "UPDATE log.entry SET body = translate(body, 'aA', 'Aa') WHERE id = (SELECT entry FROM log.leaf WHERE index = 7)",
    "UPDATE log.entry SET salt = set_byte(salt, 31, get_byte(salt, 31) # 1) WHERE id = (SELECT entry FROM log.leaf WHERE index = 7)",
    "UPDATE log.entry SET commitment = set_byte(commitment, 0, get_byte(commitment, 0) # 128) WHERE id = (SELECT entry FROM log.leaf WHERE index = 7)",
    "UPDATE log.entry SET kind = translate(kind, 'aA', 'Aa') WHERE id = (SELECT entry FROM log.leaf WHERE index = 7)",
    "UPDATE log.entry SET resource = translate(resource, 'nN', 'Nn') WHERE id = (SELECT entry FROM log.leaf WHERE index = 7)",
    "UPDATE log.leaf SET index = 8999 - index WHERE index IN (7, 8992)",
    "UPDATE log.tile SET bytes = set_byte(bytes, 100, get_byte(bytes, 100) # 1) WHERE level = 0 AND number = 0",
    "UPDATE log.tile SET bytes = set_byte(bytes, 3, get_byte(bytes, 3) # 1) WHERE level = 1",
    "UPDATE log.checkpoint SET root = set_byte(root, 3, get_byte(root, 3) # 1)",
    "UPDATE log.checkpoint SET note = translate(note, 'abAB', 'ABab')",
    "UPDATE log.person SET head = set_byte(head, 3, get_byte(head, 3) # 1) WHERE count = 135",
    "UPDATE log.link SET head = set_byte(head, 3, get_byte(head, 3) # 1) WHERE position = 2",
    "UPDATE log.tree_page SET bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1)",
    "UPDATE log.tree SET secret = set_byte(secret, 0, get_byte(secret, 0) # 1)",
];

#[tokio::test]
async fn verification_finds_and_names_every_alteration() {
    let world = world().await;
    let (kari, ola) = (world.person(), world.person());
    world.enter_some(270, &[kari, ola]).await;
    world.sequencer.catch_up().await.unwrap();
    world.log.publish_heads(&flows()).await.unwrap();
    world.sequencer.catch_up().await.unwrap();
    let waiting = world.enter_some(2, &[kari]).await;
    let mut progress = Vec::new();
    let report = world.log.verify(&world.key, |done, all| progress.push((done, all))).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.pending, progress), (2, vec![(271, 271)]));
    let mut owner = world.database.owner().await;
    for alteration in ALTERATIONS {
        alter(&mut owner, alteration).await;
        let faults = world.faults().await;
        assert!(!faults.is_empty(), "not found: {alteration}");
        alter(&mut owner, alteration).await;
        assert_eq!(world.faults().await, [], "{alteration}");
    }
    for removal in [
        "DELETE FROM log.heads",
        "DELETE FROM log.link WHERE index = 9",
        "DELETE FROM log.pending",
        "DELETE FROM log.tile WHERE level = 0 AND number = 1",
        "DELETE FROM log.entry WHERE id = (SELECT entry FROM log.leaf WHERE index = 200)",
        "DELETE FROM log.leaf WHERE index = 270",
        "DELETE FROM log.leaf WHERE index = 100",
    ] {
        let before = world.faults().await.len();
        alter(&mut owner, removal).await;
        assert_ne!(world.faults().await.len(), before, "not found: {removal}");
    }
    assert!(world.log.entry(waiting[0]).await.unwrap().is_some());
}

#[expect(clippy::disallowed_methods, reason = "the statements are the constants above")]
async fn alter(owner: &mut PgConnection, statement: &'static str) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(owner).await.unwrap();
}

#[tokio::test]
async fn the_sequencer_refuses_to_sign_on_altered_tiles_or_with_another_key() {
    let world = world().await;
    world.enter_some(3, &[]).await;
    world.sequencer.catch_up().await.unwrap();
    world.enter_some(1, &[]).await;
    let other = SecretKey::generate("varde.example/log", KeyKind::Log, &Randomness::seeded(99)).unwrap();
    let imposter = Sequencer::new(&world.store, Arc::new(other));
    assert!(matches!(imposter.step().await, Err(LogError::ForeignKey(_))));
    let mut owner = world.database.owner().await;
    alter(&mut owner, "UPDATE log.tile SET bytes = set_byte(bytes, 3, get_byte(bytes, 3) # 1)").await;
    assert!(matches!(world.sequencer.step().await, Err(LogError::Tree(_))));
    alter(&mut owner, "UPDATE log.tile SET bytes = set_byte(bytes, 3, get_byte(bytes, 3) # 1)").await;
    assert_eq!(world.sequencer.step().await.unwrap(), Step::Grew { from: 3, to: 4 });
}

#[tokio::test]
async fn two_sequencers_many_writers_interruptions_and_a_clock_that_jumps_back_leave_one_sound_log() {
    let world = Arc::new(world().await);
    let people: Arc<Vec<PersonId>> = Arc::new((0..5).map(|_| world.person()).collect());
    let writers: Vec<_> = (0..4)
        .map(|n| {
            let (world, people) = (world.clone(), people.clone());
            tokio::spawn(async move {
                for i in 0..40 {
                    if i == 20 {
                        world.database.clock().set("1999-12-31T23:59:59Z".parse().unwrap());
                    }
                    let draft = Draft::new("alpha.note.read", "note", i);
                    world.enter(draft.concerning(people[(i + n) % 5]).concerning(people[(i * n) % 5])).await;
                }
            })
        })
        .collect();
    let sequencers: Vec<_> = (1..=2)
        .map(|n| {
            let sequencer = world.sequencer.clone();
            tokio::spawn(async move {
                for i in 0..60_u64 {
                    // Given up at some instruction: the transaction is rolled back.
                    let given = Duration::from_micros(300 * (i % 17) * n);
                    drop(tokio::time::timeout(given, sequencer.step()).await);
                }
            })
        })
        .collect();
    for task in writers.into_iter().chain(sequencers) {
        task.await.unwrap();
    }
    world.sequencer.catch_up().await.unwrap();
    let report = world.log.verify(&world.key, |_, _| {}).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.entries, report.persons), (160, 5));
}

#[tokio::test]
async fn a_witness_cosigns_and_its_line_is_in_the_proofs() {
    let world = world().await;
    let folder = tempfile::tempdir().unwrap();
    let key = SecretKey::generate("witness.example/w1", KeyKind::Witness, world.store.randomness()).unwrap();
    let witness = Witness::open(&folder.path().join("seen.json"), key, vec![world.key.clone()]).unwrap();
    assert_eq!(world.log.witness_request(0).await.unwrap(), None);
    let mut seen = 0;
    for _ in 0..3 {
        let entry = world.enter_some(200, &[]).await[0];
        world.sequencer.catch_up().await.unwrap();
        let request = world.log.witness_request(seen).await.unwrap().unwrap();
        let lines = witness.add_checkpoint(&request.body, &**world.store.clock()).unwrap();
        let kept = world.log.keep_cosignatures(request.size, &lines, &[witness.public().clone()]).await.unwrap();
        assert_eq!(kept, 1);
        let policy = format!("log {}\nwitness W {}\nquorum W\n", world.key, witness.public());
        let proof = world.log.prove(entry).await.unwrap();
        assert_eq!(proof.check(&Policy::parse(&policy).unwrap()).unwrap().cosignatures.len(), 1);
        seen = request.size;
    }
    assert_eq!(world.log.witness_request(9_999).await.unwrap(), None);
    assert_eq!(world.faults().await, []);
}

#[tokio::test]
async fn a_context_can_enter_and_nothing_else() {
    let world = world().await;
    world.enter_some(1, &[]).await;
    for statement in [
        "SELECT * FROM log.entry",
        "SELECT * FROM log.leaf",
        "UPDATE log.entry SET kind = 'x'",
        "DELETE FROM log.pending",
        "SELECT secret FROM log.tree",
        "SELECT log.enter('0195a5d0-ac96-774b-bcce-b302099a8057', now(), 'k', 'r', '{}', 'body', \
         sha256('salt'), sha256('another'))",
    ] {
        let mut work = world.store.context(&ALPHA).begin(&flows()).await.unwrap();
        let refused = work.connection().execute(statement).await.unwrap_err().to_string();
        let reason = if statement.contains("log.enter") { "does not belong" } else { "permission denied" };
        assert!(refused.contains(reason), "{statement}: {refused}");
    }
}

/// Prints figures from a durable cluster of its own, in this build's profile; the goal (5,000 a
/// second, a checkpoint within a second) is `cargo xtask bench ledger`'s to judge on a quiet machine.
#[tokio::test(flavor = "multi_thread")]
async fn figures_of_durable_entering() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = crate::launcher::Cluster::launch(folder.path()).await.unwrap();
    let randomness = Randomness::from_system();
    let clock = Arc::new(varde_core::SystemClock);
    let store = Store::connect_with(cluster.options(), clock, randomness.clone()).await.unwrap();
    store.migrate(&[&ALPHA]).await.unwrap();
    let key = SecretKey::generate("varde.example/log", KeyKind::Log, &randomness).unwrap();
    let public = key.public().clone();
    let sequencer = Sequencer::new(&store, Arc::new(key));
    let measured = measure::measure(&store, &ALPHA, &sequencer, 16, 2_000).await.unwrap();
    println!("{measured:?}");
    let heads = measure::measure_heads(&store, &ALPHA, &sequencer, 1_500).await.unwrap();
    println!("{heads:?}");
    assert!(heads.one.bytes * 10 < heads.everybody.bytes, "{heads:?}");
    sequencer.catch_up().await.unwrap();
    let report = Log::new(&store).verify(&public, |_, _| {}).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.entries, report.pending, report.persons, report.heads), (2_005, 0, 1_500, 2));
    assert!(measured.proof_bytes < 2_048, "{measured:?}");
    store.close().await;
    cluster.stop().await;
}
