//! A quality register whose rows are made from its codebook file, as anybody's could be.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::Date;
use varde_core::identifier::NationalNumber;

use super::{ID_COLUMN, Register, Subject};
use crate::{
    calendar::{Day, date},
    organisations::{TRUSTS, numbers},
    random::{Dice, Purpose},
};

/// A registration in the quality register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The person's index.
    pub index: u32,
    /// The national number as it was on the day.
    pub number: NationalNumber,
    /// The day of the visit.
    pub date: Date,
    /// The values in the order of the codebook's columns; the cell of [`ID_COLUMN`] is empty here.
    pub values: Vec<String>,
}

/// A variable of the codebook, as far as values are made from it.
pub(super) struct Variable {
    pub(super) column: String,
    kind: String,
    required: bool,
    codes: Vec<(String, String, String)>,
    normal: (f64, f64),
    maximum: (f64, f64),
    decimals: usize,
    introduced: String,
    retired: String,
}

static VARIABLES: LazyLock<Vec<Variable>> = LazyLock::new(|| variables(Register::HeartFailure.codebook()));

/// The variables of a codebook in its order. Rows with the same id are the values of one list.
pub(super) fn variables(codebook: &str) -> Vec<Variable> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(codebook.as_bytes());
    let mut variables: Vec<Variable> = Vec::new();
    for row in reader.deserialize::<BTreeMap<String, String>>().flatten() {
        let cell = |column: &str| row.get(column).map_or("", |cell| cell.trim());
        let code = (cell("listeverdier").to_owned(), cell("innfoert_dato").to_owned(), cell("utfaset_dato").to_owned());
        match variables.last_mut().filter(|last| last.column == cell("fysisk_feltnavn")) {
            Some(last) => last.codes.push(code),
            None => variables.push(variable(cell, code)),
        }
    }
    variables
}

fn variable<'a>(cell: impl Fn(&str) -> &'a str, code: (String, String, String)) -> Variable {
    let number = |column: &str, otherwise: f64| cell(column).parse().unwrap_or(otherwise);
    let maximum = (number("maksintervall_start_numerisk", 0.0), number("maksintervall_slutt_numerisk", 100.0));
    let normal = ("normalintervall_start_numerisk", "normalintervall_slutt_numerisk");
    Variable {
        column: cell("fysisk_feltnavn").to_owned(),
        kind: cell("type").to_owned(),
        required: cell("obligatorisk") == "Ja",
        normal: (number(normal.0, maximum.0), number(normal.1, maximum.1)),
        maximum,
        decimals: cell("desimaler").parse().unwrap_or(0),
        introduced: cell("innfoert_dato").to_owned(),
        retired: if code.0.is_empty() { cell("utfaset_dato").to_owned() } else { String::new() },
        codes: vec![code],
    }
}

/// The headings of the register's file.
pub(super) fn columns() -> impl Iterator<Item = &'static str> {
    VARIABLES.iter().map(|variable| variable.column.as_str())
}

pub(super) fn registrations(subject: &Subject<'_>, rows: &mut Vec<Registration>) {
    let Some(began) = subject.health().heart_failure() else { return };
    let mut dice = subject.dice(Purpose::Quality);
    let (from, until) = subject.presence();
    let planted = crate::population::has_heart_failure(subject.index).is_some();
    // Most hospitals report, and most patients consent.
    if !(planted || dice.percent(82)) {
        return;
    }
    let mut day = began.max(from) + dice.between(0, 45);
    for visit in 1..=1 + dice.below(4) {
        if day > until {
            return;
        }
        rows.extend(registration(subject, &mut dice, began, day, visit));
        day += dice.between(120, 420);
    }
}

fn registration(subject: &Subject<'_>, dice: &mut Dice, began: Day, day: Day, visit: u32) -> Option<Registration> {
    let trust = TRUSTS[usize::from(subject.home(day).trust)];
    let value = |variable: &Variable| match variable.column.as_str() {
        ID_COLUMN => String::new(),
        "visit_date" => date(day).to_string(),
        "onset_date" => date(began).to_string(),
        "visit_type" => if visit == 1 { "1" } else { "2" }.to_owned(),
        "hospital" => numbers()[trust].to_string(),
        _ => variable.value(dice, &date(day).to_string()),
    };
    let values = VARIABLES.iter().map(value).collect();
    Some(Registration { index: subject.index, number: subject.number(day)?, date: date(day), values })
}

impl Variable {
    /// A value on a day (`2024-01-31`); empty when the variable was not in use then.
    fn value(&self, dice: &mut Dice, day: &str) -> String {
        let in_use = |from: &str, until: &str| from <= day && (until.is_empty() || day <= until);
        let missing = !self.required && dice.percent(5);
        if missing || !in_use(&self.introduced_first(), &self.retired) {
            return String::new();
        }
        match self.kind.as_str() {
            "Listevariabel" => {
                let codes: Vec<_> = self.codes.iter().filter(|(_, from, until)| in_use(from, until)).collect();
                // The earlier of two numbers below the count: the first codes are the commonest.
                let at = dice.below(codes.len() as u32).min(dice.below(codes.len() as u32));
                codes.get(at as usize).map_or_else(String::new, |(value, ..)| value.clone())
            }
            "Tallvariabel" => self.number(dice),
            "Avkrysningsboks" => u8::from(dice.percent(62)).to_string(),
            "Tekstvariabel" if dice.percent(20) => {
                (*dice.pick(&["Kols", "Diabetes", "Nyresvikt", "Atrieflimmer", "Søvnapné", "Anemi"])).to_owned()
            }
            _ => String::new(),
        }
    }

    /// Around the middle of what is normal; one in fifty is unusual, yet possible.
    fn number(&self, dice: &mut Dice) -> String {
        let unusual = dice.percent(2);
        let (low, high) = if unusual { (self.normal.1, self.maximum.1) } else { self.normal };
        let share = (dice.unit() + dice.unit()) / 2.0;
        format!("{:.*}", self.decimals, low + (high - low) * share)
    }

    /// A list is introduced with its earliest value.
    fn introduced_first(&self) -> String {
        let first = self.codes.iter().map(|(_, from, _)| from).min();
        first.unwrap_or(&self.introduced).clone()
    }
}
