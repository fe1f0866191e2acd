//! Giving, ending and looking up rights.

use varde_core::{Actor, Component, LoginLevel, Problem, ProblemKind};
use varde_delegation::{AsAt, CHANGED, DelegationError, DelegationId, Fault, Kind};
use varde_policy::{Refusal, Remedy};

use crate::world::{
    BOARD_MEMBER, BRANCH, CLINIC, DEPARTMENT, LEADER, NOBODY, OTHER_SUPPLIER, SUPPLIER, SUPPLIERS_LEADER, World,
    administrator, leader, number, person, resource, right, server,
};

fn fault(error: DelegationError) -> Fault {
    match error {
        DelegationError::Fault(fault) => fault,
        other => panic!("not a fault: {other:?}"),
    }
}

#[tokio::test]
async fn a_right_acts_at_once_and_stays_until_it_is_removed() {
    let world = World::new().await;
    let service = &world.service;
    let wanted = right(CLINIC, SUPPLIER);
    let holding = async || service.holding(&server(), wanted.from, wanted.to, &wanted.resource).await.unwrap();
    assert_eq!(holding().await, None);
    let prepared = service.prepare(&leader(), &wanted).await.unwrap();
    assert_eq!(prepared.resource.resource.competent_authority.name, "Norsk helsenett SF");
    assert_eq!(holding().await, None, "asked about, not given");

    let given = service.grant(&leader(), &wanted).await.unwrap();
    assert_eq!(holding().await, Some(given.id));
    assert!(service.holds(&server(), given.id).await.unwrap());
    let backwards = service.holding(&server(), wanted.to, wanted.from, &wanted.resource).await.unwrap();
    assert_eq!(backwards, None, "a right has a direction");
    world.later(400 * 24 * 3600);
    assert_eq!(holding().await, Some(given.id), "it does not run out");

    let ended = service.revoke(&leader(), given.id, number(CLINIC), None).await.unwrap();
    assert_eq!((ended.kind, ended.delegation), (Kind::Revoke, given.id));
    assert_eq!(holding().await, None);
    assert!(!service.holds(&server(), given.id).await.unwrap());
    let again = service.grant(&leader(), &wanted).await.unwrap();
    assert_ne!(again.id, given.id, "given again, it is another delegation");
    assert!(service.holds(&server(), again.id).await.unwrap() && !service.holds(&server(), given.id).await.unwrap());
    assert!(!service.holds(&server(), DelegationId::from_uuid(uuid::Uuid::nil())).await.unwrap());

    for (kind, entries) in [("delegation.right.granted", 2), ("delegation.right.revoked", 1)] {
        let sql = "SELECT count(*) FROM log.entry WHERE kind = $1";
        let found: i64 = sqlx::query_scalar(sql).bind(kind).fetch_one(&mut world.database.owner().await).await.unwrap();
        assert_eq!(found, entries, "{kind}");
    }
    assert_eq!(world.count("SELECT count(*) FROM work.event WHERE name = 'delegation.changed'").await, 3);
    assert_eq!(CHANGED, "delegation.changed");
    assert_eq!(world.count("SELECT count(*) FROM delegation.change").await, 3);
}

#[tokio::test]
async fn what_cannot_be_given_is_told_by_its_field() {
    let world = World::new().await;
    let service = &world.service;
    let mut closed = resource("nhn-stengt");
    closed.delegable = false;
    service.register(&Actor::system(Component::CommandLine), &[closed]).await.unwrap();
    let named = |name: &str| varde_delegation::Right { resource: name.parse().unwrap(), ..right(CLINIC, SUPPLIER) };
    for (wanted, expected) in [
        (right(CLINIC, CLINIC), Fault::Oneself),
        (right(DEPARTMENT, SUPPLIER), Fault::FromSubUnit { main: number(CLINIC) }),
        (right(CLINIC, BRANCH), Fault::ToSubUnit { main: number(OTHER_SUPPLIER) }),
        (right(NOBODY, SUPPLIER), Fault::FromUnknown),
        (right(CLINIC, NOBODY), Fault::ToUnknown),
        (named("nhn-ingenting"), Fault::NoSuchResource),
        (named("nhn-stengt"), Fault::NotDelegable),
    ] {
        let error = service.grant(&leader(), &wanted).await.unwrap_err();
        assert_eq!((error.kind(), error.fields()), (ProblemKind::Invalid, vec![expected.field()]));
        assert_eq!(fault(error), expected);
        assert_eq!(fault(service.prepare(&leader(), &wanted).await.unwrap_err()), expected);
    }
    service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    let twice = service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap_err();
    assert_eq!((twice.kind(), fault(twice)), (ProblemKind::Conflict, Fault::AlreadyGiven));
    assert_eq!(world.count("SELECT count(*) FROM delegation.change").await, 1);
}

