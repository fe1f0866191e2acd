//! Roles on a real database.

use varde_core::{Actor, Component, LoginLevel, OrganisationId, Period, Problem, ProblemKind, Role};
use varde_identity::{Given, IdentityError, NewAssignment};
use varde_policy::Refusal;

use crate::site::{ADA, Site, person_id, university};

fn new(person: u128, role: Role) -> NewAssignment {
    let period = Period::since("2026-01-01".parse().unwrap());
    NewAssignment { person: person_id(person), organisation: university(), role, period }
}

#[tokio::test]
async fn a_role_is_given_once_and_ended_once() {
    let site = Site::start().await;
    let roles = site.identity.roles();
    let system = Actor::system(Component::CommandLine);
    let again = roles.give(&system, new(ADA, Role::Researcher)).await.unwrap_err();
    assert!(matches!(again, IdentityError::AlreadyHeld) && again.kind() == ProblemKind::Conflict);
    let id = roles.give(&system, new(ADA, Role::Handler)).await.unwrap();
    let ada = Actor::citizen(person_id(ADA), LoginLevel::Substantial);
    let held = roles.today(&ada, person_id(ADA)).await.unwrap();
    assert_eq!(held[&university()], [Role::Researcher, Role::Handler].into());
    roles.end(&system, id).await.unwrap();
    assert_eq!(roles.today(&ada, person_id(ADA)).await.unwrap()[&university()], [Role::Researcher].into());
    assert!(matches!(roles.end(&system, id).await.unwrap_err(), IdentityError::NoSuchAssignment));
    assert!(roles.give(&system, new(ADA, Role::Handler)).await.is_ok(), "it can be given again");
}

#[tokio::test]
async fn ending_a_role_ends_the_sessions_that_may_carry_it() {
    let site = Site::start().await;
    let browser = site.browser();
    browser.log_in("/logg-inn", "p0", "idporten-loa-high").await;
    assert_eq!(browser.get("/api/me").await.status, 200);
    let system = Actor::system(Component::CommandLine);
    let id = site.identity.roles().of(&system, person_id(ADA)).await.unwrap()[0].id;
    site.identity.roles().end(&system, id).await.unwrap();
    assert_eq!(browser.get("/api/me").await.status, 401);
}

#[tokio::test]
async fn who_may_not_give_roles_is_refused_and_the_log_says_so() {
    let site = Site::start().await;
    let roles = site.identity.roles();
    let operator = |level| Actor::employee(person_id(50), level, university(), [Role::Operator]);
    for actor in [
        Actor::anonymous(),
        Actor::citizen(person_id(50), LoginLevel::High),
        operator(LoginLevel::Substantial),
        Actor::employee(person_id(7), LoginLevel::High, university(), [Role::Operator]),
    ] {
        let refused = roles.give(&actor, new(7, Role::Handler)).await.unwrap_err();
        assert!(Refusal::within(&refused).is_some(), "{refused:?}");
    }
    assert_eq!(site.kinds().await.iter().filter(|k| *k == "policy.denied").count(), 4);
    assert!(roles.give(&operator(LoginLevel::High), new(7, Role::Researcher)).await.is_ok());
    let other = Actor::citizen(person_id(8), LoginLevel::High);
    assert!(roles.of(&other, person_id(7)).await.is_err());
}

#[tokio::test]
async fn a_role_that_makes_no_sense_is_told_by_field() {
    let site = Site::start().await;
    let system = Actor::system(Component::CommandLine);
    let mut wrong = new(9, Role::Citizen);
    wrong.period.until = Some("2025-01-01".parse().unwrap());
    let problem = site.identity.roles().give(&system, wrong).await.unwrap_err();
    let fields: Vec<String> = problem.fields().into_iter().map(|f| f.field).collect();
    assert_eq!((problem.kind(), fields), (ProblemKind::Invalid, vec!["role".to_owned(), "until".to_owned()]));
}

