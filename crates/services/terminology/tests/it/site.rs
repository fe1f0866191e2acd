//! The context's routes with the shell around them, for people who log in by a header.

use axum::{Router, body::Body};
use http::Request;
use serde_json::Value;
use varde_core::{Actor, Language};
use varde_web::{
    Web, WebConfig,
    testing::{self, ByName, Page},
};

use crate::world::{World, steward};

/// Who somebody is, by the name they log in with.
fn named(name: &str) -> Option<Actor> {
    Some(match name {
        "first" => steward(1),
        "second" => steward(2),
        _ => return None,
    })
}

pub(crate) fn site(world: &World) -> Router {
    Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &world.store)
        .routes(varde_terminology::routes(world.service.clone()))
        .open_api(varde_terminology::open_api())
        .texts(varde_terminology::TEXTS)
        .authenticator(std::sync::Arc::new(ByName(named)))
        .router()
}

/// Asks as somebody, in a language.
pub(crate) async fn ask(
    site: &Router,
    who: &str,
    language: Language,
    request: http::request::Builder,
    body: impl Into<Body>,
) -> Page {
    testing::send(site, testing::by(who, language.tag(), request).body(body.into()).unwrap()).await
}

pub(crate) async fn get(site: &Router, path: &str) -> Page {
    ask(site, "", Language::Nb, Request::get(path), String::new()).await
}

/// Sends a FHIR Parameters resource.
pub(crate) async fn send(site: &Router, path: &str, parameters: Value) -> Page {
    let body = serde_json::json!({ "resourceType": "Parameters", "parameter": parameters }).to_string();
    ask(site, "", Language::Nb, Request::post(path).header("content-type", "application/fhir+json"), body).await
}

/// Posts a form with a file, as a browser does.
pub(crate) async fn upload(site: &Router, who: &str, fields: &[(&str, &str)], file: &str) -> Page {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body +=
        &format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.csv\"\r\n\r\n{file}\r\n--x--\r\n");
    let request = Request::post("/kodeverk/inn").header("content-type", "multipart/form-data; boundary=x");
    ask(site, who, Language::Nb, request, body).await
}
