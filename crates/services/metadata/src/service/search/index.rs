//! The index that search asks, and how it follows the editions that are published.
//!
//! What is true lies in the database. Editions never change, so the ids of the current ones say all
//! about what an index was made from: whoever has those of another moment makes it anew. An instance that
//! serves looks each second ([`CatalogueService::keep_search`]), so that what another one published is
//! found soon; what it published itself is found at once. An instance that does not look, such as a
//! command, asks at each search.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use varde_core::{Actor, Component};
use varde_search::Index;

use super::documents::{Documents, Names};
use crate::{CatalogueService, EditionId, MetadataError, store::edition};

/// How long a search waits for an index that is being made.
const PATIENCE: Duration = Duration::from_secs(5);

/// An index and what it was made from.
#[derive(Debug)]
pub(super) struct Snapshot {
    editions: Vec<EditionId>,
    pub(super) index: Index,
    pub(super) names: Names,
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
    /// Looks whether other editions are current than those that search knows, and then makes the index
    /// anew: to be called each second by an instance that serves. The index before answers meanwhile.
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
            (current, _) => match tokio::time::timeout(PATIENCE, self.refresh()).await {
                Ok(made) => made,
                Err(_) => current.ok_or(MetadataError::SearchNotReady),
            },
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
        let mut read = self.store.read(&Actor::system(Component::Flows)).await?;
        let editions = edition::current(read.connection()).await?;
        let ids: Vec<EditionId> = editions.iter().map(|edition| edition.id).collect();
        if let Some(current) = self.index.current().filter(|current| current.editions == ids) {
            return Ok(current);
        }
        let mut documents = Documents::new(self.store.clock().today());
        for edition in &editions {
            documents.add(&edition::whole(read.connection(), edition).await?);
        }
        drop(read);
        // Half a second of work for a national catalogue: not on a thread that serves.
        let made = tokio::task::spawn_blocking(move || documents.index());
        let (index, names) = made.await.map_err(|_| MetadataError::SearchNotReady)??;
        let snapshot = Arc::new(Snapshot { editions: ids, index, names });
        tracing::info!(documents = snapshot.index.len(), "search knows the current editions");
        *self.index.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&snapshot));
        Ok(snapshot)
    }
}
