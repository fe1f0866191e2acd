//! Use cases: check policy → load → decide (model) → save and enter, one unit of work.

mod catalogue;
mod desk;
mod letters;
mod notices;
mod opened;
mod orders;
mod reports;
mod sending;
mod terms;

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use varde_core::{Actor, OrganisationId, PersonId, identifier::OrganisationNumber};
use varde_ledger::Draft;
use varde_policy::{Guard, Permission, Resource};
use varde_store::{ContextStore, Store, Work};
use varde_web::Texts;

pub use catalogue::Outcome;
pub use letters::SendMail;
pub use notices::SendNotice;
pub use opened::Opened;
pub use orders::{File, NewOrder, Orderable, Summary};
pub use reports::Reported;
pub use terms::RemindOfTerms;

use crate::{
    CONTEXT, Happened, OnboardingError, Order, OrderId, Power, Registered, Service, Step, TEXTS, next,
    ports::{KnownOrganisation, Mandate, Mandates, Organisations, People, Post},
    store,
};

/// What the service asks others.
#[derive(Clone)]
pub struct Ports {
    /// The register of organisations.
    pub organisations: Arc<dyn Organisations>,
    /// Who may act for whom.
    pub mandates: Arc<dyn Mandates>,
    /// Names of persons who act.
    pub people: Arc<dyn People>,
    /// What takes mail. Without it nobody is told by mail; the pages say where an order stands.
    pub post: Option<Arc<dyn Post>>,
}

/// Services, their terms of use, and orders. Cloning is cheap.
#[derive(Clone)]
pub struct Onboarding {
    store: ContextStore,
    guard: Guard,
    ports: Ports,
    texts: Texts,
    /// The address of the installation, without a slash at its end.
    address: Arc<str>,
}

impl fmt::Debug for Onboarding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Onboarding")
    }
}

/// An order with what a decision about it needs.
struct Found {
    order: Order,
    service: Registered,
    organisation: KnownOrganisation,
    mandate: Option<Mandate>,
}

impl Onboarding {
    /// The service on a store that has migrated [`CONTEXT`]. `address` is where people reach the
    /// installation; links in mails begin with it.
    pub fn new(store: &Store, guard: Guard, ports: Ports, address: &str) -> Self {
        let address = Arc::from(address.trim_end_matches('/'));
        Self { store: store.context(&CONTEXT), guard, ports, texts: Texts::new([TEXTS]), address }
    }

    fn now(&self) -> Timestamp {
        self.store.clock().now()
    }

    /// By what the actor acts for the organisation where that service is concerned: the strongest power.
    async fn mandate(
        &self,
        actor: &Actor,
        service: &Service,
        organisation: OrganisationNumber,
    ) -> Result<Option<Mandate>, OnboardingError> {
        let all = self.ports.mandates.of(actor).await?;
        let fits = |m: &Mandate| m.organisation.number == organisation && m.power.opens(service.resource.as_deref());
        Ok(all.into_iter().filter(fits).min_by(|a, b| a.power.cmp(&b.power)))
    }

    /// The organisation of that number; one that the register has lost stands without a name.
    async fn organisation(&self, number: OrganisationNumber) -> Result<KnownOrganisation, OnboardingError> {
        let found = self.ports.organisations.by_number(number).await?;
        Ok(found.unwrap_or_else(|| KnownOrganisation { id: nowhere(), number, name: String::new() }))
    }

    /// The version of the service that an order is about.
    async fn ordered(&self, order: &Order) -> Result<Registered, OnboardingError> {
        let mut read = self.store.read(&Actor::anonymous()).await?;
        let found = store::services::version(read.connection(), &order.service, order.service_version).await?;
        found.ok_or(OnboardingError::NoSuchService)
    }

