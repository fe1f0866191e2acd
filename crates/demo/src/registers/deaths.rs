//! Causes of death, in the shape of Dødsårsaksregisteret.

use std::sync::LazyLock;

use jiff::civil::Date;
use varde_core::identifier::NationalNumber;

use super::{Subject, codes::CAUSES};
use crate::{
    calendar::{REGISTERS_FROM, REGISTERS_UNTIL, date},
    random::{Choices, Purpose, Weighted},
};

/// A death.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Death {
    /// The person's index.
    pub index: u32,
    /// The national number at death.
    pub number: NationalNumber,
    /// The day.
    pub date: Date,
    /// Underlying cause, ICD-10 without full stop.
    pub underlying_cause: &'static str,
    /// A contributing cause, ICD-10.
    pub contributing_cause: Option<&'static str>,
    /// 1 hospital, 2 nursing home, 3 home, 4 under transport, 9 elsewhere or unknown.
    pub place: u8,
    /// Whether there was an autopsy.
    pub autopsy: bool,
    /// Number of the municipality of residence, without leading zeros.
    pub municipality: u16,
}

static CAUSE: Choices<&str> = LazyLock::new(|| Weighted::zipf(&CAUSES));

pub(super) fn deaths(subject: &Subject<'_>, rows: &mut Vec<Death>) {
    let in_time = subject.member.death.filter(|day| (REGISTERS_FROM..=REGISTERS_UNTIL).contains(day));
    let Some((day, number)) = in_time.and_then(|day| Some((day, subject.number(day)?))) else { return };
    // Registered for those who lived here.
    if subject.member.emigration.is_some() {
        return;
    }
    let (mut dice, health) = (subject.dice(Purpose::Deaths), subject.health());
    let cancer = health.cancer.filter(|(_, found)| *found <= day && dice.percent(65)).map(|(site, _)| site.icd10);
    let heart = health.heart_failure().filter(|began| *began <= day && dice.percent(45)).map(|_| "I509");
    let by_age = *CAUSE.draw(&mut dice);
    let at_random = if subject.age(day) < 45 { *dice.pick(&["X42", "X70", "V892", "R99", "I219"]) } else { by_age };
    let place = if subject.age(day) >= 75 { [2, 2, 2, 1, 1, 3, 9] } else { [1, 1, 1, 3, 3, 4, 9] };
    rows.push(Death {
        index: subject.index,
        number,
        date: date(day),
        underlying_cause: cancer.or(heart).unwrap_or(at_random),
        contributing_cause: dice.percent(40).then(|| *CAUSE.draw(&mut dice)),
        place: *dice.pick(&place),
        autopsy: dice.percent(if subject.age(day) < 50 { 35 } else { 4 }),
        municipality: subject.home(day).number,
    });
}
