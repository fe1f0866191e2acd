//! Working in a room: its page, scripts, files, members, one's own log.

use std::{collections::BTreeMap, fs, sync::Arc};

use uuid::Uuid;
use varde_core::{Actor, PersonId, RoomId};
use varde_ledger::Draft;
use varde_permit::Manifest;
use varde_policy::Resource;

use super::RoomsService;
use crate::{
    RoomsError,
    driver::{Ended, Program},
    files::{self, ListedFile},
    model::{Room, Run, RunState, Tool},
    store::{self, rooms::Activity},
    tools::SQL_RUNNER,
};

/// The longest script, in bytes.
const LONGEST_SCRIPT: usize = 256 * 1024;
/// How much of each output is kept, in bytes.
const KEPT_OUTPUT: usize = 128 * 1024;

/// A room with what its pages show.
#[derive(Debug, Clone)]
pub struct RoomView {
    /// The room.
    pub room: Room,
    /// What lies in it.
    pub manifest: Manifest,
    /// Whether members may work in it today.
    pub usable: bool,
}

impl RoomsService {
    /// The actor's rooms.
    pub async fn rooms(&self, actor: &Actor) -> Result<Vec<Room>, RoomsError> {
        self.guard.check(actor, "rooms.room.list", &Resource::new("RoomList")).await?;
        let mut read = self.store.read(actor).await?;
        let rooms = store::rooms::all(read.connection()).await?;
        let mine = |room: &Room| self.guard.would_allow(actor, "rooms.room.read", &self.resource(room));
        Ok(rooms.into_iter().filter(mine).collect())
    }

    /// One room.
    pub async fn view(&self, actor: &Actor, room: RoomId) -> Result<RoomView, RoomsError> {
        let mut read = self.store.read(actor).await?;
        let loaded = store::rooms::read(read.connection(), room).await?;
        let manifest = store::rooms::manifest(read.connection(), room).await?;
        drop(read);
        self.guard.check(actor, "rooms.room.read", &self.resource(&loaded)).await?;
        let usable = loaded.usable(self.clock().today());
        Ok(RoomView { room: loaded, manifest, usable })
    }

    /// The files in the room's working folder and outbox, by name.
    pub async fn files(&self, actor: &Actor, room: RoomId) -> Result<(Vec<ListedFile>, Vec<ListedFile>), RoomsError> {
        let view = self.view(actor, room).await?;
        let folder = self.plan(&view.room).folder;
        let list = |name: &str| {
            let path = folder.join(name);
            if path.is_dir() { files::list(&path).map_err(RoomsError::file(&path)) } else { Ok(Vec::new()) }
        };
        Ok((list("work")?, list("outbox")?))
    }

    /// The members with when they last did something.
    pub async fn members(
        &self,
        actor: &Actor,
        room: RoomId,
    ) -> Result<Vec<(PersonId, Option<String>, Option<jiff::Timestamp>)>, RoomsError> {
        let view = self.view(actor, room).await?;
        let mut read = self.store.read(actor).await?;
        let seen: BTreeMap<_, _> = store::rooms::last_seen(read.connection(), room).await?.into_iter().collect();
        let names = self.people.names(actor, &view.room.members).await;
        let member = |id: PersonId| (id, names.get(&id).cloned(), seen.get(&id).copied());
        Ok(view.room.members.iter().copied().map(member).collect())
    }

    /// The names of these persons, as far as the actor may see them.
    pub async fn names(&self, actor: &Actor, persons: &[PersonId]) -> BTreeMap<PersonId, String> {
        self.people.names(actor, persons).await
    }

    /// What the actor did in the room.
    pub(crate) async fn activity(&self, actor: &Actor, room: RoomId) -> Result<Vec<Activity>, RoomsError> {
        self.view(actor, room).await?;
        let mut read = self.store.read(actor).await?;
        store::rooms::activity(read.connection(), room, Self::person(actor)?).await
    }

    /// The latest runs in the room.
    pub async fn runs(&self, actor: &Actor, room: RoomId) -> Result<Vec<Run>, RoomsError> {
        self.view(actor, room).await?;
        let mut read = self.store.read(actor).await?;
        store::runs::latest(read.connection(), room).await
    }

    /// One run.
    pub async fn run(&self, actor: &Actor, room: RoomId, run: Uuid) -> Result<Run, RoomsError> {
        self.view(actor, room).await?;
        let mut read = self.store.read(actor).await?;
        store::runs::read(read.connection(), room, run).await
    }

