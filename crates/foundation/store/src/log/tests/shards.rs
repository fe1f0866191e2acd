//! Heads in shards: what is written, what is kept, and data from before there were any.

use varde_ledger::{chain::Head, completeness::SIZE_DETAIL, keyed::KeyedTree, shards::ShardKey};

use super::*;
use crate::log::{heads::KEPT, trees::write_trees};

impl World {
    async fn count(&self, what: &'static str) -> i64 {
        sqlx::query_scalar(what).fetch_one(&mut self.database.owner().await).await.unwrap()
    }

    async fn versions(&self) -> i64 {
        self.count("SELECT count(*) FROM log.shard").await
    }

    async fn publish(&self) -> EntryId {
        let entry = self.log.publish_heads(&flows()).await.unwrap();
        self.sequencer.catch_up().await.unwrap();
        entry
    }

    async fn proves_to(&self, person: PersonId) -> usize {
        self.log.completeness(person, &flows()).await.unwrap().check(&self.trust()).unwrap().entries.len()
    }
}

/// Publishes the heads of these persons as it was done before there were shards.
pub(super) async fn publish_first_version(world: &World, persons: &[PersonId]) {
    let mut heads = Vec::new();
    for person in persons {
        let entries = world.log.entries_of(*person).await.unwrap();
        let mut links: Vec<_> = entries.iter().map(|entry| (entry.index.unwrap(), entry.commitment)).collect();
        links.sort_unstable_by_key(|(index, _)| *index);
        heads.push((*person, Head::over(links.iter().map(|(_, commitment)| commitment)).bytes()));
    }
    let key = TreeKey::generate(world.store.randomness());
    let tree = KeyedTree::build(&key, &heads).unwrap();
    let (size, commitment) = (world.log.checkpoint().await.unwrap().unwrap().checkpoint().size, tree.commitment());
    let mut transaction = world.store.pool().begin().await.unwrap();
    write_trees(&mut transaction, &[(&key, &tree)]).await.unwrap();
    let kind = varde_ledger::completeness::HEADS_KIND;
    let draft = Draft::new(kind, "log", "heads").with(TREE_DETAIL, commitment).with(SIZE_DETAIL, size);
    let entry = world.log.enter(&mut transaction, draft, &flows()).await.unwrap();
    sqlx::query("INSERT INTO log.heads (entry, size, root, tag_key) VALUES ($1, $2, $3, $4)")
        .bind(entry.uuid())
        .bind(signed(size))
        .bind(commitment.root.bytes().as_slice())
        .bind(commitment.tag_key.bytes().as_slice())
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn only_the_shards_in_which_a_chain_grew_are_written_again() {
    let world = world().await;
    let people: Vec<PersonId> = (0..40).map(|_| world.person()).collect();
    world.enter_some(80, &people).await;
    world.sequencer.catch_up().await.unwrap();
    world.publish().await;
    let all = world.versions().await;
    assert!(all > 35, "{all} shards for 40 people");
    world.publish().await;
    assert_eq!(world.versions().await, all, "nothing grew");
    let stranger = world.person();
    for (person, entries) in [(people[7], 3), (stranger, 1)] {
        let before = world.versions().await;
        world.enter_some(1, &[person]).await;
        world.sequencer.catch_up().await.unwrap();
        world.publish().await;
        assert_eq!(world.versions().await, before + 1, "one chain grew");
        assert_eq!(world.proves_to(person).await, entries);
    }
    for person in &people[8..12] {
        assert_eq!(world.proves_to(*person).await, 2, "in a shard that stayed as it was");
    }
    assert_eq!(world.proves_to(world.person()).await, 0, "of somebody who has no chain");
    assert_eq!(world.faults().await, []);
}

#[tokio::test]
async fn what_only_old_publications_need_is_forgotten_and_the_log_stays_sound() {
    let world = world().await;
    let (kari, ola) = (world.person(), world.person());
    world.enter_some(2, &[kari, ola]).await;
    for _ in 0..KEPT + 3 {
        world.enter_some(1, &[kari]).await;
        world.sequencer.catch_up().await.unwrap();
        world.publish().await;
    }
    assert_eq!(world.versions().await, KEPT + 1, "the last of each, and what the kept ones need");
    assert_eq!(world.count("SELECT count(*) FROM log.tree").await, KEPT + 1);
    assert_eq!((world.proves_to(kari).await, world.proves_to(ola).await), (8, 1));
    assert_eq!(world.faults().await, []);
}

#[tokio::test]
async fn heads_of_the_first_version_still_verify_and_the_next_are_in_shards() {
    let world = world().await;
    let (kari, ola) = (world.person(), world.person());
    world.enter_some(6, &[kari, ola]).await;
    world.sequencer.catch_up().await.unwrap();
    publish_first_version(&world, &[kari, ola]).await;
    world.sequencer.catch_up().await.unwrap();
    assert_eq!(world.faults().await, []);
    assert!(!world.log.heads_are_current().await.unwrap(), "those of the first version do not count");
    let mut owner = world.database.owner().await;
    let alteration = "UPDATE log.link SET head = set_byte(head, 3, get_byte(head, 3) # 1) WHERE position = 3";
    alter(&mut owner, alteration).await;
    let faults = world.faults().await;
    assert!(faults.iter().any(|fault| fault.place.starts_with("heads ")), "{faults:?}");
    alter(&mut owner, alteration).await;
    world.publish().await;
    assert!(world.log.heads_are_current().await.unwrap());
    assert_eq!((world.proves_to(kari).await, world.faults().await), (3, vec![]));
    for _ in 0..KEPT {
        world.publish().await;
    }
    assert_eq!(world.count("SELECT count(*) FROM log.tree").await, 2, "the tree over everybody is forgotten");
    assert_eq!(world.faults().await, []);
}

#[tokio::test]
async fn a_shard_with_somebody_too_many_or_too_few_is_named() {
    let world = world().await;
    let people: Vec<PersonId> = (0..4).map(|_| world.person()).collect();
    world.enter_some(8, &people).await;
    world.sequencer.catch_up().await.unwrap();
    world.publish().await;
    let key: Vec<u8> = sqlx::query_scalar("SELECT shard_key FROM log.heads")
        .fetch_one(&mut world.database.owner().await)
        .await
        .unwrap();
    let shard = ShardKey::from_bytes(key.try_into().unwrap()).place(people[0]);
    // Whoever can write to the database takes somebody out of what is published next.
    alter(&mut world.database.owner().await, "UPDATE log.person SET shard = (shard + 1) % 16384").await;
    let faults = world.faults().await;
    assert_eq!(faults.len(), 4, "{faults:?}");
    world.enter_some(4, &people).await;
    world.sequencer.catch_up().await.unwrap();
    world.publish().await;
    let faults = world.faults().await;
    let named = faults.iter().any(|fault| fault.place.ends_with(&format!("shard {shard}")));
    assert!(named, "{shard}: {faults:?}");
}
