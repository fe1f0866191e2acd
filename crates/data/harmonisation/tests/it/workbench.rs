//! The workbench: who may do what, what is decided on what, and what is read as at a day.

use varde_core::{Actor, Problem as _};
use varde_harmonisation::{
    HarmonisationError, NewRelation,
    code::Coverage,
    relation::{Changed, NotNow, RelationKind, State, Target},
};

use crate::world::{World, births, colleague, heart, other_steward, path, researcher, reviewer, smoking, steward};

const ALL: [(&str, Option<&str>); 3] = [("0", Some("N")), ("1", Some("N")), ("2", Some("D"))];

#[tokio::test]
async fn one_proposes_another_decides_and_everybody_reads() {
    let world = World::new().await;
    let to = world.represented().await;
    let id = world.propose(to, &ALL).await;
    let anybody = Actor::anonymous();
    let hidden = world.service.relation(&anybody, id, None).await;
    assert!(matches!(hidden, Err(HarmonisationError::NotFound)), "what waits is not told to everybody");
    assert!(world.service.relations(&anybody, None, None).await.unwrap().is_empty());
    for nobody in [steward(), researcher(), other_steward()] {
        let no = world.service.decide(&nobody, id, 1, true, "Ja.").await.unwrap_err();
        assert!(matches!(no, HarmonisationError::Refused(_) | HarmonisationError::NotFound), "{no:?}");
    }
    let unsaid = world.service.decide(&reviewer(), id, 1, true, " ").await.unwrap_err();
    assert_eq!(unsaid.fields()[0].field, "reason");
    world.service.decide(&reviewer(), id, 1, true, "Kodene er sett over.").await.unwrap();
    let (view, versions) = world.service.relation(&anybody, id, None).await.unwrap();
    assert_eq!((view.state, view.coverage.clone()), (State::Accepted, Coverage::Whole { of: 3 }));
    assert_eq!((versions.len(), view.decision.unwrap().organisation.as_str()), (2, "Virksomhet 103"));
    let again = world.service.decide(&colleague(), id, 2, false, "Nei.").await.unwrap_err();
    assert!(matches!(again, HarmonisationError::NotNow(NotNow::Settled)));
    let stale = world.service.decide(&reviewer(), id, 1, false, "Nei.").await.unwrap_err();
    assert!(matches!(stale, HarmonisationError::Changed));
    for (kind, count) in [("proposed", 1), ("decided", 1), ("withdrawn", 0)] {
        assert_eq!(world.database.entries(&format!("harmonisation.relation.{kind}")).await.len(), count, "{kind}");
    }
    assert_eq!(world.database.entries("harmonisation.concept.described").await.len(), 1);
}

#[tokio::test]
async fn who_answers_for_neither_proposes_nothing() {
    let world = World::new().await;
    let to = Target::Represented(world.represented().await);
    for nobody in [other_steward(), researcher(), reviewer(), Actor::anonymous()] {
        let no = world.service.propose(&nobody, smoking(to.clone(), &ALL)).await.unwrap_err();
        assert!(matches!(no, HarmonisationError::Refused(_)), "{no:?}");
    }
    let between = smoking(Target::Variable(path("fodsel/mor/smoking")), &[]);
    world.service.propose(&other_steward(), between).await.unwrap();
}

#[tokio::test]
async fn a_new_code_makes_a_whole_mapping_partial_and_asks_for_another_look() {
    let world = World::new().await;
    let to = world.represented().await;
    let id = world.propose(to, &ALL).await;
    world.service.decide(&reviewer(), id, 1, true, "Alle tre er koblet.").await.unwrap();
    let decided = world.service.today();
    world.later(30);
    world.publish(&heart(&["0", "1", "2", "3"])).await;
    let anybody = Actor::anonymous();
    let (view, _) = world.service.relation(&anybody, id, None).await.unwrap();
    assert_eq!(view.coverage, Coverage::Partly { mapped: 3, of: 4 });
    assert_eq!(view.changed, [Changed::From]);
    assert_eq!(world.service.desk(&reviewer()).await.unwrap().again.len(), 1);
    let (then, _) = world.service.relation(&anybody, id, Some(decided)).await.unwrap();
    assert_eq!((then.coverage, then.changed), (Coverage::Whole { of: 3 }, vec![]), "as it was then");
    world.service.decide(&reviewer(), id, 2, true, "Den nye koden har ingen motsvarende.").await.unwrap();
    let (view, versions) = world.service.relation(&anybody, id, None).await.unwrap();
    assert_eq!((view.changed.len(), versions.len()), (0, 3));
    assert_eq!(view.coverage, Coverage::Partly { mapped: 3, of: 4 }, "a decision makes nothing whole");
}

