//! What telling the catalogue to others needs: organisations from `basedata`, sizes from the platform.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use varde_basedata::{Basedata, OrganisationView};
use varde_core::{Actor, CataloguePath, Component, OrganisationId, Problem};
use varde_exchange::{Agent, ports::Surroundings};
use varde_platform::{Platform, ReleaseStatus};

/// Names, numbers and sizes. All of it is public, so that it is read as a part of Varde, whoever asks; an
/// answer is not lost for want of it, and what it lacks the steward sees.
pub(crate) struct ExchangeSurroundings {
    pub(crate) basedata: Basedata,
    pub(crate) platform: Arc<Platform>,
    pub(crate) access_body: Option<OrganisationId>,
    /// The site's address.
    pub(crate) site: String,
    /// Where to write to about the catalogue.
    pub(crate) mail: Option<String>,
}

#[async_trait]
impl Surroundings for ExchangeSurroundings {
    async fn agents(&self, ids: &[OrganisationId]) -> BTreeMap<OrganisationId, Agent> {
        let reader = Actor::system(Component::Flows);
        match self.basedata.organisations(&reader, Some(ids), self.basedata.now()).await {
            Ok(found) => found.into_iter().map(|view| (view.id, agent(view))).collect(),
            Err(error) => {
                tracing::warn!(code = error.code(), "organisations could not be read for the catalogue");
                BTreeMap::new()
            }
        }
    }

    async fn body(&self) -> Agent {
        let ids: Vec<OrganisationId> = self.access_body.into_iter().collect();
        let known = self.agents(&ids).await.into_values().next();
        let agent =
            known.unwrap_or_else(|| Agent { key: "body".to_owned(), name: "Varde".to_owned(), ..Agent::default() });
        Agent { homepage: Some(self.site.clone()), mail: self.mail.clone(), ..agent }
    }

    async fn bytes(&self) -> BTreeMap<CataloguePath, u64> {
        let releases = match self.platform.releases(&Actor::system(Component::Flows)).await {
            Ok(releases) => releases,
            Err(error) => {
                tracing::warn!(code = error.code(), "releases could not be read for the catalogue");
                return BTreeMap::new();
            }
        };
        let mut bytes = BTreeMap::new();
        for release in releases.into_iter().filter(|release| release.status == ReleaseStatus::Approved) {
            if let Some(source) = release.dataset.parent() {
                *bytes.entry(source).or_default() += release.bytes;
            }
            *bytes.entry(release.dataset).or_default() += release.bytes;
        }
        bytes
    }
}

fn agent(view: OrganisationView) -> Agent {
    Agent { key: view.id.to_string(), name: view.name, number: Some(view.number.to_string()), ..Agent::default() }
}
