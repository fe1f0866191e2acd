//! What keeps rooms in order: the disk, the end of a room, the airlock's copies, a second process.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf, process::Command, time::Duration};

use axum::http::StatusCode;
use varde_core::{Problem as _, ProblemKind, ReleaseRequestId, RoomId};
use varde_rooms::{
    RoomsError,
    model::{RequestState, RoomState, RunState, Tool, Verdict},
};

use crate::{
    pages::ask,
    world::{AUTHOR, HANDLER, MEMBER, OPERATOR, REVIEWER, STRANGER, World, actor, elsewhere, person},
};

const MEGABYTE: u64 = 1_000_000;
const WHY: &str = "The project has ended";

/// A world whose rooms hold five megabytes.
async fn small() -> World {
    World::with(|config| (config.limits.disk_bytes, config.notebook) = (5 * MEGABYTE, true)).await
}

fn folder(world: &World, room: RoomId) -> PathBuf {
    world.folder.path().join("data/rooms").join(room.to_string())
}

/// Starts a script and waits until it has made the file.
async fn begun(world: &World, room: RoomId, script: &str, file: &str) -> uuid::Uuid {
    let run = world.service.start_script(&actor(AUTHOR), room, Tool::Python, script).await.unwrap();
    let file = folder(world, room).join("work").join(file);
    until(async || file.exists()).await;
    run
}

async fn until(condition: impl AsyncFn() -> bool) {
    for _ in 0..300 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it did not come to that");
}

async fn state(world: &World, room: RoomId, run: uuid::Uuid) -> RunState {
    world.service.run(&actor(AUTHOR), room, run).await.unwrap().state
}

/// How many entries of a kind are on the log.
async fn entries(world: &World, kind: &str) -> usize {
    world.database.entries(kind).await.len()
}

#[tokio::test]
async fn one_file_cannot_outgrow_the_room_and_members_can_make_space_again() {
    let world = small().await;
    let room = world.open().await;
    let large = "with open('/work/large', 'wb') as f:\n    while True: f.write(b'x' * 100_000)";
    let run = world.script(room, Tool::Python, large).await;
    assert_eq!(run.state, RunState::DiskFull, "{}", run.errors);
    let held = fs::metadata(folder(&world, room).join("work/large")).unwrap().len();
    assert!(held <= 5 * MEGABYTE, "the kernel stops the file at what is left: {held}");

    let site = world.site();
    let page = ask(&site, AUTHOR, "GET", &format!("/rom/{room}"), "", "en").await.text;
    assert!(page.contains("of 5,000\u{a0}kB") && page.contains("The room is full"), "{page}");
    assert!(page.contains("os.remove("), "it says what to do");
    let run_page = ask(&site, AUTHOR, "GET", &format!("/rom/{room}/kjor/{}", run.id), "", "en").await.text;
    assert!(run_page.contains("wrote more than the room can hold"), "{run_page}");
    let refused = world.service.notebook(&actor(AUTHOR), room).await.unwrap_err();
    assert!(matches!(refused, RoomsError::DiskFull), "{refused}");
    let more = world.script(room, Tool::Python, "with open('/work/more', 'w') as f: f.write('x')").await;
    assert_eq!(more.state, RunState::DiskFull, "nothing can be written: {}", more.errors);

    let space = world.script(room, Tool::Python, "import os; os.remove('/work/large')").await;
    assert_eq!(space.state, RunState::Succeeded, "{}", space.errors);
    let again = world.script(room, Tool::Python, "open('/work/more', 'w').write('x' * 1000)").await;
    assert_eq!(again.state, RunState::Succeeded, "{}", again.errors);
}

#[tokio::test]
async fn many_files_that_outgrow_the_room_stop_its_programs() {
    let world = small().await;
    let room = world.open().await;
    let files = "import time\nfor n in range(4): open(f'/work/{n}', 'wb').write(b'x' * 2_000_000)\n\
                 open('/work/done', 'w')\ntime.sleep(600)";
    let quiet = begun(&world, room, "import time\nopen('/work/a', 'w')\ntime.sleep(600)", "a").await;
    assert_eq!(world.service.watch().await, 0, "there is space");
    let run = begun(&world, room, files, "done").await;
    assert_eq!(world.service.watch().await, 1);
    assert_eq!(state(&world, room, run).await, RunState::DiskFull);
    assert_eq!(state(&world, room, quiet).await, RunState::DiskFull, "all programs of the room end");
    assert_eq!(entries(&world, "rooms.room.disk_full").await, 1);
    assert_eq!(world.service.watch().await, 0, "nothing runs any more");
    let log = ask(&world.site(), AUTHOR, "GET", &format!("/rom/{room}/logg"), "", "en").await.text;
    assert!(log.contains("The room was full"), "the members are told: {log}");
    let delete = "import os\nfor n in range(4): os.remove(f'/work/{n}')\nprint('deleted')";
    assert_eq!(world.script(room, Tool::Python, delete).await.output, "deleted\n");
}

