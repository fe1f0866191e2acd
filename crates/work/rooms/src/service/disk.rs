//! How much of the disk a room may fill: the size of single files is limited by the kernel from the
//! start of each program; what lies there in all is looked at every few seconds.

use varde_core::{Actor, Component, RoomId};
use varde_ledger::Draft;

use super::RoomsService;
use crate::{
    RoomsError,
    driver::RoomPlan,
    files,
    model::{DiskUse, Room, RunState},
    store,
};

/// What a room's page shows of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    /// What lies in the room.
    pub used: DiskUse,
    /// What may lie there.
    pub allowed: DiskUse,
}

impl RoomsService {
    /// Looks at the disk of every room where something runs, and ends the programs of those that hold
    /// more than they may; returns how many. For a timer of a few seconds. A room that cannot be
    /// looked at is logged and does not keep the others from it.
    pub async fn watch(&self) -> usize {
        let mut stopped = 0;
        for room in self.running.rooms().await {
            match self.watch_one(room).await {
                Ok(full) => stopped += usize::from(full),
                Err(error) => tracing::error!(rooms.error = %error, %room, "the disk of a room could not be looked at"),
            }
        }
        stopped
    }

    /// Looks at one room; whether its programs were ended.
    async fn watch_one(&self, id: RoomId) -> Result<bool, RoomsError> {
        let actor = Actor::system(Component::Flows);
        let room = self.room(&actor, id).await?;
        let disk = self.disk(&room).await?;
        let before = self.running.look(id, disk.used);
        let full = disk.used.must_stop(disk.allowed, before);
        if full {
            self.stop_full(&actor, &room, disk).await?;
        }
        Ok(full)
    }

    /// What lies in a room and what may.
    pub(super) async fn disk(&self, room: &Room) -> Result<Disk, RoomsError> {
        let (plan, allowed) = (self.plan(room), DiskUse::allowed(&self.config.limits));
        let folders = RoomPlan::WRITABLE.map(|name| plan.folder.join(name)).to_vec();
        let measured = tokio::task::spawn_blocking(move || files::measure(&folders, allowed.files)).await;
        let used = measured.unwrap_or_else(|error| Err(std::io::Error::other(error)));
        Ok(Disk { used: used.map_err(RoomsError::file(&plan.folder))?, allowed })
    }

    /// The plan of a room in which something is about to start: no file may become larger than what
    /// is left of the room's disk.
    pub(super) async fn plan_to_start(&self, room: &Room) -> Result<(RoomPlan, Disk), RoomsError> {
        let (mut plan, disk) = (self.plan(room), self.disk(room).await?);
        self.running.look(room.id, disk.used);
        plan.limits.file_bytes = plan.limits.file_bytes.min(disk.used.left(disk.allowed));
        Ok((plan, disk))
    }

    async fn stop_full(&self, actor: &Actor, room: &Room, disk: Disk) -> Result<(), RoomsError> {
        tracing::warn!(room = %room.id, bytes = disk.used.bytes, files = disk.used.files, "a room is full and was stopped");
        let mut work = self.store.begin(actor).await?;
        store::runs::interrupt(work.connection(), Some(room.id), RunState::DiskFull).await?;
        store::rooms::note(work.connection(), room.id, None, "disk_full", "", self.clock().now()).await?;
        let draft = Draft::new("rooms.room.disk_full", "room", room.id).with("bytes", disk.used.bytes);
        let entered = work.enter(draft.with("files", disk.used.files)).await?;
        work.commit(entered).await?;
        self.halt(room.id, RunState::DiskFull).await?;
        self.forget_growth(room).await
    }

    /// What a room holds after its programs were ended is what it may go on with.
    async fn forget_growth(&self, room: &Room) -> Result<(), RoomsError> {
        let disk = self.disk(room).await?;
        self.running.look(room.id, disk.used);
        Ok(())
    }

    /// What lies in a room and what may, for those who may see its page.
    pub async fn disk_of(&self, actor: &Actor, room: RoomId) -> Result<Disk, RoomsError> {
        let view = self.view(actor, room).await?;
        self.disk(&view.room).await
    }
}
