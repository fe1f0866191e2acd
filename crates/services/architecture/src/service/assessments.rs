//! Assessing a thing against a requirement.

use jiff::civil::Date;
use varde_core::Actor;
use varde_ledger::Draft;

use super::{Architecture, Saved, end_of};
use crate::{
    Answer, ArchitectureError, Assessment, Deviation, Framework, Principle, Requirement, RequirementId, Standing,
    State, Thing, ThingId, Version, store,
};

/// What somebody says of a thing and a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssessment {
    /// The answer.
    pub answer: Answer,
    /// Why.
    pub reason: String,
    /// What shows it.
    pub evidence: Vec<String>,
    /// The number of the version that they have seen; 0 when there was none.
    pub seen: u32,
}

/// A requirement of a thing, with all that was said of it.
#[derive(Debug, Clone)]
pub struct RequirementView<'a> {
    /// The thing.
    pub thing: Thing,
    /// What the requirement belongs to.
    pub framework: &'a Framework,
    /// The same.
    pub principle: &'a Principle,
    /// The requirement.
    pub requirement: &'a Requirement,
    /// As at which day.
    pub day: Date,
    /// The assessments, the newest first.
    pub assessments: Vec<Version<Assessment>>,
    /// The deviations, the newest first.
    pub deviations: Vec<Version<Deviation>>,
    /// Whether the actor may assess it.
    pub may_assess: bool,
}

impl RequirementView<'_> {
    /// The number of the latest assessment; 0 when there is none.
    pub fn seen(&self) -> u32 {
        self.assessments.first().map_or(0, |one| one.number)
    }

    /// Whether a deviation can be asked for: something lacks, and none waits or holds.
    pub fn can_deviate(&self) -> bool {
        let lacks = self.assessments.first().is_some_and(|one| one.content.answer.lacks());
        lacks && self.deviations.iter().all(|one| one.content.standing(self.day) == Standing::Over)
    }
}

impl Architecture {
    /// A requirement of a thing, with what was said of it until the end of that day, or now. Action
    /// `architecture.thing.read`.
    ///
    /// # Errors
    /// [`ArchitectureError::NotFound`]; neighbours; the database.
    pub async fn requirement(
        &self,
        actor: &Actor,
        thing: &ThingId,
        requirement: &RequirementId,
        day: Option<Date>,
    ) -> Result<RequirementView<'_>, ArchitectureError> {
        let found = self.frameworks.requirement(requirement).ok_or(ArchitectureError::NotFound)?;
        let (framework, principle, requirement) = found;
        let thing = self.thing(actor, thing, day).await?;
        let before = day.map(end_of);
        let mut read = self.store.read(actor).await?;
        let key = Assessment::key(&thing.id, &requirement.id);
        let assessments = store::of::<Assessment>(read.connection(), &key, before).await?;
        let mut deviations = store::all::<Deviation>(read.connection(), before).await?;
        drop(read);
        deviations.retain(|one| one.content.thing == thing.id && one.content.requirement == requirement.id);
        deviations.sort_by(|a, b| b.id.cmp(&a.id));
        let may_assess = self.guard.would_allow(actor, "architecture.assessment.write", &self.resource(&thing));
        let day = day.unwrap_or_else(|| self.today());
        Ok(RequirementView { thing, framework, principle, requirement, day, assessments, deviations, may_assess })
    }

    /// Says whether a thing meets a requirement, by the version of it that holds today. What was said
    /// before stays. Action `architecture.assessment.write`, entry `architecture.assessment.made`.
    ///
    /// # Errors
    /// [`ArchitectureError::Invalid`], [`ArchitectureError::Changed`], [`ArchitectureError::NotFound`];
    /// refusals; neighbours; the database.
    pub async fn assess(
        &self,
        actor: &Actor,
        thing: &ThingId,
        requirement: &RequirementId,
        new: NewAssessment,
    ) -> Result<(), ArchitectureError> {
        const ACTION: &str = "architecture.assessment.write";
        let (_, _, known) = self.frameworks.requirement(requirement).ok_or(ArchitectureError::NotFound)?;
        let version = known.on(self.today()).ok_or(ArchitectureError::NotFound)?;
        let thing = self.thing(actor, thing, None).await?;
        let permission = self.guard.check(actor, ACTION, &self.resource(&thing)).await?;
        let content = Assessment {
            thing: thing.id,
            requirement: requirement.clone(),
            requirement_version: version.number,
            answer: new.answer,
            reason: new.reason.trim().to_owned(),
            evidence: new.evidence,
        };
        let wrong = content.check();
        if !wrong.is_empty() {
            return Err(ArchitectureError::Invalid(wrong));
        }
        let id = Assessment::key(&content.thing, requirement);
        let entry = Draft::new("architecture.assessment.made", "assessment", &id)
            .with("answer", content.answer.name())
            .with("requirement_version", content.requirement_version);
        let number = new.seen.saturating_add(1);
        self.save(actor, Saved { id: &id, number, content: &content, entry, permission: &permission }).await
    }

    /// Whether the latest assessment of it says that something lacks, and no deviation waits or holds.
    pub(super) async fn may_deviate(
        &self,
        actor: &Actor,
        thing: &ThingId,
        requirement: &RequirementId,
    ) -> Result<(), ArchitectureError> {
        let view = self.requirement(actor, thing, requirement, None).await?;
        if view.can_deviate() {
            return Ok(());
        }
        let goes_on = |one: &Version<Deviation>| matches!(one.content.state, State::Asked | State::Granted);
        let already = view.deviations.iter().any(goes_on);
        Err(if already { ArchitectureError::Already } else { ArchitectureError::NothingLacks })
    }
}
