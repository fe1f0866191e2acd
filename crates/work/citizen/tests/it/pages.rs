//! The pages and the JSON routes as a browser and a program see them.

use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::Response,
};
use varde_core::{Language, PersonId};
use varde_permit::RuleSet;
use varde_web::{
    Display, Failure, Routes, Sessions, Visit, Web, WebConfig,
    testing::{Browser, faults_in_texts},
};

use crate::world::{World, me};

struct Site {
    world: World,
    browser: Browser,
}

#[derive(Clone)]
struct Door(Sessions, PersonId);

async fn log_in(visit: Visit, State(door): State<Door>) -> Result<Response, Failure> {
    let display = Display { person: "Kari Nordmann".to_owned(), organisation: None };
    let cookie = door.0.begin(visit.session(), me(door.1), display).await?;
    Ok(cookie.attach(visit.see("/min-side")))
}

impl Site {
    async fn new(number: &str) -> Self {
        let world = World::new().await;
        let door = Door(Sessions::new(&world.store, false), world.person(number).await);
        let door = Routes::new().open_page(Method::GET, "/inn", "test login", log_in).with_state(door);
        let web = Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &world.store)
            .routes(varde_citizen::routes(world.citizen.clone()))
            .routes(door)
            .texts(varde_citizen::TEXTS)
            .open_api(varde_citizen::open_api());
        Self { world, browser: Browser::new(web.router()) }
    }

    async fn logged_in(number: &str) -> Self {
        let mut site = Self::new(number).await;
        site.browser.log_in("/inn").await;
        site
    }

    async fn page(&self, path: &str) -> String {
        self.browser.page(path).await
    }

    /// Posts the form of a page; gives where it leads.
    async fn post(&self, path: &str, on: &str, fields: &str) -> String {
        let page = self.browser.post(path, on, fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        page.location
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_not_found() {
    let site = Site::logged_in("p1").await;
    let some = "01890a5d-ac96-774b-bcce-b302099a8057";
    for path in [
        "/min-side/prosjekter/tull".to_owned(),
        format!("/min-side/prosjekter/{some}/bevis/tull"),
        format!("/min-side/prosjekter/tull/bevis/{some}"),
        "/min-side/valg/kvittering/tull".to_owned(),
        "/min-side/logg/tull".to_owned(),
        "/min-side/logg/tull/bevis".to_owned(),
        "/api/me/projects/tull".to_owned(),
        "/api/me/proofs/entries/tull".to_owned(),
        "/api/me/proofs/extracts/tull".to_owned(),
    ] {
        let answer = site.browser.send(Method::GET, &path, "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

const CONFIRM: &str = "/min-side/valg/bekreft?om=secondary_use";

#[tokio::test]
async fn every_page_in_every_language() {
    let site = Site::logged_in("p1").await;
    let (permit, _) = site.world.project(RuleSet::Norway).await;
    let receipt = site.post("/min-side/valg", CONFIRM, "om=secondary_use&hold=ja").await;
    let entry = receipt.rsplit('/').next().unwrap();
    let (project, about) = (format!("/min-side/prosjekter/{permit}"), format!("/min-side/logg/{entry}"));
    let consent = "/min-side/valg/bekreft?om=source%3Ahospital";
    let paths = [
        "/min-side",
        "/min-side/registre",
        "/min-side/prosjekter",
        &project,
        "/min-side/valg",
        CONFIRM,
        consent,
        &receipt,
        "/min-side/logg",
        "/min-side/logg?side=999999999999",
        &about,
        "/min-side/bevis",
    ];
    for path in paths {
        for language in Language::ALL {
            let page = site.browser.reading(language.tag()).page(path).await;
            assert!(page.contains(&format!("<html lang=\"{language}\"")), "{path}");
            assert_eq!(page.matches("<h1").count(), 1, "{path}");
            let missing = page.split(['>', '<']).find(|text| text.trim().starts_with("citizen-"));
            assert_eq!(missing, None, "{path} in {language} shows a key");
        }
    }
}

#[tokio::test]
async fn somebody_opts_out_after_the_extract_and_is_told_what_happens() {
    let site = Site::logged_in("p1").await;
    let (permit, extract) = site.world.project(RuleSet::Ehds).await;
    let confirm = site.page(CONFIRM).await;
    assert!(confirm.contains("Ja, reserver meg") && confirm.contains("Etter EHDS artikkel 71"), "{confirm}");
    let receipt = site.post("/min-side/valg", CONFIRM, "om=secondary_use&hold=ja").await;
    let page = site.page(&receipt).await;
    assert!(page.contains("Du har reservert deg") && page.contains("Tillatelsen ble gitt før det"), "{page}");
    // The form sent again from another tab changes nothing.
    assert_eq!(site.post("/min-side/valg", CONFIRM, "om=secondary_use&hold=ja").await, "/min-side/valg");
    assert!(site.page("/min-side/valg").await.contains("Ta tilbake reservasjonen"));
    let project = site.page(&format!("/min-side/prosjekter/{permit}")).await;
    for shown in ["Du var med", "tabell1.csv", "Hva valget ditt betyr her", "EHDS artikkel 71", "De 3 første tegnene"]
    {
        assert!(project.contains(shown), "{shown}: {project}");
    }
    site.world.sequence().await;
    let proof = format!("/min-side/prosjekter/{permit}/bevis/{extract}");
    let file = site.browser.send(Method::GET, &proof, "").await;
    assert!(file.header("content-disposition").contains(".json"));
    assert!(varde_ledger::check(&file.text, None, &site.world.trust()).is_ok(), "{}", file.text);
}

#[tokio::test]
async fn programs_do_the_same() {
    let site = Site::logged_in("p2").await;
    let (permit, _) = site.world.project(RuleSet::Norway).await;
    let json = async |path: &str| serde_json::from_str::<serde_json::Value>(&site.page(path).await).unwrap();
    assert_eq!(json("/api/me/registers").await[0]["source"], "hospital");
    let projects = json("/api/me/projects").await;
    assert_eq!((&projects[0]["part"], &projects[0]["meaning"]), (&"included".into(), &"later_extracts".into()));
    let project = json(&format!("/api/me/projects/{permit}")).await;
    assert_eq!(project["released"][0]["name"], "tabell1.csv");
    assert_eq!(json("/api/me/choices").await[1]["kind"], "consent");
    assert!(json("/api/me/log").await["entries"].as_array().unwrap().len() > 2);
    let wrong = site.browser.send(Method::POST, "/api/me/choices", "{\"kind\":\"no\"}").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.json()["code"], "web.bad_input");
    assert!(varde_citizen::open_api().paths.paths.len() >= 8);
}

#[tokio::test]
async fn all_of_it_needs_a_login_but_how_to_check() {
    let site = Site::new("p1").await;
    for path in ["/api/me/registers", "/api/me/log", "/api/me/proofs/complete", "/api/me/choices"] {
        assert_eq!(site.browser.send(Method::GET, path, "").await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    for path in ["/min-side", "/min-side/logg", "/min-side/valg", "/min-side/logg/komplett"] {
        assert_ne!(site.browser.send(Method::GET, path, "").await.status, StatusCode::OK, "{path}");
    }
    let how = site.page("/min-side/bevis").await;
    assert!(how.contains("varde ledger check") && how.contains("varde.test/log+"), "{how}");
}

#[test]
fn the_texts_are_complete_and_used() {
    assert_eq!(faults_in_texts(env!("CARGO_MANIFEST_DIR"), [varde_citizen::TEXTS]), Vec::<String>::new());
}
