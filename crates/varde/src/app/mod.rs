//! The composition: builds every service, gives each the ports it needs, and runs them together.

mod authorisation;
mod foundation;
mod operations;
mod ports;
mod self_service;
mod services;

use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use axum::Router;
use tokio::{net::TcpListener, time::sleep};
use tokio_util::sync::CancellationToken;
use varde_core::{Actor, Component};
use varde_oauth::{AuthorisationServer, resource::OwnApi};
use varde_rooms::driver::Availability;
use varde_self_service::SelfService;
use varde_store::{
    Attendance, jobs,
    launcher::Serving,
    log::{Log, Sequencer},
    outbox,
};
use varde_web::{ReadyCheck, TextSource, Texts, Web, WebConfig};

pub use authorisation::open as open_authorisation;
pub use foundation::{Foundation, KeysOnly};
pub(crate) use operations::trial;
pub use operations::{EraseError, erase_entry, rotate_seal};
pub use services::{Login, Services, contexts, kit};
pub use varde_rooms::tools::folder as tools_folder;

use crate::{config::Config, flows};

/// How often rooms are looked after: expiry, idle notebooks.
const TEND: Duration = Duration::from_secs(60);
/// How often the disk of rooms where something runs is looked at.
const WATCH: Duration = Duration::from_secs(5);

/// How often the authorisation server's keys are looked at, what expired is forgotten, and those who wait for
/// it are told of keys and deviations that end.
const KEYS: Duration = Duration::from_secs(600);
/// How often the store of releases and deliveries is swept.
const SWEEP: Duration = Duration::from_secs(3_600);

/// How often what clients met at the authorisation server is written, and their keys' addresses looked at.
const CALLS: Duration = Duration::from_secs(5);

/// How often search looks whether another server has published something: it is at most that far behind.
const SEARCH: Duration = Duration::from_secs(1);

/// The whole of Varde, ready to serve.
pub struct App {
    foundation: Foundation,
    services: Arc<Services>,
    authorisation: Arc<AuthorisationServer>,
    self_service: Arc<SelfService>,
    kept: Arc<operations::Kept>,
    /// This server's presence on the database, until it runs.
    attendance: Mutex<Option<Attendance>>,
    /// The right to serve the data directory of a private database.
    _serving: Option<Serving>,
}

impl App {
    /// Opens the installation: database, keys, services; repairs what a killed process left, unless
    /// it may be another process's work: then it waits for a start on which nobody else is there.
    ///
    /// # Errors
    /// When the configuration lacks something, or another process serves the data directory of a
    /// private database. On a database of one's own there may be several servers.
    pub async fn open(config: Config) -> Result<Self> {
        if config.access_body.is_none() {
            bail!("the configuration names no access_body: the id of the organisation that decides");
        }
        if config.log_name == Config::default().log_name {
            bail!(
                "the configuration names no log_name: the log's own name, such as the address without https://, for good"
            );
        }
        if config.login.is_none() && !config.demo {
            bail!(
                "no login provider is configured ([login] in the configuration), and Test-ID refuses to start \
                 unless the configuration says demo = true: with it anybody can log in as anybody"
            );
        }
        let serving = config.database_url.is_none().then(|| Serving::begin(&config.data)).transpose()?;
        let foundation = Foundation::open(config).await?;
        let services = Arc::new(Services::build(&foundation)?);
        let authorisation = authorisation::open(&foundation, &services).await?;
        authorisation::register(&authorisation, &foundation.config).await;
        let self_service = self_service::build(&foundation, &services, &authorisation)?;
        let kept = Arc::new(operations::Kept::open(&foundation)?);
        let mut attendance = Attendance::begin(&foundation.store).await?;
        repair(&foundation, &services, attendance.is_first()).await?;
        attendance.open().await?;
        Ok(Self {
            foundation,
            services,
            authorisation,
            self_service,
            kept,
            attendance: Mutex::new(Some(attendance)),
            _serving: serving,
        })
    }

    /// The services.
    pub fn services(&self) -> &Arc<Services> {
        &self.services
    }

    /// The authorisation server.
    pub fn authorisation(&self) -> &Arc<AuthorisationServer> {
        &self.authorisation
    }

