//! Importing editions of sources and making them current.

use std::collections::BTreeSet;

use serde::Serialize;
use varde_core::{Actor, OrganisationId};

use super::{CatalogueService, EditionId, Proposed};
use crate::{
    MetadataError,
    model::{
        DataSource, Difference,
        codebook::{self, CodebookProblem, SourceDescription},
        explorer::{self, Payloads},
    },
    store::{edition, governance, registry},
};

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// The edition that holds the content.
    pub edition: EditionId,
    /// Its number within the source, from 1.
    pub number: i32,
    /// Whether the content was there already: then nothing changed.
    pub unchanged: bool,
    /// Its variables.
    pub variables: usize,
    /// What changed against the edition before; `None` for a source's first.
    pub difference: Option<Difference>,
    /// What is worth a look in the codebook it came from.
    pub remarks: Vec<CodebookProblem>,
}

impl CatalogueService {
    /// Imports an edition of a source as a draft; [`Self::publish`] makes it current. The same
    /// content as the newest edition changes nothing and says so; a source that does not hold
    /// together changes nothing and says why. `origin` says where it came from: `codebook`,
    /// `catalogue`.
    pub async fn import(&self, actor: &Actor, source: &DataSource, origin: &str) -> Result<Imported, MetadataError> {
        let title = source.name.nb.as_str();
        let made = self.propose_editions(actor, std::slice::from_ref(source), None, origin, title).await?;
        let only = made.sources.into_iter().next().map(|(_, imported)| imported);
        only.ok_or_else(|| MetadataError::NotFound(source.path.to_string()))
    }

    /// Takes answers of the variable explorer, laid over what is known from there, as one proposal.
    /// `holder` answers for the sources that are new; `prefix` is put before their paths.
    pub async fn import_explorer(
        &self,
        actor: &Actor,
        payloads: &Payloads,
        holder: Option<OrganisationId>,
        prefix: &str,
    ) -> Result<Proposed, MetadataError> {
        if payloads.is_empty() {
            return Err(MetadataError::NothingToImport);
        }
        let good =
            prefix.len() <= 20 && prefix.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !good {
            return Err(MetadataError::WrongSource(vec![format!(
                "the prefix {prefix:?} must be at most 20 of a–z, 0–9 and _"
            )]));
        }
        let mut read = self.store.read(actor).await?;
        let (mut known, mut others) = (Vec::new(), BTreeSet::new());
        for found in edition::all_at(read.connection(), self.store.clock().now()).await? {
            if found.about.details.external.as_ref().is_some_and(|e| e.catalogue == explorer::CATALOGUE) {
                known.push(edition::whole(read.connection(), &found).await?);
            } else {
                others.insert(found.about.path);
            }
        }
        let registry = registry::newest(read.connection()).await?;
        drop(read);
        let mut taken = explorer::take(payloads, known, registry, others, prefix, self.store.clock().today())?;
        for source in &mut taken.sources {
            source.holder = source.holder.or(holder);
        }
        let title = taken.sources.iter().map(|s| s.name.nb.as_str()).collect::<Vec<_>>().join(", ");
        self.propose_editions(actor, &taken.sources, Some(&taken.registry), "explorer", &title).await
    }

    /// Imports a codebook as an edition of the source that `about` describes.
    pub async fn import_codebook(
        &self,
        actor: &Actor,
        about: &SourceDescription,
        file: &[u8],
    ) -> Result<Imported, MetadataError> {
        let reading = codebook::read(file)?;
        let imported = self.import(actor, &reading.codebook.to_source(about), "codebook").await?;
        Ok(Imported { remarks: reading.remarks, ..imported })
    }

    /// Makes an edition its source's current one, in place of the one before, with all that was proposed
    /// together with it. Publishing the current one again changes nothing.
    pub async fn publish(&self, actor: &Actor, id: EditionId) -> Result<(), MetadataError> {
        let not_found = || MetadataError::NotFound(format!("edition {id}"));
        let mut read = self.store.read(actor).await?;
        let found = edition::by_id(read.connection(), id).await?.ok_or_else(not_found)?;
        let proposal = governance::of_edition(read.connection(), id).await?;
        drop(read);
        let sources = std::slice::from_ref(&found.about.path);
        let permission = self.may_on(actor, "metadata.source.publish", sources, &[&found.about]).await?;
        match (found.published_at, found.superseded_at, proposal) {
            (_, Some(_), _) => Err(MetadataError::StaleEdition),
            (Some(_), None, _) => Ok(()),
            (None, None, Some(proposal)) => {
                self.publish_proposal(actor, proposal, "published as it was imported", &permission).await
            }
            // A draft from before there were proposals: import its content again, and it gets one.
            (None, None, None) => Err(MetadataError::StaleEdition),
        }
    }
}
