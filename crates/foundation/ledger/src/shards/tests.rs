use proptest::prelude::*;
use varde_core::SimulatedClock;

use super::*;

/// The shards of some persons, each with their number as value.
struct World {
    key: ShardKey,
    persons: Vec<PersonId>,
    trees: BTreeMap<u32, (TreeKey, KeyedTree)>,
    shards: Shards,
}

fn world(count: u32) -> World {
    let (clock, randomness) = (SimulatedClock::new(jiff::Timestamp::UNIX_EPOCH), Randomness::seeded(31));
    let key = ShardKey::generate(&randomness);
    let persons: Vec<PersonId> = (0..count).map(|_| PersonId::new(&clock, &randomness)).collect();
    let mut values: BTreeMap<u32, Vec<(PersonId, [u8; 4])>> = BTreeMap::new();
    for (n, person) in (0_u32..).zip(&persons) {
        values.entry(key.place(*person)).or_default().push((*person, n.to_be_bytes()));
    }
    let tree = |values: Vec<_>| {
        let key = TreeKey::generate(&randomness);
        let tree = KeyedTree::build(&key, &values).unwrap();
        (key, tree)
    };
    let trees: BTreeMap<_, _> = values.into_iter().map(|(shard, values)| (shard, tree(values))).collect();
    let shards = trees.iter().map(|(shard, (_, tree))| (*shard, tree.commitment())).collect();
    World { key, persons, trees, shards }
}

fn strangers(count: usize) -> Vec<PersonId> {
    let (clock, randomness) = (SimulatedClock::new(jiff::Timestamp::UNIX_EPOCH), Randomness::seeded(32));
    (0..count).map(|_| PersonId::new(&clock, &randomness)).collect()
}

impl World {
    fn says(&self, person: PersonId, value: Option<u32>) -> KeyedProof {
        let nobody: [(PersonId, [u8; 0]); 0] = [];
        let (key, tree) = self
            .trees
            .get(&self.key.place(person))
            .cloned()
            .unwrap_or_else(|| (super::nobody(), KeyedTree::build(&super::nobody(), &nobody).unwrap()));
        tree.prove(&key, person, value.map(u32::to_be_bytes).as_ref().map(<[u8; 4]>::as_slice)).unwrap()
    }
}

#[test]
fn everybody_and_nobody_is_proved_in_their_shard() {
    let world = world(300);
    let commitment = world.shards.commitment(&world.key);
    for (n, person) in (0..).zip(&world.persons) {
        let held = world.shards.prove(&world.key, *person).check(*person, &commitment, &world.says(*person, Some(n)));
        assert_eq!(held.unwrap().unwrap(), n.to_be_bytes());
    }
    for stranger in strangers(50) {
        let held = world.shards.prove(&world.key, stranger).check(stranger, &commitment, &world.says(stranger, None));
        assert_eq!(held.unwrap(), None);
    }
    let nobody = Shards::default();
    let (commitment, person) = (nobody.commitment(&world.key), strangers(1)[0]);
    let empty = KeyedTree::build(&super::nobody(), &[(person, b""); 0]).unwrap();
    let says = empty.prove(&super::nobody(), person, None).unwrap();
    assert_eq!(nobody.prove(&world.key, person).check(person, &commitment, &says), Ok(None));
}

#[test]
fn nobody_is_shown_absent_in_anothers_shard_or_with_another_key() {
    let world = world(300);
    let commitment = world.shards.commitment(&world.key);
    let (person, other) = (world.persons[0], world.persons[1]);
    assert_ne!(world.key.place(person), world.key.place(other));
    // The tree of another shard does not have the person; it is not the one that speaks of them.
    let (key, tree) = &world.trees[&world.key.place(other)];
    let says = tree.prove(key, person, None).unwrap();
    let mut proof = world.shards.prove(&world.key, other);
    assert_eq!(proof.check(person, &commitment, &says), Err(KeyedError::WrongProof));
    // A shard key under which the person would be there.
    let randomness = Randomness::seeded(7);
    let false_key = std::iter::repeat_with(|| ShardKey::generate(&randomness))
        .find(|key| key.place(person) == world.key.place(other))
        .unwrap();
    proof.key = Digest::from_bytes(*false_key.bytes());
    assert_eq!(proof.check(person, &commitment, &says), Err(KeyedError::WrongProof));
    // Another number of shards.
    for bits in [0, 1, 13, 15, 32, 255] {
        let commitment = ShardsCommitment { bits, ..commitment };
        let says = world.says(person, Some(0));
        let proof = world.shards.prove(&world.key, person);
        assert_eq!(proof.check(person, &commitment, &says), Err(KeyedError::WrongProof), "{bits}");
    }
}

#[test]
fn a_shard_that_grew_changes_the_root_and_nothing_else() {
    let world = world(100);
    let before = world.shards.commitment(&world.key);
    let (shard, (key, _)) = world.trees.iter().next().unwrap();
    let grown = KeyedTree::build(key, &[(world.persons[0], b"grown")]).unwrap().commitment();
    let replaced = world.shards.iter().map(|(n, tree)| (n, if n == *shard { grown } else { tree }));
    let after = replaced.collect::<Shards>().commitment(&world.key);
    assert_ne!(before.root, after.root);
    assert_eq!((before.bits, before.key), (after.bits, after.key));
}

proptest! {
    #[test]
    fn the_sparse_walk_is_the_trees(bits in 0_u8..8, places in prop::collection::btree_set(any::<u32>(), 0..20), shard in any::<u32>()) {
        let count = 1_u32 << bits;
        let tree = |n: u32| TreeCommitment { root: Digest::of(&n.to_be_bytes()), leaves: n.into(), tag_key: Digest::of(b"k") };
        let shards: Shards = places.iter().map(|n| n % count).map(|n| (n, tree(n))).collect();
        let mut row: Vec<Hash> = (0..count).map(|n| line(&shards.get(n))).collect();
        while row.len() > 1 {
            row = row.chunks(2).map(|pair| tlog::node_hash(pair[0], pair[1])).collect();
        }
        let (root, path) = shards.walk(bits, shard % count);
        prop_assert_eq!(root, row[0]);
        let leaf = line(&shards.get(shard % count));
        prop_assert!(tlog::check_record(&path, count.into(), root, (shard % count).into(), leaf).is_ok());
    }
}
