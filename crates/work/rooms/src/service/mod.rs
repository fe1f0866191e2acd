//! Use cases: check the policy, load, decide, save and enter in one unit of work.

mod airlock;
mod care;
mod closing;
mod disk;
mod notebooks;
mod opening;
mod results;
mod review;
mod running;
mod updates;
mod work;

use std::{
    collections::BTreeMap,
    fs::File,
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use varde_core::{Actor, Clock, Matter, OrganisationId, PersonId, RoomId};
use varde_policy::{Guard, Resource};
use varde_store::{Context, ContextStore, Store};

use crate::{
    RoomsError,
    checks::ResultCheck,
    driver::{Availability, Limits, RoomDriver, RoomPlan},
    files::Vault,
    model::{ReleaseRequest, Room},
    store,
};

pub use airlock::FetchedFile;
pub use care::Tended;
pub use disk::Disk;
pub use notebooks::Notebook;
pub use results::ReleasedResult;
use running::Running;
pub use work::{Member, RoomView};

/// This context's tables.
pub static CONTEXT: Context = Context { name: "rooms", migrations: sqlx::migrate!() };

/// How rooms are set up.
#[derive(Debug, Clone)]
pub struct RoomsConfig {
    /// Where the rooms' folders and the airlock's copies lie.
    pub folder: PathBuf,
    /// Environments with tools, from [`crate::tools::ensure_tools`]; empty for none.
    pub tools: Vec<PathBuf>,
    /// Whether the tools have JupyterLab.
    pub notebook: bool,
    /// What a room may use.
    pub limits: Limits,
    /// How long a script may run.
    pub script_time: Duration,
    /// How long a notebook server may be idle before it is stopped.
    pub notebook_idle: Duration,
    /// How many reviewers must approve a release.
    pub reviewers_required: u32,
    /// How many days the airlock keeps its copies after a request was fetched, rejected or withdrawn.
    pub airlock_days: u32,
}

impl RoomsConfig {
    /// Ordinary settings: scripts of ten minutes, notebooks idle for an hour, one reviewer, copies kept
    /// for 30 days.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            tools: Vec::new(),
            notebook: false,
            limits: Limits::default(),
            script_time: Duration::from_secs(600),
            notebook_idle: Duration::from_secs(3600),
            reviewers_required: 1,
            airlock_days: 30,
        }
    }
}

/// Who people are. The composition asks `basedata` for names and `identity` for roles.
#[async_trait::async_trait]
pub trait People: Send + Sync + std::fmt::Debug {
    /// The names of these persons, who take part in the matter, as far as the actor may see them.
    async fn names(&self, actor: &Actor, matter: &Matter, persons: &[PersonId]) -> BTreeMap<PersonId, String>;

    /// Whether the person holds the role researcher in the organisation at this moment: a role that
    /// ended a minute ago lets nobody in.
    ///
    /// # Errors
    /// When it cannot be found out; then nobody is let in.
    async fn is_researcher(&self, person: PersonId, organisation: OrganisationId) -> Result<bool, RoomsError>;
}

/// Project rooms and the airlock.
#[derive(Debug)]
pub struct RoomsService {
    store: ContextStore,
    guard: Guard,
    driver: Arc<dyn RoomDriver>,
    checks: Vec<Arc<dyn ResultCheck>>,
    people: Arc<dyn People>,
    config: RoomsConfig,
    vault: Vault,
    running: Running,
    /// The lock of whoever looks after the rooms of this folder, held for as long as the service lives.
    caretaker: OnceLock<File>,
}

impl RoomsService {
    /// The service. Call [`Self::repair`] once before it serves, [`Self::tend`] every minute and
    /// [`Self::watch`] every few seconds.
    pub fn new(
        store: &Store,
        guard: Guard,
        driver: Arc<dyn RoomDriver>,
        checks: Vec<Arc<dyn ResultCheck>>,
        people: Arc<dyn People>,
        config: RoomsConfig,
    ) -> Self {
        let vault = Vault::new(config.folder.join("airlock"));
        let (running, caretaker) = (Running::default(), OnceLock::new());
        Self { store: store.context(&CONTEXT), guard, driver, checks, people, config, vault, running, caretaker }
    }

    /// Whether rooms can be opened on this machine; for `varde doctor`.
    pub async fn availability(&self) -> Availability {
        self.driver.probe().await
    }

    /// Whether the rooms have JupyterLab.
    pub fn has_notebook(&self) -> bool {
        self.config.notebook
    }

    /// How many days the airlock keeps its copies after the end of a request.
    pub fn airlock_days(&self) -> u32 {
        self.config.airlock_days
    }

    fn clock(&self) -> &Arc<dyn Clock> {
        self.store.clock()
    }

    fn plan(&self, room: &Room) -> RoomPlan {
        RoomPlan {
            room: room.id,
            folder: self.config.folder.join("rooms").join(room.id.to_string()),
            slot: room.slot,
            limits: self.config.limits,
            tools: self.config.tools.clone(),
        }
    }

    async fn resource(&self, actor: &Actor, room: &Room) -> Result<Resource, RoomsError> {
        Ok(Resource::new("Room")
            .id(room.id)
            .persons("members", room.members.iter().copied())
            .persons("leaders", room.leader)
            .organisation("holder", room.holder)
            .organisation("access_body", room.access_body)
            .flag("usable", room.usable(self.clock().today()))
            .flag("still_researcher", self.still_researcher(actor, room).await?))
    }

    async fn request_resource(
        &self,
        actor: &Actor,
        room: &Room,
        request: &ReleaseRequest,
    ) -> Result<Resource, RoomsError> {
        Ok(Resource::new("ReleaseRequest")
            .id(request.id)
            .persons("members", room.members.iter().copied())
            .person("author", request.author)
            .organisation("holder", room.holder)
            .organisation("access_body", room.access_body)
            .text("state", request.state.name())
            .flag("closed", room.is_over())
            .flag("still_researcher", self.still_researcher(actor, room).await?))
    }

    /// Whether whoever asks is a member who still holds the role that the permit was given to.
    async fn still_researcher(&self, actor: &Actor, room: &Room) -> Result<bool, RoomsError> {
        match actor.person() {
            Some(person) if room.members.contains(&person) => self.people.is_researcher(person, room.holder).await,
            _ => Ok(false),
        }
    }

    async fn room(&self, actor: &Actor, room: RoomId) -> Result<Room, RoomsError> {
        let mut read = self.store.read(actor).await?;
        store::rooms::read(read.connection(), room).await
    }

    /// The person acting; only persons work in rooms.
    fn person(actor: &Actor) -> Result<PersonId, RoomsError> {
        actor.person().ok_or(RoomsError::NotFound)
    }
}
