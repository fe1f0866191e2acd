//! Working in a room: its page, scripts, files, members, one's own log.

use std::{collections::BTreeMap, fs, sync::Arc};

use tokio::sync::oneshot;
use uuid::Uuid;
use varde_core::{Actor, LocalisedText, Matter, PersonId, Role, RoomId};
use varde_ledger::Draft;
use varde_permit::Manifest;
use varde_policy::{Remedy, Resource};

use super::RoomsService;
use crate::{
    RoomsError,
    driver::{Ended, Program},
    files::{self, ListedFile},
    model::{ReleaseRequest, Room, RoomUpdate, Run, RunState, Tool},
    store::{self, rooms::Activity},
    tools::{self, SQL_RUNNER},
};

/// The longest script, in bytes.
const LONGEST_SCRIPT: usize = 256 * 1024;
/// Exit codes of programs ended by SIGKILL and by SIGXFSZ (signal(7)).
const KILLED: i32 = 128 + 9;
const FILE_TOO_LARGE: i32 = 128 + 25;
/// How much of each output is kept, in bytes.
const KEPT_OUTPUT: usize = 128 * 1024;

/// A room with what its pages show.
#[derive(Debug, Clone)]
pub struct RoomView {
    /// The room.
    pub room: Room,
    /// What lies in it.
    pub manifest: Manifest,
    /// The updates that have come beside it.
    pub updates: Vec<RoomUpdate>,
    /// Whether the actor may work in it now.
    pub usable: bool,
    /// Why not, as a code for texts: the room's state, or what the permit says.
    pub hindrance: Option<&'static str>,
    /// Why the policy does not let the actor see what lies in the room, or what would help, when it
    /// does not.
    pub refused: Option<LocalisedText>,
    /// Whether the actor may close it.
    pub may_close: bool,
}

/// Somebody named in the permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// The name, as far as the actor may see it.
    pub name: Option<String>,
    /// When they last did something in the room.
    pub last_seen: Option<jiff::Timestamp>,
}

impl RoomsService {
    /// The actor's rooms.
    pub async fn rooms(&self, actor: &Actor) -> Result<Vec<Room>, RoomsError> {
        self.guard.check(actor, "rooms.room.list", &Resource::new("RoomList")).await?;
        let mut read = self.store.read(actor).await?;
        let rooms = store::rooms::all(read.connection()).await?;
        drop(read);
        let mut mine = Vec::with_capacity(rooms.len());
        for room in rooms {
            let resource = self.resource(actor, &room).await?;
            if self.guard.would_allow(actor, "rooms.room.read", &resource) {
                mine.push(room);
            }
        }
        Ok(mine)
    }

    /// One room: its state, permit and members. What lies in it is another question.
    pub async fn view(&self, actor: &Actor, room: RoomId) -> Result<RoomView, RoomsError> {
        let mut read = self.store.read(actor).await?;
        let room = store::rooms::read(read.connection(), room).await?;
        let manifest = store::rooms::manifest(read.connection(), room.id).await?;
        let updates = store::updates::of(read.connection(), room.id).await?;
        drop(read);
        let resource = self.resource(actor, &room).await?;
        self.guard.check(actor, "rooms.room.read", &resource).await?;
        let inside = self.guard.policy().check(actor, "rooms.content.read", &resource);
        Ok(RoomView {
            usable: self.guard.would_allow(actor, "rooms.room.work", &resource),
            hindrance: room.hindrance(self.clock().today()),
            refused: inside.err().map(|denied| denied.remedy.map_or(denied.why, Remedy::text)),
            may_close: !room.is_over() && self.guard.would_allow(actor, "rooms.room.close", &resource),
            room,
            manifest,
            updates: updates.into_iter().filter(|update| update.arrived_at.is_some()).collect(),
        })
    }

    /// One room, for somebody who may see what lies in it.
    pub async fn inside(&self, actor: &Actor, room: RoomId) -> Result<RoomView, RoomsError> {
        let view = self.view(actor, room).await?;
        self.guard.check(actor, "rooms.content.read", &self.resource(actor, &view.room).await?).await?;
        Ok(view)
    }

    /// The files in the room's working folder and outbox, by name.
    pub async fn files(&self, actor: &Actor, room: RoomId) -> Result<(Vec<ListedFile>, Vec<ListedFile>), RoomsError> {
        let view = self.inside(actor, room).await?;
        let folder = self.plan(&view.room).folder;
        let list = |name: &str| {
            let path = folder.join(name);
            if path.is_dir() { files::list(&path).map_err(RoomsError::file(&path)) } else { Ok(Vec::new()) }
        };
        Ok((list("work")?, list("outbox")?))
    }

