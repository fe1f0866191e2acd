//! Data products: declared by who answers for them, let be by who answers for their sources, made by a job
//! each time a source is another.

mod build;
mod declare;
mod offered;
mod read;

pub use build::{MakeProduct, PRODUCT_JOB};
pub use declare::InForceEvent;
pub use offered::{Offered, OfferedVariable};
pub use read::ProductView;

use jiff::Timestamp;
use varde_core::{Actor, CataloguePath, OrganisationId, ReleaseId};
use varde_ledger::Draft;
use varde_policy::{Permission, Resource};

use super::{Platform, finish};
use crate::{
    PlatformError,
    model::{ApprovedEvent, ProductRecord, ReleaseRecord},
    store::{lineage, products as kept, releases},
};

impl Platform {
    /// What follows from an approved release: every product that is made of its dataset is wanted made, once
    /// for all that changes until it is taken up. Gives which.
    ///
    /// # Errors
    /// When the policy refuses or the database is away.
    pub async fn want_products(
        &self,
        actor: &Actor,
        event: &ApprovedEvent,
    ) -> Result<Vec<CataloguePath>, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let products = kept::made_of_dataset(read.connection(), &event.dataset).await?;
        drop(read);
        let mut wanted = Vec::new();
        for dataset in products {
            if self.want_product(actor, &dataset).await? {
                wanted.push(dataset);
            }
        }
        Ok(wanted)
    }

    /// Lets a job make the product as its sources are now. False when one waits to do so already, or no
    /// version is in force.
    ///
    /// # Errors
    /// When the policy refuses or there is no such product.
    pub async fn want_product(&self, actor: &Actor, dataset: &CataloguePath) -> Result<bool, PlatformError> {
        let mut work = self.store.begin(actor).await?;
        kept::lock(work.connection(), dataset).await?;
        let record = kept::get(work.connection(), dataset).await?.ok_or(PlatformError::NoSuchProduct)?;
        let permission = self.permitted(actor, "platform.product.build", &resource(&record)).await?;
        if record.in_force().is_none() || !build::want(&mut work, dataset, self.store.clock().now()).await? {
            return Ok(false);
        }
        finish(work, &permission, Draft::new("platform.product.wanted", "product", dataset)).await?;
        Ok(true)
    }

    /// The approved releases that something may be made of: not those that are made of one that was withdrawn.
    ///
    /// # Errors
    /// When the policy refuses or the database is away.
    pub async fn usable_releases(&self, actor: &Actor) -> Result<Vec<ReleaseRecord>, PlatformError> {
        self.permitted(actor, "platform.release.read", &Resource::new("Release")).await?;
        let mut read = self.store.read(actor).await?;
        releases::approved(read.connection()).await
    }

    async fn product_record(&self, actor: &Actor, dataset: &CataloguePath) -> Result<ProductRecord, PlatformError> {
        let mut read = self.store.read(actor).await?;
        kept::get(read.connection(), dataset).await?.ok_or(PlatformError::NoSuchProduct)
    }

    async fn may_declare(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
        holder: OrganisationId,
    ) -> Result<Permission, PlatformError> {
        let resource = Resource::new("Product").id(dataset).organisation("holder", holder);
        self.permitted(actor, "platform.product.declare", &resource.organisations("holders", [])).await
    }

    /// Of which sources derived datasets are made: in those releases, and in all that were made by a time.
    pub(super) async fn derived(
        &self,
        actor: &Actor,
        releases: &[ReleaseId],
        by: Option<Timestamp>,
    ) -> Result<lineage::Derived, PlatformError> {
        let mut read = self.store.read(actor).await?;
        lineage::sources_of_datasets(read.connection(), releases, by).await
    }
}

/// The product as the policy sees it: its holder, and those who answer for its sources.
fn resource(record: &ProductRecord) -> Resource {
    let version = record.draft().or_else(|| record.in_force());
    let holders = version.map(|version| version.holders.clone()).unwrap_or_default();
    let resource = Resource::new("Product").id(&record.dataset).organisation("holder", record.holder);
    resource.organisations("holders", holders)
}
