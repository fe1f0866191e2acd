//! What was observed in the data, from the platform for the catalogue.

use std::sync::Arc;

use async_trait::async_trait;
use varde_core::{Actor, CataloguePath, Component, PortError};
use varde_metadata::{ObservedDataset, ports::Observations as Wanted};
use varde_platform::Platform;

/// Asks the platform. What it tells is for everybody, so it is read as a part of Varde, whoever asks.
#[derive(Debug)]
pub(crate) struct Observations(pub(crate) Arc<Platform>);

#[async_trait]
impl Wanted for Observations {
    async fn of_dataset(&self, dataset: &CataloguePath) -> Result<Option<ObservedDataset>, PortError> {
        self.0.observed(&flows(), dataset, None).await.map_err(PortError::of)
    }

    async fn of_variable(&self, variable: &CataloguePath) -> Result<Option<ObservedDataset>, PortError> {
        let Some(dataset) = variable.parent() else { return Ok(None) };
        self.0.observed(&flows(), &dataset, Some(variable.name())).await.map_err(PortError::of)
    }
}

fn flows() -> Actor {
    Actor::system(Component::Flows)
}
