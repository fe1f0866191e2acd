//! New editions of code systems, told in the applications that ask for variables with codes of them.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use varde_core::{Actor, CodeNews, Component, LocalisedText, Problem as _, ProblemKind};

use crate::world::{CODE, COLLEAGUE, HANDLER, RESEARCHER, World, actor};

fn news(edition: u128, variable: &str) -> CodeNews {
    CodeNews {
        edition: uuid::Uuid::from_u128(edition),
        key: "icd10".to_owned(),
        title: LocalisedText::new("ICD-10 <&>", "ICD-10 <&>", "ICD-10 <&>"),
        version: "2027".to_owned(),
        variables: vec![variable.parse().unwrap()],
    }
}

#[tokio::test]
async fn open_applications_are_told_once_and_shown_to_whom_they_concern() {
    let world = World::new().await;
    let (draft, sent, decided) = (world.draft("a").await, world.sent("b").await, world.granted("c").await);
    let flows = Actor::system(Component::Flows);
    let code = news(1, CODE);
    assert_eq!(world.service.tell_of_codes(&flows, &code).await.unwrap(), 2, "what is decided is not open");
    assert_eq!(world.service.tell_of_codes(&flows, &code).await.unwrap(), 0, "the same edition is told once");
    assert_eq!(world.service.tell_of_codes(&flows, &news(2, "another/dataset/variable")).await.unwrap(), 0);
    assert_eq!(world.database.entries("access.application.told").await.len(), 1);
    // The applicant, who is named in it, and the handler of what was sent.
    for (who, path, told) in [
        (RESEARCHER, format!("/soknader/{draft}"), true),
        (COLLEAGUE, format!("/soknader/{sent}"), true),
        (HANDLER, format!("/saker/{sent}"), true),
        (RESEARCHER, format!("/soknader/{decided}"), false),
    ] {
        for language in ["nb", "nn", "en"] {
            let page = world.ask_in(who, "GET", &path, "", language).await;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
            assert_eq!(page.text.contains("href=\"/kodeverk/icd10\""), told, "{path}: {}", page.text);
            assert!(!page.text.contains("ICD-10 <&>") && !page.text.contains(">access-"), "{path}: {}", page.text);
        }
    }
}

#[tokio::test]
async fn whoever_publishes_codes_learns_how_many_applications_and_reads_no_others() {
    let world = World::new().await;
    let (draft, sent) = (world.draft("a").await, world.sent("b").await);
    let variables = [CODE.parse().unwrap()];
    let count = async |who: &Actor| world.service.open_about(who, &variables).await.unwrap();
    let (mine, theirs, nobody) =
        (count(&actor(RESEARCHER)).await, count(&actor(HANDLER)).await, count(&Actor::anonymous()).await);
    assert_eq!((mine.count, theirs.count, nobody.count), (2, 2, 2));
    let ids = |about: &varde_access::service::OpenAbout| about.seen.iter().map(|(id, _)| *id).collect::<BTreeSet<_>>();
    assert_eq!(
        (ids(&mine), ids(&theirs), ids(&nobody)),
        (BTreeSet::from([draft, sent]), BTreeSet::from([sent]), BTreeSet::new())
    );
    // People tell nobody in Varde's name.
    let refused = world.service.tell_of_codes(&actor(HANDLER), &news(1, CODE)).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden);
}