#[tokio::test]
async fn too_many_files_stop_a_room_as_well() {
    let world = World::with(|config| config.limits.disk_files = 50).await;
    let room = world.open().await;
    let many = "import time\nfor n in range(60): open(f'/work/{n}', 'w')\nopen('/work/done', 'w')\ntime.sleep(600)";
    let run = begun(&world, room, many, "done").await;
    assert_eq!(world.service.watch().await, 1);
    assert_eq!(state(&world, room, run).await, RunState::DiskFull);
}

#[tokio::test]
async fn a_room_is_closed_by_those_who_may_with_a_reason_and_for_good() {
    let world = World::new().await;
    let room = world.open().await;
    // Deeper than any path: what a room has nested is deleted all the same.
    let deep = "import os, time\nos.chdir('/work')\nfor _ in range(3000):\n    os.mkdir('d' * 100); os.chdir('d' * 100)\n\
                open('/work/done', 'w')\ntime.sleep(600)";
    let run = begun(&world, room, deep, "done").await;
    let not_theirs =
        [(STRANGER, ProblemKind::NotFound), (REVIEWER, ProblemKind::Forbidden), (MEMBER, ProblemKind::Forbidden)];
    for (who, kind) in not_theirs {
        assert_eq!(world.service.close_by(&actor(who), room, WHY).await.unwrap_err().kind(), kind, "{who}");
    }
    assert!(!world.service.view(&actor(MEMBER), room).await.unwrap().may_close, "a member does not lead the project");
    assert!(world.service.view(&actor(AUTHOR), room).await.unwrap().may_close);
    let refused = world.service.close_by(&elsewhere(AUTHOR), room, WHY).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden);
    let refused = world.service.close_by(&actor(AUTHOR), room, "why not").await.unwrap_err();
    assert_eq!(refused.fields()[0].message, "rooms-error-close-reason");

    // A room of a permit from before leaders were kept has none.
    let mut owner = world.database.owner().await;
    sqlx::query("UPDATE rooms.room SET leader = NULL").execute(&mut owner).await.unwrap();
    assert!(world.service.close_by(&actor(AUTHOR), room, WHY).await.is_err());
    let leads = sqlx::query("UPDATE rooms.room SET leader = $1").bind(person(AUTHOR).uuid());
    leads.execute(&mut owner).await.unwrap();

    world.service.close_by(&actor(AUTHOR), room, WHY).await.unwrap();
    let view = world.service.view(&actor(AUTHOR), room).await.unwrap();
    assert_eq!((view.room.state, view.room.closed_why.as_deref()), (RoomState::Closed, Some(WHY)));
    assert!(!view.usable && !view.may_close && view.refused.is_none(), "what was done can still be read");
    assert_eq!(state(&world, room, run).await, RunState::Interrupted);
    assert!(!folder(&world, room).exists());
    assert_eq!((entries(&world, "rooms.room.close_ordered").await, entries(&world, "rooms.room.closed").await), (1, 1));
    let late = world.service.start_script(&actor(AUTHOR), room, Tool::Python, "print(1)").await.unwrap_err();
    assert_eq!(late.kind(), ProblemKind::Forbidden);
    world.service.close_by(&actor(AUTHOR), room, WHY).await.unwrap();
    assert_eq!(entries(&world, "rooms.room.closed").await, 1, "closed is closed");
    assert_eq!(world.open().await, room, "a late delivery does not open it again");
}

