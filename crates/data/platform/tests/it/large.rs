//! An extract about very many people is not made before the access body has looked at it once more.

use varde_core::{Actor, LoginLevel, OrganisationId, PermitId, PersonId, Problem as _, ProblemKind, Role};
use varde_permit::{AssessedAsLarge, Permit, RuleSet};
use varde_platform::{ExtractStatus, LetGo, PlatformError};

use crate::{
    service::wanted,
    support::{LARGE, World, system},
    world::uuid,
};

/// As many people as are large, with a stay each.
fn stays() -> String {
    let row = |n: u64| format!("p{n},2024-03-{:02},I501,60\n", n % 28 + 1);
    format!("pid,in_date,code,age\n{}", (1..=LARGE.people).map(row).collect::<String>())
}

fn handler(of: OrganisationId) -> Actor {
    Actor::employee(PersonId::from_uuid(uuid(70)), LoginLevel::High, of, [Role::Handler])
}

#[tokio::test]
async fn a_large_extract_waits_for_somebody_to_look_at_it() {
    let world = World::new().await;
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    world.approved(&stay).await;
    let permit = Permit { id: PermitId::from_uuid(uuid(71)), ..wanted(&world, RuleSet::Norway) };
    let id = world.prepared(&permit).await;
    for _ in 0..2 {
        let record = world.platform.make(&system(), id, None).await.unwrap();
        assert_eq!(record.status, ExtractStatus::Held, "held, and held again");
        let held = record.held.unwrap();
        assert_eq!((held.people, held.confirmation), (LARGE.people, None));
        assert!(!world.platform.delivery(id).exists());
    }
    let said = LetGo { reason: "Meldt til departementet".to_owned(), background_check: "Sak 2026/17".to_owned() };
    let ours = handler(permit.access_body);
    let other = handler(OrganisationId::from_uuid(uuid(72)));
    for refused in [&other, &system(), &Actor::citizen(PersonId::from_uuid(uuid(70)), LoginLevel::High)] {
        let problem = world.platform.confirm(refused, permit.id, &said).await.unwrap_err();
        assert_eq!(problem.kind(), ProblemKind::Forbidden, "{refused:?}");
    }
    let silent = LetGo { reason: " ".to_owned(), ..said.clone() };
    let problem = world.platform.confirm(&ours, permit.id, &silent).await.unwrap_err();
    assert_eq!(problem.fields().len(), 1, "{problem}");
    world.platform.confirm(&ours, permit.id, &said).await.unwrap();
    let twice = world.platform.confirm(&ours, permit.id, &said).await.unwrap_err();
    assert!(matches!(twice, PlatformError::NotHeld), "{twice}");

    let record = world.platform.make(&system(), id, None).await.unwrap();
    assert_eq!(record.status, ExtractStatus::Delivered);
    let confirmation = record.held.unwrap().confirmation.unwrap();
    assert_eq!((confirmation.reason, confirmation.background_check), (said.reason, said.background_check));
    assert!(world.platform.verify(&system(), id).await.unwrap().is_good());
}

#[tokio::test]
async fn one_that_was_assessed_before_the_decision_is_not_asked_about_again_unless_it_has_grown() {
    let world = World::new().await;
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    world.approved(&stay).await;
    for (number, people, expected) in
        [(73, LARGE.people, ExtractStatus::Delivered), (74, LARGE.people - 10, ExtractStatus::Held)]
    {
        let (assessment, background_check) = ("Vurdert".to_owned(), "Sak 2026/18".to_owned());
        let large = Some(AssessedAsLarge { people, assessment, background_check });
        let permit = Permit { id: PermitId::from_uuid(uuid(number)), large, ..wanted(&world, RuleSet::Norway) };
        let id = world.prepared(&permit).await;
        let record = world.platform.make(&system(), id, None).await.unwrap();
        assert_eq!(record.status, expected, "assessed as {people}");
    }
}

#[tokio::test]
async fn one_that_is_held_ends_with_its_permit() {
    let world = World::new().await;
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    world.approved(&stay).await;
    let permit = wanted(&world, RuleSet::Norway);
    let id = world.prepared(&permit).await;
    world.platform.make(&system(), id, None).await.unwrap();
    world.permits.revoke(permit.id, world.store.clock().now());
    assert!(world.platform.stop(&system(), permit.id).await.unwrap());
    let record = world.platform.extract(&system(), id).await.unwrap();
    assert_eq!(record.status, ExtractStatus::Stopped);
}
