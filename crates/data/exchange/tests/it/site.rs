//! The routes as a harvester and a steward see them, on a real PostgreSQL.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use jiff::civil::{Date, date};
use varde_core::{Actor, CataloguePath, Component, Digest, Letter, Letters, OrganisationId, Period, PortError};
use varde_exchange::{
    Agent, Checker, Exchange, Parts, Reach,
    ports::{CodeSystems, Surroundings},
};
use varde_metadata::{
    CatalogueService, DataSource, EditionId, MetadataError,
    ports::{KnownCodeSystem, PermitCount, Uses, Weight},
};
use varde_policy::{Guard, Policy};
use varde_rdf::{Format, Limits, read};
use varde_store::testing::TestDatabase;
use varde_terminology::{
    CodeSystem, Concept, Content, Edition, Key, Shown, Status, Subject, TerminologyError, Wording,
};
use varde_web::{
    Web, WebConfig,
    testing::{self, Page},
};

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

/// Nothing outside the catalogue uses its variables.
struct Nowhere;

#[async_trait]
impl Uses for Nowhere {
    async fn code_system(&self, _: &Actor, _: &str, _: Date) -> Result<Option<KnownCodeSystem>, PortError> {
        Ok(None)
    }

    async fn permits(&self, _: &CataloguePath, _: Date) -> Result<PermitCount, PortError> {
        Ok(PermitCount::default())
    }

    async fn extracts(&self, _: &CataloguePath) -> Result<i64, PortError> {
        Ok(0)
    }
}

/// Two editions of a small code system.
struct Animals;

#[async_trait]
impl CodeSystems for Animals {
    async fn edition(
        &self,
        _: &Actor,
        key: &Key,
        version: Option<&str>,
    ) -> Result<(Shown, Option<String>), TerminologyError> {
        let version = version.unwrap_or("2026");
        if key.as_str() != "dyr" || !["2025", "2026"].contains(&version) {
            return Err(TerminologyError::NotFound(key.to_string()));
        }
        let title = Wording::nb("Dyrearter").with("en", "Animals");
        let system = CodeSystem::new(key.clone(), "http://varde.test/fhir/CodeSystem/dyr", title);
        let edition = Edition {
            id: varde_terminology::EditionId::from_uuid(uuid::Uuid::nil()),
            subject: Subject::CodeSystem(system),
            version: version.to_owned(),
            revision: 1,
            status: Status::Published,
            valid: Period { from: date(2026, 1, 1), until: None },
            digest: Digest::of(b""),
            size: 3,
            origin: "csv".to_owned(),
            loss_reason: None,
            remarks: Vec::new(),
            involved: Vec::new(),
            imported_at: "2026-01-01T00:00:00Z".parse().unwrap(),
            published_at: Some("2026-01-02T00:00:00Z".parse().unwrap()),
            closed_at: None,
        };
        let mut dog = Concept::new("D 1", Wording::nb("Hund").with("en", "Dog \"best friend\""));
        dog.parents = vec!["D".to_owned()];
        let mut cat = Concept::new("D2", Wording::new("und", "Felis"));
        (cat.parents, cat.successors, cat.active) =
            (vec!["D".to_owned()], vec!["D 1".to_owned(), "X".to_owned()], false);
        let content = Content::new(vec![Concept::new("D", Wording::nb("Dyr")), dog, cat], false).unwrap();
        let follows = (version == "2026").then(|| "2025".to_owned());
        Ok((Shown { edition, content: Arc::new(content) }, follows))
    }
}

/// A letter box that keeps what is put into it.
#[derive(Default)]
pub(crate) struct LetterBox(Mutex<Vec<Letter>>);

