//! What the authorisation server asks.

use std::collections::BTreeSet;

use varde_core::{Actor, identifier::OrganisationNumber};
use varde_policy::Resource;

use super::Onboarding;
use crate::{ClassId, OnboardingError, OrderId, Standing, store};

/// What an API is to an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// No order of its service was granted, or it has ended.
    NotOrdered,
    /// An order was granted, and the terms that apply have not been accepted.
    TermsMissing {
        /// The order.
        order: OrderId,
        /// The version that is to be accepted.
        version: u32,
    },
    /// It is open.
    Open {
        /// The order.
        order: OrderId,
        /// The information class that was granted.
        class: ClassId,
        /// The scopes that the class opens, as it was when it was ordered.
        scopes: BTreeSet<String>,
    },
}

impl Onboarding {
    /// What that API is to that organisation now, read from the register of orders at every question:
    /// a grant, an acceptance, a lapse and an end act at once, on every server. Action
    /// `onboarding.access.look_up`.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn opened(
        &self,
        actor: &Actor,
        organisation: OrganisationNumber,
        audience: &str,
    ) -> Result<Opened, OnboardingError> {
        self.guard.check(actor, "onboarding.access.look_up", &Resource::new("OrderRegister")).await?;
        let mut read = self.store.read(actor).await?;
        let order = store::orders::open(read.connection(), organisation, audience).await?;
        drop(read);
        let Some(order) = order else { return Ok(Opened::NotOrdered) };
        let standing = self.standing(&order).await?;
        if let Standing::Missing { version, .. } = standing {
            return Ok(Opened::TermsMissing { order: order.id, version });
        }
        let Some(class) = order.decision.as_ref().and_then(|decision| decision.class.clone()) else {
            return Ok(Opened::NotOrdered);
        };
        let service = self.ordered(&order).await?.service;
        let scopes = service.class(&class).map(|class| class.scopes.clone()).unwrap_or_default();
        Ok(Opened::Open { order: order.id, class, scopes })
    }
}
