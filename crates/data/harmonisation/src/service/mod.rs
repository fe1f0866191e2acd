//! Use cases: check policy → load → decide (model) → save and enter, one unit of work.

mod alike;
mod catalogue;
mod concepts;
mod export;
mod import;
mod relations;
mod view;

use std::{fmt, sync::Arc};

use jiff::{Timestamp, ToSpan, civil::Date};
use varde_core::{Actor, CataloguePath, OrganisationId, PersonId, Subject, clock::norway};
use varde_metadata::CatalogueService;
use varde_policy::{Guard, Resource};
use varde_store::{ContextStore, Store};

pub use alike::{Cluster, SimilarVariable, SimilarView};
pub use concepts::{ConceptView, RepresentedView, Used, Workbench};
pub use import::Imported;
pub use relations::{Desk, Form, NewRelation};
pub use view::{CodeLine, Decided, RelationVersion, RelationView, Side};

use crate::{
    CONTEXT, HarmonisationError,
    ports::{Observed, Organisations},
};

/// What the service asks others.
#[derive(Clone)]
pub struct Ports {
    /// Names of organisations.
    pub organisations: Arc<dyn Organisations>,
    /// What has been counted of values; without it the pages say that distributions are not compared.
    pub observed: Option<Arc<dyn Observed>>,
}

/// Harmonisation. Cloning is cheap.
#[derive(Clone)]
pub struct Harmonisation {
    store: ContextStore,
    guard: Guard,
    catalogue: Arc<CatalogueService>,
    ports: Ports,
    /// The address of the installation, without a slash at its end.
    address: Arc<str>,
    cache: Arc<catalogue::Cache>,
}

impl fmt::Debug for Harmonisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Harmonisation")
    }
}

/// Concepts, represented variables and what was decided: for everybody.
pub(crate) const READ: &str = "harmonisation.workbench.read";
/// What waits or was turned down.
pub(crate) const PROPOSALS: &str = "harmonisation.proposal.read";
/// Describing concepts and represented variables.
pub(crate) const DESCRIBE: &str = "harmonisation.concept.write";
/// Proposing a relation.
pub(crate) const PROPOSE: &str = "harmonisation.relation.propose";
/// Deciding one.
pub(crate) const DECIDE: &str = "harmonisation.relation.decide";
/// Taking one back.
pub(crate) const WITHDRAW: &str = "harmonisation.relation.withdraw";
/// Taking in a file of mappings.
pub(crate) const IMPORT: &str = "harmonisation.mapping.import";

impl Harmonisation {
    /// The service on a store that has migrated [`CONTEXT`], over a catalogue. `address` is where people
    /// reach the installation.
    pub fn new(store: &Store, guard: Guard, catalogue: Arc<CatalogueService>, ports: Ports, address: &str) -> Self {
        let address = Arc::from(address.trim_end_matches('/'));
        Self { store: store.context(&CONTEXT), guard, catalogue, ports, address, cache: Arc::default() }
    }

    /// The civil date now in Norway.
    pub fn today(&self) -> Date {
        self.store.clock().today()
    }

    fn now(&self) -> Timestamp {
        self.store.clock().now()
    }

    /// Refuses whoever may not do that with the workbench as a whole: for pages that lead there.
    ///
    /// # Errors
    /// Refusals.
    pub(crate) async fn check_bench(&self, actor: &Actor, action: &str) -> Result<(), HarmonisationError> {
        self.guard.check(actor, action, &bench()).await?;
        Ok(())
    }

    /// Whether the actor may do that with the workbench as a whole.
    pub(crate) fn may(&self, actor: &Actor, action: &str) -> bool {
        self.guard.would_allow(actor, action, &bench())
    }
}

/// The workbench as the policies see it.
fn bench() -> Resource {
    Resource::new("HarmonisationWork")
}

/// A relation as the policies see it: who answers for the sources of the two, and who has proposed it.
fn related(
    id: impl fmt::Display,
    holders: impl IntoIterator<Item = OrganisationId>,
    proposer: Option<PersonId>,
) -> Resource {
    Resource::new("VariableRelation").id(id).organisations("holders", holders).persons("involved", proposer)
}

/// Who acts, as relations keep it: so that the one who proposed can be told from the one who decides.
fn key_of(actor: &Actor) -> String {
    match &actor.subject {
        Subject::Anonymous => "nobody".to_owned(),
        Subject::Person { person, .. } => format!("person:{person}"),
        Subject::Client { client } => format!("client:{client}"),
        Subject::System { component } => {
            let name = serde_json::to_value(component).ok();
            format!("system:{}", name.as_ref().and_then(|name| name.as_str()).unwrap_or("unknown"))
        }
    }
}

/// The person of such a key.
fn person_of(key: &str) -> Option<PersonId> {
    key.strip_prefix("person:").and_then(|id| id.parse().ok())
}

/// The source of a variable.
fn source_of(path: &CataloguePath) -> &str {
    path.parts().next().unwrap_or_default()
}

/// The moment when a day in Norway ends.
fn end_of(day: Date) -> Timestamp {
    let next = day.saturating_add(1.days());
    next.to_zoned(norway()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}
