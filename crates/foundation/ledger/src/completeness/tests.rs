use std::collections::BTreeMap;

use jiff::Timestamp;
use varde_core::{Actor, Component, EntryId, Randomness, SimulatedClock};

use super::*;
use crate::{
    Checkpoint, Draft, SecretKey,
    key::KeyKind,
    keyed::{KeyedTree, TreeKey},
    proof::{Opened, tests::independent},
    shards::{self, ShardKey, Shards},
    tree::{Edge, Tiles, prove_inclusion},
};

struct World {
    clock: SimulatedClock,
    randomness: Randomness,
    key: SecretKey,
    opened: Vec<Opened>,
}

impl World {
    fn new() -> Self {
        let randomness = Randomness::seeded(21);
        let key = SecretKey::generate("varde.example/log", KeyKind::Log, &randomness).unwrap();
        Self { clock: SimulatedClock::new(Timestamp::UNIX_EPOCH), randomness, key, opened: Vec::new() }
    }

    fn person(&self) -> PersonId {
        PersonId::new(&self.clock, &self.randomness)
    }

    fn enter(&mut self, draft: Draft) -> Opened {
        let id = EntryId::new(&self.clock, &self.randomness);
        let entry = draft.into_entry(id, Timestamp::UNIX_EPOCH, &Actor::system(Component::Flows));
        let body = String::from_utf8(entry.canonical()).unwrap();
        let opened = Opened { salt: self.randomness.bytes(), body };
        self.opened.push(opened.clone());
        opened
    }

    fn prove(&self, index: u64) -> LogProof {
        let mut edge = Edge::resume(0, Digest::of(b""), &Tiles::new()).unwrap();
        for opened in &self.opened {
            edge.push(&opened.commitment()).unwrap();
        }
        let (size, root) = (edge.size(), edge.root().unwrap());
        let tiles = edge.new_tiles().unwrap().into_iter().collect();
        let path = prove_inclusion(index, size, root, &tiles).unwrap();
        let opened = Some(self.opened[index as usize].clone());
        LogProof { opened, index, path, checkpoint: Checkpoint::sign(size, root, &self.key) }
    }

    fn links_of(&self, person: PersonId) -> Vec<Link> {
        let concerns = |o: &&Opened| o.entry().unwrap().persons.contains(&person);
        let link = |(index, o): (u64, &Opened)| Link {
            index,
            commitment: o.commitment(),
            salt: Some(hex::encode(o.salt)),
            body: Some(o.body.clone()),
        };
        (0..).zip(&self.opened).filter(|(_, o)| concerns(o)).map(link).collect()
    }

    /// Publishes the heads of these persons and proves completeness to one of them.
    fn complete(&mut self, heads: &[(PersonId, Head)], person: PersonId, links: Vec<Link>) -> CompletenessProof {
        let (shard_key, tree_key) = (ShardKey::from_bytes([5; 32]), TreeKey::from_bytes([4; 32]));
        let mut values: BTreeMap<u32, Vec<(PersonId, [u8; 40])>> = BTreeMap::new();
        for (person, head) in heads {
            values.entry(shard_key.place(*person)).or_default().push((*person, head.bytes()));
        }
        let commit =
            |(shard, values): (&u32, &Vec<_>)| (*shard, KeyedTree::build(&tree_key, values).unwrap().commitment());
        let shards: Shards = values.iter().map(commit).collect();
        let size = self.opened.len() as u64;
        let said = shards.commitment(&shard_key);
        self.enter(Draft::new(HEADS_KIND, "log", "heads").with(SHARDS_DETAIL, said).with(SIZE_DETAIL, size));
        let (key, there) = match values.remove(&shard_key.place(person)) {
            Some(values) => (tree_key, values),
            None => (shards::nobody(), Vec::new()),
        };
        let value = there.iter().find(|(p, _)| *p == person).map(|(_, v)| v.as_slice());
        let head = KeyedTree::build(&key, &there).unwrap().prove(&key, person, value).unwrap();
        CompletenessProof::new(person, links, shards.prove(&shard_key, person), head, &self.prove(size))
    }

