//! The registry of resources.

use varde_core::{Actor, Component, Language, LoginLevel, Problem, ProblemKind, Role};
use varde_delegation::DelegationError;
use varde_policy::Refusal;

use crate::world::{self, World, resource};

fn command_line() -> Actor {
    Actor::system(Component::CommandLine)
}

#[tokio::test]
async fn a_changed_resource_is_a_new_version_and_the_same_is_none() {
    let world = World::new().await;
    let service = &world.service;
    let same = service.register(&command_line(), &[resource("nhn-helseid")]).await.unwrap();
    assert!(same[0].version == 1 && !same[0].changed);
    let mut changed = resource("nhn-helseid");
    changed.title.nb = "Nytt navn".to_owned();
    let outcomes = service.register(&command_line(), &[changed.clone(), resource("nhn-annet")]).await.unwrap();
    assert_eq!(outcomes.iter().map(|o| (o.version, o.changed)).collect::<Vec<_>>(), [(2, true), (1, true)]);
    assert_eq!(service.resource(&changed.id).await.unwrap().resource, changed);
    assert_eq!(world.count("SELECT count(*) FROM delegation.resource").await, 3);
    assert_eq!(world.count("SELECT count(*) FROM log.entry WHERE kind = 'delegation.resource.registered'").await, 3);
}

#[tokio::test]
async fn what_is_wrong_is_told_and_nothing_is_registered() {
    let world = World::new().await;
    let mut wrong = resource("nhn-feil");
    wrong.right.nn.clear();
    let batch = [resource("nhn-annet"), wrong];
    let problem = world.service.register(&command_line(), &batch).await.unwrap_err();
    assert_eq!(problem.to_string(), "resource nhn-feil: right must be written in nb, nn and en");
    assert_eq!((problem.kind(), problem.fields()[0].field.as_str()), (ProblemKind::Invalid, "right"));
    let twice = world.service.register(&command_line(), &[resource("x"), resource("x")]).await.unwrap_err();
    assert!(matches!(twice, DelegationError::Twice(_)));
    assert_eq!(world.count("SELECT count(*) FROM delegation.resource").await, 1);
}

#[tokio::test]
async fn only_whoever_runs_the_installation_registers() {
    let world = World::new().await;
    let operator = |level| {
        let person = world::leader().person().unwrap();
        Actor::employee(person, level, world::organisation_id(world::CLINIC), [Role::Operator])
    };
    for actor in [Actor::anonymous(), world::leader(), world::server(), operator(LoginLevel::Substantial)] {
        let refused = world.service.register(&actor, &[resource("x")]).await.unwrap_err();
        assert!(Refusal::within(&refused).is_some(), "{refused:?}");
    }
    world.service.register(&operator(LoginLevel::High), &[resource("x")]).await.unwrap();
}

#[tokio::test]
async fn what_is_hidden_or_closed_is_not_found_by_searching() {
    let world = World::new().await;
    let (mut hidden, mut closed) = (resource("nhn-skjult"), resource("nhn-stengt"));
    (hidden.visible, closed.delegable) = (false, false);
    world.service.register(&command_line(), &[hidden, closed]).await.unwrap();
    let search = async |words| -> Vec<String> {
        let found = world.service.search(words, Language::Nb).await.unwrap();
        found.into_iter().map(|one| one.resource.id.to_string()).collect()
    };
    assert_eq!(search("").await, ["nhn-helseid"]);
    assert_eq!(search("DATABEHANDLER helsenett").await, ["nhn-helseid"]);
    assert!(search("stengt").await.is_empty());
}
