//! Orders, seen from those who order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use varde_core::{Actor, Matter, PersonId, Role, identifier::OrganisationNumber};
use varde_policy::Resource;

use super::{Found, Onboarding, Taken, already, entry, involve, resource};
use crate::{
    Fate, Happened, MailKind, OnboardingError, Order, OrderId, Power, Registered, ServiceId, Standing, State, Step,
    Wanted,
    ports::{KnownOrganisation, Mandate},
    standing, store,
};

/// A new order: the shape of the JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// The service.
    pub service: ServiceId,
    /// The main unit that takes it into use.
    pub organisation: OrganisationNumber,
    /// What is wanted.
    pub wanted: Wanted,
}

/// An organisation for which somebody may order a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orderable {
    /// The organisation.
    pub organisation: KnownOrganisation,
    /// By what.
    pub power: Power,
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The order.
    pub order: Order,
    /// The service, in the version that was ordered.
    pub service: Registered,
    /// The organisation.
    pub organisation: KnownOrganisation,
    /// How the organisation stands to the service's terms.
    pub standing: Standing,
}

/// An order with everything that belongs to it.
#[derive(Debug, Clone)]
pub struct File {
    /// The order.
    pub order: Order,
    /// The service, in the version that was ordered.
    pub service: Registered,
    /// The organisation.
    pub organisation: KnownOrganisation,
    /// By what whoever looks acts for the organisation; none for the service's owner.
    pub power: Option<Power>,
    /// How the organisation stands to the service's terms.
    pub standing: Standing,
    /// What happened, the first first.
    pub happened: Vec<Happened>,
    /// The mails about it, the first first.
    pub mails: Vec<(MailKind, Fate)>,
    /// The names of those who did something, where they are known.
    pub names: BTreeMap<PersonId, String>,
}

impl Onboarding {
    /// For which organisations the person may order that service, by name. Action
    /// `onboarding.order.list`.
    ///
    /// # Errors
    /// Refusals; a neighbour.
    pub async fn orderable(&self, actor: &Actor, service: &ServiceId) -> Result<Vec<Orderable>, OnboardingError> {
        self.guard.check(actor, "onboarding.order.list", &Resource::new("OwnOrders")).await?;
        let service = self.service(service).await?.service;
        let mut best: BTreeMap<(String, OrganisationNumber), Orderable> = BTreeMap::new();
        for Mandate { organisation, power } in self.ports.mandates.of(actor).await? {
            if power.opens(service.resource.as_deref()) {
                let key = (organisation.name.clone(), organisation.number);
                let new = Orderable { organisation, power };
                let kept = best.entry(key).or_insert_with(|| new.clone());
                if new.power < kept.power {
                    *kept = new;
                }
            }
        }
        Ok(best.into_values().collect())
    }

    /// The orders of the organisations for which the person may order, the newest first. Action
    /// `onboarding.order.list`.
    ///
    /// # Errors
    /// Refusals; a neighbour; the database.
    pub async fn mine(&self, actor: &Actor) -> Result<Vec<Summary>, OnboardingError> {
        self.guard.check(actor, "onboarding.order.list", &Resource::new("OwnOrders")).await?;
        let mandates = self.ports.mandates.of(actor).await?;
        let numbers: Vec<_> = mandates.iter().map(|mandate| mandate.organisation.number).collect();
        let mut read = self.store.read(actor).await?;
        let orders = store::orders::of_organisations(read.connection(), &numbers).await?;
        drop(read);
        let all = self.summaries(orders).await?;
        let opens = |mandate: &Mandate, one: &Summary| {
            mandate.organisation.number == one.order.organisation
                && mandate.power.opens(one.service.service.resource.as_deref())
        };
        Ok(all.into_iter().filter(|one| mandates.iter().any(|mandate| opens(mandate, one))).collect())
    }

