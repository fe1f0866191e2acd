//! JupyterLab in a room: started when somebody opens it, stopped when nobody uses it.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use varde_core::{Actor, RoomId};
use varde_ledger::Draft;

use super::RoomsService;
use crate::{
    RoomsError,
    driver::{Program, RoomPlan, Sandboxed},
    gateway::socket,
    store,
};

/// How long a notebook server may take to answer after its start; less than a page may take.
const PATIENCE: Duration = Duration::from_secs(25);
/// How often it is asked again whether somebody may stay connected.
const ASKED_AGAIN: Duration = Duration::from_secs(30);
/// The socket's name in the room's `run` folder.
const SOCKET: &str = "jupyter.sock";

/// A notebook server that runs in a room. Dropping it ends it.
#[derive(Debug)]
pub struct Notebook {
    running: Sandboxed,
    folder: PathBuf,
    used: Instant,
}

impl Notebook {
    /// Whether it has ended by now.
    pub(super) fn ended(&mut self) -> bool {
        self.running.ended()
    }
}

impl RoomsService {
    /// The address of a room's notebook below the site.
    pub fn notebook_path(room: RoomId) -> String {
        format!("/rom/{room}/jupyter/")
    }

    /// The folder with the notebook's socket, for somebody who may work in the room. Starts the
    /// notebook when it does not run; the entry is durable before it does.
    pub async fn notebook(&self, actor: &Actor, room: RoomId) -> Result<PathBuf, RoomsError> {
        let loaded = self.room(actor, room).await?;
        let permission = self.guard.check(actor, "rooms.room.work", &self.resource(actor, &loaded).await?).await?;
        if !self.config.notebook {
            return Err(RoomsError::Notebook("the installation has no JupyterLab for rooms".to_owned()));
        }
        let place = self.running.notebook(room);
        let mut place = place.lock().await;
        if let Some(notebook) = place.as_mut()
            && !notebook.ended()
        {
            notebook.used = Instant::now();
            return Ok(notebook.folder.clone());
        }
        let (plan, disk) = self.plan_to_start(&loaded).await?;
        if disk.used.is_full(disk.allowed) {
            return Err(RoomsError::DiskFull);
        }
        let mut work = self.store.begin(actor).await?;
        store::rooms::note(work.connection(), room, actor.person(), "notebook", "", self.clock().now()).await?;
        let draft = Draft::new("rooms.notebook.started", "room", room).because(permission.legal_basis());
        let entered = work.enter(draft.with("extract", loaded.extract)).await?;
        work.commit(entered).await?;
        let notebook = self.start_notebook(&plan).await?;
        let folder = notebook.folder.clone();
        *place = Some(notebook);
        Ok(folder)
    }

    /// Returns when the actor may no longer work in the room: the role has ended, the permit has
    /// expired, the room was closed. For connections that outlive the request that opened them.
    pub(crate) async fn until_refused(&self, actor: &Actor, room: RoomId) {
        loop {
            tokio::time::sleep(ASKED_AGAIN).await;
            if !self.may_work(actor, room).await {
                return;
            }
        }
    }

    /// What cannot be found out lets nobody go on.
    async fn may_work(&self, actor: &Actor, room: RoomId) -> bool {
        let Ok(room) = self.room(actor, room).await else { return false };
        let resource = self.resource(actor, &room).await;
        resource.is_ok_and(|resource| self.guard.would_allow(actor, "rooms.room.work", &resource))
    }

    /// Stops notebooks that nobody has used for the configured time; returns how many.
    pub(super) async fn stop_idle(&self) -> usize {
        let mut idle = 0;
        for (_, place) in self.running.notebooks() {
            // One that is locked is being started.
            if let Ok(mut notebook) = place.try_lock()
                && notebook.take_if(|notebook| notebook.used.elapsed() > self.config.notebook_idle).is_some()
            {
                idle += 1;
            }
        }
        idle
    }

    async fn start_notebook(&self, plan: &RoomPlan) -> Result<Notebook, RoomsError> {
        let folder = plan.folder.join("run");
        let path = folder.join(SOCKET);
        if path.symlink_metadata().is_ok() {
            std::fs::remove_file(&path).map_err(RoomsError::file(&path))?;
        }
        let tools = self.config.tools.first().cloned().unwrap_or_default();
        let inside = |below: &str| tools.join(below).to_string_lossy().into_owned();
        let python = inside("bin/python");
        let mut program = Program::new([python.as_str(), "-m", "jupyterlab"]);
        program.environment = vec![
            ("VARDE_BASE_URL".to_owned(), Self::notebook_path(plan.room)),
            ("JUPYTER_CONFIG_PATH".to_owned(), inside("etc/jupyter")),
            ("JUPYTER_NO_CONFIG".to_owned(), String::new()),
            ("JUPYTER_RUNTIME_DIR".to_owned(), "/tmp/jupyter".to_owned()),
            ("JUPYTER_PREFER_ENV_PATH".to_owned(), "1".to_owned()),
        ];
        program.environment.retain(|(_, value)| !value.is_empty());
        let mut running = self.driver.start(plan, &program).await?;
        let begun = Instant::now();
        loop {
            if socket::connect(&folder, SOCKET).await.is_ok() {
                running.discard_output();
                return Ok(Notebook { running, folder, used: Instant::now() });
            }
            if running.ended() || begun.elapsed() > PATIENCE {
                let said = running.kill_and_read().await;
                let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no reason given");
                return Err(RoomsError::Notebook(last.to_owned()));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
