//! A room's life: opened by the flow when an extract is delivered, ended when the permit is, put
//! right after a crash.

use std::{fs, io, path::Path};

use varde_core::{Actor, Component, Digest, PermitId, RoomId};
use varde_ledger::Draft;
use varde_permit::{Manifest, Permit};
use varde_policy::{Permission, Resource};

use super::RoomsService;
use crate::{
    RoomsError,
    model::{Room, RoomState, Standing},
    store,
};

/// What [`RoomsService::tend`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tended {
    /// Rooms closed because their permit has expired.
    pub closed: usize,
    /// Notebook servers stopped because nobody used them.
    pub idle: usize,
}

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
        let resource = Resource::new("Room")
            .persons("members", permit.persons.iter().copied())
            .organisation("holder", permit.holder)
            .organisation("access_body", permit.access_body)
            .flag("usable", false);
        let permission = self.guard.check(actor, "rooms.room.open", &resource).await?;
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

    /// Closes a room: ends its programs at once and deletes what was in it. What lies in the
    /// airlock stays, for the record of what left. Idempotent.
    pub async fn close(&self, actor: &Actor, room: RoomId, why: &str) -> Result<(), RoomsError> {
        let loaded = self.room(actor, room).await?;
        let permission = self.guard.check(actor, "rooms.room.close", &self.resource(&loaded)).await?;
        if loaded.state == RoomState::Closed {
            return Ok(());
        }
        if loaded.state != RoomState::Closing {
            self.settle(actor, &loaded, RoomState::Closing, None, &permission).await?;
        }
        self.empty(&loaded).await?;
        let mut work = self.store.begin(actor).await?;
        let now = self.clock().now();
        let closing = store::rooms::read(work.connection(), room).await?;
        store::rooms::become_state(work.connection(), &closing, RoomState::Closed, None, now).await?;
        store::rooms::note(work.connection(), room, None, "closed", why, now).await?;
        work.emit("rooms.room.closed", &serde_json::json!({ "room": room, "permit": loaded.permit })).await?;
        let draft = Draft::new("rooms.room.closed", "room", room).because(permission.legal_basis());
        let entered = work.enter(draft.with("permit", loaded.permit).with("why", why)).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Closes the room of a permit, if it has one. Idempotent; the reaction to a revoked permit.
    pub async fn close_for(&self, actor: &Actor, permit: PermitId, why: &str) -> Result<(), RoomsError> {
        let mut read = self.store.read(actor).await?;
        let found = store::rooms::by_permit(read.connection(), permit).await?;
        drop(read);
        match found {
            Some(room) => self.close(actor, room.id, why).await,
            None => Ok(()),
        }
    }

    /// Ends every program in the room at once, without closing it: members may go on afterwards.
    pub async fn stop(&self, actor: &Actor, room: RoomId) -> Result<(), RoomsError> {
        let loaded = self.room(actor, room).await?;
        let permission = self.guard.check(actor, "rooms.room.work", &self.resource(&loaded)).await?;
        let mut work = self.store.begin(actor).await?;
        // Marked first: what is killed afterwards then does not end as failed.
        store::runs::interrupt(work.connection(), Some(room)).await?;
        store::rooms::note(work.connection(), room, actor.person(), "stopped", "", self.clock().now()).await?;
        let draft = Draft::new("rooms.room.stopped", "room", room).because(permission.legal_basis());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        self.halt(room).await
    }

    /// Puts right what a killed service left: its programs died with it, so runs are marked as
    /// interrupted, and rooms that were closing are closed.
    pub async fn repair(&self) -> Result<(), RoomsError> {
        let actor = Actor::system(Component::Flows);
        let mut work = self.store.begin(&actor).await?;
        let interrupted = store::runs::interrupt(work.connection(), None).await?;
        let rooms = store::rooms::all(work.connection()).await?;
        if interrupted > 0 {
            let draft = Draft::new("rooms.runs.interrupted", "rooms", "all").with("runs", interrupted);
            let entered = work.enter(draft).await?;
            work.commit(entered).await?;
        } else {
            drop(work);
        }
        self.driver.repair().await?;
        for room in rooms.iter().filter(|room| room.state == RoomState::Closing) {
            self.close(&actor, room.id, "resumed").await?;
        }
        Ok(())
    }

    /// Closes rooms whose permit has expired and stops notebooks that nobody uses. For a timer.
    pub async fn tend(&self) -> Result<Tended, RoomsError> {
        let actor = Actor::system(Component::Flows);
        let mut tended = Tended { idle: self.stop_idle().await?, ..Tended::default() };
        let mut read = self.store.read(&actor).await?;
        let rooms = store::rooms::all(read.connection()).await?;
        drop(read);
        let today = self.clock().today();
        let over = |room: &&Room| room.state != RoomState::Closed && room.standing(today) == Standing::Expired;
        for room in rooms.iter().filter(over) {
            self.close(&actor, room.id, "permit_expired").await?;
            tended.closed += 1;
        }
        Ok(tended)
    }

    /// Ends the room's programs and forgets its notebook.
    pub(super) async fn halt(&self, room: RoomId) -> Result<(), RoomsError> {
        let notebook = self.notebooks.lock().await.remove(&room);
        drop(notebook);
        Ok(self.driver.stop(room).await?)
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
        self.halt(room.id).await?;
        let plan = self.plan(room);
        self.driver.prepare(&plan).await?;
        let (manifest, from, to) = (manifest.clone(), delivery.to_owned(), plan.folder.join("data"));
        let copied = tokio::task::spawn_blocking(move || bring_in(&manifest, &from, &to)).await;
        copied.map_err(|error| RoomsError::file(&plan.folder)(io::Error::other(error)))?
    }

    async fn settle(
        &self,
        actor: &Actor,
        room: &Room,
        state: RoomState,
        failure: Option<&str>,
        permission: &Permission,
    ) -> Result<(), RoomsError> {
        let mut work = self.store.begin(actor).await?;
        let now = self.clock().now();
        store::rooms::become_state(work.connection(), room, state, failure, now).await?;
        if state == RoomState::Closing {
            store::runs::interrupt(work.connection(), Some(room.id)).await?;
        }
        store::rooms::note(work.connection(), room.id, None, state.name(), failure.unwrap_or(""), now).await?;
        if state == RoomState::Open {
            work.emit("rooms.room.opened", &serde_json::json!({ "room": room.id, "permit": room.permit })).await?;
        }
        let kind = format!("rooms.room.{}", if state == RoomState::Open { "opened" } else { state.name() });
        let draft = Draft::new(&kind, "room", room.id).because(permission.legal_basis()).with("permit", room.permit);
        let entered = work.enter(draft.with("extract", room.extract)).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Ends the programs and deletes the room's folder.
    async fn empty(&self, room: &Room) -> Result<(), RoomsError> {
        self.halt(room.id).await?;
        let folder = self.plan(room).folder;
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(RoomsError::file(&folder)(error)),
            _ => Ok(()),
        }
    }
}

/// The reason in one line, with its cause.
fn reason(error: &RoomsError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// Copies the delivered files into the room, checks each against the manifest, and takes away what
/// is not in it. A file that is there already with the right digest stays.
fn bring_in(manifest: &Manifest, from: &Path, to: &Path) -> Result<(), RoomsError> {
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
        if !manifest.files.iter().any(|file| *file.name == *found.file_name()) {
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
