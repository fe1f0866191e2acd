//! The pages and the JSON routes as a browser and a program see them.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::Response,
};
use jiff::civil::Date;
use varde_core::{Actor, CataloguePath, LocalisedText, LoginLevel, OrganisationId, PersonId, PortError};
use varde_metadata::{
    Bounds,
    ports::{KnownCodeSystem, Observations, PermitCount, Uses},
};
use varde_web::{
    Display, Failure, Routes, Sessions, Visit, Web, WebConfig,
    testing::{Browser, Page, faults_in_texts},
};

use crate::world::{World, contacts, operator};

/// A site with the catalogue and a door to log in by.
pub(crate) struct Site {
    pub(crate) world: World,
    browser: Browser,
}

async fn log_in(visit: Visit, State(sessions): State<Sessions>) -> Result<Response, Failure> {
    let actor = varde_core::Actor::citizen(PersonId::from_uuid(uuid::Uuid::from_u128(7)), LoginLevel::High);
    let display = Display { person: "Kari Nordmann".to_owned(), organisation: None };
    let cookie = sessions.begin(visit.session(), actor, display).await?;
    Ok(cookie.attach(visit.see("/katalog")))
}

/// The organisation of whoever comes in by the steward's door.
pub(crate) fn holder() -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_u128(11))
}

async fn log_in_as_steward(visit: Visit, State(sessions): State<Sessions>) -> Result<Response, Failure> {
    let person = PersonId::from_uuid(uuid::Uuid::from_u128(12));
    let actor = varde_core::Actor::employee(person, LoginLevel::High, holder(), [varde_core::Role::Steward]);
    let display = Display { person: "Ola Nordmann".to_owned(), organisation: Some("Etaten".to_owned()) };
    let cookie = sessions.begin(visit.session(), actor, display).await?;
    Ok(cookie.attach(visit.see("/katalog/forvaltning")))
}

/// Who knows where variables are used, or cannot be asked.
struct Elsewhere {
    away: bool,
}

impl Elsewhere {
    fn answer<T>(&self, answer: T) -> Result<T, PortError> {
        let away = PortError { kind: varde_core::ProblemKind::Unavailable, message: "away".to_owned() };
        if self.away { Err(away) } else { Ok(answer) }
    }
}

#[async_trait::async_trait]
impl Uses for Elsewhere {
    async fn code_system(&self, _: &Actor, name: &str, _: Date) -> Result<Option<KnownCodeSystem>, PortError> {
        let icd10 = KnownCodeSystem {
            href: "/kodeverk/icd10?utgave=2026".to_owned(),
            name: LocalisedText::bokmaal("ICD-10"),
            version: "2026".to_owned(),
            holds: true,
        };
        self.answer((name == "icd10").then_some(icd10))
    }

    async fn permits(&self, _: &CataloguePath, _: Date) -> Result<PermitCount, PortError> {
        self.answer(PermitCount { issued: 3, in_force: 2 })
    }

    async fn extracts(&self, _: &CataloguePath) -> Result<i64, PortError> {
        self.answer(1)
    }
}

impl Site {
    pub(crate) async fn new() -> Self {
        Self::with(Elsewhere { away: false }, World::with(&[&varde_web::CONTEXT]).await).await
    }

    /// A site whose neighbours do not answer.
    pub(crate) async fn without_uses() -> Self {
        Self::with(Elsewhere { away: true }, World::with(&[&varde_web::CONTEXT]).await).await
    }

    /// A site that somebody tells what was observed in the data.
    pub(crate) async fn observing(observations: Arc<dyn Observations>) -> Self {
        let mut world = World::with(&[&varde_web::CONTEXT]).await;
        world.catalogue = world.catalogue.observed_by(observations);
        Self::with(Elsewhere { away: false }, world).await
    }

