use varde_core::{Actor, Problem, ProblemKind};
use varde_metadata::MetadataError;

use crate::world::{World, contacts, path, researcher, source, variable};

#[tokio::test]
async fn a_list_is_filled_named_and_emptied() {
    let world = World::new().await;
    world.publish(&contacts()).await;
    let (catalogue, me) = (&world.catalogue, researcher());
    let sex = path("npr/contact/sex");
    let id = catalogue.add_to_newest_list(&me, &sex, "Min liste").await.unwrap();
    let again = catalogue.add_to_newest_list(&me, &sex, "Min liste").await.unwrap();
    assert_eq!(id, again);
    world.later();
    catalogue.add_to_list(&me, id, &path("npr/contact/admitted")).await.unwrap();
    catalogue.rename_list(&me, id, "  Hjertesvikt ").await.unwrap();
    let list = catalogue.list(&me, id).await.unwrap();
    assert_eq!(list.summary.name, "Hjertesvikt");
    assert_eq!(
        list.variables.iter().map(|v| v.path.as_str()).collect::<Vec<_>>(),
        ["npr/contact/sex", "npr/contact/admitted"]
    );
    catalogue.remove_from_list(&me, id, &sex).await.unwrap();
    assert_eq!(catalogue.list(&me, id).await.unwrap().variables.len(), 1);
    catalogue.clear_list(&me, id).await.unwrap();
    assert!(catalogue.list(&me, id).await.unwrap().variables.is_empty());
    let other = catalogue.create_list(&me, "Annen").await.unwrap();
    assert_eq!(catalogue.lists(&me).await.unwrap().len(), 2);
    catalogue.delete_list(&me, other).await.unwrap();
    assert_eq!(catalogue.lists(&me).await.unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_else_sees_or_changes_a_list() {
    let world = World::new().await;
    world.publish(&contacts()).await;
    let (catalogue, me, other) = (&world.catalogue, researcher(), researcher());
    let id = catalogue.create_list(&me, "Min").await.unwrap();
    assert!(catalogue.lists(&other).await.unwrap().is_empty());
    let kind = |result: Result<(), MetadataError>| result.unwrap_err().kind();
    assert_eq!(kind(catalogue.list(&other, id).await.map(|_| ())), ProblemKind::NotFound);
    assert_eq!(kind(catalogue.delete_list(&other, id).await), ProblemKind::NotFound);
    assert_eq!(kind(catalogue.add_to_list(&other, id, &path("npr/contact/sex")).await), ProblemKind::NotFound);
    let anonymous = catalogue.lists(&Actor::anonymous()).await.map(|_| ());
    assert_eq!(kind(anonymous), ProblemKind::Unauthenticated);
    assert_eq!(kind(catalogue.create_list(&Actor::anonymous(), "X").await.map(|_| ())), ProblemKind::Unauthenticated);
    assert_eq!(catalogue.list(&me, id).await.unwrap().summary.name, "Min");
}

#[tokio::test]
async fn what_cannot_be_delivered_cannot_be_listed() {
    let world = World::new().await;
    world.publish(&contacts()).await;
    let me = researcher();
    let number = path("npr/contact/patient_number");
    let error = world.catalogue.add_to_newest_list(&me, &number, "Min").await.unwrap_err();
    assert!(matches!(error, MetadataError::NotDeliverable(_)), "{error}");
    let error = world.catalogue.add_to_newest_list(&me, &path("npr/contact/none"), "Min").await.unwrap_err();
    assert_eq!(error.kind(), ProblemKind::NotFound);
    assert!(world.catalogue.lists(&me).await.unwrap().is_empty(), "a refused variable makes no list");
    for name in ["", "   ", &"x".repeat(101)] {
        let error = world.catalogue.create_list(&me, name).await.unwrap_err();
        assert_eq!(error.fields()[0].field, "name");
    }
}

#[tokio::test]
async fn a_variable_that_left_the_catalogue_is_named_in_the_list() {
    let world = World::new().await;
    world.publish(&contacts()).await;
    let me = researcher();
    let id = world.catalogue.add_to_newest_list(&me, &path("npr/contact/sex"), "Min").await.unwrap();
    world.later();
    world.publish(&source("npr", vec![variable("npr/contact/x", "X", varde_metadata::DataType::Text)])).await;
    let list = world.catalogue.list(&me, id).await.unwrap();
    assert!(list.variables.is_empty());
    assert_eq!(list.gone, [path("npr/contact/sex")]);
}
