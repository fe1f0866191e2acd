//! Other catalogues are read again and again, from a server of the test's own: what is new waits for a reviewer,
//! what fails is told, what is gone is never dropped.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use varde_core::{Actor, CataloguePath, Language, LoginLevel, OrganisationId, PersonId, Randomness, Role, SystemClock};
use varde_exchange::{ExchangeError, HarvestChange, HarvestId, HarvestRun, NewHarvest, Outcome, Trouble};
use varde_metadata::{AsAt, ProposalId};

use crate::site::Site;

/// What the other catalogue answers.
#[derive(Debug, Clone)]
struct Answers {
    status: StatusCode,
    kind: &'static str,
    body: String,
    asked: usize,
}

/// Another catalogue, on this machine.
#[derive(Clone)]
struct Other(Arc<Mutex<Answers>>);

impl Other {
    async fn open() -> (Self, String) {
        let answers = Answers { status: StatusCode::OK, kind: "text/turtle", body: String::new(), asked: 0 };
        let other = Self(Arc::new(Mutex::new(answers)));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/catalogue", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/catalogue", get(answer))
            .route("/second", get(|| async { ([(header::CONTENT_TYPE, "text/turtle")], turtle(&[20, 21], "")) }))
            .with_state(other.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (other, address)
    }

    fn says(&self, body: String) {
        let mut answers = self.0.lock().unwrap();
        answers.body = body;
        answers.status = StatusCode::OK;
    }

    fn fails(&self, status: StatusCode) {
        self.0.lock().unwrap().status = status;
    }

    fn asked(&self) -> usize {
        self.0.lock().unwrap().asked
    }
}

