//! Orders, seen from the service's owner.

use varde_core::Actor;
use varde_policy::Resource;

use super::{Onboarding, Summary, Taken, nowhere, resource};
use crate::{Answer, Decision, File, OnboardingError, Order, OrderId, ServiceId, store};

impl Onboarding {
    /// The orders that were sent to the services of the organisation acted for: those that wait first,
    /// the oldest first. Action `onboarding.desk.read`.
    ///
    /// # Errors
    /// Refusals; a neighbour; the database.
    pub async fn desk(&self, actor: &Actor) -> Result<Vec<Summary>, OnboardingError> {
        let organisation = self.ports.organisations.acted_for(actor).await?;
        let owner = organisation.as_ref().map_or_else(nowhere, |organisation| organisation.id);
        let desk = Resource::new("OrderDesk").organisation("owner", owner);
        self.guard.check(actor, "onboarding.desk.read", &desk).await?;
        let Some(organisation) = organisation else { return Ok(Vec::new()) };
        let owned = self.services().await?.into_iter().filter(|one| one.service.owner == organisation.number);
        let owned: Vec<ServiceId> = owned.map(|one| one.service.id).collect();
        let mut read = self.store.read(actor).await?;
        let orders = store::orders::sent_to(read.connection(), &owned).await?;
        drop(read);
        self.summaries(orders).await
    }

    /// Decides an order: granted with an information class, or refused with a reason. None of those who
    /// ordered may. Action `onboarding.desk.decide`, entry `onboarding.order.granted` or
    /// `onboarding.order.refused`.
    ///
    /// # Errors
    /// [`OnboardingError::Invalid`] with the fields; [`OnboardingError::NotNow`]; refusals; the database.
    pub async fn decide(&self, actor: &Actor, id: OrderId, answer: &Answer) -> Result<Order, OnboardingError> {
        let (found, permission) = self.look(actor, "onboarding.desk.decide", id).await?;
        let mut order = found.order;
        crate::next(order.state, answer.step())?;
        let faults = answer.faults(&found.service.service, &order.wanted.class);
        if !faults.is_empty() {
            return Err(OnboardingError::Invalid(faults));
        }
        let Some(by) = actor.person() else { return Err(OnboardingError::NoMandate) };
        let (class, reason) = match answer {
            Answer::Grant { class, reason } => (Some(class.clone()), reason.clone()),
            Answer::Refuse { reason } => (None, reason.clone()),
        };
        let said = class.as_ref().map_or_else(|| reason.clone(), ToString::to_string);
        order.decision = Some(Decision { by, at: self.now(), class, reason });
        let step = answer.step();
        self.take(actor, Taken { order: &order, step, power: None, said, permission: &permission }).await
    }

    /// Whether the page of a case should offer to decide it: whether whoever looks is one of the owner's
    /// who has not taken part in the order.
    pub(crate) async fn may_decide(&self, actor: &Actor, file: &File) -> Result<bool, OnboardingError> {
        let owner = self.organisation(file.service.service.owner).await?;
        let asked = resource(&file.order, file.organisation.id, owner.id, file.power.as_ref());
        Ok(self.guard.would_allow(actor, "onboarding.desk.decide", &asked))
    }
}
