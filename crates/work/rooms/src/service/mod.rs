//! Use cases: check the policy, load, decide, save and enter in one unit of work.

mod airlock;
mod notebooks;
mod opening;
mod results;
mod review;
mod work;

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use tokio::sync::Mutex;
use varde_core::{Actor, Clock, PersonId, RoomId};
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
pub use notebooks::Notebook;
pub use opening::Tended;
pub use results::ReleasedResult;
pub use work::RoomView;

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
}

impl RoomsConfig {
    /// Ordinary settings: scripts of ten minutes, notebooks idle for an hour, one reviewer.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            tools: Vec::new(),
            notebook: false,
            limits: Limits::default(),
            script_time: Duration::from_secs(600),
            notebook_idle: Duration::from_secs(3600),
            reviewers_required: 1,
        }
    }
}

/// What people are called. The composition asks `basedata`.
#[async_trait::async_trait]
pub trait People: Send + Sync + std::fmt::Debug {
    /// The names of these persons, as far as the actor may see them.
    async fn names(&self, actor: &Actor, persons: &[PersonId]) -> BTreeMap<PersonId, String>;
}

/// Nobody's name is known: people are shown by number. For tests and machines without `basedata`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nameless;

#[async_trait::async_trait]
impl People for Nameless {
    async fn names(&self, _: &Actor, _: &[PersonId]) -> BTreeMap<PersonId, String> {
        BTreeMap::new()
    }
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
    notebooks: Mutex<HashMap<RoomId, Notebook>>,
}

impl RoomsService {
    /// The service. Call [`Self::repair`] once before it serves, and [`Self::tend`] every minute.
    pub fn new(
        store: &Store,
        guard: Guard,
        driver: Arc<dyn RoomDriver>,
        checks: Vec<Arc<dyn ResultCheck>>,
        people: Arc<dyn People>,
        config: RoomsConfig,
    ) -> Self {
        let vault = Vault::new(config.folder.join("airlock"));
        let notebooks = Mutex::new(HashMap::new());
        Self { store: store.context(&CONTEXT), guard, driver, checks, people, config, vault, notebooks }
    }

    /// Whether rooms can be opened on this machine; for `varde doctor`.
    pub async fn availability(&self) -> Availability {
        self.driver.probe().await
    }

    /// Whether the rooms have JupyterLab.
    pub fn has_notebook(&self) -> bool {
        self.config.notebook
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

    fn resource(&self, room: &Room) -> Resource {
        Resource::new("Room")
            .id(room.id)
            .persons("members", room.members.iter().copied())
            .organisation("holder", room.holder)
            .organisation("access_body", room.access_body)
            .flag("usable", room.usable(self.clock().today()))
    }

    fn request_resource(room: &Room, request: &ReleaseRequest) -> Resource {
        Resource::new("ReleaseRequest")
            .id(request.id)
            .persons("members", room.members.iter().copied())
            .person("author", request.author)
            .organisation("access_body", room.access_body)
            .text("state", request.state.name())
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
