//! Every use, for both parties, with proof.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::StreamExt as _;
use http::StatusCode;
use tower::ServiceExt as _;
use uuid::Uuid;
use varde_core::{Actor, Clock as _, Component, LoginLevel};
use varde_delegation::{DelegationError, DelegationId, Delegations, Use, UseId, UseKind, Used};
use varde_ledger::{Policy, SecretKey, key::KeyKind};
use varde_policy::Refusal;
use varde_store::{
    Failure,
    log::Sequencer,
    outbox::{self, Event, Reaction},
};
use varde_web::testing::visit;

use crate::{
    site::site,
    world::{
        CLINIC, DEPARTMENT, OTHER_SUPPLIER, SUPPLIER, SUPPLIERS_LEADER, World, leader, number, person, right, server,
    },
};

/// A use, proven by some entry that is on the log.
async fn used(world: &World, n: u128) -> Use {
    let sql = "SELECT id FROM log.entry WHERE kind = 'delegation.right.granted' LIMIT 1";
    let entry: Uuid = sqlx::query_scalar(sql).fetch_one(&mut world.database.owner().await).await.unwrap();
    Use {
        id: UseId::from_uuid(Uuid::from_u128(n)),
        kind: UseKind::Token,
        at: world.database.clock().now(),
        client: Uuid::from_u128(7),
        client_name: "Journalen <på nett>".to_owned(),
        audience: "nhn:test".to_owned(),
        scope: "nhn:test/read".to_owned(),
        child: Some(number(DEPARTMENT)),
        entry: varde_core::EntryId::from_uuid(entry),
    }
}

/// Whether it is new.
async fn recorded(
    service: &Delegations,
    actor: &Actor,
    delegation: DelegationId,
    one: &Use,
) -> Result<bool, DelegationError> {
    let used = Used { delegations: vec![delegation], one: one.clone() };
    Ok(service.record_uses(actor, &[used]).await? == 1)
}

#[tokio::test]
async fn told_twice_it_is_one_use_and_both_parties_see_it() {
    let world = World::new().await;
    let service = &world.service;
    let given = service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    let other = service.grant(&leader(), &right(CLINIC, OTHER_SUPPLIER)).await.unwrap();
    let first = used(&world, 1).await;
    assert!(recorded(service, &server(), given.id, &first).await.unwrap());
    assert!(!recorded(service, &server(), given.id, &first).await.unwrap(), "the same once more");
    assert_eq!(world.count("SELECT count(*) FROM log.entry WHERE kind = 'delegation.use.recorded'").await, 1);
    world.later(60);
    for n in 2..40 {
        assert!(recorded(service, &server(), given.id, &used(&world, n).await).await.unwrap());
    }
    let them = person(SUPPLIERS_LEADER, LoginLevel::Substantial);
    for (actor, party) in [(leader(), CLINIC), (them.clone(), SUPPLIER)] {
        let uses = service.uses(&actor, number(party), given.id, None).await.unwrap();
        let total = uses.total.unwrap();
        assert_eq!((total.uses, total.last_at), (39, world.database.clock().now()));
        assert_eq!((uses.rows.len(), uses.rows[0].id.uuid().as_u128(), uses.more), (25, 39, true));
        let older = service.uses(&actor, number(party), given.id, Some(uses.rows[24].id)).await.unwrap();
        assert_eq!((older.rows.len(), older.rows.last(), older.more), (14, Some(&first), false));
        let parties = service.parties(&actor, number(party), None).await.unwrap();
        assert_eq!(parties.totals[&given.id].uses, 39);
        assert!(!parties.totals.contains_key(&other.id), "the other was never used");
    }
    let outside = service.uses(&them, number(OTHER_SUPPLIER), given.id, None).await.unwrap_err();
    assert!(matches!(outside, DelegationError::NotFound), "{outside:?}");
    let refused = service.uses(&them, number(CLINIC), given.id, None).await.unwrap_err();
    assert!(Refusal::within(&refused).is_some());
    for actor in [leader(), Actor::anonymous(), Actor::system(Component::CommandLine)] {
        let refused = recorded(service, &actor, given.id, &used(&world, 90).await).await.unwrap_err();
        assert!(Refusal::within(&refused).is_some(), "nobody makes uses up");
    }
    let nowhere = DelegationId::from_uuid(Uuid::nil());
    assert!(recorded(service, &server(), nowhere, &used(&world, 91).await).await.is_err(), "no such delegation");

    service.revoke(&leader(), given.id, number(CLINIC), None).await.unwrap();
    let after = service.uses(&leader(), number(CLINIC), given.id, None).await.unwrap();
    assert_eq!(after.total.unwrap().uses, 39, "what was used stays to be seen");
}

