//! Cancers, in the shape of Kreftregisteret.

use jiff::civil::Date;
use varde_core::identifier::NationalNumber;

use super::Subject;
use crate::{
    calendar::{REGISTERS_FROM, date},
    random::Purpose,
};

/// A cancer that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cancer {
    /// The person's index.
    pub index: u32,
    /// The national number as it was on the day.
    pub number: NationalNumber,
    /// The day of diagnosis.
    pub date: Date,
    /// ICD-O topography without full stop, such as `C504`.
    pub topography: &'static str,
    /// ICD-O morphology with behaviour, such as `8500/3`.
    pub morphology: &'static str,
    /// `I`–`IV`, `U` unknown.
    pub stage: &'static str,
    /// 1 histology, 2 cytology, 3 imaging, 4 autopsy.
    pub basis: u8,
    /// Number of the municipality of residence, without leading zeros.
    pub municipality: u16,
}

pub(super) fn cancers(subject: &Subject<'_>, rows: &mut Vec<Cancer>) {
    let found = subject.health().cancer.filter(|(_, day)| *day >= REGISTERS_FROM);
    let Some((site, day, number)) = found.and_then(|(site, day)| Some((site, day, subject.number(day)?))) else {
        return;
    };
    let mut dice = subject.dice(Purpose::Cancers);
    rows.push(Cancer {
        index: subject.index,
        number,
        date: date(day),
        topography: site.topography,
        morphology: site.morphology,
        stage: ["I", "I", "I", "II", "II", "III", "III", "IV", "IV", "U"][dice.below(10) as usize],
        basis: *dice.pick(&[1, 1, 1, 1, 1, 1, 2, 2, 3, 4]),
        municipality: subject.home(day).number,
    });
}
