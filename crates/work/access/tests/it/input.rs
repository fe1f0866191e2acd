//! What cannot be: granularities that mean nothing, bodies that are none, ids that nothing has.

use axum::http::StatusCode;
use serde_json::json;

use crate::world::{HANDLER, RESEARCHER, World, actor};

#[tokio::test]
async fn a_granularity_that_means_nothing_is_named_beside_its_field() {
    let world = World::new().await;
    let id = world.draft("a").await;
    let path = format!("/api/applications/{id}");
    let read = world.ask(RESEARCHER, "GET", &path, "").await.json();
    for (place, wrong) in
        [(0, json!({"band": 5})), (0, json!({"prefix": 2})), (1, json!({"prefix": 0})), (1, json!("month"))]
    {
        let mut content = read["content"].clone();
        content["need"]["variables"][place]["granularity"] = wrong.clone();
        let body = json!({ "revision": read["revision"], "content": content }).to_string();
        let refused = world.ask(RESEARCHER, "PUT", &format!("{path}/content"), &body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {}", refused.text);
        assert_eq!(refused.json()["fields"][0]["field"], format!("granularity_{place}"), "{wrong}");
    }
    assert_eq!(world.ask(RESEARCHER, "GET", &path, "").await.json(), read, "nothing was saved");

    // The same by the form: what was typed stays.
    let form = format!("revision={}&granularity_0=band-5&reason_0=Skrevet+nytt&then=next", read["revision"]);
    let page = world.ask(RESEARCHER, "POST", &format!("/soknader/{id}/rediger/opplysninger/0"), &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("id=\"e-granularity_0\"") && page.text.contains("Skrevet nytt"), "{}", page.text);
}

#[tokio::test]
async fn what_was_sent_before_it_was_checked_is_found_at_the_decision() {
    let world = World::new().await;
    let id = world.sent("a").await;
    let altered =
        "UPDATE access.application SET content = jsonb_set(content, '{need,variables,0,granularity}', '{\"band\":0}')";
    sqlx::query(altered).execute(&mut world.database.owner().await).await.unwrap();
    for criterion in varde_access::model::CRITERIA {
        let met = varde_access::model::Finding::Met;
        world.service.assess(&actor(HANDLER), id, criterion.key, met, "Oppfylt.").await.unwrap();
    }
    let form = "outcome=all&reasons=Greit&minimum_group=5&rule_set=norway";
    let refused = world.ask(HANDLER, "POST", &format!("/saker/{id}/vedtak"), form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("En variabel kan ikke leveres slik"), "{}", refused.text);
    assert_eq!(world.database.entries("access.application.decided").await.len(), 0);
    // What a handler cannot have chosen is not guessed.
    let form = "outcome=part&reasons=Greit&minimum_group=5&rule_set=norway&grant=1&granularity_1=prefix-0";
    let refused = world.ask(HANDLER, "POST", &format!("/saker/{id}/vedtak"), form).await;
    assert!(
        refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text.contains("Velg et detaljnivå"),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn a_wrong_body_is_told_what_is_wrong_and_no_value_is_repeated() {
    let world = World::new().await;
    let id = world.sent("a").await;
    let path = format!("/api/applications/{id}/questions");
    for (body, told) in [
        (r#"{"field":"summary"}"#, "missing field `text`"),
        (r#"{"field":"summary","text":1}"#, "text: invalid type: integer"),
        (r#"{"field":"summary","txt":"a"}"#, "unknown field `txt`"),
        (r#"{"field":01019012345}"#, "line 1 column"),
        (r#"{"field":["01019012345"],"text":"a"}"#, "field: invalid type"),
    ] {
        let answer = world.ask(HANDLER, "POST", &path, body).await;
        assert!(answer.status.is_client_error(), "{body}");
        let problem = answer.json();
        assert_eq!(problem["code"], "web.bad_input", "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(told), "{body}: {problem}");
        assert!(!answer.text.contains("01019012345"), "{}", answer.text);
    }
}

#[tokio::test]
async fn an_id_that_cannot_be_one_is_not_found_everywhere() {
    let world = World::new().await;
    let nothing = "01890a5d-ac96-774b-bcce-b302099a8057";
    for id in [nothing, "tull", "1"] {
        for (method, path) in [
            ("GET", format!("/soknader/{id}")),
            ("GET", format!("/soknader/{id}/vedtak.pdf")),
            ("POST", format!("/soknader/{id}/svar/tull")),
            ("GET", format!("/saker/{id}")),
            ("GET", format!("/api/applications/{id}")),
            ("POST", format!("/api/applications/{id}/withdraw")),
        ] {
            let answer = world.ask(RESEARCHER, method, &path, "").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}: {}", answer.text);
        }
    }
}
