//! Who gets which national number: numbers must differ over the whole population, so they are
//! given out once, in index order. What is kept is two bytes a number.

use varde_core::identifier::{NationalNumber, Rule, synthetic, synthetic_d_number};

use super::{Member, Origin};
use crate::{
    WorldError,
    calendar::{Day, TODAY, date, year},
};

/// A number that somebody is to have in a period.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    d_number: bool,
    birth: Day,
    rule: Rule,
    /// The first and the last day that it is their number.
    pub(crate) valid: (Day, Option<Day>),
}

impl Member {
    /// The numbers of somebody's life, the earlier first.
    pub(crate) fn requests(&self) -> [Option<Request>; 2] {
        let number =
            |d_number, birth, from, until| Some(Request { d_number, birth, rule: self.rule, valid: (from, until) });
        match self.origin {
            Origin::Here => [number(false, self.birth, self.birth, None), None],
            Origin::Corrected { on, off } => {
                let before = number(false, self.birth + off, self.birth, Some(on - 1));
                [before, number(false, self.birth, on, None)]
            }
            Origin::Settled { arrival } => [number(false, self.birth, arrival, None), None],
            Origin::DNumber { arrival, settled: None } => [number(true, self.birth, arrival, None), None],
            Origin::DNumber { arrival, settled: Some(on) } => {
                [number(true, self.birth, arrival, Some(on - 1)), number(false, self.birth, on, None)]
            }
        }
    }
}

/// A number with the first and the last day that it is somebody's.
pub(crate) type Held = (NationalNumber, (Day, Option<Day>));

/// The individual numbers given out: position in the list of a birth date's numbers.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    first: Vec<u16>,
    /// Second numbers, in index order.
    second: Vec<(u32, u16)>,
}

impl Numbers {
    /// Gives out the numbers of all.
    pub(crate) fn give<'a>(members: impl Iterator<Item = (u32, Member)> + 'a) -> Result<Self, WorldError> {
        let mut given = Given { next: vec![0; (TODAY as usize + 400) * 4] };
        let mut numbers = Self::default();
        for (index, member) in members {
            let [first, second] = member.requests();
            numbers.first.push(first.map_or(Ok(0), |request| given.next(&request))?);
            if let Some(request) = second {
                numbers.second.push((index, given.next(&request)?));
            }
        }
        Ok(numbers)
    }

    /// The numbers of somebody with the days they are valid, the earlier first.
    pub(crate) fn of(&self, index: u32, member: &Member) -> [Option<Held>; 2] {
        let second = || self.second.binary_search_by_key(&index, |(i, _)| *i).ok().map(|at| self.second[at].1);
        let individuals = [self.first.get(index as usize).copied(), second()];
        let [first, then] = member.requests();
        let number = |request: Option<Request>, individual: Option<u16>| {
            let request = request?;
            Some((request.number(individual?)?, request.valid))
        };
        [number(first, individuals[0]), if then.is_some() { number(then, individuals[1]) } else { None }]
    }
}

impl Request {
    fn number(&self, individual: u16) -> Option<NationalNumber> {
        let make = if self.d_number { synthetic_d_number } else { synthetic };
        make(date(self.birth), individual, self.rule)
    }

    /// The individual number at a place of the list for the birth year, strewn so that neighbours
    /// do not follow each other; `None` at the end of the list.
    fn individual(&self, place: u16) -> Option<u16> {
        let (length, early, late) = match (self.rule, date(self.birth).year()) {
            (Rule::Of2032, _) => (1000, 0, 0),
            (Rule::Of1964, ..=1939) => (500, 0, 0),
            // From 1940 on, 900–999 follow when 000–499 are used up.
            (Rule::Of1964, ..=1999) => (600, 0, 400),
            (Rule::Of1964, _) => (500, 500, 500),
        };
        let strewn = (u32::from(place) * 7 + self.birth.cast_unsigned() * 13) % length;
        let strewn = strewn as u16;
        (u32::from(place) < length).then(|| strewn + if strewn < 500 { early } else { late })
    }

    /// Where the counter of its kind is. Numbers of 2032 do not tell the century.
    fn counter(&self) -> usize {
        let day = match self.rule {
            Rule::Of1964 => self.birth,
            Rule::Of2032 if self.birth >= year(2000) => self.birth - year(2000),
            Rule::Of2032 => self.birth,
        };
        day as usize * 4 + usize::from(self.d_number) * 2 + usize::from(self.rule == Rule::Of2032)
    }
}

/// Counters by birth day, kind and rule.
struct Given {
    next: Vec<u16>,
}

impl Given {
    fn next(&mut self, request: &Request) -> Result<u16, WorldError> {
        let counter = self.next.get_mut(request.counter()).ok_or(WorldError::TooMany)?;
        loop {
            let individual = request.individual(*counter).ok_or(WorldError::TooMany)?;
            *counter += 1;
            if request.number(individual).is_some() {
                return Ok(individual);
            }
        }
    }
}