#[tokio::test]
async fn several_suppliers_hold_a_right_at_once_each_on_its_own() {
    let world = World::new().await;
    let service = &world.service;
    let one = service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    let two = service.grant(&leader(), &right(CLINIC, OTHER_SUPPLIER)).await.unwrap();
    let parties = service.parties(&leader(), number(CLINIC), None).await.unwrap();
    assert_eq!((parties.given.len(), parties.received.len()), (2, 0));
    assert_eq!(parties.names[&number(OTHER_SUPPLIER)], "Epikrise");
    service.revoke(&leader(), one.id, number(CLINIC), None).await.unwrap();
    assert!(service.holds(&server(), two.id).await.unwrap());
    let them = person(SUPPLIERS_LEADER, LoginLevel::High);
    assert_eq!(service.parties(&them, number(OTHER_SUPPLIER), None).await.unwrap().received, [two]);
    assert!(service.parties(&them, number(SUPPLIER), None).await.unwrap().received.is_empty());
}

#[tokio::test]
async fn only_who_manages_access_there_gives_and_sees() {
    let world = World::new().await;
    let service = &world.service;
    let wanted = right(CLINIC, SUPPLIER);
    for stranger in [
        Actor::anonymous(),
        server(),
        person(BOARD_MEMBER, LoginLevel::High),
        person(SUPPLIERS_LEADER, LoginLevel::High),
        administrator(SUPPLIER),
    ] {
        for refused in [
            service.grant(&stranger, &wanted).await.unwrap_err(),
            service.prepare(&stranger, &wanted).await.unwrap_err(),
            service.parties(&stranger, number(CLINIC), None).await.unwrap_err(),
            service.history(&stranger, number(CLINIC)).await.unwrap_err(),
        ] {
            assert!(Refusal::within(&refused).is_some(), "{stranger:?}: {refused:?}");
        }
    }
    assert!(world.count("SELECT count(*) FROM log.entry WHERE kind = 'policy.denied'").await >= 20);
    service.grant(&administrator(CLINIC), &wanted).await.unwrap();
    assert_eq!(service.parties(&administrator(CLINIC), number(CLINIC), None).await.unwrap().given.len(), 1);

    let mut chair_only = resource("nhn-styret");
    chair_only.roles = ["LEDE".to_owned()].into();
    service.register(&Actor::system(Component::CommandLine), &[chair_only]).await.unwrap();
    let wanted = varde_delegation::Right { resource: "nhn-styret".parse().unwrap(), ..wanted };
    let refused = service.grant(&leader(), &wanted).await.unwrap_err();
    assert!(Refusal::within(&refused).is_some(), "a general manager is not the chair: {refused:?}");
}

#[tokio::test]
async fn a_level_too_low_is_refused_with_the_reason_and_the_way_on() {
    let world = World::new().await;
    let service = &world.service;
    let low = person(LEADER, LoginLevel::Substantial);
    let refused = service.grant(&low, &right(CLINIC, SUPPLIER)).await.unwrap_err();
    let denied = Refusal::within(&refused).unwrap();
    assert_eq!(denied.remedy, Some(Remedy::LogInAtLevelHigh));
    assert!(denied.why.nb.contains("MinID er ikke nok"), "{:?}", denied.why);
    let mut low_enough = resource("nhn-enkel");
    low_enough.least_level = LoginLevel::Substantial;
    service.register(&Actor::system(Component::CommandLine), &[low_enough]).await.unwrap();
    let wanted = varde_delegation::Right { resource: "nhn-enkel".parse().unwrap(), ..right(CLINIC, SUPPLIER) };
    let given = service.grant(&low, &wanted).await.unwrap();
    service.revoke(&low, given.id, number(CLINIC), None).await.unwrap();
}

#[tokio::test]
async fn either_party_ends_a_right_and_nobody_else_does() {
    let world = World::new().await;
    let service = &world.service;
    let them = person(SUPPLIERS_LEADER, LoginLevel::High);
    let given = service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    let board = person(BOARD_MEMBER, LoginLevel::High);
    let refused = service.revoke(&board, given.id, number(CLINIC), None).await.unwrap_err();
    assert!(Refusal::within(&refused).is_some());
    let refused = service.revoke(&them, given.id, number(CLINIC), None).await.unwrap_err();
    assert!(Refusal::within(&refused).is_some(), "not on behalf of the clinic");
    let outside = service.revoke(&them, given.id, number(OTHER_SUPPLIER), None).await.unwrap_err();
    assert!(matches!(outside, DelegationError::NotFound), "not a party");
    assert!(matches!(service.one(&them, number(OTHER_SUPPLIER), given.id).await, Err(DelegationError::NotFound)));
    assert!(service.holds(&server(), given.id).await.unwrap());

    let ended = service.revoke(&them, given.id, number(SUPPLIER), None).await.unwrap();
    assert_eq!(ended.kind, Kind::RevokeByReceiver);
    assert!(!service.holds(&server(), given.id).await.unwrap());
    let late = service.revoke(&leader(), given.id, number(CLINIC), None).await.unwrap_err();
    assert_eq!((late.kind(), fault(late)), (ProblemKind::Conflict, Fault::AlreadyEnded));
    let kinds = |changes: Vec<varde_delegation::Change>| changes.into_iter().map(|c| c.kind).collect::<Vec<_>>();
    let one = service.one(&leader(), number(CLINIC), given.id).await.unwrap();
    assert_eq!(kinds(one), [Kind::Grant, Kind::RevokeByReceiver]);
    let history = service.history(&them, number(SUPPLIER)).await.unwrap();
    assert_eq!(kinds(history), [Kind::RevokeByReceiver, Kind::Grant], "newest first");
}