    async fn with(elsewhere: Elsewhere, world: World) -> Self {
        let store = world.store.clone();
        let sessions = Sessions::new(&store, false);
        let door = Routes::new()
            .open_page(Method::GET, "/inn", "test login", log_in)
            .open_page(Method::GET, "/inn/forvalter", "test login", log_in_as_steward)
            .with_state(sessions);
        let web = Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &store)
            .routes(varde_metadata::routes(Arc::new(world.catalogue.clone()), Arc::new(elsewhere)))
            .routes(door)
            .texts(varde_metadata::TEXTS)
            .texts(varde_metadata::AVAILABILITY_TEXTS)
            .texts(varde_metadata::GOVERNANCE_TEXTS)
            .open_api(varde_metadata::open_api());
        Self { world, browser: Browser::new(web.router()) }
    }

    pub(crate) async fn logged_in() -> Self {
        let mut site = Self::new().await;
        site.browser.log_in("/inn").await;
        site
    }

    pub(crate) async fn as_steward() -> Self {
        let mut site = Self::new().await;
        site.browser.log_in("/inn/forvalter").await;
        site
    }

    /// Status and body or, of a redirect, where to.
    pub(crate) async fn send(&self, method: Method, path: &str, body: &str) -> (StatusCode, String) {
        told(self.browser.send(method, path, body).await)
    }

    pub(crate) async fn page(&self, path: &str) -> String {
        self.browser.page(path).await
    }

    /// Posts a form with the token of the page it stands on.
    pub(crate) async fn post(&self, path: &str, on: &str, fields: &str) -> (StatusCode, String) {
        told(self.browser.post(path, on, fields).await)
    }
}

fn told(page: Page) -> (StatusCode, String) {
    (page.status, if page.location.is_empty() { page.text } else { page.location })
}

#[tokio::test]
async fn the_catalogue_can_be_read_without_a_login() {
    let site = Site::new().await;
    assert!(site.page("/katalog").await.contains("Katalogen er tom"));
    site.world.publish(&contacts()).await;
    let page = site.page("/katalog?q=kj%C3%B8nn").await;
    assert!(page.contains("Viser treff 1–1 av 1") && page.contains("<mark>Kjønn</mark>"), "{page}");
    assert!(page.contains("/katalog/variabel/npr/contact/sex") && page.contains("Logg inn for å legge i liste"));
    assert!(site.page("/katalog?q=romskip").await.contains("Ingen treff"));
    assert!(site.page("/katalog/npr").await.contains("/katalog/npr/contact"));
    assert!(site.page("/katalog/npr/contact").await.contains("Utleveres ikke"));
    let page = site.page("/katalog/variabel/npr/contact/sex").await;
    assert!(page.contains("Kvinne") && page.contains("npr/contact/sex"));
    for nothing in ["/katalog/xxx", "/katalog/npr/xxx", "/katalog/variabel/npr/contact/xxx", "/katalog/variabel/%C3%A6"]
    {
        assert_eq!(site.send(Method::GET, nothing, "").await.0, StatusCode::NOT_FOUND, "{nothing}");
    }
}

/// The page of a variable whose possible values are these.
async fn possible_values(low: Option<&str>, high: Option<&str>) -> String {
    let site = Site::new().await;
    let mut register = contacts();
    let limit = |text: Option<&str>| text.map(|t| t.parse().unwrap());
    register.datasets[0].variables[2].versions[0].ranges.maximum = Bounds { low: limit(low), high: limit(high) };
    site.world.publish(&register).await;
    let page = site.page("/katalog/variabel/npr/contact/admitted").await;
    let (_, after) = page.split_once("<dt>Mulige verdier</dt><dd>").expect("the page tells of possible values");
    after.split_once("</dd>").unwrap().0.to_owned()
}

#[tokio::test]
async fn limits_are_told_in_words_also_those_that_a_form_computes() {
    assert_eq!(possible_values(Some("2005-01-01"), Some("today")).await, "1. januar 2005 – i dag");
    assert_eq!(possible_values(Some("birthYear"), Some("todayYear")).await, "fødselsåret – året vi er i");
    assert_eq!(possible_values(Some("2005-01-01"), None).await, "1. januar 2005 eller senere");
    assert_eq!(possible_values(None, Some("toDay")).await, "i dag eller tidligere");
    assert_eq!(possible_values(Some("0.5"), None).await, "0,5 eller mer");
    let computed = possible_values(Some("minDischargeDate"), None).await;
    assert_eq!(computed, "en verdi som registeret regner ut (minDischargeDate) eller mer");
}

