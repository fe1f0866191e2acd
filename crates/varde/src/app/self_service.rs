//! Vendors' self-service of an installation: what it asks others, and its care.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use varde_core::Component;
use varde_oauth::AuthorisationServer;
use varde_self_service::{Ports, Reach, SelfService};

use super::{Foundation, Services, ports};

/// Builds self-service over the services and the authorisation server.
pub(super) fn build(
    foundation: &Foundation,
    services: &Services,
    authorisation: &Arc<AuthorisationServer>,
) -> Result<Arc<SelfService>> {
    let bridge = ports::Clients::new(services, Arc::clone(authorisation));
    let bridge = Arc::new(bridge);
    let letters = ports::Outbox::new(services.onboarding.clone(), Component::SelfService);
    let ports = Ports {
        organisations: Arc::clone(&bridge) as _,
        registry: Arc::clone(&bridge) as _,
        agreements: Arc::clone(&bridge) as _,
        progress: Some(bridge),
        letters: Some(Arc::new(letters)),
    };
    // A demonstration runs on one machine, with the vendor's program beside it.
    let reach = if foundation.config.demo { Reach::Anywhere } else { Reach::Public };
    let service = SelfService::new(&foundation.store, services.guard.clone(), ports, reach);
    Ok(Arc::new(service.context("self-service has no HTTP client")?))
}

/// Writes what clients have met at the authorisation server, and does what waits: settings it may not
/// know yet, keys that are read where clients publish them.
pub(super) async fn tend(authorisation: &AuthorisationServer, service: &SelfService) {
    if let Err(error) = authorisation.write_calls().await {
        tracing::warn!(%error, "what clients met at the authorisation server could not be written");
    }
    if let Err(error) = service.tend().await {
        tracing::warn!(%error, "self-service could not be looked after");
    }
}

/// Tells vendors by mail of clients whose last key ends.
pub(super) async fn remind(service: &SelfService) {
    match service.remind_of_keys().await {
        Ok(0) => {}
        Ok(told) => tracing::info!(told, "vendors are told by mail of keys that end"),
        Err(error) => tracing::warn!(%error, "vendors could not be told of keys that end"),
    }
}