impl LetterBox {
    pub(crate) fn all(&self) -> Vec<Letter> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl Letters for LetterBox {
    fn is_address(&self, text: &str) -> bool {
        text.contains('@') && text.contains('.')
    }

    async fn put_down(&self, letter: &Letter) -> Result<bool, PortError> {
        let mut all = self.0.lock().unwrap();
        let new = all.iter().all(|known| known.about != letter.about);
        if new {
            all.push(letter.clone());
        }
        Ok(new)
    }
}

/// A catalogue that is told to others, and its routes.
pub(crate) struct Site {
    pub(crate) database: TestDatabase,
    pub(crate) catalogue: Arc<CatalogueService>,
    pub(crate) exchange: Arc<Exchange>,
    pub(crate) letters: Arc<LetterBox>,
    router: Router,
}

impl Site {
    pub(crate) async fn new() -> Self {
        let contexts =
            [&varde_metadata::CONTEXT, &varde_exchange::CONTEXT, &varde_policy::CONTEXT, &varde_web::CONTEXT];
        let database = varde_store::testing::database(&contexts).await;
        let store = database.simulated();
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let checker = Arc::new(Checker::new(Arc::new(Around), "http://varde.test/").unwrap());
        let catalogue = CatalogueService::new(&store, guard.clone()).told_by(Arc::clone(&checker) as _);
        let catalogue = Arc::new(catalogue);
        let letters = Arc::new(LetterBox::default());
        let parts = Parts {
            catalogue: Arc::clone(&catalogue),
            checker,
            code_systems: Arc::new(Animals),
            reach: Reach::Anywhere,
            letters: Some(Arc::clone(&letters) as _),
        };
        let exchange = Arc::new(Exchange::new(&store, guard, parts).unwrap());
        let web = Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &store)
            .routes(varde_exchange::routes(Arc::clone(&exchange)))
            .routes(varde_metadata::routes(Arc::clone(&catalogue), Arc::new(Nowhere)))
            .texts(varde_metadata::TEXTS)
            .texts(varde_metadata::AVAILABILITY_TEXTS)
            .texts(varde_metadata::GOVERNANCE_TEXTS)
            .texts(varde_exchange::TEXTS)
            .open_api(varde_exchange::open_api());
        Self { database, catalogue, exchange, letters, router: web.router() }
    }

    pub(crate) async fn publish(&self, source: &DataSource) -> EditionId {
        let operator = Actor::system(Component::CommandLine);
        let imported = self.catalogue.import(&operator, source, "catalogue").await.unwrap();
        self.catalogue.publish(&operator, imported.edition).await.unwrap();
        imported.edition
    }

    pub(crate) fn later(&self) {
        self.database.clock().advance(std::time::Duration::from_secs(3600));
    }

