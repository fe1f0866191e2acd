//! Valid synthetic national numbers (month + 80) for the demo world and for tests.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::{
    NationalNumber, NumberKind, Rule,
    check_digits::{NATIONAL_FIRST, NATIONAL_SECOND, completing, remainder},
};

/// A synthetic fødselsnummer for a birth date and an individual number (0–999).
///
/// `None` when the individual number gives no valid control digits (about one in six under the
/// rules of 1964), or under the rules of 1964 is not one of [`individual_numbers`] for that year.
/// Under the rules of 2032 the number is one that the rules of 1964 would refuse, so that a
/// population with both really exercises both.
pub fn synthetic(birth: Date, individual: u16, rule: Rule) -> Option<NationalNumber> {
    generate(birth, individual, rule, NumberKind::BirthNumber)
}

/// A synthetic D-number; otherwise as [`synthetic`].
pub fn synthetic_d_number(birth: Date, individual: u16, rule: Rule) -> Option<NationalNumber> {
    generate(birth, individual, rule, NumberKind::DNumber)
}

/// The individual numbers given to people born in that year: by century under the rules of 1964
/// (none before 1854 and after 2039), all thousand under the rules of 2032.
pub fn individual_numbers(year: i16, rule: Rule) -> impl Iterator<Item = u16> {
    ranges(year, rule).into_iter().flatten().flatten()
}

fn ranges(year: i16, rule: Rule) -> [Option<RangeInclusive<u16>>; 2] {
    match (rule, year) {
        (Rule::Of2032, _) => [Some(0..=999), None],
        (Rule::Of1964, 1854..=1899) => [Some(500..=749), None],
        (Rule::Of1964, 1900..=1939) => [Some(0..=499), None],
        (Rule::Of1964, 1940..=1999) => [Some(0..=499), Some(900..=999)],
        (Rule::Of1964, 2000..=2039) => [Some(500..=999), None],
        (Rule::Of1964, _) => [None, None],
    }
}

fn generate(birth: Date, individual: u16, rule: Rule, kind: NumberKind) -> Option<NationalNumber> {
    if !ranges(birth.year(), rule).iter().flatten().any(|range| range.contains(&individual)) {
        return None;
    }
    let day = u16::try_from(birth.day()).ok()? + if kind == NumberKind::DNumber { 40 } else { 0 };
    let month = u16::try_from(birth.month()).ok()? + 80;
    let year = u16::try_from(birth.year().rem_euclid(100)).ok()?;
    let mut number = [0; 11];
    let pairs = [day, month, year].into_iter().flat_map(|n| [n / 10, n % 10]);
    let stem = pairs.chain([individual / 100, individual / 10 % 10, individual % 10]);
    for (place, digit) in number.iter_mut().zip(stem) {
        *place = u8::try_from(digit).ok()?;
    }
    let targets = match rule {
        Rule::Of1964 => 0..=0,
        Rule::Of2032 => 1..=3,
    };
    targets.into_iter().find_map(|target| completed(number, target, kind))
}

fn completed(mut number: [u8; 11], target: u32, kind: NumberKind) -> Option<NationalNumber> {
    number[9] = completing(remainder(&number, &NATIONAL_FIRST), target)?;
    number[10] = completing(remainder(&number, &NATIONAL_SECOND), 0)?;
    Some(NationalNumber::new(&number, kind, true, target != 0))
}
