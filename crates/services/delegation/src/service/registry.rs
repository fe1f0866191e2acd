//! The registry of resources.

use std::collections::BTreeMap;

use varde_core::{Actor, Language};
use varde_ledger::Draft;
use varde_policy::Resource;

use super::Delegations;
use crate::{DelegableResource, DelegationError, Registered, ResourceId, store};

/// What registering a resource led to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Outcome {
    /// Which.
    pub id: ResourceId,
    /// Its latest version now.
    pub version: u32,
    /// Whether that is a new one; the same content again is not.
    pub changed: bool,
}

impl Delegations {
    /// Registers resources, all or none: each becomes a version when it says something new. Action
    /// `delegation.resource.register`, one entry `delegation.resource.registered` for each version.
    ///
    /// # Errors
    /// The first resource that cannot be registered and why; refusals; the database.
    pub async fn register(
        &self,
        actor: &Actor,
        resources: &[DelegableResource],
    ) -> Result<Vec<Outcome>, DelegationError> {
        let everything = Resource::new("DelegableResource");
        let permission = self.guard.check(actor, "delegation.resource.register", &everything).await?;
        whole(resources)?;
        let now = self.store.clock().now();
        let mut work = self.store.begin(actor).await?;
        let (mut outcomes, mut last) = (Vec::with_capacity(resources.len()), None);
        for resource in resources {
            let earlier = store::resources::latest(work.connection(), &resource.id).await?;
            let changed = earlier.as_ref().is_none_or(|earlier| earlier.resource != *resource);
            let version = earlier.map_or(0, |earlier| earlier.version) + u32::from(changed);
            if changed {
                let new = Registered { version, registered_at: now, resource: resource.clone() };
                store::resources::add(work.connection(), &new, actor, now).await?;
                let draft = Draft::new("delegation.resource.registered", "delegable_resource", &resource.id)
                    .because(permission.legal_basis())
                    .with("version", version);
                last = Some(work.enter(draft).await?);
            }
            outcomes.push(Outcome { id: resource.id.clone(), version, changed });
        }
        if let Some(entered) = last {
            work.commit(entered).await?;
        }
        Ok(outcomes)
    }

    /// Ends a resource: nobody finds or gives it any more. What was given before stays until it is
    /// removed. A new version; none when it had ended before. Action `delegation.resource.register`,
    /// entry `delegation.resource.registered`.
    ///
    /// # Errors
    /// [`DelegationError::NoSuchResource`]; refusals; the database.
    pub async fn end_resource(&self, actor: &Actor, id: &ResourceId) -> Result<Outcome, DelegationError> {
        let mut ended = self.resource(id).await?.resource;
        (ended.delegable, ended.visible) = (false, false);
        let outcomes = self.register(actor, std::slice::from_ref(&ended)).await?;
        outcomes.into_iter().next().ok_or(DelegationError::NoSuchResource)
    }

    /// The latest version of every resource, by name, also of those that have ended: open to everybody.
    ///
    /// # Errors
    /// The database.
    pub async fn resources(&self) -> Result<Vec<Registered>, DelegationError> {
        let mut read = self.store.read(&Actor::anonymous()).await?;
        Ok(store::resources::all(read.connection()).await?)
    }

    /// The resources in the versions that were given, by name and version: open to everybody.
    ///
    /// # Errors
    /// The database.
    pub async fn versions(
        &self,
        wanted: &[(ResourceId, u32)],
    ) -> Result<BTreeMap<(ResourceId, u32), Registered>, DelegationError> {
        let mut read = self.store.read(&Actor::anonymous()).await?;
        let found = store::resources::versions(read.connection(), wanted).await?;
        Ok(found.into_iter().map(|one| ((one.resource.id.clone(), one.version), one)).collect())
    }

    /// What can be found and given now, by name: open to everybody. All of it, or what somebody who
    /// writes these words in that language means.
    ///
    /// # Errors
    /// The database.
    pub async fn search(&self, words: &str, language: Language) -> Result<Vec<Registered>, DelegationError> {
        let all = self.resources().await?;
        let found = |r: &Registered| r.resource.visible && r.resource.delegable && r.resource.matches(words, language);
        Ok(all.into_iter().filter(found).collect())
    }

    /// The latest version of a resource, also one that cannot be given any more: open to everybody.
    ///
    /// # Errors
    /// [`DelegationError::NoSuchResource`]; the database.
    pub async fn resource(&self, id: &ResourceId) -> Result<Registered, DelegationError> {
        let mut read = self.store.read(&Actor::anonymous()).await?;
        store::resources::latest(read.connection(), id).await?.ok_or(DelegationError::NoSuchResource)
    }
}

fn whole(resources: &[DelegableResource]) -> Result<(), DelegationError> {
    for (position, resource) in resources.iter().enumerate() {
        let flaws = resource.flaws();
        if !flaws.is_empty() {
            return Err(DelegationError::Flawed { id: resource.id.clone(), flaws });
        }
        if resources.iter().take(position).any(|earlier| earlier.id == resource.id) {
            return Err(DelegationError::Twice(resource.id.clone()));
        }
    }
    Ok(())
}
