//! Assessing: new versions, never overwritten, read as at any day.

use varde_architecture::{Answer, ArchitectureError, Frameworks, Verdict};
use varde_core::Actor;
use varde_policy::Refusal;

use crate::world::{World, body, other_steward, requirement, said, steward, thing};

#[tokio::test]
async fn what_was_said_stays_and_any_day_can_be_read() {
    let world = World::new().await;
    let first = world.today();
    world.assess("4.1", Answer::NotMet, 0).await;
    world.later(10);
    let second = world.today();
    world.assess("4.1", Answer::Met, 1).await;
    let anybody = Actor::anonymous();
    let on = async |day| {
        let view = world.service.requirement(&anybody, &thing("kilde-npr"), &requirement("4.1"), day).await.unwrap();
        view.assessments.iter().map(|one| (one.number, one.content.answer)).collect::<Vec<_>>()
    };
    assert_eq!(on(Some(first.yesterday().unwrap())).await, []);
    assert_eq!(on(Some(first)).await, [(1, Answer::NotMet)]);
    assert_eq!(on(Some(second.yesterday().unwrap())).await, [(1, Answer::NotMet)]);
    assert_eq!(on(None).await, [(2, Answer::Met), (1, Answer::NotMet)]);
    let verdict = async |day| {
        let overview = world.service.overview(&anybody, None, day).await.unwrap();
        let line = overview.lines.iter().find(|line| line.thing.id == thing("kilde-npr")).unwrap();
        line.cells[3].verdict()
    };
    assert_eq!(verdict(Some(first.yesterday().unwrap())).await, Verdict::NotAssessed);
    assert_eq!(verdict(Some(first)).await, Verdict::NotMet);
    assert_eq!(verdict(None).await, Verdict::Begun);
    assert_eq!(world.database.entries("architecture.assessment.made").await.len(), 2);
    let mut owner = world.database.owner().await;
    let role: String = sqlx::query_scalar(
        "SELECT string_agg(privilege_type, ' ') FROM information_schema.role_table_grants \
         WHERE grantee = 'varde_architecture' AND table_name = 'version'",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert!(role.contains("INSERT") && !role.contains("UPDATE") && !role.contains("DELETE"), "{role}");
}

#[tokio::test]
async fn of_two_at_the_same_time_the_second_is_told() {
    let world = World::new().await;
    world.assess("4.1", Answer::NotMet, 0).await;
    let again = world.service.assess(&steward(), &thing("kilde-npr"), &requirement("4.1"), said(Answer::Met, 0)).await;
    assert!(matches!(again, Err(ArchitectureError::Changed)), "{again:?}");
    assert_eq!(
        world.database.entries("architecture.assessment.made").await.len(),
        1,
        "what was refused is not entered"
    );
}

#[tokio::test]
async fn only_who_answers_for_it_assesses_it() {
    let world = World::new().await;
    let assess = async |actor: &Actor, of: &str| {
        let outcome = world.service.assess(actor, &thing(of), &requirement("4.1"), said(Answer::Met, 0)).await;
        outcome.is_ok()
    };
    for actor in [other_steward(), body(), Actor::anonymous()] {
        let outcome =
            world.service.assess(&actor, &thing("kilde-npr"), &requirement("4.1"), said(Answer::Met, 0)).await;
        assert!(Refusal::within(&outcome.unwrap_err()).is_some());
    }
    assert!(!assess(&steward(), "kilde-ukjent").await, "nobody here answers for it");
    assert!(assess(&steward(), "kilde-npr").await);
    assert!(assess(&other_steward(), "kilde-kreft").await);
    for (of, what) in [("kilde-borte", "4.1"), ("kilde-npr", "9.9")] {
        let missing = world.service.assess(&steward(), &thing(of), &requirement(what), said(Answer::Met, 0)).await;
        assert!(matches!(missing, Err(ArchitectureError::NotFound)), "{of} {what}");
    }
}

#[tokio::test]
async fn a_new_version_of_a_requirement_shows_which_assessments_are_of_an_older_one() {
    let world = World::new().await;
    world.assess("1.1", Answer::Met, 0).await;
    let national = include_str!("../../content/national.toml");
    let tomorrow = world.today().tomorrow().unwrap();
    let newer = format!(
        "versions = [{{ number = 2, from = \"{tomorrow}\", text = {{ nb = \"Nytt\", nn = \"Nytt\", en = \"New\" }} }}, "
    );
    // The second version stands after the first in the file.
    let (before, after) = national.split_once("id = \"1.1\"").unwrap();
    let (head, rest) = after.split_once("versions = [").unwrap();
    let (one, rest) = rest.split_once(" }]").unwrap();
    let second = newer.trim_start_matches("versions = [").trim_end_matches(", ");
    let text = format!("{before}id = \"1.1\"{head}versions = [{one} }}, {second}]{rest}");
    let service = World::service(&world.store, &world.outbox, Frameworks::read(&[&text]).unwrap());
    let older = async |day| {
        let view = service.about(&Actor::anonymous(), &thing("kilde-npr"), None, day).await.unwrap();
        view.cells[0].older
    };
    assert_eq!(older(None).await, 0, "the new one holds from tomorrow");
    world.later(1);
    assert_eq!(older(None).await, 1);
    let new = said(Answer::Met, 1);
    service.assess(&steward(), &thing("kilde-npr"), &requirement("1.1"), new).await.unwrap();
    assert_eq!(older(None).await, 0);
    let view = service.requirement(&steward(), &thing("kilde-npr"), &requirement("1.1"), None).await.unwrap();
    let versions: Vec<_> = view.assessments.iter().map(|one| one.content.requirement_version).collect();
    assert_eq!(versions, [2, 1]);
}
