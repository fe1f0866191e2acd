//! Altering any byte of what the log keeps is found, and its place is named: every kind of stored
//! thing, at random rows and random positions.

use sqlx::{Executor, PgConnection};
use varde_core::Randomness;
use varde_ledger::{Membership, SecretKey, key::KeyKind, keyed::TreeKey, witness::Witness};

use super::*;

/// How a value is altered: the SQL of the altered value of a column `{c}`, by two random numbers, a
/// position `{p}` and a bit `{b}`.
#[derive(Clone, Copy)]
enum As {
    Bytes,
    Text,
    Id,
    Number,
    Time,
    /// The first of some ids.
    Ids,
    /// The first of some texts.
    Texts,
}

impl As {
    fn altered(self, column: &str, position: u32, bit: u32) -> String {
        let text = |text: &str| {
            let at = format!("({position} % length({text}) + 1)");
            // Another letter in the same place: one bit of it, but never a character that is none.
            let letter = format!("chr(ascii(substr({text}, {at}, 1)) # {})", if bit.is_multiple_of(2) { 1 } else { 2 });
            format!("overlay({text} placing {letter} from {at} for 1)")
        };
        let id = |id: &str| {
            let raw = format!("decode(replace({id}::text, '-', ''), 'hex')");
            let at = position % 16;
            format!("encode(set_byte({raw}, {at}, get_byte({raw}, {at}) # {}), 'hex')::uuid", 1 << bit)
        };
        match self {
            Self::Bytes => {
                let at = format!("({position} % octet_length({column}))");
                format!("set_byte({column}, {at}, get_byte({column}, {at}) # {})", 1 << bit)
            }
            Self::Text => text(column),
            Self::Id => id(column),
            // Beyond what is there: a number in use would be refused by the table itself.
            Self::Number => format!("{column} # {}", 1 << (10 + position % 18)),
            Self::Time => format!("{column} + interval '{} microseconds'", 1 + position),
            Self::Ids => format!("ARRAY[{}] || {column}[2:]", id(&format!("{column}[1]"))),
            Self::Texts => format!("ARRAY[{}] || {column}[2:]", text(&format!("{column}[1]"))),
        }
    }
}

