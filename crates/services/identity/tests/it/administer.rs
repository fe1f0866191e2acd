//! The administrator's page over HTTP, as it works without scripts.

use varde_core::{Actor, Component, Period, Role};
use varde_identity::NewAssignment;

use crate::{
    provider::person,
    site::{ADA, Browser, Site, person_id, university},
};

const HIGH: &str = "idporten-loa-high";
/// Bo's place in Test-ID's list, and his id in the register.
const BO: (u16, u128) = (1, 2);

fn pair(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

/// Ada as the university's administrator, logged in and acting for it.
async fn administrator(site: &Site) -> Browser {
    let new = NewAssignment {
        person: person_id(ADA),
        organisation: university(),
        role: Role::Administrator,
        period: Period::since("2026-01-01".parse().unwrap()),
    };
    site.identity.roles().give(&Actor::system(Component::CommandLine), new).await.unwrap();
    let browser = site.browser();
    browser.log_in("/logg-inn", "p0", HIGH).await;
    let token = browser.get("/rolle").await.csrf();
    browser.post("/rolle", &[pair("_csrf", token), pair("side", university().to_string())]).await;
    browser
}

#[tokio::test]
async fn an_administrator_finds_a_person_gives_a_role_and_ends_it() {
    let site = Site::start().await;
    let browser = administrator(&site).await;
    let page = browser.get("/roller").await;
    assert!(page.status == 200 && page.body.contains("Ada Fjell"), "{}", page.body);
    let token = page.csrf();
    let number = person(BO.0, "", "").number;
    let digits = number.digits_for_storage();
    let spaced = format!("{} {}", &digits[..6], &digits[6..]);
    let found = browser.post("/roller/finn", &[pair("_csrf", &token), pair("_number", spaced)]).await;
    assert!(found.status == 200 && found.body.contains("Gi Bo Nes en rolle"), "{}", found.body);
    assert!(!found.body.contains(digits), "the number is not shown back");

    let bo = person_id(BO.1).to_string();
    let wish = |role: &str, from: &str| {
        [pair("_csrf", &token), pair("person", &bo), pair("role", role), pair("from", from), pair("until", "")]
    };
    let wrong = browser.post("/roller/gi", &wish("operator", "i går")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Velg en rolle.") && wrong.body.contains("Skriv en dato"), "{}", wrong.body);
    assert!(wrong.body.contains("Gi Bo Nes en rolle"));
    assert_eq!(browser.post("/roller/gi", &wish("researcher", "2026-11-01")).await.path(), "/roller");
    let twice = browser.post("/roller/gi", &wish("researcher", "2026-11-01")).await;
    assert!(twice.status == 422 && twice.body.contains("har allerede den rollen"), "{}", twice.body);
    assert_eq!(browser.post("/roller/gi", &wish("reviewer", "2026-11-01")).await.path(), "/roller");

    let page = browser.get("/roller").await;
    assert!(page.body.contains("Forslag som venter") && page.body.contains("Resultatkontrollør"), "{}", page.body);
    assert!(!page.body.contains("/godkjenn"), "nobody accepts their own proposal");
    let held = site.identity.roles().administered(&Actor::system(Component::CommandLine), None).await.unwrap();
    let given = held.assignments.iter().find(|a| a.person == person_id(BO.1)).unwrap();
    let end = format!("/roller/{}/avslutt", given.id);
    assert!(page.body.contains(&end));
    assert_eq!(browser.post(&end, &[pair("_csrf", &token)]).await.path(), "/roller");
    let reject = format!("/roller/forslag/{}/avvis", held.proposals[0].id);
    assert_eq!(browser.post(&reject, &[pair("_csrf", &token)]).await.path(), "/roller");
    assert!(!browser.get("/roller").await.body.contains("Bo Nes"));
    assert!(site.kinds().await.iter().any(|k| k == "identity.person.found"));
}

#[tokio::test]
async fn only_who_was_found_by_number_gets_a_name_or_a_role() {
    let site = Site::start().await;
    let browser = administrator(&site).await;
    let token = browser.get("/roller").await.csrf();
    let bo = person_id(BO.1).to_string();
    let wish = |role: &str| {
        [pair("_csrf", &token), pair("person", &bo), pair("role", role), pair("from", "2026-11-01"), pair("until", "")]
    };
    for role in ["", "researcher", "reviewer"] {
        let refused = browser.post("/roller/gi", &wish(role)).await;
        assert!(refused.status == 404 && !refused.body.contains("Bo Nes"), "«{role}»: {}", refused.body);
    }
    assert!(!browser.get("/roller").await.body.contains("Bo Nes"), "nothing was given or proposed");

    let number = person(BO.0, "", "").number;
    let find = [pair("_csrf", &token), pair("_number", number.digits_for_storage())];
    assert_eq!(browser.post("/roller/finn", &find).await.status, 200);
    assert!(browser.post("/roller/gi", &wish("")).await.body.contains("Gi Bo Nes en rolle"));
    sqlx::query("UPDATE identity.person_found SET found_at = found_at - interval '25 hours'")
        .execute(&mut site.database.owner().await)
        .await
        .unwrap();
    assert_eq!(browser.post("/roller/gi", &wish("researcher")).await.status, 404, "found yesterday");
    assert_eq!(browser.post("/roller/finn", &find).await.status, 200);
    assert_eq!(browser.post("/roller/gi", &wish("researcher")).await.path(), "/roller");
}

#[tokio::test]
async fn a_number_that_is_none_or_nobodys_is_told_beside_the_field() {
    let site = Site::start().await;
    let browser = administrator(&site).await;
    let token = browser.get("/roller").await.csrf();
    let cara = person(2, "", "").number;
    for (number, told) in [("123", "11 siffer"), (cara.digits_for_storage(), "Ingen i befolkningsregisteret")] {
        let answer = browser.post("/roller/finn", &[pair("_csrf", &token), pair("_number", number)]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(told) && answer.body.contains("id=\"e-_number\""), "{}", answer.body);
        assert!(!answer.body.contains(number), "the number is not shown back");
    }
    let sql = "SELECT count(*) FROM log.entry WHERE body LIKE '%' || $1 || '%'";
    let number = cara.digits_for_storage();
    let entries: i64 = sqlx::query_scalar(sql).bind(number).fetch_one(&mut site.database.owner().await).await.unwrap();
    assert_eq!(entries, 0);
}

#[tokio::test]
async fn a_number_in_a_form_whose_session_has_ended_is_not_kept() {
    let site = Site::start().await;
    let browser = administrator(&site).await;
    let token = browser.get("/roller").await.csrf();
    site.database.clock().advance(std::time::Duration::from_secs(40 * 60));
    let number = person(1, "", "").number;
    let late = [pair("_csrf", &token), pair("_number", number.digits_for_storage())];
    assert_eq!(browser.post("/roller/finn", &late).await.status, 401);
    let sql = "SELECT count(*) FROM web.held_form";
    let held: i64 = sqlx::query_scalar(sql).fetch_one(&mut site.database.owner().await).await.unwrap();
    assert_eq!(held, 0);
}

#[tokio::test]
async fn others_do_not_get_the_page() {
    let site = Site::start().await;
    let stranger = site.browser();
    assert!(stranger.get("/roller").await.path().starts_with("/logg-inn"));
    let citizen = site.browser();
    citizen.log_in("/logg-inn", "p1", HIGH).await;
    assert!(citizen.get("/roller").await.path().starts_with("/rolle?"), "for whom do you act?");
    let researcher = site.browser();
    researcher.log_in("/logg-inn", "p0", HIGH).await;
    let token = researcher.get("/rolle").await.csrf();
    researcher.post("/rolle", &[pair("_csrf", token), pair("side", university().to_string())]).await;
    assert_eq!(researcher.get("/roller").await.status, 403);
}
