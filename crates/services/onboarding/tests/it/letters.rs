//! Who is told what by mail, each once, until a server has taken it.

use std::sync::Arc;

use varde_core::Language;
use varde_onboarding::{Answer, Fate, MailKind, NewOrder, Smtp, ports::NotSent};

use crate::{
    smtp::{MailServer, Manner},
    world::{CLINIC, Pigeon, World, grant, handler, leader, number, service, suppliers_leader, wanted},
};

#[tokio::test]
async fn those_who_wait_are_told_each_in_their_language() {
    let world = World::new().await;
    let mut in_english = wanted();
    in_english.contact.language = Language::En;
    let new = NewOrder { service: service().id, organisation: number(CLINIC), wanted: in_english };
    let id = world.service.begin(&suppliers_leader(), &new).await.unwrap().id;
    world.service.accept_terms(&suppliers_leader(), id, 1).await.unwrap();
    world.run_jobs().await;
    assert!(world.letters().is_empty(), "a draft is nobody's business");
    world.service.submit(&suppliers_leader(), id).await.unwrap();
    world.run_jobs().await;
    let mut letters = world.letters();
    letters.sort_by(|a, b| a.to.cmp(&b.to));
    let told: Vec<_> = letters.iter().map(|one| (one.to.as_str(), one.language)).collect();
    assert_eq!(told, [("eier@example.org", Language::Nb), ("kari@example.org", Language::En)]);
    assert!(
        letters[0].body.contains(&format!("https://varde.example/tjenester/behandling/{id}")),
        "{}",
        letters[0].body
    );
    assert!(letters[1].subject.starts_with("We have received"), "{}", letters[1].subject);

    world.service.decide(&handler(), id, &grant("begrenset")).await.unwrap();
    world.run_jobs().await;
    let letters = world.letters();
    let [letter] = &letters[..] else { panic!("{letters:?}") };
    for part in ["Access to Persontjenesten (en) is granted (26/00001)", "Begrenset (en)", "Greit.", "Fjordgløtt"] {
        assert!(letter.subject.contains(part) || letter.body.contains(part), "{part}: {}", letter.body);
    }
    assert!(letter.message_id.ends_with("@varde.example"));
    assert!(!letter.body.contains("\n\n\n"), "{:?}", letter.body);
    world.service.end(&leader(), id).await.unwrap();
    world.run_jobs().await;
    assert!(world.letters()[0].subject.contains("has ended"));
}

#[tokio::test]
async fn a_no_says_why_and_the_way_on() {
    let world = World::new().await;
    let id = world.sent(&leader(), CLINIC).await;
    world.run_jobs().await;
    world.letters();
    let no = Answer::Refuse { reason: "Hjemmelen gjelder ikke dere.".to_owned() };
    world.service.decide(&handler(), id, &no).await.unwrap();
    world.run_jobs().await;
    let refusal = world.letters().pop().unwrap();
    assert!(refusal.subject.contains("avslått"), "{}", refusal.subject);
    assert!(refusal.body.contains("Hjemmelen gjelder ikke dere.") && refusal.body.contains("sende den på nytt"));
}

#[tokio::test]
async fn every_mail_is_sent_once_whatever_runs_again() {
    let world = World::new().await;
    world.granted(&leader(), CLINIC).await;
    world.run_jobs().await;
    assert_eq!(world.letters().len(), 3);
    let again = "UPDATE work.job SET state = 'waiting', run_after = NULL WHERE kind = 'onboarding.mail'";
    sqlx::query(again).execute(&mut world.database.owner().await).await.unwrap();
    world.run_jobs().await;
    assert!(world.letters().is_empty(), "what was sent is known");
    assert_eq!(world.database.entries("onboarding.mail.sent").await.len(), 3);
}

#[tokio::test]
async fn a_server_that_is_away_delays_and_loses_nothing() {
    let world = World::new().await;
    let away = || NotSent::Later("it cannot be reached".to_owned());
    world.pigeon.answers.lock().unwrap().extend((0..40).map(|_| away()));
    let id = world.sent(&leader(), CLINIC).await;
    for _ in 0..40 {
        world.run_jobs().await;
        world.seconds_later(600);
    }
    world.run_jobs().await;
    assert_eq!(world.letters().len(), 2, "it waited however long, and then both went");
    let fates = world.service.file(&leader(), id).await.unwrap().mails;
    assert!(fates.iter().all(|(_, fate)| *fate == Fate::Sent), "{fates:?}");
}

#[tokio::test]
async fn mail_that_is_refused_for_good_is_told_to_whoever_ordered() {
    let world = World::new().await;
    let no = NotSent::Never("it answered 550".to_owned());
    world.pigeon.answers.lock().unwrap().extend([no.clone(), no]);
    let id = world.sent(&leader(), CLINIC).await;
    world.run_jobs().await;
    let fates = world.service.file(&leader(), id).await.unwrap().mails;
    assert!(fates.contains(&(MailKind::Received, Fate::Failed)), "{fates:?}");
    assert_eq!(world.database.entries("onboarding.mail.failed").await.len(), 2);
    assert_eq!(world.count("SELECT count(*) FROM work.job WHERE state = 'failed'").await, 2, "the operator sees it");
    let retry = "UPDATE work.job SET state = 'waiting', run_after = NULL WHERE kind = 'onboarding.mail'";
    sqlx::query(retry).execute(&mut world.database.owner().await).await.unwrap();
    world.run_jobs().await;
    assert_eq!(world.letters().len(), 2, "and can let it be tried again");
    let fates = world.service.file(&leader(), id).await.unwrap().mails;
    assert!(fates.iter().all(|(_, fate)| *fate == Fate::Sent), "{fates:?}");
}

#[tokio::test]
async fn orders_go_through_a_mail_server_that_was_away() {
    let server = MailServer::start(Manner::Silent).await;
    let smtp = Smtp::new(&server.settings()).unwrap();
    let world = World::with_post(Arc::new(Pigeon::default()), move |_| Some(Arc::new(smtp))).await;
    let id = world.sent(&leader(), CLINIC).await;
    world.run_jobs().await;
    assert!(server.mails().is_empty());
    for manner in [Manner::ComeAgain, Manner::Babbles, Manner::Takes] {
        server.be(manner);
        world.seconds_later(600);
        world.run_jobs().await;
    }
    assert_eq!(server.mails().len(), 2, "each once");
    let fates = world.service.file(&leader(), id).await.unwrap().mails;
    assert!(fates.iter().all(|(_, fate)| *fate == Fate::Sent), "{fates:?}");
}

#[tokio::test]
async fn the_mailbox_of_a_demonstration_knows_a_letter_by_its_id() {
    let world = World::with_post(Arc::default(), |store| Some(Arc::new(varde_onboarding::Mailbox::new(store)))).await;
    world.granted(&leader(), CLINIC).await;
    world.run_jobs().await;
    let again = "UPDATE onboarding.mail SET sent_at = NULL";
    sqlx::query(again).execute(&mut world.database.owner().await).await.unwrap();
    let waits = "UPDATE work.job SET state = 'waiting', run_after = NULL WHERE kind = 'onboarding.mail'";
    sqlx::query(waits).execute(&mut world.database.owner().await).await.unwrap();
    world.run_jobs().await;
    let letters = world.mailbox().newest().await.unwrap();
    assert_eq!(letters.len(), 3, "killed between the server's yes and our note, it is the same letter");
    assert!(letters.iter().any(|letter| letter.subject.contains("er gitt")));
}