/// A stored thing: table, column, which rows, how it is altered, how often, and what the place that is
/// named begins with.
type Thing = (&'static str, &'static str, &'static str, As, usize, &'static [&'static str]);

/// The entries that wait for the tree.
const WAITING: &str = "id IN (SELECT entry FROM log.pending)";
const ENTRY: &[&str] = &["entry "];
const TILE: &[&str] = &["tile/"];
const CHECKPOINT: &[&str] = &["checkpoint"];
const CHAIN: &[&str] = &["chain of ", "entry "];
const TREE: &[&str] = &["membership tree ", "heads "];
const HEADS: &[&str] = &["heads "];

const THINGS: [Thing; 50] = [
    ("entry", "body", "body IS NOT NULL AND erased_by IS NULL", As::Text, 8, ENTRY),
    ("entry", "salt", "salt IS NOT NULL", As::Bytes, 6, ENTRY),
    ("entry", "commitment", "true", As::Bytes, 6, ENTRY),
    ("entry", "commitment", "erased_by IS NOT NULL", As::Bytes, 2, TILE),
    ("entry", "id", "true", As::Id, 3, ENTRY),
    ("entry", "at", "erased_by IS NULL", As::Time, 3, ENTRY),
    ("entry", "kind", "erased_by IS NULL", As::Text, 3, ENTRY),
    ("entry", "resource", "resource <> ''", As::Text, 3, ENTRY),
    ("entry", "persons", "persons <> '{}'", As::Ids, 3, ENTRY),
    ("entry", "erased_by", "erased_by IS NOT NULL", As::Id, 2, ENTRY),
    ("entry", "body", WAITING, As::Text, 3, ENTRY),
    ("entry", "salt", WAITING, As::Bytes, 3, ENTRY),
    ("entry", "kind", WAITING, As::Text, 2, ENTRY),
    ("leaf", "index", "true", As::Number, 3, ENTRY),
    ("leaf", "entry", "true", As::Id, 3, ENTRY),
    ("tile", "bytes", "level = 0 AND octet_length(bytes) = 8192", As::Bytes, 8, TILE),
    ("tile", "bytes", "level = 0 AND octet_length(bytes) < 8192", As::Bytes, 6, TILE),
    ("tile", "bytes", "level = 1", As::Bytes, 6, TILE),
    ("tile", "number", "true", As::Number, 2, TILE),
    ("checkpoint", "root", "true", As::Bytes, 5, CHECKPOINT),
    ("checkpoint", "size", "true", As::Number, 3, CHECKPOINT),
    ("checkpoint", "note", "cosignatures = 0", As::Text, 10, CHECKPOINT),
    ("checkpoint", "note", "cosignatures = 1", As::Text, 16, CHECKPOINT),
    ("checkpoint", "witnesses", "cosignatures = 1", As::Texts, 6, CHECKPOINT),
    ("checkpoint", "cosignatures", "true", As::Number, 2, CHECKPOINT),
    ("person", "person", "true", As::Id, 2, CHAIN),
    ("person", "count", "true", As::Number, 2, CHAIN),
    ("person", "head", "true", As::Bytes, 4, CHAIN),
    ("person", "shard", "shard IS NOT NULL", As::Number, 2, CHAIN),
    ("link", "person", "true", As::Id, 3, CHAIN),
    ("link", "index", "true", As::Number, 3, CHAIN),
    ("link", "head", "true", As::Bytes, 6, CHAIN),
    ("tree", "root", "true", As::Bytes, 2, TREE),
    ("tree", "tag_key", "true", As::Bytes, 2, TREE),
    ("tree", "secret", "true", As::Bytes, 4, TREE),
    ("tree", "leaves", "true", As::Number, 2, TREE),
    ("tree", "page_roots", "true", As::Bytes, 4, TREE),
    ("tree_page", "bytes", "true", As::Bytes, 8, TREE),
    ("tree_page", "first_tag", "true", As::Bytes, 2, TREE),
    ("heads", "entry", "true", As::Id, 2, HEADS),
    ("heads", "size", "true", As::Number, 2, HEADS),
    ("heads", "root", "true", As::Bytes, 2, HEADS),
    ("heads", "tag_key", "true", As::Bytes, 2, HEADS),
    ("heads", "shard_key", "shard_key IS NOT NULL", As::Bytes, 2, HEADS),
    ("shard", "shard", "true", As::Number, 2, HEADS),
    ("shard", "size", "true", As::Number, 3, HEADS),
    ("shard", "root", "true", As::Bytes, 3, HEADS),
    ("shard", "tag_key", "true", As::Bytes, 2, HEADS),
    ("shard", "leaves", "true", As::Number, 2, HEADS),
    ("pending", "commitment", "true", As::Bytes, 2, ENTRY),
];

const TABLES: [&str; 10] =
    ["entry", "pending", "leaf", "tile", "checkpoint", "person", "link", "heads", "shard", "tree_page"];

/// A log with everything in it: two checkpoints, one of them cosigned, full and partial tiles on two
/// levels, an erased entry, heads published in the first version's way and twice in shards, the tree of an
/// extract, an entry that waits.
async fn full(world: &World) {
    let (kari, ola) = (world.person(), world.person());
    let entries = world.enter_some(140, &[kari, ola]).await;
    world.sequencer.catch_up().await.unwrap();
    shards::publish_first_version(world, &[kari, ola]).await;
    world.log.publish_heads(&flows()).await.unwrap();
    let basis = LegalBasis::new("GDPR", "art. 17");
    world.log.erase(entries[3], &flows(), basis, "asked for").await.unwrap();
    let membership = Membership::build(TreeKey::generate(world.store.randomness()), &[(kari, "in"), (ola, "out")]);
    world.log.keep_membership(&membership.unwrap()).await.unwrap();
    world.enter_some(130, &[kari]).await;
    world.sequencer.catch_up().await.unwrap();
    world.log.publish_heads(&flows()).await.unwrap();
    world.sequencer.catch_up().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let key = SecretKey::generate("witness.example/w1", KeyKind::Witness, world.store.randomness()).unwrap();
    let witness = Witness::open(&folder.path().join("seen.json"), key, vec![world.key.clone()]).unwrap();
    let request = world.log.witness_request(0).await.unwrap().unwrap();
    let lines = witness.add_checkpoint(&request.body, &**world.store.clock()).unwrap();
    world.log.keep_cosignatures(request.size, &lines, &[witness.public().clone()]).await.unwrap();
    world.enter_some(1, &[ola]).await;
}

#[tokio::test]
async fn any_altered_byte_of_what_is_kept_is_found_and_its_place_is_named() {
    let world = world().await;
    full(&world).await;
    let report = world.log.verify(&world.key, |_, _| {}).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.checkpoints, report.cosignatures, report.erased, report.trees), (3, 1, 1, 6));
    let (mut owner, randomness) = (world.database.owner().await, Randomness::seeded(17));
    run(&mut owner, "SET session_replication_role = replica".to_owned()).await;
    copy(&mut owner, "backup", "log").await;
    for (table, column, rows, how, times, places) in THINGS {
        for _ in 0..times {
            let random = |_| u32::from_be_bytes(randomness.bytes()) >> 4;
            let [row, position, bit] = [(); 3].map(random);
            let altered = how.altered(column, position, bit % 8);
            let statement = format!(
                "UPDATE log.{table} SET {column} = {altered} WHERE ctid = (SELECT ctid FROM log.{table} WHERE {rows} \
                 ORDER BY ctid OFFSET {row} % (SELECT count(*) FROM log.{table} WHERE {rows}) LIMIT 1)"
            );
            assert_eq!(run(&mut owner, statement.clone()).await, 1, "{statement}");
            let found = world.faults().await;
            let named = found.iter().any(|fault| places.iter().any(|place| fault.place.starts_with(place)));
            assert!(named, "{statement}\n{found:?}");
            copy(&mut owner, "log", "backup").await;
        }
    }
    assert_eq!(world.faults().await, [], "put back, it is sound");
}

#[expect(clippy::disallowed_methods, reason = "a test that alters the log writes its SQL, with no input in it")]
async fn run(owner: &mut PgConnection, statement: String) -> u64 {
    owner.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await.unwrap().rows_affected()
}

async fn copy(owner: &mut PgConnection, to: &str, from: &str) {
    let mut script = format!("BEGIN; CREATE SCHEMA IF NOT EXISTS {to};");
    for table in TABLES.into_iter().chain(["tree"]) {
        script += &format!(
            "CREATE TABLE IF NOT EXISTS {to}.{table} (LIKE {from}.{table}); DELETE FROM {to}.{table}; \
             INSERT INTO {to}.{table} OVERRIDING SYSTEM VALUE SELECT * FROM {from}.{table};"
        );
    }
    run(owner, script + "COMMIT;").await;
}
