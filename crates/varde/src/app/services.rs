//! Every service, built once, in the order of the floors.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, Result};
use url::Url;
use varde_access::{AccessService, service::Ports as AccessPorts};
use varde_architecture::{Architecture, Ports as ArchitecturePorts};
use varde_basedata::Basedata;
use varde_citizen::{CitizenService, Ports as CitizenPorts};
use varde_core::{Actor, Component, OrganisationId};
use varde_delegation::Delegations;
use varde_exchange::{Checker, Exchange, Parts as ExchangeParts, Reach};
use varde_exploration::{Exploration, Parts as ExplorationParts, model::Budget};
use varde_fair::Fair;
use varde_harmonisation::{Harmonisation, Ports as HarmonisationPorts};
use varde_identity::{
    Identity, Roles, SigningKey,
    oidc::{ClientAuthentication, ProviderConfig, RelyingParty},
    test_id::{TestClient, TestId, TestIdConfig, TestPeople},
};
use varde_ledger::PublicKey;
use varde_metadata::{CatalogueService, Reminders};
use varde_onboarding::{Mailbox, Onboarding, Ports as OnboardingPorts, Smtp, ports::Post};
use varde_permit::Register;
use varde_platform::{LargeExtract, MasterKey, Parts, Platform};
use varde_policy::{Guard, Policy};
use varde_privacy::PrivacyService;
use varde_rooms::{
    FileChecks, RoomsConfig, RoomsService,
    driver::{Bubblewrap, BubblewrapConfig, DriverError, RoomDriver},
    tools::{self, Kit},
};
use varde_store::{Context, log::Log};
use varde_terminology::{Ports as TerminologyPorts, Terminology};
use varde_web::{Sessions, Web};

use super::{Foundation, ports};
use crate::config::{Config, RoomsSettings};

/// Where Test-ID is mounted.
const TEST_ID: &str = "/test-id";
/// The client id of the relying party at Test-ID.
const CLIENT: &str = "varde";

/// The contexts whose tables the store migrates.
pub fn contexts() -> Vec<&'static Context> {
    vec![
        &varde_policy::CONTEXT,
        &varde_web::CONTEXT,
        &varde_basedata::CONTEXT,
        &varde_permit::CONTEXT,
        &varde_identity::CONTEXT,
        &varde_oauth::CONTEXT,
        &varde_delegation::CONTEXT,
        &varde_onboarding::CONTEXT,
        &varde_self_service::CONTEXT,
        &varde_privacy::CONTEXT,
        &varde_metadata::CONTEXT,
        &varde_exchange::CONTEXT,
        &varde_terminology::CONTEXT,
        &varde_architecture::CONTEXT,
        &varde_harmonisation::CONTEXT,
        &varde_fair::CONTEXT,
        &varde_platform::CONTEXT,
        &varde_exploration::CONTEXT,
        &varde_access::CONTEXT,
        &varde_rooms::CONTEXT,
        &super::operations::CONTEXT,
    ]
}

/// Every service.
pub struct Services {
    /// Persons and organisations.
    pub basedata: Basedata,
    /// Who may act for which organisation.
    pub roles: Roles,
    /// Login, with the built-in provider of a demonstration; none where no provider is configured,
    /// which is enough for the command line.
    pub login: Option<Login>,
    /// Which supplier may act for which organisation.
    pub delegations: Delegations,
    /// Taking services into use.
    pub onboarding: Onboarding,
    /// The mailbox of a demonstration; none where mail goes out.
    pub mailbox: Option<Mailbox>,
    /// Preferences.
    pub privacy: PrivacyService,
    /// The catalogue.
    pub catalogue: Arc<CatalogueService>,
    /// What tells stewards by mail of the yearly confirmation.
    reminders: Reminders,
    /// Architecture governance.
    pub architecture: Architecture,
    /// Code systems.
    pub terminology: Terminology,
    /// The catalogue for other catalogues.
    pub exchange: Arc<Exchange>,
    /// Quality of descriptions and data.
    pub fair: Fair,
    /// Which variables correspond.
    pub harmonisation: Harmonisation,
    /// Permits.
    pub permits: Arc<Register>,
    /// Releases and extracts.
    pub platform: Arc<Platform>,
    /// Safe tables.
    pub exploration: Exploration,
    /// Applications and decisions.
    pub access: Arc<AccessService>,
    /// Invented data for applicants.
    pub(crate) dummy: Arc<ports::Dummy>,
    /// Project rooms.
    pub rooms: Arc<RoomsService>,
    /// The citizen's pages.
    pub citizen: Arc<CitizenService>,
    /// Who is logged in.
    pub sessions: Sessions,
    /// Policy and denials.
    pub guard: Guard,
    /// The log.
    pub log: Log,
    /// The log's public key.
    pub log_key: PublicKey,
}

