//! Points: what counts, of what could be had.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use varde_core::Digest;

use super::{Access, Finding, Model, Outcome, Outline, finding::named};

/// Half points had, and half points that could be had: what is met in part counts half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Points {
    /// Half points that are had.
    pub halves: u32,
    /// Points that could be had: of what is met, in part or not. What is rightly restricted, not relevant or
    /// not judged is in neither number.
    pub possible: u32,
    /// All points of the model.
    pub all: u32,
}

impl Points {
    /// The share of what could be had in per cent, rounded down; `None` when nothing could.
    pub fn percent(self) -> Option<u8> {
        let share = (u64::from(self.halves) * 50).checked_div(u64::from(self.possible))?;
        u8::try_from(share).ok()
    }

    /// The points that are had, as people write them: `12`, `12.5`.
    pub fn had(self) -> String {
        let half = if self.halves % 2 == 1 { ".5" } else { "" };
        format!("{}{half}", self.halves / 2)
    }

    fn add(&mut self, outcome: Outcome, weight: u32) {
        self.all += weight;
        if outcome.counts() {
            self.possible += weight;
        }
        self.halves += match outcome {
            Outcome::Met => 2 * weight,
            Outcome::Partly => weight,
            _ => 0,
        };
    }
}

named! {
    /// The class of a share of points, by the bounds of data.europa.eu: 351, 221 and 121 of 405 points.
    Class {
        /// At least 351/405.
        Excellent "excellent",
        /// At least 221/405.
        Good "good",
        /// At least 121/405.
        Sufficient "sufficient",
        /// Less.
        Bad "bad",
    }
}

impl Class {
    /// The class of points; `None` when none could be had.
    pub fn of(points: Points) -> Option<Self> {
        if points.possible == 0 {
            return None;
        }
        // halves / (2 · possible) against n / 405, without fractions.
        let reaches = |bound: u64| u64::from(points.halves) * 405 >= bound * 2 * u64::from(points.possible);
        Some(match () {
            () if reaches(351) => Self::Excellent,
            () if reaches(221) => Self::Good,
            () if reaches(121) => Self::Sufficient,
            () => Self::Bad,
        })
    }
}

/// What a model found of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Which model.
    pub model: Model,
    /// The edition of the source.
    pub edition: i32,
    /// The access class that decided what was asked.
    pub access: String,
    /// The model's weights and rules.
    pub weights: Digest,
    /// The facts.
    pub facts: Digest,
    /// Points in all.
    pub points: Points,
    /// Points by dimension; by obligation where the model has those.
    pub dimensions: BTreeMap<String, Points>,
    /// The findings, in the model's order.
    pub findings: Vec<Finding>,
}

impl Score {
    /// Adds up findings.
    pub fn of(outline: &Outline, facts: &super::Facts, findings: Vec<Finding>) -> Self {
        let mut points = Points::default();
        let mut dimensions: BTreeMap<String, Points> = BTreeMap::new();
        for ((dimension, indicator), finding) in outline.indicators().zip(&findings) {
            let weight = indicator.weight(facts.access);
            let group = indicator.obligation(facts.access).map_or(dimension.id.as_str(), |one| one.name());
            points.add(finding.outcome, weight);
            dimensions.entry(group.to_owned()).or_default().add(finding.outcome, weight);
        }
        Self {
            model: outline.model,
            edition: facts.edition,
            access: facts.access.name().to_owned(),
            weights: outline.digest,
            facts: facts.digest(),
            points,
            dimensions,
            findings,
        }
    }

    /// The access class.
    pub fn access(&self) -> Access {
        Access::ALL.into_iter().find(|access| access.name() == self.access).unwrap_or(Access::NonPublic)
    }

    /// How many indicators came to each outcome.
    pub fn counts(&self) -> BTreeMap<Outcome, u32> {
        let mut counts = BTreeMap::new();
        for finding in &self.findings {
            *counts.entry(finding.outcome).or_default() += 1;
        }
        counts
    }

    /// The finding of an indicator.
    pub fn finding(&self, indicator: &str) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.indicator == indicator)
    }

    /// Whether it says the same as another: everything but the digest of facts that changed nothing.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let plain = |one: &Self| Self { facts: Digest::of(b""), ..one.clone() };
        plain(self) == plain(other)
    }
}
