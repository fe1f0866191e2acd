//! Who enters a room: named in the permit, and still a researcher of the organisation that holds it.

use axum::http::StatusCode;
use varde_core::{Actor, Problem as _, ProblemKind};
use varde_policy::Refusal;
use varde_rooms::{
    RoomsError,
    model::{Tool, Verdict},
};

use crate::{
    pages::ask,
    world::{AUTHOR, HANDLER, MEMBER, REVIEWER, World, actor, elsewhere},
};

const TABLE: &str = "open('/outbox/t.csv', 'w').write('a,n\\nb,120\\n')";

/// The English words of a refusal.
fn words(error: &RoomsError) -> String {
    assert_eq!(error.kind(), ProblemKind::Forbidden, "{error}");
    Refusal::within(error).unwrap().why.en.clone()
}

#[tokio::test]
async fn whoever_has_lost_the_role_does_not_get_in_though_their_session_goes_on() {
    let world = World::new().await;
    let room = world.open().await;
    world.script(room, Tool::Python, TABLE).await;
    let author = actor(AUTHOR);
    let request = world.service.begin_request(&author, room, "Table 1 of the article", &["t.csv".to_owned()]).await;
    let request = request.unwrap();
    world.service.write_request(&author, request, "Table 1 of the article", &[], true).await.unwrap();
    let file = world.service.request(&author, request).await.unwrap().1.files[0].id;
    world.service.review(&actor(REVIEWER), request, Verdict::Approve, "every cell is large").await.unwrap();

    world.staff.leaves(AUTHOR);
    let refused = [
        world.service.start_script(&author, room, Tool::Python, "print(1)").await.unwrap_err(),
        world.service.notebook(&author, room).await.unwrap_err(),
        world.service.files(&author, room).await.unwrap_err(),
        world.service.runs(&author, room).await.unwrap_err(),
        world.service.request(&author, request).await.unwrap_err(),
        world.service.fetch(&author, request, file).await.unwrap_err(),
    ];
    for error in &refused {
        assert!(words(error).contains("no longer hold the role researcher"), "{error}");
    }
    let page = ask(&world.site(), AUTHOR, "GET", &format!("/rom/{room}/kjor"), "", "nb").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("ikke lenger rollen forsker"), "the page says why: {}", page.text);
    let outside = ask(&world.site(), AUTHOR, "GET", &format!("/rom/{room}"), "", "nn").await;
    assert!(outside.text.contains("ikkje lenger rolla forskar"), "and so does the room's page: {}", outside.text);
    assert!(!outside.text.contains("/kjor"), "which offers no way in");
    assert_eq!(world.script_as(MEMBER, room, Tool::Python, "print(1)").await.output, "1\n", "the others go on");
}

#[tokio::test]
async fn a_member_who_acts_for_another_organisation_is_told_to_change_role() {
    let world = World::new().await;
    let room = world.open().await;
    let citizen = Actor::citizen(actor(AUTHOR).person().unwrap(), varde_core::LoginLevel::High);
    for wrong in [elsewhere(AUTHOR), citizen] {
        let refused = world.service.start_script(&wrong, room, Tool::Python, "print(1)").await.unwrap_err();
        assert!(words(&refused).contains("Change role"), "{refused}");
        let view = world.service.view(&wrong, room).await.unwrap();
        assert!(!view.usable && view.refused.is_some(), "they see that there is a room, and why they are not in it");
    }
}

#[tokio::test]
async fn whoever_is_logged_in_too_weakly_is_told_how_to_get_in() {
    let world = World::new().await;
    let room = world.open().await;
    let mut weak = actor(AUTHOR);
    let person = weak.person().unwrap();
    weak.subject = varde_core::Subject::Person { person, level: varde_core::LoginLevel::Substantial };
    let view = world.service.view(&weak, room).await.unwrap();
    assert!(view.refused.unwrap().en.contains("Log in again at level high"));
    let refused = world.service.runs(&weak, room).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden, "what scripts printed may be rows about people");
}

#[tokio::test]
async fn the_access_body_sees_that_there_is_a_room_and_not_what_lies_in_it() {
    let world = World::new().await;
    let room = world.open().await;
    let handler = actor(HANDLER);
    assert_eq!(world.service.rooms(&handler).await.unwrap().len(), 1);
    assert!(world.service.view(&handler, room).await.unwrap().may_close);
    assert_eq!(world.service.files(&handler, room).await.unwrap_err().kind(), ProblemKind::Forbidden);
    assert_eq!(world.service.runs(&handler, room).await.unwrap_err().kind(), ProblemKind::Forbidden);
    let page = ask(&world.site(), HANDLER, "GET", &format!("/rom/{room}"), "", "nb").await;
    assert!(page.text.contains("/avslutt") && !page.text.contains("/filer"), "{}", page.text);
}