#[tokio::test]
async fn the_access_body_closes_a_room_on_its_page_and_an_operator_any() {
    let world = World::new().await;
    let room = world.open().await;
    let (site, path) = (world.site(), format!("/rom/{room}/avslutt"));
    for language in ["nb", "nn", "en"] {
        let sure = ask(&site, HANDLER, "GET", &path, "", language).await;
        assert_eq!(sure.status, StatusCode::OK);
        assert!(!sure.text.contains(">rooms-"), "{}", sure.text);
    }
    assert_eq!(ask(&site, REVIEWER, "GET", &path, "", "nb").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ask(&site, STRANGER, "GET", &path, "", "nb").await.status, StatusCode::NOT_FOUND);
    let empty = ask(&site, HANDLER, "POST", &path, "reason=", "en").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("Write why the room is closed"), "{}", empty.text);
    let closed = ask(&site, HANDLER, "POST", &path, "reason=Vilkaarene+ble+brutt", "nb").await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.text);
    let page = ask(&site, AUTHOR, "GET", &format!("/rom/{room}"), "", "nb").await.text;
    assert!(page.contains("Vilkaarene ble brutt") && page.contains("Rommet er avsluttet"), "{page}");

    let other = World::new().await;
    let room = other.open().await;
    let reason = r#"{"reason":"Somebody else's data was seen in it"}"#;
    let answer = ask(&other.site(), OPERATOR, "POST", &format!("/api/rooms/{room}/close"), reason, "en").await;
    assert_eq!(
        answer.status,
        StatusCode::NO_CONTENT,
        "an operator is party to no room and closes any: {}",
        answer.text
    );
    assert_eq!(other.service.view(&actor(AUTHOR), room).await.unwrap().room.state, RoomState::Closed);
}

/// A request with one file, as far as it is to go.
async fn request(world: &World, room: RoomId, content: &str, until: RequestState) -> (ReleaseRequestId, uuid::Uuid) {
    world.script(room, Tool::Python, &format!("open('/outbox/t.csv', 'w').write('a,n\\n{content},120\\n')")).await;
    let (author, reviewer, service) = (actor(AUTHOR), actor(REVIEWER), &world.service);
    let id = service.begin_request(&author, room, "Table 1 of the article", &["t.csv".to_owned()]).await.unwrap();
    let file = service.request(&author, id).await.unwrap().1.files[0].id;
    if until == RequestState::Draft {
        return (id, file);
    }
    service.write_request(&author, id, "Table 1 of the article", &[], true).await.unwrap();
    match until {
        RequestState::Withdrawn => service.withdraw(&author, id).await.unwrap(),
        RequestState::Rejected => {
            service.review(&reviewer, id, Verdict::Reject, "cells are too small").await.unwrap();
        }
        RequestState::Approved | RequestState::Released => {
            service.review(&reviewer, id, Verdict::Approve, "every cell is large").await.unwrap();
        }
        _ => {}
    }
    if until == RequestState::Released {
        service.fetch(&author, id, file).await.unwrap();
    }
    (id, file)
}

#[tokio::test]
async fn after_closing_nothing_changes_but_what_was_handed_over_goes_on() {
    let world = World::new().await;
    let room = world.open().await;
    let (draft, _) = request(&world, room, "draft", RequestState::Draft).await;
    let (waiting, file) = request(&world, room, "waiting", RequestState::Submitted).await;
    world.service.close_by(&actor(HANDLER), room, WHY).await.unwrap();
    let author = actor(AUTHOR);
    let refused = world.service.write_request(&author, draft, "Table 2 of the article", &[], true).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden);
    let page = ask(&world.site(), AUTHOR, "GET", &format!("/rom/{room}/ut/{draft}"), "", "en").await.text;
    assert!(page.contains("You can only withdraw it") && !page.contains("value=\"submit\""), "{page}");
    world.service.withdraw(&author, draft).await.unwrap();
    world.service.review(&actor(REVIEWER), waiting, Verdict::Approve, "every cell is large").await.unwrap();
    assert_eq!(world.service.fetch(&author, waiting, file).await.unwrap().bytes, b"a,n\nwaiting,120\n");
}

