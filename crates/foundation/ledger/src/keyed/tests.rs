use proptest::prelude::*;
use varde_core::{Randomness, SimulatedClock};

use super::*;

fn persons(count: usize) -> Vec<PersonId> {
    let (clock, randomness) = (SimulatedClock::new(jiff::Timestamp::UNIX_EPOCH), Randomness::seeded(5));
    (0..count).map(|_| PersonId::new(&clock, &randomness)).collect()
}

fn tree(people: &[PersonId]) -> (KeyedTree, TreeKey) {
    let key = TreeKey::from_bytes([9; 32]);
    let values: Vec<(PersonId, String)> = (0..).zip(people).map(|(i, p)| (*p, format!("status {i}"))).collect();
    (KeyedTree::build(&key, &values).unwrap(), key)
}

/// Every byte of the proof's JSON altered: it must not hold with another meaning.
fn assert_no_altered_byte_holds(proof: &KeyedProof, person: PersonId, commitment: &TreeCommitment) {
    let said = proof.check(person, commitment).unwrap();
    let json = serde_json::to_string(proof).unwrap();
    for i in 0..json.len() {
        let mut altered = json.clone().into_bytes();
        altered[i] ^= 1;
        let Ok(altered) = serde_json::from_slice::<KeyedProof>(&altered) else { continue };
        if altered != *proof {
            assert!(altered.check(person, commitment).is_err(), "byte {i}");
        } else {
            assert_eq!(altered.check(person, commitment).unwrap(), said);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn members_and_strangers_are_told_apart(count in 0_usize..40, pick in any::<prop::sample::Index>(), bit in 0_usize..256) {
        let people = persons(count + 1);
        let (stranger, members) = people.split_last().unwrap();
        let (tree, key) = tree(members);
        let commitment = tree.commitment();
        let absent = tree.prove(&key, *stranger, None).unwrap();
        prop_assert_eq!(absent.check(*stranger, &commitment), Ok(None));
        assert_no_altered_byte_holds(&absent, *stranger, &commitment);
        prop_assert!(tree.prove(&key, *stranger, Some(b"included")).is_err());
        if count > 0 {
            let i = pick.index(count);
            let present = tree.prove(&key, members[i], Some(format!("status {i}").as_bytes())).unwrap();
            prop_assert_eq!(present.check(members[i], &commitment), Ok(Some(format!("status {i}").into_bytes())));
            prop_assert!(present.check(*stranger, &commitment).is_err());
            prop_assert!(tree.prove(&key, members[i], None).is_err());
            assert_no_altered_byte_holds(&present, members[i], &commitment);
            let mut root = *commitment.root.bytes();
            root[bit / 8] ^= 1 << (bit % 8);
            let other = TreeCommitment { root: Digest::from_bytes(root), ..commitment };
            prop_assert!(present.check(members[i], &other).is_err());
        }
    }
}

#[test]
fn pages_give_the_same_root_as_one_tree_and_prove_when_only_some_are_loaded() {
    for count in [1, 2, 4_095, 4_096, 4_097, 8_192, 3 * 4_096 + 5] {
        let people = persons(count + 1);
        let (stranger, members) = people.split_last().unwrap();
        let (whole, key) = tree(members);
        let all: Vec<u8> = whole.pages().flat_map(|(_, _, bytes)| bytes.to_vec()).collect();
        assert_eq!(*whole.commitment().root.bytes(), root_of(&all).0);
        let last = (count as u64 - 1) / PAGE;
        for person in [members[0], members[count - 1], *stranger] {
            let value = members.iter().position(|p| *p == person).map(|i| format!("status {i}").into_bytes());
            let place = whole.place(&tag(&key.tag_key(), person)).unwrap();
            let wanted = [place / PAGE, place.saturating_sub(1) / PAGE, last];
            let pages = whole.pages().filter(|(n, ..)| wanted.contains(n)).map(|(n, _, b)| (n, b.to_vec())).collect();
            let roots = whole.pages().map(|(_, root, _)| root).collect();
            let partial = KeyedTree::from_pages(whole.commitment(), roots, pages).unwrap();
            let proof = partial.prove(&key, person, value.as_deref()).unwrap();
            assert_eq!(proof.check(person, &whole.commitment()), Ok(value));
        }
    }
}

#[test]
fn altered_pages_and_doubles_are_refused() {
    let people = persons(5_000);
    let (whole, key) = tree(&people);
    let roots: Vec<Digest> = whole.pages().map(|(_, root, _)| root).collect();
    let mut pages: BTreeMap<u64, Vec<u8>> = whole.pages().map(|(n, _, b)| (n, b.to_vec())).collect();
    pages.get_mut(&1).unwrap()[70] ^= 1;
    assert_eq!(KeyedTree::from_pages(whole.commitment(), roots, pages).unwrap_err(), KeyedError::Inconsistent);
    let twice = [(people[0], "a"), (people[0], "b")];
    assert_eq!(KeyedTree::build(&key, &twice).unwrap_err(), KeyedError::Twice);
}

/// Prints how long a tree takes: of the whole country in a release build.
#[test]
fn figures_of_building() {
    let count = if cfg!(debug_assertions) { 20_000 } else { 5_500_000 };
    let people = persons(count);
    let began = std::time::Instant::now();
    let (tree, key) = tree(&people);
    let built = began.elapsed();
    let proof = tree.prove(&key, people[7], Some(b"status 7")).unwrap();
    println!(
        "a keyed tree over {count} persons: {built:?}, a proof of {} bytes",
        serde_json::to_vec(&proof).unwrap().len()
    );
    assert_eq!(proof.check(people[7], &tree.commitment()), Ok(Some(b"status 7".to_vec())));
}
