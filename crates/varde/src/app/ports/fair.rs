//! What computing quality needs: what other catalogues are told of a source, and what releases show.

use std::sync::Arc;

use async_trait::async_trait;
use varde_core::{Actor, CataloguePath, Component, PortError, Problem, ProblemKind, clock::norway};
use varde_exchange::{Exchange, Profile};
use varde_fair::ports::{Release, Surroundings, Told};
use varde_metadata::ports::Weight;
use varde_platform::{Platform, ReleaseRecord, ReleaseStatus};

/// The exchange and the platform as quality sees them.
pub(crate) struct Quality {
    pub(crate) exchange: Arc<Exchange>,
    pub(crate) platform: Arc<Platform>,
}

#[async_trait]
impl Surroundings for Quality {
    async fn told(&self, source: &CataloguePath) -> Result<Option<Told>, PortError> {
        // What is told is open to everybody: nobody in particular asks.
        let nobody = Actor::anonymous();
        let standing = match self.exchange.standing(&nobody, source).await {
            Ok(standing) => standing,
            Err(error) if error.kind() == ProblemKind::NotFound => return Ok(None),
            Err(error) => return Err(PortError::of(error)),
        };
        let said = self.exchange.source(&nobody, source, Profile::Health).await.map_err(PortError::of)?.said;
        let breaches = |profile| {
            let checked = standing.now.iter().filter(|one| one.profile == profile);
            u32::try_from(checked.map(|one| one.count(Weight::Breach)).sum::<usize>()).unwrap_or(u32::MAX)
        };
        let (national, health) = (breaches(Profile::National2), breaches(Profile::Health));
        Ok(Some(Told { node: self.exchange.addresses().source(source), said, national, health }))
    }

    async fn releases(&self, source: &CataloguePath) -> Result<Vec<Release>, PortError> {
        let all = self.platform.releases(&Actor::system(Component::Flows)).await.map_err(PortError::of)?;
        let mut ours: Vec<_> = all
            .into_iter()
            .filter(|one| one.status == ReleaseStatus::Approved && one.dataset.parent().as_ref() == Some(source))
            .collect();
        ours.sort_by(|a, b| (&a.dataset, b.created_at).cmp(&(&b.dataset, a.created_at)));
        ours.dedup_by(|later, newest| later.dataset == newest.dataset);
        Ok(ours.into_iter().map(release).collect())
    }
}

fn release(record: ReleaseRecord) -> Release {
    let columns = u64::try_from(record.quality.columns.len()).unwrap_or_default();
    Release {
        id: record.id.to_string(),
        rows: record.quality.rows,
        used: record.quality.used,
        empty: record.quality.columns.values().map(|figures| figures.empty).sum(),
        cells: record.quality.used.saturating_mul(columns),
        day: record.created_at.to_zoned(norway()).date(),
        dataset: record.dataset,
    }
}
