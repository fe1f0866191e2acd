//! What base data says of people, by index: gathered before the engine runs, as at the time that the
//! specification pins.

use std::collections::BTreeMap;

use jiff::civil::Date;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use varde_permit::{Attribute, Cohort, Controls, Design, Sex};

use crate::release::day;

/// What base data says about people, for the parts of a rule and of a design that ask about them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// People born in a period: first day, last day.
    pub born: BTreeMap<(Date, Date), RoaringBitmap>,
    /// People resident in one of the areas.
    pub resident: BTreeMap<Vec<String>, RoaringBitmap>,
    /// The register's fields of everybody.
    pub people: People,
}

/// The register's fields by person index. A column that nobody asked for is empty. Days are counted
/// from 1970-01-01.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct People {
    /// Days of birth.
    pub born: Vec<Option<i32>>,
    /// Sexes.
    pub sex: Vec<Option<Sex>>,
    /// Days of death.
    pub died: Vec<Option<i32>>,
    /// Where people have lived, in the order of the fields.
    pub homes: Vec<Home>,
    /// Children and their parents: the child's index first.
    pub parents: Vec<(u32, u32)>,
}

/// A time in which somebody lived in a municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Home {
    /// Who.
    pub person: u32,
    /// The first day.
    pub from: i32,
    /// The last day; `i32::MAX` while they live there.
    pub until: i32,
    /// The municipality's number without leading zeros: 301 for 0301.
    pub municipality: u16,
}

impl People {
    /// The day of birth, if it is known.
    pub fn born(&self, person: u32) -> Option<i32> {
        self.born.get(person as usize).copied().flatten()
    }

    /// The sex, if it is known.
    pub fn sex(&self, person: u32) -> Option<Sex> {
        self.sex.get(person as usize).copied().flatten()
    }

    /// Whether the person was born and had not died before the day.
    pub fn alive(&self, person: u32, on: i32) -> bool {
        let died = self.died.get(person as usize).copied().flatten();
        self.born(person).is_some_and(|born| born <= on) && died.is_none_or(|died| on <= died)
    }

    /// The age in whole years on the day; `None` before the birth, or when it is not known.
    pub fn age(&self, person: u32, on: i32) -> Option<u32> {
        let (born, on) = (day(self.born(person)?)?, day(on)?);
        let years = i32::from(on.year()) - i32::from(born.year());
        let before_the_birthday = (on.month(), on.day()) < (born.month(), born.day());
        u32::try_from(years - i32::from(before_the_birthday)).ok()
    }

    /// The municipality in which the person lived on the day.
    pub fn home(&self, person: u32, on: i32) -> Option<u16> {
        let homes = self.homes_of(person).iter();
        homes.rev().find(|home| home.from <= on && on <= home.until).map(|home| home.municipality)
    }

    /// Everywhere the person has lived.
    pub(crate) fn homes_of(&self, person: u32) -> &[Home] {
        let first = self.homes.partition_point(|home| home.person < person);
        let count = self.homes[first..].partition_point(|home| home.person == person);
        &self.homes[first..first + count]
    }

    /// Whether the person was so on the day.
    pub(crate) fn was(&self, person: u32, attribute: &Attribute, on: i32) -> bool {
        match attribute {
            Attribute::Age { from, until } => self.age(person, on).is_some_and(|age| (*from..=*until).contains(&age)),
            Attribute::Sex(sex) => self.sex(person) == Some(*sex),
            Attribute::Resident { areas } => self.home(person, on).is_some_and(|home| {
                let code = format!("{home:04}");
                areas.iter().any(|area| code.starts_with(area.as_str()))
            }),
            Attribute::Alive => self.alive(person, on),
        }
    }
}

/// One question to base data that a rule or a design asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Who was born from the first to the second day?
    Born(Date, Date),
    /// Who lives in one of these municipalities or counties?
    Resident(Vec<String>),
    /// When was everybody born?
    Births,
    /// Of which sex is everybody?
    Sexes,
    /// When did people die?
    Deaths,
    /// Where has everybody lived, and when?
    Homes,
    /// Who are whose parents?
    Parents,
}

/// The questions to base data in a rule and a design, each once.
pub fn questions(cohort: &Cohort, design: &Design) -> Vec<Question> {
    let mut found = Vec::new();
    of_rule(cohort, &mut found);
    if let Some(Controls { same_sex, same_area, .. }) = design.controls {
        found.extend([Question::Births, Question::Deaths]);
        found.extend(same_sex.then_some(Question::Sexes));
        found.extend(same_area.map(|_| Question::Homes));
    }
    found.extend((!design.relatives.is_empty()).then_some(Question::Parents));
    found.sort();
    found.dedup();
    found
}

fn of_rule(cohort: &Cohort, found: &mut Vec<Question>) {
    match cohort {
        Cohort::Everyone | Cohort::HasCode { .. } | Cohort::Events(_) => {}
        Cohort::All(parts) | Cohort::Any(parts) => parts.iter().for_each(|part| of_rule(part, found)),
        Cohort::Not(part) => of_rule(part, found),
        Cohort::Born { from, until } => found.push(Question::Born(*from, *until)),
        Cohort::Resident { areas } => found.push(Question::Resident(areas.clone())),
        Cohort::AtIndex(Attribute::Age { .. }) => found.push(Question::Births),
        Cohort::AtIndex(Attribute::Sex(_)) => found.push(Question::Sexes),
        Cohort::AtIndex(Attribute::Resident { .. }) => found.push(Question::Homes),
        Cohort::AtIndex(Attribute::Alive) => found.extend([Question::Births, Question::Deaths]),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::release::day_number;

    #[test]
    fn age_life_and_home_are_those_of_the_day() {
        let on = |year, month, of| day_number(date(year, month, of));
        let home = |from, until, municipality| Home { person: 1, from, until, municipality };
        let people = People {
            born: vec![None, Some(on(1980, 2, 29))],
            died: vec![None, Some(on(2020, 5, 1))],
            homes: vec![home(on(1980, 2, 29), on(1999, 12, 31), 301), home(on(2000, 1, 1), i32::MAX, 5401)],
            ..People::default()
        };
        assert_eq!(people.age(1, on(2010, 2, 28)), Some(29));
        assert_eq!(people.age(1, on(2010, 3, 1)), Some(30));
        assert_eq!((people.age(1, on(1980, 2, 28)), people.age(0, on(2010, 1, 1))), (None, None));
        assert!(people.alive(1, on(2020, 5, 1)) && !people.alive(1, on(2020, 5, 2)) && !people.alive(0, 0));
        assert_eq!((people.home(1, on(1999, 12, 31)), people.home(1, on(2000, 1, 1))), (Some(301), Some(5401)));
        assert_eq!((people.home(1, on(1970, 1, 1)), people.home(7, 0)), (None, None));
        let oslo = Attribute::Resident { areas: vec!["03".to_owned()] };
        assert!(people.was(1, &oslo, on(1990, 1, 1)) && !people.was(1, &oslo, on(2001, 1, 1)));
    }
}
