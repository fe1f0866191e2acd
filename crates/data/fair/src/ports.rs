//! What computing quality needs of others. The composition fills it in.

use async_trait::async_trait;
use jiff::civil::Date;
use varde_core::CataloguePath;
pub use varde_core::PortError;
use varde_rdf::{NamedNode, Statements};

/// What other catalogues are told of a source.
#[derive(Debug, Clone)]
pub struct Told {
    /// The node of its `dcat:Dataset`.
    pub node: NamedNode,
    /// All that is said, in HealthDCAT-AP.
    pub said: Statements,
    /// Violations of DCAT-AP-NO 2.
    pub national: u32,
    /// Violations of HealthDCAT-AP, by its access rights.
    pub health: u32,
}

/// The newest approved release of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its id, as text.
    pub id: String,
    /// The dataset.
    pub dataset: CataloguePath,
    /// Rows that were read.
    pub rows: u64,
    /// Rows that could be used.
    pub used: u64,
    /// Cells without a value.
    pub empty: u64,
    /// All cells.
    pub cells: u64,
    /// The day it was taken in, in Norway.
    pub day: Date,
}

/// The exchange and the data platform.
#[async_trait]
pub trait Surroundings: Send + Sync {
    /// What other catalogues are told of a source; `None` when they are told nothing.
    async fn told(&self, source: &CataloguePath) -> Result<Option<Told>, PortError>;

    /// The newest approved release of each dataset of a source, by dataset.
    async fn releases(&self, source: &CataloguePath) -> Result<Vec<Release>, PortError>;
}
