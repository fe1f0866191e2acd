//! Reading the catalogue and telling it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use varde_core::{Actor, CataloguePath, OrganisationId};
use varde_metadata::{AsAt, CatalogueService, DataSource, EditionSummary, SourceView};
use varde_rdf::{Statements, shacl::Report};

use crate::{
    About, Access, Addresses, Change, ChangeKind, ExchangeError, Part, Profile, Record, Shapes, catalogue,
    ports::Surroundings, source,
};

/// How many sources one page of the catalogue holds. With every variable of each a page is some megabytes.
const PAGE: usize = 20;

/// The catalogue for other catalogues.
pub struct Exchange {
    catalogue: Arc<CatalogueService>,
    surroundings: Arc<dyn Surroundings>,
    addresses: Addresses,
    shapes: Shapes,
}

/// What is answered: the graph, and when what it tells of last changed.
#[derive(Debug, Clone)]
pub struct Told {
    /// What is said.
    pub said: Statements,
    /// When it last changed; `None` when it is about nothing.
    pub modified: Option<Timestamp>,
}

impl Exchange {
    /// On a catalogue that people reach at an address.
    ///
    /// # Errors
    /// Our own shapes cannot be read.
    pub fn new(
        catalogue: Arc<CatalogueService>,
        surroundings: Arc<dyn Surroundings>,
        address: &str,
    ) -> Result<Self, ExchangeError> {
        Ok(Self { catalogue, surroundings, addresses: Addresses::new(address), shapes: Shapes::load()? })
    }

    /// A page of the catalogue, from 1.
    pub async fn catalogue(&self, actor: &Actor, profile: Profile, page: usize) -> Result<Told, ExchangeError> {
        let paths = self.paths(actor).await?;
        let part = Part { page, pages: paths.len().div_ceil(PAGE).max(1), sources: paths.len() };
        if page == 0 || page > part.pages {
            return Err(ExchangeError::NotFound(format!("page {page}")));
        }
        let (mut records, bytes) = (Vec::new(), self.surroundings.bytes().await);
        for path in paths.iter().skip((page - 1) * PAGE).take(PAGE) {
            // One that was withdrawn since the list was read is not there any more.
            records.extend(self.record(actor, path, &bytes).await?);
        }
        let said = catalogue(&self.about().await, &records, part, profile, &self.addresses);
        Ok(Told { said, modified: records.iter().map(|r| r.published).max() })
    }

    /// One source.
    pub async fn source(&self, actor: &Actor, path: &CataloguePath, profile: Profile) -> Result<Told, ExchangeError> {
        let record = self.found(actor, path).await?;
        let said = source(&self.about().await, &record, profile, &self.addresses);
        Ok(Told { said, modified: Some(record.published) })
    }

    /// What a source lacks by each profile that is checked, with the source.
    pub async fn check(
        &self,
        actor: &Actor,
        path: &CataloguePath,
    ) -> Result<(DataSource, Vec<(Profile, Report)>), ExchangeError> {
        let record = self.found(actor, path).await?;
        let about = self.about().await;
        let access = Access::of(&record.source.details.properties);
        let mut reports = Vec::new();
        for profile in Shapes::CHECKED {
            let said = source(&about, &record, profile, &self.addresses);
            if let Some(report) = self.shapes.check(profile, access, &said)? {
                reports.push((profile, report));
            }
        }
        Ok((record.source, reports))
    }

    /// What was added, changed and withdrawn after a time, the oldest first.
    pub async fn changes(&self, actor: &Actor, since: Option<Timestamp>) -> Result<Vec<Change>, ExchangeError> {
        let now = self.paths(actor).await?;
        let mut changes = Vec::new();
        for path in &now {
            let Some(view) = self.view(actor, path, AsAt::default()).await? else { continue };
            changes.extend(view.history.iter().filter_map(|edition| change(path, edition, &view.history)));
        }
        if let Some(since) = since {
            let then = AsAt { recorded: Some(since), valid: None };
            for gone in self.catalogue.sources(actor, then).await? {
                let path = gone.source.path;
                if now.contains(&path) {
                    continue;
                }
                let end = gone.edition.superseded_at;
                changes.extend(end.map(|at| Change {
                    source: path,
                    kind: ChangeKind::Withdrawn,
                    at,
                    edition: gone.edition.number,
                }));
            }
            changes.retain(|change| change.at > since);
        }
        changes.sort_by(|a, b| (a.at, &a.source).cmp(&(b.at, &b.source)));
        Ok(changes)
    }

    /// The addresses that are told.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    async fn about(&self) -> About {
        About { body: self.surroundings.body().await }
    }

    /// The paths of all sources, in order.
    async fn paths(&self, actor: &Actor) -> Result<Vec<CataloguePath>, ExchangeError> {
        let sources = self.catalogue.sources(actor, AsAt::default()).await?;
        let paths: BTreeSet<CataloguePath> = sources.into_iter().map(|s| s.source.path).collect();
        Ok(paths.into_iter().collect())
    }

    async fn view(&self, actor: &Actor, path: &CataloguePath, at: AsAt) -> Result<Option<SourceView>, ExchangeError> {
        Ok(self.catalogue.source(actor, path, at).await?)
    }

    async fn found(&self, actor: &Actor, path: &CataloguePath) -> Result<Record, ExchangeError> {
        let record = self.record(actor, path, &self.surroundings.bytes().await).await?;
        record.ok_or_else(|| ExchangeError::NotFound(path.to_string()))
    }

    /// A source with everything below it; `None` when there is none.
    async fn record(
        &self,
        actor: &Actor,
        path: &CataloguePath,
        bytes: &BTreeMap<CataloguePath, u64>,
    ) -> Result<Option<Record>, ExchangeError> {
        let Some(view) = self.view(actor, path, AsAt::default()).await? else { return Ok(None) };
        let mut source = view.source;
        for (dataset, _) in &view.datasets {
            if let Some(whole) = self.catalogue.dataset(actor, &dataset.path, AsAt::default()).await? {
                source.datasets.push(whole.dataset);
            }
        }
        let published = view.edition.published_at.unwrap_or(view.edition.imported_at);
        let first_published = view.history.iter().filter_map(|e| e.published_at).min().unwrap_or(published);
        let ids: Vec<OrganisationId> = source.holder.into_iter().collect();
        let holder = self.surroundings.agents(&ids).await.into_values().next();
        let bytes = bytes.get(path).copied();
        Ok(Some(Record { edition: view.edition.number, source, first_published, published, holder, bytes }))
    }
}

/// What the publication of an edition changed.
fn change(path: &CataloguePath, edition: &EditionSummary, history: &[EditionSummary]) -> Option<Change> {
    let at = edition.published_at?;
    let first = history.iter().filter_map(|e| e.published_at).min()?;
    let kind = if at == first { ChangeKind::Added } else { ChangeKind::Changed };
    Some(Change { source: path.clone(), kind, at, edition: edition.number })
}
