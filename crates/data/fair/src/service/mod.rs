//! Use cases: check policy → load → compute (model) → save and enter, one unit of work.

mod compute;
mod judge;
mod read;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
};

use jiff::civil::Date;
use varde_core::{Actor, CataloguePath, Component, OrganisationId};
use varde_metadata::{AsAt, CatalogueService};
use varde_policy::{Guard, Resource};
use varde_store::{ContextStore, Store};

use crate::{CONTEXT, FairError, Outlines, model::BadOutline, ports::Surroundings};

pub use judge::NewJudgement;
pub use read::{IndicatorView, ModelView, Overview, Row, SourceView, Subject};

/// Which edition of a source was computed last, and on which day.
type Computed = BTreeMap<CataloguePath, (i32, Date)>;

/// Quality of descriptions and data. Cloning is cheap.
#[derive(Clone)]
pub struct Fair {
    store: ContextStore,
    guard: Guard,
    catalogue: Arc<CatalogueService>,
    surroundings: Arc<dyn Surroundings>,
    outlines: Arc<Outlines>,
    /// Where the installation is reached, without a slash at its end.
    site: Arc<str>,
    /// What this process has computed, so that the same is not computed all the time.
    computed: Arc<Mutex<Computed>>,
}

impl fmt::Debug for Fair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fair")
    }
}

impl Fair {
    /// The service on a store that has migrated [`CONTEXT`]; people reach the installation at `site`.
    ///
    /// # Errors
    /// [`BadOutline`] when the program's own models cannot be read, which a test rules out.
    pub fn new(
        store: &Store,
        guard: Guard,
        catalogue: Arc<CatalogueService>,
        surroundings: Arc<dyn Surroundings>,
        site: &str,
    ) -> Result<Self, BadOutline> {
        Ok(Self {
            store: store.context(&CONTEXT),
            guard,
            catalogue,
            surroundings,
            outlines: Arc::new(Outlines::built_in()?),
            site: Arc::from(site.trim_end_matches('/')),
            computed: Arc::default(),
        })
    }

    /// What the models ask: open to everybody.
    pub fn outlines(&self) -> &Outlines {
        &self.outlines
    }

    /// The address of the installation, without a slash at its end.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// The civil date now in Norway.
    pub fn today(&self) -> Date {
        self.store.clock().today()
    }

    /// The catalogue is open: nobody in particular reads it.
    async fn subject(&self, path: &CataloguePath) -> Result<varde_metadata::SourceView, FairError> {
        let found = self.catalogue.source(&Actor::anonymous(), path, AsAt::default()).await?;
        found.ok_or(FairError::NotFound)
    }

    /// A source as the policies see it.
    fn resource(path: &CataloguePath, holder: Option<OrganisationId>) -> Resource {
        Resource::new("ScoredSource").id(path).organisations("holders", holder)
    }
}

/// The part of Varde that computes.
pub(crate) fn flows() -> Actor {
    Actor::system(Component::Flows)
}
