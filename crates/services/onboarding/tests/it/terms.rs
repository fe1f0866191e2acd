//! New terms ask again before the old lapse.

use jiff::SignedDuration;
use varde_onboarding::{OnboardingError, Opened, Standing};

use crate::world::{API, CLINIC, World, command_line, leader, number, server, service, terms};

fn in_days(world: &World, days: i64) -> jiff::Timestamp {
    world.now() + SignedDuration::from_hours(24 * days)
}

async fn opened(world: &World) -> Opened {
    world.service.opened(&server(), number(CLINIC), API).await.unwrap()
}

fn subjects(world: &World) -> Vec<String> {
    world.letters().into_iter().map(|letter| letter.subject).collect()
}

#[tokio::test]
async fn a_new_version_asks_reminds_and_lapses() {
    let world = World::new().await;
    let id = world.granted(&leader(), CLINIC).await;
    world.run_jobs().await;
    world.letters();
    let applies_from = in_days(&world, 30);
    world.service.publish_terms(&command_line(), &service().id, &terms(applies_from)).await.unwrap();
    world.run_jobs().await;
    assert_eq!(subjects(&world), ["Nye bruksvilkår for Persontjenesten"]);
    let standing = world.service.mine(&leader()).await.unwrap()[0].standing;
    assert_eq!(standing, Standing::AskedAgain { version: 2, lapses: applies_from });
    assert!(matches!(opened(&world).await, Opened::Open { .. }), "the old ones hold until then");

    for (days, left) in [(16, "14 dager"), (7, "7 dager"), (6, "én dag")] {
        world.later(days);
        world.run_jobs().await;
        let letters = world.letters();
        let [letter] = &letters[..] else { panic!("{left}: {letters:?}") };
        assert!(letter.body.contains(left), "{}", letter.body);
        assert!(letter.body.contains(&format!("/tjenester/bestillinger/{id}")), "{}", letter.body);
        assert!(matches!(opened(&world).await, Opened::Open { .. }));
    }
    world.later(1);
    world.run_jobs().await;
    assert_eq!(subjects(&world), ["Persontjenesten er stengt for Fjordgløtt legesenter"]);
    assert_eq!(opened(&world).await, Opened::TermsMissing { order: id, version: 2 });

    world.service.accept_terms(&leader(), id, 2).await.unwrap();
    assert!(matches!(opened(&world).await, Opened::Open { .. }), "it opens again at once");
    assert_eq!(world.database.entries("onboarding.terms.reminded").await.len(), 4);
    assert_eq!(world.count("SELECT count(*) FROM onboarding.acceptance").await, 2, "both are kept");
}

#[tokio::test]
async fn whoever_has_accepted_is_not_reminded_and_nothing_lapses() {
    let world = World::new().await;
    let id = world.granted(&leader(), CLINIC).await;
    world.service.publish_terms(&command_line(), &service().id, &terms(in_days(&world, 30))).await.unwrap();
    world.service.accept_terms(&leader(), id, 2).await.unwrap();
    world.run_jobs().await;
    world.letters();
    for _ in 0..35 {
        world.later(1);
        world.run_jobs().await;
    }
    assert_eq!(subjects(&world), Vec::<String>::new());
    assert!(matches!(opened(&world).await, Opened::Open { .. }));
}

#[tokio::test]
async fn terms_that_come_while_somebody_orders_are_accepted_first() {
    let world = World::new().await;
    let id = world.begin(&leader(), CLINIC).await.id;
    world.service.accept_terms(&leader(), id, 1).await.unwrap();
    world.service.publish_terms(&command_line(), &service().id, &terms(in_days(&world, 40))).await.unwrap();
    assert!(matches!(world.service.submit(&leader(), id).await, Err(OnboardingError::NewerTerms)));
    assert!(matches!(world.service.accept_terms(&leader(), id, 1).await, Err(OnboardingError::NewerTerms)));
    world.service.accept_terms(&leader(), id, 2).await.unwrap();
    world.service.submit(&leader(), id).await.unwrap();
}

#[tokio::test]
async fn too_little_notice_is_refused_and_nothing_is_published() {
    let world = World::new().await;
    let soon = world.service.publish_terms(&command_line(), &service().id, &terms(in_days(&world, 29))).await;
    assert!(matches!(soon, Err(OnboardingError::NotPublishable(_))), "{soon:?}");
    assert_eq!(world.service.terms(&service().id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn acceptances_are_by_organisation_and_kept_with_who_and_when() {
    let world = World::new().await;
    world.granted(&leader(), CLINIC).await;
    let kept = world
        .count("SELECT count(*) FROM onboarding.acceptance WHERE version = 1 AND power->>'kind' = 'registry_role'")
        .await;
    assert_eq!(kept, 1);
}
