//! What self-service reports: keys, tests, use.

use varde_core::{Problem as _, ProblemKind};
use varde_onboarding::{OnboardingError, Reported, State, Step};

use crate::world::{API, CLINIC, OTHER_CLINIC, World, leader, number, server};

const CLIENT: &str = "7f3c";

#[tokio::test]
async fn an_order_follows_its_client_to_use() {
    let world = World::new().await;
    let id = world.granted(&leader(), CLINIC).await;
    let (service, by, organisation) = (&world.service, server(), number(CLINIC));
    let state = async || world.service.file(&leader(), id).await.unwrap().order.state;
    let done = service.report_key(&by, organisation, API, CLIENT).await.unwrap();
    assert_eq!(done, Reported::Now(State::KeyRegistered));
    let again = service.report_key(&by, organisation, API, CLIENT).await.unwrap();
    assert_eq!(again, Reported::Stays(State::KeyRegistered));
    let early = service.go_live(&leader(), id).await;
    assert!(matches!(early, Err(OnboardingError::NotNow(_))), "not before it was tested");
    let done = service.report_tested(&by, organisation, API, CLIENT).await.unwrap();
    assert_eq!(done, Reported::Now(State::Tested));
    service.go_live(&leader(), id).await.unwrap();
    assert_eq!(state().await, State::Live);
    for report in [Step::RegisterKey, Step::Test, Step::GoLive] {
        let outcome = match report {
            Step::RegisterKey => service.report_key(&by, organisation, API, CLIENT).await,
            Step::Test => service.report_tested(&by, organisation, API, CLIENT).await,
            _ => service.report_live(&by, organisation, API, CLIENT).await,
        };
        assert_eq!(outcome.unwrap(), Reported::Stays(State::Live), "{report:?}");
    }
    let happened = world.service.file(&leader(), id).await.unwrap().happened;
    assert_eq!(happened.iter().filter(|one| one.step == Step::RegisterKey).count(), 1, "told once");
}

#[tokio::test]
async fn another_client_is_noted_and_changes_no_state() {
    let world = World::new().await;
    let id = world.granted(&leader(), CLINIC).await;
    let (service, by, organisation) = (&world.service, server(), number(CLINIC));
    service.report_tested(&by, organisation, API, CLIENT).await.unwrap();
    let other = service.report_key(&by, organisation, API, "b2").await.unwrap();
    assert_eq!(other, Reported::Stays(State::Tested));
    assert_eq!(world.service.file(&leader(), id).await.unwrap().order.client.as_deref(), Some("b2"));
}

#[tokio::test]
async fn there_is_nothing_to_report_to_without_a_granted_order() {
    let world = World::new().await;
    world.sent(&leader(), CLINIC).await;
    for (organisation, api) in [(CLINIC, API), (OTHER_CLINIC, API), (CLINIC, "annet:api")] {
        let outcome = world.service.report_key(&server(), number(organisation), api, CLIENT).await.unwrap();
        assert_eq!(outcome, Reported::NoOrder, "{organisation} {api}");
    }
    let person = world.service.report_key(&leader(), number(CLINIC), API, CLIENT).await.unwrap_err();
    assert_eq!(person.kind(), ProblemKind::Forbidden, "only parts of Varde report");
}

#[tokio::test]
async fn reports_at_once_are_all_heard() {
    let world = World::new().await;
    world.granted(&leader(), CLINIC).await;
    let (by, organisation) = (server(), number(CLINIC));
    let key = || world.service.report_key(&by, organisation, API, CLIENT);
    let (a, b, c) = tokio::join!(key(), key(), world.service.report_tested(&by, organisation, API, CLIENT));
    for outcome in [a, b, c] {
        outcome.unwrap();
    }
    let state = world.service.mine(&leader()).await.unwrap()[0].order.state;
    assert_eq!(state, State::Tested);
}
