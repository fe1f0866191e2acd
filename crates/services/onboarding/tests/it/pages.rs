//! The pages: ordering step by step, the status, the desk; in all languages, with what is wrong.

use std::sync::Arc;

use http::StatusCode;
use jiff::SignedDuration;
use varde_core::Language;
use varde_web::testing::visit;

use crate::{
    site::{get, post, site},
    world::{CLINIC, World, command_line, leader, number, service, terms},
};

const FILLED: [(&str, &str); 5] = [
    ("class", "full"),
    ("basis", "folkeregisterloven|§ 10-2"),
    ("need", "Riktige adresser."),
    ("email", "kari@example.org"),
    ("language", "nb"),
];

fn filled(organisation: &str) -> Vec<(&str, &str)> {
    std::iter::once(("organisation", organisation)).chain(FILLED).collect()
}

#[tokio::test]
async fn a_service_is_ordered_step_by_step() {
    let world = World::new().await;
    let site = site(&world);
    let catalogue = get(&site, "", "/tjenester").await;
    assert!(catalogue.text.contains("href=\"/tjenester/persontjenesten\""), "{}", catalogue.text);
    let about = get(&site, "", "/tjenester/persontjenesten").await;
    assert!(about.text.contains("Registerhuset") && about.text.contains("varde:person/full"), "{}", about.text);
    let form = get(&site, "leader", "/tjenester/persontjenesten/bestill").await;
    assert!(form.text.contains("Fjordgløtt legesenter") && form.text.contains("daglig leder"), "{}", form.text);

    let clinic = number(CLINIC);
    let begun = post(&site, "leader", "/tjenester/persontjenesten/bestill", &filled(clinic.as_str())).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    let terms = begun.location;
    let page = get(&site, "leader", &terms).await;
    assert!(page.text.contains("Si fra om feil.") && page.text.contains("aria-current=\"step\""), "{}", page.text);
    let unticked = post(&site, "leader", &terms, &[("version", "1")]).await;
    assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unticked.text.contains("Kryss av"), "{}", unticked.text);
    let accepted = post(&site, "leader", &terms, &[("version", "1"), ("accepted", "yes")]).await;
    let review = get(&site, "leader", &accepted.location).await;
    for said in ["Riktige adresser.", "folkeregisterloven § 10-2", "kari@example.org", "Registerhuset"] {
        assert!(review.text.contains(said), "{said}: {}", review.text);
    }
    let sent = post(&site, "leader", &accepted.location, &[]).await;
    let status = get(&site, "leader", &sent.location).await;
    assert!(status.text.contains("Venter på svar") && status.text.contains("Trekk bestillingen"), "{}", status.text);
    assert!(get(&site, "leader", "/tjenester/bestillinger").await.text.contains("26/00001"));

    let desk = get(&site, "handler", "/tjenester/behandling").await;
    assert!(desk.text.contains("Fjordgløtt legesenter"), "{}", desk.text);
    let case = sent.location.replace("bestillinger", "behandling");
    let wrong = post(&site, "handler", &case, &[("answer", "_refuse"), ("reason", " ")]).await;
    assert!(wrong.text.contains("Skriv en begrunnelse"), "{}", wrong.text);
    let nothing = post(&site, "handler", &case, &[("reason", "x")]).await;
    assert!(nothing.text.contains("Velg et svar"), "{}", nothing.text);
    let decided = post(&site, "handler", &case, &[("answer", "full"), ("reason", "")]).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text);
    let status = get(&site, "leader", &sent.location).await;
    assert!(status.text.contains("Registrer en nøkkel") && status.text.contains("Avslutt bruken"), "{}", status.text);
    let ended = post(&site, "leader", &format!("{}/avslutt", sent.location), &[]).await;
    assert!(get(&site, "leader", &ended.location).await.text.contains("stengt for virksomheten"));
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field() {
    let world = World::new().await;
    let site = site(&world);
    let empty = post(&site, "leader", "/tjenester/persontjenesten/bestill", &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["organisation", "class", "basis", "need", "email", "language"] {
        assert!(empty.text.contains(&format!("id=\"e-{field}\"")), "{field}: {}", empty.text);
    }
    let clinic = number(CLINIC);
    let mut mixed = filled(clinic.as_str());
    mixed[2].1 = "folkeregisterloven|§ 10-1";
    let mixed = post(&site, "leader", "/tjenester/persontjenesten/bestill", &mixed).await;
    assert!(mixed.text.contains("Velg en hjemmel som gjelder for klassen"), "{}", mixed.text);
    world.sent(&leader(), CLINIC).await;
    let twice = post(&site, "leader", "/tjenester/persontjenesten/bestill", &filled(clinic.as_str())).await;
    assert!(twice.text.contains("allerede en bestilling"), "{}", twice.text);
}

#[tokio::test]
async fn a_draft_is_changed_withdrawn_and_no_longer_editable() {
    let world = World::new().await;
    let site = site(&world);
    let id = world.begin(&leader(), CLINIC).await.id;
    let base = format!("/tjenester/bestillinger/{id}");
    let edit = format!("{base}/rediger");
    assert!(get(&site, "leader", &edit).await.text.contains("riktige adresser"));
    let fields: Vec<_> = [("revision", "1")].into_iter().chain(FILLED).collect();
    assert_eq!(post(&site, "leader", &edit, &fields).await.location, format!("{base}/vilkar"));
    let late = post(&site, "leader", &edit, &fields).await;
    assert!(late.text.contains("Noen andre har endret"), "{}", late.text);
    post(&site, "leader", &format!("{base}/trekk"), &[]).await;
    assert!(get(&site, "leader", &base).await.text.contains("Trukket"));
    for gone in ["rediger", "vilkar", "send"] {
        assert_eq!(get(&site, "leader", &format!("{base}/{gone}")).await.location, base, "{gone}");
    }
    let again = post(&site, "leader", &format!("{base}/trekk"), &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn new_terms_are_asked_for_on_top() {
    let world = World::new().await;
    let site = site(&world);
    let id = world.granted(&leader(), CLINIC).await;
    let soon = world.now() + SignedDuration::from_hours(24 * 30);
    world.service.publish_terms(&command_line(), &service().id, &terms(soon)).await.unwrap();
    let list = get(&site, "leader", "/tjenester/bestillinger").await;
    let accept = format!("/tjenester/bestillinger/{id}/vilkar");
    assert!(list.text.contains(&accept) && list.text.contains("Godta dem før"), "{}", list.text);
    let old = post(&site, "leader", &accept, &[("version", "1"), ("accepted", "yes")]).await;
    assert!(old.text.contains("nyere versjon"), "{}", old.text);
    world.later(31);
    assert!(get(&site, "leader", "/tjenester/bestillinger").await.text.contains("Tjenesten er stengt"));
    let done = post(&site, "leader", &accept, &[("version", "2"), ("accepted", "yes")]).await;
    assert_eq!(done.location, format!("/tjenester/bestillinger/{id}"));
    assert!(!get(&site, "leader", "/tjenester/bestillinger").await.text.contains("Tjenesten er stengt"));
}

#[tokio::test]
async fn those_who_may_not_are_told_why() {
    let world = World::new().await;
    let site = site(&world);
    let id = world.sent(&leader(), CLINIC).await;
    let nobody = get(&site, "stranger", "/tjenester/persontjenesten/bestill").await;
    assert!(nobody.text.contains("Du kan ikke bestille for noen"), "{}", nobody.text);
    assert!(get(&site, "stranger", "/tjenester/bestillinger").await.text.contains("Ingen bestillinger"));
    let order = format!("/tjenester/bestillinger/{id}");
    assert_eq!(get(&site, "stranger", &order).await.status, StatusCode::FORBIDDEN);
    assert_eq!(get(&site, "stranger", "/tjenester/behandling").await.status, StatusCode::FORBIDDEN);
    assert_ne!(get(&site, "", &order).await.status, StatusCode::OK);
    assert_eq!(get(&site, "leader", "/tjenester/bestillinger/ikke-en-id").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&site, "", "/tjenester/ukjent").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&site, "", "/tjenester/persontjenesten/vilkar/9").await.status, StatusCode::NOT_FOUND);
    let own = world.sent(&crate::world::handler_who_leads(), crate::world::OWNER).await;
    let case = get(&site, "own", &format!("/tjenester/behandling/{own}")).await;
    assert!(case.text.contains("En annen saksbehandler") && !case.text.contains("name=\"answer\""), "{}", case.text);
}

#[tokio::test]
async fn empty_places_say_what_to_do() {
    let world = World::empty(Arc::default(), |_| None).await;
    let site = site(&world);
    assert!(get(&site, "", "/tjenester").await.text.contains("Ingen tjenester ennå"));
    assert!(get(&site, "", "/demo/postkasse").await.text.contains("Ingen e-post"));
    world.service.register(&command_line(), &service()).await.unwrap();
    assert!(get(&site, "", "/tjenester/persontjenesten").await.text.contains("Kan ikke bestilles ennå"));
    assert!(get(&site, "handler", "/tjenester/behandling").await.text.contains("Ingen bestillinger venter"));
    let id = world.begin(&leader(), CLINIC).await.id;
    let order = get(&site, "leader", &format!("/tjenester/bestillinger/{id}")).await;
    assert!(order.text.contains("sender ikke e-post"), "{}", order.text);
}

#[tokio::test]
async fn every_page_is_in_every_language() {
    let world = World::with_post(Arc::default(), |store| Some(Arc::new(varde_onboarding::Mailbox::new(store)))).await;
    let site = site(&world);
    let id = world.granted(&crate::world::suppliers_leader(), CLINIC).await;
    world.run_jobs().await;
    let draft = world.begin(&crate::world::person(crate::world::OTHER_LEADER), crate::world::OTHER_CLINIC).await;
    assert_eq!(draft.reference, "26/00002");
    let pages = [
        ("", "/tjenester".to_owned()),
        ("", "/tjenester/persontjenesten".to_owned()),
        ("", "/tjenester/persontjenesten/vilkar/1".to_owned()),
        ("", "/demo/postkasse".to_owned()),
        ("supplier", "/tjenester/persontjenesten/bestill".to_owned()),
        ("stranger", "/tjenester/persontjenesten/bestill".to_owned()),
        ("leader", "/tjenester/bestillinger".to_owned()),
        ("leader", format!("/tjenester/bestillinger/{id}")),
        ("leader", format!("/tjenester/bestillinger/{id}/vilkar")),
        ("handler", "/tjenester/behandling".to_owned()),
        ("handler", format!("/tjenester/behandling/{id}")),
    ];
    for (who, path) in pages {
        let mut texts = Vec::new();
        for language in Language::ALL {
            let page = visit(&site, who, language.tag(), &path, None).await;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
            assert!(page.text.contains(&format!("<html lang=\"{language}\"")), "{path}");
            // A key that is shown is a text that is missing.
            let shown = page.text.split('>').filter_map(|part| part.split('<').next());
            let keys: Vec<&str> = shown.filter(|text| text.contains("onboarding-")).collect();
            assert!(keys.is_empty(), "{path} {language}: {keys:?}");
            texts.push(page.text);
        }
        assert!(texts[0] != texts[1] && texts[1] != texts[2], "{path}");
    }
}
