//! Main units and sub units.

use varde_core::{Actor, identifier::OrganisationNumber};
use varde_policy::Resource;

use crate::{Basedata, BasedataError, store};

impl Basedata {
    /// Whether the organisation with this number has sub units; an unknown one has none.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn has_sub_units(&self, actor: &Actor, number: OrganisationNumber) -> Result<bool, BasedataError> {
        self.permitted(actor, "basedata.organisation.read", &Resource::new("OrganisationRecord")).await?;
        let mut read = self.store.read(actor).await?;
        Ok(store::units::has_any(read.connection(), number.as_str()).await?)
    }
}
