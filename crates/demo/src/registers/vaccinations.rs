//! Vaccinations, in the shape of SYSVAK.

use jiff::civil::Date;
use varde_core::identifier::NationalNumber;

use super::Subject;
use crate::{
    calendar::{Day, date, year},
    population::Special,
    random::{Dice, Purpose},
};

/// A vaccination.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vaccination {
    /// The person's index.
    pub index: u32,
    /// The national number as it was on the day.
    pub number: NationalNumber,
    /// The day.
    pub date: Date,
    /// ATC code of the vaccine.
    pub vaccine: &'static str,
    /// Which dose it was, from 1.
    pub dose: u8,
    /// Number of the municipality of residence, without leading zeros.
    pub municipality: u16,
}

/// Vaccines of the programme for children: ATC code, days after birth of each dose.
const CHILDREN: [(&str, &[i32]); 4] = [
    ("J07CA09", &[92, 153, 365]),
    ("J07AL02", &[92, 153, 365]),
    ("J07BD52", &[456, 4_020]),
    ("J07BM01", &[4_400, 4_580]),
];

/// Doses against COVID-19 that were offered: days after 2021-01-01, and how many in a hundred of
/// those over and under 65 took it.
const COVID: [(i32, u32, u32); 4] = [(60, 95, 82), (110, 94, 92), (330, 92, 62), (640, 68, 9)];

pub(super) fn vaccinations(subject: &Subject<'_>, rows: &mut Vec<Vaccination>) {
    let (from, until) = subject.presence();
    let mut dice = subject.dice(Purpose::Vaccinations);
    let start = rows.len();
    let mut give = |day: Day, vaccine, dose: usize| {
        if (from..=until).contains(&day)
            && let Some(number) = subject.number(day)
        {
            let (index, municipality) = (subject.index, subject.home(day).number);
            rows.push(Vaccination { index, number, date: date(day), vaccine, dose: dose as u8, municipality });
        }
    };
    let born_here = subject.member.birth == subject.member.present_from();
    if born_here && dice.percent(95) {
        for (vaccine, days) in CHILDREN {
            for (number, after) in days.iter().enumerate() {
                give(subject.member.birth + after + dice.between(0, 40), vaccine, number + 1);
            }
        }
    }
    covid(subject, &mut dice, &mut give);
    influenza(subject, &mut dice, &mut give);
    rows[start..].sort_by_key(|row| row.date);
}

fn covid(subject: &Subject<'_>, dice: &mut Dice, give: &mut impl FnMut(Day, &'static str, usize)) {
    let planted = subject.index == Special::PLACES.citizen;
    for (number, (after, old, young)) in COVID.into_iter().enumerate() {
        let age = subject.age(year(2021));
        // The oldest came first.
        let day = year(2021) + after + (90 - age).clamp(0, 80) + dice.between(0, 50);
        if age < 16 || !(dice.percent(if age >= 65 { old } else { young }) || planted) {
            return;
        }
        give(day, "J07BN01", number + 1);
    }
}

/// From October to December, old people above all.
fn influenza(subject: &Subject<'_>, dice: &mut Dice, give: &mut impl FnMut(Day, &'static str, usize)) {
    let willing = dice.percent(if subject.age(year(2021)) >= 55 { 68 } else { 14 });
    let planted = subject.index == Special::PLACES.citizen;
    for season in 2016..2026 {
        let takes = dice.percent(if subject.age(year(season)) >= 65 { 80 } else { 45 });
        let day = year(season) + 274 + dice.between(0, 40) + dice.between(0, 45);
        if (willing && takes) || planted {
            give(day, "J07BB02", 1);
        }
    }
}
