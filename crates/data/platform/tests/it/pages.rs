//! The pages and the JSON routes as a browser and a program see them.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::Response,
};
use varde_core::{Actor, LoginLevel, OrganisationId, PersonId, Role};
use varde_web::{
    Display, Failure, Routes, Sessions, Visit, Web, WebConfig,
    testing::{Browser, faults_in_texts},
};

use crate::support::World;

pub(crate) struct Site {
    pub(crate) world: World,
    browser: Browser,
}

async fn log_in(visit: Visit, State(sessions): State<Sessions>) -> Result<Response, Failure> {
    let (person, organisation) = (uuid::Uuid::from_u128(7), uuid::Uuid::from_u128(8));
    let (person, organisation) = (PersonId::from_uuid(person), OrganisationId::from_uuid(organisation));
    let actor = Actor::employee(person, LoginLevel::High, organisation, [Role::Steward, Role::Researcher]);
    let display = Display { person: "Kari Nordmann".to_owned(), organisation: None };
    let cookie = sessions.begin(visit.session(), actor, display).await?;
    Ok(cookie.attach(visit.see("/register")))
}

impl Site {
    pub(crate) async fn new() -> Self {
        Self::of(World::with(&[&varde_web::CONTEXT]).await)
    }

    /// The site of a world that has sessions.
    pub(crate) fn of(world: World) -> Self {
        let sessions = Sessions::new(&world.store, false);
        let door = Routes::new().open_page(Method::GET, "/inn", "test login", log_in).with_state(sessions);
        let web = Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &world.store)
            .routes(varde_platform::routes(Arc::new(world.platform.clone())))
            .routes(door)
            .texts(varde_platform::TEXTS)
            .texts(varde_platform::QUALITY_TEXTS)
            .texts(varde_platform::PRODUCT_TEXTS)
            .texts(varde_platform::UPDATE_TEXTS)
            .open_api(varde_platform::open_api());
        Self { world, browser: Browser::new(web.router()) }
    }

    /// From here on as the steward of the organisation that answers for the data.
    pub(crate) async fn log_in(&mut self) {
        self.browser.log_in("/inn").await;
    }

    /// A page, or what the JSON routes answer.
    pub(crate) async fn page(&self, path: &str) -> String {
        self.browser.page(path).await
    }

    /// Posts a form, with the token that every page carries.
    pub(crate) async fn post(&self, path: &str, form: &str) -> (StatusCode, String) {
        let page = self.browser.post(path, "/register", form).await;
        (page.status, page.text)
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &str) -> (StatusCode, String) {
        let page = self.browser.send(method, path, body).await;
        (page.status, page.text)
    }
}

#[tokio::test]
async fn a_steward_sees_releases_with_their_quality_and_nobody_else_does() {
    let mut site = Site::new().await;
    let (status, ..) = site.send(Method::GET, "/api/releases", "").await;
    assert!(status == StatusCode::FORBIDDEN || status == StatusCode::UNAUTHORIZED, "{status}");
    site.log_in().await;
    let (status, page) = site.send(Method::GET, "/register", "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Ingen dataversjoner ennå"), "{page}");

    let rows: String = (1..=20).map(|n| format!("p{n},2024-03-01,I501\n")).collect();
    let text = format!("pid,in_date,code\n{rows}");
    let mut request = site.world.request(site.world.file("stay.csv", &text), "stay", "pid", "local:h");
    request.from = site.world.file("more.csv", &format!("{text}p1,no date,I50\n")).into();
    let record = site.world.imported(&request).await;
    let (_, page) = site.send(Method::GET, "/register", "").await;
    assert!(page.contains("hospital/stay"), "{page}");
    let (status, page) = site.send(Method::GET, &format!("/register/{}", record.id), "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Ikke en dato") && page.contains("<td>22</td>"), "{page}");
    let (status, body) = site.send(Method::GET, &format!("/api/releases/{}/faults", record.id), "").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, r#"[{"line":22,"column":"in_date","reason":"not_a_date"}]"#));

    // Another organisation's steward does not approve it.
    let (status, ..) = site.send(Method::POST, &format!("/api/releases/{}/approve", record.id), "").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    site.world.platform.approve(&crate::support::system(), record.id).await.unwrap();
    let asked =
        r#"{"cohort":"everyone","period":{"from":"2024-01-01","until":"2024-12-31"},"datasets":["hospital/stay"]}"#;
    let (status, body) = site.send(Method::POST, "/api/cohorts/count", asked).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, r#"{"about":{"people":20}}"#));
    let (status, ..) = site.send(Method::POST, "/api/cohorts/count", r#"{"cohrt":1}"#).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, ..) = site.send(Method::GET, "/api/extracts/none", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_steward_works_through_a_quarantine_and_enters_an_amendment_by_pages() {
    let mut site = Site::new().await;
    site.log_in().await;
    let rows: String = (1..=20).map(|n| format!("p{n},2024-03-01,I501\n")).collect();
    let text = format!("pid,in_date,code\n{rows}");
    let mut request = site.world.request(site.world.file("stay.csv", &text), "stay", "pid", "local:h");
    request.holder = Some(OrganisationId::from_uuid(uuid::Uuid::from_u128(8)));
    request.from = site.world.file("more.csv", &format!("{text}p1,no date,I50\n")).into();
    let record = site.world.imported(&request).await;
    let (_, page) = site.send(Method::GET, "/register/innlasting", "").await;
    assert!(page.contains("Ferdig") && page.contains(&format!("/register/{}", record.id)), "{page}");
    let quarantine = format!("/register/{}/karantene", record.id);
    let (_, page) = site.send(Method::GET, &quarantine, "").await;
    assert!(page.contains("Ikke en dato (in_date)") && page.contains("22"), "{page}");
    let accept = format!("{quarantine}/godta");
    let (status, page) = site.post(&accept, "group=not_a_date+in_date&because=").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is needed: {page}");
    let (status, _) = site.post(&accept, "group=not_a_date+in_date&because=one+of+many").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, page) = site.send(Method::GET, &quarantine, "").await;
    assert!(page.contains("Tapet er godtatt") && page.contains("one of many"), "{page}");

    let amendments = format!("/register/{}/rettelser", record.id);
    let (_, page) = site.send(Method::GET, &amendments, "").await;
    assert!(page.contains("Ingenting er ført"), "{page}");
    let (status, page) = site.post(&amendments, "kind=deletion&section=art.+17&_number=p999").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Ingen har dette nummeret") && !page.contains("p999"), "the number is not shown again");
    let (status, _) = site.post(&amendments, "kind=deletion&section=art.+17&_number=p3").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, page) = site.send(Method::GET, &amendments, "").await;
    assert!(page.contains("GDPR art. 17") && page.contains("Gjelder fra neste dataversjon"), "{page}");
}

#[test]
fn the_texts_are_complete_and_used() {
    let texts = [
        varde_platform::TEXTS,
        varde_platform::QUALITY_TEXTS,
        varde_platform::PRODUCT_TEXTS,
        varde_platform::UPDATE_TEXTS,
    ];
    assert_eq!(faults_in_texts(env!("CARGO_MANIFEST_DIR"), texts), Vec::<String>::new());
}
