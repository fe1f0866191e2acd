//! The same check in an API of its own: another program that knows the issuer's addresses and nothing
//! of its tables.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use axum::{
    Extension, Json, Router,
    body::{Body, to_bytes},
    extract::State,
    http::{Request, StatusCode},
    middleware::from_fn_with_state,
    response::IntoResponse,
    routing::get,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt as _;
use url::Url;
use varde_core::Randomness;
use varde_jose::{Algorithm, KeySet, SigningKey};
use varde_oauth::{
    fault::Code,
    resource::{
        AccessToken, KeySource, Refused, ResourceServer, Trust, guard,
        remote::{Asker, Introspection, OneProcess, PublishedKeys},
    },
};

use crate::world::{Client, ISSUER, READ, WRITE, World};

const ADDRESS: &str = "https://prover.test";

/// Serves on a port of this machine until the test ends.
async fn serve(router: Router) -> Url {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn tests(Extension(token): Extension<AccessToken>) -> Result<Json<Value>, Refused> {
    token.needs(&READ.parse().unwrap())?;
    Ok(Json(json!({ "client": token.client, "parent": token.acting_for.map(|a| a.parent) })))
}

/// An API for `helse:prover` that trusts the world's server.
async fn api(world: &World, owner: &Client) -> Router {
    let issuer = serve(world.instance.router.clone()).await;
    let clock = Arc::new(world.database.clock().clone());
    let keys = issuer.join("/.well-known/openid-configuration/jwks").unwrap();
    let asker = Asker {
        issuer: ISSUER.to_owned(),
        address: issuer.join("/connect/introspect").unwrap(),
        client: owner.id,
        key: owner.key.clone(),
    };
    let standing = Introspection::new(asker, Arc::clone(&clock) as _, Randomness::seeded(5)).unwrap();
    let server = ResourceServer::new(Trust {
        issuer: ISSUER.to_owned(),
        audience: "helse:prover".to_owned(),
        address: format!("{ADDRESS}/"),
        keys: Arc::new(PublishedKeys::at(keys, Arc::clone(&clock) as _).unwrap()),
        standing: Some(Arc::new(standing)),
        replays: Arc::new(OneProcess::new(Arc::clone(&clock) as _)),
        clock,
    });
    let routes = Router::new().route("/tests", get(tests)).layer(from_fn_with_state(Arc::new(server), guard));
    Router::new().nest("/v1", routes)
}

async fn send(api: &Router, headers: &[(&str, String)]) -> (u16, String, Value) {
    let mut request = Request::get("/v1/tests?x=1");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let response = api.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let told = response.headers().get("www-authenticate").map_or("", |told| told.to_str().unwrap()).to_owned();
    let body = to_bytes(response.into_body(), 1 << 16).await.unwrap();
    (status, told, serde_json::from_slice(&body).unwrap())
}

fn with(client: &Client, token: &str) -> [(&'static str, String); 2] {
    let proof = client.proof_at(("GET", &format!("{ADDRESS}/v1/tests")), token, |_, _| {});
    [("authorization", format!("DPoP {token}")), ("dpop", proof)]
}

#[tokio::test]
async fn an_api_of_its_own_takes_tokens_by_the_issuers_addresses_alone() {
    let world = World::new().await;
    let (client, owner) = (world.single().await, world.single().await);
    let api = api(&world, &owner).await;
    let token = world.instance.token(&client, None, &[]).await.access_token().to_owned();
    let sent = with(&client, &token);
    let (status, _, body) = send(&api, &sent).await;
    assert_eq!((status, &body["client"]), (200, &json!(client.id.to_string())), "{body}");
    let (status, told, body) = send(&api, &sent).await;
    assert_eq!((status, &body["error"]), (401, &json!("invalid_dpop_proof")), "the same proof again");
    assert!(told.starts_with("DPoP error=\"invalid_dpop_proof\""), "{told}");
    let (status, told, _) = send(&api, &[]).await;
    assert_eq!((status, told.starts_with("DPoP algs=")), (401, true), "{told}");
    let bearer = [("authorization", format!("Bearer {token}"))];
    assert_eq!(send(&api, &bearer).await.2["error"], "invalid_token");
}

#[tokio::test]
async fn what_the_token_does_not_open_stays_closed() {
    let world = World::new().await;
    let owner = world.single().await;
    let client = world.client(varde_oauth::Tenancy::SingleTenant, &[WRITE], Algorithm::Es256).await;
    let api = api(&world, &owner).await;
    let token = world.instance.token(&client, None, &[]).await.access_token().to_owned();
    let (status, told, body) = send(&api, &with(&client, &token)).await;
    assert_eq!((status, &body["error"]), (403, &json!("insufficient_scope")));
    assert!(told.ends_with(&format!("scope=\"{READ}\"")), "{told}");
}

#[tokio::test]
async fn a_token_that_was_ended_is_refused_within_two_seconds() {
    let world = World::new().await;
    let (client, owner) = (world.single().await, world.single().await);
    let api = api(&world, &owner).await;
    let token = world.instance.token(&client, None, &[]).await.access_token().to_owned();
    assert_eq!(send(&api, &with(&client, &token)).await.0, 200);
    let form = client.form(client.assertion(|_, _| {}), &[("token", &token)]);
    assert_eq!(world.instance.post("/connect/revocation", &form, &[]).await.status, 200);
    assert_eq!(send(&api, &with(&client, &token)).await.0, 200, "the answer before is still believed");
    world.pass(2);
    assert_eq!(send(&api, &with(&client, &token)).await.2["error"], "invalid_token");
    assert_eq!(world.database.entries("oauth.token.introspected").await.len(), 2, "asked once in two seconds");
}

/// A place where keys are published, as the test says.
#[derive(Clone, Default)]
struct Place {
    asked: Arc<AtomicU32>,
    body: Arc<Mutex<Option<Vec<u8>>>>,
}

impl Place {
    fn publish(&self, keys: &[&SigningKey]) {
        let keys: Vec<_> = keys.iter().map(|key| Value::Object(key.public().to_jwk())).collect();
        *self.body.lock().unwrap() = Some(json!({ "keys": keys }).to_string().into_bytes());
    }

    async fn source(&self, clock: varde_core::SimulatedClock) -> PublishedKeys {
        let published = async |State(place): State<Self>| {
            place.asked.fetch_add(1, Ordering::Relaxed);
            let body = place.body.lock().unwrap().clone();
            body.map_or(StatusCode::SERVICE_UNAVAILABLE.into_response(), IntoResponse::into_response)
        };
        let address = serve(Router::new().route("/", get(published)).with_state(self.clone())).await;
        PublishedKeys::at(address, Arc::new(clock)).unwrap()
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }
}

fn has(keys: &KeySet, key: &SigningKey) -> bool {
    keys.keys().any(|known| known.id() == Some(key.id()))
}

#[tokio::test]
async fn keys_are_kept_and_fetched_again_for_a_name_that_is_new() {
    let clock = varde_core::SimulatedClock::new("2026-11-22T12:00:00Z".parse().unwrap());
    let pass = |seconds| clock.advance(std::time::Duration::from_secs(seconds));
    let (place, old, new) = (
        Place::default(),
        SigningKey::generate(Algorithm::Es256).unwrap(),
        SigningKey::generate(Algorithm::Es256).unwrap(),
    );
    place.publish(&[&old]);
    let source = place.source(clock.clone()).await;
    for _ in 0..3 {
        assert!(has(&source.keys(Some(old.id())).await.unwrap(), &old));
    }
    assert_eq!(place.asked(), 1);
    place.publish(&[&old, &new]);
    assert!(!has(&source.keys(Some(new.id())).await.unwrap(), &new), "asked a moment ago: not again at once");
    pass(31);
    assert!(has(&source.keys(Some(new.id())).await.unwrap(), &new));
    for _ in 0..100 {
        source.keys(Some("invented")).await.unwrap();
    }
    assert_eq!(place.asked(), 2, "invented names do not make us ask all the time");
    pass(3_601);
    source.keys(Some(new.id())).await.unwrap();
    assert_eq!(place.asked(), 3, "after an hour they are fetched anew");
}

#[tokio::test]
async fn keys_are_good_for_half_a_day_when_the_issuer_is_away() {
    let clock = varde_core::SimulatedClock::new("2026-11-22T12:00:00Z".parse().unwrap());
    let pass = |seconds| clock.advance(std::time::Duration::from_secs(seconds));
    let (place, key) = (Place::default(), SigningKey::generate(Algorithm::Es256).unwrap());
    let source = place.source(clock.clone()).await;
    assert_eq!(source.keys(None).await.unwrap_err().code, Code::TemporarilyUnavailable, "none yet");
    pass(31);
    for unusable in [&b"no JSON"[..], br#"{"keys":[]}"#, br#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#, &[b' '; 70_000]] {
        *place.body.lock().unwrap() = Some(unusable.to_vec());
        assert!(source.keys(None).await.is_err(), "{} bytes", unusable.len());
        pass(31);
    }
    place.publish(&[&key]);
    assert!(has(&source.keys(None).await.unwrap(), &key));
    *place.body.lock().unwrap() = None;
    pass(11 * 3_600);
    assert!(has(&source.keys(None).await.unwrap(), &key), "the issuer is away");
    pass(3_601);
    assert!(source.keys(None).await.is_err(), "who knows which keys are good by now");
    place.publish(&[&key]);
    pass(31);
    assert!(has(&source.keys(None).await.unwrap(), &key));
}