    /// Configuration, keys and store.
    pub fn foundation(&self) -> &Foundation {
        &self.foundation
    }

    /// The whole site.
    pub fn router(&self) -> Router {
        self.web().router()
    }

    /// The site before it is closed: its routes are what the authorisation matrix lists.
    pub fn web(&self) -> Web {
        let config = &self.foundation.config;
        let mut web_config = WebConfig::new(config.address());
        web_config.form_targets = self.services.form_targets(config);
        if self.services.login.is_some() {
            web_config.after_logout = varde_identity::AFTER_LOGOUT.to_owned();
        }
        let mut web = Web::new(web_config, &self.foundation.store)
            .ready_check(self.log_check())
            .routes(operations::routes(&self.foundation, Arc::clone(&self.services), Arc::clone(&self.kept)))
            .open_api(operations::open_api())
            .authenticator(Arc::new(OwnApi::new(&self.authorisation)))
            .routes(varde_oauth::routes(Arc::clone(&self.authorisation)))
            .open_api(varde_oauth::open_api(&self.authorisation))
            .routes(varde_self_service::routes(Arc::clone(&self.self_service)))
            .open_api(varde_self_service::open_api());
        for source in texts() {
            web = web.texts(source);
        }
        self.services.mount(web)
    }

    /// Serves until `stop` completes; what runs then is put back and resumed at the next start.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let stopping = CancellationToken::new();
        let background = tokio::spawn(self.background(stopping.clone()));
        let router = self.router().into_make_service_with_connect_info::<SocketAddr>();
        let token = stopping.clone();
        tokio::spawn(async move {
            stop.await;
            token.cancel();
        });
        let quiet = stopping.clone();
        let served = axum::serve(listener, router).with_graceful_shutdown(quiet.cancelled_owned());
        // Notebooks hold their sockets open for days: they are not waited for.
        let cut = stopping.clone();
        tokio::select! {
            outcome = served => outcome?,
            () = async { cut.cancelled().await; sleep(Duration::from_secs(5)).await } => {}
        }
        stopping.cancel();
        background.await?;
        self.close().await;
        Ok(())
    }

    /// Everything that runs beside requests: the sequencer, the flows, the jobs, the rooms' care.
    pub fn background(&self, stop: CancellationToken) -> impl Future<Output = ()> + Send + 'static {
        let store = self.foundation.store.clone();
        let sequencer = Sequencer::new(&store, Arc::clone(&self.foundation.keys.log));
        let reactions = flows::reactions(&self.services, &self.authorisation);
        let handlers = flows::handlers(&self.services);
        let services = Arc::clone(&self.services);
        let authorisation = Arc::clone(&self.authorisation);
        let self_service = Arc::clone(&self.self_service);
        let kept = Arc::clone(&self.kept);
        let config = self.foundation.config.clone();
        let care = operations::Care::new(&store, &self.foundation.config);
        let attendance = self.attendance();
        let supervisor = self.foundation.supervisor();
        async move {
            let until = || {
                let stop = stop.clone();
                async move { stop.cancelled().await }
            };
            let attend = async {
                if let Some(attendance) = attendance {
                    attendance.run(until(), || care.tend()).await;
                }
            };
            let supervise = async {
                if let Some(supervisor) = supervisor {
                    supervisor.run(until()).await;
                }
            };
            tokio::join!(
                sequencer.run(until()),
                outbox::run(store.clone(), reactions, outbox::Settings::default(), until()),
                jobs::run(store.clone(), handlers, jobs::Settings::default(), until()),
                every(TEND, stop.clone(), || services.tend()),
                every(SWEEP, stop.clone(), || kept.sweep(&services)),
                every(KEYS, stop.clone(), || authorisation::tend(&authorisation)),
                every(TEND, stop.clone(), || authorisation::register(&authorisation, &config)),
                every(CALLS, stop.clone(), || self_service::tend(&authorisation, &self_service)),
                every(KEYS, stop.clone(), || self_service::remind(&self_service)),
                every(KEYS, stop.clone(), || services.remind_stewards()),
                every(KEYS, stop.clone(), || services.remind()),
                every(KEYS, stop.clone(), || services.keep_scores()),
                every(CALLS, stop.clone(), || services.harvest()),
                every(WATCH, stop.clone(), || services.watch()),
                every(SEARCH, stop.clone(), || services.keep_search()),
                async {
                    tokio::select! {
                        () = kept.watch() => {}
                        () = until() => {}
                    }
                },
                async {
                    tokio::select! {
                        () = operations::keep_figures(&store, &services) => {}
                        () = until() => {}
                    }
                },
                attend,
                supervise,
            );
        }
    }

    fn attendance(&self) -> Option<Attendance> {
        self.attendance.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Puts what was entered last into the tree, closes connections and stops the private database.
    pub async fn close(self) {
        if let Some(attendance) = self.attendance() {
            attendance.end().await;
        }
        let sequencer = Sequencer::new(&self.foundation.store, Arc::clone(&self.foundation.keys.log));
        if let Err(error) = sequencer.catch_up().await {
            tracing::warn!(%error, "the last entries wait for the next start to be sequenced");
        }
        self.foundation.close().await;
    }

    fn log_check(&self) -> ReadyCheck {
        let log = Log::new(&self.foundation.store);
        ReadyCheck::new("log", move || {
            let log = log.clone();
            Box::pin(async move { log.checkpoint().await.map(drop).map_err(|e| e.to_string()) })
        })
    }
}

