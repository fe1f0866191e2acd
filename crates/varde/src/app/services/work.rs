//! The floor of work: applications, rooms, the citizen.

use std::{path::Path, sync::Arc};

use anyhow::Result;
use varde_access::{AccessService, service::Ports as AccessPorts};
use varde_citizen::{CitizenService, Ports as CitizenPorts};
use varde_metadata::CatalogueService;
use varde_permit::Register;
use varde_platform::Platform;
use varde_privacy::PrivacyService;
use varde_rooms::{
    FileChecks, RoomsConfig, RoomsService,
    driver::{Bubblewrap, BubblewrapConfig, DriverError, RoomDriver},
    tools::{self, Kit},
};

use super::ground::Ground;
use crate::{
    app::ports,
    config::{Config, RoomsSettings},
};

impl Ground<'_> {
    /// Applications and decisions.
    pub(super) fn access(
        &self,
        platform: &Arc<Platform>,
        catalogue: &Arc<CatalogueService>,
        permits: &Arc<Register>,
        dummy: &Arc<ports::Dummy>,
    ) -> Arc<AccessService> {
        let ports = AccessPorts {
            population: Arc::new(ports::Population::new(Arc::clone(platform))),
            variables: Arc::new(ports::Catalogue::new(Arc::clone(catalogue))),
            directory: Arc::clone(&self.names) as _,
            outcomes: Arc::new(ports::Aftermath::new(Arc::clone(permits), Arc::clone(platform))),
            dummy: Arc::clone(dummy) as _,
        };
        Arc::new(AccessService::new(self.store, self.guard.clone(), ports, self.access_body))
    }

    /// Project rooms with the tools that are installed.
    pub(super) fn rooms(&self) -> Result<Arc<RoomsService>> {
        let folder = self.config.data.join("rooms");
        let mut config = RoomsConfig::new(&folder);
        self.config.rooms.apply(&mut config);
        if let Some(kit) = kit(self.config)
            && let Some(tools) = tools::installed(&tools::folder(&self.config.data), kit)
        {
            config.tools.push(tools);
            config.notebook = kit == Kit::Notebook;
        }
        let checks = vec![Arc::new(FileChecks) as _, Arc::new(ports::Disclosure::new()) as _];
        let driver = room_driver(&folder, &self.config.rooms)?;
        let names = Arc::clone(&self.names) as _;
        Ok(Arc::new(RoomsService::new(self.store, self.guard.clone(), driver, checks, names, config)))
    }

    /// The citizen's pages.
    pub(super) fn citizen(
        &self,
        privacy: &PrivacyService,
        permits: &Arc<Register>,
        catalogue: &Arc<CatalogueService>,
        platform: &Arc<Platform>,
        rooms: &Arc<RoomsService>,
    ) -> Arc<CitizenService> {
        let ports = CitizenPorts {
            basedata: self.basedata.clone(),
            privacy: privacy.clone(),
            catalogue: Arc::clone(catalogue),
            permits: Arc::clone(permits),
            platform: Arc::clone(platform),
            log: self.log.clone(),
            log_key: self.foundation.keys.log.public().clone(),
            results: Arc::new(ports::Results::new(Arc::clone(rooms))),
        };
        Arc::new(CitizenService::new(self.guard.clone(), ports))
    }
}

/// The driver of sealed rooms. A machine that cannot seal them runs the rest: the driver says why
/// at every start and in `varde doctor`.
pub(in crate::app) fn room_driver(folder: &Path, settings: &RoomsSettings) -> Result<Arc<dyn RoomDriver>, DriverError> {
    let mut config = BubblewrapConfig::new(folder.join("driver"));
    settings.apply_to_driver(&mut config);
    Ok(Arc::new(Bubblewrap::new(config)?))
}

/// Which tools the rooms have.
pub fn kit(config: &Config) -> Option<Kit> {
    let settings = &config.rooms;
    settings.python.then_some(if settings.notebook { Kit::Notebook } else { Kit::Analysis })
}