async fn answer(State(other): State<Other>, headers: HeaderMap) -> Response {
    let mut answers = other.0.lock().unwrap();
    answers.asked += 1;
    let tag = format!("\"{}\"", varde_core::Digest::of(answers.body.as_bytes()));
    if answers.status == StatusCode::OK
        && headers.get(header::IF_NONE_MATCH).is_some_and(|t| t.as_bytes() == tag.as_bytes())
    {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let kind = [(header::CONTENT_TYPE, answers.kind.to_owned()), (header::ETAG, tag)];
    (answers.status, kind, answers.body.clone()).into_response()
}

/// Datasets by number, with something more about each.
fn turtle(numbers: &[u32], more: &str) -> String {
    let mut text = String::from(
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
         @prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n",
    );
    for n in numbers {
        text.push_str(&format!(
            "<https://data.example/sets/{n}> a dcat:Dataset ; dct:title \"Register {n}\"@nb ; \
             dct:issued \"2014-05-01T00:00:00Z\"^^xsd:dateTime {more} .\n"
        ));
    }
    text
}

struct World {
    site: Site,
    other: Other,
    steward: Actor,
    id: HarvestId,
}

fn steward(organisation: OrganisationId) -> Actor {
    let person = PersonId::new(&SystemClock, &Randomness::from_system());
    Actor::employee(person, LoginLevel::High, organisation, [Role::Steward])
}

fn wanted(address: &str) -> NewHarvest {
    NewHarvest {
        title: "Etatens katalog".to_owned(),
        address: address.to_owned(),
        every_hours: 24,
        mail: "katalog@etaten.example".to_owned(),
        language: Language::Nb,
    }
}

impl World {
    async fn new() -> Self {
        let (other, address) = Other::open().await;
        let site = Site::new().await;
        let steward = steward(OrganisationId::new(&SystemClock, &Randomness::from_system()));
        let id = site.exchange.add_harvest(&steward, &wanted(&address)).await.unwrap();
        Self { site, other, steward, id }
    }

    /// Lets so many hours pass, reads what is due, and gives what came of the last time.
    async fn after(&self, hours: u64) -> HarvestRun {
        self.site.database.clock().advance(std::time::Duration::from_secs(hours * 3600));
        self.site.exchange.tend_harvests().await.unwrap();
        self.runs().await.remove(0)
    }

    async fn runs(&self) -> Vec<HarvestRun> {
        self.site.exchange.harvest(&self.steward, self.id).await.unwrap().1
    }

    async fn approve(&self, run: &HarvestRun) {
        let Outcome::Proposed(id) = run.outcome else { panic!("{run:?}") };
        // Who harvests is no person, so that one pair of eyes is another's.
        self.site.catalogue.approve(&self.steward, id, "Lest gjennom.").await.unwrap();
    }

    async fn source(&self, path: &str) -> varde_metadata::DataSource {
        let path: CataloguePath = path.parse().unwrap();
        self.site.catalogue.source(&self.steward, &path, AsAt::default()).await.unwrap().unwrap().source
    }
}

#[tokio::test]
async fn what_is_new_waits_as_one_proposal_and_nothing_new_is_nothing() {
    let world = World::new().await;
    world.other.says(turtle(&[1, 2, 3], ""));
    let first = world.after(0).await;
    assert_eq!((first.counts.datasets, first.counts.added), (3, 3), "{first:?}");
    world.approve(&first).await;
    let taken = world.source("register_2").await;
    assert_eq!(taken.holder, world.steward.organisation);
    assert_eq!(taken.details.created.unwrap().to_string(), "2014-05-01T00:00:00Z", "the owner's own date");
    // The tag says that nothing has changed; a day has not passed before.
    let asked = world.other.asked();
    assert_eq!(world.after(23).await.at, first.at);
    assert_eq!(world.other.asked(), asked);
    assert_eq!(world.after(1).await.outcome, Outcome::NotModified);
    // Another stamp, the same words.
    world.other.says(turtle(&[1, 2, 3], "; dct:modified \"2026-11-23T00:00:00Z\"^^xsd:dateTime"));
    assert_eq!(world.after(24).await.outcome, Outcome::NothingNew);
    world.other.says(turtle(&[1, 2, 3], "; dct:description \"Mer om det\"@nb"));
    let changed = world.after(24).await;
    assert_eq!((changed.counts.added, changed.counts.changed), (0, 3), "{changed:?}");
    let Outcome::Proposed(id) = changed.outcome else { panic!("{changed:?}") };
    let view = world.site.catalogue.proposal(&world.steward, id).await.unwrap();
    assert!(view.changes.len() == 3 && view.changes.iter().all(|change| change.difference.is_some()));
    // Turned down: it is not proposed again unchanged.
    world.site.catalogue.reject(&world.steward, id, "Ikke nå.").await.unwrap();
    world
        .site
        .exchange
        .change_harvest(&world.steward, world.id, HarvestChange::Now { allow_loss: false })
        .await
        .unwrap();
    assert_eq!(world.after(1).await.outcome, Outcome::NothingNew);
}

#[tokio::test]
async fn what_is_gone_is_proposed_as_withdrawn_and_comes_back() {
    let world = World::new().await;
    let all: Vec<u32> = (1..=10).collect();
    world.other.says(turtle(&all, ""));
    let first = world.after(0).await;
    world.approve(&first).await;
    // Half a file is a question.
    world.other.says(turtle(&all[..5], ""));
    let lost = world.after(24).await;
    assert_eq!(lost.outcome, Outcome::Failed(Trouble::LostMany));
    assert!(!world.source("register_7").await.details.inactive);
    world.other.says(turtle(&all[..8], ""));
    let gone = world.after(24).await;
    assert_eq!((gone.counts.withdrawn, gone.counts.changed), (2, 0), "{gone:?}");
    world.approve(&gone).await;
    assert!(world.source("register_9").await.details.inactive);
    let told = world.site.get("/api/dcat/sources/register_9", &[]).await;
    assert!(told.text.contains("dataset-status/WITHDRAWN"), "{}", told.text);
    assert_eq!(world.after(24).await.outcome, Outcome::NotModified, "it is gone once");
    world.other.says(turtle(&all, ""));
    let back = world.after(24).await;
    assert_eq!((back.counts.changed, back.counts.added), (2, 0), "{back:?}");
    world.approve(&back).await;
    assert!(!world.source("register_9").await.details.inactive);
    // Somebody says that half of it is meant to be gone.
    world.other.says(turtle(&all[..5], ""));
    assert_eq!(world.after(24).await.outcome, Outcome::Failed(Trouble::LostMany));
    let meant = HarvestChange::Now { allow_loss: true };
    world.site.exchange.change_harvest(&world.steward, world.id, meant).await.unwrap();
    assert_eq!(world.after(1).await.counts.withdrawn, 5);
}

#[tokio::test]
async fn who_fails_is_asked_less_and_the_owner_is_told_once() {
    let world = World::new().await;
    world.other.fails(StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(world.after(0).await.outcome, Outcome::Failed(Trouble::Status));
    world.after(1).await;
    assert!(world.site.letters.all().is_empty());
    world.after(1).await;
    let letters = world.site.letters.all();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].body.contains("Etatens katalog") && letters[0].body.contains("3 ganger"), "{}", letters[0].body);
    assert!(letters[0].body.contains(&format!("http://varde.test/katalog/hosting/{}", world.id)));
    for _ in 0..4 {
        world.after(24).await;
    }
    assert_eq!(world.site.letters.all().len(), 1);
    let (source, _) = world.site.exchange.harvest(&world.steward, world.id).await.unwrap();
    assert_eq!(source.failures, 7);
    world.other.0.lock().unwrap().kind = "text/html";
    world.other.says("<html>".to_owned());
    assert_eq!(world.after(24).await.outcome, Outcome::Failed(Trouble::NotRdf));
    world.other.0.lock().unwrap().kind = "text/turtle";
    world.other.says("<a> <b".to_owned());
    assert_eq!(world.after(24).await.outcome, Outcome::Failed(Trouble::Broken));
    world.other.says(turtle(&[], ""));
    assert_eq!(world.after(24).await.outcome, Outcome::Failed(Trouble::NoDatasets));
    world.other.says(turtle(&[1], ""));
    assert!(matches!(world.after(24).await.outcome, Outcome::Proposed(_)));
    assert_eq!(world.site.exchange.harvest(&world.steward, world.id).await.unwrap().0.failures, 0);
}

