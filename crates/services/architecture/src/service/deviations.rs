//! Deviations: asking for one, deciding, extending, ending.

use jiff::civil::Date;
use varde_core::{Actor, FieldProblem};
use varde_ledger::Draft;
use varde_policy::Resource;

use super::{Architecture, Saved};
use crate::{
    ArchitectureError, Deviation, DeviationId, Owner, RequirementId, Standing, State, Step, Thing, ThingId, Version,
    model::deviation::check_step, store,
};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeviation {
    /// Why.
    pub reason: String,
    /// Who sees to it that it ends.
    pub owner: Owner,
    /// The last day that is wished for.
    pub expires: Date,
}

/// A deviation in a list.
#[derive(Debug, Clone)]
pub struct DeviationRow {
    /// What deviates.
    pub thing: Thing,
    /// The deviation.
    pub deviation: Version<Deviation>,
    /// How it stands on the day of the list.
    pub standing: Standing,
}

/// A deviation with everything about it.
#[derive(Debug, Clone)]
pub struct DeviationView {
    /// What deviates.
    pub thing: Thing,
    /// Its latest version.
    pub latest: Version<Deviation>,
    /// All its versions, the newest first.
    pub versions: Vec<Version<Deviation>>,
    /// How it stands today.
    pub standing: Standing,
    /// Whether the actor may decide it.
    pub may_decide: bool,
    /// Whether the actor may take it back or close it.
    pub may_end: bool,
}

impl Architecture {
    /// Asks for leave to not meet a requirement for a while. Action `architecture.deviation.ask`, entry
    /// `architecture.deviation.asked`.
    ///
    /// # Errors
    /// [`ArchitectureError::Invalid`], [`ArchitectureError::NothingLacks`], [`ArchitectureError::Already`],
    /// [`ArchitectureError::NotFound`]; refusals; neighbours; the database.
    pub async fn ask(
        &self,
        actor: &Actor,
        thing: &ThingId,
        requirement: &RequirementId,
        new: NewDeviation,
    ) -> Result<DeviationId, ArchitectureError> {
        let thing = self.thing(actor, thing, None).await?;
        let permission = self.guard.check(actor, "architecture.deviation.ask", &self.resource(&thing)).await?;
        self.may_deviate(actor, &thing.id, requirement).await?;
        let content = Deviation {
            thing: thing.id,
            requirement: requirement.clone(),
            reason: new.reason.trim().to_owned(),
            owner: new.owner,
            expires: new.expires,
            state: State::Asked,
            body: String::new(),
            said: String::new(),
            involved: actor.person().into_iter().collect(),
        };
        let mut wrong = content.check(self.today());
        if !self.is_address(&content.owner.email) {
            wrong.push(FieldProblem::new("email", "architecture-error-email"));
        }
        if !wrong.is_empty() {
            return Err(ArchitectureError::Invalid(wrong));
        }
        let id = DeviationId::new(&**self.store.clock(), self.store.randomness());
        let entry = Draft::new("architecture.deviation.asked", "deviation", id)
            .with("thing", content.thing.to_string())
            .with("requirement", requirement.as_str())
            .with("expires", content.expires.to_string());
        let saved = Saved { id: &id.to_string(), number: 1, content: &content, entry, permission: &permission };
        self.save(actor, saved).await?;
        Ok(id)
    }

    /// Whether the actor may ask for deviations of a thing: for pages that lead there. Action
    /// `architecture.deviation.ask`.
    ///
    /// # Errors
    /// [`ArchitectureError::NotFound`]; refusals; neighbours; the database.
    pub async fn may_ask(&self, actor: &Actor, thing: &ThingId) -> Result<(), ArchitectureError> {
        let thing = self.thing(actor, thing, None).await?;
        self.guard.check(actor, "architecture.deviation.ask", &self.resource(&thing)).await?;
        Ok(())
    }

