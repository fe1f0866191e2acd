//! What the exchange needs of others: who publishes, and how much there is.

use std::collections::BTreeMap;

use async_trait::async_trait;
use varde_core::{CataloguePath, OrganisationId};

use crate::Agent;

/// Organisations and releases.
#[async_trait]
pub trait Surroundings: Send + Sync {
    /// Organisations by id; those that are not known are left out.
    async fn agents(&self, ids: &[OrganisationId]) -> BTreeMap<OrganisationId, Agent>;

    /// Who publishes the catalogue and decides on access.
    async fn body(&self) -> Agent;

    /// How many bytes the newest approved releases of each source are; sources without releases are
    /// left out.
    async fn bytes(&self) -> BTreeMap<CataloguePath, u64>;
}
