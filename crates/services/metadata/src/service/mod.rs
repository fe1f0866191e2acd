//! The catalogue's use cases: check → load → decide → save and enter.

mod availability;
mod browse;
mod explorer;
mod governance;
mod import;
mod list;
mod list_news;
mod read;
mod search;

use std::sync::Arc;

use jiff::{
    Timestamp,
    civil::{Date, time},
};
use varde_core::{Actor, clock::norway};
use varde_policy::{Guard, Permission, Resource};
use varde_store::{ContextStore, Read, Store};

use crate::{
    MetadataError,
    ports::{Abroad, Observations},
};

pub use availability::DatasetAvailability;
pub use browse::{DatasetPage, DatasetQuery, SourceTree, Span, Told};
pub use explorer::ExplorerQuery;
pub(crate) use explorer::FACETS;
pub use governance::{
    Care, Comment, DeskSource, Editing, Proposal, ProposalView, Proposed, ProposedChange, Reminders, Responsible,
    SourceDesk, SourceSetting, StoredEdit,
};
pub use import::Imported;
pub use list::{LIST_LIMIT, ListSummary, VariableList};
pub use list_news::{HoldingLists, ListNews};
pub use read::{DatasetView, EditionSummary, SourceSummary, SourceView, VariableView};
pub use search::{
    CodeHit, CodesFound, Facet, FacetName, FacetValue, Found, HitKind, LARGEST_PAGE, PAGE_SIZE, SearchHit, SearchPage,
    SearchQuery, SearchSort, Why,
};

varde_core::define_id!(
    /// An edition of a source.
    EditionId
);
varde_core::define_id!(
    /// A proposal to change sources.
    ProposalId
);
varde_core::define_id!(
    /// A comment on a proposal.
    CommentId
);
varde_core::define_id!(
    /// A person's list of variables.
    ListId
);

/// The catalogue. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct CatalogueService {
    store: ContextStore,
    guard: Guard,
    /// What search asks.
    index: Arc<search::SearchIndex>,
    /// Who tells the catalogue to others; without it nothing is demanded.
    abroad: Option<Arc<dyn Abroad>>,
    /// Who knows what was observed in the data; without it nothing was.
    observations: Option<Arc<dyn Observations>>,
}

/// Which catalogue is read: as it stood recorded at a time, valid on a day. Now, unless told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AsAt {
    /// What the catalogue said at this time, UTC.
    pub recorded: Option<Timestamp>,
    /// The versions of variables that hold on this day.
    pub valid: Option<Date>,
}

impl AsAt {
    /// The catalogue as it was at the end of a day in Norway, and what held on that day.
    pub fn day(day: Date) -> Self {
        let end = day.to_datetime(time(23, 59, 59, 999_999_000)).to_zoned(norway()).ok();
        Self { recorded: end.map(|z| z.timestamp()), valid: Some(day) }
    }
}

impl CatalogueService {
    /// The catalogue on a store that knows [`crate::CONTEXT`].
    pub fn new(store: &Store, guard: Guard) -> Self {
        Self { store: store.context(&crate::CONTEXT), guard, index: Arc::default(), abroad: None, observations: None }
    }

    /// The same, told to other catalogues by somebody: reviewers see what those demand, and pages carry what
    /// search engines read.
    pub fn told_by(self, abroad: Arc<dyn Abroad>) -> Self {
        Self { abroad: Some(abroad), ..self }
    }

    /// Checks that the catalogue may be read, and begins to.
    async fn reading(&self, actor: &Actor) -> Result<Read, MetadataError> {
        self.guard.check(actor, "metadata.catalogue.read", &Resource::new("Catalogue")).await?;
        Ok(self.store.read(actor).await?)
    }

    async fn check(&self, actor: &Actor, action: &str, resource: &Resource) -> Result<Permission, MetadataError> {
        Ok(self.guard.check(actor, action, resource).await?)
    }

    fn recorded(&self, as_at: AsAt) -> Timestamp {
        as_at.recorded.unwrap_or_else(|| self.store.clock().now())
    }

    fn valid(&self, as_at: AsAt) -> Date {
        as_at.valid.unwrap_or_else(|| self.store.clock().today())
    }
}
