//! Keys that are read where a client publishes them.

use std::sync::{Arc, Mutex};

use axum::{Router, extract::State, response::IntoResponse, routing::get};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use varde_self_service::Reach;

use crate::{
    registry::set,
    world::{World, id, private_key, public_key},
};

/// What stands at the address, and how often it was read.
#[derive(Clone, Default)]
struct Shelf {
    body: Arc<Mutex<String>>,
    read: Arc<Mutex<u32>>,
}

impl Shelf {
    fn put(&self, keys: &[Value]) {
        *self.body.lock().unwrap() = json!({ "keys": keys }).to_string();
    }

    fn reads(&self) -> u32 {
        *self.read.lock().unwrap()
    }

    /// Serves it on this machine until the test ends.
    async fn open(&self) -> String {
        let app = Router::new()
            .route("/jwks", get(serve))
            .route("/videre", get(async || axum::response::Redirect::to("/jwks")))
            .route("/stor", get(async || "x".repeat(70_000)))
            .with_state(self.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        address
    }
}

async fn serve(State(shelf): State<Shelf>) -> impl IntoResponse {
    *shelf.read.lock().unwrap() += 1;
    shelf.body.lock().unwrap().clone()
}

#[tokio::test]
async fn keys_are_read_at_once_every_six_hours_and_when_an_unknown_one_comes() {
    let (world, shelf) = (World::new().await, Shelf::default());
    let (client, address) = (world.active().await, shelf.open().await);
    let page = format!("/klienter/klient/{client}");
    shelf.put(&[public_key("en")]);
    let form = [("address", &*format!("{address}/jwks"))];
    assert_eq!(world.post("vendor", &format!("{page}/adresse"), &form).await.location(), page);
    assert_eq!((world.registry.keys_of(id(&client)), shelf.reads()), (vec!["en".to_owned()], 1));
    assert_eq!(
        world.post("vendor", &format!("{page}/nokler"), &[("_jwk", &public_key("x").to_string())]).await.status,
        409
    );
    world.service.tend().await.unwrap();
    assert_eq!(shelf.reads(), 1, "not yet");
    shelf.put(&[public_key("en"), public_key("to")]);
    set(&world.registry.unknown_key, vec![id(&client)]);
    world.pass(30);
    world.service.tend().await.unwrap();
    assert_eq!(shelf.reads(), 1, "whoever knows a client id must not make us knock all the time");
    world.pass(60);
    world.service.tend().await.unwrap();
    assert_eq!((world.registry.keys_of(id(&client)).len(), shelf.reads()), (2, 2));
    set(&world.registry.unknown_key, Vec::new());
    world.pass(6 * 3600 + 1);
    world.service.tend().await.unwrap();
    assert_eq!(shelf.reads(), 3);
    shelf.put(&[public_key("tre")]);
    assert_eq!(world.post("vendor", &format!("{page}/adresse/les"), &[]).await.status, 303);
    assert_eq!(world.registry.keys_of(id(&client)), ["tre"]);
    assert_eq!(world.post("vendor", &format!("{page}/adresse/fjern"), &[]).await.status, 303);
    assert_eq!(world.post("vendor", &format!("{page}/adresse/fjern"), &[]).await.status, 404);
    assert_eq!(world.registry.keys_of(id(&client)), ["tre"], "they stay until somebody removes them");
}

#[tokio::test]
async fn what_is_wrong_at_the_address_is_told_and_changes_nothing() {
    let (world, shelf) = (World::new().await, Shelf::default());
    let (client, address) = (world.active().await, shelf.open().await);
    let set_address = async |path: &str| {
        let form = [("address", &*format!("{address}{path}"))];
        world.post("vendor", &format!("/klienter/klient/{client}/adresse"), &form).await
    };
    for (path, told) in
        [("/borte", "noe annet enn status 200"), ("/videre", "noe annet enn status 200"), ("/stor", "større enn 64 kB")]
    {
        let refused = set_address(path).await;
        assert_eq!(refused.status, 422, "{path}");
        assert!(refused.body.contains(told), "{told}: {}", refused.body);
    }
    let four: Vec<Value> = ["a", "b", "c", "d"].map(public_key).into();
    for (keys, told) in [
        (vec![private_key()], "ligger åpent på adressen"),
        (Vec::new(), "Ingen av nøklene der"),
        (four, "mer enn tre nøkler"),
    ] {
        shelf.put(&keys);
        let refused = set_address("/jwks").await;
        assert!(refused.body.contains(told), "{told}: {}", refused.body);
    }
    *shelf.body.lock().unwrap() = "<html>".to_owned();
    assert!(set_address("/jwks").await.body.contains("ikke et nøkkelsett"));
    assert!(world.registry.keys_of(id(&client)).is_empty());
    shelf.put(&[public_key("en")]);
    assert_eq!(set_address("/jwks").await.status, 303);
    shelf.put(&[private_key()]);
    world.pass(6 * 3600 + 1);
    world.service.tend().await.unwrap();
    let page = world.get("vendor", &format!("/klienter/klient/{client}")).await.body;
    assert!(page.contains("ligger åpent på adressen"), "{page}");
    assert_eq!(world.registry.keys_of(id(&client)), ["en"], "what was good stays");
}

#[tokio::test]
async fn outside_a_demonstration_the_inside_is_not_read() {
    let (world, shelf) = (World::reaching(Reach::Public).await, Shelf::default());
    let (client, address) = (world.active().await, shelf.open().await);
    for (wrong, told) in [
        (format!("{address}/jwks"), "må begynne med https://"),
        (address.replace("http:", "https:"), "et navn på det åpne nettet"),
        ("https://localhost/jwks".to_owned(), "et navn på det åpne nettet"),
        ("ftp://nokler.test/".to_owned(), "må begynne med https://"),
    ] {
        let form = [("address", wrong.as_str())];
        let refused = world.post("vendor", &format!("/klienter/klient/{client}/adresse"), &form).await;
        assert_eq!(refused.status, 422, "{wrong}");
        assert!(refused.body.contains(told), "{told}: {}", refused.body);
    }
    assert_eq!(shelf.reads(), 0);
}

#[tokio::test]
async fn two_instances_read_an_address_once_between_them_and_at_most_once_a_minute() {
    let (world, shelf) = (World::new().await, Shelf::default());
    let (client, address) = (world.active().await, shelf.open().await);
    let other = world.another();
    let both = async || {
        let (one, two) = tokio::join!(world.service.tend(), other.tend());
        one.and(two).unwrap();
    };
    shelf.put(&[public_key("en")]);
    let form = [("address", &*format!("{address}/jwks"))];
    world.post("vendor", &format!("/klienter/klient/{client}/adresse"), &form).await;
    assert_eq!(shelf.reads(), 1);
    // The client signs with a new key all the time, and both instances look every five seconds.
    shelf.put(&[public_key("en"), public_key("to")]);
    set(&world.registry.unknown_key, vec![id(&client)]);
    let mut reads = Vec::new();
    for _ in 0..36 {
        world.pass(5);
        both().await;
        reads.push(shelf.reads());
    }
    assert_eq!(reads.last(), Some(&3), "once a minute, by one of the two: {reads:?}");
    assert!(reads.windows(12).all(|minute| minute[11] - minute[0] <= 1), "{reads:?}");
    assert_eq!(world.registry.keys_of(id(&client)), ["en", "to"]);
    // Each has its turn by itself as well: what one has read the other does not read again.
    set(&world.registry.unknown_key, Vec::new());
    world.pass(6 * 3600 + 1);
    other.tend().await.unwrap();
    world.service.tend().await.unwrap();
    assert_eq!(shelf.reads(), 4);
}
