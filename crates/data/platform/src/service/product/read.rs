//! What is told of products: how they stand to their sources, and what releases are made of.

use std::collections::BTreeSet;

use serde::Serialize;
use sqlx::PgConnection;
use varde_core::{Actor, CataloguePath, ReleaseId};
use varde_policy::Resource;

use super::resource;
use crate::{
    PlatformError,
    engine::EDITION,
    model::{
        Build, BuildState, Freshness, LineageView, ProductRecord, ReleaseRecord, ReleaseStatus, VersionState,
        product::Standing,
    },
    product::Flaw,
    service::Platform,
    store::{lineage, products as kept, releases},
};

/// A product as its page shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProductView {
    /// The product and its versions.
    #[serde(flatten)]
    pub record: ProductRecord,
    /// How it stands to its sources.
    pub freshness: Freshness,
    /// When it was made, the newest first.
    pub builds: Vec<Build>,
    /// What keeps the draft from being put in force.
    pub flaws: Vec<Flaw>,
    /// What the reader may do: write and put in force, let it be made of their source, end it, have it made.
    pub may: (bool, bool, bool, bool),
}

impl Platform {
    /// All products, each with how it stands to its sources.
    ///
    /// # Errors
    /// When the policy refuses or the database is away.
    pub async fn products(&self, actor: &Actor) -> Result<Vec<(ProductRecord, Freshness)>, PlatformError> {
        self.may_read_products(actor).await?;
        let mut read = self.store.read(actor).await?;
        let all = releases::list(read.connection()).await?;
        let mut told = Vec::new();
        for record in kept::all(read.connection()).await? {
            let builds = kept::builds(read.connection(), &record.dataset).await?;
            let freshness = freshness(read.connection(), &record, &builds, &all).await?;
            told.push((record, freshness));
        }
        Ok(told)
    }

    /// One product.
    ///
    /// # Errors
    /// When the policy refuses or there is none.
    pub async fn product(&self, actor: &Actor, dataset: &CataloguePath) -> Result<ProductView, PlatformError> {
        self.may_read_products(actor).await?;
        let mut read = self.store.read(actor).await?;
        let record = kept::get(read.connection(), dataset).await?.ok_or(PlatformError::NoSuchProduct)?;
        let builds = kept::builds(read.connection(), dataset).await?;
        let all = releases::list(read.connection()).await?;
        let freshness = freshness(read.connection(), &record, &builds, &all).await?;
        drop(read);
        let flaws = match record.draft().filter(|draft| draft.state == VersionState::Draft) {
            Some(draft) => self.product_flaws(actor, &draft.declaration).await?.0,
            None => Vec::new(),
        };
        let whose = resource(&record);
        let may = |action: &str| self.guard.would_allow(actor, action, &whose);
        let asked =
            record.draft().is_some_and(|draft| actor.organisation.is_some_and(|own| draft.missing().contains(&own)));
        let may = (
            may("platform.product.declare"),
            may("platform.product.consent") && asked,
            may("platform.product.end"),
            may("platform.product.build"),
        );
        Ok(ProductView { record, freshness, builds, flaws, may })
    }

    /// What a release is made of, and what is made of it.
    ///
    /// # Errors
    /// When the policy refuses or there is no such release.
    pub async fn lineage(&self, actor: &Actor, id: ReleaseId) -> Result<(ReleaseRecord, LineageView), PlatformError> {
        let release = self.release(actor, id).await?;
        let mut read = self.store.read(actor).await?;
        Ok((release, lineage::of(read.connection(), id).await?))
    }

    async fn may_read_products(&self, actor: &Actor) -> Result<(), PlatformError> {
        self.permitted(actor, "platform.release.read", &Resource::new("Release")).await?;
        Ok(())
    }
}

/// How a product stands to its sources.
async fn freshness(
    connection: &mut PgConnection,
    record: &ProductRecord,
    builds: &[Build],
    all: &[ReleaseRecord],
) -> Result<Freshness, PlatformError> {
    let Some(version) = record.in_force() else { return Ok(Freshness::NotInForce) };
    let usable = releases::approved(connection).await?;
    let now: BTreeSet<ReleaseId> = version
        .declaration
        .sources
        .iter()
        .filter_map(|source| usable.iter().find(|one| one.dataset == *source).map(|one| one.id))
        .collect();
    let mut standing = Standing {
        in_force: true,
        building: record.wants.0 > record.wants.1 || builds.first().is_some_and(|one| one.state == BuildState::Open),
        failed: builds.first().is_some_and(|one| one.state == BuildState::Failed),
        lacking: now.len() < version.declaration.sources.len(),
        ..Standing::default()
    };
    let standing_releases = all.iter().filter(|one| {
        one.dataset == record.dataset
            && matches!(one.status, ReleaseStatus::Draft | ReleaseStatus::Held | ReleaseStatus::Approved)
    });
    for release in standing_releases {
        let approved = release.status == ReleaseStatus::Approved;
        standing.withdrawn |= approved && lineage::has_withdrawn_source(connection, release.id).await?;
        let view = lineage::of(connection, release.id).await?;
        let same =
            view.made.is_some_and(|made| made.lineage.declaration == version.digest && made.lineage.engine == EDITION);
        let of: BTreeSet<ReleaseId> = lineage::direct(connection, release.id).await?.into_iter().collect();
        if same && of == now {
            standing.newest = true;
            standing.approved |= approved;
        }
    }
    Ok(standing.freshness())
}