    /// Starts a script in the room and returns its id at once; the run goes on by itself and its
    /// page tells how it went. The entry is durable before the script reads the extract.
    pub async fn start_script(
        self: &Arc<Self>,
        actor: &Actor,
        room: RoomId,
        tool: Tool,
        script: &str,
    ) -> Result<Uuid, RoomsError> {
        let loaded = self.room(actor, room).await?;
        let permission = self.guard.check(actor, "rooms.room.work", &self.resource(&loaded)).await?;
        let script = script.replace("\r\n", "\n");
        if script.trim().is_empty() || script.contains('\0') {
            return Err(RoomsError::field("script", "rooms-error-script-missing"));
        }
        if script.len() > LONGEST_SCRIPT {
            return Err(RoomsError::field("script", "rooms-error-script-long"));
        }
        let run = self.new_run(actor, tool, script)?;
        let mut work = self.store.begin(actor).await?;
        store::runs::begin(work.connection(), room, &run).await?;
        store::rooms::note(work.connection(), room, Some(run.person), "ran", tool.name(), run.started_at).await?;
        let draft = Draft::new("rooms.script.run", "room", room).because(permission.legal_basis());
        let draft = draft.with("run", run.id).with("tool", tool.name()).with("extract", loaded.extract);
        let entered = work.enter(draft.with("script", varde_core::Digest::of(run.script.as_bytes()))).await?;
        work.commit(entered).await?;
        let (service, actor, id) = (Arc::clone(self), actor.clone(), run.id);
        tokio::spawn(async move { service.carry_out(&actor, loaded, run).await });
        Ok(id)
    }

    fn new_run(&self, actor: &Actor, tool: Tool, script: String) -> Result<Run, RoomsError> {
        Ok(Run {
            id: varde_core::JobId::new(&**self.store.clock(), self.store.randomness()).uuid(),
            person: Self::person(actor)?,
            tool,
            script,
            state: RunState::Running,
            output: String::new(),
            errors: String::new(),
            cut: false,
            started_at: self.clock().now(),
            milliseconds: None,
        })
    }

    /// Runs the script to its end and keeps how it went.
    async fn carry_out(&self, actor: &Actor, room: Room, mut run: Run) {
        match self.execute(&room, &run).await {
            Ok(ended) => describe(&mut run, &ended),
            Err(error) => {
                tracing::error!(rooms.error = %error, room = %room.id, "a script could not be started");
                run.state = RunState::Failed;
                run.errors = error.to_string();
            }
        }
        if let Err(error) = self.keep(actor, &room, &run).await {
            tracing::error!(rooms.error = %error, room = %room.id, "how a script went could not be kept");
        }
    }

    async fn execute(&self, room: &Room, run: &Run) -> Result<Ended, RoomsError> {
        let plan = self.plan(room);
        let ending = match run.tool {
            Tool::Sql => "sql",
            Tool::Python => "py",
            Tool::R => "R",
        };
        // The scripts' folder is the service's own and read-only in the room: writing into a folder
        // that the room can write would follow the links it has put there.
        let script = plan.folder.join("scripts").join(format!("{}.{ending}", run.id));
        fs::write(&script, &run.script).map_err(RoomsError::file(&script))?;
        let inside = format!("/scripts/{}.{ending}", run.id);
        let python =
            self.config.tools.first().map_or_else(|| "/usr/bin/python3".into(), |tool| tool.join("bin/python"));
        let python = python.to_string_lossy().into_owned();
        let argv = match run.tool {
            Tool::Sql => vec![python, "-c".to_owned(), SQL_RUNNER.to_owned(), inside],
            Tool::Python => vec![python, inside],
            Tool::R => vec!["/usr/bin/Rscript".to_owned(), "--vanilla".to_owned(), inside],
        };
        let program = Program::new(argv).within(self.config.script_time);
        let running = self.driver.start(&plan, &program).await?;
        running.finish(KEPT_OUTPUT).await.map_err(RoomsError::file(&plan.folder))
    }

    async fn keep(&self, actor: &Actor, room: &Room, run: &Run) -> Result<(), RoomsError> {
        let mut work = self.store.begin(actor).await?;
        store::runs::end(work.connection(), run).await?;
        let draft = Draft::new("rooms.script.ended", "room", room.id).with("run", run.id);
        let draft = draft.with("state", run.state.name()).with("milliseconds", run.milliseconds);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }
}

fn describe(run: &mut Run, ended: &Ended) {
    run.state = match ended.code {
        _ if ended.timed_out => RunState::TimedOut,
        0 => RunState::Succeeded,
        _ => RunState::Failed,
    };
    run.output = ended.output.text();
    run.errors = ended.errors.text();
    if ended.code == 137 && !ended.timed_out {
        run.errors.push_str("\nThe program was ended: it used more memory than the room has, or the room was stopped.");
    }
    run.cut = ended.output.cut() || ended.errors.cut();
    run.milliseconds = i64::try_from(ended.took.as_millis()).ok();
}
