//! Standards and their life: four levels of how strongly they bind, six phases, and four points where
//! the governing body decides. The ladder is the directorate's (veileder, retningslinje, anbefalt
//! standard, obligatorisk standard); the names of phases and points are ours.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::{FieldProblem, define_id};

use crate::model::text::{self, LINE, LONG};

define_id!(
    /// A standard.
    StandardId
);

/// How strongly a standard binds, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NormLevel {
    /// Advice (veileder).
    Guide,
    /// A norm that one may leave with a reason (retningslinje).
    Guideline,
    /// Recommended (anbefalt standard).
    Recommended,
    /// Required by regulation (obligatorisk standard).
    Mandatory,
}

impl NormLevel {
    /// All, the weakest first.
    pub const ALL: [Self; 4] = [Self::Guide, Self::Guideline, Self::Recommended, Self::Mandatory];

    /// The name in forms and texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Guide => "guide",
            Self::Guideline => "guideline",
            Self::Recommended => "recommended",
            Self::Mandatory => "mandatory",
        }
    }

    /// The level of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// How far a standard has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Somebody needs one.
    Need,
    /// It is found out what there is and what it would take.
    Study,
    /// It is written and heard.
    Drafting,
    /// It is published and taken into use.
    Introduction,
    /// It holds and is looked after.
    Maintenance,
    /// It is on its way out.
    PhaseOut,
}

impl Phase {
    /// All, the first first.
    pub const ALL: [Self; 6] =
        [Self::Need, Self::Study, Self::Drafting, Self::Introduction, Self::Maintenance, Self::PhaseOut];

    /// The name in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Need => "need",
            Self::Study => "study",
            Self::Drafting => "drafting",
            Self::Introduction => "introduction",
            Self::Maintenance => "maintenance",
            Self::PhaseOut => "phase_out",
        }
    }

    /// The one that comes next; none after the last.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| *phase > self)
    }

    /// The decision that it takes to go on from here, by its number; none where going on is only work.
    pub const fn decision(self) -> Option<u8> {
        match self {
            Self::Need => Some(1),
            Self::Study => Some(2),
            Self::Drafting => Some(3),
            Self::Maintenance => Some(4),
            Self::Introduction | Self::PhaseOut => None,
        }
    }

    /// Whether the standard holds.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Introduction | Self::Maintenance | Self::PhaseOut)
    }
}

/// A standard. Every change of it is a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// Where it is published; empty for not yet.
    pub link: String,
    /// How strongly it binds.
    pub level: NormLevel,
    /// How far it has come.
    pub phase: Phase,
    /// Whether it was given up before it held, or has gone out of use.
    pub ended: bool,
    /// The last day it may be used, when it is on its way out.
    pub last_day: Option<Date>,
    /// What was said with the last change, such as the decision and who made it.
    pub said: String,
}

/// What is done with a standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// It goes on to the next phase.
    GoOn {
        /// The last day it may be used, where the next phase is the last.
        last_day: Option<Date>,
    },
    /// It binds otherwise.
    Level(NormLevel),
    /// It is given up, or is out of use.
    End,
}

/// The move is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Immovable {
    /// It has ended.
    #[error("the standard has ended: register a new one")]
    Ended,
    /// It is in the last phase.
    #[error("the standard is being phased out: it can only be ended")]
    Last,
    /// It is phased out without a last day.
    #[error("name the last day on which the standard may be used")]
    NoLastDay,
    /// Only what holds binds otherwise; what is written is changed as it is written.
    #[error("the standard binds so already")]
    SameLevel,
}

impl Standard {
    /// What is wrong with what it says.
    pub fn check(&self) -> Vec<FieldProblem> {
        let name = text::check("name", &self.name, LINE);
        let about = text::check("about", &self.about, LONG);
        let address = self.link.is_empty() || text::is_address(&self.link);
        let link = (!address).then(|| FieldProblem::new("link", "architecture-error-link"));
        [name, about, link].into_iter().flatten().collect()
    }

    /// The standard after a move, with the decision.
    ///
    /// # Errors
    /// [`Immovable`].
    pub fn after(mut self, change: Move, said: &str) -> Result<Self, Immovable> {
        if self.ended {
            return Err(Immovable::Ended);
        }
        match change {
            Move::GoOn { last_day } => {
                let next = self.phase.next().ok_or(Immovable::Last)?;
                if next == Phase::PhaseOut && last_day.is_none() {
                    return Err(Immovable::NoLastDay);
                }
                self.last_day = last_day.filter(|_| next == Phase::PhaseOut);
                self.phase = next;
            }
            Move::Level(level) if level == self.level => return Err(Immovable::SameLevel),
            Move::Level(level) => self.level = level,
            Move::End => self.ended = true,
        }
        said.trim().clone_into(&mut self.said);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn new() -> Standard {
        Standard {
            name: "Variabelbeskrivelse".to_owned(),
            about: "Hvordan variabler beskrives.".to_owned(),
            link: String::new(),
            level: NormLevel::Guide,
            phase: Phase::Need,
            ended: false,
            last_day: None,
            said: String::new(),
        }
    }

    #[test]
    fn six_phases_have_four_points_of_decision() {
        assert_eq!(Phase::ALL.into_iter().filter_map(Phase::decision).collect::<Vec<_>>(), [1, 2, 3, 4]);
        let day = Some("2027-12-31".parse().unwrap());
        let mut standard = new();
        for phase in Phase::ALL.into_iter().skip(1) {
            assert_eq!(standard.clone().after(Move::GoOn { last_day: None }, "").is_err(), phase == Phase::PhaseOut);
            standard = standard.after(Move::GoOn { last_day: day }, "Vedtatt.").unwrap();
            assert_eq!((standard.phase, standard.last_day.is_some()), (phase, phase == Phase::PhaseOut));
        }
        assert_eq!(standard.clone().after(Move::GoOn { last_day: day }, ""), Err(Immovable::Last));
        let ended = standard.after(Move::End, "Ute av bruk.").unwrap();
        assert_eq!(ended.after(Move::Level(NormLevel::Mandatory), ""), Err(Immovable::Ended));
        assert_eq!(new().after(Move::Level(NormLevel::Guide), ""), Err(Immovable::SameLevel));
    }

    #[test]
    fn what_is_wrong_is_told_by_the_field() {
        assert_eq!(new().check(), []);
        let wrong = Standard { name: String::new(), about: String::new(), link: "ftp://a b".to_owned(), ..new() };
        let fields: Vec<_> = wrong.check().into_iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["name", "about", "link"]);
    }

    proptest! {
        #[test]
        fn a_standard_never_goes_back_nor_skips_a_phase(moves in proptest::collection::vec(0_u8..4, 0..20)) {
            let day = Some("2027-12-31".parse().unwrap());
            let mut now = new();
            for one in moves {
                let change = match one {
                    0 | 1 => Move::GoOn { last_day: day },
                    2 => Move::Level(NormLevel::Mandatory),
                    _ => Move::End,
                };
                if let Ok(next) = now.clone().after(change, "Sagt.") {
                    prop_assert!(!now.ended);
                    prop_assert!(next.phase == now.phase || Some(next.phase) == now.phase.next());
                    now = next;
                }
            }
        }
    }
}