impl Services {
    /// Builds all services on an opened installation.
    pub fn build(foundation: &Foundation) -> Result<Self> {
        let (store, config) = (&foundation.store, &foundation.config);
        let guard = Guard::new(Policy::load()?, store.clone());
        let log = Log::new(store);
        let basedata = Basedata::new(store, guard.clone());
        let sessions = Sessions::new(store, config.address().scheme() == "https");
        let roles = Roles::new(store, guard.clone(), sessions.clone());
        let login = login(foundation, &guard, sessions.clone(), &basedata)?;
        let bridge = Arc::new(ports::Delegation::new(basedata.clone()));
        let delegations = Delegations::new(store, guard.clone(), Arc::clone(&bridge) as _, bridge);
        let privacy = PrivacyService::new(store, guard.clone());
        let permits = Arc::new(Register::new(store, guard.clone(), Arc::clone(&foundation.keys.seal)));
        let platform = Arc::new(platform(foundation, &guard, &basedata, &privacy, &permits, &log)?);
        let checker = Arc::new(checker(config, &basedata, &platform)?);
        let catalogue = CatalogueService::new(store, guard.clone()).told_by(Arc::clone(&checker) as _);
        let catalogue = catalogue.observed_by(Arc::new(ports::Observations(Arc::clone(&platform))));
        let catalogue = Arc::new(catalogue);
        // Without an access body nobody can apply: the command line does without, the service does not start.
        let access_body = config.access_body.unwrap_or(OrganisationId::from_uuid(uuid::Uuid::nil()));
        let directory = Arc::new(ports::Names::new(basedata.clone(), roles.clone()));
        let (onboarding, mailbox) = onboarding(foundation, &guard, &basedata, &delegations, &directory)?;
        let bridge = ports::Architecture::new(Arc::clone(&catalogue), basedata.clone());
        let bridge = Arc::new(bridge);
        let letters = Arc::new(ports::Outbox::new(onboarding.clone(), Component::Flows));
        let architecture = Architecture::new(
            store,
            guard.clone(),
            ArchitecturePorts {
                sources: Arc::clone(&bridge) as _,
                organisations: bridge,
                letters: Some(Arc::clone(&letters) as _),
            },
            access_body,
            config.address().as_str(),
        )?;
        let dummy = Arc::new(ports::Dummy::new(Arc::clone(&catalogue), Arc::clone(store.clock())));
        let access = Arc::new(AccessService::new(
            store,
            guard.clone(),
            AccessPorts {
                population: Arc::new(ports::Population::new(Arc::clone(&platform))),
                variables: Arc::new(ports::Catalogue::new(Arc::clone(&catalogue))),
                directory: Arc::clone(&directory) as _,
                outcomes: Arc::new(ports::Aftermath::new(Arc::clone(&permits), Arc::clone(&platform))),
                dummy: Arc::clone(&dummy) as _,
            },
            access_body,
        ));
        let coded = Arc::new(ports::Terminology {
            catalogue: Arc::clone(&catalogue),
            access: Arc::clone(&access),
            permits: Arc::clone(&permits),
            platform: Arc::clone(&platform),
            store: store.clone(),
        });
        let coded =
            TerminologyPorts { variables: Arc::clone(&coded) as _, permits: Arc::clone(&coded) as _, needs: coded };
        let terminology = Terminology::new(store, guard.clone(), coded);
        // What was built before asks the platform about extracts; what comes after also takes in deliveries.
        let code_editions = Arc::new(ports::CodeEditions(terminology.clone()));
        let platform = Arc::new(Platform::clone(&platform).coded_by(code_editions));
        let parts = ExchangeParts {
            catalogue: Arc::clone(&catalogue),
            checker,
            code_systems: Arc::new(terminology.clone()),
            // A demonstration runs on one machine, with the catalogues it reads beside it.
            reach: if config.demo { Reach::Anywhere } else { Reach::Public },
            letters: Some(Arc::clone(&letters) as _),
        };
        let exchange = Arc::new(Exchange::new(store, guard.clone(), parts)?);
        let quality = Arc::new(ports::Quality { exchange: Arc::clone(&exchange), platform: Arc::clone(&platform) });
        let fair = Fair::new(store, guard.clone(), Arc::clone(&catalogue), quality, config.address().as_str())?;
        let bridge = Arc::new(ports::Harmonisation::new(basedata.clone(), Arc::clone(&platform)));
        let harmonisation = Harmonisation::new(
            store,
            guard.clone(),
            Arc::clone(&catalogue),
            HarmonisationPorts { organisations: Arc::clone(&bridge) as _, observed: Some(bridge) },
            config.address().as_str(),
        );
        let bridge = ports::Exploration::new(basedata.clone(), Arc::clone(&platform), Arc::clone(&catalogue));
        let bridge = Arc::new(bridge);
        let exploration = Exploration::new(
            store,
            guard.clone(),
            ExplorationParts {
                data: Arc::clone(&bridge) as _,
                catalogue: bridge,
                secret: crate::keys::exploration_key(&config.data, store.randomness())?,
                budget: Budget::default(),
                threads: 2,
                access_body,
            },
        );
        let rooms = rooms(foundation, &guard, &directory)?;
        let citizen = Arc::new(CitizenService::new(
            guard.clone(),
            CitizenPorts {
                basedata: basedata.clone(),
                privacy: privacy.clone(),
                catalogue: Arc::clone(&catalogue),
                permits: Arc::clone(&permits),
                platform: Arc::clone(&platform),
                log: log.clone(),
                log_key: foundation.keys.log.public().clone(),
                results: Arc::new(ports::Results::new(rooms.clone())),
            },
        ));
        Ok(Self {
            basedata,
            roles,
            login,
            delegations,
            onboarding,
            mailbox,
            privacy,
            catalogue,
            reminders: Reminders::new(letters, config.address().as_str()),
            exchange,
            fair,
            harmonisation,
            exploration,
            terminology,
            architecture,
            permits,
            platform,
            access,
            dummy,
            rooms,
            citizen,
            sessions,
            guard,
            log,
            log_key: foundation.keys.log.public().clone(),
        })
    }