#[tokio::test]
async fn all_pages_of_a_catalogue_are_one() {
    let world = World::new().await;
    let next = "<https://data.example/c> hydra:nextPage </second> .\n";
    world.other.says(format!("{}{next}", turtle(&[1], "")));
    let run = world.after(0).await;
    assert_eq!(run.counts.added, 3, "{run:?}");
    // The first page is as it was, and yet all are asked for.
    assert_eq!(world.after(24).await.outcome, Outcome::NothingNew);
}

/// A catalogue never changes what somebody else answers for, though it tells of the same address.
#[tokio::test]
async fn another_holders_source_is_left_alone() {
    let world = World::new().await;
    world.other.says(turtle(&[1], ""));
    let first = world.after(0).await;
    world.approve(&first).await;
    let (other, address) = Other::open().await;
    let stranger = steward(OrganisationId::new(&SystemClock, &Randomness::from_system()));
    other.says(turtle(&[1, 2], "; dct:description \"Overtatt\"@nb"));
    let id = world.site.exchange.add_harvest(&stranger, &wanted(&address)).await.unwrap();
    world.site.exchange.tend_harvests().await.unwrap();
    let (_, runs) = world.site.exchange.harvest(&stranger, id).await.unwrap();
    assert_eq!((runs[0].counts.left_out, runs[0].counts.added), (1, 1), "{:?}", runs[0]);
    assert_eq!(world.source("register_1").await.description.nb, "");
}

/// Nor does it withdraw what has come to be somebody else's to answer for.
#[tokio::test]
async fn a_source_that_was_handed_over_is_not_withdrawn_when_it_is_gone() {
    let world = World::new().await;
    world.other.says(turtle(&[1, 2, 3], ""));
    let first = world.after(0).await;
    world.approve(&first).await;
    let other = OrganisationId::new(&SystemClock, &Randomness::from_system());
    let handed_over = varde_metadata::DataSource { holder: Some(other), ..world.source("register_3").await };
    world.site.publish(&handed_over).await;
    world.other.says(turtle(&[1], ""));
    let gone = world.after(24).await;
    assert!(matches!(gone.outcome, Outcome::Proposed(_)), "{gone:?}");
    assert_eq!(gone.counts.withdrawn, 1, "of the two that are gone one is ours: {gone:?}");
    assert_eq!(world.source("register_3").await.holder, Some(other));
}

#[tokio::test]
async fn who_may_see_and_change_a_harvest_is_settled() {
    let world = World::new().await;
    let exchange = &world.site.exchange;
    let stranger = steward(OrganisationId::new(&SystemClock, &Randomness::from_system()));
    assert!(exchange.harvests(&stranger).await.unwrap().is_empty());
    assert!(exchange.harvest(&stranger, world.id).await.is_err());
    assert!(exchange.change_harvest(&stranger, world.id, HarvestChange::Pause).await.is_err());
    assert!(exchange.harvests(&Actor::anonymous()).await.is_err());
    exchange.change_harvest(&world.steward, world.id, HarvestChange::Pause).await.unwrap();
    world.other.says(turtle(&[1], ""));
    exchange.tend_harvests().await.unwrap();
    assert_eq!(world.other.asked(), 0, "who is paused is left alone");
    exchange.change_harvest(&world.steward, world.id, HarvestChange::Resume).await.unwrap();
    assert!(matches!(world.after(0).await.outcome, Outcome::Proposed(ProposalId { .. })));
    let address = exchange.harvest(&world.steward, world.id).await.unwrap().0.address;
    let again = exchange.add_harvest(&world.steward, &wanted(&address)).await.unwrap_err();
    assert!(matches!(again, ExchangeError::AlreadyHarvested));
    let wrong =
        NewHarvest { title: String::new(), every_hours: 0, mail: "ingen".to_owned(), ..wanted("file:///etc/passwd") };
    let ExchangeError::Invalid(fields) = exchange.add_harvest(&world.steward, &wrong).await.unwrap_err() else {
        panic!("it is taken")
    };
    let fields: Vec<&str> = fields.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["title", "address", "every", "mail"]);
}
