//! The catalogue as harmonisation sees it: every variable with what is compared of it.
//!
//! What is true lies in the catalogue. Editions never change, so the ids of the current ones say all about
//! what was made of them: whoever asks looks whether they are others by now, and then it is made anew.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use varde_core::{Actor, CataloguePath, Digest, LocalisedText, OrganisationId};
use varde_metadata::{AsAt, EditionId, Variable};

use super::Harmonisation;
use crate::{
    HarmonisationError, LIKELY,
    code::Coding,
    relation::Pin,
    similar::{Described, Pair, Similar},
};

/// A variable of the catalogue with what it is in.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) variable: Variable,
    pub(crate) source: LocalisedText,
    pub(crate) dataset: LocalisedText,
    pub(crate) holder: Option<OrganisationId>,
    pub(crate) pin: Pin,
    pub(crate) coding: Coding,
}

impl Known {
    fn of(variable: Variable, source: &LocalisedText, dataset: &LocalisedText, holder: Option<OrganisationId>) -> Self {
        Self {
            pin: Pin::Variable(digest(&variable)),
            coding: Coding::of_variable(&variable),
            source: source.clone(),
            dataset: dataset.clone(),
            holder,
            variable,
        }
    }
}

/// The digest of everything that an edition says of a variable.
fn digest(variable: &Variable) -> Digest {
    Digest::of(serde_json::to_value(variable).unwrap_or_default().to_string().as_bytes())
}

/// All variables of the current editions.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    editions: Vec<EditionId>,
    pub(crate) variables: HashMap<CataloguePath, Known>,
    pub(crate) similar: Similar,
    likely: OnceLock<Vec<Pair>>,
}

impl Snapshot {
    /// The pairs that are so alike that somebody should look. Worked out at the first question: seconds for
    /// a national catalogue, so not on a thread that serves.
    fn likely(&self) -> &[Pair] {
        self.likely.get_or_init(|| self.similar.pairs(LIKELY))
    }
}

/// What was made of the catalogue last.
#[derive(Debug, Default)]
pub(super) struct Cache {
    current: RwLock<Option<Arc<Snapshot>>>,
    /// Held by whoever makes one: nobody makes a second at the same time.
    making: tokio::sync::Mutex<()>,
}

impl Cache {
    fn current(&self, editions: &[EditionId]) -> Option<Arc<Snapshot>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        current.filter(|current| current.editions == editions)
    }
}

impl Harmonisation {
    /// All variables as the catalogue has them now.
    pub(super) async fn snapshot(&self, actor: &Actor) -> Result<Arc<Snapshot>, HarmonisationError> {
        let sources = self.catalogue.sources(actor, AsAt::default()).await?;
        let editions: Vec<EditionId> = sources.iter().map(|source| source.edition.id).collect();
        if let Some(current) = self.cache.current(&editions) {
            return Ok(current);
        }
        let _making = self.cache.making.lock().await;
        if let Some(current) = self.cache.current(&editions) {
            return Ok(current);
        }
        let mut variables = HashMap::new();
        for summary in sources {
            let source = &summary.source;
            let Some(view) = self.catalogue.source(actor, &source.path, AsAt::default()).await? else { continue };
            for (dataset, _) in &view.datasets {
                let whole = self.catalogue.dataset(actor, &dataset.path, AsAt::default()).await?;
                for variable in whole.into_iter().flat_map(|whole| whole.dataset.variables) {
                    let path = variable.path.clone();
                    let known = Known::of(variable, &source.name, &dataset.name, source.holder);
                    variables.insert(path, known);
                }
            }
        }
        let mut described: Vec<Described> =
            variables.values().filter_map(|known: &Known| Described::of(&known.variable)).collect();
        described.sort_by(|a, b| a.path.cmp(&b.path));
        let similar = blocking(move || Similar::of(described)).await?;
        let made = Arc::new(Snapshot { editions, variables, similar, likely: OnceLock::new() });
        *self.cache.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&made));
        Ok(made)
    }

    /// The pairs of variables that are so alike that somebody should look.
    pub(super) async fn likely_pairs(&self, snapshot: &Arc<Snapshot>) -> Result<Vec<Pair>, HarmonisationError> {
        let snapshot = Arc::clone(snapshot);
        blocking(move || snapshot.likely().to_vec()).await
    }

    /// A variable as the catalogue had it on a day.
    pub(super) async fn known_then(
        &self,
        actor: &Actor,
        path: &CataloguePath,
        at: AsAt,
    ) -> Result<Option<Known>, HarmonisationError> {
        let found = self.catalogue.variable(actor, path, at).await?;
        Ok(found.map(|view| Known::of(view.variable, &view.source.name, &view.dataset.name, view.source.holder)))
    }
}

/// Work that takes its time, on a thread that may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, HarmonisationError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| HarmonisationError::Writing(error.to_string()))
}