    /// Orders as they stand in a list.
    pub(super) async fn summaries(&self, orders: Vec<Order>) -> Result<Vec<Summary>, OnboardingError> {
        let organisations: Vec<_> = orders.iter().map(|order| order.organisation).collect();
        let mut read = self.store.read(&Actor::anonymous()).await?;
        let accepted = store::terms::accepted(read.connection(), &organisations).await?;
        let mut terms = BTreeMap::new();
        for order in &orders {
            if !terms.contains_key(&order.service) {
                let versions = store::terms::of_service(read.connection(), &order.service).await?;
                terms.insert(order.service.clone(), versions);
            }
        }
        drop(read);
        let mut summaries = Vec::with_capacity(orders.len());
        for order in orders {
            let has = accepted.get(&(order.organisation, order.service.clone())).copied();
            let versions = terms.get(&order.service).map_or(&[][..], Vec::as_slice);
            summaries.push(Summary {
                standing: standing(versions, has, self.now()),
                service: self.ordered(&order).await?,
                organisation: self.organisation(order.organisation).await?,
                order,
            });
        }
        Ok(summaries)
    }

    /// An order with everything that belongs to it, for those who order and for the service's owner.
    /// Action `onboarding.order.read`.
    ///
    /// # Errors
    /// [`OnboardingError::NotFound`]; refusals; a neighbour; the database.
    pub async fn file(&self, actor: &Actor, id: OrderId) -> Result<File, OnboardingError> {
        let (Found { order, service, organisation, mandate }, _) =
            self.look(actor, "onboarding.order.read", id).await?;
        let mut read = self.store.read(actor).await?;
        let happened = store::orders::steps(read.connection(), id).await?;
        let mails = store::mails::of_order(read.connection(), id).await?;
        drop(read);
        let owner = self.organisation(service.service.owner).await?;
        // Who acts for the organisation is a party, also before they have taken a step.
        let ordering = actor.person().filter(|_| mandate.is_some());
        let matter = Matter::new("service_order", id)
            .with(happened.iter().filter_map(|one| one.by).chain(ordering))
            .handled_by(owner.id, [Role::Handler]);
        let names = self.ports.people.names(actor, &matter).await;
        Ok(File {
            standing: self.standing(&order).await?,
            mails: mails.into_iter().map(|(mail, fate)| (mail.kind, fate)).collect(),
            power: mandate.map(|mandate| mandate.power),
            order,
            service,
            organisation,
            happened,
            names,
        })
    }

    /// How the order's organisation stands to the service's terms.
    pub(super) async fn standing(&self, order: &Order) -> Result<Standing, OnboardingError> {
        let mut read = self.store.read(&Actor::anonymous()).await?;
        let versions = store::terms::of_service(read.connection(), &order.service).await?;
        let accepted = store::terms::accepted(read.connection(), &[order.organisation]).await?;
        let has = accepted.get(&(order.organisation, order.service.clone())).copied();
        Ok(standing(&versions, has, self.now()))
    }

