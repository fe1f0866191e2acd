//! Use cases: check policy → load → decide (model) → save and enter, one unit of work.

pub(crate) mod assessments;
pub(crate) mod deviations;
pub(crate) mod overview;
mod remind;
mod responsibilities;
mod standards;
mod systems;

use std::{fmt, sync::Arc};

use jiff::{Timestamp, ToSpan, civil::Date};
use varde_core::{Actor, LocalisedText, OrganisationId, clock::norway};
use varde_ledger::Draft;
use varde_policy::{Guard, Permission, Resource};
use varde_store::{ContextStore, Store};
use varde_web::Texts;

use crate::{
    ArchitectureError, BadContent, CONTEXT, Frameworks, System, TEXTS, Thing, ThingId,
    ports::{Letters, Organisations, Sources},
    store::{self, Kept},
};

/// What the service asks others.
#[derive(Clone)]
pub struct Ports {
    /// The catalogue's sources.
    pub sources: Arc<dyn Sources>,
    /// Names of organisations.
    pub organisations: Arc<dyn Organisations>,
    /// What takes mail. Without it nobody is reminded by mail; the pages say what runs out.
    pub letters: Option<Arc<dyn Letters>>,
}

/// Architecture governance. Cloning is cheap.
#[derive(Clone)]
pub struct Architecture {
    store: ContextStore,
    guard: Guard,
    ports: Ports,
    frameworks: Arc<Frameworks>,
    texts: Texts,
    /// The organisation whose handlers are the governing body.
    body: OrganisationId,
    /// The address of the installation, without a slash at its end.
    address: Arc<str>,
}

impl fmt::Debug for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Architecture")
    }
}

impl Architecture {
    /// The service on a store that has migrated [`CONTEXT`], with the principles of the program. Handlers
    /// of `body` are the governing body; `address` is where people reach the installation.
    ///
    /// # Errors
    /// [`BadContent`] when the program's own principles cannot be read, which a test rules out.
    pub fn new(
        store: &Store,
        guard: Guard,
        ports: Ports,
        body: OrganisationId,
        address: &str,
    ) -> Result<Self, BadContent> {
        Ok(Self::with_frameworks(store, guard, ports, body, address, Frameworks::built_in()?))
    }

    /// The same with other principles.
    pub fn with_frameworks(
        store: &Store,
        guard: Guard,
        ports: Ports,
        body: OrganisationId,
        address: &str,
        frameworks: Frameworks,
    ) -> Self {
        let address = Arc::from(address.trim_end_matches('/'));
        let (frameworks, texts) = (Arc::new(frameworks), Texts::new([TEXTS]));
        Self { store: store.context(&CONTEXT), guard, ports, frameworks, texts, body, address }
    }

    /// The principles and what they require: open to everybody.
    pub fn frameworks(&self) -> &Frameworks {
        &self.frameworks
    }

    /// The civil date now in Norway.
    pub fn today(&self) -> Date {
        self.store.clock().today()
    }

    fn now(&self) -> Timestamp {
        self.store.clock().now()
    }

    /// Everything that can be assessed and the actor may read about, sources first, by name in bokmål.
    async fn things(&self, actor: &Actor, day: Option<Date>) -> Result<Vec<Thing>, ArchitectureError> {
        let before = day.map(end_of);
        let sources = self.ports.sources.all(before).await?.into_iter().map(|source| Thing {
            id: ThingId::Source(source.path),
            name: source.name,
            owner: source.holder,
            public: true,
        });
        let mut read = self.store.read(actor).await?;
        let systems = store::all::<System>(read.connection(), before).await?;
        drop(read);
        let systems = systems.into_iter().filter(|one| !one.content.ended).filter_map(as_thing);
        let mut things: Vec<_> = sources.chain(systems).filter(|thing| self.may_read(actor, thing)).collect();
        things.sort_by_cached_key(|thing| (matches!(thing.id, ThingId::System(_)), thing.name.nb.to_lowercase()));
        Ok(things)
    }

    /// One of them. Whoever may not read about it does not learn that it is there.
    async fn thing(&self, actor: &Actor, id: &ThingId, day: Option<Date>) -> Result<Thing, ArchitectureError> {
        let all = self.things(actor, day).await?;
        all.into_iter().find(|thing| thing.id == *id).ok_or(ArchitectureError::NotFound)
    }

    fn may_read(&self, actor: &Actor, thing: &Thing) -> bool {
        self.guard.would_allow(actor, "architecture.thing.read", &self.resource(thing))
    }

    /// A thing as the policies see it.
    fn resource(&self, thing: &Thing) -> Resource {
        Resource::new("AssessedThing")
            .id(&thing.id)
            .organisations("owners", thing.owner)
            .organisation("body", self.body)
            .flag("public", thing.public)
    }

    /// What belongs to the whole, as the policies see it.
    fn whole(&self) -> Resource {
        Resource::new("RegisterArea").organisation("body", self.body)
    }

    /// Saves a version and enters it.
    async fn save<T: Kept>(&self, actor: &Actor, saved: Saved<'_, T>) -> Result<(), ArchitectureError> {
        let mut work = self.store.begin(actor).await?;
        if !store::add(work.connection(), saved.id, saved.number, saved.content, actor, self.now()).await? {
            return Err(ArchitectureError::Changed);
        }
        let draft = saved.entry.because(saved.permission.legal_basis()).with("version", saved.number);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }
}

/// A version that is to be saved.
struct Saved<'a, T> {
    id: &'a str,
    number: u32,
    content: &'a T,
    entry: Draft,
    permission: &'a Permission,
}

fn as_thing(system: store::Version<System>) -> Option<Thing> {
    let id = system.id.parse().ok()?;
    let System { name, owner, public, .. } = system.content;
    Some(Thing { id: ThingId::System(id), name: LocalisedText::bokmaal(name), owner: Some(owner), public })
}

/// The moment when a day in Norway ends.
fn end_of(day: Date) -> Timestamp {
    let next = day.saturating_add(1.days());
    next.to_zoned(norway()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}
