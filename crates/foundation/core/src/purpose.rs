//! Why data is read.

use serde::{Deserialize, Serialize};

/// A purpose for which health data may be used again: EHDS (Regulation (EU) 2025/327) article
/// 53(1), the letters in order; helseregisterloven § 19 a uses the same ones in other words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// (a) Public interest in public and occupational health.
    PublicHealth,
    /// (b) Policy making and regulation.
    Policy,
    /// (c) Official statistics.
    Statistics,
    /// (d) Education and teaching in health or care.
    Education,
    /// (e) Scientific research related to health or care.
    Research,
    /// (f) Improvement of care delivery and treatment.
    CareImprovement,
}

impl Purpose {
    /// All purposes in the order of the law.
    pub const ALL: [Self; 6] =
        [Self::PublicHealth, Self::Policy, Self::Statistics, Self::Education, Self::Research, Self::CareImprovement];

    /// The name in policies, entries, forms and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PublicHealth => "public_health",
            Self::Policy => "policy",
            Self::Statistics => "statistics",
            Self::Education => "education",
            Self::Research => "research",
            Self::CareImprovement => "care_improvement",
        }
    }

    /// The purpose of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == name)
    }
}
