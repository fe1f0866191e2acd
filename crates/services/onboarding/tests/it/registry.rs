//! Registering services and publishing terms.

use varde_core::{Problem as _, ProblemKind};
use varde_onboarding::OnboardingError;

use crate::world::{World, command_line, leader, number, service, terms};

#[tokio::test]
async fn a_service_is_a_new_version_only_when_it_says_something_new() {
    let world = World::new().await;
    let again = world.service.register(&command_line(), &service()).await.unwrap();
    assert_eq!((again.version, again.changed), (1, false));
    let mut changed = service();
    changed.title.en = "Person service".to_owned();
    let new = world.service.register(&command_line(), &changed).await.unwrap();
    assert_eq!((new.version, new.changed), (2, true));
    let found = world.service.services().await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].service, changed);
    assert_eq!(world.database.entries("onboarding.service.registered").await.len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_service_is_named() {
    let world = World::new().await;
    let mut flawed = service();
    flawed.classes.clear();
    let error = world.service.register(&command_line(), &flawed).await.unwrap_err();
    assert_eq!((error.code(), error.fields()[0].field.as_str()), ("onboarding.flawed", "classes"));
    let mut strange = service();
    strange.owner = number(4);
    let error = world.service.register(&command_line(), &strange).await.unwrap_err();
    assert_eq!((error.code(), error.fields()[0].field.as_str()), ("onboarding.no_such_owner", "owner"));
    let mut other = service();
    other.id = "annen-tjeneste".parse().unwrap();
    let error = world.service.register(&command_line(), &other).await.unwrap_err();
    assert_eq!(error.code(), "onboarding.taken", "an API belongs to one service");
}

#[tokio::test]
async fn only_whoever_runs_the_installation_registers() {
    let world = World::new().await;
    let error = world.service.register(&leader(), &service()).await.unwrap_err();
    assert_eq!(error.kind(), ProblemKind::Forbidden);
    let error = world.service.publish_terms(&leader(), &service().id, &terms(world.now())).await.unwrap_err();
    assert_eq!(error.kind(), ProblemKind::Forbidden);
}

#[tokio::test]
async fn an_api_that_a_service_gives_up_is_free() {
    let world = World::new().await;
    let mut moved = service();
    moved.audiences = ["varde:annet".to_owned()].into();
    for class in &mut moved.classes {
        class.scopes = ["varde:annet/les".to_owned()].into();
    }
    world.service.register(&command_line(), &moved).await.unwrap();
    let mut other = service();
    other.id = "annen-tjeneste".parse().unwrap();
    world.service.register(&command_line(), &other).await.unwrap();
}

#[tokio::test]
async fn terms_of_no_service_cannot_be_published() {
    let world = World::new().await;
    let error = world.service.publish_terms(&command_line(), &"ukjent".parse().unwrap(), &terms(world.now())).await;
    assert!(matches!(error, Err(OnboardingError::NoSuchService)));
}
