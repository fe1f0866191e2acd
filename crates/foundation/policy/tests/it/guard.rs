//! The guard on a real log.

use varde_core::{Actor, Problem, ProblemKind};
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
