//! What a decision must heed beyond the criteria: how many people it reaches, and which updates were asked for.

use axum::http::StatusCode;
use jiff::civil::date;
use varde_access::model::{CRITERIA, Finding};
use varde_core::ApplicationId;
use varde_permit::{Cohort, Rhythm, Updates};

use crate::world::{HANDLER, RESEARCHER, World, actor};

/// An application that was sent and assessed, after a change to what it asks for.
async fn assessed(
    world: &World,
    origin: &str,
    change: impl FnOnce(&mut varde_access::model::Content),
) -> ApplicationId {
    let (id, author) = (world.draft(origin).await, actor(RESEARCHER));
    let draft = world.service.file(&author, id).await.unwrap().application;
    let mut content = draft.content;
    change(&mut content);
    world.service.save(&author, id, draft.revision, &content).await.unwrap();
    world.service.submit(&author, id).await.unwrap();
    for criterion in CRITERIA {
        world.service.assess(&actor(HANDLER), id, criterion.key, Finding::Met, "Oppfylt.").await.unwrap();
    }
    id
}

const GRANT: &str = "outcome=all&reasons=Greit&minimum_group=5&rule_set=norway";

#[tokio::test]
async fn very_many_people_are_shown_at_the_desk_and_not_granted_without_an_assessment_and_a_check() {
    let world = World::new().await;
    let many = |content: &mut varde_access::model::Content| {
        content.need.cohort = Cohort::Born { from: date(1950, 1, 1), until: date(1980, 12, 31) };
    };
    let id = assessed(&world, "many", many).await;
    let case = world.ask(HANDLER, "GET", &format!("/saker/{id}"), "").await;
    assert!(case.text.contains("over grensen på 1000") && case.text.contains("name=\"large_check\""), "{}", case.text);
    let decide = format!("/saker/{id}/vedtak");
    for silent in ["", "&large_assessment=Vurdert", "&large_assessment=+&large_check=Sak+17"] {
        let refused = world.ask(HANDLER, "POST", &decide, &format!("{GRANT}{silent}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{silent}");
        assert!(refused.text.contains("id=\"e-large_assessment\""), "{silent}: {}", refused.text);
    }
    assert_eq!(world.database.entries("access.application.decided").await.len(), 0);
    let said = format!("{GRANT}&large_assessment=Vurdert+med+departementet&large_check=Sak+2026%2F17");
    assert_eq!(world.ask(HANDLER, "POST", &decide, &said).await.status, StatusCode::SEE_OTHER);
    for language in ["nb", "nn", "en"] {
        let page = world.ask_in(RESEARCHER, "GET", &format!("/soknader/{id}/vedtak"), "", language).await;
        assert!(page.text.contains("Vurdert med departementet") && page.text.contains("Sak 2026/17"), "{}", page.text);
    }
    let few = assessed(&world, "few", |_| {}).await;
    let case = world.ask(HANDLER, "GET", &format!("/saker/{few}"), "").await;
    assert!(!case.text.contains("name=\"large_check\"") && case.text.contains("Omtrent 40 personer"), "{}", case.text);
    assert_eq!(world.ask(HANDLER, "POST", &format!("/saker/{few}/vedtak"), GRANT).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn updates_are_asked_for_in_the_form_and_granted_no_more_than_that() {
    let world = World::new().await;
    let draft = world.draft("form").await;
    let revision = world.service.file(&actor(RESEARCHER), draft).await.unwrap().application.revision;
    let form = |months: &str| {
        format!(
            "revision={revision}&formats=csv&language=nb&updates=quarterly&updates_months={months}&updates_asked=yes\
             &then=next"
        )
    };
    let path = format!("/soknader/{draft}/rediger/filene");
    let wrong = world.ask(RESEARCHER, "POST", &path, &form("mange")).await;
    assert!(wrong.text.contains("id=\"e-updates_months\""), "{}", wrong.text);
    let told = world.ask(RESEARCHER, "POST", &path, &form("12")).await;
    assert_eq!(told.location, format!("/soknader/{draft}/rediger/hvem?lagret=ja"), "{}", told.text);
    let saved = world.service.file(&actor(RESEARCHER), draft).await.unwrap().application.content;
    let asked = Updates { every: Rhythm::Quarterly, months: 12, when_asked: true };
    assert_eq!(saved.need.handover.updates, Some(asked));
    let too_long = Updates { months: 25, ..asked };
    let mut content = saved.clone();
    content.need.handover.updates = Some(too_long);
    assert!(content.missing().iter().any(|part| part.field == "updates_months"));

    let id = assessed(&world, "granted", |content| content.need.handover.updates = Some(asked)).await;
    let decide = format!("/saker/{id}/vedtak");
    let part = "outcome=part&reasons=Greit&minimum_group=5&rule_set=norway&grant=0&granularity_0=as_is";
    let more = world.ask(HANDLER, "POST", &decide, &format!("{part}&updates=each_release&updates_months=12")).await;
    assert_eq!(more.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(more.text.contains("id=\"e-updates\""), "{}", more.text);
    let less = world.ask(HANDLER, "POST", &decide, &format!("{part}&updates=yearly&updates_months=12")).await;
    assert_eq!(less.status, StatusCode::SEE_OTHER, "{}", less.text);
    let page = world.ask(RESEARCHER, "GET", &format!("/soknader/{id}/vedtak"), "").await;
    assert!(page.text.contains("Én gang i året, i 12 måneder, når prosjektet ber om det"), "{}", page.text);
}
