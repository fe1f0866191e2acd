//! What the population register says of a person, with history: the content of basedata's
//! `PersonRecord`, field by field.

use jiff::civil::Date;
use varde_core::{PersonId, identifier::NationalNumber};

use super::{Dated, Gender, Member, Numbers, Origin, birth_date};
use crate::calendar::{Day, date, period};

/// How an address is protected (folkeregisterloven § 10-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protection {
    /// Fortrolig.
    Confidential,
    /// Strengt fortrolig.
    StrictlyConfidential,
}

impl Protection {
    /// `confidential` or `strictly_confidential`, as in the population register here.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Confidential => "confidential",
            Self::StrictlyConfidential => "strictly_confidential",
        }
    }
}

/// Personstatus; those that occur in the demo world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Bosatt.
    Resident,
    /// Utflyttet.
    Emigrated,
    /// Død.
    Deceased,
    /// Midlertidig: has a D-number in use.
    Temporary,
}

impl Status {
    /// `resident`, `emigrated`, `deceased` or `temporary`, as in the population register here.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Resident => "resident",
            Self::Emigrated => "emigrated",
            Self::Deceased => "deceased",
            Self::Temporary => "temporary",
        }
    }
}

/// A person with their history.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The position in the world, from 0: stable for a seed.
    pub index: u32,
    /// The id, made from seed and index.
    pub id: PersonId,
    /// National numbers, the earlier first; all synthetic (month + 80).
    pub numbers: Vec<Dated<NationalNumber>>,
    /// Full names, given name first.
    pub names: Vec<Dated<String>>,
    /// The registered birth date.
    pub birth_date: Date,
    /// The registered gender.
    pub gender: Gender,
    /// Since when the gender is registered: birth or arrival.
    pub known_from: Date,
    /// Numbers of municipalities without leading zeros (301 for 0301).
    pub residences: Vec<Dated<u16>>,
    /// Protected addresses; days without any are unclassified.
    pub protections: Vec<Dated<Protection>>,
    /// Statuses.
    pub statuses: Vec<Dated<Status>>,
    /// The day of death.
    pub death_date: Option<Date>,
}

/// Names and numbers are not for logs.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Person({})", self.index)
    }
}

impl Person {
    pub(crate) fn of(index: u32, id: PersonId, member: &Member, numbers: &Numbers) -> Self {
        let number = |(value, (from, until))| Dated { value, valid: period(from, until) };
        Self {
            index,
            id,
            numbers: numbers.of(index, member).into_iter().flatten().map(number).collect(),
            names: names(member),
            birth_date: birth_date(member),
            gender: member.gender,
            known_from: date(member.present_from()),
            residences: residences(member),
            protections: protections(member),
            statuses: statuses(member),
            death_date: member.death.map(date),
        }
    }

    /// The name in use.
    pub fn name(&self) -> &str {
        self.names.last().map_or("", |name| &name.value)
    }

    /// The national number in use.
    pub fn number(&self) -> Option<NationalNumber> {
        self.numbers.last().map(|number| number.value)
    }
}

fn names(member: &Member) -> Vec<Dated<String>> {
    let name =
        |family: &str, from, until| Dated { value: format!("{} {family}", member.given), valid: period(from, until) };
    let from = member.present_from();
    match member.spouse {
        Some((_, wedding)) if member.family != member.born_family => {
            vec![name(member.born_family, from, Some(wedding - 1)), name(member.family, wedding, None)]
        }
        _ => vec![name(member.family, from, None)],
    }
}

fn residences(member: &Member) -> Vec<Dated<u16>> {
    let homes: Vec<_> = member.homes.iter().flatten().filter(|(from, _)| *from <= member.present_until()).collect();
    let end = (member.death.is_some() || member.emigration.is_some()).then(|| member.present_until());
    let until = |at: usize| homes.get(at + 1).map(|(next, _)| next - 1).or(end);
    let home = |(at, (from, place)): (usize, &&(Day, &crate::Place))| Dated {
        value: place.number,
        valid: period(*from, until(at)),
    };
    homes.iter().enumerate().map(home).collect()
}

fn protections(member: &Member) -> Vec<Dated<Protection>> {
    let kept = member.protection.filter(|(_, from)| *from <= member.present_until());
    let end = member.death.is_some().then(|| member.present_until());
    kept.map(|(value, from)| Dated { value, valid: period(from, end) }).into_iter().collect()
}

fn statuses(member: &Member) -> Vec<Dated<Status>> {
    let from = member.present_from();
    let mut starts = match member.origin {
        Origin::DNumber { settled: None, .. } => vec![(from, Status::Temporary)],
        Origin::DNumber { settled: Some(on), .. } => vec![(from, Status::Temporary), (on, Status::Resident)],
        _ => vec![(from, Status::Resident)],
    };
    starts.extend(member.emigration.map(|on| (on, Status::Emigrated)));
    starts.extend(member.death.map(|on| (on, Status::Deceased)));
    // Of two on the same day the later one counts.
    let starts: Vec<_> = starts
        .iter()
        .enumerate()
        .filter(|(at, (day, _))| starts.get(at + 1).is_none_or(|(next, _)| next > day))
        .map(|(_, start)| *start)
        .collect();
    let until = |at: usize| starts.get(at + 1).map(|(next, _)| next - 1);
    let status = |(at, (day, value)): (usize, &(Day, Status))| Dated { value: *value, valid: period(*day, until(at)) };
    starts.iter().enumerate().map(status).collect()
}
