//! The JSON API, with the shell around it, for people who log in by a header.

use std::{pin::Pin, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderValue, Request, StatusCode, request::Parts},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use varde_basedata::{AuthorisationKind, Dated, PersonnelRecord, Profession, Qualification, Standing};
use varde_core::{Actor, LoginLevel, OrganisationId, PersonId, Role};
use varde_web::{Web, WebConfig};

use crate::support::{World, citizen, day, demo, number, until, woman};

/// Logs in by name.
struct ByName {
    doctor: PersonId,
    leader: PersonId,
}

impl varde_web::Authenticator for ByName {
    fn authenticate<'a>(
        &'a self,
        parts: &'a Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Actor>, varde_web::Failure>> + Send + 'a>> {
        let clinic = OrganisationId::from_uuid(uuid::Uuid::from_u128(9));
        let actor = match parts.headers.get("authorization").and_then(|v| v.to_str().ok()) {
            Some("Test doctor") => Some(citizen(self.doctor)),
            Some("Test leader") => Some(citizen(self.leader)),
            Some("Test administrator") => {
                Some(Actor::employee(self.leader, LoginLevel::High, clinic, [Role::Administrator]))
            }
            _ => None,
        };
        Box::pin(async move { Ok(actor) })
    }

    fn challenge(&self) -> Option<HeaderValue> {
        None
    }
}

/// A site with a doctor, whose authorisation ended in 2025, and somebody who leads a clinic.
async fn site() -> (World, Router) {
    let world = World::new().await;
    let birth = day("1976-04-09");
    let doctor = world.one(woman("Klok Lege", birth, number(birth, 0))).await.person;
    let leader = world.one(woman("Rask Leder", birth, number(birth, 1))).await.person;
    let profession = Profession::from_code("LE").unwrap();
    let authorisation = Qualification::authorisation(profession, AuthorisationKind::from_code("1").unwrap());
    let qualifications = vec![
        (authorisation.clone(), Dated::new(Standing::InForce, until("2007-09-20", "2025-02-28"))),
        (authorisation, Dated::since(Standing::Withdrawn, day("2025-03-01"))),
    ];
    let record = PersonnelRecord { number: "9144900".parse().unwrap(), person: doctor, qualifications };
    world.service.import_health_personnel(&demo(), "test", &[record]).await.unwrap();
    let store = world.database.simulated();
    let router = Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &store)
        .routes(varde_basedata::routes(world.service.clone()))
        .open_api(varde_basedata::open_api())
        .texts(varde_basedata::TEXTS)
        .authenticator(Arc::new(ByName { doctor, leader }))
        .router();
    (world, router)
}

async fn ask(site: &Router, who: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
    let method = if body.is_some() { "POST" } else { "GET" };
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    let request = request.header("authorization", format!("Test {who}"));
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let response = site.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

const LOOKUP: &str = "/api/health-personnel/lookup";
const OWN: &str = "/api/me/health-personnel";

#[tokio::test]
async fn an_administrator_looks_up_a_number_as_at_a_day_and_it_is_entered() {
    let (world, site) = site().await;
    let (status, today) = ask(&site, "administrator", LOOKUP, Some(json!({ "hpr_number": "9144900" }))).await;
    assert_eq!((status, &today["name"], &today["authorised"]), (StatusCode::OK, &json!("Klok Lege"), &json!(false)));
    let withdrawn = json!({
        "profession": "LE", "profession_name": "Lege", "kind": "authorisation", "code": "1", "name": "Autorisasjon",
        "standing": "withdrawn", "holds": false,
    });
    assert_eq!(today["qualifications"], json!([withdrawn]));
    let then = json!({ "hpr_number": "9144900", "day": "2025-02-28" });
    let (_, before) = ask(&site, "administrator", LOOKUP, Some(then)).await;
    assert_eq!((&before["authorised"], &before["day"]), (&json!(true), &json!("2025-02-28")));
    assert_eq!(world.entries("basedata.health_personnel.read").await.len(), 2);
    let (status, nobody) = ask(&site, "administrator", LOOKUP, Some(json!({ "hpr_number": "77" }))).await;
    assert_eq!((status, &nobody["code"]), (StatusCode::NOT_FOUND, &json!("basedata.no_such_health_personnel")));
    for wrong in [json!({ "hpr_number": "x" }), json!({ "hpr_number": "1", "dag": "2025-02-28" }), json!({})] {
        let (status, problem) = ask(&site, "administrator", LOOKUP, Some(wrong)).await;
        assert_eq!((status.as_u16() / 100, &problem["code"]), (4, &json!("web.bad_input")), "{problem}");
    }
}

#[tokio::test]
async fn everybody_sees_their_own_and_nobody_elses() {
    let (world, site) = site().await;
    let (status, own) = ask(&site, "doctor", OWN, None).await;
    assert_eq!((status, &own["hpr_number"]), (StatusCode::OK, &json!("9144900")));
    assert_eq!(world.entries("basedata.health_personnel.read").await.len(), 1, "one's own look is entered too");
    assert_eq!(ask(&site, "leader", OWN, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(ask(&site, "nobody", OWN, None).await.0, StatusCode::UNAUTHORIZED);
    for (who, expected) in
        [("leader", StatusCode::FORBIDDEN), ("doctor", StatusCode::FORBIDDEN), ("nobody", StatusCode::UNAUTHORIZED)]
    {
        let (status, problem) = ask(&site, who, LOOKUP, Some(json!({ "hpr_number": "9144900" }))).await;
        assert_eq!(status, expected, "{who}: {problem}");
    }
}
