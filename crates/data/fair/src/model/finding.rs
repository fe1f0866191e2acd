//! What is found of one indicator, what shows it, and what to do.

use serde::{Deserialize, Serialize};

use super::{Facts, Field, judgement::Statement};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        pub enum $name { $($(#[$of])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in texts, forms and files.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}
pub(crate) use named;

named! {
    /// Whether an indicator is met.
    Outcome {
        /// It is.
        Met "met",
        /// In part.
        Partly "partly",
        /// It is not.
        NotMet "not_met",
        /// It would take data that are open to everybody, and the law says that these are not. Never a failure.
        RightlyRestricted "rightly_restricted",
        /// It does not concern this source.
        NotRelevant "not_relevant",
        /// It cannot be computed: a person must say. Neither met nor failed.
        NotJudged "not_judged",
    }
}

impl Outcome {
    /// Whether it counts in a score.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Met | Self::Partly | Self::NotMet)
    }

    /// Whether something can be done better.
    pub const fn lacks(self) -> bool {
        matches!(self, Self::Partly | Self::NotMet)
    }
}

/// What shows an outcome: a field with a value, empty when the field is not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The field.
    pub field: Field,
    /// Its value; empty when it is not told.
    pub value: String,
}

named! {
    /// What to do about an indicator.
    How {
        /// Fill in a field of the description.
        Fill "fill",
        /// Say which law the source is kept under.
        Law "law",
        /// Take data into the data platform.
        Release "release",
        /// Describe the variables.
        Dictionary "dictionary",
        /// Take codes from shared code systems.
        Codes "codes",
        /// Put right what the check against DCAT-AP-NO found.
        National "national",
        /// Put right what the check against HealthDCAT-AP found.
        Health "health",
        /// Make the data downloadable.
        Download "download",
        /// Give a standard licence.
        License "license",
        /// A person must judge.
        Judge "judge",
    }
}

/// What to do to improve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Improve {
    /// What.
    pub how: How,
    /// Which field, when it is one that lacks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
}

/// What is found of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The indicator's name in its model.
    pub indicator: String,
    /// Whether it is met.
    pub outcome: Outcome,
    /// What was computed, when a person has said otherwise since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computed: Option<Outcome>,
    /// What shows it.
    pub evidence: Vec<Evidence>,
    /// What to do, when anything can be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub improve: Option<Improve>,
    /// What a person said, when somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Statement>,
}

/// What a rule finds: a finding without its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    outcome: Outcome,
    evidence: Vec<Evidence>,
    improve: Option<Improve>,
}

impl Found {
    pub(crate) fn new(outcome: Outcome, evidence: Vec<Evidence>) -> Self {
        Self { outcome, evidence, improve: None }
    }

    /// Met with that evidence.
    pub(crate) fn met(evidence: Vec<Evidence>) -> Self {
        Self::new(Outcome::Met, evidence)
    }

    /// Only a person can say.
    pub(crate) fn person(evidence: Vec<Evidence>) -> Self {
        Self::new(Outcome::NotJudged, evidence).how(How::Judge)
    }

    /// With what to do.
    pub(crate) fn how(mut self, how: How) -> Self {
        self.improve = Some(Improve { how, field: None });
        self
    }

    /// With a field to fill in.
    pub(crate) fn fill(mut self, field: Field) -> Self {
        self.improve = Some(Improve { how: How::Fill, field: Some(field) });
        self
    }

    pub(crate) fn named(self, indicator: &str) -> Finding {
        // What is met, or rightly not there, needs nothing done.
        let acts = self.outcome.lacks() || self.outcome == Outcome::NotJudged;
        Finding {
            indicator: indicator.to_owned(),
            outcome: self.outcome,
            computed: None,
            evidence: self.evidence,
            improve: self.improve.filter(|_| acts),
            statement: None,
        }
    }
}

/// Met when the field is told.
pub(crate) fn told(facts: &Facts, field: Field) -> Found {
    let outcome = if facts.has(field) { Outcome::Met } else { Outcome::NotMet };
    Found::new(outcome, facts.evidence(field)).fill(field)
}

/// Met when all fields are told, in part when at least so many are.
pub(crate) fn many(facts: &Facts, fields: &[Field], all: usize, part: usize) -> Found {
    let told = fields.iter().filter(|field| facts.has(**field)).count();
    let outcome = match told {
        n if n >= all => Outcome::Met,
        n if n >= part => Outcome::Partly,
        _ => Outcome::NotMet,
    };
    let found = Found::new(outcome, facts.evidence_of(fields));
    match fields.iter().find(|field| !facts.has(**field)) {
        Some(lacks) => found.fill(*lacks),
        None => found,
    }
}

/// What only open data can have: met when it is there; rightly restricted when the law says that the data
/// are not open; a person must say when they are not open and no law is told; otherwise it lacks.
pub(crate) fn open(facts: &Facts, met: Option<Vec<Evidence>>, lacks: Field, how: How) -> Found {
    if let Some(evidence) = met {
        return Found::met(evidence);
    }
    if let Some(law) = facts.restriction() {
        return Found::new(Outcome::RightlyRestricted, law);
    }
    if facts.access != super::Access::Public {
        return Found::person(facts.evidence_of(&[Field::AccessRights, Field::Law])).how(How::Law);
    }
    Found::new(Outcome::NotMet, facts.evidence(lacks)).how(how)
}

/// Met when a release on the data platform shows it; otherwise a person must say.
pub(crate) fn released(facts: &Facts, also: &[Field]) -> Found {
    if facts.has(Field::Release) && also.iter().all(|field| facts.has(*field)) {
        let mut evidence = facts.evidence(Field::Release);
        evidence.extend(facts.evidence_of(also));
        return Found::met(evidence);
    }
    Found::person(facts.evidence(Field::Release)).how(How::Release)
}

/// Met when a profile has no violation, in part when it has some; a person must say when it was not
/// checked.
pub(crate) fn profile(violations: Option<u32>, field: Field, how: How) -> Found {
    let Some(violations) = violations else { return Found::person(Vec::new()) };
    let outcome = if violations == 0 { Outcome::Met } else { Outcome::Partly };
    Found::new(outcome, vec![Evidence { field, value: violations.to_string() }]).how(how)
}

/// Met when nine of ten have it, in part when half have.
pub(crate) fn share(share: super::Share, field: Field, how: How) -> Found {
    let outcome = match share.percent().unwrap_or_default() {
        90.. => Outcome::Met,
        50.. => Outcome::Partly,
        _ => Outcome::NotMet,
    };
    let value = format!("{}/{}", share.some, share.all);
    Found::new(outcome, vec![Evidence { field, value }]).how(how)
}