#[tokio::test]
async fn the_past_is_read_in_two_times() {
    let world = World::new().await;
    let service = &world.service;
    let clock = || varde_core::Clock::now(world.database.clock());
    let before = clock();
    world.later(60);
    let given = service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    world.later(60);
    let between = clock();
    world.later(60);
    for wrong in [before, clock() + jiff::SignedDuration::from_secs(1)] {
        let error = service.revoke(&leader(), given.id, number(CLINIC), Some(wrong)).await.unwrap_err();
        assert_eq!(fault(error), Fault::EndsWrongly);
    }
    let told = clock();
    let ended = service.revoke(&leader(), given.id, number(CLINIC), Some(between)).await.unwrap();
    assert_eq!((ended.applies_from, ended.recorded_at), (between, told));
    let held = async |valid, known| {
        let parties = service.parties(&leader(), number(CLINIC), Some(AsAt { valid, known })).await.unwrap();
        parties.given.len()
    };
    assert_eq!(held(before, told).await, 0);
    assert_eq!(held(given.since, told).await, 1);
    assert_eq!(held(between, between).await, 1, "as it was known then");
    assert_eq!(held(between, told).await, 0, "as it is known now");
    assert!(service.parties(&leader(), number(CLINIC), None).await.unwrap().given.is_empty());
}

#[tokio::test]
async fn of_two_who_give_at_once_one_does() {
    let world = World::new().await;
    let (leader, administrator, wanted) = (leader(), administrator(CLINIC), right(CLINIC, SUPPLIER));
    let (one, two) = tokio::join!(world.service.grant(&leader, &wanted), world.service.grant(&administrator, &wanted));
    let (given, late) = match (one, two) {
        (Ok(given), Err(late)) | (Err(late), Ok(given)) => (given, late),
        other => panic!("exactly one gives it: {other:?}"),
    };
    assert_eq!(fault(late), Fault::AlreadyGiven);
    assert!(world.service.holds(&server(), given.id).await.unwrap());
    assert_eq!(world.count("SELECT count(*) FROM delegation.change").await, 1);
    let (party, other) = (number(CLINIC), number(SUPPLIER));
    let them = person(SUPPLIERS_LEADER, LoginLevel::High);
    let (one, two) = tokio::join!(
        world.service.revoke(&leader, given.id, party, None),
        world.service.revoke(&them, given.id, other, None)
    );
    let late = one.and(two).unwrap_err();
    assert_eq!(fault(late), Fault::AlreadyEnded);
    assert_eq!(world.count("SELECT count(*) FROM delegation.change").await, 2);
}

#[tokio::test]
async fn nobody_changes_the_register_but_by_adding() {
    let world = World::new().await;
    world.service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    let context = world.store.context(&varde_delegation::CONTEXT);
    for sql in ["UPDATE change SET kind = 'revoke'", "DELETE FROM change", "DELETE FROM resource"] {
        let mut work = context.begin(&server()).await.unwrap();
        let error = sqlx::query(sql).execute(work.connection()).await.unwrap_err();
        assert!(error.to_string().contains("permission denied"), "{sql}: {error}");
    }
}

#[tokio::test]
async fn who_manages_access_sees_where() {
    let world = World::new().await;
    let sides = async |actor: &Actor| -> Vec<String> {
        let sides = world.service.sides(actor).await.unwrap();
        sides.into_iter().map(|side| format!("{} {}", side.organisation.name, side.roles.join(","))).collect()
    };
    assert_eq!(sides(&leader()).await, ["Fjordgløtt legesenter DAGL"], "a board member does not manage access");
    assert_eq!(sides(&person(SUPPLIERS_LEADER, LoginLevel::High)).await, ["Epikrise DAGL", "Journalhuset LEDE"]);
    assert_eq!(sides(&administrator(CLINIC)).await, ["Fjordgløtt legesenter "]);
    assert!(sides(&person(BOARD_MEMBER, LoginLevel::High)).await.is_empty());
    assert!(world.service.sides(&Actor::anonymous()).await.is_err());
}

#[tokio::test]
async fn the_register_is_looked_up_by_parts_of_varde_only() {
    let world = World::new().await;
    let wanted = right(CLINIC, SUPPLIER);
    let given = world.service.grant(&leader(), &wanted).await.unwrap();
    for stranger in [Actor::anonymous(), leader()] {
        assert!(world.service.holds(&stranger, given.id).await.is_err());
        assert!(world.service.holding(&stranger, wanted.from, wanted.to, &wanted.resource).await.is_err());
    }
}
