//! The decision: a pure function from what was applied for and what was assessed to what is granted.

mod conditions;

use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use varde_core::{DecisionId, Period, PermitId, PersonId, id::CataloguePath};
use varde_permit::{
    AssessedAsLarge, Granularity, Handover, Measure, NeededVariable, Permit, PermittedVariable, RuleSet, Updates,
    design_flaws,
};

use self::conditions::{conditions, legal_bases};
use super::{Application, Assessment, CRITERIA, Finding, Kinds, OnLarge, Reach};

/// All, part or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything that was applied for.
    All,
    /// Some of it, or more coarsely.
    Part,
    /// Nothing.
    No,
}

impl Outcome {
    /// The name in forms, the database and locale keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Part => "part",
            Self::No => "no",
        }
    }

    /// The outcome of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::All, Self::Part, Self::No].into_iter().find(|o| o.name() == name)
    }
}

/// One variable as the handler would grant it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Which.
    pub variable: CataloguePath,
    /// How finely; may be coarser than what was applied for.
    pub granularity: Granularity,
    /// What may be made of its rows; the rows themselves when nothing is said.
    #[serde(default, skip_serializing_if = "Measure::is_rows")]
    pub measure: Measure,
}

impl Grant {
    fn permitted(&self) -> PermittedVariable {
        let Self { variable, granularity, measure } = self.clone();
        PermittedVariable { variable, granularity, measure }
    }
}

/// What the handler proposes to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// All, part or no.
    pub outcome: Outcome,
    /// The reasons, as the applicant will read them.
    pub reasons: String,
    /// The variables granted when the outcome is part; ignored otherwise.
    pub grants: Vec<Grant>,
    /// The smallest group allowed, at least 2.
    pub minimum_group: u32,
    /// Under which law.
    pub rule_set: RuleSet,
    /// The updates granted when the outcome is part, no more than was applied for; ignored otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updates: Option<Updates>,
    /// What is stated of very many people; needed when the application is about so many, ignored otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub large: Option<OnLarge>,
}

/// The decision as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// All, part or no.
    pub outcome: Outcome,
    /// The reasons.
    pub reasons: String,
    /// What is granted; empty when nothing is.
    pub variables: Vec<PermittedVariable>,
    /// The smallest group allowed.
    pub minimum_group: u32,
    /// Under which law.
    pub rule_set: RuleSet,
    /// Who decided.
    pub decided_by: PersonId,
    /// When; the time as at which preferences count.
    pub decided_at: Timestamp,
    /// How long the permit lasts.
    pub valid: Option<Period>,
    /// Which updates the project may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updates: Option<Updates>,
    /// That it is about very many people, and what was assessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub large: Option<AssessedAsLarge>,
}

/// Why a decision cannot be made like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecisionRefused {
    /// Criteria lack an assessment.
    #[error("these criteria are not assessed yet: {}", .0.join(", "))]
    NotAssessed(Vec<&'static str>),
    /// A decisive criterion is not met, so nothing can be granted.
    #[error("{0} is not met: the application can only be refused")]
    MustRefuse(&'static str),
    /// Everything was proposed though a criterion is met only in part.
    #[error("{0} is met in part: grant part of it, or refuse")]
    MustCut(&'static str),
    /// No reasons were given (forvaltningsloven § 24).
    #[error("the decision needs reasons")]
    NoReasons,
    /// Part was proposed but nothing was granted, or nothing was taken away.
    #[error("a partial decision grants at least one variable and takes something away")]
    NotAPart,
    /// A variable was granted that nobody applied for, or more finely than applied for.
    #[error("{0} was not applied for like that")]
    BeyondApplication(CataloguePath),
    /// A variable would be granted in a way in which its values cannot be delivered, or the catalogue
    /// does not have it any more: nothing could be made of the permit.
    #[error("{0} cannot be delivered like that")]
    CannotDeliver(CataloguePath),
    /// A variable was granted twice.
    #[error("{0} is granted twice")]
    Twice(CataloguePath),
    /// What is granted does not hang together: a window without an index date, rows of a dataset with
    /// different windows.
    #[error("what is granted does not hang together with how the study is designed")]
    Design,
    /// Updates would be granted that nobody applied for.
    #[error("updates were not applied for like that: grant no more often and no longer")]
    BeyondUpdates,
    /// It is about very many people, and nothing was stated of it (Prop. 152 L (2024–2025) chapter 4).
    #[error(
        "the application is about {people} people: state the assessment and the background check of those who get \
         the data"
    )]
    NotAssessedAsLarge {
        /// About how many.
        people: u64,
    },
    /// The smallest group is too small to protect anybody.
    #[error("the smallest group must be at least 2")]
    GroupTooSmall,
    /// Whoever applied, or is to work with the data, cannot decide (forvaltningsloven § 6).
    #[error("you take part in this project and cannot decide on it")]
    Partial,
}