    /// Adds every context's routes and descriptions to the site.
    pub(super) fn mount(&self, web: Web) -> Web {
        let web = web
            .routes(varde_basedata::routes(self.basedata.clone()))
            .open_api(varde_basedata::open_api())
            .routes(varde_metadata::routes(Arc::clone(&self.catalogue), self.variable_uses()))
            .open_api(varde_metadata::open_api())
            .routes(varde_exchange::routes(Arc::clone(&self.exchange)))
            .open_api(varde_exchange::open_api())
            .routes(varde_fair::routes(self.fair.clone()))
            .open_api(varde_fair::open_api())
            .routes(varde_harmonisation::routes(self.harmonisation.clone()))
            .open_api(varde_harmonisation::open_api())
            .routes(varde_terminology::routes(self.terminology.clone()))
            .open_api(varde_terminology::open_api())
            .routes(varde_permit::routes(Arc::clone(&self.permits), self.permit_names()))
            .open_api(varde_permit::open_api())
            .routes(varde_architecture::routes(self.architecture.clone()))
            .routes(varde_delegation::routes(self.delegations.clone()))
            .open_api(varde_delegation::open_api())
            .routes(varde_onboarding::routes(self.onboarding.clone()))
            .open_api(varde_onboarding::open_api())
            .routes(varde_platform::routes(Arc::clone(&self.platform)))
            .open_api(varde_platform::open_api())
            .routes(varde_exploration::routes(self.exploration.clone()))
            .open_api(varde_exploration::open_api())
            .routes(varde_access::pages::routes(Arc::clone(&self.access)))
            .open_api(varde_access::api::open_api())
            .routes(varde_citizen::routes(Arc::clone(&self.citizen)))
            .open_api(varde_citizen::open_api())
            .routes(varde_rooms::routes(Arc::clone(&self.rooms)))
            .open_api(varde_rooms::open_api());
        let web = match &self.mailbox {
            Some(mailbox) => web.routes(varde_onboarding::demo_routes(mailbox.clone())),
            None => web,
        };
        let Some((identity, test_id)) = &self.login else { return web };
        let web = web.routes(varde_identity::routes(Arc::clone(identity))).open_api(varde_identity::open_api());
        match test_id {
            Some(test_id) => web.routes(Arc::clone(test_id).routes()),
            None => web,
        }
    }