#[tokio::test]
async fn another_sources_edition_opens_nothing() {
    let world = World::new().await;
    let to = world.represented().await;
    let id = world.propose(to, &ALL).await;
    world.service.decide(&reviewer(), id, 1, true, "Ja.").await.unwrap();
    let mut other = births();
    other.datasets[0].variables.pop();
    world.publish(&other).await;
    let (view, _) = world.service.relation(&Actor::anonymous(), id, None).await.unwrap();
    assert_eq!(view.changed, []);
}

#[tokio::test]
async fn a_later_decision_takes_the_place_of_the_one_before_and_both_stay() {
    let world = World::new().await;
    let to = world.represented().await;
    let first = world.propose(to, &[]).await;
    let twice = world.service.propose(&colleague(), smoking(Target::Represented(to), &ALL)).await.unwrap_err();
    assert!(matches!(twice, HarmonisationError::Already));
    world.service.decide(&reviewer(), first, 1, true, "Foreløpig.").await.unwrap();
    let then = world.service.today();
    world.later(2);
    let second = world.propose(to, &ALL).await;
    world.service.decide(&reviewer(), second, 1, true, "Nå med koder.").await.unwrap();
    let anybody = Actor::anonymous();
    let states = |views: Vec<varde_harmonisation::RelationView>| {
        views.into_iter().map(|view| (view.id, view.state)).collect::<Vec<_>>()
    };
    let now = states(world.service.relations(&anybody, None, None).await.unwrap());
    assert_eq!(now, [(first, State::Superseded), (second, State::Accepted)]);
    let before = states(world.service.relations(&anybody, None, Some(then)).await.unwrap());
    assert_eq!(before, [(first, State::Accepted)]);
    let (old, _) = world.service.relation(&anybody, first, None).await.unwrap();
    assert_eq!(old.decision.unwrap().reason, "Foreløpig.");
    assert_eq!(old.ending.unwrap().2, Some(second));
    assert_eq!(world.database.entries("harmonisation.relation.superseded").await.len(), 1);
}

#[tokio::test]
async fn what_is_taken_back_stays_with_its_decision_and_can_be_proposed_anew() {
    let world = World::new().await;
    let to = world.represented().await;
    let id = world.propose(to, &ALL).await;
    world.service.decide(&colleague(), id, 1, true, "Ja.").await.unwrap();
    world.service.withdraw(&steward(), id, 2, "Spørsmålet er et annet.").await.unwrap();
    let (view, versions) = world.service.relation(&Actor::anonymous(), id, None).await.unwrap();
    assert_eq!((view.state, versions.len()), (State::Withdrawn, 3));
    assert!(view.decision.is_some_and(|decision| decision.accepted));
    let over = world.service.withdraw(&steward(), id, 3, "Igjen.").await.unwrap_err();
    assert!(matches!(over, HarmonisationError::NotNow(NotNow::Over)));
    world.propose(to, &ALL).await;
}

#[tokio::test]
async fn what_follows_is_put_forward_and_never_decided() {
    let world = World::new().await;
    let to = world.represented().await;
    let id = world.propose(to, &ALL).await;
    world.service.decide(&reviewer(), id, 1, true, "Ja.").await.unwrap();
    let mothers = NewRelation {
        from: path("fodsel/mor/smoking"),
        kind: RelationKind::Narrower,
        codes: Vec::new(),
        ..smoking(Target::Represented(to), &[])
    };
    let other = world.service.propose(&other_steward(), mothers).await.unwrap();
    let own = path("hjerte/besok/smoking");
    assert!(world.service.similar(&Actor::anonymous(), &own).await.unwrap().follows.is_empty());
    world.service.decide(&reviewer(), other, 1, true, "Bare mødre.").await.unwrap();
    let view = world.service.similar(&Actor::anonymous(), &own).await.unwrap();
    let told: Vec<_> = view.follows.iter().map(|one| (one.to.as_str(), one.kind)).collect();
    assert_eq!(told, [("fodsel/mor/smoking", RelationKind::Broader)]);
    assert!(view.similar.iter().any(|one| one.side.target == Target::Variable(path("fodsel/mor/smoking"))));
    assert!(!view.distribution);
    assert_eq!(world.service.relations(&Actor::anonymous(), None, None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_form_that_was_looked_at_before_a_change_is_not_taken() {
    let world = World::new().await;
    let to = Target::Represented(world.represented().await);
    let form = world.service.form(&steward(), &path("hjerte/besok/smoking"), &to).await.unwrap();
    world.publish(&heart(&["0", "1"])).await;
    let new = NewRelation { seen: Some(form.seen), ..smoking(to, &[]) };
    let stale = world.service.propose(&steward(), new).await.unwrap_err();
    assert!(matches!(stale, HarmonisationError::Changed));
}
