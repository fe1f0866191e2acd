//! Use cases: check policy → load → decide (model) → save and enter, one unit of work.

mod cache;
mod face;
mod fhir;
mod govern;
mod impact;
mod read;
mod take_in;

use std::{collections::BTreeSet, fmt, sync::Arc};

use varde_core::{Actor, OrganisationId, PersonId};
use varde_policy::{Guard, Permission, Resource};
use varde_store::{ContextStore, Store};

pub use face::Known;
pub(crate) use fhir::{FhirError, Operation, type_name};
pub use govern::{PUBLISHED, PublishedEvent};
pub use impact::Impact;
pub use read::{Found, Mapped, Shown};
pub use take_in::{Confirmed, Imported};

use crate::{
    CONTEXT, Content, Edition, EditionId, Kind, Rules, Subject, TerminologyError,
    ports::{DataNeeds, Permits, Variables},
    store,
};

/// What the service asks others.
#[derive(Clone)]
pub struct Ports {
    /// The catalogue.
    pub variables: Arc<dyn Variables>,
    /// Permits.
    pub permits: Arc<dyn Permits>,
    /// Lists and applications.
    pub needs: Arc<dyn DataNeeds>,
}

/// Code systems, maps and value sets. Cloning is cheap.
#[derive(Clone)]
pub struct Terminology {
    store: ContextStore,
    guard: Guard,
    ports: Ports,
    cache: Arc<cache::Cache>,
}

impl fmt::Debug for Terminology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Terminology")
    }
}

/// Everybody may read what was published.
const READ: &str = "terminology.content.read";
/// Its owner's stewards read what waits.
const READ_DRAFT: &str = "terminology.draft.read";

impl Terminology {
    /// The service on a store that has migrated [`CONTEXT`].
    pub fn new(store: &Store, guard: Guard, ports: Ports) -> Self {
        Self { store: store.context(&CONTEXT), guard, ports, cache: Arc::default() }
    }

    /// Checks that the actor may do that with an edition of something whose other editions are these.
    async fn may(
        &self,
        actor: &Actor,
        action: &str,
        subject: &Subject,
        others: &[Edition],
        facts: Facts,
    ) -> Result<Permission, TerminologyError> {
        Ok(self.guard.check(actor, action, &resource(subject, others, &facts)).await?)
    }

    /// Checks that the actor may read what was published.
    async fn may_read(&self, actor: &Actor) -> Result<(), TerminologyError> {
        self.guard.check(actor, READ, &Resource::new("Terminology")).await?;
        Ok(())
    }

    /// Whether the actor may see the edition: drafts and what was closed are the owner's matter.
    fn sees(&self, actor: &Actor, edition: &Edition) -> bool {
        use crate::Status::{Published, Superseded};
        matches!(edition.status, Published | Superseded)
            || self.guard.would_allow(actor, READ_DRAFT, &resource(&edition.subject, &[], &Facts::default()))
    }

    /// The concepts of an edition of a code system, in memory.
    async fn content(&self, actor: &Actor, edition: &Edition) -> Result<Arc<Content>, TerminologyError> {
        if let Some(content) = self.cache.get(edition.id) {
            return Ok(content);
        }
        let mut read = self.store.read(actor).await?;
        let concepts = store::content::concepts(read.connection(), edition.id).await?;
        drop(read);
        let system = edition.system().ok_or(TerminologyError::Stored("code system"))?;
        let content = Content::new(concepts, system.case_sensitive).map_err(|_| TerminologyError::Stored("content"))?;
        let content = Arc::new(content);
        self.cache.put(edition.id, &content);
        Ok(content)
    }

    async fn found(&self, actor: &Actor, id: EditionId) -> Result<Edition, TerminologyError> {
        let mut read = self.store.read(actor).await?;
        let found = store::editions::by_id(read.connection(), id).await?;
        let edition = found.filter(|edition| self.sees(actor, edition));
        edition.ok_or_else(|| TerminologyError::NotFound(format!("edition {id}")))
    }

    /// The rules that hold for one thing.
    pub async fn rules(&self, actor: &Actor, kind: Kind, key: &crate::Key) -> Result<Rules, TerminologyError> {
        self.may_read(actor).await?;
        let mut read = self.store.read(actor).await?;
        store::rules::get(read.connection(), kind, key).await
    }
}

/// What the rules of four eyes ask.
#[derive(Default)]
struct Facts {
    rules: Rules,
    involved: Vec<PersonId>,
}

/// An edition as the policies see it. Whoever answers for any edition of the same key answers for
/// it: otherwise one owner could take over another's code system by importing it in its own name.
fn resource(subject: &Subject, others: &[Edition], facts: &Facts) -> Resource {
    let nobody = || OrganisationId::from_uuid(uuid::Uuid::nil());
    let owners = others.iter().map(|e| e.subject.owner()).chain([subject.owner()]);
    let owners: BTreeSet<OrganisationId> = owners.map(|owner| owner.unwrap_or_else(nobody)).collect();
    Resource::new("TerminologyEdition")
        .id(format!("{}/{}", subject.kind().name(), subject.key()))
        .organisations("owners", owners)
        .persons("involved", facts.involved.iter().copied())
        .flag("by_person", !facts.involved.is_empty())
        .number("eyes", i64::from(facts.rules.eyes))
}