/// What is known when it is decided.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What was found for each criterion.
    pub assessments: &'a [Assessment],
    /// What values the variables have, as the catalogue describes them now.
    pub kinds: &'a Kinds,
    /// How many people it would reach; nothing when there is no release to count in, so that nothing could be
    /// extracted either. The size is then looked at when an extract is made.
    pub reach: Option<Reach>,
}

/// Decides. The order of the checks is the order in which a handler mends them.
pub fn decide(
    application: &Application,
    Known { assessments, kinds, reach }: Known<'_>,
    proposal: &Proposal,
    decider: PersonId,
    id: DecisionId,
    at: Timestamp,
) -> Result<Decision, DecisionRefused> {
    if application.applicant == decider || application.content.persons.contains(&decider) {
        return Err(DecisionRefused::Partial);
    }
    check_assessments(assessments, proposal.outcome)?;
    if proposal.reasons.trim().is_empty() {
        return Err(DecisionRefused::NoReasons);
    }
    if proposal.minimum_group < 2 {
        return Err(DecisionRefused::GroupTooSmall);
    }
    let variables = granted(application, proposal)?;
    deliverable(&variables, kinds)?;
    let need = &application.content.need;
    if !variables.is_empty() && !design_flaws(&need.cohort, &need.design, &variables).is_empty() {
        return Err(DecisionRefused::Design);
    }
    let large = match reach.filter(|reach| reach.is_large() && !variables.is_empty()) {
        None => None,
        Some(reach) => {
            let stated = proposal.large.as_ref().and_then(|stated| stated.assessed(reach));
            Some(stated.ok_or(DecisionRefused::NotAssessedAsLarge { people: reach.people })?)
        }
    };
    let valid = (!variables.is_empty()).then(|| validity(at, application.content.months));
    Ok(Decision {
        id,
        outcome: proposal.outcome,
        reasons: proposal.reasons.trim().to_owned(),
        variables,
        minimum_group: proposal.minimum_group,
        rule_set: proposal.rule_set,
        decided_by: decider,
        decided_at: at,
        valid,
        updates: granted_updates(application, proposal),
        large,
    })
}

