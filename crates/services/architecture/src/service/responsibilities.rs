//! Who answers for what.

use varde_core::Actor;
use varde_ledger::Draft;

use super::{Architecture, Saved};
use crate::{ArchitectureError, Responsibility, ResponsibilityId, Version, store};

const WRITE: &str = "architecture.responsibility.write";

impl Architecture {
    /// Who answers for what: those who do today first, each by duty, then by what for. Open to everybody.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn responsibilities(&self, actor: &Actor) -> Result<Vec<Version<Responsibility>>, ArchitectureError> {
        self.guard.check(actor, "architecture.state.read", &self.whole()).await?;
        let today = self.today();
        let mut read = self.store.read(actor).await?;
        let mut all = store::all::<Responsibility>(read.connection(), None).await?;
        all.sort_by_cached_key(|one| (!one.content.holds_on(today), one.content.duty, one.content.about.clone()));
        Ok(all)
    }

    /// Gives somebody a responsibility. Action `architecture.responsibility.write`, entry
    /// `architecture.responsibility.given`.
    ///
    /// # Errors
    /// [`ArchitectureError::Invalid`]; refusals; the database.
    pub async fn give_responsibility(
        &self,
        actor: &Actor,
        given: &Responsibility,
    ) -> Result<ResponsibilityId, ArchitectureError> {
        let permission = self.guard.check(actor, WRITE, &self.whole()).await?;
        let wrong = given.check();
        if !wrong.is_empty() {
            return Err(ArchitectureError::Invalid(wrong));
        }
        let id = ResponsibilityId::new(&**self.store.clock(), self.store.randomness());
        let entry =
            Draft::new("architecture.responsibility.given", "responsibility", id).with("duty", given.duty.name());
        let saved = Saved { id: &id.to_string(), number: 1, content: given, entry, permission: &permission };
        self.save(actor, saved).await?;
        Ok(id)
    }

    /// Ends a responsibility today. Action `architecture.responsibility.write`, entry
    /// `architecture.responsibility.ended`.
    ///
    /// # Errors
    /// [`ArchitectureError::NotFound`] also when it has ended; refusals; the database.
    pub async fn end_responsibility(&self, actor: &Actor, id: ResponsibilityId) -> Result<(), ArchitectureError> {
        let permission = self.guard.check(actor, WRITE, &self.whole()).await?;
        let mut read = self.store.read(actor).await?;
        let versions = store::of::<Responsibility>(read.connection(), &id.to_string(), None).await?;
        drop(read);
        let latest = versions.into_iter().next().filter(|one| one.content.until.is_none());
        let latest = latest.ok_or(ArchitectureError::NotFound)?;
        let content = Responsibility { until: Some(self.today()), ..latest.content };
        let entry = Draft::new("architecture.responsibility.ended", "responsibility", id);
        let number = latest.number + 1;
        let saved = Saved { id: &id.to_string(), number, content: &content, entry, permission: &permission };
        self.save(actor, saved).await
    }
}
