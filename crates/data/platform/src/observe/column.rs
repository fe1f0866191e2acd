//! Which group each value of a column falls into.

use std::collections::HashMap;

use datafusion::arrow::{
    array::{Array, AsArray},
    datatypes::{Float64Type, Int64Type},
};
use varde_metadata::{Groups, Interval};

use crate::engine::{Column, Kind};

/// More different values than this are no list of codes, whatever the column says.
const MOST_CODES: usize = 20_000;

/// The groups of a column's values, found while they are read.
#[derive(Debug)]
pub(super) enum Values {
    /// Texts, dates, and what turned out to be no list: no groups.
    Ungrouped,
    /// Codes with the place of each; `closed` when the column names all there are.
    Codes { places: HashMap<String, u32>, codes: Vec<String>, closed: bool },
    /// Yes and no.
    Truths,
    /// Numbers, cut at these values.
    Numbers { cuts: Vec<f64>, whole: bool },
}

impl Values {
    pub(super) fn of(column: &Column, cuts: Option<&Vec<f64>>) -> Self {
        match (column.kind, cuts) {
            (Kind::Code, _) => {
                let codes: Vec<String> = column.codes.iter().map(|code| code.code.clone()).collect();
                let places = codes.iter().zip(0..).map(|(code, at)| (code.clone(), at)).collect();
                Self::Codes { places, closed: !codes.is_empty(), codes }
            }
            (Kind::Boolean, _) => Self::Truths,
            (Kind::Integer | Kind::Decimal, Some(cuts)) if !cuts.is_empty() => {
                Self::Numbers { cuts: cuts.clone(), whole: column.kind == Kind::Integer }
            }
            _ => Self::Ungrouped,
        }
    }

    /// The group of each value; `None` for no value, and where there are no groups.
    pub(super) fn places(&mut self, array: &dyn Array) -> Vec<Option<u32>> {
        let rows = 0..array.len();
        match self {
            Self::Ungrouped => Vec::new(),
            Self::Codes { places, codes, .. } => {
                let texts = array.as_string::<i32>();
                let found = rows.map(|row| texts.is_valid(row).then(|| place(places, codes, texts.value(row))));
                let found = found.collect();
                if codes.len() > MOST_CODES {
                    *self = Self::Ungrouped;
                    return Vec::new();
                }
                found
            }
            Self::Truths => {
                let truths = array.as_boolean();
                rows.map(|row| truths.is_valid(row).then(|| u32::from(truths.value(row)))).collect()
            }
            Self::Numbers { cuts, .. } => {
                let numbers = numbers(array);
                // As many groups below as cuts are not above the number.
                numbers.map(|found| found.map(|n| cuts.partition_point(|cut| *cut <= n) as u32)).collect()
            }
        }
    }

    /// The groups found; `None` when there are none.
    pub(super) fn groups(&self) -> Option<Groups> {
        match self {
            Self::Ungrouped => None,
            Self::Codes { codes, closed: true, .. } => Some(Groups::Codes(codes.clone())),
            Self::Codes { codes, .. } => Some(Groups::SomeCodes(codes.clone())),
            Self::Truths => Some(Groups::Codes(vec!["false".to_owned(), "true".to_owned()])),
            Self::Numbers { cuts, whole } => {
                let from = std::iter::once(None).chain(cuts.iter().copied().map(Some));
                let until = cuts.iter().copied().map(Some).chain([None]);
                let interval = |(from, until)| Interval { from, until, whole: *whole };
                Some(Groups::Intervals(from.zip(until).map(interval).collect()))
            }
        }
    }
}

/// The place of a code; one that no list names gets the next.
fn place(places: &mut HashMap<String, u32>, codes: &mut Vec<String>, code: &str) -> u32 {
    if let Some(place) = places.get(code) {
        return *place;
    }
    let place = codes.len() as u32;
    places.insert(code.to_owned(), place);
    codes.push(code.to_owned());
    place
}

/// The numbers of a column of numbers; those that are none are no value.
pub(super) fn numbers(array: &dyn Array) -> impl Iterator<Item = Option<f64>> {
    let whole = array.as_primitive_opt::<Int64Type>();
    let decimal = array.as_primitive_opt::<Float64Type>();
    (0..array.len()).map(move |row| {
        if array.is_null(row) {
            return None;
        }
        let number = match (whole, decimal) {
            (Some(whole), _) => whole.value(row) as f64,
            (_, Some(decimal)) => decimal.value(row),
            _ => return None,
        };
        number.is_finite().then_some(number)
    })
}
