//! Programs at Varde's own API: real routes, called with tokens from the token endpoint, and with test
//! tokens in a demonstration.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use varde::{
    app::App,
    config::{Config, LoginConfig},
};
use varde_core::{ApiScope, Clock as _, SystemClock, identifier::OrganisationNumber};
use varde_jose::sha256;

use crate::{
    delegation::{Caller, ISSUER, client, fresh, number, object, people, post},
    house::site::{Answer, Site},
};

const READ: &str = "varde:api/delegation.read";
const WRITE: &str = "varde:api/catalogue.write";

/// A clinic, an organisation that is not its own, and who runs the installation.
fn organisations() -> [OrganisationNumber; 3] {
    [number(31_000_000), number(31_000_003), number(31_000_007)]
}

/// A demonstration whose operator is in the register, so that its API is registered when it starts.
async fn site() -> Site {
    let site = Site::open().await;
    people(&site.app, organisations()).await;
    let config = Config { operator: Some(organisations()[2]), ..site.app.foundation().config.clone() };
    // A second server on the same database, which closes again.
    App::open(config).await.unwrap().close().await;
    site
}

async fn token(site: &Site, caller: &Caller) -> String {
    let router = site.app.router();
    let form = || caller.form(None, &[("grant_type", "client_credentials")]);
    let (first, nonce) = post(&router, "/connect/token", form(), Some(caller.proof(None))).await;
    assert_eq!(first["error"], "use_dpop_nonce", "{first}");
    let (answer, _) = post(&router, "/connect/token", form(), Some(caller.proof(Some(&nonce)))).await;
    answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// A request with a token and a proof for it.
async fn call(site: &Site, caller: &Caller, token: &str, (method, path): (&str, &str), body: Value) -> Answer {
    let claims = json!({
        "jti": fresh(), "htm": method, "htu": format!("{ISSUER}{path}"), "iat": SystemClock.now().as_second(),
        "ath": sha256(token.as_bytes()),
    });
    let header = json!({ "typ": "dpop+jwt", "jwk": caller.holder.public().to_jwk() });
    let proof = caller.holder.sign_with(&header, &object(claims)).unwrap();
    send(site, (method, path), &[("authorization", format!("DPoP {token}")), ("dpop", proof)], body).await
}

async fn send(site: &Site, (method, path): (&str, &str), headers: &[(&str, String)], body: Value) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:8080");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let request = request.header("content-type", "application/json");
    let body = if method == "GET" { Body::empty() } else { Body::from(body.to_string()) };
    site.send(request.body(body).unwrap()).await
}

fn rights(of: OrganisationNumber) -> String {
    format!("/api/delegation/organisations/{of}/rights")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_sees_the_rights_of_its_organisation_and_of_no_other() {
    let site = site().await;
    let [clinic, other, _] = organisations();
    let caller = client(&site.app, clinic, "single-tenant", READ).await;
    let token = token(&site, &caller).await;
    let own = call(&site, &caller, &token, ("GET", &rights(clinic)), Value::Null).await;
    let body: Value = serde_json::from_str(&own.body).unwrap();
    assert_eq!((own.status.as_u16(), &body["given"]), (200, &json!([])), "{}", own.body);
    let others = call(&site, &caller, &token, ("GET", &rights(other)), Value::Null).await;
    assert_eq!((others.status.as_u16(), others.header("www-authenticate")), (403, ""), "no scope would help");
    let register = call(&site, &caller, &token, ("POST", "/api/delegation/resources"), json!([])).await;
    assert_eq!(
        (register.status.as_u16(), register.header("www-authenticate")),
        (403, ""),
        "operators say what can be given"
    );
    let closed = call(&site, &caller, &token, ("GET", "/api/me/choices"), Value::Null).await;
    assert_eq!(closed.status.as_u16(), 403, "what is a person's is no program's");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lacks_a_token_or_a_scope_is_told_which() {
    let site = site().await;
    let clinic = organisations()[0];
    let path = rights(clinic);
    let nothing = send(&site, ("GET", &path), &[], Value::Null).await;
    assert_eq!(nothing.status.as_u16(), 401);
    assert!(nothing.header("www-authenticate").starts_with("DPoP algs=\"ES256 "), "{:?}", nothing.headers);
    let caller = client(&site.app, clinic, "single-tenant", WRITE).await;
    let token = token(&site, &caller).await;
    let narrow = call(&site, &caller, &token, ("GET", &path), Value::Null).await;
    let told = r#"DPoP error="insufficient_scope", scope="varde:api/delegation.read""#;
    assert_eq!((narrow.status.as_u16(), narrow.header("www-authenticate")), (403, told), "{}", narrow.body);
    let bearer = send(&site, ("GET", &path), &[("authorization", format!("Bearer {token}"))], Value::Null).await;
    assert_eq!(bearer.status.as_u16(), 401);
    assert!(bearer.header("www-authenticate").contains(r#"error="invalid_token""#), "{:?}", bearer.headers);
    assert!(bearer.body.contains("oauth.token_wrong"), "{}", bearer.body);
    // What everybody may read takes no scope.
    let catalogue = call(&site, &caller, &token, ("GET", "/api/catalogue/sources"), Value::Null).await;
    assert_eq!(catalogue.status.as_u16(), 200, "{}", catalogue.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demonstration_makes_test_tokens_for_its_own_api_and_no_other_installation_does() {
    let site = site().await;
    let [clinic, _, operator] = organisations();
    let path = rights(clinic);
    let order = json!({
        "audience": ApiScope::AUDIENCE, "scopes": [READ],
        "claims": { "helseid://claims/client/claims/orgnr_parent": clinic },
        "proofs": [{ "method": "GET", "url": format!("{ISSUER}{path}") }],
    });
    let made = send(&site, ("POST", "/api/test-tokens"), &[], order.clone()).await;
    let made: Value = serde_json::from_str(&made.body).unwrap();
    let authorization = format!("DPoP {}", made["access_token"].as_str().unwrap_or_else(|| panic!("{made}")));
    let proof = made["proofs"][0].as_str().unwrap().to_owned();
    let headers = [("authorization", authorization), ("dpop", proof)];
    let answer = send(&site, ("GET", &path), &headers, Value::Null).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    // The same database under a server that is no demonstration.
    let login =
        LoginConfig { issuer: "https://login.invalid".to_owned(), client_id: "varde".to_owned(), key_file: None };
    let config = site.app.foundation().config.clone();
    let config = Config { demo: false, login: Some(login), operator: Some(operator), ..config };
    let real = App::open(config).await.unwrap();
    assert!(real.web().records().iter().all(|route| !route.path.contains("test-token")));
    let description = varde_oauth::open_api(real.authorisation()).to_json().unwrap();
    assert!(!description.contains("test-tokens") && description.contains(READ), "{description}");
    real.close().await;
}
