//! The beginning of a room: opened by the flow when an extract is delivered.

use std::{fs, io, path::Path};

use varde_core::{Actor, Digest, RoomId};
use varde_ledger::Draft;
use varde_permit::{Manifest, Permit};
use varde_policy::{Permission, Resource};

use super::RoomsService;
use crate::{
    RoomsError,
    model::{Room, RoomState, RunState},
    store,
};

impl RoomsService {
    /// Opens the room of a permit with the delivered extract: its files lie in `delivery` and must
    /// be those of the manifest. Idempotent: the same call again finds the room open; one that was
    /// interrupted goes on; a new extract under the permit replaces the old one.
    ///
    /// # Errors
    /// When the machine cannot make a sandbox ([`crate::driver::DriverError::Unavailable`]) or a
    /// file is not the one in the manifest. The room then says `failed` with the reason, and the
    /// call may be repeated.
    pub async fn open_for(
        &self,
        actor: &Actor,
        permit: &Permit,
        manifest: &Manifest,
        delivery: &Path,
    ) -> Result<RoomId, RoomsError> {
        let permission = self.guard.check(actor, "rooms.room.open", &resource_of(permit)).await?;
        let mut read = self.store.read(actor).await?;
        let found = store::rooms::by_permit(read.connection(), permit.id).await?;
        drop(read);
        if let Some(room) = &found
            && (matches!(room.state, RoomState::Closing | RoomState::Closed)
                || room.state == RoomState::Open && room.extract == manifest.extract)
        {
            return Ok(room.id);
        }
        let room = self.begin(actor, permit, manifest, &permission).await?;
        match self.furnish(&room, manifest, delivery).await {
            Ok(()) => self.settle(actor, &room, RoomState::Open, None, &permission).await?,
            Err(error) => {
                let reason = reason(&error);
                self.settle(actor, &room, RoomState::Failed, Some(&reason), &permission).await?;
                return Err(error);
            }
        }
        Ok(room.id)
    }

    async fn begin(
        &self,
        actor: &Actor,
        permit: &Permit,
        manifest: &Manifest,
        permission: &Permission,
    ) -> Result<Room, RoomsError> {
        let id = RoomId::new(&**self.store.clock(), self.store.randomness());
        let mut work = self.store.begin(actor).await?;
        let id = store::rooms::begin(work.connection(), id, permit, manifest, self.clock().now()).await?;
        let draft = Draft::new("rooms.room.opening", "room", id).because(permission.legal_basis());
        let draft = draft.for_purpose(permit.purpose).with("permit", permit.id).with("extract", manifest.extract);
        let entered = work.enter(draft.with("members", permit.persons.len())).await?;
        let room = store::rooms::read(work.connection(), id).await?;
        work.commit(entered).await?;
        Ok(room)
    }

    /// Makes the folders and brings the extract in, every byte checked against the manifest.
    async fn furnish(&self, room: &Room, manifest: &Manifest, delivery: &Path) -> Result<(), RoomsError> {
        self.driver.probe().await.ready()?;
        self.halt(room.id, RunState::Interrupted).await?;
        let plan = self.plan(room);
        self.driver.prepare(&plan).await?;
        let (manifest, from, to) = (manifest.clone(), delivery.to_owned(), plan.folder.join("data"));
        let copied = tokio::task::spawn_blocking(move || bring_in(&manifest, &from, &to)).await;
        copied.map_err(|error| RoomsError::file(&plan.folder)(io::Error::other(error)))?
    }

    /// Moves the room to another state, with its entry and event; `why` it failed or is being closed.
    pub(super) async fn settle(
        &self,
        actor: &Actor,
        room: &Room,
        state: RoomState,
        why: Option<&str>,
        permission: &Permission,
    ) -> Result<(), RoomsError> {
        let mut work = self.store.begin(actor).await?;
        let now = self.clock().now();
        store::rooms::become_state(work.connection(), room, state, why, now).await?;
        if state == RoomState::Closing {
            store::runs::interrupt(work.connection(), Some(room.id), RunState::Interrupted).await?;
        }
        let detail = why.filter(|_| state == RoomState::Failed).unwrap_or_default();
        store::rooms::note(work.connection(), room.id, None, state.name(), detail, now).await?;
        if state == RoomState::Open {
            work.emit("rooms.room.opened", &serde_json::json!({ "room": room.id, "permit": room.permit })).await?;
        }
        let kind = format!("rooms.room.{}", if state == RoomState::Open { "opened" } else { state.name() });
        let draft = Draft::new(&kind, "room", room.id).because(permission.legal_basis()).with("permit", room.permit);
        let entered = work.enter(draft.with("extract", room.extract)).await?;
        work.commit(entered).await?;
        Ok(())
    }
}

/// A room that there may not be yet, as the policies see it.
pub(super) fn resource_of(permit: &Permit) -> Resource {
    Resource::new("Room")
        .persons("members", permit.persons.iter().copied())
        .persons("leaders", permit.leader())
        .organisation("holder", permit.holder)
        .organisation("access_body", permit.access_body)
        .flag("usable", false)
        .flag("still_researcher", false)
}

/// The reason in one line, with its cause.
fn reason(error: &RoomsError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// Copies the delivered files into the room, checks each against the manifest, and takes away what
/// is not in it, but for folders: those are updates. A file that is there already with the right digest stays.
pub(super) fn bring_in(manifest: &Manifest, from: &Path, to: &Path) -> Result<(), RoomsError> {
    for file in &manifest.files {
        let plain = !file.name.is_empty() && !file.name.contains(['/', '\\', '\0']) && !file.name.starts_with('.');
        let wrong = || RoomsError::Delivery(file.name.clone());
        if !plain {
            return Err(wrong());
        }
        let target = to.join(&file.name);
        if digest(&target).ok() == Some(file.digest) {
            continue;
        }
        let partial = to.join(format!(".{}.partial", file.name));
        fs::copy(from.join(&file.name), &partial).map_err(|_| wrong())?;
        if digest(&partial).map_err(RoomsError::file(&partial))? != file.digest {
            fs::remove_file(&partial).map_err(RoomsError::file(&partial))?;
            return Err(wrong());
        }
        let readable = std::os::unix::fs::PermissionsExt::from_mode(0o444);
        fs::set_permissions(&partial, readable).map_err(RoomsError::file(&partial))?;
        fs::rename(&partial, &target).map_err(RoomsError::file(&target))?;
    }
    for found in fs::read_dir(to).map_err(RoomsError::file(to))?.flatten() {
        let is_folder = found.file_type().map_err(RoomsError::file(found.path()))?.is_dir();
        if !is_folder && !manifest.files.iter().any(|file| *file.name == *found.file_name()) {
            fs::remove_file(found.path()).map_err(RoomsError::file(found.path()))?;
        }
    }
    Ok(())
}

/// The digest of a file, read in pieces: extracts are large.
fn digest(path: &Path) -> io::Result<Digest> {
    use sha2::Digest as _;
    let mut hasher = sha2::Sha256::new();
    let mut file = fs::File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        match io::Read::read(&mut file, &mut buffer)? {
            0 => return Ok(Digest::from_bytes(hasher.finalize().into())),
            read => hasher.update(&buffer[..read]),
        }
    }
}
