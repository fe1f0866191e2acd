//! What runs in rooms by this process: scripts and notebooks, so that they can be ended, watched and
//! found again.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{Mutex as AsyncMutex, oneshot};
use uuid::Uuid;
use varde_core::RoomId;

use super::notebooks::Notebook;
use crate::model::{DiskUse, RunState};

/// A room's notebook server, or none; locked while it is started, so that two visitors do not start
/// two.
pub(super) type Place = Arc<AsyncMutex<Option<Notebook>>>;

/// The scripts and notebooks that run.
#[derive(Debug, Default)]
pub(super) struct Running {
    notebooks: Mutex<HashMap<RoomId, Place>>,
    scripts: Mutex<HashMap<Uuid, Script>>,
    held: Mutex<HashMap<RoomId, DiskUse>>,
}

#[derive(Debug)]
struct Script {
    room: RoomId,
    end: oneshot::Sender<RunState>,
}

impl Running {
    /// The place of a room's notebook.
    pub(super) fn notebook(&self, room: RoomId) -> Place {
        Arc::clone(lock(&self.notebooks).entry(room).or_default())
    }

    /// The places of all notebooks.
    pub(super) fn notebooks(&self) -> Vec<(RoomId, Place)> {
        lock(&self.notebooks).iter().map(|(room, place)| (*room, Arc::clone(place))).collect()
    }

    /// Notes a script that begins; the answer arrives when it is to be ended, with the reason.
    pub(super) fn begin(&self, run: Uuid, room: RoomId) -> oneshot::Receiver<RunState> {
        let (end, ended) = oneshot::channel();
        lock(&self.scripts).insert(run, Script { room, end });
        ended
    }

    /// Forgets a script that has ended.
    pub(super) fn ended(&self, run: Uuid) {
        lock(&self.scripts).remove(&run);
    }

    /// Ends the room's scripts and its notebook.
    pub(super) async fn end(&self, room: RoomId, why: RunState) {
        let mine: Vec<Script> =
            lock(&self.scripts).extract_if(|_, script| script.room == room).map(|(_, s)| s).collect();
        for script in mine {
            // One that has ended by itself meanwhile hears nothing any more.
            let _ = script.end.send(why);
        }
        let place = lock(&self.notebooks).remove(&room);
        if let Some(place) = place {
            drop(place.lock().await.take());
        }
    }

    /// The rooms where something runs.
    pub(super) async fn rooms(&self) -> BTreeSet<RoomId> {
        let mut rooms: BTreeSet<RoomId> = lock(&self.scripts).values().map(|script| script.room).collect();
        for (room, place) in self.notebooks() {
            // One that is being started is locked, and runs.
            let runs = place.try_lock().map_or(true, |mut notebook| notebook.as_mut().is_some_and(|n| !n.ended()));
            if runs {
                rooms.insert(room);
            }
        }
        rooms
    }

    /// What the room held when it was looked at last, and notes what it holds now.
    pub(super) fn look(&self, room: RoomId, now: DiskUse) -> DiskUse {
        lock(&self.held).insert(room, now).unwrap_or_default()
    }
}

/// A map is whole after every single change, so a panic elsewhere leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
