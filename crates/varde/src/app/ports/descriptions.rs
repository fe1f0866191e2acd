//! How datasets are described, from the catalogue for the platform.

use async_trait::async_trait;
use varde_core::{Actor, CataloguePath, Component};
use varde_metadata::{CatalogueService, Dataset};
use varde_platform::{PlatformError, ports::Descriptions as Wanted};

/// Asks the catalogue. What it tells is for everybody, so it is read as a part of Varde, whoever asks.
#[derive(Debug)]
pub(crate) struct Descriptions(pub(crate) CatalogueService);

#[async_trait]
impl Wanted for Descriptions {
    async fn dataset(&self, path: &CataloguePath) -> Result<Option<Dataset>, PlatformError> {
        let found = self.0.codebook_for(&Actor::system(Component::Flows), path).await;
        Ok(found.map_err(|e| PlatformError::neighbour(&e))?.map(|view| view.dataset))
    }
}
