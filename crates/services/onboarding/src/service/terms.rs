//! Terms of use: publishing them, and reminding those who have not accepted a new version.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use varde_core::{Actor, Component};
use varde_ledger::Draft;
use varde_policy::Resource;
use varde_store::{
    Failure, Work,
    jobs::{Handler, Job, Run},
};

use super::Onboarding;
use crate::{
    MailKind, NewTerms, OnboardingError, ServiceId, TermsVersion,
    model::terms::{next_version, reminders},
    store,
};

/// The kind of the job that reminds.
const REMIND: &str = "onboarding.remind";

/// What [`REMIND`] carries.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reminder {
    service: ServiceId,
    version: u32,
    days: u32,
}

impl Onboarding {
    /// Publishes the next version of a service's terms. Those who use the service are told at once and
    /// reminded until they have accepted. Action `onboarding.terms.publish`, entry
    /// `onboarding.terms.published`.
    ///
    /// # Errors
    /// [`OnboardingError::NotPublishable`], [`OnboardingError::NoSuchService`]; refusals; the database.
    pub async fn publish_terms(
        &self,
        actor: &Actor,
        service: &ServiceId,
        new: &NewTerms,
    ) -> Result<TermsVersion, OnboardingError> {
        let everything = Resource::new("CatalogueService");
        let permission = self.guard.check(actor, "onboarding.terms.publish", &everything).await?;
        let registered = self.service(service).await?;
        let now = self.now();
        let mut work = self.store.begin(actor).await?;
        let versions = store::terms::of_service(work.connection(), service).await?;
        let version = next_version(versions.last(), new, registered.service.notice_days, now)?;
        let terms = TermsVersion {
            service: service.clone(),
            version,
            text: new.text.clone(),
            applies_from: new.applies_from,
            published_at: now,
        };
        store::terms::add(work.connection(), &terms, actor).await?;
        if version > 1 {
            let days = (terms.applies_from - now).get_hours() / 24;
            self.ask_again(&mut work, &terms, MailKind::NewTerms, u32::try_from(days).unwrap_or_default()).await?;
            for (days, at) in reminders(terms.applies_from, now) {
                let days = u32::try_from(days).unwrap_or_default();
                let reminder = Reminder { service: service.clone(), version, days };
                let job = Job::new(REMIND, format!("{service}:{version}:{days}"), &reminder);
                work.enqueue(&job.not_before(at)).await?;
            }
        }
        let draft = Draft::new("onboarding.terms.published", "service", service)
            .because(permission.legal_basis())
            .with("version", version)
            .with("applies_from", terms.applies_from.to_string());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(terms)
    }

    /// The versions of a service's terms, the first one first: open to everybody.
    ///
    /// # Errors
    /// The database.
    pub async fn terms(&self, service: &ServiceId) -> Result<Vec<TermsVersion>, OnboardingError> {
        let mut read = self.store.read(&Actor::anonymous()).await?;
        store::terms::of_service(read.connection(), service).await
    }

    /// Writes to those who use the service and have not accepted this version; says to how many.
    async fn ask_again(
        &self,
        work: &mut Work,
        terms: &TermsVersion,
        kind: MailKind,
        days: u32,
    ) -> Result<usize, OnboardingError> {
        let orders = store::orders::open_of_service(work.connection(), &terms.service).await?;
        let organisations: Vec<_> = orders.iter().map(|order| order.organisation).collect();
        let accepted = store::terms::accepted(work.connection(), &organisations).await?;
        let mut asked = 0;
        for order in &orders {
            let has = accepted.get(&(order.organisation, terms.service.clone()));
            if has.is_none_or(|version| *version < terms.version) {
                self.ask(work, order, terms, kind, days).await?;
                asked += 1;
            }
        }
        Ok(asked)
    }

    async fn remind(&self, run: &Run, reminder: &Reminder) -> Result<(), OnboardingError> {
        let mut work = self.store.begin(&Actor::system(Component::Flows)).await?;
        let versions = store::terms::of_service(work.connection(), &reminder.service).await?;
        let terms = versions.into_iter().find(|terms| terms.version == reminder.version);
        let terms = terms.ok_or(OnboardingError::NoSuchTerms)?;
        let kind = if reminder.days == 0 { MailKind::Lapsed } else { MailKind::Reminder };
        let asked = self.ask_again(&mut work, &terms, kind, reminder.days).await?;
        work.finish(run).await?;
        let draft = Draft::new("onboarding.terms.reminded", "service", &reminder.service)
            .with("version", reminder.version)
            .with("days", reminder.days)
            .with("organisations", asked);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }
}

/// Reminds of terms that are to be accepted.
#[derive(Debug, Clone)]
pub struct RemindOfTerms(pub Onboarding);

#[async_trait]
impl Handler for RemindOfTerms {
    fn kind(&self) -> &'static str {
        REMIND
    }

    async fn run(&self, run: &Run) -> Result<(), Failure> {
        let reminder: Reminder = run.payload()?;
        Ok(self.0.remind(run, &reminder).await?)
    }
}
