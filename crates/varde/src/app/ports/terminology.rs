//! What code systems ask: which variables use one, and which lists, applications, permits and extracts
//! are about those.

use std::sync::Arc;

use async_trait::async_trait;
use varde_access::AccessService;
use varde_core::{Actor, CataloguePath, Component, Role};
use varde_metadata::{AsAt, CatalogueService, MetadataError};
use varde_permit::Register;
use varde_platform::{ExtractStatus, Platform};
use varde_store::Store;
use varde_terminology::{
    CodeSystem,
    ports::{Counted, DataNeeds, ExtractStage, PermitAbout, Permits, PortError, Seen, UsedBy, Variables},
};

/// The catalogue, applications, the register of permits and the platform.
pub(crate) struct Terminology {
    pub(crate) catalogue: Arc<CatalogueService>,
    pub(crate) access: Arc<AccessService>,
    pub(crate) permits: Arc<Register>,
    pub(crate) platform: Arc<Platform>,
    pub(crate) store: Store,
}

impl Terminology {
    /// How far the extract of a permit has come. A part of Varde looks: that there is one is no secret, and
    /// nothing that is in it is told.
    async fn extract(&self, permit: varde_core::PermitId) -> Result<ExtractStage, PortError> {
        let record = self.platform.extract_of(&Actor::system(Component::Flows), permit).await.map_err(PortError::of)?;
        Ok(match record.map(|record| record.status) {
            Some(ExtractStatus::Prepared | ExtractStatus::Making | ExtractStatus::Held | ExtractStatus::Entered) => {
                ExtractStage::Making
            }
            Some(ExtractStatus::Delivered) => ExtractStage::Delivered,
            Some(ExtractStatus::Empty | ExtractStatus::Stopped) | None => ExtractStage::None,
        })
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

#[async_trait]
impl Variables for Terminology {
    async fn coded_by(&self, actor: &Actor, system: &CodeSystem) -> Result<Vec<UsedBy>, PortError> {
        let sources = self.catalogue.sources(actor, AsAt::default()).await.map_err(PortError::of)?;
        let mut found = Vec::new();
        for summary in sources {
            let of_source = self.of_source(actor, &summary.source.path, system).await;
            found.extend(of_source.map_err(PortError::of)?);
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }
}

#[async_trait]
impl Permits for Terminology {
    async fn about(&self, variables: &[CataloguePath]) -> Result<Vec<PermitAbout>, PortError> {
        let today = self.store.clock().today();
        let published = self.permits.published().await.map_err(PortError::of)?;
        let holds = published.into_iter().filter(|permit| permit.revoked_at.is_none() && permit.valid.contains(today));
        let mut about = Vec::new();
        for permit in holds.filter(|permit| permit.variables.iter().any(|v| variables.contains(&v.variable))) {
            let extract = self.extract(permit.id).await?;
            about.push(PermitAbout { id: permit.id, title: permit.title, extract });
        }
        Ok(about)
    }
}

#[async_trait]
impl DataNeeds for Terminology {
    async fn lists(&self, actor: &Actor, variables: &[CataloguePath]) -> Result<Counted, PortError> {
        let found = self.catalogue.lists_holding(actor, variables).await.map_err(PortError::of)?;
        let own = found.own.into_iter().map(|list| Seen { href: format!("/liste/{}", list.id), name: list.name });
        Ok(Counted { count: u64::try_from(found.count).unwrap_or_default(), seen: own.collect() })
    }

    async fn applications(&self, actor: &Actor, variables: &[CataloguePath]) -> Result<Counted, PortError> {
        let found = self.access.open_about(actor, variables).await.map_err(PortError::of)?;
        // A handler reads it on the desk, whoever else may read it among the applications.
        let place = if actor.is(Role::Handler) { "/saker" } else { "/soknader" };
        let seen = found.seen.into_iter().map(|(id, name)| Seen { href: format!("{place}/{id}"), name });
        Ok(Counted { count: found.count as u64, seen: seen.collect() })
    }
}