    pub(crate) async fn get(&self, path: &str, with: &[(header::HeaderName, &str)]) -> Page {
        let mut request = Request::builder().method(Method::GET).uri(path).header(header::HOST, "varde.test");
        for (name, value) in with {
            request = request.header(name, *value);
        }
        testing::send(&self.router, request.body(Body::empty()).unwrap()).await
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
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert!(answer.header(header::CONTENT_TYPE).starts_with(format.media_type()));
        let graph = read(answer.text.as_bytes(), format, None, Limits::default()).unwrap().graph;
        assert!(graph.len() > 100, "{format:?}");
    }
    let plain = site.get("/api/dcat/sources/npr", &[]).await;
    assert!(plain.header(header::CONTENT_TYPE).starts_with("text/turtle"));
    assert!(plain.text.contains("a dcat:Dataset") && plain.text.contains("foaf:name \"Etaten\""));
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
    assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    site.later();
    source.description.nb.push_str(" Mer.");
    site.publish(&source).await;
    let changed = site.get("/api/dcat/sources/npr", &[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_ne!(changed.header(header::LAST_MODIFIED), first.header(header::LAST_MODIFIED));
    // The first publication stays the date of issue; the second is the date of change.
    let issued = |body: &str| body.lines().find(|l| l.contains("dct:issued")).unwrap().to_owned();
    assert_eq!(issued(&first.text), issued(&changed.text));
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
    let told = all.json();
    let kinds: Vec<&str> =
        told["orderedItems"].as_array().unwrap().iter().map(|i| i["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Create", "Update"]);
    assert_eq!(all.header(header::CONTENT_TYPE), "application/activity+json");
    let next = told["next"].as_str().unwrap().strip_prefix("http://varde.test").unwrap();
    let none = site.get(next, &[]).await.json();
    assert_eq!(none["totalItems"], 0, "{none}");
    let first = told["orderedItems"][0]["published"].as_str().unwrap();
    let later = site.get(&format!("/api/dcat/changes?since={first}"), &[]).await;
    assert_eq!(later.json()["totalItems"], 1);
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
        ("/api/skos/concepts?format=csv", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = site.get(path, &[]).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
    let empty = Site::new().await.get("/api/dcat/catalogue", &[]).await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(empty.text.contains("a dcat:Catalog"), "{}", empty.text);
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
        assert!(page.text.contains(lacking), "{language}: {}", page.text);
        assert!(page.text.contains(good), "{language}");
    }
}

#[tokio::test]
async fn the_concepts_are_told_in_every_format() {
    let site = Site::new().await;
    for format in Format::ALL {
        let answer = site.get("/api/skos/concepts", &[(header::ACCEPT, format.media_type())]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let graph = read(answer.text.as_bytes(), format, None, Limits::default()).unwrap().graph;
        assert!(graph.len() > 100, "{format:?}");
    }
}

/// Search engines find the same in the page as harvesters get by negotiation, in the page's language; nothing
/// that a steward writes ends the block of data.
#[tokio::test]
async fn the_page_carries_what_search_engines_read() {
    let site = Site::new().await;
    let mut source = records().remove(0).source;
    source.name.en = "Patients </script><script>alert(1)</script> & more".to_owned();
    site.publish(&source).await;
    let page = site.get("/katalog/npr", &[(header::ACCEPT_LANGUAGE, "en")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let (_, rest) = page.text.split_once("<script type=\"application/ld+json\">").unwrap();
    let (block, _) = rest.split_once("</script>").unwrap();
    let told: serde_json::Value = serde_json::from_str(block).unwrap();
    assert_eq!(told["@type"], "Dataset");
    assert_eq!(told["name"], source.name.en);
    assert_eq!(told["@id"], "http://varde.test/api/dcat/sources/npr");
    assert_eq!(told["publisher"]["name"], "Etaten");
    assert_eq!(told["isAccessibleForFree"], false);
    assert!(!page.text.contains("<script>"), "a script of a text's own");
    let head = page.text.split_once("</head>").unwrap().0;
    assert!(head.contains("application/ld+json"));
}

#[tokio::test]
async fn what_was_found_at_publication_is_kept_and_shown() {
    let site = Site::new().await;
    let mut source = records().remove(0).source;
    let first = site.publish(&source).await;
    let path = source.path.clone();
    site.exchange.keep_check(&path, first).await.unwrap();
    site.later();
    source.holder = None;
    source.description.nb.push_str(" Mer.");
    let second = site.publish(&source).await;
    // The first is told again, as reactions may be, and late: it is that edition which was checked.
    site.exchange.keep_check(&path, first).await.unwrap();
    site.exchange.keep_check(&path, second).await.unwrap();
    let standing = site.exchange.standing(&Actor::anonymous(), &path).await.unwrap();
    let found: Vec<(i32, &str, usize)> = standing
        .kept
        .iter()
        .map(|kept| (kept.number, kept.checked.profile.name(), kept.checked.count(Weight::Breach)))
        .collect();
    assert_eq!(found.len(), 6, "{found:?}");
    let breaches = |number, profile| found.iter().find(|f| (f.0, f.1) == (number, profile)).unwrap().2;
    assert_eq!((breaches(1, "dcat-ap-no-2"), breaches(2, "dcat-ap-no-2")), (0, 1), "{found:?}");
    let page = site.get("/katalog/kontroll/npr", &[(header::ACCEPT_LANGUAGE, "nb")]).await;
    assert!(page.text.contains("utgiver (dct:publisher) mangler."), "{}", page.text);
    assert!(page.text.contains("Da utgavene ble publisert") && page.text.contains("id=\"history\""));
}

/// A reviewer sees what is lacking before publishing, and must say why it is published all the same.
#[tokio::test]
async fn what_is_mandatory_is_never_passed_silently() {
    let site = Site::new().await;
    let operator = Actor::system(Component::CommandLine);
    let mut source = records().remove(0).source;
    source.description = varde_core::LocalisedText::default();
    let made = site.catalogue.propose_editions(&operator, &[source], None, "catalogue", "NPR").await.unwrap();
    let id = made.proposal.unwrap();
    let view = site.catalogue.proposal(&operator, id).await.unwrap();
    let demands = &view.changes[0].demands;
    assert_eq!(demands.len(), 2);
    let reasons: Vec<&str> = demands[0].lacks.iter().map(|lack| lack.reason.nb.as_str()).collect();
    assert!(reasons.contains(&"beskrivelse (dct:description) mangler."), "{reasons:?}");
    let silent = site.catalogue.approve(&operator, id, "  ").await.unwrap_err();
    assert!(matches!(silent, MetadataError::Unacknowledged(n) if n > 0), "{silent}");
    site.catalogue.approve(&operator, id, "Beskrivelsen kommer i neste utgave.").await.unwrap();
    let after = site.catalogue.proposal(&operator, id).await.unwrap();
    assert_eq!(after.proposal.reason.as_deref(), Some("Beskrivelsen kommer i neste utgave."));
    assert!(after.changes[0].demands.is_empty(), "what is decided is not checked anew");
}

/// A code system in every format is the same; each code has an address, what is above it and what takes over.
#[tokio::test]
async fn an_edition_of_a_code_system_is_a_classification() {
    let site = Site::new().await;
    let mut sizes = Vec::new();
    for format in Format::ALL {
        let answer = site.get("/api/skos/code-systems/dyr", &[(header::ACCEPT, format.media_type())]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        sizes.push(read(answer.text.as_bytes(), format, None, Limits::default()).unwrap().graph.len());
    }
    assert!(sizes[0] > 20 && sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
    let told = site.get("/api/skos/code-systems/dyr?format=nt", &[]).await.text;
    let scheme = "<http://varde.test/api/skos/code-systems/dyr?version=2026";
    for said in [
        format!(
            "{scheme}> <http://rdf-vocabulary.ddialliance.org/xkos#follows> <http://varde.test/api/skos/code-systems/dyr?version=2025>"
        ),
        format!("{scheme}> <http://rdf-vocabulary.ddialliance.org/xkos#numberOfLevels> \"2\""),
        format!("{scheme}#D%201> <http://www.w3.org/2004/02/skos/core#notation> \"D 1\""),
        format!("{scheme}#D%201> <http://rdf-vocabulary.ddialliance.org/xkos#specializes> {scheme}#D>"),
        format!("{scheme}#D2> <http://purl.org/dc/terms/isReplacedBy> {scheme}#D%201>"),
        format!("{scheme}#D2> <http://www.w3.org/2004/02/skos/core#prefLabel> \"Felis\" ."),
    ] {
        assert!(told.contains(&said), "{said}\n{told}");
    }
    assert!(!told.contains("#X>"), "a successor that is not there");
    assert!(!site.get("/api/skos/code-systems/dyr?version=2025&format=nt", &[]).await.text.contains("follows"));
    for (path, status) in [
        ("/api/skos/code-systems/dyr?version=1999", StatusCode::NOT_FOUND),
        ("/api/skos/code-systems/ingen", StatusCode::NOT_FOUND),
        ("/api/skos/code-systems/Ikke%20en", StatusCode::NOT_FOUND),
        ("/api/skos/code-systems/dyr?format=csv", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(site.get(path, &[]).await.status, status, "{path}");
    }
    let browser = site.get("/api/skos/code-systems/dyr", &[(header::ACCEPT, "text/html")]).await;
    assert_eq!(browser.header(header::LOCATION), "/kodeverk/dyr");
}
