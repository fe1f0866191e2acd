//! What harmonisation needs: names of organisations.

use std::collections::BTreeMap;

use async_trait::async_trait;
use varde_basedata::Basedata;
use varde_core::{Actor, OrganisationId};
use varde_harmonisation::ports::{Organisations, PortError};

/// The other contexts as harmonisation sees them.
pub(crate) struct Harmonisation {
    basedata: Basedata,
}

impl Harmonisation {
    pub(crate) fn new(basedata: Basedata) -> Self {
        Self { basedata }
    }
}

#[async_trait]
impl Organisations for Harmonisation {
    async fn names(&self, ids: &[OrganisationId]) -> Result<BTreeMap<OrganisationId, String>, PortError> {
        let known =
            super::organisations::known(&self.basedata, &Actor::anonymous(), ids).await.map_err(PortError::of)?;
        Ok(known.into_iter().map(|(id, known)| (id, known.view.name)).collect())
    }
}
