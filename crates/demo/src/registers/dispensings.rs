//! Dispensed medicines, in the shape of Legemiddelregisteret.

use std::sync::LazyLock;

use jiff::civil::Date;
use varde_core::identifier::NationalNumber;

use super::{Subject, codes::MEDICINES, health::band};
use crate::{
    calendar::{Day, date},
    population::has_heart_failure,
    random::{Choices, Dice, Purpose, Weighted},
};

/// A medicine dispensed by a pharmacy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dispensing {
    /// The person's index.
    pub index: u32,
    /// The national number as it was on the day.
    pub number: NationalNumber,
    /// The day.
    pub date: Date,
    /// ATC code.
    pub atc: &'static str,
    /// Packages.
    pub packages: u8,
    /// Defined daily doses in all, in tenths.
    pub ddd_tenths: u32,
    /// The prescriber's speciality: `ALM` general practice, `KAR` cardiology, `IND` internal medicine …
    pub specialty: &'static str,
    /// The section of the reimbursement rules: `2`, `3a`, `H`; none when the person paid.
    pub reimbursement: Option<&'static str>,
}

static MEDICINE: Choices<(&str, f64)> = LazyLock::new(|| Weighted::zipf(&MEDICINES));

/// Dispensings of no particular reason in a year, in a whole country, by age band.
const USUAL: [f64; 5] = [0.22, 0.36, 0.55, 0.83, 1.1];

pub(super) fn dispensings(subject: &Subject<'_>, rows: &mut Vec<Dispensing>) {
    let (from, until) = subject.presence();
    if from > until {
        return;
    }
    let (mut dice, health, density) = (subject.dice(Purpose::Dispensings), subject.health(), subject.world.density);
    let start = rows.len();
    let years = f64::from(until - from) / 365.0;
    let usual = USUAL[band(subject.age((from + until) / 2))] * years * health.frailty * density;
    for _ in 0..dice.times(usual) {
        let (day, (atc, ddd)) = (dice.between(from, until), *MEDICINE.draw(&mut dice));
        rows.extend(dispensing(subject, &mut dice, day, (atc, ddd), false));
    }
    for (at, (condition, began)) in health.chronic.iter().enumerate() {
        let (first, heart) = (from.max(*began), condition.code == "I500");
        if first > until {
            continue;
        }
        let share = f64::from(until - first) / 3_650.0;
        let planted = at == 0 && has_heart_failure(subject.index).is_some();
        for atc in condition.medicines {
            // Whoever has heart failure is given its medicines at least once.
            let least = if planted { 6 } else { u32::from(heart && dice.percent(85)) };
            for _ in 0..dice.times(condition.dispensings * share * density).max(least) {
                let day = dice.between(first, until);
                rows.extend(dispensing(subject, &mut dice, day, (atc, 98.0), heart));
            }
        }
    }
    rows[start..].sort_by_key(|row| row.date);
}

fn dispensing(
    subject: &Subject<'_>,
    dice: &mut Dice,
    day: Day,
    (atc, ddd): (&'static str, f64),
    heart: bool,
) -> Option<Dispensing> {
    let packages = [1, 1, 1, 1, 1, 2, 2, 3][dice.below(8) as usize];
    let specialists = if heart { ["KAR", "IND", "ALM"] } else { ["IND", "PSY", "GYN"] };
    let specialty = if dice.percent(72) { "ALM" } else { *dice.pick(&specialists) };
    Some(Dispensing {
        index: subject.index,
        number: subject.number(day)?,
        date: date(day),
        atc,
        packages,
        ddd_tenths: (ddd * 10.0) as u32 * u32::from(packages),
        specialty,
        reimbursement: [Some("2"), Some("2"), Some("2"), Some("3a"), Some("H"), None, None][dice.below(7) as usize],
    })
}
