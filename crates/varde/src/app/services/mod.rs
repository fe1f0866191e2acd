//! Every service, built once. What each is put together of stands in the file of its floor: `ground`, `common` (the
//! services that the floors above share), `data` and `work`. `routes` makes a site of them, `care` looks after them
//! while it runs.

mod care;
mod common;
mod data;
mod ground;
mod routes;
mod work;

use std::sync::Arc;

use anyhow::Result;
use varde_access::AccessService;
use varde_architecture::Architecture;
use varde_basedata::Basedata;
use varde_citizen::CitizenService;
use varde_core::Component;
use varde_delegation::Delegations;
use varde_exchange::Exchange;
use varde_exploration::Exploration;
use varde_fair::Fair;
use varde_harmonisation::Harmonisation;
use varde_identity::Roles;
use varde_ledger::PublicKey;
use varde_metadata::{CatalogueService, Reminders};
use varde_onboarding::{Mailbox, Onboarding};
use varde_permit::Register;
use varde_platform::Platform;
use varde_policy::Guard;
use varde_privacy::PrivacyService;
use varde_rooms::RoomsService;
use varde_store::{Context, log::Log};
use varde_terminology::Terminology;
use varde_web::Sessions;

use self::ground::Ground;
use super::{Foundation, ports};

pub use common::Login;
pub use work::kit;
pub(super) use work::room_driver;

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
    /// Builds all services on an opened installation: each after those that it asks something.
    pub fn build(foundation: &Foundation) -> Result<Self> {
        let on = Ground::new(foundation)?;
        let login = on.login()?;
        let delegations = on.delegations();
        let privacy = PrivacyService::new(on.store, on.guard.clone());
        let permits = Arc::new(Register::new(on.store, on.guard.clone(), Arc::clone(&foundation.keys.seal)));
        let platform = on.platform(&privacy, &permits)?;
        let checker = on.checker(&platform)?;
        let catalogue = on.catalogue(&checker, &platform);
        let (onboarding, mailbox) = on.onboarding(&delegations)?;
        let letters = Arc::new(ports::Outbox::new(onboarding.clone(), Component::Flows));
        let architecture = on.architecture(&catalogue, &letters)?;
        let dummy = Arc::new(ports::Dummy::new(Arc::clone(&catalogue), Arc::clone(on.store.clock())));
        let access = on.access(&platform, &catalogue, &permits, &dummy);
        let terminology = on.terminology(&catalogue, &access, &permits, &platform);
        // What was built before asks the platform about extracts; what comes after also takes in deliveries.
        let code_editions = Arc::new(ports::CodeEditions(terminology.clone()));
        let platform = Arc::new(Platform::clone(&platform).coded_by(code_editions));
        let exchange = on.exchange(checker, &catalogue, &terminology, &letters)?;
        let fair = on.fair(&catalogue, &exchange, &platform)?;
        let harmonisation = on.harmonisation(&catalogue, &platform);
        let exploration = on.exploration(&catalogue, &platform)?;
        let rooms = on.rooms()?;
        let citizen = on.citizen(&privacy, &permits, &catalogue, &platform, &rooms);
        let reminders = Reminders::new(letters, on.address.as_str());
        let Ground { guard, log, sessions, basedata, roles, .. } = on;
        Ok(Self {
            basedata,
            roles,
            login,
            delegations,
            onboarding,
            mailbox,
            privacy,
            catalogue,
            reminders,
            architecture,
            terminology,
            exchange,
            fair,
            harmonisation,
            permits,
            platform,
            exploration,
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
}