#[tokio::test]
async fn rules_between_variables_are_told_in_words() {
    let site = Site::new().await;
    let mut register = contacts();
    let rules = ">= main_condition; = sex + main_condition; tom hvis sex = 1 | 3";
    register.datasets[0].variables[2].details.rules = varde_metadata::RowRule::list(rules).unwrap();
    site.world.publish(&register).await;
    let page = site.page("/katalog/variabel/npr/contact/admitted").await;
    for told in [
        "Er ikke mindre eller tidligere enn main_condition.",
        "Er summen sex + main_condition.",
        "Har ingen verdi når sex er en av disse: 1, 3.",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let page = site.page("/katalog/variabel/npr/contact/sex").await;
    assert!(!page.contains("id=\"rules\""), "no heading over nothing");
}

#[tokio::test]
async fn what_changed_between_editions_is_a_page() {
    let site = Site::new().await;
    let first = site.world.publish(&contacts()).await;
    site.world.later();
    let mut next = contacts();
    next.datasets[0].variables.pop();
    next.datasets[0].variables[1].versions[0].codes[0].text.nb = "Hann".to_owned();
    let second = site.world.publish(&next).await;
    let address = format!("/katalog/endringer/{}/{}", first.edition, second.edition);
    assert!(site.page("/katalog/npr").await.contains(&address));
    let page = site.page(&address).await;
    assert!(page.contains("Pasientnummer") && page.contains("«Mann»") && page.contains("«Hann»"), "{page}");
    let draft = site.world.catalogue.import(&operator(), &contacts(), "catalogue").await.unwrap();
    let hidden = format!("/katalog/endringer/{}/{}", first.edition, draft.edition);
    assert_eq!(site.send(Method::GET, &hidden, "").await.0, StatusCode::NOT_FOUND, "a draft is nobody's business");
}

#[tokio::test]
async fn variables_are_put_in_a_list_without_scripts() {
    let site = Site::logged_in().await;
    site.world.publish(&contacts()).await;
    assert!(site.page("/liste").await.contains("Du har ingen lister ennå"));
    let on = "/katalog?q=innleggelse";
    let added =
        site.post("/liste/legg-til", on, "path=npr%2Fcontact%2Fadmitted&back=%2Fkatalog%3Fq%3Dinnleggelse").await;
    assert_eq!(added, (StatusCode::SEE_OTHER, on.to_owned()));
    assert!(site.page(on).await.contains("I listen"));
    let lists = site.page("/liste").await;
    let (_, id) = lists.split_once("href=\"/liste/").unwrap();
    let list = format!("/liste/{}", &id[..36]);
    assert!(site.page(&list).await.contains("Innleggelsesdato"));
    let (status, body) = site.post(&format!("{list}/navn"), &list, "name=").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(body.contains("Skriv et navn på 1 til 100 tegn") && body.contains("aria-invalid"));
    site.post(&format!("{list}/navn"), &list, "name=Hjertesvikt").await;
    assert!(site.page(&list).await.contains("<h1 class=\"ds-heading\" data-size=\"lg\">Hjertesvikt</h1>"));
    site.post(&format!("{list}/tom"), &list, "").await;
    assert!(site.page(&list).await.contains("Listen er tom"));
    assert_eq!(site.post(&format!("{list}/slett"), &list, "").await.1, "/liste");
    assert_eq!(site.send(Method::GET, &list, "").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_whole_view_is_in_the_address() {
    let site = Site::new().await;
    site.world.publish(&contacts()).await;
    let address = "/katalog?q=hovedtilstander&kilde=npr&slag=variable&fra=2010&sorter=navn";
    let page = site.page(address).await;
    assert!(page.contains("Register npr › Kontakter"), "{page}");
    assert!(page.contains("en form av «hovedtilstander»"), "it says why: {page}");
    for kept in [
        "value=\"npr\" checked",
        "value=\"variable\" checked",
        "<option value=\"2010\" selected>",
        "value=\"navn\" selected",
    ] {
        assert!(page.contains(kept), "{kept} is not kept: {page}");
    }
    assert!(
        page.contains("href=\"/katalog?fra=2010&#38;kilde=npr&#38;q=hovedtilstander&#38;sorter=navn\""),
        "each choice can be taken back: {page}"
    );
    // A choice that leaves nothing can be taken back too.
    let nothing = site.page("/katalog?q=kj%C3%B8nn&kilde=finnesikke").await;
    assert!(nothing.contains("Ingen treff") && nothing.contains("value=\"finnesikke\" checked"));
}

#[tokio::test]
async fn a_facet_with_many_values_has_a_box_to_find_them_by() {
    let site = Site::new().await;
    for n in 0..12 {
        let path = format!("kilde{n}/rows/v");
        let register = crate::world::source(
            &format!("kilde{n}"),
            vec![crate::world::variable(&path, "Felt", varde_metadata::DataType::Text)],
        );
        site.world.publish(&register).await;
    }
    let page = site.page("/katalog?q=felt").await;
    assert!(page.contains("Finn i Datakilde") && page.contains("12 av 12 vises"), "{page}");
    let page = site.page("/katalog?q=felt&finn-kilde=KILDE11&kilde=kilde3").await;
    assert!(
        page.contains("2 av 12 vises") && page.contains("value=\"kilde3\" checked"),
        "what is chosen stays: {page}"
    );
}

#[tokio::test]
async fn lists_need_a_login_and_forms_a_token() {
    let site = Site::new().await;
    let (status, ..) = site.send(Method::GET, "/api/lists", "").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let site = Site::logged_in().await;
    let (status, ..) = site.send(Method::POST, "/liste", "name=x").await;
    assert!(status.is_client_error(), "a form without its token: {status}");
    assert!(site.world.catalogue.lists(&crate::world::researcher()).await.unwrap().is_empty());
}

#[tokio::test]
async fn programs_read_the_same_catalogue() {
    let site = Site::new().await;
    site.world.publish(&contacts()).await;
    let json = |body: String| serde_json::from_str::<serde_json::Value>(&body).unwrap();
    let hits = json(site.page("/api/catalogue/search?q=kvinne&type=list").await);
    assert_eq!(hits["hits"][0]["path"], "npr/contact/sex");
    assert_eq!(hits["hits"][0]["why"][0]["value"], "2");
    assert_eq!(hits["hits"][0]["why"][0]["by"], "exact");
    assert_eq!(json(site.page("/api/catalogue/sources").await)[0]["source"]["path"], "npr");
    let dataset = json(site.page("/api/catalogue/datasets/npr/contact").await);
    assert_eq!(dataset["dataset"]["variables"].as_array().unwrap().len(), 4);
    let variable = json(site.page("/api/catalogue/variables/npr/contact/admitted").await);
    assert_eq!(variable["description"]["granularities"][1], "month");
    let (status, body) = site.send(Method::GET, "/api/catalogue/sources/none", "").await;
    assert_eq!((status, json(body)["status"].as_u64()), (StatusCode::NOT_FOUND, Some(404)));
    assert!(varde_metadata::open_api().paths.paths.len() >= 12);
}

#[tokio::test]
async fn programs_are_told_what_is_wrong_with_what_they_sent() {
    let site = Site::logged_in().await;
    let too_large = format!(r#"{{"name":"{}"}}"#, "x".repeat(3_000_000));
    for (kind, body, status, code) in [
        ("application/xml", r#"{"name":"a"}"#, StatusCode::UNSUPPORTED_MEDIA_TYPE, "web.media_type"),
        ("application/json", r#"{"name":"#, StatusCode::BAD_REQUEST, "web.bad_input"),
        ("application/json", r#"{"nam":"a"}"#, StatusCode::UNPROCESSABLE_ENTITY, "web.bad_input"),
        ("application/json", &too_large, StatusCode::PAYLOAD_TOO_LARGE, "web.too_large"),
    ] {
        let (answered, problem) = told(site.browser.send_as(kind, Method::POST, "/api/lists", body).await);
        let problem: serde_json::Value = serde_json::from_str(&problem).unwrap();
        assert_eq!((answered, problem["code"].as_str()), (status, Some(code)), "{kind}: {problem}");
    }
    let (status, ..) = site.send(Method::POST, "/api/lists", r#"{"name":"Hjerte"}"#).await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, ..) = site.send(Method::GET, "/api/lists/tull", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND, "what is no id names nothing");
}

#[test]
fn the_texts_are_complete_and_used() {
    let texts = [varde_metadata::TEXTS, varde_metadata::AVAILABILITY_TEXTS, varde_metadata::GOVERNANCE_TEXTS];
    assert_eq!(faults_in_texts(env!("CARGO_MANIFEST_DIR"), texts), Vec::<String>::new());
}
