//! The pages, step by step.

use axum::Router;
use http::StatusCode;
use varde_web::testing::{Page, visit};

use crate::{
    site::site,
    world::{BRANCH, CLINIC, DEPARTMENT, NOBODY, OTHER_SUPPLIER, SUPPLIER, World, leader, number, right},
};

const LANGUAGES: [&str; 3] = ["nb", "nn", "en"];
const CONFIRMED: [(&str, &str); 1] = [("confirmed", "yes")];

async fn get(site: &Router, who: &str, path: &str) -> Page {
    visit(site, who, "nb", path, None).await
}

/// The page in every language: no text is missing.
async fn in_all_languages(site: &Router, who: &str, path: &str, status: StatusCode) -> Page {
    for language in LANGUAGES {
        let page = visit(site, who, language, path, None).await;
        assert_eq!(page.status, status, "{path}");
        assert_eq!(page.header("content-language"), language);
        let shown = page.text.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
        let keys: Vec<&str> = shown.filter(|text| text.trim_start().starts_with("delegation-")).collect();
        assert!(keys.is_empty(), "{path} in {language}: {keys:?}");
        assert!(!page.text.contains("{$"), "{path} in {language}: a text lacks a value");
    }
    get(site, who, path).await
}

fn clinic() -> String {
    format!("/delegering/{}", number(CLINIC))
}

#[tokio::test]
async fn the_way_of_the_guide_leads_to_a_right_and_back() {
    let world = World::new().await;
    let site = site(&world);
    let ok = StatusCode::OK;
    let choose = in_all_languages(&site, "leader", "/delegering", ok).await;
    assert!(choose.text.contains(&format!("href=\"{}\"", clinic())), "the clinic is offered");
    assert!(
        choose.text.contains("daglig leder") && !choose.text.contains("Epikrise"),
        "a board member manages nothing"
    );
    let empty = in_all_languages(&site, "leader", &clinic(), ok).await;
    assert!(
        empty.text.contains("Ingen leverandører har tilgang") && empty.text.contains("Ingen har gitt dere tilgang")
    );

    let search = format!("{}/gi", clinic());
    let found = in_all_languages(&site, "leader", &search, ok).await;
    assert!(found.text.contains(&format!("{search}/nhn-helseid")) && found.text.contains("Norsk helsenett SF"));
    let none = in_all_languages(&site, "leader", &format!("{search}?q=ingenting"), ok).await;
    assert!(none.text.contains("Ingen rettigheter passer"));
    let check = in_all_languages(&site, "leader", &format!("{search}/nhn-helseid"), ok).await;
    assert!(check.text.contains("Norsk helsenett SF") && check.text.contains("MinID er ikke nok"));

    let supplier = format!("{search}/nhn-helseid/til");
    in_all_languages(&site, "leader", &supplier, ok).await;
    let spaced = number(SUPPLIER).to_string();
    let spaced = format!("{}+{}+{}", &spaced[..3], &spaced[3..6], &spaced[6..]);
    let found = in_all_languages(&site, "leader", &format!("{supplier}?to={spaced}"), ok).await;
    let last = format!("{supplier}/{}", number(SUPPLIER));
    assert!(found.text.contains("Journalhuset") && found.text.contains(&last));
    let look_over = in_all_languages(&site, "leader", &last, ok).await;
    for shown in ["Fjordgløtt legesenter", "Journalhuset", "Norsk helsenett SF", "databehandleravtale"] {
        assert!(look_over.text.contains(shown), "{shown}");
    }
    let unconfirmed = visit(&site, "leader", "nb", &last, Some(&[])).await;
    assert_eq!(unconfirmed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unconfirmed.text.contains("Kryss av") && unconfirmed.text.contains("e-confirmed"));
    assert_eq!(world.count("SELECT count(*) FROM delegation.change").await, 0, "nothing was given");

    let given = visit(&site, "leader", "nb", &last, Some(&CONFIRMED)).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text);
    let done = given.location;
    let page = in_all_languages(&site, "leader", &done, ok).await;
    assert!(page.text.contains("Tilgangen er gitt") && page.text.contains("Tilgangen er ikke brukt"));
    let twice = visit(&site, "leader", "nb", &last, Some(&CONFIRMED)).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);

    let one = done.split('?').next().unwrap();
    let remove = in_all_languages(&site, "leader", &format!("{one}/fjern"), ok).await;
    assert!(remove.text.contains("Vil du fjerne tilgangen fra Journalhuset?"));
    let removed = visit(&site, "leader", "nb", &format!("{one}/fjern"), Some(&CONFIRMED)).await;
    assert_eq!(removed.location, format!("{}?fjernet=ja", clinic()));
    let list = in_all_languages(&site, "leader", &format!("{}?fjernet=ja", clinic()), ok).await;
    assert!(list.text.contains("Tilgangen er fjernet") && list.text.contains("Ingen leverandører har tilgang"));
    let history = in_all_languages(&site, "leader", &format!("{}/historikk", clinic()), ok).await;
    assert!(history.text.contains("ga tilgangen til") && history.text.contains("fjernet tilgangen fra"));
    let ended = in_all_languages(&site, "leader", one, ok).await;
    assert!(!ended.text.contains(&format!("{one}/fjern")), "what has ended is not removed again");
    let again = get(&site, "leader", &format!("{one}/fjern")).await;
    assert!(again.text.contains("Tilgangen er fjernet allerede"));
    let late = visit(&site, "leader", "nb", &format!("{one}/fjern"), Some(&CONFIRMED)).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_wrong_supplier_is_told_beside_the_field_with_the_way_on() {
    let world = World::new().await;
    let site = site(&world);
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let supplier = format!("{}/gi/nhn-helseid/til", clinic());
    for (written, told) in [
        ("123".to_owned(), "9 siffer"),
        ("journalhuset".to_owned(), "9 siffer"),
        (number(NOBODY).to_string(), "ingen virksomhet"),
        (number(CLINIC).to_string(), "din egen virksomhet"),
        (number(BRANCH).to_string(), "underenhet"),
    ] {
        let page = in_all_languages(&site, "leader", &format!("{supplier}?to={written}"), wrong).await;
        assert!(page.text.contains(told) && page.text.contains("e-to"), "{written}");
    }
    let branch = get(&site, "leader", &format!("{supplier}?to={}", number(BRANCH))).await;
    assert!(branch.text.contains(&format!("?to={}", number(OTHER_SUPPLIER))), "its main unit is offered");
    world.service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    let had = in_all_languages(&site, "leader", &format!("{supplier}?to={}", number(SUPPLIER)), wrong).await;
    assert!(had.text.contains("har denne tilgangen allerede"));
    for missing in [
        format!("{}/gi/nhn-annet", clinic()),
        format!("/delegering/{}", number(DEPARTMENT)),
        "/delegering/123".to_owned(),
        format!("{}/00000000-0000-0000-0000-000000000000", clinic()),
    ] {
        let status = get(&site, "leader", &missing).await.status;
        assert!([StatusCode::NOT_FOUND, wrong].contains(&status), "{missing}: {status}");
    }
}

