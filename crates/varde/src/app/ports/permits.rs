//! What the register of permits needs: names of organisations and variables.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use varde_basedata::Basedata;
use varde_core::{Actor, CataloguePath, LocalisedText, OrganisationId, Problem};
use varde_metadata::{AsAt, CatalogueService};

/// Names from `basedata` and from the catalogue. A page is not lost for want of them.
pub(crate) struct PermitNames {
    basedata: Basedata,
    catalogue: Arc<CatalogueService>,
}

impl PermitNames {
    pub(crate) fn new(basedata: Basedata, catalogue: Arc<CatalogueService>) -> Self {
        Self { basedata, catalogue }
    }
}

#[async_trait]
impl varde_permit::Names for PermitNames {
    async fn organisations(&self, actor: &Actor, ids: &[OrganisationId]) -> BTreeMap<OrganisationId, String> {
        match self.basedata.organisations(actor, Some(ids), self.basedata.now()).await {
            Ok(found) => found.into_iter().map(|o| (o.id, o.name)).collect(),
            Err(error) => {
                tracing::warn!(code = error.code(), "names of organisations could not be read");
                BTreeMap::new()
            }
        }
    }

    async fn variables(&self, actor: &Actor, variables: &[CataloguePath]) -> BTreeMap<CataloguePath, LocalisedText> {
        match self.catalogue.describe(actor, variables, AsAt::default()).await {
            Ok(found) => found.into_iter().map(|v| (v.path, v.name)).collect(),
            Err(error) => {
                tracing::warn!(code = error.code(), "names of variables could not be read");
                BTreeMap::new()
            }
        }
    }
}
