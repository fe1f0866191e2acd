//! The index that search asks, and how it follows what is published.
//!
//! What is true lies in the database. Editions never change, so the id of a source's current edition says
//! all about what its documents were made from: whoever has another makes those of that source anew, and
//! takes the others over. An instance that serves looks each second ([`CatalogueService::keep_search`]), so
//! that what another one published is found soon; what it published itself is found at once. An instance
//! that does not look, such as a command, asks at each search.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::civil::Date;
use sqlx::PgConnection;
use varde_core::{Actor, Component, LocalisedText};
use varde_search::{Change, Index};

use super::{
    FacetName,
    codes::CodeIndex,
    documents::{Documents, Names},
};
use crate::{
    CatalogueService, EditionId, MetadataError,
    model::{DataSource, Registry},
    store::{
        edition::{self, EditionRow},
        registry, tree,
    },
};

/// How long a search waits for an index that is being made.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the documents of a source were made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Origin {
    edition: EditionId,
    /// The registry's edition: it says what properties are called. 0 for none.
    registry: i32,
    /// What is still collected is about this year too.
    year: i16,
}

/// A source that the index knows.
#[derive(Debug, Clone)]
struct Indexed {
    origin: Origin,
    names: Arc<Names>,
}

/// An index and what it was made from.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    /// By the key of the group.
    sources: BTreeMap<String, Indexed>,
    names: Names,
    pub(super) index: Arc<Index>,
}

impl Snapshot {
    /// What a value of a facet is called, where it is not one of a closed list.
    pub(super) fn name(&self, facet: FacetName, value: &str) -> LocalisedText {
        self.names.get(&(facet, value.to_owned())).cloned().unwrap_or_default()
    }
}

/// The index of this instance.
#[derive(Debug, Default)]
pub(crate) struct SearchIndex {
    current: RwLock<Option<Arc<Snapshot>>>,
    /// Held by whoever makes one: nobody makes a second at the same time.
    making: tokio::sync::Mutex<()>,
    /// Whether somebody looks each second.
    kept: AtomicBool,
    /// Whether this instance has published what the index does not know yet.
    behind: AtomicBool,
    /// The codes of code systems, beside.
    pub(super) codes: CodeIndex,
}

impl SearchIndex {
    fn current(&self) -> Option<Arc<Snapshot>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says that this instance has published something.
    pub(crate) fn fall_behind(&self) {
        self.behind.store(true, Ordering::Release);
    }
}

impl CatalogueService {
    /// Looks whether other editions are current than those that search knows, and then makes an index that
    /// does: to be called each second by an instance that serves. The index before answers meanwhile.
    ///
    /// # Errors
    /// When the database is away; the index before goes on answering.
    pub async fn keep_search(&self) -> Result<(), MetadataError> {
        self.index.kept.store(true, Ordering::Release);
        self.refresh().await.map(drop)
    }

    /// The index to ask.
    pub(super) async fn snapshot(&self) -> Result<Arc<Snapshot>, MetadataError> {
        let current = self.index.current();
        let kept = self.index.kept.load(Ordering::Acquire) && !self.index.behind.load(Ordering::Acquire);
        match (current, kept) {
            (Some(current), true) => Ok(current),
            (current, _) => {
                // On a task of its own: whoever goes away, or has waited long enough, must not undo the work.
                let service = self.clone();
                let made = tokio::spawn(async move { service.refresh().await });
                match tokio::time::timeout(PATIENCE, made).await {
                    Ok(made) => made.map_err(|_| MetadataError::SearchNotReady)?,
                    Err(_) => current.ok_or(MetadataError::SearchNotReady),
                }
            }
        }
    }

    async fn refresh(&self) -> Result<Arc<Snapshot>, MetadataError> {
        let _making = self.index.making.lock().await;
        self.index.behind.store(false, Ordering::Release);
        let made = self.make().await;
        if made.is_err() {
            self.index.fall_behind();
        }
        made
    }

    async fn make(&self) -> Result<Arc<Snapshot>, MetadataError> {
        let today = self.store.clock().today();
        let mut read = self.store.read(&Actor::system(Component::Flows)).await?;
        let editions = edition::current_ids(read.connection()).await?;
        let registry = registry::number(read.connection()).await?;
        let origin = |edition| Origin { edition, registry, year: today.year() };
        let wanted: BTreeMap<String, Origin> =
            editions.into_iter().map(|(source, edition)| (group_key(&source), origin(edition))).collect();
        let current = self.index.current();
        let before = current.clone().unwrap_or_default();
        let is_known =
            |(key, origin): &(&String, &Origin)| before.sources.get(*key).is_some_and(|known| known.origin == **origin);
        let news: Vec<(String, Origin)> =
            wanted.iter().filter(|at| !is_known(at)).map(|(key, origin)| (key.clone(), *origin)).collect();
        if let Some(current) = current.filter(|known| news.is_empty() && known.sources.len() == wanted.len()) {
            return Ok(current);
        }
        let mut change = Change::of(&before.index);
        let mut sources = before.sources.clone();
        sources.retain(|key, _| wanted.contains_key(key));
        before.sources.keys().filter(|key| !wanted.contains_key(*key)).for_each(|key| change.remove(key));
        let registry = registry::newest(read.connection()).await?;
        for (key, origin) in news {
            let Some(edition) = edition::by_id(read.connection(), origin.edition).await? else { continue };
            let documents = gather(read.connection(), key.clone(), edition, &registry, today).await?;
            let names;
            (change, names) = aside(move || {
                let (group, names) = documents.finish();
                change.put(group);
                (change, names)
            })
            .await?;
            sources.insert(key, Indexed { origin, names: Arc::new(names) });
        }
        drop(read);
        let index = aside(move || change.finish()).await??;
        let mut names = Names::new();
        for (key, name) in sources.values().flat_map(|source| &*source.names) {
            names.entry(key.clone()).or_insert_with(|| name.clone());
        }
        let snapshot = Arc::new(Snapshot { sources, names, index: Arc::new(index) });
        tracing::info!(documents = snapshot.index.len(), "search knows the current editions");
        *self.index.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&snapshot));
        Ok(snapshot)
    }
}

/// The group of a source.
fn group_key(source: &str) -> String {
    format!("source/{source}")
}

/// The documents of an edition, read dataset by dataset.
async fn gather(
    db: &mut PgConnection,
    key: String,
    edition: EditionRow,
    registry: &Registry,
    today: Date,
) -> Result<Documents, MetadataError> {
    let datasets = tree::datasets(db, edition.id).await?;
    let paths: Vec<_> = datasets.iter().map(|(dataset, _)| dataset.path.clone()).collect();
    let source = DataSource { datasets: datasets.into_iter().map(|(dataset, _)| dataset).collect(), ..edition.about };
    let mut documents = Documents::of(key, source, registry, today);
    for (number, path) in paths.iter().enumerate() {
        let variables = tree::variables(db, edition.id, path).await?;
        documents = aside(move || {
            documents.add_dataset(number, &variables);
            documents
        })
        .await?;
    }
    Ok(documents)
}

/// Does what takes long on a thread that does not serve.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, MetadataError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| MetadataError::SearchNotReady)
}