#[tokio::test]
async fn minid_is_refused_with_the_reason_and_the_way_on() {
    let world = World::new().await;
    let site = site(&world);
    let search = format!("{}/gi", clinic());
    assert_eq!(get(&site, "low", &search).await.status, StatusCode::OK, "looking takes no more");
    for path in [format!("{search}/nhn-helseid"), format!("{search}/nhn-helseid/til")] {
        let refused = in_all_languages(&site, "low", &path, StatusCode::FORBIDDEN).await;
        assert!(refused.text.contains("MinID er ikke nok"), "{}", refused.text);
        let back: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
        assert!(refused.text.contains(&format!("/logg-inn?til={back}")), "the way on comes back here");
    }
    let post = format!("{search}/nhn-helseid/til/{}", number(SUPPLIER));
    assert_eq!(visit(&site, "low", "nb", &post, Some(&CONFIRMED)).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_manages_no_access_gets_no_further_than_the_door() {
    let world = World::new().await;
    let site = site(&world);
    let given = world.service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    assert_eq!(get(&site, "", "/delegering").await.status, StatusCode::UNAUTHORIZED);
    let nothing = in_all_languages(&site, "stranger", "/delegering", StatusCode::OK).await;
    assert!(nothing.text.contains("Du styrer ikke tilganger"));
    let one = format!("{}/{}", clinic(), given.id);
    for path in
        [clinic(), format!("{}/historikk", clinic()), one.clone(), format!("{one}/fjern"), format!("{one}/bruk")]
    {
        assert_eq!(get(&site, "", &path).await.status, StatusCode::UNAUTHORIZED, "{path}");
        for who in ["stranger", "supplier"] {
            assert_eq!(get(&site, who, &path).await.status, StatusCode::FORBIDDEN, "{who} {path}");
        }
    }
    let refused = visit(&site, "stranger", "nb", &format!("{one}/fjern"), Some(&CONFIRMED)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let theirs = format!("/delegering/{}", number(SUPPLIER));
    let received = in_all_languages(&site, "supplier", &theirs, StatusCode::OK).await;
    assert!(received.text.contains("Fjordgløtt legesenter") && received.text.contains("Gi fra deg tilgangen"));
    let ask = in_all_languages(&site, "supplier", &format!("{theirs}/{}/fjern", given.id), StatusCode::OK).await;
    assert!(ask.text.contains("gi fra dere tilgangen"));
    let path = format!("{theirs}/{}/fjern", given.id);
    assert_eq!(visit(&site, "supplier", "nb", &path, Some(&CONFIRMED)).await.status, StatusCode::SEE_OTHER);
    assert!(!world.service.holds(&crate::world::server(), given.id).await.unwrap());
}

#[tokio::test]
async fn the_list_is_shown_as_at_any_time() {
    let world = World::new().await;
    let site = site(&world);
    let before = varde_core::Clock::now(world.database.clock());
    world.later(3600);
    world.service.grant(&leader(), &right(CLINIC, SUPPLIER)).await.unwrap();
    let asked = before.to_zoned(varde_core::clock::norway()).strftime("%Y-%m-%dT%H:%M").to_string();
    let then = in_all_languages(&site, "leader", &format!("{}?valid={asked}", clinic()), StatusCode::OK).await;
    assert!(then.text.contains("Slik var det") && then.text.contains("Ingen tilganger gjaldt da"));
    assert!(get(&site, "leader", &clinic()).await.text.contains("Journalhuset"));
    let wrong = format!("{}?valid=i+fjor&known=2026-13-40", clinic());
    let page = in_all_languages(&site, "leader", &wrong, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert!(page.text.contains("e-valid") && page.text.contains("e-known"));
}
