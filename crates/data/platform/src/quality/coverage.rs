//! The release against the population.

use jiff::civil::{Date, date};
use roaring::RoaringBitmap;
use varde_basedata::{Attributes, Status};

use super::{By, Covered, YearCoverage};

/// The newest years that are held against the population.
pub(crate) const YEARS_OF_COVERAGE: usize = 5;
/// The first age of each group.
const AGES: [i16; 6] = [0, 18, 35, 50, 67, 80];

/// Residents on the day, in groups, and how many of them are among `people`. `readable` says who may be
/// read: the others are in neither number. No groups when nobody lives here by the register of persons.
pub(crate) fn coverage(
    (year, day): (i16, Date),
    population: &Attributes,
    people: &RoaringBitmap,
    unreadable: &RoaringBitmap,
) -> YearCoverage {
    let lives_here = |index: usize| {
        population.status[index] == Some(Status::Resident)
            && population.birth_date[index].is_none_or(|born| born <= day)
            && population.death_date[index].is_none_or(|died| died > day)
    };
    let mut counts = std::collections::BTreeMap::<(By, String), (u64, u64)>::new();
    for (index, person) in (0..population.len()).zip(0u32..) {
        if !lives_here(index) || unreadable.contains(person) {
            continue;
        }
        let is_in = u64::from(people.contains(person));
        for group in groups(population, index, day) {
            let (found, all) = counts.entry(group).or_default();
            *found += is_in;
            *all += 1;
        }
    }
    let covered = |((by, code), (people, population))| Covered { by, code, people: Some(people), population };
    YearCoverage { year, day, groups: counts.into_iter().map(covered).collect() }
}

fn groups(population: &Attributes, index: usize, day: Date) -> impl Iterator<Item = (By, String)> {
    let sex = population.gender[index].map(|sex| (By::Sex, sex.code().to_owned()));
    let age = population.birth_date[index].map(|born| (By::Age, age_group(years_between(born, day))));
    let county = population.municipality[index].map(|m| (By::County, m.to_string().chars().take(2).collect()));
    [Some((By::All, String::new())), sex, age, county].into_iter().flatten()
}

/// `00-17`, `18-34` …, `80-`: sorted as text they are sorted by age.
fn age_group(age: i16) -> String {
    let at = AGES.partition_point(|first| *first <= age).saturating_sub(1);
    match AGES.get(at + 1) {
        Some(next) => format!("{:02}-{:02}", AGES[at], next - 1),
        None => format!("{:02}-", AGES[at]),
    }
}

fn years_between(born: Date, day: Date) -> i16 {
    let before_birthday = (day.month(), day.day()) < (born.month(), born.day());
    day.year() - born.year() - i16::from(before_birthday)
}

/// The day whose population a year is held against.
pub(crate) fn day_of(year: i16, delivered: Date) -> Date {
    if (1..=9998).contains(&year) { date(year, 12, 31).min(delivered) } else { delivered }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_grouped_on_the_birthday() {
        let born = date(2000, 6, 15);
        assert_eq!(years_between(born, date(2018, 6, 14)), 17);
        assert_eq!(years_between(born, date(2018, 6, 15)), 18);
        assert_eq!(["00-17", "18-34", "80-"], [17, 18, 104].map(age_group).each_ref().map(String::as_str));
    }
}
