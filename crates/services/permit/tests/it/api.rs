//! The open JSON routes and the pages of the register, without and with the shell around them.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use axum::{Router, body::Body};
use http::{Request, StatusCode};
use varde_core::{Actor, CataloguePath, LocalisedText, LoginLevel, OrganisationId, PersonId, Role};
use varde_permit::{Names, PublicKeys, routes};
use varde_web::{
    Web, WebConfig,
    testing::{self, ByName, faults_in_texts},
};

use crate::{permit, register};

/// Knows the first permit's holder and its variable.
struct Known;

#[async_trait]
impl Names for Known {
    async fn organisations(&self, _: &Actor, _: &[OrganisationId]) -> BTreeMap<OrganisationId, String> {
        [(permit(1).holder, "Universitetet i Vardøy".to_owned())].into()
    }

    async fn variables(&self, _: &Actor, paths: &[CataloguePath]) -> BTreeMap<CataloguePath, LocalisedText> {
        paths.iter().map(|path| (path.clone(), LocalisedText::bokmaal("Hovedtilstand"))).collect()
    }
}

async fn ask(router: &Router, request: Request<Body>) -> (StatusCode, String) {
    let page = testing::send(router, request).await;
    (page.status, page.text)
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn everybody_can_read_the_register_and_check_a_seal() {
    let (_database, register) = register::register().await;
    let issued = register.issue(&register::flows(), &permit(1)).await.unwrap();
    let mut router = Router::new();
    let _routes = routes(Arc::new(register), Arc::new(Known)).map_router(|made| {
        router = made.clone();
        made
    });

    let (status, listed) = ask(&router, get("/api/permits")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(listed.contains(&permit(1).title) && !listed.contains(&permit(1).persons[0].to_string()));
    let (status, _) = ask(&router, get(&format!("/api/permits/{}", permit(1).id))).await;
    assert_eq!(status, StatusCode::OK);
    for missing in [format!("/api/permits/{}", permit(2).id), "/api/permits/nonsense".to_owned()] {
        assert_eq!(ask(&router, get(&missing)).await.0, StatusCode::NOT_FOUND);
    }

    let (_, keys) = ask(&router, get("/api/permits/keys")).await;
    let keys = PublicKeys::from_jwks(&serde_json::from_str(&keys).unwrap()).unwrap();
    assert_eq!(keys.open::<varde_permit::Permit>(&issued.sealed).unwrap(), permit(1));
    let check = |text: String| Request::post("/api/permits/verification").body(Body::from(text)).unwrap();
    assert_eq!(ask(&router, check(issued.sealed.clone())).await.0, StatusCode::OK);
    let broken = issued.sealed.replacen("ey", "eZ", 2);
    assert_eq!(ask(&router, check(broken)).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn everybody_can_read_the_register_as_pages() {
    let (database, register) = register::register().await;
    let (store, register) = (database.simulated(), Arc::new(register));
    let site = |register: &Arc<varde_permit::Register>| {
        let config = WebConfig::new("http://varde.test".parse().unwrap());
        let routes = routes(Arc::clone(register), Arc::new(Known));
        Web::new(config, &store).routes(routes).texts(varde_permit::TEXTS).router()
    };
    let (_, empty) = ask(&site(&register), get("/tillatelser")).await;
    assert!(empty.contains("Ingen tillatelser ennå"));

    for seed in 1..=60 {
        let mut one = permit(seed);
        one.title = format!("Prosjekt nummer {seed}");
        register.issue(&register::flows(), &one).await.unwrap();
    }
    let router = site(&register);
    let (status, first) = ask(&router, get("/tillatelser")).await;
    assert_eq!((status, first.matches("<th scope=\"row\">").count()), (StatusCode::OK, 50));
    assert!(first.contains("/tillatelser?side=2") && first.contains("60 tillatelser."));
    let (_, last) = ask(&router, get("/tillatelser?side=999")).await;
    assert_eq!(last.matches("<th scope=\"row\">").count(), 10);
    let (_, found) = ask(&router, get("/tillatelser?q=nummer+7%20VARD%C3%98Y")).await;
    assert!(found.contains("Ingen tillatelser passer"), "only the first permit's holder has a name");
    let (_, found) = ask(&router, get("/tillatelser?q=nummer+1%20VARD%C3%98Y")).await;
    assert!(found.contains("Universitetet i Vardøy") && found.contains("Én tillatelse."));

    let (status, page) = ask(&router, get(&format!("/tillatelser/{}", permit(1).id))).await;
    assert_eq!(status, StatusCode::OK);
    for shown in ["Hovedtilstand", "De første 3 tegnene", "helseregisterloven § 19 a", "Gjelder"] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains(&permit(1).persons[0].to_string()), "no person is named");
    for missing in [permit(99).id.to_string(), "tull".to_owned()] {
        let (status, page) = ask(&router, get(&format!("/tillatelser/{missing}"))).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(page.contains("Det finnes ingen slik tillatelse."));
    }
}

/// The first permit's handler, or a handler of another body.
fn named(name: &str) -> Option<Actor> {
    let body = match name {
        "handler" => permit(1).access_body,
        "stranger" => permit(1).holder,
        _ => return None,
    };
    let person = PersonId::from_uuid(permit(1).decision.uuid());
    Some(Actor::employee(person, LoginLevel::High, body, [Role::Handler]))
}

#[tokio::test]
async fn the_body_that_decided_revokes_with_a_reason_and_a_yes_that_is_meant() {
    let (database, register) = register::register().await;
    let (store, register) = (database.simulated(), Arc::new(register));
    let id = register.issue(&register::flows(), &permit(1)).await.unwrap().permit.id;
    let router = Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &store)
        .routes(routes(Arc::clone(&register), Arc::new(Known)))
        .texts(varde_permit::TEXTS)
        .authenticator(Arc::new(ByName(named)))
        .router();
    let page = format!("/tillatelser/{id}/trekk-tilbake");
    let send = async |who: &str, method: &str, path: &str, body: &str, language: &str| {
        let page = testing::request(&router, who, language, method, path, body).await;
        (page.status, page.text)
    };
    let (_, shown) = send("nobody", "GET", &format!("/tillatelser/{id}"), "", "nb").await;
    assert!(!shown.contains("trekk-tilbake"), "nobody is shown what they may not do");
    let (_, shown) = send("handler", "GET", &format!("/tillatelser/{id}"), "", "nb").await;
    assert!(shown.contains(&page), "{shown}");
    assert_eq!(send("stranger", "GET", &page, "", "nb").await.0, StatusCode::FORBIDDEN);
    for language in ["nb", "nn", "en"] {
        let (status, asked) = send("handler", "GET", &page, "", language).await;
        assert!(status == StatusCode::OK && !asked.contains(">permit-"), "{language}: {asked}");
    }
    let (status, asked) = send("handler", "POST", &page, "reason=+&confirmed=yes", "nb").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.contains("Skriv hvorfor tillatelsen trekkes tilbake"), "{asked}");
    let (status, asked) = send("handler", "POST", &page, "reason=Data+p%C3%A5+avveier", "nb").await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && asked.contains("Data på avveier"), "what was typed stays");
    let (_, asked) = send("handler", "POST", &page, "", "nb").await;
    let both = asked.contains("id=\"e-reason\"") && asked.contains("id=\"e-confirmed\"");
    assert!(both, "all that is wrong is told at once: {asked}");
    let api = format!("/api/permits/{id}/revocation");
    let unconfirmed = send("handler", "POST", &api, r#"{"reason":"r","confirmed":false}"#, "en").await;
    assert!(unconfirmed.0 == StatusCode::UNPROCESSABLE_ENTITY && unconfirmed.1.contains("permit.not_confirmed"));
    assert_eq!(register.published_one(id).await.unwrap().revoked_at, None, "nothing has happened yet");

    let (status, _) = send("handler", "POST", &page, "reason=Data+p%C3%A5+avveier&confirmed=yes", "nb").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, shown) = send("handler", "GET", &format!("/tillatelser/{id}"), "", "nb").await;
    assert!(shown.contains("Trukket tilbake") && !shown.contains(&page) && !shown.contains("avveier"), "{shown}");
    assert!(send("handler", "GET", &page, "", "nb").await.1.contains("trukket tilbake allerede"));
    let again = send("handler", "POST", &api, r#"{"reason":"r","confirmed":true}"#, "en").await;
    assert!(again.0 == StatusCode::CONFLICT && again.1.contains("permit.revoked"), "{}", again.1);
    let issued = register.of_application(&register::flows(), permit(1).application).await.unwrap().unwrap();
    assert_eq!(issued.revoked.map(|(_, why)| why).as_deref(), Some("Data på avveier"));
}

#[test]
fn the_texts_are_complete_and_used() {
    assert_eq!(faults_in_texts(env!("CARGO_MANIFEST_DIR"), [varde_permit::TEXTS]), Vec::<String>::new());
}