#[tokio::test]
async fn a_use_is_proven_by_the_log_without_us() {
    let world = World::new().await;
    let service = &world.service;
    let given = service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    let one = used(&world, 1).await;
    recorded(service, &server(), given.id, &one).await.unwrap();
    let secret = SecretKey::generate("varde.test/log", KeyKind::Log, world.store.randomness()).unwrap();
    let trust = Policy::trusting(secret.public().clone());
    Sequencer::new(&world.store, Arc::new(secret)).catch_up().await.unwrap();
    let site = site(&world);
    for (who, party) in [("leader", CLINIC), ("supplier", SUPPLIER)] {
        let one_page = format!("/delegering/{}/{}", number(party), given.id);
        let page = visit(&site, who, "nb", &one_page, None).await;
        let proof = format!("{one_page}/bruk/{}/bevis", one.id);
        assert!(page.text.contains(&proof) && page.text.contains(&one.entry.to_string()));
        assert!(page.text.contains("Journalen &#60;på nett&#62;"), "a client's name is shown as it is");
        assert!(page.text.contains("Fjordgløtt, avdeling nord") && page.text.contains("Brukt én gang"));
        let file = visit(&site, who, "nb", &proof, None).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.header("content-disposition").ends_with(".tlog-proof\""));
        varde_ledger::check(&file.text, None, &trust).unwrap();
        let api = format!("/api/delegation/organisations/{}/rights/{}/uses", number(party), given.id);
        let read = visit(&site, who, "nb", &api, None).await;
        assert!(read.text.contains("\"uses\":1") && read.text.contains("\"more\":false"), "{}", read.text);
        assert_eq!(visit(&site, who, "nb", &format!("{api}/{}/proof", one.id), None).await.text, file.text);
        let other = format!("{one_page}/bruk/{}/bevis", Uuid::nil());
        assert_eq!(visit(&site, who, "nb", &other, None).await.status, StatusCode::NOT_FOUND);
    }
    let foreign = format!("/delegering/{}/{}/bruk/{}/bevis", number(CLINIC), given.id, one.id);
    assert_eq!(visit(&site, "supplier", "nb", &foreign, None).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_use_comes_to_an_open_page_by_itself() {
    let world = World::new().await;
    let given = world.service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    let mut watch = world.service.watch(&leader(), number(CLINIC), given.id).await.unwrap();
    assert!(watch.look().await.unwrap().unwrap().rows.is_empty(), "first what there is");
    assert!(watch.look().await.unwrap().is_none(), "then nothing new");
    recorded(&world.service, &server(), given.id, &used(&world, 1).await).await.unwrap();
    assert_eq!(watch.look().await.unwrap().unwrap().rows.len(), 1);
    assert!(watch.look().await.unwrap().is_none());

    let path = format!("/delegering/{}/{}/bruk", number(CLINIC), given.id);
    let request = http::Request::get(&path).header("authorization", "Test leader").body(axum::body::Body::empty());
    let response = site(&world).oneshot(request.unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body().into_data_stream();
    let first = String::from_utf8(body.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(first.contains("data:") && first.contains("Brukt én gang"), "{first}");
    recorded(&world.service, &server(), given.id, &used(&world, 2).await).await.unwrap();
    let second = String::from_utf8(body.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(second.contains("Brukt 2 ganger"), "{second}");
}

/// Writes down what the events tell, as the program's reaction does: what waits together.
struct Crowd {
    service: Delegations,
    used: Vec<Used>,
    works: AtomicUsize,
}

#[async_trait::async_trait]
impl Reaction for Crowd {
    fn name(&self) -> &'static str {
        "crowd"
    }

    fn event(&self) -> &'static str {
        "oauth.delegation.used"
    }

    async fn react(&self, event: &Event) -> Result<(), Failure> {
        self.react_together(std::slice::from_ref(event)).await
    }

    fn at_once(&self) -> u16 {
        128
    }

    async fn react_together(&self, events: &[Event]) -> Result<(), Failure> {
        self.works.fetch_add(1, Ordering::Relaxed);
        let told = events.iter().map(|event| Ok(self.used[event.payload::<usize>()?].clone()));
        self.service.record_uses(&server(), &told.collect::<Result<Vec<_>, Failure>>()?).await?;
        Ok(())
    }
}

const USES: usize = 400;

#[tokio::test]
async fn hundreds_at_once_are_seen_within_five_seconds_each_with_its_entry_and_proof() {
    let world = World::new().await;
    let service = &world.service;
    let given = service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    let other = service.grant(&leader(), &right(CLINIC, OTHER_SUPPLIER)).await.unwrap();
    let mut all = Vec::new();
    for n in 0..USES {
        // Some were opened by two delegations, as a token with two scopes may be.
        let delegations = if n % 4 == 0 { vec![given.id, other.id] } else { vec![given.id] };
        all.push(Used { delegations, one: used(&world, n as u128 + 1).await });
    }
    let mut work = world.store.context(&varde_delegation::CONTEXT).begin(&server()).await.unwrap();
    work.emit_each("oauth.delegation.used", &(0..USES).collect::<Vec<_>>()).await.unwrap();
    // One of them is told twice.
    work.emit("oauth.delegation.used", &0).await.unwrap();
    let entered = work.enter(varde_ledger::Draft::new("test.uses.told", "uses", "*")).await.unwrap();
    work.commit(entered).await.unwrap();

    let mut watch = service.watch(&leader(), number(CLINIC), given.id).await.unwrap();
    assert!(watch.look().await.unwrap().unwrap().rows.is_empty(), "an open page shows none yet");
    let crowd = Arc::new(Crowd { service: service.clone(), used: all.clone(), works: AtomicUsize::new(0) });
    let begun = world.database.clock().now();
    let everything = async {
        loop {
            if let Some(uses) = watch.look().await.unwrap()
                && uses.total.is_some_and(|total| total.uses == USES as u64)
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            world.database.clock().advance(Duration::from_millis(50));
        }
    };
    outbox::run(world.store.clone(), vec![crowd.clone() as _], outbox::Settings::default(), everything).await;
    let took = world.database.clock().now().duration_since(begun);
    assert!(took <= jiff::SignedDuration::from_secs(5), "the open page shows them after {took:#}");
    let works = crowd.works.load(Ordering::Relaxed);
    assert!(works <= 5, "{works} units of work for {USES} uses");

    assert_eq!(world.count("SELECT count(*) FROM log.entry WHERE kind = 'delegation.use.recorded'").await, 400);
    let distinct = "SELECT count(DISTINCT resource) FROM log.entry WHERE kind = 'delegation.use.recorded'";
    assert_eq!(world.count(distinct).await, 400, "each has an entry of its own");
    let parties = service.parties(&leader(), number(CLINIC), None).await.unwrap();
    assert_eq!((parties.totals[&given.id].uses, parties.totals[&other.id].uses), (400, 100));
    let secret = SecretKey::generate("varde.test/log", KeyKind::Log, world.store.randomness()).unwrap();
    let trust = Policy::trusting(secret.public().clone());
    Sequencer::new(&world.store, Arc::new(secret)).catch_up().await.unwrap();
    for used in all.iter().step_by(37) {
        let proof = service.use_proof(&leader(), number(CLINIC), given.id, used.one.id).await.unwrap();
        varde_ledger::check(&proof.to_string(), None, &trust).unwrap();
    }
}

#[tokio::test]
async fn one_that_cannot_be_written_takes_no_other_of_the_crowd_with_it() {
    let world = World::new().await;
    let given = world.service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    let nowhere = DelegationId::from_uuid(Uuid::nil());
    let good = Used { delegations: vec![given.id], one: used(&world, 1).await };
    let bad = Used { delegations: vec![nowhere], one: used(&world, 2).await };
    assert!(world.service.record_uses(&server(), &[good.clone(), bad]).await.is_err());
    assert_eq!(world.count("SELECT count(*) FROM delegation.delegation_use").await, 0, "all or none");
    assert_eq!(world.service.record_uses(&server(), &[good.clone(), good]).await.unwrap(), 1, "told twice at once");
    assert_eq!(world.count("SELECT count(*) FROM log.entry WHERE kind = 'delegation.use.recorded'").await, 1);
}
