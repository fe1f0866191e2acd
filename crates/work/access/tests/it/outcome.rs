//! What followed from a decision, on the applicant's page and the handler's.

use axum::http::StatusCode;
use uuid::Uuid;
use varde_access::service::{ExtractState, Outcome};
use varde_core::PermitId;

use crate::world::{HANDLER, RESEARCHER, World};

#[tokio::test]
async fn both_read_what_followed_and_what_to_do_about_it() {
    let world = World::new().await;
    let id = world.granted("a").await;
    let pages = [(RESEARCHER, format!("/soknader/{id}")), (HANDLER, format!("/saker/{id}"))];
    for (who, path) in &pages {
        assert!(!world.ask(*who, "GET", path, "").await.text.contains("id=\"utfall\""), "nothing has followed yet");
    }
    let permit = PermitId::from_uuid(Uuid::from_u128(77));
    let outcome = |extract, revoked: Option<&str>| Outcome {
        permit,
        extract,
        delivered: extract == Some(ExtractState::Delivered),
        revoked: revoked.map(|why| ("2026-11-23T09:00:00Z".parse().unwrap(), why.to_owned())),
    };
    for (followed, applicant, handler) in [
        (outcome(None, None), "Uttrekket lages", "Uttrekket lages"),
        (outcome(Some(ExtractState::InTheMaking), None), "Uttrekket lages", "Uttrekket lages"),
        (outcome(Some(ExtractState::Held), None), "ser på det en gang til", "Se på uttrekket og slipp det videre"),
        (outcome(Some(ExtractState::Delivered), None), "ligger i prosjektrommet", "kontrollert og levert"),
        (
            outcome(Some(ExtractState::Empty), None),
            "Send en ny søknad med et større utvalg",
            "Vurder sammen med søkeren",
        ),
        (outcome(Some(ExtractState::Stopped), None), "gikk ut før uttrekket var laget", "trengs en ny søknad"),
        (outcome(Some(ExtractState::Delivered), Some("Vilkår 2 er brutt")), "Vilkår 2 er brutt", "Vilkår 2 er brutt"),
    ] {
        world.followed.set(followed.clone());
        for ((who, path), expected) in pages.iter().zip([applicant, handler]) {
            let page = world.ask(*who, "GET", path, "").await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.text.contains(expected), "{followed:?}: {}", page.text);
            assert!(page.text.contains(&format!("/tillatelser/{permit}")), "{}", page.text);
            for language in ["nn", "en"] {
                let page = world.ask_in(*who, "GET", path, "", language).await;
                assert!(!page.text.contains(">access-"), "{language}: {}", page.text);
            }
        }
    }
}
