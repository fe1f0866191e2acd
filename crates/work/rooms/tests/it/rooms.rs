//! A room's life and the airlock, through the service, on a real database and sandbox.

use std::fs;

use varde_core::{Digest, LoginLevel, Problem as _, ProblemKind};
use varde_rooms::{
    RoomsError,
    model::{AirlockError, RequestState, RunState, Tool, Verdict},
};

use crate::world::{AUTHOR, MEMBER, REVIEWER, SECOND_REVIEWER, STRANGER, World, actor, flows, person};

const TABLE: &str =
    "with open('/data/contact.csv') as f, open('/outbox/table.csv', 'w') as out: out.write(f.read())\nprint('saved')";

#[tokio::test]
async fn a_room_opens_once_for_a_delivery_and_only_for_the_permits_persons() {
    let world = World::new().await;
    let room = world.open().await;
    assert_eq!(world.open().await, room, "opening again finds it open");
    for member in [AUTHOR, MEMBER] {
        let view = world.service.view(&actor(member), room).await.unwrap();
        assert!(view.usable && view.room.members == [person(AUTHOR), person(MEMBER)]);
    }
    assert!(world.service.rooms(&actor(STRANGER)).await.unwrap().is_empty());
    let refused = world.service.view(&actor(STRANGER), room).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::NotFound, "a stranger does not learn that there is a room");
    let refused = world.service.view(&actor(REVIEWER), room).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden, "{refused}");
    let mut weak = actor(AUTHOR);
    weak.subject = varde_core::Subject::Person { person: person(AUTHOR), level: LoginLevel::Substantial };
    let refused = world.service.start_script(&weak, room, Tool::Python, "print(1)").await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden);
}

#[tokio::test]
async fn a_delivery_that_is_not_the_manifests_opens_nothing_and_the_right_one_does() {
    let world = World::new().await;
    let delivery = world.folder.path().join("delivery/contact.csv");
    let right = fs::read(&delivery).unwrap();
    fs::write(&delivery, "age_band,n\n20-29,121\n").unwrap();
    let folder = world.folder.path().join("delivery");
    let refused = world.service.open_for(&flows(), &world.permit, &world.manifest, &folder).await.unwrap_err();
    assert!(matches!(refused, RoomsError::Delivery(name) if name == "contact.csv"));
    let rooms = world.service.rooms(&actor(AUTHOR)).await.unwrap();
    assert_eq!(rooms[0].state.name(), "failed");
    assert!(rooms[0].failure.as_deref().unwrap().contains("contact.csv"));
    fs::write(&delivery, right).unwrap();
    assert_eq!(world.open().await, rooms[0].id);
    assert!(world.service.view(&actor(AUTHOR), rooms[0].id).await.unwrap().usable);
}

#[tokio::test]
async fn scripts_read_the_extract_and_results_leave_only_after_review() {
    let world = World::new().await;
    let room = world.open().await;
    let run = world.script(room, Tool::Python, TABLE).await;
    assert_eq!((run.state, run.output.as_str()), (RunState::Succeeded, "saved\n"), "{}", run.errors);
    let (_, outbox) = world.service.files(&actor(AUTHOR), room).await.unwrap();
    assert_eq!(outbox[0].name, "table.csv");

    let author = actor(AUTHOR);
    let files = ["table.csv".to_owned()];
    let request = world.service.begin_request(&author, room, "Table 1 of the article", &files).await.unwrap();
    // The room changes the file afterwards: what was copied is what is checked and leaves.
    world.script(room, Tool::Python, "open('/outbox/table.csv', 'w').write('secret rows')").await;
    world.service.write_request(&author, request, "Table 1 of the article", &[], true).await.unwrap();

    for insider in [AUTHOR, MEMBER] {
        let refused = world.service.review(&actor(insider), request, Verdict::Approve, "looks fine to me").await;
        assert_eq!(refused.unwrap_err().kind(), ProblemKind::Forbidden);
    }
    let (_, loaded) = world.service.request(&author, request).await.unwrap();
    let file = loaded.files[0].clone();
    let early = world.service.fetch(&author, request, file.id).await.unwrap_err();
    assert_eq!(early.kind(), ProblemKind::Forbidden, "nothing leaves before approval");

    let waiting = world.service.waiting(&actor(REVIEWER)).await.unwrap();
    assert_eq!(waiting.len(), 1);
    let not_theirs = world.service.waiting(&author).await.unwrap_err();
    assert_eq!(not_theirs.kind(), ProblemKind::Forbidden, "only reviewers see what waits");
    let seen = world.service.look(&actor(REVIEWER), request, file.id).await.unwrap();
    let state = world.service.review(&actor(REVIEWER), request, Verdict::Approve, "every cell is large").await.unwrap();
    assert_eq!(state, RequestState::Approved);
    let fetched = world.service.fetch(&author, request, file.id).await.unwrap();
    assert_eq!(fetched, seen);
    assert_eq!(Digest::of(&fetched.bytes), file.digest);
    assert!(String::from_utf8(fetched.bytes).unwrap().starts_with("age_band"));
    let refused = world.service.fetch(&actor(MEMBER), request, file.id).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden);

    let results = world.service.released_results(&varde_core::Actor::anonymous(), world.permit.id).await.unwrap();
    assert_eq!((results.len(), results[0].fetched, results[0].digest), (1, true, file.digest));
}