    /// As it was in the first version of the format: one tree.
    fn complete_first(&mut self, heads: &[(PersonId, Head)], person: PersonId, links: Vec<Link>) -> CompletenessProof {
        let tree_key = TreeKey::from_bytes([4; 32]);
        let values: Vec<(PersonId, [u8; 40])> = heads.iter().map(|(p, h)| (*p, h.bytes())).collect();
        let tree = KeyedTree::build(&tree_key, &values).unwrap();
        let size = self.opened.len() as u64;
        let draft = Draft::new(HEADS_KIND, "log", "heads").with(TREE_DETAIL, tree.commitment()).with(SIZE_DETAIL, size);
        self.enter(draft);
        let value = values.iter().find(|(p, _)| *p == person).map(|(_, v)| v.as_slice());
        let head = tree.prove(&tree_key, person, value).unwrap();
        let (format, log_proof) = (FIRST_FORMAT.to_owned(), self.prove(size).to_string());
        CompletenessProof { format, person, entries: links, shard: None, head, log_proof }
    }
}

fn world() -> (World, PersonId, PersonId) {
    let mut world = World::new();
    let (kari, ola) = (world.person(), world.person());
    for n in 0..6 {
        let draft = Draft::new("citizen.register.read", "register", n);
        world.enter(if n % 2 == 0 { draft.concerning(kari) } else { draft.concerning(ola) });
    }
    (world, kari, ola)
}

fn heads(world: &World, persons: &[PersonId]) -> Vec<(PersonId, Head)> {
    persons.iter().map(|p| (*p, Head::over(world.links_of(*p).iter().map(|l| &l.commitment)))).collect()
}

#[test]
fn a_complete_list_holds_and_a_list_with_something_left_out_does_not() {
    let (mut world, kari, ola) = world();
    let trust = Policy::trusting(world.key.public().clone());
    let (links, all) = (world.links_of(kari), heads(&world, &[kari, ola]));
    let proof = world.complete(&all, kari, links.clone());
    let json = serde_json::to_string(&proof).unwrap();
    let complete = serde_json::from_str::<CompletenessProof>(&json).unwrap().check(&trust).unwrap();
    assert_eq!((complete.entries.len(), complete.upto), (3, 6));

    for i in 0..links.len() {
        let mut fewer = proof.clone();
        fewer.entries.remove(i);
        let expected = CompletenessError::Incomplete { listed: 2, on_log: 3 };
        assert_eq!(fewer.check(&trust).unwrap_err(), expected);
    }
    let mut swapped = proof.clone();
    swapped.entries.swap(0, 1);
    assert_eq!(swapped.check(&trust).unwrap_err(), CompletenessError::Order(2));
    let mut foreign = proof.clone();
    foreign.entries[1] = world.links_of(ola)[1].clone();
    assert_eq!(foreign.check(&trust).unwrap_err(), CompletenessError::Foreign(2));
    let mut somebody_else = proof;
    somebody_else.person = ola;
    assert!(somebody_else.check(&trust).is_err());
}

