//! The ground: what every service is put together on.

use std::sync::Arc;

use anyhow::Result;
use url::Url;
use varde_basedata::Basedata;
use varde_core::OrganisationId;
use varde_identity::Roles;
use varde_policy::{Guard, Policy};
use varde_store::{Store, log::Log};
use varde_web::Sessions;

use crate::{
    app::{Foundation, ports},
    config::Config,
};

/// The opened installation, the policy, and who is who. The services of each floor are made by its methods.
pub(super) struct Ground<'a> {
    pub(super) foundation: &'a Foundation,
    pub(super) store: &'a Store,
    pub(super) config: &'a Config,
    /// Where people find the installation.
    pub(super) address: Url,
    /// Who decides applications.
    pub(super) access_body: OrganisationId,
    pub(super) guard: Guard,
    pub(super) log: Log,
    pub(super) sessions: Sessions,
    pub(super) basedata: Basedata,
    pub(super) roles: Roles,
    /// What people and organisations are called.
    pub(super) names: Arc<ports::Names>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(foundation: &'a Foundation) -> Result<Self> {
        let (store, config) = (&foundation.store, &foundation.config);
        let address = config.address();
        let guard = Guard::new(Policy::load()?, store.clone());
        let sessions = Sessions::new(store, address.scheme() == "https");
        let basedata = Basedata::new(store, guard.clone());
        let roles = Roles::new(store, guard.clone(), sessions.clone());
        Ok(Self {
            foundation,
            store,
            config,
            address,
            // Without an access body nobody can apply: the command line does without, the service does not start.
            access_body: config.access_body.unwrap_or(OrganisationId::from_uuid(uuid::Uuid::nil())),
            names: Arc::new(ports::Names::new(basedata.clone(), roles.clone())),
            log: Log::new(store),
            guard,
            sessions,
            basedata,
            roles,
        })
    }
}
