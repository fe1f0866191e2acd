//! Standards and their life.

use varde_core::{Actor, FieldProblem};
use varde_ledger::Draft;

use super::{Architecture, Saved};
use crate::{
    ArchitectureError, Move, Standard, StandardId, Version,
    model::text::{self, LONG},
    store,
};

const WRITE: &str = "architecture.standard.write";

impl Architecture {
    /// The standards, those that have ended last, by name. Open to everybody.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn standards(&self, actor: &Actor) -> Result<Vec<Version<Standard>>, ArchitectureError> {
        self.guard.check(actor, "architecture.state.read", &self.whole()).await?;
        let mut read = self.store.read(actor).await?;
        let mut all = store::all::<Standard>(read.connection(), None).await?;
        all.sort_by_cached_key(|one| (one.content.ended, one.content.name.to_lowercase()));
        Ok(all)
    }

    /// The versions of a standard, the newest first; there is one. Open to everybody.
    ///
    /// # Errors
    /// [`ArchitectureError::NotFound`]; the database.
    pub async fn standard(&self, actor: &Actor, id: StandardId) -> Result<Vec<Version<Standard>>, ArchitectureError> {
        self.guard.check(actor, "architecture.state.read", &self.whole()).await?;
        let mut read = self.store.read(actor).await?;
        let versions = store::of::<Standard>(read.connection(), &id.to_string(), None).await?;
        if versions.is_empty() { Err(ArchitectureError::NotFound) } else { Ok(versions) }
    }

    /// Registers a standard. Action `architecture.standard.write`, entry
    /// `architecture.standard.registered`.
    ///
    /// # Errors
    /// [`ArchitectureError::Invalid`]; refusals; the database.
    pub async fn add_standard(&self, actor: &Actor, standard: &Standard) -> Result<StandardId, ArchitectureError> {
        let permission = self.guard.check(actor, WRITE, &self.whole()).await?;
        let wrong = standard.check();
        if !wrong.is_empty() {
            return Err(ArchitectureError::Invalid(wrong));
        }
        let id = StandardId::new(&**self.store.clock(), self.store.randomness());
        let entry = Draft::new("architecture.standard.registered", "standard", id)
            .with("level", standard.level.name())
            .with("phase", standard.phase.name());
        let saved = Saved { id: &id.to_string(), number: 1, content: standard, entry, permission: &permission };
        self.save(actor, saved).await?;
        Ok(id)
    }

    /// Moves a standard whose latest version is `seen`, with the decision in words. Action
    /// `architecture.standard.write`, entry `architecture.standard.moved`.
    ///
    /// # Errors
    /// [`ArchitectureError::Immovable`], [`ArchitectureError::Invalid`], [`ArchitectureError::Changed`],
    /// [`ArchitectureError::NotFound`]; refusals; the database.
    pub async fn move_standard(
        &self,
        actor: &Actor,
        id: StandardId,
        seen: u32,
        change: Move,
        said: &str,
    ) -> Result<(), ArchitectureError> {
        let permission = self.guard.check(actor, WRITE, &self.whole()).await?;
        let latest = self.standard(actor, id).await?.into_iter().next().ok_or(ArchitectureError::NotFound)?;
        let wrong: Vec<FieldProblem> = text::check("said", said, LONG).into_iter().collect();
        if !wrong.is_empty() {
            return Err(ArchitectureError::Invalid(wrong));
        }
        let content = latest.content.after(change, said)?;
        let entry = Draft::new("architecture.standard.moved", "standard", id)
            .with("level", content.level.name())
            .with("phase", content.phase.name())
            .with("ended", content.ended);
        let number = seen.saturating_add(1);
        let saved = Saved { id: &id.to_string(), number, content: &content, entry, permission: &permission };
        self.save(actor, saved).await
    }

    /// Refuses whoever does not look after standards and responsibilities: for pages that lead there.
    ///
    /// # Errors
    /// Refusals.
    pub async fn check_governs(&self, actor: &Actor) -> Result<(), ArchitectureError> {
        self.guard.check(actor, WRITE, &self.whole()).await?;
        Ok(())
    }

    /// Whether the actor looks after standards and responsibilities.
    pub fn governs(&self, actor: &Actor) -> bool {
        self.guard.would_allow(actor, WRITE, &self.whole())
    }
}
