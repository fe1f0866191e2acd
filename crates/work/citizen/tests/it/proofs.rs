//! Proofs that a citizen checks without us.

use varde_citizen::{CitizenError, Who, model::Part};
use varde_core::{Problem as _, ProblemKind};
use varde_ledger::{Checked, check};
use varde_permit::RuleSet;
use varde_privacy::{Choice, Kind, Scope};

use crate::world::{World, me};

#[tokio::test]
async fn every_proof_holds_with_the_public_key_alone() {
    let world = World::new().await;
    let (in_it, out) = (world.person("p1").await, world.person("p2").await);
    let no = Choice { kind: Kind::Reservation, scope: Scope::SecondaryUse, active: true };
    let receipt = world.citizen.choose(&me(out), no).await.unwrap().unwrap();
    let (_, extract) = world.project(RuleSet::Norway).await;

    let waiting = world.citizen.entry_proof(&me(out), receipt).await.unwrap_err();
    assert!(matches!(waiting, CitizenError::NotYet), "{waiting}");
    assert_eq!(waiting.kind(), ProblemKind::Unavailable);
    world.sequence().await;
    let file = world.citizen.entry_proof(&me(out), receipt).await.unwrap().to_string();
    let Ok(Checked::Entry(proven)) = check(&file, None, &world.trust()) else { panic!("the proof holds") };
    assert_eq!(proven.entry.unwrap().kind, "privacy.preference.changed");

    for (who, part, status) in [(in_it, Part::Included, "included"), (out, Part::OptedOut, "opted_out")] {
        let (told, proof) = world.citizen.membership(&me(who), extract).await.unwrap();
        assert_eq!(told, Some(part));
        let file = serde_json::to_string(&proof).unwrap();
        let Ok(Checked::Member { person, status: proven, .. }) = check(&file, None, &world.trust()) else {
            panic!("the proof holds")
        };
        assert_eq!((person, proven.as_deref()), (who, Some(status)));
    }
}

#[tokio::test]
async fn the_list_is_complete_and_does_not_say_who_asked_for_it() {
    let world = World::new().await;
    let person = world.person("p1").await;
    world.citizen.overview(&me(person)).await.unwrap();
    let entries = world.citizen.entries(&me(person)).await.unwrap();
    assert!(entries.extracts.is_empty());
    assert!(!entries.entries.is_empty() && entries.entries.iter().all(|e| e.own_view && e.who == Some(Who::You)));
    world.sequence().await;
    let actor = me(person);
    let (asked, ()) = tokio::join!(world.citizen.complete(&actor), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        world.sequence().await;
    });
    let file = serde_json::to_string(&asked.unwrap()).unwrap();
    let Ok(Checked::Complete(complete)) = check(&file, None, &world.trust()) else { panic!("the proof holds") };
    assert_eq!(complete.entries.len(), entries.entries.len());
    assert_eq!(complete.heads.entry.unwrap().actor.person(), None);
}

#[tokio::test]
async fn nobody_gets_another_persons_entry_or_project() {
    let world = World::new().await;
    let (mine, stranger) = (world.person("p1").await, world.person("not a patient").await);
    let no = Choice { kind: Kind::Reservation, scope: Scope::SecondaryUse, active: true };
    let receipt = world.citizen.choose(&me(mine), no).await.unwrap().unwrap();
    let (permit, _) = world.project(RuleSet::Norway).await;
    world.sequence().await;
    let not_found = |error: CitizenError| assert!(matches!(error, CitizenError::NotFound), "{error}");
    not_found(world.citizen.entry(&me(stranger), receipt).await.unwrap_err());
    not_found(world.citizen.entry_proof(&me(stranger), receipt).await.unwrap_err());
    not_found(world.citizen.project(&me(stranger), permit).await.unwrap_err());
    assert!(world.citizen.registers(&me(stranger)).await.unwrap().is_empty());
    assert!(world.citizen.projects(&me(stranger)).await.unwrap().is_empty());
}
