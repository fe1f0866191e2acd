//! The JSON API, with the shell around it, for people who log in by a header.

use std::sync::Arc;

use axum::{Router, http::StatusCode};
use serde_json::json;
use varde_basedata::{AuthorisationKind, Dated, PersonnelRecord, Profession, Qualification, Standing};
use varde_core::{Actor, LoginLevel, OrganisationId, Role};
use varde_web::{
    Web, WebConfig,
    testing::{ByName, call},
};

use crate::support::{World, citizen, day, demo, number, until, woman};

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
    let named = move |name: &str| match name {
        "doctor" => Some(citizen(doctor)),
        "leader" => Some(citizen(leader)),
        "administrator" => {
            let clinic = OrganisationId::from_uuid(uuid::Uuid::from_u128(9));
            Some(Actor::employee(leader, LoginLevel::High, clinic, [Role::Administrator]))
        }
        _ => None,
    };
    let router = Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &store)
        .routes(varde_basedata::routes(world.service.clone()))
        .open_api(varde_basedata::open_api())
        .texts(varde_basedata::TEXTS)
        .authenticator(Arc::new(ByName(named)))
        .router();
    (world, router)
}

const LOOKUP: &str = "/api/health-personnel/lookup";
const OWN: &str = "/api/me/health-personnel";

#[tokio::test]
async fn an_administrator_looks_up_a_number_as_at_a_day_and_it_is_entered() {
    let (world, site) = site().await;
    let (status, today) = call(&site, "administrator", LOOKUP, Some(json!({ "hpr_number": "9144900" }))).await;
    assert_eq!((status, &today["name"], &today["authorised"]), (StatusCode::OK, &json!("Klok Lege"), &json!(false)));
    let withdrawn = json!({
        "profession": "LE", "profession_name": "Lege", "kind": "authorisation", "code": "1", "name": "Autorisasjon",
        "standing": "withdrawn", "holds": false,
    });
    assert_eq!(today["qualifications"], json!([withdrawn]));
    let then = json!({ "hpr_number": "9144900", "day": "2025-02-28" });
    let (_, before) = call(&site, "administrator", LOOKUP, Some(then)).await;
    assert_eq!((&before["authorised"], &before["day"]), (&json!(true), &json!("2025-02-28")));
    assert_eq!(world.entries("basedata.health_personnel.read").await.len(), 2);
    let (status, nobody) = call(&site, "administrator", LOOKUP, Some(json!({ "hpr_number": "77" }))).await;
    assert_eq!((status, &nobody["code"]), (StatusCode::NOT_FOUND, &json!("basedata.no_such_health_personnel")));
    for wrong in [json!({ "hpr_number": "x" }), json!({ "hpr_number": "1", "dag": "2025-02-28" }), json!({})] {
        let (status, problem) = call(&site, "administrator", LOOKUP, Some(wrong)).await;
        assert_eq!((status.as_u16() / 100, &problem["code"]), (4, &json!("web.bad_input")), "{problem}");
    }
}

#[tokio::test]
async fn everybody_sees_their_own_and_nobody_elses() {
    let (world, site) = site().await;
    let (status, own) = call(&site, "doctor", OWN, None).await;
    assert_eq!((status, &own["hpr_number"]), (StatusCode::OK, &json!("9144900")));
    assert_eq!(world.entries("basedata.health_personnel.read").await.len(), 1, "one's own look is entered too");
    assert_eq!(call(&site, "leader", OWN, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(call(&site, "nobody", OWN, None).await.0, StatusCode::UNAUTHORIZED);
    for (who, expected) in
        [("leader", StatusCode::FORBIDDEN), ("doctor", StatusCode::FORBIDDEN), ("nobody", StatusCode::UNAUTHORIZED)]
    {
        let (status, problem) = call(&site, who, LOOKUP, Some(json!({ "hpr_number": "9144900" }))).await;
        assert_eq!(status, expected, "{who}: {problem}");
    }
}
