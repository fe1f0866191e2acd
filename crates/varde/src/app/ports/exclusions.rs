//! Opt-outs and withdrawn consents, from `privacy`, as sets of people for the platform.

use async_trait::async_trait;
use jiff::Timestamp;
use roaring::RoaringBitmap;
use varde_basedata::Basedata;
use varde_core::{Actor, Component, PersonId};
use varde_permit::Exclusion;
use varde_platform::{PlatformError, engine::Exclusions, ports::ExclusionSource};
use varde_privacy::{AsAt, PrivacyService};

/// Asks `privacy` and translates persons to the platform's index.
pub(crate) struct OptOuts {
    basedata: Basedata,
    privacy: PrivacyService,
}

impl OptOuts {
    pub(crate) fn new(basedata: Basedata, privacy: PrivacyService) -> Self {
        Self { basedata, privacy }
    }

    async fn indices(&self, persons: Vec<PersonId>) -> Result<RoaringBitmap, PlatformError> {
        let indices = self.basedata.indices_of(&flows(), &persons).await.map_err(|e| PlatformError::neighbour(&e))?;
        Ok(indices.into_iter().flatten().collect())
    }
}

fn flows() -> Actor {
    Actor::system(Component::Flows)
}

#[async_trait]
impl ExclusionSource for OptOuts {
    async fn exclusions(&self, sources: &[String], as_at: Timestamp) -> Result<Exclusions, PlatformError> {
        let at = AsAt::both(as_at);
        let neighbour = |e| PlatformError::neighbour(&e);
        let mut all = Exclusions::default();
        let everywhere = self.privacy.opted_out(&flows(), at, "extract").await.map_err(neighbour)?;
        all.everywhere(Exclusion::OptedOut, self.indices(everywhere).await?);
        for source in sources {
            let reserved =
                self.privacy.opted_out_of_source(&flows(), source, at, "extract").await.map_err(neighbour)?;
            all.in_source(source, Exclusion::OptedOut, self.indices(reserved).await?);
            let withdrawn = self.privacy.consent_withdrawn(&flows(), source, at, "extract").await.map_err(neighbour)?;
            all.in_source(source, Exclusion::ConsentWithdrawn, self.indices(withdrawn).await?);
        }
        Ok(all)
    }

    async fn newest(&self) -> Result<Option<Timestamp>, PlatformError> {
        self.privacy.newest(&flows()).await.map_err(|e| PlatformError::neighbour(&e))
    }
}
