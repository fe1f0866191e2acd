//! Every use, for both parties, with proof.

use std::sync::Arc;

use futures::StreamExt as _;
use http::StatusCode;
use tower::ServiceExt as _;
use uuid::Uuid;
use varde_core::{Actor, Clock as _, Component, LoginLevel};
use varde_delegation::{DelegationError, DelegationId, Use, UseId, UseKind};
use varde_ledger::{Policy, SecretKey, key::KeyKind};
use varde_policy::Refusal;
use varde_store::log::Sequencer;

use crate::{
    site::{site, visit},
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

#[tokio::test]
async fn told_twice_it_is_one_use_and_both_parties_see_it() {
    let world = World::new().await;
    let service = &world.service;
    let given = service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    let other = service.grant(&leader(), &right(CLINIC, OTHER_SUPPLIER)).await.unwrap();
    let first = used(&world, 1).await;
    assert!(service.record_use(&server(), &[given.id], &first).await.unwrap());
    assert!(!service.record_use(&server(), &[given.id], &first).await.unwrap(), "the same once more");
    assert_eq!(world.count("SELECT count(*) FROM log.entry WHERE kind = 'delegation.use.recorded'").await, 1);
    world.later(60);
    for n in 2..40 {
        assert!(service.record_use(&server(), &[given.id], &used(&world, n).await).await.unwrap());
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
        let refused = service.record_use(&actor, &[given.id], &used(&world, 90).await).await.unwrap_err();
        assert!(Refusal::within(&refused).is_some(), "nobody makes uses up");
    }
    let nowhere = DelegationId::from_uuid(Uuid::nil());
    assert!(service.record_use(&server(), &[nowhere], &used(&world, 91).await).await.is_err(), "no such delegation");

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
    service.record_use(&server(), &[given.id], &one).await.unwrap();
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
    world.service.record_use(&server(), &[given.id], &used(&world, 1).await).await.unwrap();
    assert_eq!(watch.look().await.unwrap().unwrap().rows.len(), 1);
    assert!(watch.look().await.unwrap().is_none());

    let path = format!("/delegering/{}/{}/bruk", number(CLINIC), given.id);
    let request = http::Request::get(&path).header("authorization", "Test leader").body(axum::body::Body::empty());
    let response = site(&world).oneshot(request.unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body().into_data_stream();
    let first = String::from_utf8(body.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(first.contains("data:") && first.contains("Brukt én gang"), "{first}");
    world.service.record_use(&server(), &[given.id], &used(&world, 2).await).await.unwrap();
    let second = String::from_utf8(body.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(second.contains("Brukt 2 ganger"), "{second}");
}
