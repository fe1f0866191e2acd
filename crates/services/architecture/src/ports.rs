//! What architecture asks others. The composition fills these in.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use varde_core::{CataloguePath, LocalisedText, OrganisationId};
pub use varde_core::{Letter, Letters, PortError};

/// A source of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its path, of one part.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// Who answers for it; none when the organisation is not registered here.
    pub holder: Option<OrganisationId>,
}

/// The catalogue's sources.
#[async_trait]
pub trait Sources: Send + Sync {
    /// Those that are published, as the catalogue was at that time; now without one.
    async fn all(&self, at: Option<Timestamp>) -> Result<Vec<Source>, PortError>;
}

/// The register of organisations.
#[async_trait]
pub trait Organisations: Send + Sync {
    /// The names of those that are known.
    async fn names(&self, ids: &[OrganisationId]) -> Result<BTreeMap<OrganisationId, String>, PortError>;
}