#[test]
fn every_altered_byte_of_the_file_is_found() {
    let (mut world, kari, ola) = world();
    let trust = Policy::trusting(world.key.public().clone());
    let (links, all) = (world.links_of(kari), heads(&world, &[kari, ola]));
    let proof = world.complete(&all, kari, links);
    let json = serde_json::to_string(&proof).unwrap();
    let said = proof.check(&trust).unwrap();
    for i in 0..json.len() {
        let mut altered = json.clone().into_bytes();
        altered[i] ^= 1;
        let Ok(altered) = serde_json::from_slice::<CompletenessProof>(&altered) else { continue };
        // Upper and lower case of a hexadecimal digit are the same proof; an index inside the
        // list that stays in order is only a hint of where to look.
        match altered.check(&trust) {
            Ok(held) => assert_eq!(
                held.entries.iter().map(|e| &e.1).collect::<Vec<_>>(),
                said.entries.iter().map(|e| &e.1).collect::<Vec<_>>(),
                "byte {i}"
            ),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

#[test]
fn erased_entries_keep_their_place_and_nobody_means_an_empty_list() {
    let (mut world, kari, ola) = world();
    let trust = Policy::trusting(world.key.public().clone());
    let mut links = world.links_of(kari);
    (links[1].salt, links[1].body) = (None, None);
    let all = heads(&world, &[kari, ola]);
    let complete = world.complete(&all, kari, links).check(&trust).unwrap();
    assert!(complete.entries[1].1.is_none() && complete.entries[2].1.is_some());

    let stranger = world.person();
    let nothing = world.complete(&all, stranger, Vec::new()).check(&trust).unwrap();
    assert!(nothing.entries.is_empty());
}

#[test]
fn another_entry_cannot_pass_for_the_heads() {
    let (mut world, kari, ola) = world();
    let trust = Policy::trusting(world.key.public().clone());
    let (links, all) = (world.links_of(kari), heads(&world, &[kari, ola]));
    let mut proof = world.complete(&all, kari, links);
    proof.log_proof = world.prove(2).to_string();
    assert_eq!(proof.check(&trust).unwrap_err(), CompletenessError::NotHeads);
}

#[test]
fn files_of_the_first_version_still_hold_and_versions_are_not_mixed() {
    let (mut world, kari, ola) = world();
    let trust = Policy::trusting(world.key.public().clone());
    let (links, all) = (world.links_of(kari), heads(&world, &[kari, ola]));
    let first = world.complete_first(&all, kari, links.clone());
    assert_eq!(first.check(&trust).unwrap().entries.len(), 3);
    assert!(!serde_json::to_string(&first).unwrap().contains("\"shard\""));
    let mut fewer = first.clone();
    fewer.entries.pop();
    assert_eq!(fewer.check(&trust).unwrap_err(), CompletenessError::Incomplete { listed: 2, on_log: 3 });

    let second = world.complete(&all, kari, links);
    for (format, shard) in [(FORMAT, None), (FIRST_FORMAT, second.shard.clone())] {
        let mixed = CompletenessProof { format: format.to_owned(), shard, ..second.clone() };
        assert_eq!(mixed.check(&trust).unwrap_err(), CompletenessError::Format);
    }
    let mixed = CompletenessProof { format: FIRST_FORMAT.to_owned(), shard: None, ..second.clone() };
    assert_eq!(mixed.check(&trust).unwrap_err(), CompletenessError::NotHeads);
    let mixed = CompletenessProof { log_proof: first.log_proof, ..second };
    assert_eq!(mixed.check(&trust).unwrap_err(), CompletenessError::NotHeads);
}

#[test]
fn the_independent_checker_agrees_on_both_versions() {
    let (mut world, kari, ola) = world();
    let (links, all) = (world.links_of(kari), heads(&world, &[kari, ola]));
    let key = world.key.public().to_string();
    let stranger = world.person();
    let mut erased = links.clone();
    (erased[1].salt, erased[1].body) = (None, None);
    for (proof, told) in [
        (world.complete(&all, kari, links.clone()), "3 entries"),
        (world.complete(&all, kari, erased), "3 entries"),
        (world.complete(&all, stranger, Vec::new()), "0 entries"),
        (world.complete_first(&all, kari, links.clone()), "3 entries"),
    ] {
        let json = serde_json::to_vec(&proof).unwrap();
        let (held, said) = independent(&json, &key);
        assert!(held && said.contains(told), "{said}");
        for left_out in 0..proof.entries.len() {
            let mut fewer = proof.clone();
            fewer.entries.remove(left_out);
            let (held, said) = independent(&serde_json::to_vec(&fewer).unwrap(), &key);
            assert!(!held, "without entry {left_out}: {said}");
        }
    }
    let proof = world.complete(&all, kari, links);
    let (json, trust) = (serde_json::to_string(&proof).unwrap(), Policy::trusting(world.key.public().clone()));
    for at in (0..json.len()).step_by(97) {
        let mut altered = json.clone().into_bytes();
        altered[at] ^= 1;
        let ours = serde_json::from_slice::<CompletenessProof>(&altered).is_ok_and(|proof| proof.check(&trust).is_ok());
        let (theirs, said) = independent(&altered, &key);
        assert_eq!(theirs, ours, "byte {at}: {said}");
    }
}
