//! Four eyes, whose code system it is, whom an edition touches.

use varde_core::{Actor, Component, OrganisationId, Problem as _, ProblemKind};
use varde_terminology::{Rules, Status, TerminologyError};

use crate::world::{FIRST, SECOND, World, animals, key, machine, steward, steward_at};

#[tokio::test]
async fn whoever_imports_does_not_publish_unless_the_owner_says_so() {
    let world = World::new().await;
    let (first, second) = (steward(1), steward(2));
    let import = async |file: &str, version: &str| {
        let (imported, _) = world.service.import_file(&first, file.as_bytes(), &animals(version), None).await.unwrap();
        imported[0].edition
    };
    let edition = import(FIRST, "2025").await;
    assert_eq!(world.service.publish(&first, edition).await.unwrap_err().kind(), ProblemKind::Forbidden);
    world.service.publish(&second, edition).await.unwrap();
    world.service.publish(&second, edition).await.unwrap();
    let (kind, key) = key();
    let one = Rules { eyes: 1, ..Rules::default() };
    world.service.set_rules(&second, kind, &key, one).await.unwrap();
    let edition = import(SECOND, "2026").await;
    world.service.publish(&first, edition).await.unwrap();
    let mut entries = world.entries().await;
    entries.sort();
    let expected = [
        "policy.denied",
        "terminology.edition.imported",
        "terminology.edition.imported",
        "terminology.edition.published",
        "terminology.edition.published",
        "terminology.rules.set",
    ];
    assert_eq!(entries, expected, "publishing again enters nothing");
    let bad = world.service.set_rules(&second, kind, &key, Rules { eyes: 3, loss_percent: 1 }).await;
    assert!(matches!(bad, Err(TerminologyError::BadRules)));
}

#[tokio::test]
async fn the_machine_is_one_pair_of_eyes() {
    let world = World::new().await;
    let (imported, _) = world.service.import_file(&machine(), FIRST.as_bytes(), &animals("2025"), None).await.unwrap();
    assert_eq!(
        world.service.publish(&machine(), imported[0].edition).await.unwrap_err().kind(),
        ProblemKind::Forbidden
    );
    world.service.publish(&steward(1), imported[0].edition).await.unwrap();
}

#[tokio::test]
async fn nobody_takes_over_another_owners_code_system() {
    let world = World::new().await;
    world.animals().await;
    let elsewhere = OrganisationId::from_uuid(uuid::Uuid::from_u128(101));
    let stranger = steward_at(9, elsewhere);
    let described = varde_terminology::import::Described { owner: Some(elsewhere), ..animals("2027") };
    let refused = world.service.import_file(&stranger, SECOND.as_bytes(), &described, None).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden);
    let (imported, _) =
        world.service.import_file(&steward(1), SECOND.as_bytes(), &animals("2027"), None).await.unwrap();
    let edition = imported[0].edition;
    for refused in [
        world.service.publish(&stranger, edition).await.unwrap_err(),
        world.service.close(&stranger, edition).await.unwrap_err(),
    ] {
        assert_eq!(refused.kind(), ProblemKind::Forbidden);
    }
    assert_eq!(world.service.edition(&stranger, edition).await.unwrap_err().kind(), ProblemKind::NotFound);
    assert_eq!(world.service.impact(&stranger, edition).await.unwrap_err().kind(), ProblemKind::NotFound);
}

#[tokio::test]
async fn a_draft_can_be_closed_and_then_nothing_more_happens_to_it() {
    let world = World::new().await;
    let (imported, _) = world.service.import_file(&steward(1), FIRST.as_bytes(), &animals("2025"), None).await.unwrap();
    let edition = imported[0].edition;
    world.service.close(&steward(1), edition).await.unwrap();
    let closed = world.service.publish(&steward(2), edition).await.unwrap_err();
    assert!(matches!(closed, TerminologyError::NotADraft(Status::Closed)));
    let (again, _) = world.service.import_file(&steward(1), FIRST.as_bytes(), &animals("2025"), None).await.unwrap();
    assert_eq!((again[0].unchanged, again[0].revision), (false, 2));
}

#[tokio::test]
async fn the_owner_sees_whom_an_edition_touches() {
    let world = World::new().await;
    let all = world.animals().await;
    let impact = world.service.impact(&steward(1), all[1].edition).await.unwrap();
    assert_eq!((impact.codes, impact.permits[0].title.as_str()), (4, "Dyr i skog"));
    assert_eq!(impact.variables[0].path.as_str(), "dyr/funn/art");
    assert_eq!((impact.predecessor.as_deref(), impact.added), (Some("2025"), 1));
    assert_eq!((impact.lists.count, impact.applications.count, impact.applications.others()), (3, 2, 1));
    assert_eq!(impact.permits[0].extract.name(), "delivered");
    let first = world.service.impact(&steward(1), all[0].edition).await.unwrap();
    assert_eq!((first.codes, first.predecessor), (0, None));
    // Those who hold variables are told of the second edition, and of the first nobody.
    let flows = Actor::system(Component::Flows);
    let news = world.service.news(&flows, all[1].edition).await.unwrap().unwrap();
    assert_eq!((news.key.as_str(), news.version.as_str(), news.title.en.as_str()), ("dyr", "2026", "Animals"));
    assert_eq!(news.variables[0].as_str(), "dyr/funn/art");
    assert_eq!(world.service.news(&flows, all[0].edition).await.unwrap(), None);
}
