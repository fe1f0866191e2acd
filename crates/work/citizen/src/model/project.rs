//! A person's part in a project, and what saying no means for it.

use jiff::Timestamp;
use serde::Serialize;
use varde_permit::RuleSet;
use varde_privacy::{Effect, effect};

/// What became of a person in an extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Data about them is in it.
    Included,
    /// Left out: had opted out.
    OptedOut,
    /// Left out: had withdrawn the consent.
    ConsentWithdrawn,
    /// Left out: has a confidential address.
    ConfidentialAddress,
    /// Left out: would have stood out.
    SmallGroup,
}

impl Part {
    /// All, in the order of the texts.
    pub const ALL: [Self; 5] =
        [Self::Included, Self::OptedOut, Self::ConsentWithdrawn, Self::ConfidentialAddress, Self::SmallGroup];

    /// The platform's word for it; after `citizen-part-`, the key of its text.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Included => "included",
            Self::OptedOut => "opted_out",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::ConfidentialAddress => "confidential_address",
            Self::SmallGroup => "small_group",
        }
    }

    /// The part of that word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == name)
    }
}

/// What saying no means for a project whose extract is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// Nothing to leave out: the person is not in it.
    NotInIt,
    /// The extract stays as it is; every extract made later, also under this permit, is without
    /// them.
    LaterExtracts,
    /// The permit was approved before: the project goes on with the data until the permit ends;
    /// permits approved later are without them (EHDS art. 71(1)).
    LaterPermits,
    /// The permit has ended: nothing more is made of it.
    Over,
}

impl Meaning {
    /// After `citizen-meaning-`, the key of its text.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotInIt => "not_in_it",
            Self::LaterExtracts => "later_extracts",
            Self::LaterPermits => "later_permits",
            Self::Over => "over",
        }
    }
}

/// What it means for a project under a permit decided at `decided` that the person says no from
/// `opted_out`; `runs` says whether data may still be processed under the permit.
///
/// An extract that is made already cannot be taken back by either law; they differ in what the
/// next one under the same permit would hold, which [`effect`] knows.
pub fn meaning(part: Part, runs: bool, rule_set: RuleSet, opted_out: Timestamp, decided: Timestamp) -> Meaning {
    if part != Part::Included {
        return Meaning::NotInIt;
    }
    if !runs {
        return Meaning::Over;
    }
    match effect(rule_set, opted_out, decided, opted_out) {
        Effect::LeavesOut => Meaning::LaterExtracts,
        Effect::LaterPermitsOnly => Meaning::LaterPermits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_laws_and_the_parts() {
        let time = |second| Timestamp::from_second(second).unwrap();
        let after = |part, runs, rules| meaning(part, runs, rules, time(200), time(100));
        assert_eq!(after(Part::Included, true, RuleSet::Norway), Meaning::LaterExtracts);
        assert_eq!(after(Part::Included, true, RuleSet::Ehds), Meaning::LaterPermits);
        assert_eq!(after(Part::Included, false, RuleSet::Norway), Meaning::Over);
        for part in Part::ALL.into_iter().filter(|p| *p != Part::Included) {
            assert_eq!(after(part, true, RuleSet::Ehds), Meaning::NotInIt, "{part:?}");
            assert_eq!(Part::from_name(part.name()), Some(part));
        }
        assert_eq!(Part::from_name("lost"), None);
    }
}
