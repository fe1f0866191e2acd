//! What code systems ask: which variables use one, and which permits are about those.

use std::sync::Arc;

use async_trait::async_trait;
use varde_core::{Actor, CataloguePath, Problem};
use varde_metadata::{AsAt, CatalogueService, MetadataError};
use varde_permit::Register;
use varde_store::Store;
use varde_terminology::{
    CodeSystem,
    ports::{PermitAbout, Permits, PortError, UsedBy, Variables},
};

/// The catalogue and the register of permits.
pub(crate) struct Terminology {
    catalogue: Arc<CatalogueService>,
    permits: Arc<Register>,
    store: Store,
}

impl Terminology {
    pub(crate) fn new(catalogue: Arc<CatalogueService>, permits: Arc<Register>, store: &Store) -> Self {
        Self { catalogue, permits, store: store.clone() }
    }

    /// The variables of one source whose codes are of the system today.
    async fn of_source(
        &self,
        actor: &Actor,
        source: &CataloguePath,
        system: &CodeSystem,
    ) -> Result<Vec<UsedBy>, MetadataError> {
        let today = self.store.clock().today();
        let mut found = Vec::new();
        let Some(view) = self.catalogue.source(actor, source, AsAt::default()).await? else { return Ok(found) };
        for (dataset, _) in &view.datasets {
            let Some(whole) = self.catalogue.dataset(actor, &dataset.path, AsAt::default()).await? else { continue };
            for variable in &whole.dataset.variables {
                let used = variable.code_systems(today).iter().any(|name| system.is_named(name));
                let Some(version) = variable.newest().filter(|_| used) else { continue };
                found.push(UsedBy {
                    path: variable.path.clone(),
                    name: (&version.name).into(),
                    source: (&view.source.name).into(),
                });
            }
        }
        Ok(found)
    }
}

fn failed(error: &impl Problem) -> PortError {
    PortError { kind: error.kind(), message: error.to_string() }
}

#[async_trait]
impl Variables for Terminology {
    async fn coded_by(&self, actor: &Actor, system: &CodeSystem) -> Result<Vec<UsedBy>, PortError> {
        let sources = self.catalogue.sources(actor, AsAt::default()).await.map_err(|error| failed(&error))?;
        let mut found = Vec::new();
        for summary in sources {
            let of_source = self.of_source(actor, &summary.source.path, system).await;
            found.extend(of_source.map_err(|error| failed(&error))?);
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }
}

#[async_trait]
impl Permits for Terminology {
    async fn about(&self, variables: &[CataloguePath]) -> Result<Vec<PermitAbout>, PortError> {
        let today = self.store.clock().today();
        let published = self.permits.published().await.map_err(|error| failed(&error))?;
        let holds = published.into_iter().filter(|permit| permit.revoked_at.is_none() && permit.valid.contains(today));
        let about = holds.filter(|permit| permit.variables.iter().any(|v| variables.contains(&v.variable)));
        Ok(about.map(|permit| PermitAbout { id: permit.id, title: permit.title }).collect())
    }
}