    fn variable_uses(&self) -> Arc<dyn varde_metadata::ports::Uses> {
        Arc::new(ports::VariableUses {
            terminology: self.terminology.clone(),
            permits: Arc::clone(&self.permits),
            platform: Arc::clone(&self.platform),
        })
    }

    fn permit_names(&self) -> Arc<dyn varde_permit::Names> {
        Arc::new(ports::PermitNames::new(self.basedata.clone(), Arc::clone(&self.catalogue)))
    }

    /// Origins that login forms lead to.
    pub(super) fn form_targets(&self, config: &Config) -> Vec<String> {
        let issuer = config.login.as_ref().and_then(|login| Url::parse(&login.issuer).ok());
        issuer.map(|url| url.origin().ascii_serialization()).into_iter().collect()
    }

    /// Removes what killed processes have left in the store of releases and deliveries.
    pub(super) async fn sweep_store(&self) {
        match self.platform.sweep_store(&Actor::system(Component::Flows)).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "files that nobody knows of were removed from the store"),
            Err(error) => tracing::warn!(%error, "the store could not be swept"),
        }
    }

    /// Looks after the rooms: closes the expired, stops idle notebooks, tidies the airlock.
    pub(super) async fn tend(&self) {
        if let Err(error) = self.rooms.tend().await {
            tracing::warn!(%error, "rooms could not be looked after");
        }
        match self.platform.plan_deletions(&Actor::system(Component::Flows)).await {
            Ok(0) => {}
            Ok(planned) => tracing::info!(planned, "deliveries whose permits have ended are to be deleted"),
            Err(error) => tracing::warn!(%error, "deliveries whose permits have ended could not be looked for"),
        }
        match self.platform.plan_updates(&Actor::system(Component::Flows)).await {
            Ok(planned) => {
                if !planned.prepared.is_empty() {
                    tracing::info!(planned = planned.prepared.len(), "running projects get newer releases");
                }
                for (permit, error) in planned.failed {
                    tracing::warn!(%permit, %error, "the update of a project cannot be specified");
                }
            }
            Err(error) => tracing::warn!(%error, "projects that may have newer releases could not be looked for"),
        }
        match self.platform.plan_observations(&Actor::system(Component::Flows)).await {
            Ok(0) => {}
            Ok(planned) => tracing::info!(planned, "approved releases are to be counted for the catalogue"),
            Err(error) => tracing::warn!(%error, "releases that were never counted could not be looked for"),
        }
        match self.platform.plan_assessments(&Actor::system(Component::Flows)).await {
            Ok(0) => {}
            Ok(planned) => tracing::info!(planned, "the quality of releases is to be looked into"),
            Err(error) => tracing::warn!(%error, "releases whose quality nobody knows could not be looked for"),
        }
    }

    /// Gives the reminders of the catalogue's yearly confirmation that are due.
    pub(super) async fn remind_stewards(&self) {
        match self.catalogue.remind(Some(&self.reminders)).await {
            Ok(0) => {}
            Ok(given) => tracing::info!(given, "descriptions of sources must be confirmed: reminders given"),
            Err(error) => tracing::warn!(%error, "sources to be confirmed could not be looked for"),
        }
    }

    /// Tells the owners of deviations that end soon.
    pub(super) async fn remind(&self) {
        if let Err(error) = self.architecture.remind().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "owners of deviations could not be reminded");
        }
    }

    /// Computes the quality of sources that are new, and of each once a day.
    pub(super) async fn keep_scores(&self) {
        match self.fair.compute_due().await {
            Ok(0) => {}
            Ok(sources) => tracing::info!(sources, "the quality of sources has changed"),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "quality could not be computed");
            }
        }
    }

    /// Looks at the disk of rooms where something runs.
    pub(super) async fn watch(&self) {
        self.rooms.watch().await;
    }

    /// Reads other catalogues whose time has come.
    pub(super) async fn harvest(&self) {
        if let Err(error) = self.exchange.tend_harvests().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "other catalogues could not be read");
        }
    }

    /// Lets search follow what is published.
    pub(super) async fn keep_search(&self) {
        if let Err(error) = self.catalogue.keep_search().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "search goes on with what it knew before");
        }
        let codes = ports::CodesInForce(self.terminology.clone());
        if let Err(error) = self.catalogue.keep_codes(&codes).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "search goes on with the codes it knew before");
        }
    }
}

