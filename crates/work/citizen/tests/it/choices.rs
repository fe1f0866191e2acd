//! Choosing, and what it means under each law.

use varde_citizen::{
    CitizenError,
    model::{Meaning, Part},
};
use varde_core::{Problem as _, ProblemKind};
use varde_permit::RuleSet;
use varde_privacy::{Choice, Kind, Scope};

use crate::world::{World, me};

fn reserve(active: bool) -> Choice {
    Choice { kind: Kind::Reservation, scope: Scope::SecondaryUse, active }
}

#[tokio::test]
async fn a_no_before_the_decision_leaves_out_and_one_after_it_is_told_by_the_law() {
    let world = World::new().await;
    let (early, late) = (world.person("p1").await, world.person("p2").await);
    assert!(world.citizen.choose(&me(early), reserve(true)).await.unwrap().is_some());
    world.wait(60);
    world.project(RuleSet::Ehds).await;
    world.project(RuleSet::Norway).await;
    world.wait(60);

    // Before choosing, the late one sees what a choice would mean; after it, what it means.
    let parts = async |person| {
        let projects = world.citizen.projects(&me(person)).await.unwrap();
        projects.iter().map(|p| (p.permit.rule_set, p.part, p.meaning, p.opted_out.is_some())).collect::<Vec<_>>()
    };
    let told = |chosen| {
        [
            (RuleSet::Norway, Part::Included, Meaning::LaterExtracts, chosen),
            (RuleSet::Ehds, Part::Included, Meaning::LaterPermits, chosen),
        ]
    };
    assert_eq!(parts(late).await, told(false));
    assert!(world.citizen.choose(&me(late), reserve(true)).await.unwrap().is_some());
    assert_eq!(parts(late).await, told(true));
    let left_out = |law| (law, Part::OptedOut, Meaning::NotInIt, true);
    assert_eq!(parts(early).await, [left_out(RuleSet::Norway), left_out(RuleSet::Ehds)]);

    // Twice is the same as once, and it is reversible.
    assert_eq!(world.citizen.choose(&me(late), reserve(true)).await.unwrap(), None);
    world.wait(1);
    assert!(world.citizen.choose(&me(late), reserve(false)).await.unwrap().is_some());
    assert_eq!(parts(late).await, told(false));
}

#[tokio::test]
async fn a_register_that_rests_on_consent_is_withdrawn_from() {
    let world = World::new().await;
    let person = world.person("p3").await;
    let source = Scope::Source("hospital".to_owned());
    let consent = |active| Choice { kind: Kind::Consent, scope: source.clone(), active };
    let register = world.citizen.registers(&me(person)).await.unwrap().remove(0);
    assert!(register.by_consent && !register.setting.withheld && register.setting.since.is_none());
    // The consent was given to the register: the withdrawal is the first that is heard of it here.
    assert_eq!(register.setting.turned(), consent(false));
    world.wait(1);
    world.citizen.choose(&me(person), consent(false)).await.unwrap().unwrap();
    assert!(world.citizen.registers(&me(person)).await.unwrap()[0].setting.withheld);
    world.wait(60);
    world.project(RuleSet::Norway).await;
    let projects = world.citizen.projects(&me(person)).await.unwrap();
    assert_eq!(projects.iter().map(|p| p.part).collect::<Vec<_>>(), [Part::ConsentWithdrawn]);
    world.citizen.choose(&me(person), consent(true)).await.unwrap().unwrap();
    assert!(!world.citizen.settings(&me(person)).await.unwrap()[1].withheld);
}

#[tokio::test]
async fn a_consent_that_was_loaded_is_withdrawn_and_a_reservation_that_stands_is_taken_back_first() {
    let world = World::new().await;
    let source = Scope::Source("hospital".to_owned());
    let choice = |kind, active| Choice { kind, scope: source.clone(), active };
    let loaded = world.person("p5").await;
    world.consented(loaded, "hospital").await;
    assert_eq!(world.citizen.settings(&me(loaded)).await.unwrap()[1].turned(), choice(Kind::Consent, false));

    let reserved = world.person("p6").await;
    world.privacy.choose(&me(reserved), reserved, choice(Kind::Reservation, true)).await.unwrap();
    let setting = world.citizen.settings(&me(reserved)).await.unwrap().remove(1);
    assert!(setting.withheld);
    assert_eq!(setting.turned(), choice(Kind::Reservation, false));
    world.wait(1);
    world.citizen.choose(&me(reserved), setting.turned()).await.unwrap().unwrap();
    assert_eq!(world.citizen.settings(&me(reserved)).await.unwrap()[1].turned(), choice(Kind::Consent, false));
}

#[tokio::test]
async fn what_cannot_be_chosen_changes_nothing() {
    let world = World::new().await;
    let person = world.person("p4").await;
    let source = |name: &str| Scope::Source(name.to_owned());
    for choice in [
        Choice { kind: Kind::Reservation, scope: source("hospital"), active: true },
        Choice { kind: Kind::Reservation, scope: source("nowhere"), active: true },
        Choice { kind: Kind::Reservation, scope: source("Not/a path"), active: true },
        Choice { kind: Kind::Consent, scope: Scope::SecondaryUse, active: false },
        Choice { kind: Kind::Restriction, scope: Scope::SecondaryUse, active: true },
    ] {
        let error = world.citizen.choose(&me(person), choice).await.unwrap_err();
        assert!(matches!(error, CitizenError::NotAChoice), "{error}");
        assert_eq!(error.kind(), ProblemKind::Invalid);
    }
    assert!(world.privacy.history(&me(person), person).await.unwrap().is_empty());
}