    /// Takes a step with a deviation whose latest version is `seen`. Granting, refusing and extending is
    /// the governing body's (action `architecture.deviation.decide`); taking back and closing is of those
    /// who answer for the thing (`architecture.deviation.end`). Entry `architecture.deviation.changed`.
    ///
    /// # Errors
    /// [`ArchitectureError::NotNow`], [`ArchitectureError::Invalid`], [`ArchitectureError::Changed`],
    /// [`ArchitectureError::NotFound`]; refusals; neighbours; the database.
    pub async fn step(
        &self,
        actor: &Actor,
        id: DeviationId,
        seen: u32,
        step: &Step,
        body: &str,
        said: &str,
    ) -> Result<(), ArchitectureError> {
        let (thing, latest, _) = self.load(actor, id).await?;
        let action = if step.is_decision() { "architecture.deviation.decide" } else { "architecture.deviation.end" };
        let resource = self.deviation_resource(&thing, id, &latest.content);
        let permission = self.guard.check(actor, action, &resource).await?;
        let content = latest.content.after(step, body, said)?;
        let wrong = check_step(step, body, said, self.today());
        if !wrong.is_empty() {
            return Err(ArchitectureError::Invalid(wrong));
        }
        let entry = Draft::new("architecture.deviation.changed", "deviation", id)
            .with("step", step.name())
            .with("state", content.state.name())
            .with("expires", content.expires.to_string());
        let number = seen.saturating_add(1);
        let saved = Saved { id: &id.to_string(), number, content: &content, entry, permission: &permission };
        self.save(actor, saved).await
    }

    /// A deviation with everything about it. Action `architecture.thing.read`, of what deviates.
    ///
    /// # Errors
    /// [`ArchitectureError::NotFound`]; neighbours; the database.
    pub async fn deviation(&self, actor: &Actor, id: DeviationId) -> Result<DeviationView, ArchitectureError> {
        let (thing, latest, versions) = self.load(actor, id).await?;
        let resource = self.deviation_resource(&thing, id, &latest.content);
        let may = |action| self.guard.would_allow(actor, action, &resource);
        let (may_decide, may_end) = (may("architecture.deviation.decide"), may("architecture.deviation.end"));
        let standing = latest.content.standing(self.today());
        Ok(DeviationView { thing, latest, versions, standing, may_decide, may_end })
    }

    /// All deviations of what the actor may read about: those that have run out first, then those that
    /// wait, those that hold, and those that are over.
    ///
    /// # Errors
    /// Neighbours; the database.
    pub async fn deviations(&self, actor: &Actor) -> Result<Vec<DeviationRow>, ArchitectureError> {
        self.guard.check(actor, "architecture.state.read", &self.whole()).await?;
        let things = self.things(actor, None).await?;
        let mut read = self.store.read(actor).await?;
        let all = store::all::<Deviation>(read.connection(), None).await?;
        drop(read);
        let mut rows = self.rows(&things, &all, self.today());
        rows.sort_by_key(|row| (rank(row.standing), row.deviation.content.expires));
        Ok(rows)
    }

    /// Those of these things, with how they stand on that day.
    pub(super) fn rows(&self, things: &[Thing], all: &[Version<Deviation>], day: Date) -> Vec<DeviationRow> {
        let row = |one: &Version<Deviation>| {
            let thing = things.iter().find(|thing| thing.id == one.content.thing)?;
            Some(DeviationRow { thing: thing.clone(), standing: one.content.standing(day), deviation: one.clone() })
        };
        all.iter().filter_map(row).collect()
    }

    /// Whether the text can be mailed to. Where no mail leaves, something with an @ in it will do.
    fn is_address(&self, text: &str) -> bool {
        match &self.ports.letters {
            Some(letters) => letters.is_address(text),
            None => text.contains('@'),
        }
    }

    async fn load(
        &self,
        actor: &Actor,
        id: DeviationId,
    ) -> Result<(Thing, Version<Deviation>, Vec<Version<Deviation>>), ArchitectureError> {
        let mut read = self.store.read(actor).await?;
        let versions = store::of::<Deviation>(read.connection(), &id.to_string(), None).await?;
        drop(read);
        let latest = versions.first().cloned().ok_or(ArchitectureError::NotFound)?;
        let thing = self.thing(actor, &latest.content.thing, None).await?;
        Ok((thing, latest, versions))
    }

    fn deviation_resource(&self, thing: &Thing, id: DeviationId, deviation: &Deviation) -> Resource {
        Resource::new("ArchitectureDeviation")
            .id(id)
            .organisations("owners", thing.owner)
            .organisation("body", self.body)
            .persons("involved", deviation.involved.iter().copied())
    }
}

fn rank(standing: Standing) -> u8 {
    match standing {
        Standing::Overdue(_) => 0,
        Standing::Waits => 1,
        Standing::Holds(_) => 2,
        Standing::Over => 3,
    }
}
