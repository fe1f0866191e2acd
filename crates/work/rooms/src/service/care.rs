//! What keeps rooms in order by itself: after a crash, and every minute.

use std::{
    collections::BTreeSet,
    fs::{self, File, TryLockError},
};

use jiff::SignedDuration;
use varde_core::{Actor, Component, RoomId};
use varde_ledger::Draft;
use varde_policy::{Permission, Resource};

use super::RoomsService;
use crate::{
    RoomsError,
    model::{ReleaseRequest, Room, RoomState, RunState, Standing},
    store,
};

/// What [`RoomsService::tend`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tended {
    /// Rooms closed: their permit has expired, or closing them was interrupted.
    pub closed: usize,
    /// Notebook servers stopped because nobody used them.
    pub idle: usize,
    /// Requests whose copies in the airlock were deleted because their time was up.
    pub tidied: usize,
    /// What could not be done; the reason is in the program's own log, and it is tried again.
    pub failed: usize,
}

impl Tended {
    /// Counts an outcome; what failed is logged and does not hold up the rest.
    fn note(&mut self, outcome: Result<(), RoomsError>, what: &str, room: RoomId) -> bool {
        let Err(error) = outcome else { return true };
        tracing::error!(rooms.error = %error, %room, "{what} failed");
        self.failed += 1;
        false
    }
}

/// How long a copy may lie in the airlock before it belongs to a request: it is written first.
const WRITTEN_BY_THEN: SignedDuration = SignedDuration::from_hours(24);

impl RoomsService {
    /// Puts right what a killed service left: its programs died with it, so runs are marked as
    /// interrupted, their control groups are given back, and rooms that were closing are closed. A
    /// room that cannot be put right does not keep the others, or the service, from starting.
    ///
    /// Only one process looks after the rooms of a folder. Where another one does, what runs there is
    /// that one's, and nothing is touched; returns whether this process looks after them.
    pub async fn repair(&self) -> Result<bool, RoomsError> {
        if !self.take_care()? {
            tracing::warn!("another process looks after the rooms of this data directory: nothing was put right");
            return Ok(false);
        }
        let actor = Actor::system(Component::Flows);
        let mut work = self.store.begin(&actor).await?;
        let interrupted = store::runs::interrupt(work.connection(), None, RunState::Interrupted).await?;
        let rooms = store::rooms::all(work.connection()).await?;
        if interrupted > 0 {
            let draft = Draft::new("rooms.runs.interrupted", "rooms", "all").with("runs", interrupted);
            let entered = work.enter(draft).await?;
            work.commit(entered).await?;
        } else {
            drop(work);
        }
        if let Err(error) = self.driver.repair().await {
            tracing::error!(rooms.error = %error, "what a killed service left in control groups could not be ended");
        }
        let mut tended = Tended::default();
        self.finish_closing(&actor, &rooms, &mut tended).await;
        Ok(true)
    }

    /// Takes the lock of whoever looks after these rooms, or says that another process has it.
    fn take_care(&self) -> Result<bool, RoomsError> {
        if self.caretaker.get().is_some() {
            return Ok(true);
        }
        fs::create_dir_all(&self.config.folder).map_err(RoomsError::file(&self.config.folder))?;
        let path = self.config.folder.join("caretaker.lock");
        let file = File::create(&path).map_err(RoomsError::file(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(self.caretaker.set(file).is_ok()),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(RoomsError::file(&path)(error)),
        }
    }

    /// Closes rooms whose permit has expired, ends what still runs in rooms that are over, stops
    /// notebooks that nobody uses, deletes the airlock's copies when their time is up. For a timer.
    ///
    /// # Errors
    /// When the rooms cannot be read. What fails in one room is logged, counted and tried again.
    pub async fn tend(&self) -> Result<Tended, RoomsError> {
        let actor = Actor::system(Component::Flows);
        let mut tended = Tended { idle: self.stop_idle().await, ..Tended::default() };
        let mut read = self.store.read(&actor).await?;
        let rooms = store::rooms::all(read.connection()).await?;
        drop(read);
        let today = self.clock().today();
        let expired = |room: &&Room| !room.is_over() && room.standing(today) == Standing::Expired;
        for room in rooms.iter().filter(expired) {
            let closed = self.close(&actor, room.id, "permit_expired").await;
            tended.closed += usize::from(tended.note(closed, "closing an expired room", room.id));
        }
        self.finish_closing(&actor, &rooms, &mut tended).await;
        self.end_strays(&rooms, &mut tended).await;
        self.tidy(&actor, &rooms, &mut tended).await?;
        Ok(tended)
    }

    async fn finish_closing(&self, actor: &Actor, rooms: &[Room], tended: &mut Tended) {
        for room in rooms.iter().filter(|room| room.state == RoomState::Closing) {
            let closed = self.close(actor, room.id, "resumed").await;
            tended.closed += usize::from(tended.note(closed, "closing a room", room.id));
        }
    }

    /// A room may have been closed by another process, such as the command line.
    async fn end_strays(&self, rooms: &[Room], tended: &mut Tended) {
        let over: BTreeSet<RoomId> = rooms.iter().filter(|room| room.is_over()).map(|room| room.id).collect();
        for room in self.running.rooms().await.intersection(&over) {
            let halted = self.halt(*room, RunState::Interrupted).await;
            tended.note(halted, "ending the programs of a closed room", *room);
        }
    }

    /// Deletes the airlock's copies that nobody needs any more (GDPR art. 5(1)(e)).
    async fn tidy(&self, actor: &Actor, rooms: &[Room], tended: &mut Tended) -> Result<(), RoomsError> {
        let permission = self.guard.check(actor, "rooms.airlock.tidy", &Resource::new("RoomList")).await?;
        let now = self.clock().now();
        let mut read = self.store.read(actor).await?;
        let over = store::requests::over(read.connection()).await?;
        drop(read);
        for request in over {
            let closed_at = rooms.iter().find(|room| room.id == request.room).and_then(|room| room.closed_at);
            if request.kept_until(closed_at, self.config.airlock_days).is_some_and(|until| until <= now) {
                let removed = self.remove_copies(actor, &request, &permission).await;
                tended.tidied += usize::from(tended.note(removed, "tidying the airlock", request.room));
            }
        }
        // Also what a killed process left, and files that were taken out of a request.
        let mut read = self.store.read(actor).await?;
        let needed = store::requests::kept_copies(read.connection()).await?;
        drop(read);
        let (vault, since) = (self.vault.clone(), now - WRITTEN_BY_THEN);
        let swept = tokio::task::spawn_blocking(move || vault.sweep(&needed, since)).await;
        let swept = swept.map_err(|error| RoomsError::file("the airlock")(std::io::Error::other(error)))??;
        if swept > 0 {
            tracing::info!(copies = swept, "copies in the airlock were deleted");
        }
        Ok(())
    }

    async fn remove_copies(
        &self,
        actor: &Actor,
        request: &ReleaseRequest,
        permission: &Permission,
    ) -> Result<(), RoomsError> {
        let mut work = self.store.begin(actor).await?;
        store::requests::remove_copies(work.connection(), request.id, self.clock().now()).await?;
        let left: Vec<_> = request.files.iter().filter(|file| file.removed_at.is_none()).cloned().collect();
        self.enter(work, "rooms.request.copies_removed", request, &left, permission).await
    }
}
