//! Reading the catalogue and telling it.

mod checker;
mod checks;
mod harvests;
mod reading;
mod take_in;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use varde_core::{Actor, CataloguePath, Letters};
use varde_fetch::{Fetcher, Reach};
use varde_metadata::{AsAt, CatalogueService, EditionSummary, SourceView};
use varde_policy::Guard;
use varde_rdf::Statements;
use varde_store::{ContextStore, Store};
use varde_terminology::Key;
use varde_web::Texts;

use crate::{
    Addresses, BOUNDS, CONTEXT, Change, ChangeKind, Classified, ExchangeError, Part, Profile, Record, TEXTS, catalogue,
    classification, concepts, ports::CodeSystems, source,
};

use checker::Out;

pub use checker::Checker;
pub use checks::Standing;
pub(crate) use harvests::{CHANGE, READ};
pub use harvests::{HarvestChange, NewHarvest};
pub use take_in::{Became, Origin, TakenIn};

/// How many sources one page of the catalogue holds. With every variable of each a page is some megabytes.
const PAGE: usize = 20;

/// The catalogue for other catalogues.
pub struct Exchange {
    store: ContextStore,
    catalogue: Arc<CatalogueService>,
    checker: Arc<Checker>,
    code_systems: Arc<dyn CodeSystems>,
    guard: Guard,
    fetcher: Fetcher,
    letters: Option<Arc<dyn Letters>>,
    texts: Texts,
}

/// What the exchange works with.
#[derive(Clone)]
pub struct Parts {
    /// The catalogue.
    pub catalogue: Arc<CatalogueService>,
    /// What tells it to others.
    pub checker: Arc<Checker>,
    /// Code systems.
    pub code_systems: Arc<dyn CodeSystems>,
    /// Which addresses may be read.
    pub reach: Reach,
    /// What takes mail. Without it nobody is told by mail; the pages say what fails.
    pub letters: Option<Arc<dyn Letters>>,
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
    /// On a store that has migrated [`CONTEXT`] and the catalogue.
    ///
    /// # Errors
    /// [`ExchangeError::Client`] when there can be no HTTP client.
    pub fn new(store: &Store, guard: Guard, parts: Parts) -> Result<Self, ExchangeError> {
        let Parts { catalogue, checker, code_systems, reach, letters } = parts;
        let fetcher = Fetcher::new(reach, BOUNDS).map_err(|error| ExchangeError::Client(error.to_string()))?;
        let (store, texts) = (store.context(&CONTEXT), Texts::new([TEXTS]));
        Ok(Self { store, catalogue, checker, code_systems, guard, fetcher, letters, texts })
    }

    /// A page of the catalogue, from 1.
    pub async fn catalogue(&self, actor: &Actor, profile: Profile, page: usize) -> Result<Told, ExchangeError> {
        let paths = self.paths(actor).await?;
        let part = Part { page, pages: paths.len().div_ceil(PAGE).max(1), sources: paths.len() };
        if page == 0 || page > part.pages {
            return Err(ExchangeError::NotFound(format!("page {page}")));
        }
        let (mut records, bytes) = (Vec::new(), self.checker.bytes().await);
        for path in paths.iter().skip((page - 1) * PAGE).take(PAGE) {
            // One that was withdrawn since the list was read is not there any more.
            records.extend(self.record(actor, path, AsAt::default(), &bytes).await?);
        }
        let said = catalogue(&self.checker.about().await, &records, part, profile, self.addresses());
        Ok(Told { said, modified: records.iter().map(|r| r.published).max() })
    }

    /// One source, or one dataset of a source.
    pub async fn source(&self, actor: &Actor, path: &CataloguePath, profile: Profile) -> Result<Told, ExchangeError> {
        let record = match path.parent() {
            None => self.found(actor, path).await?,
            Some(source) => {
                let part = self.found(actor, &source).await?.part(path);
                part.ok_or_else(|| ExchangeError::NotFound(path.to_string()))?
            }
        };
        let said = source(&self.checker.about().await, &record, profile, self.addresses());
        Ok(Told { said, modified: Some(record.published) })
    }

    /// The concepts that the catalogue uses. They change with the program.
    pub async fn concepts(&self, actor: &Actor) -> Result<Told, ExchangeError> {
        // The catalogue is what they belong to: whoever may read one may read the other.
        self.paths(actor).await?;
        Ok(Told { said: concepts(&self.checker.about().await, self.addresses()), modified: None })
    }

    /// An edition of a code system: of that version, or the one that holds today.
    pub async fn code_system(&self, actor: &Actor, key: &Key, version: Option<&str>) -> Result<Told, ExchangeError> {
        let (shown, follows) = self.code_systems.edition(actor, key, version).await?;
        let told = Classified { edition: &shown.edition, content: &shown.content, follows: follows.as_deref() };
        Ok(Told { said: classification(&told, self.addresses()), modified: shown.edition.published_at })
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
        &self.checker.addresses
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
        let bytes = self.checker.bytes().await;
        let record = self.record(actor, path, AsAt::default(), &bytes).await?;
        record.ok_or_else(|| ExchangeError::NotFound(path.to_string()))
    }

    /// A source with everything below it, as it was at a time; `None` when there is none.
    async fn record(
        &self,
        actor: &Actor,
        path: &CataloguePath,
        at: AsAt,
        bytes: &BTreeMap<CataloguePath, u64>,
    ) -> Result<Option<Record>, ExchangeError> {
        let Some(view) = self.view(actor, path, at).await? else { return Ok(None) };
        let out = Out::of(&view);
        let mut source = view.source;
        for (dataset, _) in &view.datasets {
            if let Some(whole) = self.catalogue.dataset(actor, &dataset.path, at).await? {
                source.datasets.push(whole.dataset);
            }
        }
        Ok(Some(self.checker.record(source, out, bytes).await))
    }
}

/// What the publication of an edition changed.
fn change(path: &CataloguePath, edition: &EditionSummary, history: &[EditionSummary]) -> Option<Change> {
    let at = edition.published_at?;
    let first = history.iter().filter_map(|e| e.published_at).min()?;
    let kind = if at == first { ChangeKind::Added } else { ChangeKind::Changed };
    Some(Change { source: path.clone(), kind, at, edition: edition.number })
}
