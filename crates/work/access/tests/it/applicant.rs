//! Taking an application back, and one that waits for its applicant.

use axum::http::StatusCode;
use varde_access::model::State;

use crate::world::{COLLEAGUE, HANDLER, RESEARCHER, World, actor};

#[tokio::test]
async fn the_applicant_takes_it_back_by_the_page() {
    let world = World::new().await;
    let id = world.sent("a").await;
    let page = world.ask(RESEARCHER, "GET", &format!("/soknader/{id}"), "").await;
    assert!(page.body.contains("Trekk søknaden nå"), "{}", page.body);
    // A colleague who is named reads it, and is not offered what they may not do.
    let page = world.ask(COLLEAGUE, "GET", &format!("/soknader/{id}"), "").await;
    assert!(page.status == StatusCode::OK && !page.body.contains("Trekk søknaden nå"), "{}", page.body);
    assert_eq!(world.ask(COLLEAGUE, "POST", &format!("/soknader/{id}/trekk"), "").await.status, StatusCode::FORBIDDEN);

    let done = world.ask(RESEARCHER, "POST", &format!("/soknader/{id}/trekk"), "").await;
    assert_eq!((done.status, done.location), (StatusCode::SEE_OTHER, format!("/soknader/{id}")));
    for language in ["nb", "nn", "en"] {
        let page = world.ask_in(RESEARCHER, "GET", &format!("/soknader/{id}"), "", language).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains(">access-") && !page.body.contains("/trekk\""), "{language}: {}", page.body);
    }
    assert_eq!(world.entries("access.application.withdrawn").await, 1);
    // Twice is a conflict, and the body neither asks nor decides any more.
    let again = world.ask(RESEARCHER, "POST", &format!("/soknader/{id}/trekk"), "").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let asked = world.ask(HANDLER, "POST", &format!("/saker/{id}/sporsmal"), "field=summary&question=Hvorfor").await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    let case = world.ask(HANDLER, "GET", &format!("/saker/{id}"), "").await;
    assert!(case.body.contains("Trukket") && !case.body.contains("Fatt vedtaket"), "{}", case.body);
}

#[tokio::test]
async fn and_by_the_api_from_every_state_before_the_decision() {
    let world = World::new().await;
    let (draft, sent, waiting) = (world.draft("a").await, world.sent("b").await, world.sent("c").await);
    world.service.ask(&actor(HANDLER), waiting, "summary", "Hvorfor?").await.unwrap();
    for id in [draft, sent, waiting] {
        let done = world.ask(RESEARCHER, "POST", &format!("/api/applications/{id}/withdraw"), "").await;
        assert_eq!((done.status, done.json()["state"].clone()), (StatusCode::OK, "withdrawn".into()), "{}", done.body);
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
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    }
    // Nobody decides while the applicant owes an answer.
    let case = world.ask(HANDLER, "GET", &format!("/saker/{id}"), "").await;
    assert!(case.body.contains("Venter på svar") && !case.body.contains("Fatt vedtaket"), "{}", case.body);
    let shown = world.ask(COLLEAGUE, "GET", &format!("/soknader/{id}"), "").await;
    assert!(shown.body.contains("Ikke besvart") && !shown.body.contains("Send svaret"), "{}", shown.body);

    // An empty answer is named beside its own field, and the other question keeps its.
    let empty = world.ask(RESEARCHER, "POST", &format!("/soknader/{id}/svar/1"), "answer-1=+").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("id=\"e-answer-1\"") && !empty.body.contains("id=\"e-answer-2\""), "{}", empty.body);
    let first = world.ask(RESEARCHER, "POST", &format!("/soknader/{id}/svar/1"), "answer-1=Fordi").await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    assert_eq!(world.service.file(&actor(HANDLER), id).await.unwrap().application.state, State::AwaitingAnswer);
    let second = world
        .ask(RESEARCHER, "POST", &format!("/api/applications/{id}/questions/2/answer"), r#"{"text":"To år"}"#)
        .await;
    assert_eq!(
        (second.status, second.json()["state"].clone()),
        (StatusCode::OK, "processing".into()),
        "{}",
        second.body
    );
    let again = world.ask(RESEARCHER, "POST", &format!("/soknader/{id}/svar/1"), "answer-1=Igjen").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}
