//! What exploration asks others. The composition fills these in.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;
use varde_core::{Actor, CataloguePath, Digest, LocalisedText, Period, ReleaseId};
use varde_engine::{Exclusions, Release};
use varde_metadata::VariableDescription;

pub use varde_core::PortError;
pub use varde_tables::People;

/// An approved release.
#[derive(Debug, Clone, PartialEq)]
pub struct ApprovedRelease {
    /// Its id.
    pub id: ReleaseId,
    /// Of which dataset.
    pub dataset: CataloguePath,
    /// SHA-256 of its file.
    pub digest: Digest,
    /// First and last day of its rows.
    pub period: Option<Period>,
    /// When it was approved, UTC: facts about people are those of that time, as long as it stands.
    pub approved_at: Timestamp,
}

/// A dataset that the catalogue opens, with the variables that it does not close.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenDataset {
    /// `source/dataset`.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// Its source's name.
    pub source: LocalisedText,
    /// Its variables, but for those that are closed.
    pub variables: Vec<VariableDescription>,
}

/// Releases, and who may be read.
#[async_trait]
pub trait Data: Send + Sync {
    /// All approved releases that stand.
    async fn releases(&self) -> Result<Vec<ApprovedRelease>, PortError>;

    /// Opens one of them.
    async fn open(&self, release: ReleaseId) -> Result<Release, PortError>;

    /// Opens a release that something was told of: one that is approved, or was.
    async fn open_told(&self, release: ReleaseId) -> Result<Release, PortError>;

    /// Who may not be read in these sources, as it was known at a time; as it is known now without one. Gives the
    /// time too: the same people are found again with it.
    async fn exclusions_as_at(
        &self,
        sources: &[String],
        as_at: Option<Timestamp>,
    ) -> Result<(Exclusions, Timestamp), PortError>;

    /// Who may not be read in these sources, as it is known now.
    async fn exclusions(&self, sources: &[String]) -> Result<Exclusions, PortError> {
        Ok(self.exclusions_as_at(sources, None).await?.0)
    }

    /// What base data say of everybody as at a time.
    async fn people(&self, as_at: Timestamp) -> Result<Arc<People>, PortError>;
}

/// The catalogue.
#[async_trait]
pub trait Catalogue: Send + Sync {
    /// Of these datasets, those that are open for exploration.
    async fn open(&self, datasets: &[CataloguePath]) -> Result<Vec<OpenDataset>, PortError>;

    /// Makes a list of variables for the actor, to apply for data with; gives its id.
    async fn list(&self, actor: &Actor, name: &str, variables: &[CataloguePath]) -> Result<Uuid, PortError>;
}
