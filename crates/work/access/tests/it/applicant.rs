//! Taking an application back, and one that waits for its applicant.

use axum::http::StatusCode;
use varde_access::model::State;
use varde_core::ApplicationId;

use crate::world::{COLLEAGUE, HANDLER, RESEARCHER, World, actor, person};

#[tokio::test]
async fn the_applicant_takes_it_back_by_the_page() {
    let world = World::new().await;
    let id = world.sent("a").await;
    let page = world.ask(RESEARCHER, "GET", &format!("/soknader/{id}"), "").await;
    assert!(page.text.contains("Trekk søknaden nå"), "{}", page.text);
    // A colleague who is named reads it, and is not offered what they may not do.
    let page = world.ask(COLLEAGUE, "GET", &format!("/soknader/{id}"), "").await;
    assert!(page.status == StatusCode::OK && !page.text.contains("Trekk søknaden nå"), "{}", page.text);
    assert_eq!(world.ask(COLLEAGUE, "POST", &format!("/soknader/{id}/trekk"), "").await.status, StatusCode::FORBIDDEN);

    let done = world.ask(RESEARCHER, "POST", &format!("/soknader/{id}/trekk"), "").await;
    assert_eq!((done.status, done.location), (StatusCode::SEE_OTHER, format!("/soknader/{id}")));
    for language in ["nb", "nn", "en"] {
        let page = world.ask_in(RESEARCHER, "GET", &format!("/soknader/{id}"), "", language).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.text.contains(">access-") && !page.text.contains("/trekk\""), "{language}: {}", page.text);
    }
    assert_eq!(world.database.entries("access.application.withdrawn").await.len(), 1);
    // Twice is a conflict, and the body neither asks nor decides any more.
    let again = world.ask(RESEARCHER, "POST", &format!("/soknader/{id}/trekk"), "").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let asked = world.ask(HANDLER, "POST", &format!("/saker/{id}/sporsmal"), "field=summary&question=Hvorfor").await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    let case = world.ask(HANDLER, "GET", &format!("/saker/{id}"), "").await;
    assert!(case.text.contains("Trukket") && !case.text.contains("Fatt vedtaket"), "{}", case.text);
}

#[tokio::test]
async fn and_by_the_api_from_every_state_before_the_decision() {
    let world = World::new().await;
    let (draft, sent, waiting) = (world.draft("a").await, world.sent("b").await, world.sent("c").await);
    world.service.ask(&actor(HANDLER), waiting, "summary", "Hvorfor?").await.unwrap();
    for id in [draft, sent, waiting] {
        let done = world.ask(RESEARCHER, "POST", &format!("/api/applications/{id}/withdraw"), "").await;
        assert_eq!((done.status, done.json()["state"].clone()), (StatusCode::OK, "withdrawn".into()), "{}", done.text);
    }
    let granted = world.granted("d").await;
    let late = world.ask(RESEARCHER, "POST", &format!("/api/applications/{granted}/withdraw"), "").await;
    assert_eq!((late.status, late.json()["code"].clone()), (StatusCode::CONFLICT, "access.wrong_state".into()));
}