/// Taking services into use, and what takes its mail: the configured mail server; in a demonstration
/// without one a mailbox that everybody may read; else nothing.
fn onboarding(
    foundation: &Foundation,
    guard: &Guard,
    basedata: &Basedata,
    delegations: &Delegations,
    names: &Arc<ports::Names>,
) -> Result<(Onboarding, Option<Mailbox>)> {
    let (store, config) = (&foundation.store, &foundation.config);
    let address = config.address();
    let bridge = Arc::new(ports::Onboarding::new(basedata.clone(), delegations.clone(), Arc::clone(names)));
    let mailbox = (config.demo && config.mail.is_none()).then(|| Mailbox::new(store));
    let post: Option<Arc<dyn Post>> = match (&config.mail, &mailbox) {
        (Some(mail), _) => Some(Arc::new(Smtp::new(&mail.settings(&address)?)?)),
        (None, Some(mailbox)) => Some(Arc::new(mailbox.clone())),
        (None, None) => None,
    };
    let ports = OnboardingPorts {
        organisations: Arc::clone(&bridge) as _,
        mandates: Arc::clone(&bridge) as _,
        people: bridge,
        post,
    };
    Ok((Onboarding::new(store, guard.clone(), ports, address.as_str()), mailbox))
}

/// Logging in, and the built-in provider of a demonstration.
pub type Login = (Arc<Identity>, Option<Arc<TestId>>);

fn login(foundation: &Foundation, guard: &Guard, sessions: Sessions, basedata: &Basedata) -> Result<Option<Login>> {
    let (store, config) = (&foundation.store, &foundation.config);
    let address = config.address();
    let back = address.join("/logg-inn/retur")?;
    let (clock, randomness) = (store.clock().clone(), store.randomness().clone());
    let (provider, test_id) = match &config.login {
        Some(login) => {
            let mut provider = ProviderConfig::new(&login.issuer, &login.client_id, back);
            if let Some(path) = &login.key_file {
                let key = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
                provider.authentication = ClientAuthentication::PrivateKeyJwt(SigningKey::from_pkcs8(&key)?);
            }
            (provider, None)
        }
        None if !config.demo => return Ok(None),
        None => {
            let issuer = address.join(TEST_ID)?;
            let client = TestClient {
                client_id: CLIENT.to_owned(),
                redirect_uris: vec![back.clone()],
                after_logout: vec![address.join("/utlogget")?],
                keys: None,
            };
            let test_id = TestIdConfig { demo: config.demo, issuer, clients: vec![client] };
            let people: Arc<dyn TestPeople> = Arc::new(ports::DemoPeople::new(&config.data));
            let test_id = TestId::new(test_id, people, clock.clone(), randomness.clone())?;
            let provider = ProviderConfig::new(test_id.issuer(), CLIENT, back);
            (provider, Some(Arc::new(test_id)))
        }
    };
    let relying_party = RelyingParty::new(provider, clock, randomness.clone(), randomness.bytes())?;
    let directory = Arc::new(ports::Directory::new(basedata.clone()));
    let identity = Identity::new(store, guard.clone(), sessions, directory, relying_party);
    Ok(Some((Arc::new(identity), test_id)))
}

