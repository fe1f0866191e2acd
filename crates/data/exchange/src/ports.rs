//! What the exchange needs of others: who publishes, how much there is, and code systems.

use std::collections::BTreeMap;

use async_trait::async_trait;
use varde_core::{Actor, CataloguePath, OrganisationId};
use varde_terminology::{Edition, Key, Kind, Shown, Status, Terminology, TerminologyError};

use crate::Agent;

/// Organisations and releases.
#[async_trait]
pub trait Surroundings: Send + Sync {
    /// Organisations by id; those that are not known are left out.
    async fn agents(&self, ids: &[OrganisationId]) -> BTreeMap<OrganisationId, Agent>;

    /// Who publishes the catalogue and decides on access.
    async fn body(&self) -> Agent;

    /// How many bytes the newest approved releases of each source, and of each of its datasets, are; what has
    /// no release is left out.
    async fn bytes(&self) -> BTreeMap<CataloguePath, u64>;
}

/// The editions of code systems.
#[async_trait]
pub trait CodeSystems: Send + Sync {
    /// An edition with its codes, of that version or the one that holds today, and the version that it follows.
    ///
    /// # Errors
    /// [`TerminologyError::NotFound`], refusals, failures of the store.
    async fn edition(
        &self,
        actor: &Actor,
        key: &Key,
        version: Option<&str>,
    ) -> Result<(Shown, Option<String>), TerminologyError>;
}

#[async_trait]
impl CodeSystems for Terminology {
    async fn edition(
        &self,
        actor: &Actor,
        key: &Key,
        version: Option<&str>,
    ) -> Result<(Shown, Option<String>), TerminologyError> {
        let shown = self.shown(actor, key, version).await?;
        let before = |one: &&Edition| {
            one.status == Status::Published
                && one.version != shown.edition.version
                && one.valid.from < shown.edition.valid.from
        };
        let editions = self.editions_of(actor, Kind::CodeSystem, key).await?;
        let follows = editions.iter().filter(before).max_by_key(|one| one.valid.from).map(|one| one.version.clone());
        Ok((shown, follows))
    }
}
