//! The authorisation server of an installation: its key file, what it asks others, its care.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use varde_oauth::{AuthorisationServer, Ports, RegistrationError, Sealer};

use super::{Foundation, Services, ports};
use crate::{config::Config, keys};

/// Opens the authorisation server.
pub async fn open(foundation: &Foundation, services: &Services) -> Result<Arc<AuthorisationServer>> {
    let (config, store) = (&foundation.config, &foundation.store);
    let key = keys::oauth_key(&config.data, store.randomness())?;
    let sealer = Sealer::new(&key).context("the authorisation server's key cannot be used")?;
    let ports = Ports {
        organisations: Arc::new(ports::OrganisationRegister::new(services.basedata.clone())),
        delegations: Some(Arc::new(ports::Rights::new(services.delegations.clone()))),
        terms: Some(Arc::new(ports::Terms::new(services.onboarding.clone()))),
        people: Arc::new(ports::LoggedInPeople::new(services.basedata.clone())),
    };
    let address = config.address();
    let server = AuthorisationServer::open(store, services.guard.clone(), address.as_str(), sealer, ports).await;
    let server = server.context("the authorisation server cannot start")?;
    // Anybody may make test tokens, as anybody may log in by Test-ID: never where people are real.
    let server = if config.demo { server.with_test_tokens().await? } else { server };
    Ok(Arc::new(server))
}

/// Registers our own API for the operator's organisation, if it is not yet. To be called again: the
/// register of organisations may be filled later than the program starts.
pub(super) async fn register(server: &AuthorisationServer, config: &Config) {
    let Some(operator) = config.operator else { return };
    match server.register_own_api(operator).await {
        Ok(false) => {}
        Ok(true) => tracing::info!("programs can now get tokens for this installation's own API"),
        // A demo world brings the organisation itself, a moment later.
        Err(RegistrationError::Invalid(_)) if config.demo => {}
        Err(RegistrationError::Invalid(_)) => {
            tracing::info!("operator in the configuration is no main unit in the register of organisations yet");
        }
        Err(error) => tracing::warn!(%error, "this installation's own API could not be registered"),
    }
}

/// Publishes the next keys when it is time, and forgets what has expired.
pub(super) async fn tend(server: &AuthorisationServer) {
    if let Err(error) = server.tend().await {
        tracing::warn!(%error, "the authorisation server's keys could not be looked after");
    }
}
