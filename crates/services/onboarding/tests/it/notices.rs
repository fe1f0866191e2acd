//! Mails that other parts of Varde want sent.

use varde_core::{Actor, Component, Language};
use varde_onboarding::{EmailAddress, Notice, ports::NotSent};
use varde_policy::Refusal;

use crate::world::{World, leader};

fn notice(about: &str) -> Notice {
    Notice {
        about: about.to_owned(),
        to: EmailAddress::parse("drift@journalhuset.example").unwrap(),
        language: Language::Nn,
        subject: "Nøkkelen går ut\r\nBcc: alle@example.org".to_owned(),
        body: "Han går ut i morgon.\n\nLegg inn ein ny.\n".to_owned(),
    }
}

fn part() -> Actor {
    Actor::system(Component::SelfService)
}

#[tokio::test]
async fn the_same_is_told_once_whatever_is_put_down_or_run_again() {
    let world = World::new().await;
    assert!(world.service.put_notice(&part(), &notice("self_service.key:1:30")).await.unwrap());
    assert!(!world.service.put_notice(&part(), &notice("self_service.key:1:30")).await.unwrap());
    world.run_jobs().await;
    let letters = world.letters();
    let [letter] = &letters[..] else { panic!("{letters:?}") };
    assert_eq!((letter.to.as_str(), letter.language), ("drift@journalhuset.example", Language::Nn));
    assert_eq!(letter.subject, "Nøkkelen går ut  Bcc: alle@example.org", "a subject is one line");
    assert!(letter.body.starts_with("Han går ut i morgon.\n\nLegg inn ein ny.\n\n") && letter.body.contains("Varde"));
    assert!(letter.message_id.ends_with("@varde.example"));
    let again = "UPDATE work.job SET state = 'waiting', run_after = NULL WHERE kind = 'onboarding.notice'";
    sqlx::query(again).execute(&mut world.database.owner().await).await.unwrap();
    world.run_jobs().await;
    assert!(!world.service.put_notice(&part(), &notice("self_service.key:1:30")).await.unwrap(), "also after it went");
    world.run_jobs().await;
    assert!(world.letters().is_empty());
    assert!(world.service.put_notice(&part(), &notice("self_service.key:1:7")).await.unwrap());
    world.run_jobs().await;
    assert_eq!(world.letters().len(), 1);
    for kind in ["onboarding.notice.put_down", "onboarding.notice.sent"] {
        assert_eq!(world.database.entries(kind).await.len(), 2, "{kind}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for_and_one_that_says_no_is_believed() {
    let world = World::new().await;
    world.pigeon.answers.lock().unwrap().extend((0..20).map(|_| NotSent::Later("it cannot be reached".to_owned())));
    world.service.put_notice(&part(), &notice("self_service.key:1:30")).await.unwrap();
    for _ in 0..20 {
        world.run_jobs().await;
        world.seconds_later(600);
    }
    world.run_jobs().await;
    assert_eq!(world.letters().len(), 1);
    world.pigeon.answers.lock().unwrap().push(NotSent::Never("it answered 550".to_owned()));
    world.service.put_notice(&part(), &notice("self_service.key:1:7")).await.unwrap();
    world.run_jobs().await;
    assert!(world.letters().is_empty());
    assert_eq!(world.database.entries("onboarding.notice.failed").await.len(), 1);
    assert_eq!(world.count("SELECT count(*) FROM work.job WHERE state = 'failed'").await, 1, "the operator sees it");
}

#[tokio::test]
async fn only_parts_of_varde_write_and_nothing_is_put_down_where_no_mail_leaves() {
    let world = World::new().await;
    for actor in [leader(), Actor::anonymous()] {
        let refused = world.service.put_notice(&actor, &notice("self_service.key:1:30")).await.unwrap_err();
        assert!(Refusal::within(&refused).is_some());
    }
    let without = World::with_post(std::sync::Arc::default(), |_| None).await;
    assert!(!without.service.put_notice(&part(), &notice("self_service.key:1:30")).await.unwrap());
    assert_eq!(without.count("SELECT count(*) FROM onboarding.notice").await, 0);
}
