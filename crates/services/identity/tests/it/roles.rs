//! Roles on a real database.

use varde_core::{Actor, Component, LoginLevel, OrganisationId, Period, Problem, ProblemKind, Role};
use varde_identity::{IdentityError, NewAssignment};
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
    assert!(roles.give(&operator(LoginLevel::High), new(7, Role::Handler)).await.is_ok());
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
