//! Updates of the extract: beside the first in the running room, to be read only, and never over it.

use std::{fs, path::PathBuf};

use varde_core::{Digest, ExtractId, RoomId};
use varde_permit::Manifest;
use varde_rooms::{
    RoomsError,
    model::{RoomState, RunState, Tool},
};

use crate::{
    pages::page,
    world::{AUTHOR, HANDLER, World, actor, flows},
};

/// An update as the platform has put it at its place.
fn delivered(world: &World, number: u32, text: &str) -> (Manifest, PathBuf) {
    let folder = world.folder.path().join(format!("update-{number}"));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("contact.csv"), text).unwrap();
    let mut manifest = world.manifest.clone();
    manifest.extract = ExtractId::from_uuid(uuid::Uuid::from_u128(900 + u128::from(number)));
    manifest.files[0].digest = Digest::of(text.as_bytes());
    manifest.files[0].bytes = text.len() as u64;
    (manifest, folder)
}

async fn bring(world: &World, number: u32, text: &str) -> Result<RoomId, RoomsError> {
    let (manifest, folder) = delivered(world, number, text);
    world.service.bring_update(&flows(), &world.permit, number, &manifest, &folder).await
}

#[tokio::test]
async fn an_update_comes_beside_the_first_and_can_only_be_read() {
    let world = World::new().await;
    let room = world.open().await;
    for _ in 0..2 {
        assert_eq!(bring(&world, 1, "age_band,n\n20-29,5000\n").await.unwrap(), room, "once or twice");
    }
    bring(&world, 2, "age_band,n\n20-29,6000\n").await.unwrap();
    let look = "print(open('/data/contact.csv').read() != open('/data/update-1/contact.csv').read())\n\
                print(open('/data/update-1/contact.csv').read().split(',')[-1].strip())\n\
                print(open('/data/update-2/contact.csv').read().split(',')[-1].strip())\n\
                try:\n    open('/data/update-1/contact.csv', 'a')\nexcept OSError: print('refused')";
    let run = world.script(room, Tool::Python, look).await;
    assert_eq!(
        (run.state, run.output.as_str()),
        (RunState::Succeeded, "True\n5000\n6000\nrefused\n"),
        "{}",
        run.errors
    );
    let view = world.service.inside(&actor(AUTHOR), room).await.unwrap();
    let came: Vec<_> = view.updates.iter().map(|update| (update.folder(), update.arrived_at.is_some())).collect();
    assert_eq!(came, [("update-1".to_owned(), true), ("update-2".to_owned(), true)]);
    assert_eq!(view.room.extract, world.manifest.extract, "the first is what it was");
    assert_eq!(world.open().await, room, "opening again leaves the updates where they are");
    assert_eq!(world.service.inside(&actor(AUTHOR), room).await.unwrap().updates.len(), 2);
}

#[tokio::test]
async fn whoever_works_in_the_room_sees_the_newest_that_came_where_it_lies_and_what_changed() {
    let world = World::new().await;
    let (room, site) = (world.open().await, world.site());
    let (base, deliveries) = (format!("/rom/{room}"), format!("/tillatelser/{}/oppdateringer", world.permit.id));
    assert!(!page(&site, AUTHOR, &base).await.contains("update-1"), "none has come");
    let rows = [world.manifest.files[0].rows.unwrap(), 4_321, 5_432];
    for (number, rows) in [(1, rows[1]), (2, rows[2])] {
        let (mut manifest, folder) = delivered(&world, number, "age_band,n\n20-29,5000\n");
        manifest.files[0].rows = Some(rows);
        manifest.people = world.manifest.people + u64::from(number);
        world.service.bring_update(&flows(), &world.permit, number, &manifest, &folder).await.unwrap();
    }
    let shown = page(&site, AUTHOR, &base).await;
    assert!(shown.contains("Oppdatering 2 kom") && !shown.contains("Oppdatering 1 kom"), "{shown}");
    assert!(shown.contains("/data/update-2</code>") && shown.contains(&format!("{deliveries}#leveranse-2")), "{shown}");
    let outside = page(&site, HANDLER, &base).await;
    assert!(!outside.contains("update-2"), "who does not work there is not told: {outside}");

    let files = page(&site, AUTHOR, &format!("{base}/filer")).await;
    for number in 1..=2_usize {
        let table = files.split(&format!("id=\"update-{number}\"")).nth(1).unwrap().split("</table>").next().unwrap();
        // Numbers have a space that does not break between thousands.
        let told = table.replace('\u{a0}', "").replace("&#160;", "");
        let cells = [rows[number - 1], rows[number]].map(|rows| format!(">{rows}</td>"));
        assert!(cells.iter().all(|cell| told.contains(cell)), "{cells:?}: {told}");
        assert!(files.contains(&format!("/data/update-{number}/CHANGES.md")), "{files}");
    }
    let people = world.manifest.people;
    assert!(files.contains(&format!("{} personer før, {} nå", people + 1, people + 2)), "{files}");
}

#[tokio::test]
async fn one_that_is_not_the_manifests_is_not_shown_and_comes_when_it_is_right() {
    let world = World::new().await;
    let room = world.open().await;
    let (manifest, folder) = delivered(&world, 1, "right");
    fs::write(folder.join("contact.csv"), "wrong").unwrap();
    let refused = world.service.bring_update(&flows(), &world.permit, 1, &manifest, &folder).await.unwrap_err();
    assert!(matches!(refused, RoomsError::Delivery(_)), "{refused}");
    let list = "import os; print(sorted(n for n in os.listdir('/data') if not n.startswith('.')))";
    let run = world.script(room, Tool::Python, list).await;
    assert_eq!(run.output, "['contact.csv']\n", "nothing half is shown");
    assert!(world.service.inside(&actor(AUTHOR), room).await.unwrap().updates.is_empty());
    fs::write(folder.join("contact.csv"), "right").unwrap();
    world.service.bring_update(&flows(), &world.permit, 1, &manifest, &folder).await.unwrap();
    let run = world.script(room, Tool::Python, list).await;
    assert_eq!(run.output, "['contact.csv', 'update-1']\n");
}

#[tokio::test]
async fn a_room_that_is_over_gets_nothing_and_there_is_none_before_the_first() {
    let world = World::new().await;
    assert!(matches!(bring(&world, 1, "early").await, Err(RoomsError::NotFound)));
    let room = world.open().await;
    bring(&world, 1, "in time").await.unwrap();
    world.service.close_for(&flows(), world.permit.id, "permit_revoked").await.unwrap();
    assert_eq!(bring(&world, 2, "late").await.unwrap(), room);
    let over = world.service.view(&actor(HANDLER), room).await.unwrap();
    assert_eq!((over.room.state, over.updates.len()), (RoomState::Closed, 1));
    let folder = world.folder.path().join("data/rooms").join(room.to_string());
    assert!(!folder.exists(), "the updates go with the room");
}