    /// The persons named in the permit.
    pub async fn members(&self, actor: &Actor, room: RoomId) -> Result<Vec<Member>, RoomsError> {
        let view = self.view(actor, room).await?;
        let mut read = self.store.read(actor).await?;
        let seen: BTreeMap<_, _> = store::rooms::last_seen(read.connection(), room).await?.into_iter().collect();
        let matter = Matter::new("room", room).with(view.room.members.iter().copied());
        let matter = matter.handled_by(view.room.access_body, [Role::Handler]);
        let names = self.people.names(actor, &matter, &view.room.members).await;
        let member = |person: PersonId| Member {
            person,
            name: names.get(&person).cloned(),
            last_seen: seen.get(&person).copied(),
        };
        Ok(view.room.members.iter().copied().map(member).collect())
    }

    /// The name of who asks for a release, for the project and for those who review it; empty when it is
    /// not known.
    pub async fn author(&self, actor: &Actor, room: &Room, request: &ReleaseRequest) -> String {
        let matter = Matter::new("release_request", request.id)
            .with(room.members.iter().copied())
            .with([request.author])
            .handled_by(room.access_body, [Role::Reviewer]);
        self.people.names(actor, &matter, &[request.author]).await.remove(&request.author).unwrap_or_default()
    }

    /// What the actor did in the room.
    pub(crate) async fn activity(&self, actor: &Actor, room: RoomId) -> Result<Vec<Activity>, RoomsError> {
        self.inside(actor, room).await?;
        let mut read = self.store.read(actor).await?;
        store::rooms::activity(read.connection(), room, Self::person(actor)?).await
    }

    /// The latest runs in the room.
    pub async fn runs(&self, actor: &Actor, room: RoomId) -> Result<Vec<Run>, RoomsError> {
        self.inside(actor, room).await?;
        let mut read = self.store.read(actor).await?;
        store::runs::latest(read.connection(), room).await
    }

    /// One run.
    pub async fn run(&self, actor: &Actor, room: RoomId, run: Uuid) -> Result<Run, RoomsError> {
        self.inside(actor, room).await?;
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
        let permission = self.guard.check(actor, "rooms.room.work", &self.resource(actor, &loaded).await?).await?;
        if !self.tools().contains(&tool) {
            return Err(RoomsError::NoTool(tool));
        }
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
        let stop = self.running.begin(run.id, room);
        let (service, actor, id) = (Arc::clone(self), actor.clone(), run.id);
        tokio::spawn(async move { service.carry_out(&actor, loaded, run, stop).await });
        Ok(id)
    }

    /// The languages that scripts may be written in here.
    pub fn tools(&self) -> Vec<Tool> {
        let is_there = |tool: &Tool| match tool {
            Tool::Sql => !self.config.tools.is_empty(),
            Tool::Python => true,
            Tool::R => tools::r_installed(),
        };
        Tool::ALL.into_iter().filter(is_there).collect()
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

    /// Runs the script to its end, or until it is to stop, and keeps how it went.
    async fn carry_out(&self, actor: &Actor, room: Room, mut run: Run, stop: oneshot::Receiver<RunState>) {
        let outcome = tokio::select! {
            outcome = self.execute(&room, &run) => Some(outcome),
            Ok(why) = stop => {
                run.state = why;
                None
            }
        };
        self.running.ended(run.id);
        match outcome {
            Some(Ok(ended)) => describe(&mut run, &ended),
            Some(Err(error)) => {
                tracing::error!(rooms.error = %error, room = %room.id, "a script could not be started");
                run.state = RunState::Failed;
                run.errors = error.to_string();
            }
            // Dropping the sandbox has ended it.
            None => {}
        }
        if run.state == RunState::Failed && self.disk(&room).await.is_ok_and(|disk| disk.used.is_full(disk.allowed)) {
            run.state = RunState::DiskFull;
        }
        if let Err(error) = self.keep(actor, &room, &run).await {
            tracing::error!(rooms.error = %error, room = %room.id, "how a script went could not be kept");
        }
    }

    async fn execute(&self, room: &Room, run: &Run) -> Result<Ended, RoomsError> {
        let (plan, _) = self.plan_to_start(room).await?;
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
        KILLED => RunState::Killed,
        FILE_TOO_LARGE => RunState::DiskFull,
        _ => RunState::Failed,
    };
    run.output = ended.output.text();
    run.errors = ended.errors.text();
    run.cut = ended.output.cut() || ended.errors.cut();
    run.milliseconds = i64::try_from(ended.took.as_millis()).ok();
}
