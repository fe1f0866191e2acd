//! Invented rows of one dataset.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    UInt32Array,
};
use varde_core::{Randomness, id::CataloguePath};
use varde_permit::{Codes, Cohort, DataNeed};

use super::Invented;
use crate::{Column, EngineError, Kind, release::day_number};

/// Rows a person, at most.
const ROWS: u64 = 8;
/// One in so many values is missing.
const MISSING: u64 = 20;
const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

/// The rows, by person.
pub(super) fn of(
    dataset: &Invented,
    need: &DataNeed,
    people: u32,
    randomness: &Randomness,
) -> Result<RecordBatch, EngineError> {
    let chance = Chance(randomness);
    let persons: Vec<u32> = (0..people).flat_map(|p| std::iter::repeat_n(p, 1 + chance.below(ROWS) as usize)).collect();
    let wanted = prefixes(need);
    let mut columns: Vec<ArrayRef> = vec![Arc::new(UInt32Array::from(persons.clone()))];
    for column in &dataset.schema.columns {
        let dated = dataset.schema.event_date.as_deref() == Some(&column.name);
        let prefixes = dataset.schema.dataset.join(&column.name).ok().and_then(|path| wanted.get(&path));
        let maker = Maker {
            chance: &chance,
            column,
            days: days(need),
            numbers: dataset.numbers.get(&column.name).copied(),
            prefixes: prefixes.map_or(&[], Vec::as_slice),
        };
        columns.push(maker.values(persons.len(), dated));
    }
    Ok(RecordBatch::try_new(dataset.schema.arrow(), columns)?)
}

/// First and last day of the need's period.
fn days(need: &DataNeed) -> (i32, i32) {
    let first = day_number(need.period.from);
    (first, need.period.until.map_or(first + 365, day_number).max(first))
}

/// Codes that the need looks for, so that its rule and its windows find somebody.
fn prefixes(need: &DataNeed) -> BTreeMap<CataloguePath, Vec<String>> {
    let mut found: BTreeMap<CataloguePath, Vec<String>> = BTreeMap::new();
    let mut add = |variable: &CataloguePath, prefixes: &[String]| {
        found.entry(variable.clone()).or_default().extend(prefixes.iter().filter(|p| !p.is_empty()).cloned());
    };
    of_rule(&need.cohort, &mut add);
    let having = need.variables.iter().filter_map(|variable| variable.measure.having.as_ref());
    let codes = need.design.events().map(|events| &events.codes).into_iter().chain(having);
    codes.for_each(|Codes { variable, prefixes }| add(variable, prefixes));
    found
}

fn of_rule(cohort: &Cohort, add: &mut impl FnMut(&CataloguePath, &[String])) {
    match cohort {
        Cohort::All(parts) | Cohort::Any(parts) => parts.iter().for_each(|part| of_rule(part, add)),
        Cohort::Not(part) => of_rule(part, add),
        Cohort::HasCode { variable, prefixes } => add(variable, prefixes),
        Cohort::Events(events) => add(&events.codes.variable, &events.codes.prefixes),
        _ => {}
    }
}

/// Numbers from the seed.
struct Chance<'a>(&'a Randomness);

impl Chance<'_> {
    fn number(&self) -> u64 {
        u64::from_le_bytes(self.0.bytes())
    }

    /// A number from 0 to one less than `end`.
    fn below(&self, end: u64) -> u64 {
        self.number() % end.max(1)
    }

    fn of<'v, T>(&self, values: &'v [T]) -> Option<&'v T> {
        values.get(self.below(values.len() as u64) as usize)
    }
}

/// Makes the values of one column.
struct Maker<'a> {
    chance: &'a Chance<'a>,
    column: &'a Column,
    days: (i32, i32),
    numbers: Option<(f64, f64)>,
    prefixes: &'a [String],
}

impl Maker<'_> {
    fn values(&self, rows: usize, dated: bool) -> ArrayRef {
        match self.column.kind {
            Kind::Integer => Arc::new(self.each(rows, dated, || self.whole()).collect::<Int64Array>()),
            Kind::Decimal => Arc::new(self.each(rows, dated, || self.decimal()).collect::<Float64Array>()),
            Kind::Boolean => Arc::new(self.each(rows, dated, || self.chance.below(2) == 1).collect::<BooleanArray>()),
            Kind::Date => Arc::new(self.each(rows, dated, || self.day()).collect::<Date32Array>()),
            Kind::Moment => Arc::new(self.each(rows, dated, || self.moment()).collect::<TimestampMicrosecondArray>()),
            Kind::Text => Arc::new(self.each(rows, dated, || self.text()).collect::<StringArray>()),
            Kind::Code => Arc::new(self.each(rows, dated, || self.code()).collect::<StringArray>()),
        }
    }

    fn each<T>(&self, rows: usize, always: bool, make: impl Fn() -> T) -> impl Iterator<Item = Option<T>> {
        (0..rows).map(move |_| (always || self.chance.below(MISSING) > 0).then(&make))
    }

    fn decimal(&self) -> f64 {
        let (low, high) = self.numbers.unwrap_or((0.0, 100.0));
        // Two decimals: a number that looks measured.
        let drawn = low + (high - low) * self.chance.below(10_001) as f64 / 10_000.0;
        (drawn * 100.0).round() / 100.0
    }

    fn whole(&self) -> i64 {
        if let Some(code) = self.chance.of(&self.column.codes)
            && let Ok(number) = code.code.parse()
        {
            return number;
        }
        self.decimal().round() as i64
    }

    fn day(&self) -> i32 {
        let (first, last) = self.days;
        first + i32::try_from(self.chance.below(u64::from(last.abs_diff(first)) + 1)).unwrap_or(0)
    }

    fn moment(&self) -> i64 {
        i64::from(self.day()) * MICROSECONDS_A_DAY + i64::try_from(self.chance.below(86_400)).unwrap_or(0) * 1_000_000
    }

    fn text(&self) -> String {
        format!("oppdiktet {}", self.chance.below(1000))
    }

    /// One of the list; else, every other time, one that the need looks for; else what looks like a code.
    fn code(&self) -> String {
        let wanted = self.chance.of(self.prefixes).filter(|_| self.chance.below(2) == 0);
        let listed = self.column.codes.iter().map(|c| c.code.as_str());
        if let Some(prefix) = wanted {
            let fits: Vec<&str> = listed.filter(|code| code.starts_with(prefix.as_str())).collect();
            return self.chance.of(&fits).map_or_else(|| prefix.clone(), |code| (*code).to_owned());
        }
        match self.chance.of(&self.column.codes) {
            Some(code) => code.code.clone(),
            None => {
                let letter = char::from(b'A' + u8::try_from(self.chance.below(26)).unwrap_or(0));
                format!("{letter}{:02}", self.chance.below(100))
            }
        }
    }
}
