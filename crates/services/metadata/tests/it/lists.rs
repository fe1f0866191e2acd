use varde_core::{Actor, CodeNews, Component, LocalisedText, Problem, ProblemKind};
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

#[tokio::test]
async fn whoever_has_variables_on_a_list_is_told_that_their_codes_have_changed() {
    let world = World::new().await;
    world.publish(&contacts()).await;
    let (catalogue, me, other) = (&world.catalogue, researcher(), researcher());
    let condition = path("npr/contact/main_condition");
    let mine = catalogue.add_to_newest_list(&me, &condition, "Min").await.unwrap();
    let theirs = catalogue.add_to_newest_list(&other, &path("npr/contact/sex"), "Deres").await.unwrap();
    let second = catalogue.create_list(&other, "Annen").await.unwrap();
    catalogue.add_to_list(&other, second, &condition).await.unwrap();
    let holding = async |who: &Actor| catalogue.lists_holding(who, std::slice::from_ref(&condition)).await.unwrap();
    let (seen, nobody) = (holding(&me).await, holding(&Actor::anonymous()).await);
    assert_eq!((seen.count, seen.own.len(), seen.own[0].id), (2, 1, mine), "all are counted, one's own are shown");
    assert_eq!((nobody.count, nobody.own.len()), (2, 0));
    let flows = Actor::system(Component::Flows);
    let news = CodeNews {
        edition: uuid::Uuid::from_u128(1),
        key: "icd10".to_owned(),
        title: LocalisedText::new("ICD-10", "ICD-10", "ICD-10"),
        version: "2027".to_owned(),
        variables: vec![condition.clone()],
    };
    assert_eq!(catalogue.tell_list_owners(&flows, &news).await.unwrap(), 2);
    assert_eq!(catalogue.tell_list_owners(&flows, &news).await.unwrap(), 0, "the same edition is told once");
    assert_eq!(catalogue.tell_list_owners(&me, &news).await.unwrap_err().kind(), ProblemKind::Forbidden);
    let told = catalogue.list(&me, mine).await.unwrap().news;
    assert_eq!((told.len(), told[0].version.as_str(), told[0].variables), (1, "2027", 1));
    assert!(catalogue.list(&other, theirs).await.unwrap().news.is_empty(), "that list has no such codes");
    // Reading it away is the owner's matter, and changes nothing about the list.
    let before = catalogue.list(&me, mine).await.unwrap().summary.changed_at;
    world.later();
    assert_eq!(catalogue.see_list_news(&other, mine).await.unwrap_err().kind(), ProblemKind::NotFound);
    catalogue.see_list_news(&me, mine).await.unwrap();
    let list = catalogue.list(&me, mine).await.unwrap();
    assert_eq!((list.news.len(), list.summary.changed_at), (0, before));
    assert_eq!(catalogue.list(&other, second).await.unwrap().news.len(), 1);
}
