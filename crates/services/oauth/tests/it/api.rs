//! A small API in the server's process, and programs that call it.

use axum::{
    Json,
    body::Body,
    http::{Method, Request},
};
use serde_json::{Value, json};
use varde_jose::{Algorithm, Claims, sha256};
use varde_oauth::Tenancy;
use varde_web::{Routes, Visit};

use crate::world::{Answer, Client, Instance, World, fresh, hospital, object};

/// What says who acts.
pub(crate) const WHO: &str = "https://varde.test/api/who/me";
pub(crate) const RIGHTS: &str = "varde:api/delegation.read";
pub(crate) const CATALOGUE: &str = "varde:api/catalogue.write";

/// Routes that answer who acts: two of the API's and a page.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .open_api(Method::GET, "/api/who/{*rest}", "test", who)
        .open_api(Method::POST, "/api/who/{*rest}", "test", who)
        .open_page(Method::GET, "/who", "test", who)
}

async fn who(visit: Visit) -> Json<Value> {
    Json(serde_json::to_value(&visit.actor).unwrap())
}

impl World {
    /// A client of the hospital's for our own API, which is registered.
    pub(crate) async fn program(&self) -> Client {
        self.instance.server.register_own_api(hospital()).await.unwrap();
        self.pass(2);
        self.client(Tenancy::SingleTenant, &[RIGHTS, CATALOGUE], Algorithm::Es256).await
    }
}

impl Client {
    /// A proof for that request with the token, changed before it is signed.
    pub(crate) fn proof_at(
        &self,
        (method, url): (&str, &str),
        token: &str,
        change: impl FnOnce(&mut Value, &mut Claims),
    ) -> String {
        self.proof(None, |header, claims| {
            let own = json!({ "jti": fresh(), "htm": method, "htu": url, "ath": sha256(token.as_bytes()) });
            claims.extend(object(own));
            change(header, claims);
        })
    }

    /// A good proof for who acts.
    pub(crate) fn good(&self, token: &str) -> String {
        self.proof_at(("GET", WHO), token, |_, _| {})
    }
}

/// Asks who acts with these headers.
pub(crate) async fn ask(instance: &Instance, headers: &[(&str, String)]) -> Answer {
    let mut request = Request::get("/api/who/me");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    instance.send(request.body(Body::empty()).unwrap()).await
}

/// Asks who acts with a token and a proof.
pub(crate) async fn call(instance: &Instance, token: &str, proof: String) -> Answer {
    ask(instance, &[("authorization", format!("DPoP {token}")), ("dpop", proof)]).await
}

impl Answer {
    /// The code in the challenge, which names the scheme, says what is wrong and, with 401, which
    /// algorithms there are; the problem document says the same.
    pub(crate) fn challenged(&self) -> (u16, String) {
        let told = self.headers.get("www-authenticate").map_or("", |told| told.to_str().unwrap());
        let code = told.split_once("error=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(code, _)| code);
        if self.status == 401 {
            assert!(told.starts_with("DPoP ") && told.contains("algs=\"ES256 "), "{told}");
        }
        if self.status >= 400 {
            assert_eq!(self.headers["content-type"], "application/problem+json");
            let detail = self.body["detail"].as_str().unwrap();
            assert!(told.is_empty() || told.contains(&format!("error_description=\"{detail}\"")), "{told}: {detail}");
        }
        (self.status, code.to_owned())
    }
}
