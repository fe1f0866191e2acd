//! What harmonisation asks others. The composition fills these in.

use std::collections::BTreeMap;

use async_trait::async_trait;
use varde_core::{CataloguePath, OrganisationId};

pub use varde_core::PortError;

use crate::similar::Distribution;

/// The register of organisations.
#[async_trait]
pub trait Organisations: Send + Sync {
    /// The names of those that are known.
    async fn names(&self, ids: &[OrganisationId]) -> Result<BTreeMap<OrganisationId, String>, PortError>;
}

/// What has been counted of the values of variables.
#[async_trait]
pub trait Observed: Send + Sync {
    /// How the values of those variables are spread that somebody has counted and that may be told to
    /// everybody.
    async fn distributions(
        &self,
        variables: &[CataloguePath],
    ) -> Result<BTreeMap<CataloguePath, Distribution>, PortError>;
}