#[tokio::test]
async fn one_that_waits_for_answers_goes_on_when_all_are_given() {
    let world = World::new().await;
    let id = world.sent("a").await;
    for question in ["Hvorfor?", "Hvor lenge?"] {
        let form = format!("field=summary&question={}", question.trim_end_matches('?'));
        let asked = world.ask(HANDLER, "POST", &format!("/saker/{id}/sporsmal"), &form).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    }
    // Nobody decides while the applicant owes an answer.
    let case = world.ask(HANDLER, "GET", &format!("/saker/{id}"), "").await;
    assert!(case.text.contains("Venter på svar") && !case.text.contains("Fatt vedtaket"), "{}", case.text);
    let shown = world.ask(COLLEAGUE, "GET", &format!("/soknader/{id}"), "").await;
    assert!(shown.text.contains("Ikke besvart") && !shown.text.contains("Send svaret"), "{}", shown.text);

    // An empty answer is named beside its own field, and the other question keeps its.
    let empty = world.ask(RESEARCHER, "POST", &format!("/soknader/{id}/svar/1"), "answer-1=+").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("id=\"e-answer-1\"") && !empty.text.contains("id=\"e-answer-2\""), "{}", empty.text);
    let first = world.ask(RESEARCHER, "POST", &format!("/soknader/{id}/svar/1"), "answer-1=Fordi").await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
    assert_eq!(world.service.file(&actor(HANDLER), id).await.unwrap().application.state, State::AwaitingAnswer);
    let second = world
        .ask(RESEARCHER, "POST", &format!("/api/applications/{id}/questions/2/answer"), r#"{"text":"To år"}"#)
        .await;
    assert_eq!(
        (second.status, second.json()["state"].clone()),
        (StatusCode::OK, "processing".into()),
        "{}",
        second.text
    );
    let again = world.ask(RESEARCHER, "POST", &format!("/soknader/{id}/svar/1"), "answer-1=Igjen").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_is_over_is_copied_to_a_new_draft_once_and_what_is_under_way_is_not() {
    let world = World::new().await;
    let id = world.granted("a").await;
    let first = world.service.file(&actor(RESEARCHER), id).await.unwrap().application;
    let page = world.ask(RESEARCHER, "GET", &format!("/soknader/{id}"), "").await.text;
    assert!(page.contains("Kopier til nytt utkast"), "{page}");
    let path = format!("/soknader/{id}/kopier");
    let copied = world.ask(RESEARCHER, "POST", &path, "").await;
    assert_eq!(copied.status, StatusCode::SEE_OTHER, "{}", copied.text);
    assert_eq!(world.ask(RESEARCHER, "POST", &path, "").await.location, copied.location, "a double click");
    let text = copied.location.trim_start_matches("/soknader/").trim_end_matches("/rediger");
    let copy: ApplicationId = text.parse().unwrap();
    assert_ne!(copy, id);
    let draft = world.service.file(&actor(RESEARCHER), copy).await.unwrap().application;
    assert_eq!((draft.content, draft.state), (first.content, State::Draft));
    assert_ne!(draft.reference, first.reference);
    assert_eq!(world.ask(RESEARCHER, "GET", &copied.location, "").await.status, StatusCode::OK);

    // A draft is under way; a copy that was sent back or withdrawn is copied anew.
    let refused = world.ask(RESEARCHER, "POST", &format!("/api/applications/{copy}/copy"), "").await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    world.service.withdraw(&actor(RESEARCHER), copy).await.unwrap();
    let again = world.ask(RESEARCHER, "POST", &format!("/api/applications/{id}/copy"), "").await;
    assert_eq!(again.status, StatusCode::CREATED, "{}", again.text);
    let again: ApplicationId = again.json()["id"].as_str().unwrap().parse().unwrap();
    assert!(again != copy && again != id);

    // A handler reads it and begins nothing.
    let handler = world.ask(HANDLER, "POST", &path, "").await;
    assert_eq!(handler.status, StatusCode::NOT_FOUND, "{}", handler.text);
}

#[tokio::test]
async fn names_are_shown_of_those_who_take_part_and_nobody_else_is_let_into_a_draft() {
    let world = World::new().await;
    let id = world.draft("a").await;
    let author = actor(RESEARCHER);
    let page = world.ask(RESEARCHER, "GET", &format!("/soknader/{id}"), "").await.text;
    assert!(page.contains("Kari Nordmann 1") && page.contains("Kari Nordmann 2"), "{page}");

    let draft = world.service.file(&author, id).await.unwrap().application;
    let mut content = draft.content.clone();
    content.persons.push(person(77));
    let refused = world.service.save(&author, id, draft.revision, &content).await.unwrap_err();
    let fields: Vec<_> = varde_core::Problem::fields(&refused).into_iter().map(|flaw| flaw.field).collect();
    assert_eq!(fields, ["persons"], "{refused}");
    let file = world.service.file(&author, id).await.unwrap();
    assert_eq!(file.application, draft, "nothing was saved");
    assert!(!file.matter().parties().contains(&person(77)));

    let id = world.granted("b").await;
    let file = world.service.file(&actor(HANDLER), id).await.unwrap();
    let parties: Vec<_> = file.matter().parties().iter().copied().collect();
    assert_eq!(parties, [RESEARCHER, COLLEAGUE, HANDLER].map(person));
    let case = world.ask(HANDLER, "GET", &format!("/saker/{id}"), "").await.text;
    assert!(case.contains("Kari Nordmann 2") && case.contains("Kari Nordmann 3"), "{case}");
    let decision = world.ask(RESEARCHER, "GET", &format!("/soknader/{id}/vedtak"), "").await.text;
    assert!(decision.contains("Kari Nordmann 3"), "{decision}");
}
