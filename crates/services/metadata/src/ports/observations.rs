//! What the catalogue asks of whoever holds the data.

use std::fmt::Debug;

use async_trait::async_trait;
use varde_core::{CataloguePath, PortError};

use crate::model::ObservedDataset;

/// Whoever holds releases of datasets. What it tells is for everybody: no number about few people.
#[async_trait]
pub trait Observations: Debug + Send + Sync {
    /// What was observed in the newest counted release of a dataset, its variables without their
    /// distributions; `None` when there is none.
    ///
    /// # Errors
    /// When the data holder cannot be asked.
    async fn of_dataset(&self, dataset: &CataloguePath) -> Result<Option<ObservedDataset>, PortError>;

    /// The same with one variable only, and how its values are distributed. The variable is not in the
    /// answer when the release does not have it.
    ///
    /// # Errors
    /// When the data holder cannot be asked.
    async fn of_variable(&self, variable: &CataloguePath) -> Result<Option<ObservedDataset>, PortError>;
}