fn check_assessments(assessments: &[Assessment], outcome: Outcome) -> Result<(), DecisionRefused> {
    let finding = |key: &str| assessments.iter().find(|a| a.criterion == key).map(|a| a.finding);
    let open: Vec<_> = CRITERIA.iter().filter(|c| finding(c.key).is_none()).map(|c| c.key).collect();
    if !open.is_empty() {
        return Err(DecisionRefused::NotAssessed(open));
    }
    if outcome == Outcome::No {
        return Ok(());
    }
    for criterion in CRITERIA {
        match finding(criterion.key) {
            Some(Finding::NotMet) if criterion.decisive => return Err(DecisionRefused::MustRefuse(criterion.key)),
            Some(Finding::NotMet | Finding::Partly) if outcome == Outcome::All => {
                return Err(DecisionRefused::MustCut(criterion.key));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether an extract can be made of what is granted: found here and not after the decision.
fn deliverable(variables: &[PermittedVariable], kinds: &Kinds) -> Result<(), DecisionRefused> {
    for (place, granted) in variables.iter().enumerate() {
        let same =
            |earlier: &PermittedVariable| earlier.variable == granted.variable && earlier.column() == granted.column();
        if variables[..place].iter().any(same) {
            return Err(DecisionRefused::Twice(granted.variable.clone()));
        }
        if !kinds.get(&granted.variable).is_some_and(|kind| granted.fits(*kind)) {
            return Err(DecisionRefused::CannotDeliver(granted.variable.clone()));
        }
    }
    Ok(())
}

fn granted(application: &Application, proposal: &Proposal) -> Result<Vec<PermittedVariable>, DecisionRefused> {
    let needed = &application.content.need.variables;
    match proposal.outcome {
        Outcome::No => Ok(Vec::new()),
        Outcome::All => Ok(needed.iter().map(NeededVariable::asked).collect()),
        Outcome::Part => {
            let mut variables = Vec::new();
            for grant in &proposal.grants {
                let granted = grant.permitted();
                if !needed.iter().any(|n| granted.within(&n.asked())) {
                    return Err(DecisionRefused::BeyondApplication(grant.variable.clone()));
                }
                variables.push(granted);
            }
            let asked = application.content.need.handover.updates;
            if proposal.updates.is_some_and(|given| !asked.is_some_and(|asked| given.within(&asked))) {
                return Err(DecisionRefused::BeyondUpdates);
            }
            let whole = variables.len() == needed.len()
                && needed.iter().all(|n| variables.contains(&n.asked()))
                && proposal.updates == asked;
            if variables.is_empty() || whole { Err(DecisionRefused::NotAPart) } else { Ok(variables) }
        }
    }
}

fn granted_updates(application: &Application, proposal: &Proposal) -> Option<Updates> {
    match proposal.outcome {
        Outcome::No => None,
        Outcome::All => application.content.need.handover.updates,
        Outcome::Part => proposal.updates,
    }
}

fn validity(at: Timestamp, months: u32) -> Period {
    let from = at.to_zoned(varde_core::clock::norway()).date();
    let until = from.saturating_add(i64::from(months).months()).yesterday().unwrap_or(from);
    Period { from, until: Some(until) }
}

impl Decision {
    /// The permit that follows from the decision, `None` when nothing was granted.
    pub fn permit(&self, application: &Application, id: PermitId) -> Option<Permit> {
        let content = &application.content;
        Some(Permit {
            id,
            version: 1,
            predecessor: None,
            application: application.id,
            decision: self.id,
            title: content.title.clone(),
            decided_at: self.decided_at,
            valid: self.valid?,
            access_body: application.access_body,
            holder: application.organisation,
            persons: leader_first(application),
            purpose: content.purpose,
            legal_bases: legal_bases(content.legal_bases.clone(), self.rule_set),
            rule_set: self.rule_set,
            cohort: content.need.cohort.clone(),
            variables: self.variables.clone(),
            period: content.need.period,
            minimum_group: self.minimum_group,
            conditions: conditions(self.large.is_some()),
            design: content.need.design.clone(),
            handover: Handover { updates: self.updates, ..content.need.handover.clone() },
            large: self.large.clone(),
        })
    }
}

/// The persons of the project, whoever applied first: they lead it and answer for it.
fn leader_first(application: &Application) -> Vec<PersonId> {
    let others = application.content.persons.iter().filter(|person| **person != application.applicant);
    [application.applicant].into_iter().chain(others.copied()).collect()
}

impl DecisionRefused {
    /// The key of the message shown beside the form.
    pub const fn message(&self) -> &'static str {
        match self {
            Self::NotAssessed(_) => "access-refused-not-assessed",
            Self::MustRefuse(_) => "access-refused-must-refuse",
            Self::MustCut(_) => "access-refused-must-cut",
            Self::NoReasons => "access-refused-no-reasons",
            Self::NotAPart => "access-refused-not-a-part",
            Self::BeyondApplication(_) => "access-refused-beyond",
            Self::CannotDeliver(_) => "access-refused-cannot-deliver",
            Self::Twice(_) => "access-refused-twice",
            Self::Design => "access-refused-design",
            Self::BeyondUpdates => "access-refused-updates",
            Self::NotAssessedAsLarge { .. } => "access-refused-large",
            Self::GroupTooSmall => "access-refused-group",
            Self::Partial => "access-refused-partial",
        }
    }

    /// The form field it is about.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::NotAssessed(_) => "assessments",
            Self::MustRefuse(_) | Self::MustCut(_) | Self::Partial => "outcome",
            Self::NoReasons => "reasons",
            Self::NotAPart | Self::Design | Self::BeyondApplication(_) | Self::CannotDeliver(_) | Self::Twice(_) => {
                "grants"
            }
            Self::BeyondUpdates => "updates",
            Self::NotAssessedAsLarge { .. } => "large_assessment",
            Self::GroupTooSmall => "minimum_group",
        }
    }
}

#[cfg(test)]
mod tests;