fn platform(
    foundation: &Foundation,
    guard: &Guard,
    basedata: &Basedata,
    privacy: &PrivacyService,
    permits: &Arc<Register>,
    log: &Log,
) -> Result<Platform> {
    let store = &foundation.store;
    let master = foundation.config.data.join("keys/platform.key");
    let parts = Parts {
        basedata: basedata.clone(),
        exclusions: Arc::new(ports::OptOuts::new(basedata.clone(), privacy.clone())),
        permits: Arc::clone(permits) as _,
        trees: Arc::new(log.clone()),
        signer: Arc::clone(&foundation.keys.seal) as _,
        master: MasterKey::load_or_create(&master, store.randomness())?,
        folder: foundation.config.data.join("platform"),
        unusable_per_thousand: 20,
        large: LargeExtract { people: foundation.config.platform.large_extract_people },
    };
    let catalogue = CatalogueService::new(store, guard.clone());
    let (descriptions, products) = (ports::Descriptions(catalogue.clone()), ports::Products(catalogue));
    let platform = Platform::new(store, guard.clone(), parts)?;
    let platform = platform.described_by(Arc::new(descriptions)).catalogued_by(Arc::new(products));
    Ok(foundation.config.platform.objects()?.into_iter().fold(platform, Platform::kept_in))
}

/// How the catalogue is told to other catalogues. A demonstration has an address of its own to write to, which
/// reaches nobody (RFC 2606); an installation that sends no mail has none, and its stewards see that it lacks one.
fn checker(config: &Config, basedata: &Basedata, platform: &Arc<Platform>) -> Result<Checker> {
    let site = config.address();
    let sender = config.mail.as_ref().map(|mail| mail.from.as_str().to_owned());
    let surroundings = ports::ExchangeSurroundings {
        basedata: basedata.clone(),
        platform: Arc::clone(platform),
        access_body: config.access_body,
        site: site.to_string(),
        mail: sender.or_else(|| config.demo.then(|| "post@helsedata.example".to_owned())),
    };
    Ok(Checker::new(Arc::new(surroundings), site.as_str())?)
}

/// The driver of sealed rooms. A machine that cannot seal them runs the rest: the driver says why
/// at every start and in `varde doctor`.
pub(super) fn room_driver(folder: &Path, settings: &RoomsSettings) -> Result<Arc<dyn RoomDriver>, DriverError> {
    let mut config = BubblewrapConfig::new(folder.join("driver"));
    settings.apply_to_driver(&mut config);
    Ok(Arc::new(Bubblewrap::new(config)?))
}

/// Which tools the rooms have.
pub fn kit(config: &Config) -> Option<Kit> {
    let settings = &config.rooms;
    settings.python.then_some(if settings.notebook { Kit::Notebook } else { Kit::Analysis })
}

fn rooms(foundation: &Foundation, guard: &Guard, names: &Arc<ports::Names>) -> Result<Arc<RoomsService>> {
    let settings = &foundation.config;
    let folder = settings.data.join("rooms");
    let mut config = RoomsConfig::new(&folder);
    settings.rooms.apply(&mut config);
    if let Some(kit) = kit(settings)
        && let Some(tools) = tools::installed(&tools::folder(&settings.data), kit)
    {
        config.tools.push(tools);
        config.notebook = kit == Kit::Notebook;
    }
    let checks = vec![Arc::new(FileChecks) as _, Arc::new(ports::Disclosure::new()) as _];
    let driver = room_driver(&folder, &settings.rooms)?;
    let names = Arc::clone(names) as _;
    Ok(Arc::new(RoomsService::new(&foundation.store, guard.clone(), driver, checks, names, config)))
}
