//! Every route: known to the policy, in the matrix, in the description of the API.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use axum::{body::Body, http::Request};
use serde_json::Value;
use varde_policy::{Policy, matrix};
use varde_web::{RouteKind, RouteRecord};

use super::{reviewed, site::Site};

/// Routes that are not part of the API's description, and why.
const UNDESCRIBED: [(&str, &str); 8] = [
    ("/fhir/", "FHIR, which describes itself by its CapabilityStatement"),
    ("/metrics", "for Prometheus on the same machine, in its own format"),
    ("/api/openapi.json", "the description itself"),
    ("/connect/", "the authorisation server, which describes itself as RFC 8414 asks"),
    ("/.well-known/openid-configuration", "that description, and the keys"),
    ("/.well-known/oauth-authorization-server", "that description"),
    ("/.well-known/oauth-protected-resource/", "descriptions of APIs as RFC 9728 asks"),
    ("/test-id/", "a login provider of its own with its own discovery document, in demonstrations only"),
];

fn records(site: &Site) -> Vec<RouteRecord> {
    let mut records = site.app.web().records().to_vec();
    records.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
    records
}

/// The cells of an action's row in the policy's matrix, and the roles above them.
fn rows(policy: &Policy) -> (String, BTreeMap<String, String>) {
    let table = matrix(policy);
    let mut rows = BTreeMap::new();
    for line in table.lines() {
        if let Some((action, cells)) = line.trim_start_matches("| ").split_once(" | ") {
            rows.insert(action.to_owned(), cells.to_owned());
        }
    }
    (rows.remove("action").unwrap(), rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_known_to_the_policy_and_reviewed_for_every_role() {
    let site = Site::open().await;
    let policy = Policy::load().unwrap();
    let (roles, rows) = rows(&policy);
    let columns = roles.matches('|').count();
    let mut table = format!("| route | action | {roles}\n|---|---|{}\n", "---|".repeat(columns));
    let mut unknown = Vec::new();
    for record in records(&site) {
        let route = format!("{} {}", record.method, record.path);
        let _ = match (record.open, rows.get(record.action)) {
            (true, _) => writeln!(table, "| {route} | open: {} |{}", record.action, " everybody |".repeat(columns)),
            (false, Some(cells)) => writeln!(table, "| {route} | {} | {cells}", record.action),
            (false, None) => {
                unknown.push(format!("{route}: {}", record.action));
                Ok(())
            }
        };
    }
    assert!(unknown.is_empty(), "no policy knows these actions: {unknown:#?}");
    reviewed("matrix.md", &table);
}

#[test]
fn the_policy_is_as_reviewed() {
    let policy = Policy::load().unwrap();
    let mut text = matrix(&policy);
    text.push_str("\n| rule | allows | law | because |\n|---|---|---|---|\n");
    for rule in policy.rules() {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            rule.id,
            if rule.allows { "yes" } else { "forbids" },
            rule.legal_basis,
            rule.because.nb
        );
    }
    reviewed("policy.md", &text);
}

/// A path whose parameters have no names, as they may differ.
fn nameless(path: &str) -> String {
    let mut pieces = path.split('{');
    let first = pieces.next().unwrap_or("").to_owned();
    pieces.fold(first, |all, piece| all + "{}" + piece.split_once('}').map_or("", |(_, rest)| rest))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_of_the_api_is_complete_and_as_reviewed() {
    let site = Site::open().await;
    let answer = site.send(Request::get("/api/openapi.json").body(Body::empty()).unwrap()).await;
    let document: Value = serde_json::from_str(&answer.body).unwrap();
    let mut lines = BTreeSet::new();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let answers: Vec<&str> = operation["responses"].as_object().unwrap().keys().map(String::as_str).collect();
            let method = method.to_uppercase();
            described.insert(format!("{method} {}", nameless(path)));
            lines.insert(format!("{path} {method} {}", answers.join(" ")));
        }
    }
    let missing: Vec<String> = records(&site)
        .into_iter()
        .filter(|r| r.kind == RouteKind::Api && !UNDESCRIBED.iter().any(|(path, _)| r.path.starts_with(path)))
        .map(|r| format!("{} {}", r.method, nameless(&r.path)))
        .filter(|route| !described.contains(route))
        .collect();
    assert!(missing.is_empty(), "routes that the description lacks: {missing:#?}");
    reviewed("openapi.txt", &(lines.into_iter().collect::<Vec<_>>().join("\n") + "\n"));
}
