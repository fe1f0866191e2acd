//! People who log in to clients.

mod attested;
mod codes;
mod exchanged;
mod leaving;
mod noted;
mod pushed;
mod refreshed;
mod tenants;
mod told;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    body::Body,
    http::{Request, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};
use varde_core::{Actor, LoginLevel, PersonId, Randomness};
use varde_jose::{Algorithm, Claims, sha256};
use varde_oauth::{Grant, NewClient, RefreshTokens, Scopes, Tenancy};
use varde_web::{Display, Sessions};

use crate::world::{Answer, Client, ISSUER, World, command_line, hospital, organisation, ward};

/// Where people come back to.
pub(crate) const BACK: &str = "https://journal.test/tilbake";
/// Where they come back to after logout.
pub(crate) const AFTER: &str = "https://journal.test/utlogget";
/// What proves that the code was asked for by us (RFC 7636).
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// An API that wants to know who logged in.
pub(crate) const JOURNAL: &str = "helse:journal/les";
/// The same, for those who logged in at level high.
pub(crate) const SIGN: &str = "helse:journal/signer";
/// Another API.
pub(crate) const IMAGES: &str = "helse:bilder/les";
/// Everything about a person.
pub(crate) const WHO: [&str; 8] = [
    "openid",
    "profile",
    "offline_access",
    "helseid://scopes/identity/pid",
    "helseid://scopes/identity/pid_pseudonym",
    "helseid://scopes/identity/security_level",
    "helseid://scopes/identity/assurance_level",
    "helseid://scopes/hpr/hpr_number",
];

