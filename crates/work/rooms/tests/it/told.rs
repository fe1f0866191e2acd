//! Results are compared with those that have left the room before.

use varde_core::{Problem as _, ProblemKind, ReleaseRequestId, RoomId};
use varde_rooms::model::{RequestState, Severity, Tool, Verdict};

use crate::world::{AUTHOR, MEMBER, REVIEWER, World, actor};

async fn file(world: &World, room: RoomId, name: &str, content: &str) {
    let script = format!("open('/outbox/{name}', 'w').write('{content}')");
    world.script(room, Tool::Python, &script).await;
}

async fn begun(world: &World, who: u8, room: RoomId, names: &[&str]) -> ReleaseRequestId {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    world.service.begin_request(&actor(who), room, "Totals of the article", &names).await.unwrap()
}

async fn submit(world: &World, who: u8, request: ReleaseRequestId, explained: &str) {
    let (_, loaded) = world.service.request(&actor(who), request).await.unwrap();
    let explanations: Vec<_> = loaded.files.iter().map(|file| (file.id, explained.to_owned())).collect();
    world.service.write_request(&actor(who), request, "Totals of the article", &explanations, true).await.unwrap();
}

async fn found(world: &World, who: u8, request: ReleaseRequestId) -> Vec<(String, Severity)> {
    let (_, loaded) = world.service.request(&actor(who), request).await.unwrap();
    loaded.files.iter().flat_map(|file| &file.findings).map(|f| (f.rule.clone(), f.severity)).collect()
}

async fn approve(world: &World, request: ReleaseRequestId) -> Result<RequestState, varde_rooms::RoomsError> {
    world.service.review(&actor(REVIEWER), request, Verdict::Approve, "nobody can be recognised").await
}

#[tokio::test]
async fn a_result_is_held_against_what_has_left_and_against_its_neighbours() {
    let world = World::new().await;
    let room = world.open().await;
    file(&world, room, "total.txt", "870").await;
    let first = begun(&world, AUTHOR, room, &["total.txt"]).await;
    assert!(found(&world, AUTHOR, first).await.is_empty());
    submit(&world, AUTHOR, first, "").await;
    approve(&world, first).await.unwrap();

    file(&world, room, "total.txt", "873").await;
    let second = begun(&world, MEMBER, room, &["total.txt"]).await;
    let expected = [("differencing".to_owned(), Severity::Explain)];
    assert_eq!(found(&world, MEMBER, second).await, expected, "another member's, in another request");

    file(&world, room, "total_of_women.txt", "400").await;
    file(&world, room, "total_of_others.txt", "403").await;
    let third = begun(&world, AUTHOR, room, &["total_of_women.txt"]).await;
    assert!(found(&world, AUTHOR, third).await.is_empty());
    world.service.add_files(&actor(AUTHOR), third, &["total_of_others.txt".to_owned()]).await.unwrap();
    assert_eq!(found(&world, AUTHOR, third).await, expected, "of the same request");
}

#[tokio::test]
async fn two_results_that_are_safe_one_by_one_do_not_pass_each_other() {
    let world = World::new().await;
    let room = world.open().await;
    file(&world, room, "total.txt", "870").await;
    let first = begun(&world, AUTHOR, room, &["total.txt"]).await;
    file(&world, room, "total.txt", "873").await;
    let second = begun(&world, MEMBER, room, &["total.txt"]).await;
    submit(&world, AUTHOR, first, "").await;
    submit(&world, MEMBER, second, "").await;
    let (one, other) = tokio::join!(approve(&world, first), approve(&world, second));
    let (late, who, refused) = match (one, other) {
        (Ok(_), Err(refused)) => (second, MEMBER, refused),
        (Err(refused), Ok(_)) => (first, AUTHOR, refused),
        both => panic!("one of them must be refused: {both:?}"),
    };
    assert_eq!((refused.kind(), refused.code()), (ProblemKind::Conflict, "rooms.told_since"));
    assert_eq!(refused.fields()[0].field, "verdict", "it is said on the reviewer's page");

    // The way on: back to the author, who sees what it is and explains it.
    world.service.review(&actor(REVIEWER), late, Verdict::Return, "see what has left meanwhile").await.unwrap();
    world.service.add_files(&actor(who), late, &["total.txt".to_owned()]).await.unwrap();
    let now = if who == MEMBER { vec![("differencing".to_owned(), Severity::Explain)] } else { Vec::new() };
    assert_eq!(found(&world, who, late).await, now);
    submit(&world, who, late, "these three have agreed to be named in the article").await;
    assert_eq!(approve(&world, late).await.unwrap(), RequestState::Approved);
}
