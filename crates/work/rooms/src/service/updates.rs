//! Updates of the extract: each is brought into the running room in a folder of its own, beside what is there.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use varde_core::{Actor, RoomId};
use varde_ledger::Draft;
use varde_permit::{Manifest, Permit};
use varde_policy::Permission;

use super::{
    RoomsService,
    opening::{bring_in, resource_of},
};
use crate::{
    RoomsError,
    model::{Room, RoomState, RoomUpdate},
    store,
};

impl RoomsService {
    /// Brings an update into the room of its permit: its files lie in `delivery` and must be those of the
    /// manifest. Programs in the room go on, and find it as a new folder that can only be read. Idempotent:
    /// one that was interrupted goes on; a room that is over gets nothing.
    ///
    /// # Errors
    /// [`RoomsError::NotUsable`] while the room is not open, so that the call is repeated; when a file is not
    /// the one in the manifest.
    pub async fn bring_update(
        &self,
        actor: &Actor,
        permit: &Permit,
        number: u32,
        manifest: &Manifest,
        delivery: &Path,
    ) -> Result<RoomId, RoomsError> {
        let permission = self.guard.check(actor, "rooms.room.open", &resource_of(permit)).await?;
        let mut read = self.store.read(actor).await?;
        let room = store::rooms::by_permit(read.connection(), permit.id).await?.ok_or(RoomsError::NotFound)?;
        let there = store::updates::of(read.connection(), room.id).await?;
        drop(read);
        let arrived = there.iter().any(|update| update.number == number && update.arrived_at.is_some());
        match room.state {
            RoomState::Closing | RoomState::Closed => return Ok(room.id),
            RoomState::Open if arrived => return Ok(room.id),
            RoomState::Open => {}
            state => return Err(RoomsError::NotUsable(state)),
        }
        self.note_update(actor, &room, number, manifest, false, &permission).await?;
        let to = self.plan(&room).folder.join("data");
        let (whole, from) = (manifest.clone(), delivery.to_owned());
        let copied = tokio::task::spawn_blocking(move || put_beside(number, &whole, &from, &to)).await;
        copied.map_err(|error| RoomsError::file(delivery)(io::Error::other(error)))??;
        self.note_update(actor, &room, number, manifest, true, &permission).await?;
        Ok(room.id)
    }

    /// Notes that an update comes, or that it has come, with its entry; what was noted before stays.
    async fn note_update(
        &self,
        actor: &Actor,
        room: &Room,
        number: u32,
        manifest: &Manifest,
        arrived: bool,
        permission: &Permission,
    ) -> Result<(), RoomsError> {
        let mut work = self.store.begin(actor).await?;
        let now = self.clock().now();
        let noted = match arrived {
            false => store::updates::begin(work.connection(), room.id, number, manifest).await?,
            true => store::updates::arrive(work.connection(), room.id, number, now).await?,
        };
        if !noted {
            return Ok(());
        }
        let kind = if arrived { "rooms.update.arrived" } else { "rooms.update.coming" };
        if arrived {
            store::rooms::note(work.connection(), room.id, None, "updated", &RoomUpdate::folder_of(number), now)
                .await?;
        }
        let draft = Draft::new(kind, "room", room.id).because(permission.legal_basis());
        let draft = draft.with("permit", room.permit).with("extract", manifest.extract).with("update", number);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }
}

/// Copies an update beside what lies in the room's data, and shows it when all of it is there.
fn put_beside(number: u32, manifest: &Manifest, from: &Path, data: &Path) -> Result<(), RoomsError> {
    let place = data.join(RoomUpdate::folder_of(number));
    if place.is_dir() {
        // It was shown, and the process ended before it could say so.
        return bring_in(manifest, from, &place);
    }
    let hidden: PathBuf = data.join(format!(".{}", RoomUpdate::folder_of(number)));
    fs::create_dir_all(&hidden).map_err(RoomsError::file(&hidden))?;
    fs::set_permissions(&hidden, fs::Permissions::from_mode(0o755)).map_err(RoomsError::file(&hidden))?;
    bring_in(manifest, from, &hidden)?;
    fs::rename(&hidden, &place).map_err(RoomsError::file(&place))
}
