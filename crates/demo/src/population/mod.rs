//! The population: households of up to [`HOUSEHOLD_BLOCK`] people whose data hang together, made
//! block by block so that no more than one needs to be in memory.

mod household;
mod numbers;
mod person;
mod relation;
mod special;

use jiff::civil::Date;
use varde_core::{Period, identifier::Rule};

use crate::{
    calendar::{Day, TODAY},
    places::Place,
};

pub(crate) use household::{Block, HOUSEHOLD_BLOCK};
pub(crate) use numbers::{Held, Numbers};
pub use person::{Person, Protection, Status};
pub(crate) use relation::relations;
pub use relation::{Kind, Relation};
pub use special::Special;
pub(crate) use special::{RARE, has_heart_failure};

/// A value and the days it is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T> {
    /// The value.
    pub value: T,
    /// When it is valid, both days included.
    pub valid: Period,
}

/// The registered gender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gender {
    /// Kvinne.
    Female,
    /// Mann.
    Male,
}

impl Gender {
    /// `female` or `male`, as in the population register here.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }
}

/// How somebody came to have the numbers they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Born here.
    Here,
    /// Born here; the number was corrected on the day, together with a birth date this much off.
    Corrected { on: Day, off: Day },
    /// Came on a day and got a fødselsnummer at once.
    Settled { arrival: Day },
    /// Came on a day with a D-number, and perhaps got a fødselsnummer later.
    DNumber { arrival: Day, settled: Option<Day> },
}

/// Somebody in a block, as compact as it comes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub birth: Day,
    pub gender: Gender,
    pub given: &'static str,
    pub family: &'static str,
    /// The family name before the wedding.
    pub born_family: &'static str,
    pub mother: Option<u8>,
    pub father: Option<u8>,
    /// Position in the block and wedding day.
    pub spouse: Option<(u8, Day)>,
    /// Where they live from when; the first from birth or arrival.
    pub homes: [Option<(Day, &'static Place)>; 3],
    pub origin: Origin,
    pub rule: Rule,
    pub death: Option<Day>,
    pub emigration: Option<Day>,
    pub protection: Option<(Protection, Day)>,
}

impl Member {
    /// The first day they can be in a register.
    pub(crate) const fn present_from(&self) -> Day {
        match self.origin {
            Origin::Here | Origin::Corrected { .. } => self.birth,
            Origin::Settled { arrival } | Origin::DNumber { arrival, .. } => arrival,
        }
    }

    /// The last day they can be in a register.
    pub(crate) fn present_until(&self) -> Day {
        let leaves = self.emigration.map_or(TODAY, |day| day - 1);
        self.death.map_or(leaves, |death| death.min(leaves))
    }

    /// The last day of their life so far, abroad or here.
    pub(crate) fn alive_until(&self) -> Day {
        self.death.unwrap_or(TODAY)
    }

    /// Where they live on a day.
    pub(crate) fn home(&self, day: Day) -> &'static Place {
        let mut home = self.homes.iter().flatten();
        let first = home.next().map_or(&crate::places::PLACES[0], |(_, place)| *place);
        home.take_while(|(from, _)| *from <= day).last().map_or(first, |(_, place)| place)
    }
}

/// The registered birth date.
pub(crate) fn birth_date(member: &Member) -> Date {
    crate::calendar::date(member.birth)
}
