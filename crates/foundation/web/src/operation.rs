//! For whoever runs the installation: is it alive, is it ready, how is it doing, what is the API.

use std::{future::Future, net::SocketAddr, pin::Pin, sync::Arc};

use axum::{
    Json,
    extract::ConnectInfo,
    http::{HeaderMap, Method},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header, request::Parts};
use serde_json::json;
use utoipa::{
    OpenApi as _,
    openapi::{InfoBuilder, OpenApi},
};
use varde_core::Role;

use crate::{Failure, Routes, Visit, telemetry};

/// What a check answers: `Err` with a word on what is wrong, for the operator's log.
pub type ReadyFuture = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Something that must answer before the installation is ready.
#[derive(Clone)]
pub struct ReadyCheck {
    name: &'static str,
    check: Arc<dyn Fn() -> ReadyFuture + Send + Sync>,
}

impl ReadyCheck {
    /// A check by the name that `/ready` shows, such as `log` or `jobs`.
    pub fn new<F>(name: &'static str, check: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self { name, check: Arc::new(move || Box::pin(check())) }
    }
}

impl std::fmt::Debug for ReadyCheck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReadyCheck({})", self.name)
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .open_api(Method::GET, "/health", "liveness", health)
        .open_api(Method::GET, "/ready", "readiness", ready)
        .open_api(Method::GET, "/metrics", "figures for Prometheus, from this machine or to an operator", metrics)
        .open_api(Method::GET, "/api/openapi.json", "description of the API", open_api_document)
}

/// The shell's part of the API's description.
pub(crate) fn open_api() -> OpenApi {
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(health, ready))]
    struct Operation;
    Operation::openapi()
}

/// One description of all contexts' APIs.
pub(crate) fn merge(open_apis: Vec<OpenApi>) -> OpenApi {
    let mut whole = OpenApi::default();
    for one in open_apis {
        whole.merge(one);
    }
    whole.info = InfoBuilder::new()
        .title("Varde")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("The health-data infrastructure of a country as one program."))
        .build();
    whole
}

/// Answers as long as the program runs.
#[utoipa::path(get, path = "/health", tag = "operation", responses((status = 200, description = "The program runs")))]
async fn health() -> Json<serde_json::Value> {
    Json(json!({ "status": "ok" }))
}

/// Answers 200 when the database and everything else that requests need can be reached.
#[utoipa::path(get, path = "/ready", tag = "operation", responses(
    (status = 200, description = "All checks answer"),
    (status = 503, description = "A check fails; its name is in the answer, its reason in the log"),
))]
async fn ready(visit: Visit) -> Response {
    let mut checks = serde_json::Map::new();
    let mut good = true;
    let mut note = |name: &str, result: Result<(), String>| {
        if let Err(reason) = &result {
            tracing::warn!(ready.check = name, ready.reason = reason, "not ready");
        }
        good &= result.is_ok();
        checks.insert(name.to_owned(), json!(if result.is_ok() { "ok" } else { "failed" }));
    };
    note("database", visit.shell().sessions.reachable().await.map_err(|e| e.to_string()));
    for check in &visit.shell().checks {
        note(check.name, (check.check)().await);
    }
    let status = if good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "status": if good { "ok" } else { "failed" }, "checks": checks }))).into_response()
}

/// Figures, to the machine itself (not through a proxy) or to an operator.
async fn metrics(visit: Visit, parts: Parts) -> Result<Response, Failure> {
    if !from_this_machine(&parts) && !visit.actor.is(Role::Operator) {
        return Err(Failure::not_found());
    }
    let text = telemetry::render_metrics().ok_or_else(Failure::not_found)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

fn from_this_machine(parts: &Parts) -> bool {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|ConnectInfo(address)| address.ip().is_loopback()) && !proxied(&parts.headers)
}

fn proxied(headers: &HeaderMap) -> bool {
    ["forwarded", "x-forwarded-for", "x-real-ip", "via"].iter().any(|name| headers.contains_key(*name))
}

/// The API's description, OpenAPI 3.1.
async fn open_api_document(visit: Visit) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], visit.shell().open_api.clone()).into_response()
}
