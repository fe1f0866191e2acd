//! The routes as a harvester and a steward see them, on a real PostgreSQL.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use tower::ServiceExt as _;
use varde_core::{Actor, CataloguePath, Component, OrganisationId};
use varde_exchange::{Agent, Exchange, ports::Surroundings};
use varde_metadata::{CatalogueService, DataSource};
use varde_policy::{Guard, Policy};
use varde_rdf::{Format, Limits, read};
use varde_store::testing::TestDatabase;
use varde_web::{Web, WebConfig};

use crate::world::{about, records};

/// Everybody is the same holder, and no release is here.
struct Around;

#[async_trait]
impl Surroundings for Around {
    async fn agents(&self, ids: &[OrganisationId]) -> BTreeMap<OrganisationId, Agent> {
        ids.iter()
            .map(|id| (*id, Agent { key: id.to_string(), name: "Etaten".to_owned(), ..Agent::default() }))
            .collect()
    }

    async fn body(&self) -> Agent {
        about().body
    }

    async fn bytes(&self) -> BTreeMap<CataloguePath, u64> {
        BTreeMap::new()
    }
}

struct Site {
    database: TestDatabase,
    catalogue: Arc<CatalogueService>,
    router: Router,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Site {
    async fn new() -> Self {
        let contexts = [&varde_metadata::CONTEXT, &varde_policy::CONTEXT, &varde_web::CONTEXT];
        let database = varde_store::testing::database(&contexts).await;
        let store = database.simulated();
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let catalogue = Arc::new(CatalogueService::new(&store, guard));
        let exchange = Exchange::new(Arc::clone(&catalogue), Arc::new(Around), "http://varde.test/").unwrap();
        let web = Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &store)
            .routes(varde_exchange::routes(Arc::new(exchange)))
            .texts(varde_exchange::TEXTS)
            .open_api(varde_exchange::open_api());
        Self { database, catalogue, router: web.router() }
    }

    async fn publish(&self, source: &DataSource) {
        let operator = Actor::system(Component::CommandLine);
        let imported = self.catalogue.import(&operator, source, "catalogue").await.unwrap();
        self.catalogue.publish(&operator, imported.edition).await.unwrap();
    }

    fn later(&self) {
        self.database.clock().advance(std::time::Duration::from_secs(3600));
    }