    /// Begins an order. Action `onboarding.order.begin`, entry `onboarding.order.begun`.
    ///
    /// # Errors
    /// [`OnboardingError::Invalid`] with the fields; [`OnboardingError::Already`] when the organisation
    /// has one; refusals when the person may not order for it; the database.
    pub async fn begin(&self, actor: &Actor, new: &NewOrder) -> Result<Order, OnboardingError> {
        let service = self.service(&new.service).await?;
        let organisation = self.organisation(new.organisation).await?;
        let owner = self.organisation(service.service.owner).await?;
        let mandate = self.mandate(actor, &service.service, new.organisation).await?;
        let now = self.now();
        let mut order = Order {
            id: OrderId::new(&**self.store.clock(), self.store.randomness()),
            reference: String::new(),
            service: new.service.clone(),
            service_version: service.version,
            organisation: new.organisation,
            state: State::Draft,
            revision: 1,
            wanted: new.wanted.clone(),
            involved: Vec::new(),
            begun_at: now,
            terms: None,
            sent: None,
            decision: None,
            client: None,
        };
        let power = mandate.as_ref().map(|mandate| &mandate.power);
        let asked = resource(&order, organisation.id, owner.id, power);
        let permission = self.guard.check(actor, "onboarding.order.begin", &asked).await?;
        let faults = new.wanted.faults(&service.service);
        if !faults.is_empty() {
            return Err(OnboardingError::Invalid(faults));
        }
        let mut work = self.store.begin(actor).await?;
        let year = now.to_zoned(jiff::tz::TimeZone::UTC).year();
        order.reference = store::orders::next_reference(work.connection(), year).await?;
        involve(&mut order, actor.person(), Step::Begin);
        store::orders::add(work.connection(), &order).await.map_err(already)?;
        let happened =
            Happened { step: Step::Begin, at: now, by: actor.person(), power: power.cloned(), said: String::new() };
        store::orders::add_step(work.connection(), order.id, &happened).await?;
        let taken = Taken { order: &order, step: Step::Begin, power, said: String::new(), permission: &permission };
        let entered = work.enter(entry(&order, &taken)).await?;
        work.commit(entered).await?;
        Ok(order)
    }

    /// Changes what is wanted; the terms are to be accepted anew. Action `onboarding.order.write`, entry
    /// `onboarding.order.changed`.
    ///
    /// # Errors
    /// [`OnboardingError::Invalid`] with the fields; [`OnboardingError::Changed`] when it is no longer
    /// that revision; [`OnboardingError::NotNow`]; refusals; the database.
    pub async fn change(
        &self,
        actor: &Actor,
        id: OrderId,
        revision: i64,
        wanted: &Wanted,
    ) -> Result<Order, OnboardingError> {
        let (found, permission) = self.look(actor, "onboarding.order.write", id).await?;
        let mut order = found.order;
        crate::next(order.state, Step::Change)?;
        if order.revision != revision {
            return Err(OnboardingError::Changed);
        }
        let service = self.service(&order.service).await?;
        let faults = wanted.faults(&service.service);
        if !faults.is_empty() {
            return Err(OnboardingError::Invalid(faults));
        }
        order.wanted = wanted.clone();
        order.service_version = service.version;
        order.terms = None;
        let power = found.mandate.as_ref().map(|mandate| &mandate.power);
        let said = String::new();
        self.take(actor, Taken { order: &order, step: Step::Change, power, said, permission: &permission }).await
    }

    /// Accepts the newest terms for the organisation: before an order is sent, and again when a new
    /// version has come. Action `onboarding.order.accept`, entry `onboarding.order.terms_accepted`.
    ///
    /// # Errors
    /// [`OnboardingError::NewerTerms`] when that is not the newest version;
    /// [`OnboardingError::NoTerms`]; [`OnboardingError::NotNow`]; refusals; the database.
    pub async fn accept_terms(&self, actor: &Actor, id: OrderId, version: u32) -> Result<Order, OnboardingError> {
        let (found, permission) = self.look(actor, "onboarding.order.accept", id).await?;
        let Found { mut order, mandate, .. } = found;
        let (Some(person), Some(mandate)) = (actor.person(), mandate) else { return Err(OnboardingError::NoMandate) };
        let versions = self.terms(&order.service).await?;
        let newest = versions.last().ok_or(OnboardingError::NoTerms)?;
        if newest.version != version {
            return Err(OnboardingError::NewerTerms);
        }
        order.terms = Some(version);
        let (power, said) = (&mandate.power, version.to_string());
        let taken = Taken { order: &order, step: Step::AcceptTerms, power: Some(power), said, permission: &permission };
        let mut work = self.store.begin(actor).await?;
        let saved = self.carry_out(&mut work, actor, &taken).await?;
        store::terms::accept(work.connection(), newest, order.organisation, person, power, self.now()).await?;
        let entered = work.enter(entry(&saved, &taken)).await?;
        work.commit(entered).await?;
        Ok(saved)
    }

