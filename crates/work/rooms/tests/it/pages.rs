//! The pages and the JSON routes over HTTP.

use axum::{
    Router,
    http::{StatusCode, header},
};
use varde_rooms::model::{Tool, Verdict};
use varde_web::testing::{self, Page};

use crate::world::{AUTHOR, MEMBER, REVIEWER, STRANGER, World, actor};

pub(crate) async fn ask(site: &Router, who: u8, method: &str, path: &str, body: &str, language: &str) -> Page {
    testing::request(site, &who.to_string(), language, method, path, body).await
}

fn location(answer: &Page) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.location.clone()
}

/// A page in all languages, with a heading and no key of a text left.
pub(crate) async fn page(site: &Router, who: u8, path: &str) -> String {
    let mut last = String::new();
    for language in ["nn", "en", "nb"] {
        let answer = ask(site, who, "GET", path, "", language).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        assert!(answer.text.contains("<h1"), "{path}");
        assert!(
            !answer.text.contains(">rooms-") && !answer.text.contains("\"rooms-"),
            "{path} in {language} shows a key"
        );
        last = answer.text;
    }
    last
}

#[tokio::test]
async fn a_researcher_and_a_reviewer_walk_through_the_pages() {
    let world = World::new().await;
    let site = world.site();
    assert!(page(&site, AUTHOR, "/rom").await.contains("Du har ingen prosjektrom"));
    let room = world.open().await;
    let base = format!("/rom/{room}");
    assert!(page(&site, AUTHOR, "/rom").await.contains(&base));
    for tab in ["", "/filer", "/kjor", "/ut", "/medlemmer", "/logg"] {
        page(&site, AUTHOR, &format!("{base}{tab}")).await;
        let stranger = ask(&site, STRANGER, "GET", &format!("{base}{tab}"), "", "nb").await;
        assert_eq!(stranger.status, StatusCode::NOT_FOUND, "{tab}");
    }

    let wrong = ask(&site, AUTHOR, "POST", &format!("{base}/kjor"), "tool=python&script=", "nb").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("Skriv et skript"));
    let script =
        "tool=python&script=open('%2Foutbox%2Ft.csv'%2C'w').write('a%3Bn%5Cn%3Cb%3E%3B120%5Cn')%3Bprint('%3Ci%3E')";
    let run = location(&ask(&site, AUTHOR, "POST", &format!("{base}/kjor"), script, "nb").await);
    let shown = page(&site, AUTHOR, &run).await;
    assert!(shown.contains("&#60;i&#62;") && shown.contains("Ferdig"), "output is shown as text: {shown}");

    let begin =
        ask(&site, AUTHOR, "POST", &format!("{base}/ut"), "files=t.csv&purpose=Table+1+of+the+article", "nb").await;
    let request = location(&begin);
    assert!(page(&site, AUTHOR, &request).await.contains("Utkast"));
    let purpose = "purpose=Table+1+of+the+article&do=submit";
    assert_eq!(location(&ask(&site, AUTHOR, "POST", &request, purpose, "nb").await), request);
    let id = request.rsplit('/').next().unwrap();

    assert!(page(&site, REVIEWER, "/kontroll").await.contains(id));
    let desk = format!("/kontroll/{id}");
    assert_eq!(ask(&site, MEMBER, "GET", &desk, "", "nb").await.status, StatusCode::FORBIDDEN);
    let review = page(&site, REVIEWER, &desk).await;
    let file = review.split("/fil/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let table = page(&site, REVIEWER, &format!("{desk}/fil/{file}")).await;
    assert!(table.contains("<td>&#60;b&#62;</td><td>120</td>"), "cells are shown as text: {table}");
    let nothing = ask(&site, REVIEWER, "POST", &desk, "verdict=approve&reason=", "nb").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.text.contains("Begrunn vurderingen"));
    location(&ask(&site, REVIEWER, "POST", &desk, "verdict=approve&reason=every+cell+is+large", "nb").await);

    page(&site, AUTHOR, &request).await;
    let fetched = ask(&site, AUTHOR, "POST", &format!("{request}/hent/{file}"), "", "nb").await;
    assert_eq!(fetched.text, "a;n\n<b>;120\n");
    assert_eq!(fetched.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"t.csv\"");
    page(&site, AUTHOR, &format!("{base}/logg")).await;
}