    /// Loads an order, and checks that the actor may do that with it.
    async fn look(&self, actor: &Actor, action: &str, id: OrderId) -> Result<(Found, Permission), OnboardingError> {
        let mut read = self.store.read(actor).await?;
        let order = store::orders::get(read.connection(), id).await?;
        drop(read);
        let service = self.ordered(&order).await?;
        let organisation = self.organisation(order.organisation).await?;
        let owner = self.organisation(service.service.owner).await?;
        let mandate = self.mandate(actor, &service.service, order.organisation).await?;
        let power = mandate.as_ref().map(|mandate| &mandate.power);
        let resource = resource(&order, organisation.id, owner.id, power);
        let permission = self.guard.check(actor, action, &resource).await?;
        Ok((Found { order, service, organisation, mandate }, permission))
    }

    /// Takes a step with an order that was changed as wanted: state, history, mails and entry are one.
    ///
    /// # Errors
    /// [`OnboardingError::NotNow`], [`OnboardingError::Changed`]; the database.
    async fn take(&self, actor: &Actor, taken: Taken<'_>) -> Result<Order, OnboardingError> {
        let mut work = self.store.begin(actor).await?;
        let order = self.carry_out(&mut work, actor, &taken).await?;
        let entered = work.enter(entry(&order, &taken)).await?;
        work.commit(entered).await?;
        Ok(order)
    }

    /// As [`Self::take`], before anything is entered.
    async fn carry_out(&self, work: &mut Work, actor: &Actor, taken: &Taken<'_>) -> Result<Order, OnboardingError> {
        let mut order = taken.order.clone();
        order.state = next(order.state, taken.step)?;
        involve(&mut order, actor.person(), taken.step);
        if !store::orders::save(work.connection(), &order).await.map_err(already)? {
            return Err(OnboardingError::Changed);
        }
        order.revision += 1;
        let happened = Happened {
            step: taken.step,
            at: self.now(),
            by: actor.person(),
            power: taken.power.cloned(),
            said: taken.said.clone(),
        };
        store::orders::add_step(work.connection(), order.id, &happened).await?;
        self.tell(work, &order, taken.step).await?;
        Ok(order)
    }
}

/// A step that is to be taken.
struct Taken<'a> {
    /// The order as it is to be saved, but for its state.
    order: &'a Order,
    step: Step,
    /// By what the actor acts for the organisation.
    power: Option<&'a Power>,
    /// What is kept with it.
    said: String,
    permission: &'a Permission,
}

/// Who has had a hand in what is ordered. Those who only stop it have none.
fn involve(order: &mut Order, person: Option<PersonId>, step: Step) {
    let ordering = matches!(step, Step::Begin | Step::Change | Step::AcceptTerms | Step::Submit | Step::Reopen);
    if let Some(person) = person
        && ordering
        && !order.involved.contains(&person)
    {
        order.involved.push(person);
    }
}

fn entry(order: &Order, taken: &Taken<'_>) -> Draft {
    let draft = Draft::new(&format!("onboarding.order.{}", taken.step.name()), "service_order", order.id)
        .because(taken.permission.legal_basis())
        .with("service", order.service.as_str())
        .with("organisation", order.organisation.as_str())
        .with("state", order.state.name());
    let draft = match taken.power {
        None => draft,
        Some(power) => draft.with("by", power),
    };
    match taken.step {
        Step::AcceptTerms => draft.with("terms", &taken.said),
        Step::Grant => draft.with("class", &taken.said),
        Step::RegisterKey => draft.with("client", &taken.said),
        _ => draft,
    }
}

/// Whoever comes second with an order of the same service finds the first one's.
fn already(error: OnboardingError) -> OnboardingError {
    match error {
        OnboardingError::Store(varde_store::StoreError::Conflict(_)) => OnboardingError::Already,
        other => other,
    }
}

fn nowhere() -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::nil())
}

/// An order as the policies see it.
fn resource(order: &Order, organisation: OrganisationId, owner: OrganisationId, power: Option<&Power>) -> Resource {
    Resource::new("ServiceOrder")
        .id(order.id)
        .organisation("organisation", organisation)
        .organisation("owner", owner)
        .persons("involved", order.involved.iter().copied())
        .text("power", power.map_or("none", Power::name))
        .text("state", order.state.name())
}
