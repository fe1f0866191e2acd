//! What can be taken into use: registering and reading services.

use varde_core::Actor;
use varde_ledger::Draft;
use varde_policy::Resource;

use super::Onboarding;
use crate::{OnboardingError, Registered, Service, ServiceId, store};

/// What registering a service led to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Outcome {
    /// Which.
    pub id: ServiceId,
    /// Its latest version now.
    pub version: u32,
    /// Whether that is a new one; the same content again is not.
    pub changed: bool,
}

impl Onboarding {
    /// Registers a service; a new version when it says something new. What was granted before stays as
    /// it was granted. Action `onboarding.service.register`, entry `onboarding.service.registered`.
    ///
    /// # Errors
    /// What is wrong with it; refusals; the database.
    pub async fn register(&self, actor: &Actor, service: &Service) -> Result<Outcome, OnboardingError> {
        let everything = Resource::new("CatalogueService");
        let permission = self.guard.check(actor, "onboarding.service.register", &everything).await?;
        let flaws = service.flaws();
        if !flaws.is_empty() {
            return Err(OnboardingError::Flawed { id: service.id.clone(), flaws });
        }
        if self.ports.organisations.by_number(service.owner).await?.is_none() {
            return Err(OnboardingError::NoSuchOwner);
        }
        let now = self.now();
        let mut work = self.store.begin(actor).await?;
        if let Some((audience, other)) = store::services::taken(work.connection(), service).await? {
            return Err(OnboardingError::Taken { audience, service: other });
        }
        let earlier = store::services::latest(work.connection(), &service.id).await?;
        let changed = earlier.as_ref().is_none_or(|earlier| earlier.service != *service);
        let version = earlier.map_or(0, |earlier| earlier.version) + u32::from(changed);
        let outcome = Outcome { id: service.id.clone(), version, changed };
        if changed {
            let new = Registered { version, registered_at: now, service: service.clone() };
            store::services::add(work.connection(), &new, actor, now).await?;
            let draft = Draft::new("onboarding.service.registered", "service", &service.id)
                .because(permission.legal_basis())
                .with("version", version);
            let entered = work.enter(draft).await?;
            work.commit(entered).await?;
        }
        Ok(outcome)
    }

    /// Every service, by name: open to everybody.
    ///
    /// # Errors
    /// The database.
    pub async fn services(&self) -> Result<Vec<Registered>, OnboardingError> {
        let mut read = self.store.read(&Actor::anonymous()).await?;
        store::services::all(read.connection()).await
    }

    /// The latest version of a service: open to everybody.
    ///
    /// # Errors
    /// [`OnboardingError::NoSuchService`]; the database.
    pub async fn service(&self, id: &ServiceId) -> Result<Registered, OnboardingError> {
        let mut read = self.store.read(&Actor::anonymous()).await?;
        store::services::latest(read.connection(), id).await?.ok_or(OnboardingError::NoSuchService)
    }
}