    /// Sends the order to the service's owner. Action `onboarding.order.submit`, entry
    /// `onboarding.order.submitted`.
    ///
    /// # Errors
    /// [`OnboardingError::NewerTerms`] when a newer version of the terms has come;
    /// [`OnboardingError::NotNow`]; refusals; the database.
    pub async fn submit(&self, actor: &Actor, id: OrderId) -> Result<Order, OnboardingError> {
        let (found, permission) = self.look(actor, "onboarding.order.submit", id).await?;
        let Found { mut order, mandate, .. } = found;
        crate::next(order.state, Step::Submit)?;
        let (Some(by), Some(mandate)) = (actor.person(), mandate) else { return Err(OnboardingError::NoMandate) };
        let newest = self.terms(&order.service).await?.last().map(|terms| terms.version);
        if order.terms != newest {
            return Err(OnboardingError::NewerTerms);
        }
        order.sent = Some(crate::Sent { by, power: mandate.power.clone(), at: self.now() });
        let (power, said) = (Some(&mandate.power), String::new());
        self.take(actor, Taken { order: &order, step: Step::Submit, power, said, permission: &permission }).await
    }

    /// Takes back an order that was not decided. Action `onboarding.order.withdraw`.
    ///
    /// # Errors
    /// [`OnboardingError::NotNow`]; refusals; the database.
    pub async fn withdraw(&self, actor: &Actor, id: OrderId) -> Result<Order, OnboardingError> {
        self.simply(actor, id, "onboarding.order.withdraw", Step::Withdraw).await
    }

    /// Takes the service into use, when the connection was tested. Action `onboarding.order.go_live`.
    ///
    /// # Errors
    /// [`OnboardingError::NotNow`]; refusals; the database.
    pub async fn go_live(&self, actor: &Actor, id: OrderId) -> Result<Order, OnboardingError> {
        self.simply(actor, id, "onboarding.order.go_live", Step::GoLive).await
    }

    /// Stops using the service: it is closed to the organisation at once. Action `onboarding.order.end`.
    ///
    /// # Errors
    /// [`OnboardingError::NotNow`]; refusals; the database.
    pub async fn end(&self, actor: &Actor, id: OrderId) -> Result<Order, OnboardingError> {
        self.simply(actor, id, "onboarding.order.end", Step::End).await
    }

    /// Makes a refused order a draft again. What has ended or was taken back is not reopened: order
    /// anew. Action `onboarding.order.reopen`.
    ///
    /// # Errors
    /// [`OnboardingError::NotNow`]; [`OnboardingError::Already`] when there is a newer order; refusals;
    /// the database.
    pub async fn reopen(&self, actor: &Actor, id: OrderId) -> Result<Order, OnboardingError> {
        let (found, permission) = self.look(actor, "onboarding.order.reopen", id).await?;
        let mut order = found.order;
        crate::next(order.state, Step::Reopen)?;
        order.terms = None;
        order.sent = None;
        order.decision = None;
        let power = found.mandate.as_ref().map(|mandate| &mandate.power);
        let said = String::new();
        self.take(actor, Taken { order: &order, step: Step::Reopen, power, said, permission: &permission }).await
    }

    async fn simply(&self, actor: &Actor, id: OrderId, action: &str, step: Step) -> Result<Order, OnboardingError> {
        let (found, permission) = self.look(actor, action, id).await?;
        let power = found.mandate.as_ref().map(|mandate| &mandate.power);
        let said = String::new();
        self.take(actor, Taken { order: &found.order, step, power, said, permission: &permission }).await
    }

    /// Whether anything can be told by mail here.
    pub fn tells_by_mail(&self) -> bool {
        self.ports.post.is_some()
    }

    /// The name of the organisation with that number, its number when the register has lost it.
    pub(crate) async fn organisation_name(&self, number: OrganisationNumber) -> Result<String, OnboardingError> {
        let found = self.organisation(number).await?;
        Ok(if found.name.is_empty() { number.to_string() } else { found.name })
    }
}
