//! The guard on a real log.

use varde_core::{Actor, PersonId, Problem, ProblemKind, Randomness, SimulatedClock};
use varde_policy::{Guard, Policy, Refusal, Resource};

#[tokio::test]
async fn a_refusal_is_a_problem_that_carries_the_why() {
    let guard = Guard::without_log(Policy::load().unwrap());
    let refusal =
        guard.check(&Actor::anonymous(), "identity.session.read", &Resource::new("Session").id("x")).await.unwrap_err();
    assert_eq!((refusal.kind(), refusal.code()), (ProblemKind::Unauthenticated, "policy.refused"));

    #[derive(Debug, thiserror::Error)]
    #[error(transparent)]
    struct Outer(#[from] Refusal);
    let wrapped = Outer::from(refusal);
    assert_eq!(Refusal::within(&wrapped).unwrap().action, "identity.session.read");
}

#[tokio::test]
async fn a_denial_is_on_the_log_when_the_answer_comes() {
    let database = varde_store::testing::database(&[&varde_policy::CONTEXT]).await;
    let clock = SimulatedClock::new("2026-11-22T10:00:00Z".parse().unwrap());
    let store = database.store(std::sync::Arc::new(clock), Randomness::seeded(1));
    let guard = Guard::new(Policy::load().unwrap(), store);
    let asked =
        Resource::new("Session").id("x".repeat(500)).person("person", PersonId::from_uuid(uuid::Uuid::from_u128(5)));
    guard.check(&Actor::anonymous(), "identity.session.read", &asked).await.unwrap_err();

    let (kind, body): (String, String) =
        sqlx::query_as("SELECT kind, body::text FROM log.entry").fetch_one(&mut database.owner().await).await.unwrap();
    assert_eq!(kind, "policy.denied");
    assert!(body.contains("identity.session.read") && body.contains("denied"), "{body}");
    assert!(body.len() < 700, "an id from outside is cut to size");
}