#[tokio::test]
async fn copies_in_the_airlock_go_when_their_time_is_up_and_others_stay() {
    let world = World::new().await;
    let room = world.open().await;
    let copies = || fs::read_dir(world.folder.path().join("data/airlock")).unwrap().count();
    let (rejected, looked_at) = request(&world, room, "rejected", RequestState::Rejected).await;
    let (fetched, file) = request(&world, room, "fetched", RequestState::Released).await;
    let (approved, kept) = request(&world, room, "approved", RequestState::Approved).await;
    request(&world, room, "draft", RequestState::Draft).await;
    // The same bytes as a file that goes: one copy serves both, and stays.
    request(&world, room, "rejected", RequestState::Submitted).await;
    assert_eq!(copies(), 4);
    let day = |n: i64| varde_store::testing::START + jiff::SignedDuration::from_hours(24 * n);
    let page = format!("/rom/{room}/ut/{fetched}");
    world.database.clock().set(day(29));
    assert_eq!(world.service.tend().await.unwrap().tidied, 0);
    let shown = ask(&world.site(), AUTHOR, "GET", &page, "", "en").await.text;
    assert!(shown.contains("The copies of the files are deleted"), "the author is told until when: {shown}");
    world.service.fetch(&actor(AUTHOR), fetched, file).await.unwrap();

    world.database.clock().set(day(31));
    let tended = world.service.tend().await.unwrap();
    assert_eq!((tended.tidied, tended.failed), (2, 0));
    assert_eq!(entries(&world, "rooms.request.copies_removed").await, 2);
    assert_eq!(copies(), 3, "the fetched one is gone");
    let gone = world.service.fetch(&actor(AUTHOR), fetched, file).await.unwrap_err();
    assert!(matches!(gone, RoomsError::CopyRemoved(_)), "{gone}");
    let gone = world.service.look(&actor(REVIEWER), rejected, looked_at).await.unwrap_err();
    assert_eq!(gone.code(), "rooms.copy_removed");
    let shown = ask(&world.site(), AUTHOR, "GET", &page, "", "en").await.text;
    assert!(shown.contains("The copy was deleted") && !shown.contains("/hent/"), "{shown}");
    let results = world.service.released_results(&varde_core::Actor::anonymous(), world.permit.id).await.unwrap();
    assert_eq!(results.len(), 2, "what left stays on record");
    world.service.fetch(&actor(AUTHOR), approved, kept).await.unwrap();
    assert_eq!(world.service.tend().await.unwrap().tidied, 0);

    world.service.close_by(&actor(AUTHOR), room, WHY).await.unwrap();
    world.database.clock().set(day(62));
    assert_eq!(world.service.tend().await.unwrap().tidied, 2, "the draft can never leave, the approved one has");
    assert_eq!(copies(), 1, "one still waits for a reviewer");
}

#[tokio::test]
async fn a_second_process_leaves_the_rooms_of_the_first_alone() {
    let world = World::new().await;
    let room = world.open().await;
    assert!(world.service.repair().await.unwrap(), "the first looks after the rooms");
    let run = begun(&world, room, "import time\nopen('/work/a', 'w')\ntime.sleep(600)", "a").await;
    let second = world.neighbour();
    assert!(!second.repair().await.unwrap());
    drop(second);
    assert_eq!(state(&world, room, run).await, RunState::Running, "its programs go on");
    assert_eq!(world.script(room, Tool::Python, "print(1)").await.output, "1\n", "and new ones start");
}

#[tokio::test]
async fn one_room_that_cannot_be_put_right_keeps_nothing_else_from_it() {
    let world = World::new().await;
    let room = world.open().await;
    // A service was killed while it closed this room.
    let sql = "UPDATE rooms.room SET state = 'closing', closed_why = 'permit_revoked'";
    sqlx::query(sql).execute(&mut world.database.owner().await).await.unwrap();
    let held = folder(&world, room).join("held");
    fs::create_dir(&held).unwrap();
    // Root deletes everything but a mount; others cannot delete below a closed folder.
    let mount = |program: &str, arguments: &[&str]| Command::new(program).args(arguments).arg(&held).status().unwrap();
    let rights = |mode: u32| fs::set_permissions(folder(&world, room), fs::Permissions::from_mode(mode)).unwrap();
    let mounted = mount("/usr/bin/mount", &["-t", "tmpfs", "none"]).success();
    rights(0o500);
    let repaired = world.service.repair().await;
    let tended = world.service.tend().await;
    rights(0o700);
    assert!(!mounted || mount("/usr/bin/umount", &[]).success());
    assert!(repaired.unwrap(), "the service starts all the same");
    assert_eq!(tended.unwrap().failed, 1, "and says what it could not do");
    assert_eq!(world.service.tend().await.unwrap().closed, 1, "when the hindrance is gone it is done");
    let view = world.service.view(&actor(AUTHOR), room).await.unwrap();
    assert_eq!(view.room.closed_why.as_deref(), Some("permit_revoked"), "the reason is the first one");
}

#[tokio::test]
async fn without_control_groups_a_stop_and_another_process_that_closes_end_the_programs_too() {
    let world = World::without_groups().await;
    let room = world.open().await;
    let sleep = "import time\nopen('/work/a', 'w')\ntime.sleep(600)";
    let run = begun(&world, room, sleep, "a").await;
    world.service.stop(&actor(AUTHOR), room).await.unwrap();
    until(async || entries(&world, "rooms.script.ended").await == 1).await;
    assert_eq!(state(&world, room, run).await, RunState::Interrupted);

    let run = begun(&world, room, &sleep.replace("/a", "/b"), "b").await;
    world.neighbour().close_by(&actor(HANDLER), room, WHY).await.unwrap();
    world.service.tend().await.unwrap();
    until(async || entries(&world, "rooms.script.ended").await == 2).await;
    assert_eq!(state(&world, room, run).await, RunState::Interrupted);
}
