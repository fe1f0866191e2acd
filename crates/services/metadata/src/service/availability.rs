//! What is declared against what was observed, and the statistics of a variable.

use std::sync::Arc;

use serde::Serialize;
use varde_core::{Actor, CataloguePath};

use super::{AsAt, CatalogueService, DatasetView, VariableView};
use crate::{
    MetadataError,
    model::{Availability, Observed, Statistics},
    ports::Observations,
};

/// A dataset's availability.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatasetAvailability {
    /// The dataset: `source/dataset`.
    pub dataset: CataloguePath,
    /// The release that was counted; `None` when none was.
    pub observed: Option<Observed>,
    /// Its variables against years.
    #[serde(flatten)]
    pub matrix: Availability,
}

impl CatalogueService {
    /// The same, with somebody to ask what was observed in the data.
    #[must_use]
    pub fn observed_by(self, observations: Arc<dyn Observations>) -> Self {
        Self { observations: Some(observations), ..self }
    }

    /// A dataset's variables against years: what is declared of them at `as_at`, and what was observed in
    /// the release that was counted last. `None` when the catalogue has no such dataset (at that time).
    ///
    /// # Errors
    /// When the policy refuses, or the catalogue or the data holder cannot be read.
    pub async fn availability(
        &self,
        actor: &Actor,
        path: &CataloguePath,
        as_at: AsAt,
    ) -> Result<Option<(DatasetView, DatasetAvailability)>, MetadataError> {
        let Some(view) = self.dataset(actor, path, as_at).await? else { return Ok(None) };
        let observed = match &self.observations {
            Some(observations) => observations.of_dataset(path).await?,
            None => None,
        };
        let matrix = Availability::of(&view.dataset, observed.as_ref(), self.store.clock().today());
        let observed = observed.as_ref().map(Observed::from);
        Ok(Some((view, DatasetAvailability { dataset: path.clone(), observed, matrix })))
    }

    /// The statistics of a variable with what the catalogue says of it. The outer `None`: the catalogue
    /// has no such variable; the inner: nothing was observed of it.
    ///
    /// # Errors
    /// When the policy refuses, or the catalogue or the data holder cannot be read.
    pub async fn statistics(
        &self,
        actor: &Actor,
        path: &CataloguePath,
    ) -> Result<Option<(VariableView, Option<Statistics>)>, MetadataError> {
        let Some(view) = self.variable(actor, path, AsAt::default()).await? else { return Ok(None) };
        Ok(Some((view, self.observed_statistics(path).await?)))
    }

    /// The statistics of a variable that was read before.
    pub(crate) async fn observed_statistics(&self, path: &CataloguePath) -> Result<Option<Statistics>, MetadataError> {
        let Some(observations) = &self.observations else { return Ok(None) };
        let observed = observations.of_variable(path).await?;
        Ok(observed.as_ref().and_then(|observed| Statistics::of(path, observed)))
    }
}