pub(crate) type Form = Vec<(&'static str, String)>;

/// A world with APIs that people's tokens are for.
pub(crate) async fn world() -> World {
    let world = World::new().await;
    let who = ["pid", "pid_pseudonym", "hpr_number", "security_level", "orgnr_parent", "orgnr_child"];
    let journal = json!({
        "audience": "helse:journal", "owner": hospital(), "name": "Journal", "claims": who,
        "scopes": { JOURNAL: {}, SIGN: { "level": "high" } },
    });
    let images = json!({
        "audience": "helse:bilder", "owner": organisation(2), "name": "Bilder", "claims": ["pid_pseudonym"],
        "scopes": { IMAGES: {} },
    });
    for api in [journal, images] {
        let api = serde_json::from_value(api).unwrap();
        world.instance.server.register_api(&command_line(), &api).await.unwrap();
    }
    world.pass(2);
    world
}

/// What a client that people log in to registers.
pub(crate) fn journal() -> NewClient {
    let scopes: Scopes = WHO.iter().chain(&[JOURNAL, SIGN, IMAGES]).map(|scope| scope.parse().unwrap()).collect();
    NewClient {
        sub_units: [ward()].into(),
        grants: [Grant::AuthorizationCode, Grant::RefreshToken].into(),
        redirect_uris: [BACK.parse().unwrap()].into(),
        post_logout_redirect_uris: [AFTER.parse().unwrap()].into(),
        refresh_tokens: RefreshTokens::Rotating,
        ..NewClient::new("Journalen", hospital(), Tenancy::SingleTenant, scopes)
    }
}

pub(crate) async fn client(world: &World) -> Client {
    world.registered(journal(), Algorithm::Es256).await
}

/// A good request.
pub(crate) fn asked(client: &Client, scope: &str) -> Form {
    let pairs = [
        ("client_id", client.id.to_string()),
        ("response_type", "code".to_owned()),
        ("redirect_uri", BACK.to_owned()),
        ("scope", scope.to_owned()),
        ("state", "tilstand".to_owned()),
        ("nonce", "n-1".to_owned()),
        ("code_challenge", sha256(VERIFIER.as_bytes())),
        ("code_challenge_method", "S256".to_owned()),
    ];
    pairs.to_vec()
}

/// The form with other values; an empty one leaves the parameter out.
pub(crate) fn with(mut form: Form, changes: &[(&'static str, &str)]) -> Form {
    for (name, value) in changes {
        form.retain(|(known, _)| known != name);
        if !value.is_empty() {
            form.push((name, (*value).to_owned()));
        }
    }
    form
}

/// The form with the client's statement.
pub(crate) fn signed(client: &Client, form: Form, details: Option<Value>) -> Form {
    let assertion = client.assertion(|_, claims| {
        if let Some(details) = details {
            claims.insert("assertion_details".to_owned(), details);
        }
    });
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned();
    with(form, &[("client_assertion_type", &kind), ("client_assertion", &assertion)])
}

pub(crate) async fn push(world: &World, client: &Client, form: Form) -> Answer {
    world.instance.post("/connect/par", &signed(client, form, None), &[]).await
}

/// The address of a pushed request.
pub(crate) async fn pushed(world: &World, client: &Client, form: Form) -> String {
    let answer = push(world, client, form).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body["request_uri"].as_str().unwrap().to_owned()
}

/// A request object over these parameters, changed before it is signed.
pub(crate) fn object(client: &Client, claims: Value, change: impl FnOnce(&mut Value, &mut Claims)) -> String {
    let now = world_now(client);
    let mut members = crate::world::object(json!({
        "iss": client.id.to_string(), "aud": ISSUER, "iat": now, "nbf": now, "exp": now + 60,
    }));
    members.extend(crate::world::object(claims));
    let mut header = json!({ "typ": "oauth-authz-req+jwt", "kid": client.key.id() });
    change(&mut header, &mut members);
    client.key.sign_with(&header, &members).unwrap()
}

fn world_now(client: &Client) -> i64 {
    let (_, claims) = client.said();
    claims["iat"].as_i64().unwrap()
}

/// A browser: its cookies.
#[derive(Clone, Default)]
pub(crate) struct Browser(Vec<String>);

impl Browser {
    /// One in which that person is logged in.
    pub(crate) async fn of(world: &World, person: PersonId, level: LoginLevel) -> Self {
        let mut browser = Self::default();
        browser.log_in(world, person, level).await;
        browser
    }

    /// The person logs in, as the login pages do it.
    pub(crate) async fn log_in(&mut self, world: &World, person: PersonId, level: LoginLevel) {
        // Another generator each time: two logins at the same time are two sessions.
        static LOGINS: AtomicU64 = AtomicU64::new(100);
        let seed = LOGINS.fetch_add(1, Ordering::Relaxed);
        let store = world.database.store(Arc::new(world.database.clock().clone()), Randomness::seeded(seed));
        let display = Display { person: "Kari".to_owned(), organisation: None };
        let cookie = Sessions::new(&store, true).begin(None, Actor::citizen(person, level), display).await.unwrap();
        self.keep(&cookie.attach(().into_response()));
    }

    fn keep(&mut self, response: &Response) {
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let name = pair.split('=').next().unwrap();
            self.0.retain(|known| !known.starts_with(&format!("{name}=")));
            self.0.push(pair.to_owned());
        }
    }

    pub(crate) async fn get(&mut self, world: &World, path: &str) -> Answer {
        self.send(world, Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// A form from our own page, in a language.
    pub(crate) async fn send(&mut self, world: &World, mut request: Request<Body>) -> Answer {
        request.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
        let answer = self.clone().with_cookies(world, request).await;
        let mut kept = ().into_response();
        *kept.headers_mut() = answer.headers.clone();
        self.keep(&kept);
        answer
    }

    /// A request from wherever it says, with the cookies.
    pub(crate) async fn with_cookies(self, world: &World, mut request: Request<Body>) -> Answer {
        request.headers_mut().insert(header::COOKIE, self.0.join("; ").parse().unwrap());
        world.instance.send(request).await
    }

    /// Comes with the address of a pushed request.
    pub(crate) async fn come(&mut self, world: &World, client: &Client, request: &str) -> Answer {
        self.get(world, &address(&client.id.to_string(), request)).await
    }
}

/// The address that a client sends people to.
pub(crate) fn address(client: &str, request: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", client)
        .append_pair("request_uri", request)
        .finish();
    format!("/connect/authorize?{query}")
}

/// Where an answer leads, with the fields of its query.
pub(crate) fn led(answer: &Answer) -> (String, Value) {
    assert_eq!(answer.status, 303, "{}", answer.body);
    let location = answer.headers["location"].to_str().unwrap();
    let base = url::Url::parse("https://varde.test").unwrap();
    let mut there = base.join(location).unwrap();
    let fields: serde_json::Map<_, _> =
        there.query_pairs().map(|(name, value)| (name.into_owned(), json!(value))).collect();
    there.set_query(None);
    (there.to_string(), Value::Object(fields))
}

/// The code that a person's browser brings back.
pub(crate) async fn code(world: &World, client: &Client, person: PersonId, form: Form) -> String {
    let request = pushed(world, client, form).await;
    let mut browser = Browser::of(world, person, LoginLevel::High).await;
    let (there, fields) = led(&browser.come(world, client, &request).await);
    assert_eq!(there, BACK);
    fields["code"].as_str().unwrap_or_else(|| panic!("no code: {fields}")).to_owned()
}

/// The token endpoint, with a good proof.
pub(crate) async fn token(world: &World, client: &Client, form: Form, details: Option<Value>) -> Answer {
    let nonce = world.instance.nonce(client).await;
    let proof = client.proof(Some(&nonce), |_, _| {});
    world.instance.post("/connect/token", &signed(client, form, details), &[proof]).await
}

/// A good form with a code.
pub(crate) fn with_code(code: &str) -> Form {
    let pairs = [
        ("grant_type", "authorization_code".to_owned()),
        ("code", code.to_owned()),
        ("redirect_uri", BACK.to_owned()),
        ("code_verifier", VERIFIER.to_owned()),
    ];
    pairs.to_vec()
}

/// A form with a refresh token.
pub(crate) fn with_refresh(token: &Answer) -> Form {
    let refresh = token.body["refresh_token"].as_str().unwrap_or_else(|| panic!("no refresh token: {}", token.body));
    vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", refresh.to_owned())]
}

/// The claims of the ID token.
pub(crate) fn id_token(answer: &Answer) -> Value {
    crate::world::part(answer.body["id_token"].as_str().unwrap_or_else(|| panic!("no ID token: {}", answer.body)), 1)
}
