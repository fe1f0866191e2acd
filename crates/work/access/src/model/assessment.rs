//! The criteria an application is assessed against, one by one, each with a reason.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::PersonId;

/// One criterion of the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Criterion {
    /// Its key: `access-criterion-<key>` and `-help` are its texts.
    pub key: &'static str,
    /// The law it comes from.
    pub law: &'static str,
    /// The section.
    pub section: &'static str,
    /// Whether the application must be refused when it is not met. Data minimisation need not be:
    /// it may be met by granting less.
    pub decisive: bool,
}

/// What must be assessed: EHDS article 68(1) and helseregisterloven § 19 a, in the order in which
/// a handler reads an application.
pub const CRITERIA: [Criterion; 6] = [
    Criterion { key: "purpose", law: "EHDS", section: "art. 68(1)(a)", decisive: true },
    Criterion { key: "legal-basis", law: "helseregisterloven", section: "§ 19 a", decisive: true },
    Criterion { key: "necessary", law: "EHDS", section: "art. 68(1)(b), art. 66", decisive: false },
    Criterion { key: "ethics", law: "helseforskningsloven", section: "§ 33", decisive: true },
    Criterion { key: "safeguards", law: "EHDS", section: "art. 68(1)(d), art. 73", decisive: true },
    Criterion { key: "qualified", law: "EHDS", section: "art. 68(1)(e)", decisive: true },
];

/// What the handler found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Met.
    Met,
    /// Met in part: what is granted must be cut accordingly.
    Partly,
    /// Not met.
    NotMet,
    /// Does not apply here.
    NotRelevant,
}

impl Finding {
    /// All, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Met, Self::Partly, Self::NotMet, Self::NotRelevant];

    /// The name in forms, the database and locale keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Partly => "partly",
            Self::NotMet => "not_met",
            Self::NotRelevant => "not_relevant",
        }
    }

    /// The finding of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }
}

/// One criterion, assessed by somebody with a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The criterion's key.
    pub criterion: String,
    /// What was found.
    pub finding: Finding,
    /// Why; never empty.
    pub reason: String,
    /// By whom.
    pub assessed_by: PersonId,
    /// When.
    pub assessed_at: Timestamp,
}