#[tokio::test]
async fn what_is_missing_is_said_and_what_was_written_is_kept() {
    let world = World::new().await;
    let room = world.open().await;
    world.script(room, Tool::Python, "open('/outbox/rows.csv', 'w').write('1\\n' * 2000)").await;
    let author = actor(AUTHOR);
    let absent = world.service.begin_request(&author, room, "x", &["absent.csv".to_owned()]).await.unwrap_err();
    assert_eq!(absent.code(), "rooms.outbox_file");
    let request = world.service.begin_request(&author, room, "", &["rows.csv".to_owned()]).await.unwrap();
    let refused = world.service.write_request(&author, request, "short", &[], true).await.unwrap_err();
    let fields: Vec<_> = refused.fields().into_iter().map(|f| f.message).collect();
    assert_eq!(fields, ["rooms-error-purpose-short", "rooms-error-explain"]);
    let (_, kept) = world.service.request(&author, request).await.unwrap();
    assert_eq!((kept.purpose.as_str(), kept.state), ("short", RequestState::Draft));
    let explained = [(kept.files[0].id, "two thousand simulated ones".to_owned())];
    world.service.write_request(&author, request, "Simulation run, all ones", &explained, true).await.unwrap();
    world.service.withdraw(&author, request).await.unwrap();
    let late = world.service.review(&actor(REVIEWER), request, Verdict::Approve, "every cell is large").await;
    assert!(matches!(late, Err(RoomsError::Airlock(AirlockError::WrongState(RequestState::Withdrawn)))));
}

#[tokio::test]
async fn two_reviewers_are_needed_where_the_installation_says_so() {
    let world = World::with(|config| config.reviewers_required = 2).await;
    let room = world.open().await;
    world.script(room, Tool::Python, TABLE).await;
    let author = actor(AUTHOR);
    let files = ["table.csv".to_owned()];
    let request = world.service.begin_request(&author, room, "Table 1 of the article", &files).await.unwrap();
    world.service.write_request(&author, request, "Table 1 of the article", &[], true).await.unwrap();
    let approve = async |who| world.service.review(&actor(who), request, Verdict::Approve, "every cell is large").await;
    assert_eq!(approve(REVIEWER).await.unwrap(), RequestState::InReview);
    assert!(approve(REVIEWER).await.is_err());
    assert_eq!(approve(SECOND_REVIEWER).await.unwrap(), RequestState::Approved);
}

#[tokio::test]
async fn a_room_ends_with_its_permit_and_nothing_is_left_in_it() {
    let world = World::new().await;
    let room = world.open().await;
    world.script(room, Tool::Python, TABLE).await;
    let folder = world.folder.path().join("data/rooms").join(room.to_string());
    assert!(folder.join("data/contact.csv").is_file());
    assert_eq!(world.service.tend().await.unwrap().closed, 0);
    world.database.clock().set("2028-01-01T12:00:00Z".parse().unwrap());
    assert!(world.today() > world.permit.valid.until.unwrap());
    let late = world.service.start_script(&actor(AUTHOR), room, Tool::Python, "print(1)").await.unwrap_err();
    assert_eq!(late.kind(), ProblemKind::Forbidden, "no work after the permit's last day");
    assert_eq!(world.service.tend().await.unwrap().closed, 1);
    assert!(!folder.exists());
    assert_eq!(world.service.view(&actor(AUTHOR), room).await.unwrap().room.state.name(), "closed");
    assert_eq!(world.service.tend().await.unwrap().closed, 0);
    assert_eq!(world.open().await, room, "a late delivery does not open it again");
    assert!(!folder.exists());
}

#[tokio::test]
async fn what_was_running_when_the_service_died_is_marked_and_may_be_run_again() {
    let world = World::new().await;
    let room = world.open().await;
    let run =
        world.service.start_script(&actor(AUTHOR), room, Tool::Python, "import time; time.sleep(60)").await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    // What a new process does first; the old one's sandboxes are dead by then.
    world.service.repair().await.unwrap();
    let found = world.service.run(&actor(AUTHOR), room, run).await.unwrap();
    assert_eq!(found.state, RunState::Interrupted);
    assert_eq!(world.script(room, Tool::Python, "print(1)").await.output, "1\n");
}

#[tokio::test]
async fn the_checks_are_told_how_many_people_the_extract_has() {
    let world = World::new().await;
    let room = world.open().await;
    world.script(room, Tool::Python, "open('/outbox/headcount.txt', 'w').write('text')").await;
    let files = ["headcount.txt".to_owned()];
    let request = world.service.begin_request(&actor(AUTHOR), room, "Table 1", &files).await.unwrap();
    let (_, request) = world.service.request(&actor(AUTHOR), request).await.unwrap();
    assert_eq!(request.files[0].findings[0].place, world.manifest.people.to_string());
}

#[tokio::test]
async fn a_language_that_is_not_installed_is_not_offered_and_is_refused() {
    let world = World::new().await;
    let room = world.open().await;
    assert!(!world.service.tools().contains(&Tool::Sql), "these rooms have no DuckDB");
    let refused = world.service.start_script(&actor(AUTHOR), room, Tool::Sql, "SELECT 1").await.unwrap_err();
    assert_eq!(refused.fields()[0].message, "rooms-error-no-tool");
}
