//! The authorisation server of an installation: its key file, what it asks others, its care.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use varde_oauth::{AuthorisationServer, Ports, Sealer};

use super::{Foundation, Services, ports};
use crate::keys;

/// Opens the authorisation server.
pub async fn open(foundation: &Foundation, services: &Services) -> Result<Arc<AuthorisationServer>> {
    let (config, store) = (&foundation.config, &foundation.store);
    let key = keys::oauth_key(&config.data, store.randomness())?;
    let sealer = Sealer::new(&key).context("the authorisation server's key cannot be used")?;
    let ports = Ports {
        organisations: Arc::new(ports::OrganisationRegister::new(services.basedata.clone())),
        delegations: Some(Arc::new(ports::Rights::new(services.delegations.clone()))),
        terms: Some(Arc::new(ports::Terms::new(services.onboarding.clone()))),
    };
    let address = config.address();
    let server = AuthorisationServer::open(store, services.guard.clone(), address.as_str(), sealer, ports).await;
    Ok(Arc::new(server.context("the authorisation server cannot start")?))
}

/// Publishes the next keys when it is time, and forgets what has expired.
pub(super) async fn tend(server: &AuthorisationServer) {
    if let Err(error) = server.tend().await {
        tracing::warn!(%error, "the authorisation server's keys could not be looked after");
    }
}
