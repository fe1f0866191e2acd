//! What the codebook says of a single value.

use std::{collections::HashMap, sync::Arc};

use datafusion::arrow::{
    array::{Array, AsArray},
    datatypes::{Float64Type, Int64Type},
};
use jiff::civil::Date;

use crate::{
    engine::{
        Column, Kind,
        release::{day, days},
    },
    import::{Field, Interval, Judge, Reason},
};

/// What is found of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There is none.
    Missing,
    /// Nothing is said against it.
    Fine,
    /// Possible, and not normal.
    Unusual,
    /// It cannot be.
    Invalid,
    /// On the list, and not in use on the row's date.
    NotThen,
}

/// When a code is in use.
type InUse = (Option<Date>, Option<Date>);

/// What values of a column may be.
#[derive(Debug, Default)]
pub(super) struct Allowed {
    /// The only codes there are, where there is a list.
    codes: Option<HashMap<String, Vec<InUse>>>,
    /// What judges the codes by editions of their code system, and the day that stands for a row without one.
    judge: Option<(Arc<Judge>, Date)>,
    /// Whether some codes are in use for a while only.
    pub(super) dated: bool,
    possible: Interval,
    normal: Interval,
    length: Option<usize>,
}

impl Allowed {
    /// By the codebook where it describes the column, else by the release's own list.
    pub(super) fn of(column: &Column, field: Option<&Field>, judge: Option<(Arc<Judge>, Date)>) -> Self {
        let mut codes: HashMap<String, Vec<InUse>> = HashMap::new();
        match field {
            Some(field) => {
                field.codes.iter().for_each(|c| codes.entry(c.value.clone()).or_default().push((c.from, c.until)));
            }
            None => column.codes.iter().for_each(|c| codes.entry(c.code.clone()).or_default().push((None, None))),
        }
        Self {
            dated: judge.is_some() || codes.values().flatten().any(|(from, until)| from.is_some() || until.is_some()),
            judge,
            codes: (!codes.is_empty()).then_some(codes),
            possible: field.map(|f| f.possible).unwrap_or_default(),
            normal: field.map(|f| f.normal).unwrap_or_default(),
            length: field.and_then(|f| f.length).and_then(|length| usize::try_from(length).ok()),
        }
    }

    /// The verdict on each value; `dates` are the rows' dates.
    pub(super) fn verdicts(&self, kind: Kind, array: &dyn Array, dates: &[Option<Date>]) -> Vec<Verdict> {
        let rows = 0..array.len();
        let of =
            |row: usize, verdict: &dyn Fn() -> Verdict| if array.is_null(row) { Verdict::Missing } else { verdict() };
        match kind {
            Kind::Boolean => rows.map(|row| of(row, &|| Verdict::Fine)).collect(),
            Kind::Text | Kind::Code => {
                let texts = array.as_string::<i32>();
                rows.map(|row| of(row, &|| self.text(texts.value(row), dates[row]))).collect()
            }
            Kind::Integer | Kind::Decimal => {
                let numbers: Vec<Option<f64>> = ordinals(kind, array);
                let one = |number: f64| self.within(|interval| interval.has_number(number));
                rows.map(|row| of(row, &|| numbers[row].map_or(Verdict::Invalid, one))).collect()
            }
            Kind::Date | Kind::Moment => {
                let found: Vec<Option<Date>> = days(array).map(|d| d.and_then(day)).collect();
                let one = |date: Date| self.within(|interval| interval.has_date(date));
                rows.map(|row| of(row, &|| found[row].map_or(Verdict::Invalid, one))).collect()
            }
        }
    }

    fn text(&self, value: &str, date: Option<Date>) -> Verdict {
        if self.length.is_some_and(|most| value.chars().nth(most).is_some()) {
            return Verdict::Invalid;
        }
        if let Some((judge, otherwise)) = &self.judge {
            match judge.judge(value, date.unwrap_or(*otherwise)) {
                Ok(()) => {}
                Err(Reason::CodeNotValidThen) => return Verdict::NotThen,
                Err(_) => return Verdict::Invalid,
            }
        }
        let Some(codes) = &self.codes else { return Verdict::Fine };
        let Some(uses) = codes.get(value) else { return Verdict::Invalid };
        let then = |(from, until): &InUse| {
            date.is_none_or(|date| from.is_none_or(|f| f <= date) && until.is_none_or(|u| date <= u))
        };
        if uses.iter().any(then) { Verdict::Fine } else { Verdict::NotThen }
    }

    fn within(&self, has: impl Fn(&Interval) -> bool) -> Verdict {
        match (has(&self.possible), has(&self.normal)) {
            (false, _) => Verdict::Invalid,
            (true, false) => Verdict::Unusual,
            (true, true) => Verdict::Fine,
        }
    }
}

/// Numbers as they are, dates as days since 1970-01-01: what can be held against one another.
pub(super) fn ordinals(kind: Kind, array: &dyn Array) -> Vec<Option<f64>> {
    match kind {
        Kind::Integer => array.as_primitive::<Int64Type>().iter().map(|n| n.map(|n| n as f64)).collect(),
        Kind::Decimal => array.as_primitive::<Float64Type>().iter().map(|n| n.filter(|n| n.is_finite())).collect(),
        Kind::Date | Kind::Moment => days(array).map(|d| d.map(f64::from)).collect(),
        Kind::Boolean | Kind::Text | Kind::Code => vec![None; array.len()],
    }
}