#[tokio::test]
async fn an_id_that_is_none_is_not_found() {
    let world = World::new().await;
    let site = world.site();
    let room = world.open().await;
    let some = "01890a5d-ac96-774b-bcce-b302099a8057";
    let paths = [
        "/rom/tull".to_owned(),
        "/rom/tull/filer".to_owned(),
        "/rom/tull/jupyter/lab".to_owned(),
        format!("/rom/{room}/kjor/tull"),
        format!("/rom/{room}/ut/tull"),
        "/api/rooms/tull".to_owned(),
        format!("/api/rooms/{room}/runs/tull"),
        "/api/release-requests/tull".to_owned(),
        format!("/api/release-requests/{some}/files/tull"),
    ];
    for path in &paths {
        assert_eq!(ask(&site, AUTHOR, "GET", path, "", "nb").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in
        ["/kontroll/tull".to_owned(), format!("/kontroll/{some}/fil/tull"), format!("/kontroll/tull/bilde/{some}")]
    {
        assert_eq!(ask(&site, REVIEWER, "GET", &path, "", "nb").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in [
        "/rom/tull/stans".to_owned(),
        format!("/rom/{room}/ut/tull/trekk"),
        format!("/rom/{room}/ut/{some}/fjern/tull"),
    ] {
        assert_eq!(ask(&site, AUTHOR, "POST", &path, "", "nb").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let api = ask(&site, AUTHOR, "GET", "/api/rooms/tull", "", "nb").await;
    assert_eq!(api.headers[header::CONTENT_TYPE], "application/problem+json");
}

#[tokio::test]
async fn the_api_gives_the_same() {
    let world = World::new().await;
    let site = world.site();
    let room = world.open().await;
    world.script(room, Tool::Python, "open('/outbox/t.csv', 'w').write('a,n\\nb,120\\n')").await;
    let rooms = ask(&site, AUTHOR, "GET", "/api/rooms", "", "en").await;
    assert!(
        rooms.text.contains(&format!("\"id\":\"{room}\"")) && rooms.text.contains("\"state\":\"open\""),
        "{}",
        rooms.text
    );
    let new = r#"{"purpose":"Table 1 of the article","files":["t.csv"]}"#;
    let begun = ask(&site, AUTHOR, "POST", &format!("/api/rooms/{room}/release-requests"), new, "en").await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text);
    let begun: serde_json::Value = serde_json::from_str(&begun.text).unwrap();
    let (id, file) = (begun["id"].as_str().unwrap(), begun["files"][0]["id"].as_str().unwrap());
    let path = |rest: &str| format!("/api/release-requests/{id}{rest}");
    let written = r#"{"purpose":"Table 1 of the article"}"#;
    assert_eq!(ask(&site, AUTHOR, "POST", &path("/submit"), written, "en").await.status, StatusCode::OK);
    let review = r#"{"verdict":"approve","reason":"every cell is large"}"#;
    let own = ask(&site, AUTHOR, "POST", &path("/review"), review, "en").await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text);
    let early = ask(&site, AUTHOR, "GET", &path(&format!("/files/{file}")), "", "en").await;
    assert_eq!(early.status, StatusCode::FORBIDDEN);
    let done = ask(&site, REVIEWER, "POST", &path("/review"), review, "en").await;
    assert!(done.text.contains("\"state\":\"approved\""), "{}", done.text);
    let fetched = ask(&site, AUTHOR, "GET", &path(&format!("/files/{file}")), "", "en").await;
    assert_eq!(fetched.text, "a,n\nb,120\n");
    let again =
        world.service.review(&actor(REVIEWER), id.parse().unwrap(), Verdict::Approve, "every cell is large").await;
    assert!(again.is_err(), "a decided request is decided");
}