/// Puts right what killed processes have left. Rooms and jobs belong to servers: only the `first` one
/// on the database may touch them. Half-made files may be a command's, such as an import: only a
/// process that is alone in the data directory may throw them away.
async fn repair(foundation: &Foundation, services: &Services, first: bool) -> Result<()> {
    let alone = foundation.is_alone()?;
    if first && alone && foundation.is_private() {
        jobs::release_orphans(&foundation.store).await?;
    }
    if first {
        services.rooms.repair().await.context("rooms could not be put right")?;
    }
    if alone {
        let flows = Actor::system(Component::Flows);
        services.platform.sweep(&flows).await.context("half-made files could not be removed")?;
        services.platform.plan_ingestions(&flows).await.context("what was being taken in could not be gone on with")?;
    }
    Ok(())
}

/// Calls `act` again and again until told to stop.
async fn every<F: Future<Output = ()>>(pause: Duration, stop: CancellationToken, act: impl Fn() -> F) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(pause) => act().await,
        }
    }
}

/// The texts of the program itself: operations, and what joins contexts.
pub const TEXTS: TextSource = varde_web::texts!("varde");

/// The texts of every context.
pub fn texts() -> Vec<TextSource> {
    vec![
        varde_identity::TEXTS,
        varde_oauth::TEXTS,
        varde_delegation::TEXTS,
        varde_onboarding::TEXTS,
        varde_self_service::TEXTS,
        varde_basedata::TEXTS,
        varde_permit::TEXTS,
        varde_metadata::TEXTS,
        varde_metadata::AVAILABILITY_TEXTS,
        varde_metadata::GOVERNANCE_TEXTS,
        varde_terminology::TEXTS,
        varde_architecture::TEXTS,
        varde_exchange::TEXTS,
        varde_fair::TEXTS,
        varde_exploration::TEXTS,
        varde_exploration::STATISTICS_TEXTS,
        varde_harmonisation::TEXTS,
        varde_platform::TEXTS,
        varde_platform::QUALITY_TEXTS,
        varde_platform::PRODUCT_TEXTS,
        varde_platform::UPDATE_TEXTS,
        varde_access::TEXTS,
        varde_rooms::TEXTS,
        varde_citizen::TEXTS,
        TEXTS,
    ]
}

/// All texts together, for the test that they are complete.
pub fn all_texts() -> Texts {
    Texts::new(texts())
}

/// Whether rooms can be opened here, and why not; for `varde doctor`.
pub async fn room_availability(config: &Config) -> (bool, String) {
    match services::room_driver(&std::env::temp_dir().join("varde-doctor"), &config.rooms) {
        Ok(driver) => match varde_rooms::driver::RoomDriver::probe(&*driver).await {
            Availability::Ready(capabilities) => {
                (true, format!("{}, {:?}", capabilities.version, capabilities.containment))
            }
            Availability::Unavailable { reason, way_on } => (false, format!("{reason}; {way_on}")),
        },
        Err(error) => (false, error.to_string()),
    }
}
