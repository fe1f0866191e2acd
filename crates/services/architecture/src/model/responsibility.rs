//! Who answers for what in the architecture of the register area.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::{FieldProblem, define_id};

use crate::model::text::{self, LINE};

define_id!(
    /// A responsibility that somebody has.
    ResponsibilityId
);

/// What somebody answers for. What it means is in the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Decides deviations and standards.
    GoverningBody,
    /// Sees to the whole, and prepares decisions.
    ChiefArchitect,
    /// Looks after a principle and what it asks.
    PrincipleOwner,
    /// Looks after a standard.
    StandardOwner,
    /// Assesses a source or a system, and sees to its deviations.
    ThingOwner,
}

impl Duty {
    /// All, in the order of the page.
    pub const ALL: [Self; 5] =
        [Self::GoverningBody, Self::ChiefArchitect, Self::PrincipleOwner, Self::StandardOwner, Self::ThingOwner];

    /// The name in forms and texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GoverningBody => "governing_body",
            Self::ChiefArchitect => "chief_architect",
            Self::PrincipleOwner => "principle_owner",
            Self::StandardOwner => "standard_owner",
            Self::ThingOwner => "thing_owner",
        }
    }

    /// The duty of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.name() == name)
    }
}

/// A responsibility. Every change of it is a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Responsibility {
    /// What for.
    pub duty: Duty,
    /// For which principle, standard, source or system, in words; empty for the whole area.
    pub about: String,
    /// Which organisation, by its name.
    pub organisation: String,
    /// Which function there: no name of a person.
    pub function: String,
    /// Its last day; none while it goes on.
    pub until: Option<Date>,
}

impl Responsibility {
    /// What is wrong with it.
    pub fn check(&self) -> Vec<FieldProblem> {
        let organisation = text::check("organisation", &self.organisation, LINE);
        let function = text::check("function", &self.function, LINE);
        let about = (!self.about.is_empty()).then(|| text::check("about", &self.about, LINE)).flatten();
        [about, organisation, function].into_iter().flatten().collect()
    }

    /// Whether it goes on after that day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.until.is_none_or(|until| day <= until)
    }
}
