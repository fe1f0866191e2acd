//! Scores are computed, kept when they change, and never changed.

use varde_core::{Actor, CataloguePath};
use varde_fair::{FairError, Field, Model, NewJudgement, Outcome, ports::Release};

use crate::world::{World, flows, path, source, steward};

async fn outcome(world: &World, model: Model, indicator: &str) -> Outcome {
    world.fair.indicator(&Actor::anonymous(), &path("npr"), (model, indicator)).await.unwrap().finding.outcome
}

fn said(outcome: Outcome, seen: i32) -> NewJudgement {
    let evidence = vec!["Revisjonsrapport 2026".to_owned()];
    NewJudgement { outcome, reason: "Internrevisjonen gikk gjennom i mars.".to_owned(), evidence, seen }
}

#[tokio::test]
async fn a_score_is_kept_when_it_changes_and_only_then() {
    let world = World::new().await;
    let npr = path("npr");
    assert!(matches!(world.fair.model(&Actor::anonymous(), &npr, Model::Mqa).await, Err(FairError::NotComputed)));
    assert_eq!(world.fair.compute(&flows(), &npr).await.unwrap(), Model::ALL);
    assert_eq!(world.fair.compute(&flows(), &npr).await.unwrap(), [], "the same facts");
    assert_eq!(world.database.entries("fair.score.kept").await.len(), 1);
    world.around.keywords.lock().unwrap().push("helse".to_owned());
    world.later(1);
    let kept = world.fair.compute(&flows(), &npr).await.unwrap();
    assert_eq!(kept, [Model::Fdmm, Model::Mqa, Model::Health], "the label asks for no keywords");
    let view = world.fair.model(&Actor::anonymous(), &npr, Model::Mqa).await.unwrap();
    let numbers: Vec<_> = view.history.iter().map(|one| one.number).collect();
    assert_eq!(numbers, [2, 1]);
    let [new, old] = &view.history[..] else { panic!() };
    assert_eq!(new.content.points.halves, old.content.points.halves + 60, "30 points for a keyword");
    assert!(new.at > old.at && new.content.weights == old.content.weights);
    // A new edition is a new score, since it says which edition it is of.
    world.publish(&source("npr", "Norsk pasientregister", "central_register")).await;
    assert_eq!(world.fair.compute(&flows(), &npr).await.unwrap(), Model::ALL);
    assert_eq!(world.fair.model(&Actor::anonymous(), &npr, Model::Mqa).await.unwrap().score.content.edition, 2);
}

#[tokio::test]
async fn nothing_that_was_kept_can_be_changed() {
    let world = World::new().await;
    world.fair.compute(&flows(), &path("npr")).await.unwrap();
    let mut role = world.database.owner().await;
    sqlx::query("SET ROLE varde_fair").execute(&mut role).await.unwrap();
    for sql in ["UPDATE fair.score SET edition = 9", "DELETE FROM fair.score", "DELETE FROM fair.judgement"] {
        let refused = sqlx::query(sql).execute(&mut role).await.unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn what_is_due_is_computed_once_a_day_and_at_each_edition() {
    let world = World::new().await;
    *world.around.fails.lock().unwrap() = true;
    assert_eq!(world.fair.compute_due().await.unwrap(), 0, "a neighbour that fails holds nothing up");
    *world.around.fails.lock().unwrap() = false;
    assert_eq!(world.fair.compute_due().await.unwrap(), 2);
    world.around.keywords.lock().unwrap().push("helse".to_owned());
    assert_eq!(world.fair.compute_due().await.unwrap(), 0, "today it was");
    world.later(1);
    assert_eq!(world.fair.compute_due().await.unwrap(), 2);
    world.publish(&source("npr", "Norsk pasientregister", "central_register")).await;
    assert_eq!(world.fair.compute_due().await.unwrap(), 1);
}

#[tokio::test]
async fn a_release_shows_what_was_asked_for() {
    let world = World::new().await;
    let npr = path("npr");
    world.fair.compute(&flows(), &npr).await.unwrap();
    assert_eq!(outcome(&world, Model::Fdmm, "RDA-F1-01D").await, Outcome::NotJudged);
    assert_eq!(outcome(&world, Model::Mqa, "formatMatch").await, Outcome::RightlyRestricted);
    let dataset: CataloguePath = "npr/contact".parse().unwrap();
    let release = Release {
        id: "r1".to_owned(),
        dataset,
        rows: 10,
        used: 9,
        empty: 1,
        cells: 9,
        day: jiff::civil::date(2026, 11, 1),
    };
    world.around.releases.lock().unwrap().push(release);
    world.fair.compute(&flows(), &npr).await.unwrap();
    assert_eq!(outcome(&world, Model::Fdmm, "RDA-F1-01D").await, Outcome::Met);
    assert_eq!(outcome(&world, Model::Label, "b-completeness").await, Outcome::Met);
    let facts = world.fair.facts(&npr).await.unwrap();
    assert_eq!(facts.values(Field::Rows), ["npr/contact: 9/10"]);
    assert_eq!(facts.values(Field::Law), ["helseregisterloven § 11"]);
    assert_eq!(facts.shared_codes.percent(), Some(100));
}

#[tokio::test]
async fn what_cannot_be_computed_a_steward_says_for_a_year() {
    let world = World::new().await;
    let npr = path("npr");
    let audit = (Model::Label, "c-audit");
    world.fair.judge(&steward(), &npr, audit, said(Outcome::Met, 0)).await.unwrap();
    assert_eq!(outcome(&world, audit.0, audit.1).await, Outcome::Met, "it is computed at once");
    assert_eq!(world.database.entries("fair.judgement.made").await.len(), 1);
    let again = world.fair.judge(&steward(), &npr, audit, said(Outcome::Partly, 0)).await;
    assert!(matches!(again, Err(FairError::Changed)));
    // The lawfulness of a restriction may be said of what lacks; that something is there may not.
    let lacks = (Model::Mqa, "keywordAvailability");
    let wrong = world.fair.judge(&steward(), &npr, lacks, said(Outcome::Met, 0)).await;
    assert!(matches!(wrong, Err(FairError::Invalid(_))));
    world.fair.judge(&steward(), &npr, lacks, said(Outcome::NotRelevant, 0)).await.unwrap();
    assert_eq!(outcome(&world, lacks.0, lacks.1).await, Outcome::NotRelevant);
    let there = world.fair.judge(&steward(), &npr, (Model::Mqa, "accessUrlStatusCode"), said(Outcome::NotMet, 0)).await;
    assert!(matches!(there, Err(FairError::Computed)));
    let refused = world.fair.judge(&flows(), &npr, audit, said(Outcome::Met, 1)).await;
    assert!(matches!(refused, Err(FairError::Refused(_))));
    world.later(367);
    world.fair.compute_due().await.unwrap();
    let view = world.fair.indicator(&steward(), &npr, audit).await.unwrap();
    assert_eq!(view.finding.outcome, Outcome::NotJudged);
    assert!(view.finding.statement.unwrap().must_confirm);
    world.fair.judge(&steward(), &npr, audit, said(Outcome::Met, 1)).await.unwrap();
    assert_eq!(outcome(&world, audit.0, audit.1).await, Outcome::Met);
}