#[tokio::test]
async fn colleagues_find_who_holds_a_role_today_and_strangers_do_not() {
    let site = Site::start().await;
    let roles = site.identity.roles();
    let system = Actor::system(Component::CommandLine);
    let mut over = new(7, Role::Researcher);
    over.period.until = Some("2026-01-02".parse().unwrap());
    roles.give(&system, over).await.unwrap();
    roles.give(&system, new(8, Role::Handler)).await.unwrap();
    let ended = roles.give(&system, new(9, Role::Researcher)).await.unwrap();
    roles.end(&system, ended).await.unwrap();
    roles.give(&system, new(10, Role::Researcher)).await.unwrap();

    let ada = Actor::employee(person_id(ADA), LoginLevel::Substantial, university(), [Role::Researcher]);
    let researchers = [person_id(ADA), person_id(10)];
    assert_eq!(roles.holders(&ada, university(), Role::Researcher).await.unwrap(), researchers);
    assert_eq!(roles.holders(&ada, university(), Role::Handler).await.unwrap(), [person_id(8)]);
    let flows = Actor::system(Component::Flows);
    assert_eq!(roles.holders(&flows, university(), Role::Researcher).await.unwrap(), researchers);

    let elsewhere = OrganisationId::from_uuid(uuid::Uuid::from_u128(101));
    for stranger in [
        Actor::anonymous(),
        Actor::citizen(person_id(ADA), LoginLevel::High),
        Actor::employee(person_id(ADA), LoginLevel::High, university(), []),
        Actor::employee(person_id(ADA), LoginLevel::High, elsewhere, [Role::Researcher, Role::Operator]),
    ] {
        let refused = roles.holders(&stranger, university(), Role::Researcher).await.unwrap_err();
        assert!(Refusal::within(&refused).is_some(), "{refused:?}");
    }
}

fn administrator(person: u128) -> Actor {
    Actor::employee(person_id(person), LoginLevel::High, university(), [Role::Administrator])
}

#[tokio::test]
async fn what_lets_somebody_decide_over_others_takes_two_people() {
    let site = Site::start().await;
    let roles = site.identity.roles();
    let (one, two) = (administrator(50), administrator(51));
    let Given::Now(_) = roles.give_or_propose(&one, new(7, Role::Researcher)).await.unwrap() else {
        panic!("a researcher takes one")
    };
    let Given::Proposed(id) = roles.give_or_propose(&one, new(7, Role::Handler)).await.unwrap() else {
        panic!("a handler takes two")
    };
    let flows = Actor::system(Component::Flows);
    assert!(roles.holders(&flows, university(), Role::Handler).await.unwrap().is_empty(), "only proposed");
    let again = roles.propose(&one, new(7, Role::Handler)).await.unwrap_err();
    assert!(matches!(again, IdentityError::AlreadyProposed) && again.kind() == ProblemKind::Conflict);
    for wrong in [&one, &administrator(7)] {
        let refused = roles.accept(wrong, id).await.unwrap_err();
        assert!(Refusal::within(&refused).is_some(), "neither the proposer nor the one who is to have it: {refused:?}");
    }
    roles.accept(&two, id).await.unwrap();
    assert_eq!(roles.holders(&flows, university(), Role::Handler).await.unwrap(), [person_id(7)]);
    assert!(matches!(roles.accept(&two, id).await.unwrap_err(), IdentityError::NoSuchProposal), "once");

    let rejected = roles.propose(&one, new(8, Role::Reviewer)).await.unwrap();
    roles.reject(&one, rejected).await.unwrap();
    assert!(roles.administered(&two, Some(university())).await.unwrap().proposals.is_empty());
    let kinds = site.kinds().await;
    for kind in ["identity.role.proposed", "identity.role.given", "identity.role.rejected"] {
        assert!(kinds.iter().any(|k| k == kind), "{kind} is not among {kinds:?}");
    }
}

#[tokio::test]
async fn an_administrator_stays_in_their_own_organisation_and_below_their_own_kind() {
    let site = Site::start().await;
    let roles = site.identity.roles();
    let one = administrator(50);
    let elsewhere = OrganisationId::from_uuid(uuid::Uuid::from_u128(101));
    for wrong in [
        new(7, Role::Administrator),
        new(7, Role::Operator),
        new(50, Role::Researcher),
        NewAssignment { organisation: elsewhere, ..new(7, Role::Researcher) },
    ] {
        let refused = roles.give_or_propose(&one, wrong).await.unwrap_err();
        assert!(Refusal::within(&refused).is_some(), "{refused:?}");
    }
    for stranger in [
        Actor::employee(person_id(50), LoginLevel::Substantial, university(), [Role::Administrator]),
        Actor::employee(person_id(ADA), LoginLevel::High, university(), [Role::Researcher]),
        Actor::employee(person_id(50), LoginLevel::High, elsewhere, [Role::Administrator]),
    ] {
        let refused = roles.administered(&stranger, Some(university())).await.unwrap_err();
        assert!(Refusal::within(&refused).is_some(), "{refused:?}");
    }
    assert!(roles.administered(&one, None).await.is_err(), "all organisations are the machine's operator's");
    let all = roles.administered(&Actor::system(Component::CommandLine), None).await.unwrap();
    assert_eq!(all.assignments.len(), 1, "Ada's");
}
