//! The register.

use std::sync::Arc;

use varde_core::{Actor, Component, LoginLevel, OrganisationId, PersonId, Randomness, Role};
use varde_permit::{CONTEXT, ISSUED, Permit, PermitError, Register, SealError, SealingKey};
use varde_policy::{Guard, Policy};
use varde_store::{
    Store,
    testing::{self, TestDatabase},
};

use crate::permit;

pub(crate) async fn register() -> (TestDatabase, Register) {
    let database = testing::database(&[&varde_policy::CONTEXT, &varde_web::CONTEXT, &CONTEXT]).await;
    let store = database.simulated();
    let register = with_key(&store, 1);
    (database, register)
}

fn with_key(store: &Store, seed: u64) -> Register {
    let key = Arc::new(SealingKey::generate(&Randomness::seeded(seed)).unwrap());
    Register::new(store, Guard::new(Policy::load().unwrap(), store.clone()), key)
}

pub(crate) fn flows() -> Actor {
    Actor::system(Component::Flows)
}

fn employee(person: PersonId, organisation: OrganisationId, role: Role) -> Actor {
    Actor::employee(person, LoginLevel::High, organisation, [role])
}

fn somebody(permit: &Permit) -> PersonId {
    PersonId::from_uuid(permit.decision.uuid())
}

async fn count(database: &TestDatabase, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&mut database.owner().await).await.unwrap()
}

#[tokio::test]
async fn a_decision_has_one_permit_one_event_and_one_entry() {
    let (database, register) = register().await;
    let first = register.issue(&flows(), &permit(1)).await.unwrap();
    let mut repeated = permit(1);
    repeated.id = permit(2).id;
    let second = register.issue(&flows(), &repeated).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(register.verify(&first.sealed).unwrap(), permit(1));
    assert_eq!(count(&database, "SELECT count(*) FROM work.event WHERE name = 'permit.permit.issued'").await, 1);
    assert_eq!(count(&database, "SELECT count(*) FROM log.entry WHERE kind = 'permit.permit.issued'").await, 1);
    assert_eq!(ISSUED, "permit.permit.issued");
}

#[tokio::test]
async fn nobody_but_the_flow_issues() {
    let (database, register) = register().await;
    let permit = permit(1);
    let handler = employee(somebody(&permit), permit.access_body, Role::Handler);
    for actor in [handler, Actor::anonymous()] {
        assert!(matches!(register.issue(&actor, &permit).await, Err(PermitError::Refused(_))));
    }
    assert_eq!(count(&database, "SELECT count(*) FROM log.entry WHERE kind = 'policy.denied'").await, 2);
}

#[tokio::test]
async fn a_flawed_permit_is_not_sealed() {
    let (_database, register) = register().await;
    let flawed: [fn(&mut Permit); 5] = [
        |p| p.variables.clear(),
        |p| p.valid.until = None,
        |p| p.version = 2,
        |p| p.minimum_group = 0,
        |p| p.persons.clear(),
    ];
    for change in flawed {
        let mut permit = permit(1);
        change(&mut permit);
        assert!(matches!(register.issue(&flows(), &permit).await, Err(PermitError::Flawed(_))));
    }
}

#[tokio::test]
async fn those_named_and_the_access_body_read_it_and_others_do_not() {
    let (_database, register) = register().await;
    let permit = permit(1);
    register.issue(&flows(), &permit).await.unwrap();
    let named = employee(permit.persons[0], permit.holder, Role::Researcher);
    let colleague = employee(somebody(&permit), permit.holder, Role::Researcher);
    let handler = employee(somebody(&permit), permit.access_body, Role::Handler);
    assert_eq!(register.get(&named, permit.id).await.unwrap().permit, permit);
    assert_eq!(register.get(&handler, permit.id).await.unwrap().permit, permit);
    assert!(matches!(register.get(&colleague, permit.id).await, Err(PermitError::Refused(_))));
    assert_eq!(register.of_person(&named, permit.persons[0]).await.unwrap().len(), 1);
    assert!(register.of_person(&colleague, permit.persons[0]).await.unwrap().is_empty());
    assert_eq!(register.of_holder(&handler, permit.holder).await.unwrap().len(), 1);
    assert!(matches!(register.get(&named, crate::permit(9).id).await, Err(PermitError::NotFound)));
}

#[tokio::test]
async fn the_public_register_names_no_person() {
    let (_database, register) = register().await;
    let permit = permit(1);
    let issued = register.issue(&flows(), &permit).await.unwrap();
    let published = register.published().await.unwrap();
    assert_eq!((published.len(), published[0].digest), (1, issued.digest()));
    let text = serde_json::to_string(&published).unwrap();
    assert!(!text.contains(&permit.persons[0].to_string()));
    assert_eq!(register.published_one(permit.id).await.unwrap(), published[0]);
}

#[tokio::test]
async fn revoking_ends_it_once_and_shows() {
    let (_database, register) = register().await;
    let permit = permit(1);
    let issued = register.issue(&flows(), &permit).await.unwrap();
    assert!(issued.is_valid_at(testing::START));
    let handler = employee(somebody(&permit), permit.access_body, Role::Handler);
    let named = employee(permit.persons[0], permit.holder, Role::Researcher);
    assert!(matches!(register.revoke(&named, permit.id, "no").await, Err(PermitError::Refused(_))));
    assert!(matches!(register.revoke(&handler, permit.id, " ").await, Err(PermitError::NoReason)));
    assert!(!issued.has_ended_at(testing::START));
    let revoked = register.revoke(&handler, permit.id, "the conditions were broken").await.unwrap();
    assert!(!revoked.is_valid_at(testing::START) && revoked.has_ended_at(testing::START));
    assert_eq!(register.get(&named, permit.id).await.unwrap(), revoked);
    assert!(matches!(register.revoke(&handler, permit.id, "again").await, Err(PermitError::Revoked)));
    assert!(register.published().await.unwrap()[0].revoked_at.is_some());
}

#[tokio::test]
async fn a_row_changed_by_hand_is_found() {
    let (database, register) = register().await;
    let permit = permit(1);
    register.issue(&flows(), &permit).await.unwrap();
    sqlx::query("UPDATE permit.permit SET sealed = overlay(sealed placing 'AAAA' from 200)")
        .execute(&mut database.owner().await)
        .await
        .unwrap();
    let error = register.published().await.unwrap_err();
    assert!(matches!(error, PermitError::Seal(SealError::Broken)), "{error}");
    // Sealed again with another key it is not ours either.
    let stranger = with_key(&database.simulated(), 2);
    assert!(stranger.published().await.is_err());
}

#[tokio::test]
async fn the_machine_revokes_when_nobody_can_log_in_and_no_other_component_does() {
    let (_database, register) = register().await;
    let permit = permit(1);
    register.issue(&flows(), &permit).await.unwrap();
    assert!(matches!(register.revoke(&flows(), permit.id, "why").await, Err(PermitError::Refused(_))));
    let command_line = Actor::system(Component::CommandLine);
    assert!(register.revoke(&command_line, permit.id, "why").await.unwrap().revoked.is_some());
}

#[test]
fn a_permit_has_ended_when_its_last_day_is_over_and_not_before_its_first() {
    let permit = permit(1);
    let issued = varde_permit::Issued { permit, sealed: String::new(), issued_at: testing::START, revoked: None };
    for (at, ended) in
        [("2026-11-01T12:00:00Z", false), ("2030-12-31T22:59:59Z", false), ("2030-12-31T23:00:00Z", true)]
    {
        assert_eq!(issued.has_ended_at(at.parse().unwrap()), ended, "{at}");
    }
}
