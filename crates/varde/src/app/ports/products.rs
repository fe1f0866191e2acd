//! What data products are made of, and where they are described: the catalogue, for the platform.

use async_trait::async_trait;
use varde_core::{Actor, CataloguePath, Component, OrganisationId};
use varde_metadata::{AsAt, CatalogueService, DataSource, Dataset};
use varde_platform::{PlatformError, ports::Catalogue};

/// Asks the catalogue. What it tells is for everybody, so it is read as a part of Varde, whoever asks; what a
/// product is, is proposed as whoever declares it.
#[derive(Debug)]
pub(crate) struct Products(pub(crate) CatalogueService);

fn flows() -> Actor {
    Actor::system(Component::Flows)
}

impl Products {
    /// The source with all that is in it; `None` when it is not in the catalogue.
    async fn whole(&self, source: &CataloguePath) -> Result<Option<DataSource>, PlatformError> {
        let found = self.0.source(&flows(), source, AsAt::default()).await.map_err(|e| PlatformError::neighbour(&e))?;
        let Some(view) = found else { return Ok(None) };
        let mut whole = view.source;
        for (dataset, _) in view.datasets {
            let found = self.0.dataset(&flows(), &dataset.path, AsAt::default()).await;
            let found = found.map_err(|e| PlatformError::neighbour(&e))?;
            whole.datasets.extend(found.map(|view| view.dataset));
        }
        Ok(Some(whole))
    }
}

#[async_trait]
impl Catalogue for Products {
    async fn dataset(&self, path: &CataloguePath) -> Result<Option<(Dataset, Option<OrganisationId>)>, PlatformError> {
        let found = self.0.codebook_for(&flows(), path).await.map_err(|e| PlatformError::neighbour(&e))?;
        Ok(found.map(|view| (view.dataset, view.source.holder)))
    }

    async fn holder(&self, path: &CataloguePath) -> Result<Option<OrganisationId>, PlatformError> {
        let Some(source) = path.parent() else { return Ok(None) };
        let found =
            self.0.source(&flows(), &source, AsAt::default()).await.map_err(|e| PlatformError::neighbour(&e))?;
        Ok(found.and_then(|view| view.source.holder))
    }

    async fn propose(&self, actor: &Actor, dataset: &Dataset) -> Result<(), PlatformError> {
        let Some(source) = dataset.path.parent() else { return Ok(()) };
        let Some(mut whole) = self.whole(&source).await? else { return Ok(()) };
        match whole.datasets.iter_mut().find(|one| one.path == dataset.path) {
            Some(described) => *described = dataset.clone(),
            None => whole.datasets.push(dataset.clone()),
        }
        self.0.import(actor, &whole, "product").await.map_err(|e| PlatformError::neighbour(&e))?;
        Ok(())
    }
}
