//! Taking a service into use through the whole program: what the authorisation server rejects before, it
//! gives after, and to the class that was granted.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use varde_core::{Actor, LoginLevel, PersonId, Role, identifier::OrganisationNumber};
use varde_onboarding::{Answer, Mailbox, NewOrder, NewTerms, OrderId, Reported, Service, State};

use crate::{
    delegation::{Caller, client, command_line, number, people, post},
    house::site::Site,
};

const API: &str = "helse:person";
const SOME: &str = "helse:person/begrenset";
const ALL: &str = "helse:person/full";
/// What everybody is promised.
const AT_ONCE: Duration = Duration::from_secs(5);

fn organisations() -> [OrganisationNumber; 3] {
    [number(31_000_000), number(31_000_003), number(31_000_007)]
}

struct World {
    site: Site,
    leader: Actor,
    handler: Actor,
    caller: Caller,
}

impl World {
    async fn new() -> Self {
        let site = Site::open().await;
        let [clinic, _, owner] = organisations();
        let leader = Actor::citizen(people(&site.app, organisations()).await, LoginLevel::High);
        let services = site.app.services();
        let api = json!({
            "audience": API, "owner": owner, "name": "Person", "needs_terms": true,
            "scopes": { SOME: {}, ALL: {} }, "claims": ["orgnr_parent"],
        });
        let api = serde_json::from_value(api).unwrap();
        site.app.authorisation().register_api(&command_line(), &api).await.unwrap();
        services.onboarding.register(&command_line(), &service(owner)).await.unwrap();
        let terms = json!({
            "text": { "nb": "Vilkår.", "nn": "Vilkår.", "en": "Terms." }, "applies_from": "2020-01-01T00:00:00Z",
        });
        let terms: NewTerms = serde_json::from_value(terms).unwrap();
        services.onboarding.publish_terms(&command_line(), &service(owner).id, &terms).await.unwrap();
        let caller = client(&site.app, clinic, "single-tenant", &format!("{SOME} {ALL}")).await;
        let owner = services.basedata.organisation_by_number(&command_line(), owner).await.unwrap().unwrap();
        let handler = PersonId::from_uuid(uuid::Uuid::from_u128(7));
        let handler = Actor::employee(handler, LoginLevel::High, owner, [Role::Handler]);
        Self { site, leader, handler, caller }
    }

    /// What the token endpoint says to the clinic's client, which asks for both scopes.
    async fn token(&self) -> Value {
        let router = self.site.app.router();
        let both = format!("{SOME} {ALL}");
        let form = || self.caller.form(None, &[("grant_type", "client_credentials"), ("scope", &both)]);
        let (first, nonce) = post(&router, "/connect/token", form(), Some(self.caller.proof(None))).await;
        if first["error"] != "use_dpop_nonce" {
            return first;
        }
        post(&router, "/connect/token", form(), Some(self.caller.proof(Some(&nonce)))).await.0
    }

    /// An order of the clinic's that waits for its owner.
    async fn sent(&self, class: &str) -> OrderId {
        let new = json!({
            "service": "persontjenesten", "organisation": organisations()[0],
            "wanted": {
                "class": class, "basis": { "law": "folkeregisterloven", "section": "§ 10-2" },
                "need": "Riktige adresser.", "contact": { "email": "kari@example.org", "language": "en" },
            },
        });
        let new: NewOrder = serde_json::from_value(new).unwrap();
        let onboarding = &self.site.app.services().onboarding;
        let id = onboarding.begin(&self.leader, &new).await.unwrap().id;
        onboarding.accept_terms(&self.leader, id, 1).await.unwrap();
        onboarding.submit(&self.leader, id).await.unwrap();
        id
    }

    async fn grant(&self, id: OrderId, class: &str) -> Instant {
        let yes = Answer::Grant { class: class.parse().unwrap(), reason: String::new() };
        let begun = Instant::now();
        self.site.app.services().onboarding.decide(&self.handler, id, &yes).await.unwrap();
        begun
    }
}

fn service(owner: OrganisationNumber) -> Service {
    let class = |id: &str, scopes: &[&str]| {
        json!({
            "id": id, "title": { "nb": id, "nn": id, "en": id }, "description": { "nb": id, "nn": id, "en": id },
            "bases": [{ "law": "folkeregisterloven", "section": "§ 10-2" }], "scopes": scopes,
        })
    };
    let text = json!({ "nb": "Persontjenesten", "nn": "Persontenesta", "en": "The person service" });
    let service = json!({
        "id": "persontjenesten", "owner": owner, "audiences": [API], "title": text, "description": text,
        "contact": { "email": "eier@example.org" },
        "classes": [class("begrenset", &[SOME]), class("full", &[SOME, ALL])],
    });
    serde_json::from_value(service).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_into_use_is_no_longer_rejected_and_only_so_far_as_it_was_granted() {
    let world = World::new().await;
    let onboarding = &world.site.app.services().onboarding;
    assert_eq!(world.token().await["error"], "invalid_scope", "nothing is ordered");
    let id = world.sent("begrenset").await;
    assert_eq!(world.token().await["error"], "invalid_scope", "accepted, and not granted");

    let begun = world.grant(id, "begrenset").await;
    let answer = world.token().await;
    assert!(begun.elapsed() < AT_ONCE, "it took {:?}", begun.elapsed());
    assert_eq!((answer["scope"].as_str(), answer["rejected_scope"].as_str()), (Some(SOME), Some(ALL)), "{answer}");

    let begun = Instant::now();
    onboarding.end(&world.leader, id).await.unwrap();
    assert_eq!(world.token().await["error"], "invalid_scope", "ended");
    assert!(begun.elapsed() < AT_ONCE, "it took {:?}", begun.elapsed());

    let id = world.sent("full").await;
    world.grant(id, "full").await;
    let answer = world.token().await;
    assert!(answer["access_token"].is_string() && answer["rejected_scope"].is_null(), "{answer}");
    let reporter = command_line();
    let client = world.caller.id.to_string();
    let reported = onboarding.report_tested(&reporter, organisations()[0], API, &client).await.unwrap();
    assert_eq!(reported, Reported::Now(State::Tested));
    onboarding.go_live(&world.leader, id).await.unwrap();
    assert!(world.token().await["rejected_scope"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demonstration_keeps_its_mail_for_everybody_to_read() {
    let world = World::new().await;
    let stop = tokio_util::sync::CancellationToken::new();
    let beside = tokio::spawn(world.site.app.background(stop.clone()));
    let id = world.sent("full").await;
    world.grant(id, "full").await;
    let mailbox = Mailbox::new(&world.site.app.foundation().store);
    let begun = Instant::now();
    while mailbox.newest().await.unwrap().len() < 3 {
        assert!(begun.elapsed() < Duration::from_secs(20), "the mail does not come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let page =
        world.site.send(axum::http::Request::get("/demo/postkasse").body(axum::body::Body::empty()).unwrap()).await;
    assert!(page.body.contains("Access to The person service is granted"), "{}", page.body);
    stop.cancel();
    beside.await.unwrap();
}
