//! Very many people: what the access body must have assessed before it decides (Prop. 152 L (2024–2025)
//! chapter 4).

use serde::{Deserialize, Serialize};
use varde_permit::AssessedAsLarge;

/// How many people an application's design would reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The cohort, its controls and its family together, each to the nearest ten.
    pub people: u64,
    /// From so many on an extract is large on this installation.
    pub limit: u64,
}

impl Reach {
    /// Whether it must be assessed before the decision.
    pub const fn is_large(self) -> bool {
        self.people >= self.limit
    }
}

/// What a handler states when the application is about very many people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnLarge {
    /// Why it may be delivered all the same.
    pub assessment: String,
    /// Which background check of those who get it was made, such as a reference to where it is filed.
    pub background_check: String,
}

impl OnLarge {
    /// What the permit says of it; nothing when either is left out.
    pub fn assessed(&self, reach: Reach) -> Option<AssessedAsLarge> {
        let (assessment, background_check) = (self.assessment.trim(), self.background_check.trim());
        (!assessment.is_empty() && !background_check.is_empty()).then(|| AssessedAsLarge {
            people: reach.people,
            assessment: assessment.to_owned(),
            background_check: background_check.to_owned(),
        })
    }
}
