//! How a study is designed: the day that each person's time is counted from, who they are compared
//! with, and which of their family belong to it. Most needs have none of it: then a design is empty
//! and is not written down, so that documents from before it existed keep their digests.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::{Period, id::CataloguePath};

use super::Granularity;

/// Codes that are looked for in a variable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    /// The variable that holds the code, such as `npr/contact/main_condition`.
    pub variable: CataloguePath,
    /// What the code begins with, such as `I50`; at least one that is not empty.
    pub prefixes: Vec<String>,
}

/// Events: rows with such a code, so many of them, so far apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// Which rows.
    pub codes: Codes,
    /// When they happened; the need's own period when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Period>,
    /// How many a person must have.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub at_least: u32,
    /// How many days must lie from one that counts to the next that counts; with 0 every row counts.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub days_between: u32,
}

impl Events {
    /// At least one row with such a code in the need's period.
    pub fn once(codes: Codes) -> Self {
        Self { codes, within: None, at_least: 1, days_between: 0 }
    }
}

/// Which of a person's events gives the index date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The first that counts.
    First,
    /// The last that counts.
    Last,
    /// The one with which the person has as many as are needed: who needs two has their index date on
    /// the second, so that no time before they were known to be a case is counted.
    Reached,
}

/// The day that a person's time is counted from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Index {
    /// The same day for everybody.
    Day(Date),
    /// The day of one of the person's own events. Who has not had them is not in the cohort.
    Event {
        /// Which events.
        events: Events,
        /// Which of them.
        which: Which,
    },
}

/// The sex that the population register has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Woman.
    Female,
    /// Man.
    Male,
}

/// What base data says of a person on their index date.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Attribute {
    /// Was of this age in whole years, both ends included.
    Age {
        /// The youngest.
        from: u32,
        /// The oldest.
        until: u32,
    },
    /// Is of this sex.
    Sex(Sex),
    /// Lived in one of these municipalities (four digits) or counties (two digits).
    Resident {
        /// Codes; at least one.
        areas: Vec<String>,
    },
    /// Was born, and had not died.
    Alive,
}

/// How near a control must live to its case on the index date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// In the same county.
    County,
    /// In the same municipality.
    Municipality,
}

/// Controls for the cohort: people of the population who are not in it, alive on the case's index
/// date, which they take over. Nobody is the control of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Controls {
    /// How many for each case, at most.
    pub per_case: u32,
    /// How many years the year of birth may differ.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub birth_years: u32,
    /// Whether they must be of the same sex.
    #[serde(default, skip_serializing_if = "is_false")]
    pub same_sex: bool,
    /// How near they must live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_area: Option<Area>,
}

/// Which of the cohort's family, as the population register has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kinship {
    /// Mothers, fathers and co-mothers.
    Parents,
    /// Children.
    Children,
    /// Those who share a parent.
    Siblings,
}

/// How a study is designed, beyond whom the cohort's rule finds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// The day that time is counted from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<Index>,
    /// How finely the index date itself is delivered; nothing of it when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_as: Option<Granularity>,
    /// Controls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controls: Option<Controls>,
    /// The cohort's family; they take over the index date of whom they are family of.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub relatives: BTreeSet<Kinship>,
}

impl Design {
    /// Whether there is nothing in it.
    pub fn is_simple(&self) -> bool {
        self.index.is_none() && self.index_as.is_none() && self.controls.is_none() && self.relatives.is_empty()
    }

    /// The events that the index date comes from.
    pub fn events(&self) -> Option<&Events> {
        match &self.index {
            Some(Index::Event { events, .. }) => Some(events),
            Some(Index::Day(_)) | None => None,
        }
    }
}

const fn one() -> u32 {
    1
}

// Serde hands these a reference.
fn is_one(number: &u32) -> bool {
    *number == 1
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
}
