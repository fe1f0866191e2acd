//! What those who keep clients and test connections report.

use varde_core::{Actor, identifier::OrganisationNumber};
use varde_policy::Resource;

use super::{Onboarding, Taken};
use crate::{NotNow, OnboardingError, State, Step, next, store};

/// How often a report is tried again when somebody changes the order at the same time.
const ATTEMPTS: usize = 5;

/// What a report led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    /// The order has come to this state.
    Now(State),
    /// It was in this state already, or is beyond it.
    Stays(State),
    /// The organisation has no granted order of a service with that API: nothing to report to.
    NoOrder,
}

impl Onboarding {
    /// Reports that a key was registered for a client that acts for the organisation and may ask for
    /// scopes of that API (`audience`, the part of a scope before `/`). `organisation` is the main unit
    /// that the client acts for, not its supplier; a multi-tenant client is reported once for each
    /// organisation. Call it again as often as one likes. Action `onboarding.order.report`, entry
    /// `onboarding.order.key_registered`.
    ///
    /// # Errors
    /// Refusals (only parts of Varde report); the database.
    pub async fn report_key(
        &self,
        actor: &Actor,
        organisation: OrganisationNumber,
        audience: &str,
        client: &str,
    ) -> Result<Reported, OnboardingError> {
        self.report(actor, organisation, audience, Step::RegisterKey, client).await
    }

    /// Reports that a client got a token for that API on behalf of the organisation: the connection
    /// works. As [`Self::report_key`]; entry `onboarding.order.tested`.
    ///
    /// # Errors
    /// As [`Self::report_key`].
    pub async fn report_tested(
        &self,
        actor: &Actor,
        organisation: OrganisationNumber,
        audience: &str,
        client: &str,
    ) -> Result<Reported, OnboardingError> {
        self.report(actor, organisation, audience, Step::Test, client).await
    }

    /// Reports that the organisation uses the API. As [`Self::report_key`]; entry
    /// `onboarding.order.live`. People say the same by a button on the order's page, when the connection
    /// was tested.
    ///
    /// # Errors
    /// As [`Self::report_key`]; [`OnboardingError::NotNow`] when the connection was never tested.
    pub async fn report_live(
        &self,
        actor: &Actor,
        organisation: OrganisationNumber,
        audience: &str,
        client: &str,
    ) -> Result<Reported, OnboardingError> {
        self.report(actor, organisation, audience, Step::GoLive, client).await
    }

    async fn report(
        &self,
        actor: &Actor,
        organisation: OrganisationNumber,
        audience: &str,
        step: Step,
        client: &str,
    ) -> Result<Reported, OnboardingError> {
        let register = Resource::new("OrderRegister");
        let permission = self.guard.check(actor, "onboarding.order.report", &register).await?;
        for _ in 0..ATTEMPTS {
            let mut read = self.store.read(actor).await?;
            let order = store::orders::open(read.connection(), organisation, audience).await?;
            drop(read);
            let Some(mut order) = order else { return Ok(Reported::NoOrder) };
            let before = order.state;
            let after = next(before, step)?;
            let same_client = order.client.as_deref() == Some(client);
            if after == before && (same_client || step != Step::RegisterKey) {
                return Ok(Reported::Stays(before));
            }
            order.client = Some(client.to_owned());
            let said = client.to_owned();
            let taken = Taken { order: &order, step, power: None, said, permission: &permission };
            match self.take(actor, taken).await {
                // Somebody else was quicker: look again.
                Err(OnboardingError::Changed | OnboardingError::NotNow(NotNow(_))) => {}
                Ok(order) if order.state == before => return Ok(Reported::Stays(before)),
                Ok(order) => return Ok(Reported::Now(order.state)),
                Err(error) => return Err(error),
            }
        }
        Err(OnboardingError::Changed)
    }
}