    async fn get(&self, path: &str, with: &[(header::HeaderName, &str)]) -> Answer {
        let mut request = Request::builder().method(Method::GET).uri(path).header(header::HOST, "varde.test");
        for (name, value) in with {
            request = request.header(name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 20_000_000).await.unwrap();
        Answer { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }
}

#[tokio::test]
async fn a_harvester_gets_what_it_asks_for() {
    let site = Site::new().await;
    for record in records().iter().take(2) {
        site.publish(&record.source).await;
    }
    for format in Format::ALL {
        let answer = site.get("/api/dcat/catalogue?profile=health", &[(header::ACCEPT, format.media_type())]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert!(answer.header(header::CONTENT_TYPE).starts_with(format.media_type()));
        let graph = read(answer.body.as_bytes(), format, None, Limits::default()).unwrap().graph;
        assert!(graph.len() > 100, "{format:?}");
    }
    let plain = site.get("/api/dcat/sources/npr", &[]).await;
    assert!(plain.header(header::CONTENT_TYPE).starts_with("text/turtle"));
    assert!(plain.body.contains("a dcat:Dataset") && plain.body.contains("foaf:name \"Etaten\""));
    let named =
        site.get("/api/dcat/sources/npr?format=jsonld&profile=schema.org", &[(header::ACCEPT, "text/turtle")]).await;
    assert!(named.header(header::CONTENT_TYPE).starts_with("application/ld+json"));
    let browser = site.get("/api/dcat/sources/npr", &[(header::ACCEPT, "text/html,*/*;q=0.8")]).await;
    assert_eq!((browser.status, browser.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/katalog/npr"));
}

#[tokio::test]
async fn who_has_it_already_gets_nothing_until_it_changes() {
    let site = Site::new().await;
    let mut source = records().remove(0).source;
    site.publish(&source).await;
    let first = site.get("/api/dcat/sources/npr", &[]).await;
    let tag = first.header(header::ETAG).to_owned();
    assert!(!first.header(header::LAST_MODIFIED).is_empty());
    let again = site.get("/api/dcat/sources/npr", &[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    site.later();
    source.description.nb.push_str(" Mer.");
    site.publish(&source).await;
    let changed = site.get("/api/dcat/sources/npr", &[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_ne!(changed.header(header::LAST_MODIFIED), first.header(header::LAST_MODIFIED));
    // The first publication stays the date of issue; the second is the date of change.
    let issued = |body: &str| body.lines().find(|l| l.contains("dct:issued")).unwrap().to_owned();
    assert_eq!(issued(&first.body), issued(&changed.body));
}

#[tokio::test]
async fn changes_are_told_from_a_time_on() {
    let site = Site::new().await;
    let mut source = records().remove(0).source;
    site.publish(&source).await;
    site.later();
    source.description.nb.push_str(" Mer.");
    site.publish(&source).await;
    let all = site.get("/api/dcat/changes", &[]).await;
    let told: serde_json::Value = serde_json::from_str(&all.body).unwrap();
    let kinds: Vec<&str> =
        told["orderedItems"].as_array().unwrap().iter().map(|i| i["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Create", "Update"]);
    assert_eq!(all.header(header::CONTENT_TYPE), "application/activity+json");
    let next = told["next"].as_str().unwrap().strip_prefix("http://varde.test").unwrap();
    let none: serde_json::Value = serde_json::from_str(&site.get(next, &[]).await.body).unwrap();
    assert_eq!(none["totalItems"], 0, "{none}");
    let first = told["orderedItems"][0]["published"].as_str().unwrap();
    let later = site.get(&format!("/api/dcat/changes?since={first}"), &[]).await;
    assert_eq!(serde_json::from_str::<serde_json::Value>(&later.body).unwrap()["totalItems"], 1);
}

#[tokio::test]
async fn what_is_asked_wrongly_is_answered_clearly() {
    let site = Site::new().await;
    site.publish(&records().remove(0).source).await;
    for (path, status) in [
        ("/api/dcat/sources/npr?profile=dcat", StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/dcat/sources/npr?format=csv", StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/dcat/changes?since=yesterday", StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/dcat/sources/none", StatusCode::NOT_FOUND),
        ("/api/dcat/sources/..%2Fnpr", StatusCode::NOT_FOUND),
        ("/api/dcat/catalogue?page=2", StatusCode::NOT_FOUND),
        ("/api/dcat/catalogue?page=0", StatusCode::NOT_FOUND),
        ("/api/dcat/catalogue?page=x", StatusCode::NOT_FOUND),
        ("/katalog/kontroll/none", StatusCode::NOT_FOUND),
    ] {
        let answer = site.get(path, &[]).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
    let empty = Site::new().await.get("/api/dcat/catalogue", &[]).await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(empty.body.contains("a dcat:Catalog"), "{}", empty.body);
}

#[tokio::test]
async fn a_steward_reads_what_is_lacking_in_three_languages() {
    let site = Site::new().await;
    site.publish(&records().remove(0).source).await;
    for (language, lacking, good) in [
        ("nb", "filstørrelse (dcat:byteSize) mangler", "Ingen mangler"),
        ("nn", "filstorleik (dcat:byteSize) manglar", "Ingen manglar"),
        ("en", "size in bytes (dcat:byteSize) is missing", "Nothing is lacking"),
    ] {
        let page = site.get("/katalog/kontroll/npr", &[(header::ACCEPT_LANGUAGE, language)]).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains(lacking), "{language}: {}", page.body);
        assert!(page.body.contains(good), "{language}");
    }
}
