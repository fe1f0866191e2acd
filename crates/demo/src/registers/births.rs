//! Births, in the shape of Medisinsk fødselsregister.

use jiff::civil::Date;
use varde_core::identifier::NationalNumber;

use super::Subject;
use crate::{
    calendar::{REGISTERS_FROM, REGISTERS_UNTIL, age, date},
    population::{Gender, Origin},
    random::Purpose,
};

/// A birth; the person is the child.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Birth {
    /// The child's index.
    pub index: u32,
    /// The child's national number.
    pub number: NationalNumber,
    /// The mother's index.
    pub mother: u32,
    /// The mother's national number as it was on the day.
    pub mother_number: NationalNumber,
    /// The day.
    pub date: Date,
    /// Full weeks of gestation.
    pub gestation_weeks: u8,
    /// Weight in grams.
    pub weight: u16,
    /// The mother's age in bands: `-19`, `20-24`, … `40-`.
    pub mother_age_band: &'static str,
    /// Children at the birth.
    pub plurality: u8,
    /// The child's gender.
    pub gender: Gender,
    /// Apgar score after five minutes, 0–10.
    pub apgar5: u8,
    /// Whether by caesarean section.
    pub caesarean: bool,
}

pub(super) fn births(subject: &Subject<'_>, rows: &mut Vec<Birth>) {
    let child = subject.member;
    let here = matches!(child.origin, Origin::Here | Origin::Corrected { .. });
    let Some(mother_at) = child.mother.filter(|_| here && (REGISTERS_FROM..=REGISTERS_UNTIL).contains(&child.birth))
    else {
        return;
    };
    let mother = Subject::new(subject.world, subject.block, usize::from(mother_at));
    let (Some(number), Some(mother_number)) = (subject.number(child.birth), mother.number(child.birth)) else {
        return;
    };
    let siblings = subject.block.members.iter().filter(|m| m.mother == Some(mother_at) && m.birth == child.birth);
    let plurality = siblings.count() as u8;
    let mut dice = subject.dice(Purpose::Births);
    let early = if plurality > 1 { 3 } else { 0 };
    let weeks = [40, 40, 39, 39, 41, 38, 40, 41, 37, 42, 36, 34, 39, 40, 38, 29][dice.below(16) as usize] - early;
    let weight = 3_500 - (40 - weeks) * 160 + dice.between(-550, 550) - i32::from(plurality > 1) * 250;
    rows.push(Birth {
        index: subject.index,
        number,
        mother: mother.index,
        mother_number,
        date: date(child.birth),
        gestation_weeks: weeks as u8,
        weight: weight.max(450) as u16,
        mother_age_band: age_band(age(mother.member.birth, child.birth)),
        plurality,
        gender: child.gender,
        apgar5: [10, 10, 10, 9, 9, 9, 8, 7, 10, 9, 5, 10][dice.below(12) as usize],
        caesarean: dice.percent(if plurality > 1 { 45 } else { 16 }),
    });
}

const fn age_band(age: i32) -> &'static str {
    match age {
        ..20 => "-19",
        20..25 => "20-24",
        25..30 => "25-29",
        30..35 => "30-34",
        35..40 => "35-39",
        _ => "40-",
    }
}
