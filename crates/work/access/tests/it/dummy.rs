//! Invented data to practise on, offered with an application from its first draft.

use axum::http::StatusCode;

use crate::world::{COLLEAGUE, HANDLER, RESEARCHER, World};

#[tokio::test]
async fn whoever_reads_an_application_can_fetch_invented_data_of_its_shape() {
    let world = World::new().await;
    let id = world.draft("a").await;
    let address = format!("/soknader/{id}/oppdiktede-data");
    for language in ["nb", "nn", "en"] {
        let page = world.ask_in(RESEARCHER, "GET", &format!("/soknader/{id}"), "", language).await;
        assert!(page.text.contains(&address) && !page.text.contains("access-dummy"), "{language}: {}", page.text);
    }
    let fetched = world.ask(RESEARCHER, "GET", &address, "").await;
    // What the port was asked for: the title and as many variables as the need has.
    assert_eq!((fetched.status, fetched.text.as_str()), (StatusCode::OK, "Hjertesvikt: 2"));
    // A draft is its applicant's; the body does not know that it exists.
    assert_ne!(world.ask(HANDLER, "GET", &address, "").await.status, StatusCode::OK);
    let sent = world.sent("b").await;
    let colleague = world.ask(COLLEAGUE, "GET", &format!("/soknader/{sent}/oppdiktede-data"), "").await;
    assert_eq!(colleague.status, StatusCode::OK);
}
