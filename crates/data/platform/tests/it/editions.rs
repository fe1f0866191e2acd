//! What is promised of a delivery that another edition of the engine made: every byte is held against the log all
//! the same; made again by this one it may be other bytes, which is told and says nothing against it.

use std::fs;

use varde_core::{Actor, Component, Digest, ExtractId};
use varde_ledger::Draft;
use varde_permit::{ExtractSpec, Manifest, RuleSet};
use varde_platform::{
    Verification, canonical,
    engine::{EDITION, extract::Finding},
};

use crate::{
    service::{delivered, stays, wanted},
    support::{World, system},
};

const WORDS: &[u8] = b"As another edition words it.\n";

async fn world() -> World {
    let world = World::new().await;
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    world.approved(&stay).await;
    world
}

/// Makes the delivery one of that edition, which words its README otherwise, with an entry on the log that says so.
async fn made_by(world: &World, id: ExtractId, edition: Option<u32>) {
    let record = world.platform.extract(&system(), id).await.unwrap();
    let specification = ExtractSpec { edition, ..record.specification };
    let digest = Digest::of(&canonical(&specification));
    let mut manifest = Manifest { specification: digest, ..record.manifest.unwrap() };
    let folder = world.platform.delivery(id);
    fs::write(folder.join("README.md"), WORDS).unwrap();
    let readme = manifest.files.iter_mut().find(|file| file.name == "README.md").unwrap();
    (readme.digest, readme.bytes) = (Digest::of(WORDS), WORDS.len() as u64);
    let bytes = canonical(&manifest);
    fs::write(folder.join("manifest.json"), &bytes).unwrap();
    let mut work = world.store.context(&varde_platform::CONTEXT).begin(&system()).await.unwrap();
    let draft = Draft::new("platform.extract.delivered", "extract", id)
        .with("manifest", Digest::of(&bytes))
        .with("permit", specification.permit);
    let entered = work.enter(draft).await.unwrap();
    work.commit(entered).await.unwrap();
    let row = "UPDATE platform.extract SET specification = $1, manifest = $2, manifest_digest = $3, \
               entry = (SELECT id FROM log.entry WHERE kind = 'platform.extract.delivered' AND id <> entry)";
    sqlx::query(row)
        .bind(sqlx::types::Json(&specification))
        .bind(sqlx::types::Json(&manifest))
        .bind(Digest::of(&bytes).bytes().as_slice())
        .execute(&mut world.database.owner().await)
        .await
        .unwrap();
}

#[tokio::test]
async fn other_bytes_of_another_edition_say_nothing_against_a_delivery() {
    let world = world().await;
    let permit = wanted(&world, RuleSet::Norway);
    let id = delivered(&world, &permit).await;
    made_by(&world, id, None).await;
    let verified = world.platform.verify(&system(), id).await.unwrap();
    let older = Verification { findings: Vec::new(), replayed: Some(false), other_edition: Some(0) };
    assert_eq!((verified.is_good(), &verified), (true, &older));
    // Every byte is held against the log as always.
    fs::write(world.platform.delivery(id).join("README.md"), b"As somebody else words it.\n").unwrap();
    let altered = world.platform.verify(&system(), id).await.unwrap();
    assert_eq!(altered.findings, [Finding::Altered("README.md".to_owned())]);
    assert!(!altered.is_good());
    fs::write(world.platform.delivery(id).join("README.md"), WORDS).unwrap();
    // When the key is gone that is what is told, and not other bytes that nobody has seen.
    world.permits.revoke(permit.id, world.store.clock().now());
    world.platform.destroy_key(&Actor::system(Component::CommandLine), permit.id).await.unwrap();
    let kept = world.platform.verify(&system(), id).await.unwrap();
    assert_eq!((kept.is_good(), kept), (true, Verification { replayed: None, ..older }));
}

#[tokio::test]
async fn a_newer_edition_is_told_too_and_this_one_has_to_give_the_same_bytes() {
    for (edition, other, good) in [(EDITION + 1, Some(EDITION + 1), true), (EDITION, None, false)] {
        let world = world().await;
        let id = delivered(&world, &wanted(&world, RuleSet::Norway)).await;
        made_by(&world, id, Some(edition)).await;
        let verified = world.platform.verify(&system(), id).await.unwrap();
        assert_eq!((verified.replayed, verified.other_edition), (Some(false), other));
        assert_eq!((verified.is_good(), verified.findings), (good, Vec::new()), "edition {edition}");
    }
}

#[tokio::test]
async fn where_two_editions_give_the_same_bytes_that_is_told() {
    let world = world().await;
    let id = world.prepared(&wanted(&world, RuleSet::Norway)).await;
    sqlx::query("UPDATE platform.extract SET specification = specification - 'edition'")
        .execute(&mut world.database.owner().await)
        .await
        .unwrap();
    world.platform.make(&system(), id, None).await.unwrap();
    let verified = world.platform.verify(&system(), id).await.unwrap();
    let same = Verification { findings: Vec::new(), replayed: Some(true), other_edition: Some(0) };
    assert_eq!((verified.is_good(), verified), (true, same));
}
