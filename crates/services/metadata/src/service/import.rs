//! Importing editions of sources and making them current.

use std::collections::BTreeSet;

use serde::Serialize;
use varde_core::{Actor, OrganisationId};
use varde_ledger::Draft;
use varde_policy::{Permission, Resource};

use super::{CatalogueService, EditionId};
use crate::{
    MetadataError,
    model::{
        DataSource, Difference,
        codebook::{self, CodebookProblem, SourceDescription},
    },
    store::edition,
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
        let faults = source.faults();
        if !faults.is_empty() {
            return Err(MetadataError::WrongSource(faults));
        }
        let permission = self.may(actor, "metadata.source.import", source).await?;
        let mut work = self.store.begin(actor).await?;
        edition::lock(work.connection(), &source.path).await?;
        let newest = edition::newest(work.connection(), &source.path).await?;
        let digest = source.digest();
        let variables = source.variables().count();
        if let Some(same) = newest.as_ref().filter(|e| e.digest == digest) {
            let (edition, number) = (same.id, same.number);
            let remarks = Vec::new();
            return Ok(Imported { edition, number, unchanged: true, variables, difference: None, remarks });
        }
        let before = match &newest {
            Some(newest) => Some(edition::whole(work.connection(), newest).await?),
            None => None,
        };
        let difference = before.as_ref().map(|before| Difference::of(before, source));
        let id = EditionId::new(&**self.store.clock(), self.store.randomness());
        let number = newest.map_or(1, |e| e.number + 1);
        let now = self.store.clock().now();
        edition::insert(work.connection(), id, number, source, origin, now).await?;
        let draft = Draft::new("metadata.source.imported", "source", &source.path)
            .because(permission.legal_basis())
            .with("edition", id)
            .with("number", number)
            .with("digest", digest)
            .with("variables", variables);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(Imported { edition: id, number, unchanged: false, variables, difference, remarks: Vec::new() })
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

    /// Makes an edition its source's current one, in place of the one before. Publishing the
    /// current one again changes nothing.
    pub async fn publish(&self, actor: &Actor, id: EditionId) -> Result<(), MetadataError> {
        let not_found = || MetadataError::NotFound(format!("edition {id}"));
        let mut read = self.store.read(actor).await?;
        let found = edition::by_id(read.connection(), id).await?.ok_or_else(not_found)?;
        drop(read);
        let permission = self.may(actor, "metadata.source.publish", &found.about).await?;
        let mut work = self.store.begin(actor).await?;
        edition::lock(work.connection(), &found.about.path).await?;
        let found = edition::by_id(work.connection(), id).await?.ok_or_else(not_found)?;
        if found.superseded_at.is_some() {
            return Err(MetadataError::StaleEdition);
        }
        if found.published_at.is_some() {
            return Ok(());
        }
        let now = self.store.clock().now();
        let current = edition::at(work.connection(), found.about.path.as_str(), now).await?;
        if current.is_some_and(|c| c.number > found.number) {
            return Err(MetadataError::StaleEdition);
        }
        edition::publish(work.connection(), &found, now).await?;
        let event = serde_json::json!({ "source": found.about.path, "edition": id, "number": found.number });
        work.emit("metadata.edition.published", &event).await?;
        let draft = Draft::new("metadata.edition.published", "source", &found.about.path)
            .because(permission.legal_basis())
            .with("edition", id)
            .with("number", found.number)
            .with("digest", found.digest);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        self.index.fall_behind();
        Ok(())
    }

    /// Whether the actor may change the source: everybody who answers for it, in the newest edition
    /// and in the one that is to come, must be the actor's organisation. Otherwise one holder could
    /// take over another's source by importing it under its own name.
    async fn may(&self, actor: &Actor, action: &str, source: &DataSource) -> Result<Permission, MetadataError> {
        let mut read = self.store.read(actor).await?;
        let newest = edition::newest(read.connection(), &source.path).await?;
        drop(read);
        let mut holders: BTreeSet<OrganisationId> = source.holder.into_iter().collect();
        holders.extend(newest.and_then(|e| e.about.holder));
        let resource = Resource::new("Source").id(&source.path).organisations("holders", holders);
        self.check(actor, action, &resource).await
    }
}
