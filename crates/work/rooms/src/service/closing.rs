//! The end of a room: by the flow when its permit ends, by the care loop when it expires, or because
//! somebody says so.

use std::io;

use tokio::process::Command;
use varde_core::{Actor, Component, PermitId, Role, RoomId};
use varde_ledger::Draft;

use super::RoomsService;
use crate::{
    RoomsError,
    model::{Room, RoomState, RunState},
    store,
};

/// The shortest and longest reason that somebody gives for closing a room, in characters.
const REASON: std::ops::RangeInclusive<usize> = 10..=1_000;

impl RoomsService {
    /// Closes a room because somebody says so: the access body, whoever leads the project, an operator, or the command
    /// line. Their order is entered first, with the reason; then Varde closes the room.
    ///
    /// # Errors
    /// When the policy says no or the reason says nothing.
    pub async fn close_by(&self, actor: &Actor, room: RoomId, reason: &str) -> Result<(), RoomsError> {
        let loaded = self.to_close(actor, room).await?;
        let permission = self.guard.check(actor, "rooms.room.close", &self.resource(actor, &loaded).await?).await?;
        let reason = reason.trim();
        if !REASON.contains(&reason.chars().count()) {
            return Err(RoomsError::field("reason", "rooms-error-close-reason"));
        }
        if loaded.is_over() {
            return Ok(());
        }
        let mut work = self.store.begin(actor).await?;
        let draft = Draft::new("rooms.room.close_ordered", "room", room).because(permission.legal_basis());
        let entered = work.enter(draft.with("permit", loaded.permit).with("why", reason)).await?;
        work.commit(entered).await?;
        self.close(&Actor::system(Component::Flows), room, reason).await
    }

    /// A room that the actor may close, for the page that asks whether they are sure.
    pub async fn closing(&self, actor: &Actor, room: RoomId) -> Result<Room, RoomsError> {
        let loaded = self.to_close(actor, room).await?;
        self.guard.check(actor, "rooms.room.close", &self.resource(actor, &loaded).await?).await?;
        Ok(loaded)
    }

    /// The row rules show a room to its parties only; an operator belongs to none of them.
    async fn to_close(&self, actor: &Actor, room: RoomId) -> Result<Room, RoomsError> {
        match self.room(actor, room).await {
            Err(RoomsError::NotFound) if actor.is(Role::Operator) => {
                self.room(&Actor::system(Component::Flows), room).await
            }
            found => found,
        }
    }

    /// Closes a room: ends its programs at once and deletes what was in it. What lies in the airlock
    /// stays for as long as it is needed. Idempotent: one that was interrupted goes on.
    pub async fn close(&self, actor: &Actor, room: RoomId, why: &str) -> Result<(), RoomsError> {
        let loaded = self.room(actor, room).await?;
        let permission = self.guard.check(actor, "rooms.room.close", &self.resource(actor, &loaded).await?).await?;
        if loaded.state == RoomState::Closed {
            return Ok(());
        }
        if loaded.state != RoomState::Closing {
            self.settle(actor, &loaded, RoomState::Closing, Some(why), &permission).await?;
        }
        self.empty(&loaded).await?;
        let mut work = self.store.begin(actor).await?;
        let now = self.clock().now();
        let closing = store::rooms::read(work.connection(), room).await?;
        if closing.state == RoomState::Closed {
            // The care loop was quicker.
            return Ok(());
        }
        let why = closing.closed_why.clone().unwrap_or_else(|| why.to_owned());
        store::rooms::become_state(work.connection(), &closing, RoomState::Closed, None, now).await?;
        store::rooms::note(work.connection(), room, None, "closed", &why, now).await?;
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

    /// Tells the members of a permit's room something, if it has one that is not closed: it stands in the
    /// room's log. The same is told once.
    pub async fn tell(&self, actor: &Actor, permit: PermitId, what: &str, detail: &str) -> Result<(), RoomsError> {
        let mut read = self.store.read(actor).await?;
        let found = store::rooms::by_permit(read.connection(), permit).await?;
        drop(read);
        let Some(room) = found.filter(|room| room.state != RoomState::Closed) else { return Ok(()) };
        let permission = self.guard.check(actor, "rooms.room.tell", &self.resource(actor, &room).await?).await?;
        let mut work = self.store.begin(actor).await?;
        if store::rooms::was_told(work.connection(), room.id, what, detail).await? {
            return Ok(());
        }
        store::rooms::note(work.connection(), room.id, None, what, detail, self.clock().now()).await?;
        let draft = Draft::new("rooms.room.told", "room", room.id).because(permission.legal_basis());
        let entered = work.enter(draft.with("permit", permit).with("what", what)).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Ends every program in the room at once, without closing it: members may go on afterwards.
    pub async fn stop(&self, actor: &Actor, room: RoomId) -> Result<(), RoomsError> {
        let loaded = self.room(actor, room).await?;
        let permission = self.guard.check(actor, "rooms.room.work", &self.resource(actor, &loaded).await?).await?;
        let mut work = self.store.begin(actor).await?;
        // Marked first: what is killed afterwards then does not end as failed.
        store::runs::interrupt(work.connection(), Some(room), RunState::Interrupted).await?;
        store::rooms::note(work.connection(), room, actor.person(), "stopped", "", self.clock().now()).await?;
        let draft = Draft::new("rooms.room.stopped", "room", room).because(permission.legal_basis());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        self.halt(room, RunState::Interrupted).await
    }

    /// Ends the room's programs: those that this process started, and with control groups all.
    pub(super) async fn halt(&self, room: RoomId, why: RunState) -> Result<(), RoomsError> {
        self.running.end(room, why).await;
        Ok(self.driver.stop(room).await?)
    }

    /// Ends the programs and deletes the room's folder. By `rm`, which goes down folders that a room
    /// has nested deeper than any path or stack reaches, and follows no link.
    async fn empty(&self, room: &Room) -> Result<(), RoomsError> {
        self.halt(room.id, RunState::Interrupted).await?;
        let folder = self.plan(room).folder;
        let removed = Command::new("/usr/bin/rm").args(["-rf", "--one-file-system", "--"]).arg(&folder).output().await;
        let removed = removed.map_err(RoomsError::file(&folder))?;
        if removed.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&removed.stderr).lines().next().unwrap_or_default().to_owned();
        Err(RoomsError::file(&folder)(io::Error::other(said)))
    }
}
