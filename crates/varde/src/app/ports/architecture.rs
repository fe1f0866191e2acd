//! What architecture governance needs: the catalogue's sources, and names of organisations.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use jiff::{Timestamp, ToSpan};
use varde_architecture::ports::{Organisations, PortError, Source, Sources};
use varde_basedata::Basedata;
use varde_core::{Actor, OrganisationId};
use varde_metadata::{AsAt, CatalogueService};

/// The other contexts as architecture sees them.
pub(crate) struct Architecture {
    catalogue: Arc<CatalogueService>,
    basedata: Basedata,
}

impl Architecture {
    pub(crate) fn new(catalogue: Arc<CatalogueService>, basedata: Basedata) -> Self {
        Self { catalogue, basedata }
    }
}

#[async_trait]
impl Sources for Architecture {
    async fn all(&self, at: Option<Timestamp>) -> Result<Vec<Source>, PortError> {
        // The catalogue is open: nobody in particular asks. It reads up to a moment, we before one.
        let just_before = |at: Timestamp| at.checked_sub(1.microsecond()).unwrap_or(at);
        let as_at = AsAt { recorded: at.map(just_before), valid: None };
        let found = self.catalogue.sources(&Actor::anonymous(), as_at).await.map_err(PortError::of)?;
        let source = |one: varde_metadata::SourceSummary| Source {
            path: one.source.path,
            name: one.source.name,
            holder: one.source.holder,
        };
        Ok(found.into_iter().map(source).collect())
    }
}

#[async_trait]
impl Organisations for Architecture {
    async fn names(&self, ids: &[OrganisationId]) -> Result<BTreeMap<OrganisationId, String>, PortError> {
        let known =
            super::organisations::known(&self.basedata, &Actor::anonymous(), ids).await.map_err(PortError::of)?;
        Ok(known.into_iter().map(|(id, known)| (id, known.view.name)).collect())
    }
}
