//! What other catalogues demand of what is proposed, and of what is published.

use serde_json::Value;
use varde_core::{Actor, Language};

use super::{CatalogueService, ProposalId, no_proposal};
use crate::{
    DataSource, MetadataError,
    ports::Demand,
    service::SourceView,
    store::{edition, governance},
};

impl CatalogueService {
    /// A source as search engines read it; `None` where nobody tells the catalogue to others.
    pub async fn structured(&self, view: &SourceView, language: Language) -> Option<Value> {
        match &self.abroad {
            Some(abroad) => Some(abroad.structured(view, language).await),
            None => None,
        }
    }

    /// What other catalogues demand of a source that it lacks, were it published now.
    pub(super) async fn demands(&self, source: &DataSource) -> Result<Vec<Demand>, MetadataError> {
        match &self.abroad {
            Some(abroad) => Ok(abroad.lacks(source, self.store.clock().now()).await?),
            None => Ok(Vec::new()),
        }
    }

    /// How much of what is mandatory in other catalogues the editions of a proposal lack.
    pub(super) async fn breaches(&self, actor: &Actor, id: ProposalId) -> Result<usize, MetadataError> {
        if self.abroad.is_none() {
            return Ok(0);
        }
        let mut read = self.store.read(actor).await?;
        let mut sources = Vec::new();
        for (edition, _) in governance::editions(read.connection(), id).await? {
            let found = edition::by_id(read.connection(), edition).await?.ok_or_else(|| no_proposal(id))?;
            sources.push(edition::whole(read.connection(), &found).await?);
        }
        // The check asks other contexts, which take connections of their own.
        drop(read);
        let mut breaches = 0;
        for source in &sources {
            breaches += self.demands(source).await?.iter().map(Demand::breaches).sum::<usize>();
        }
        Ok(breaches)
    }
}
