//! How each column is kept in Stata: measured over all rows first, since a text's width is fixed and a
//! whole number's room depends on the largest.

use std::borrow::Cow;

use datafusion::arrow::{
    array::{Array, AsArray},
    datatypes::{DataType, Date32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType},
};
use varde_core::Language;

use super::{
    super::{Again, Table, Told},
    DAYS, MICROSECONDS, names,
};
use crate::{EngineError, Kind};

/// The longest text of fixed width; longer ones are kept apart (`strL`).
const WIDEST: usize = 2045;
/// What a `long` can hold beside its codes for missing (section 4).
const WHOLE: std::ops::RangeInclusive<i64> = -2_147_483_647..=2_147_483_620;
/// Whole numbers that a double holds exactly.
const EXACT: i64 = 1 << 53;
/// Characters of a variable's label, bytes of a value's.
const LABEL: usize = 80;
const VALUE_LABEL: usize = 32_000;

/// How values are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Store {
    /// `byte`: yes and no.
    Byte,
    /// `long`: whole numbers, days, labelled codes.
    Whole,
    /// `double`: decimals, moments, whole numbers that need the room.
    Double,
    /// `str#`: texts of at most so many bytes.
    Text(u16),
    /// `strL`: texts kept apart.
    Long,
}

/// One column as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) store: Store,
    pub(super) format: &'static str,
    /// Value and label; the set is called as the variable is.
    pub(super) values: Vec<(i32, String)>,
    /// Bytes of the texts that are kept apart, and how many they are.
    pub(super) long: (u64, u64),
}

/// Rows, and how each column is kept.
pub(super) fn plans(table: &Table, language: Language, again: Again<'_>) -> Result<(u64, Vec<Plan>), EngineError> {
    let mut seen: Vec<Seen> =
        table.columns.iter().map(|column| Seen { plain: column.has_plain_codes(), ..Seen::default() }).collect();
    let mut rows = 0;
    for batch in again()? {
        let batch = batch?;
        rows += batch.num_rows() as u64;
        seen.iter_mut().zip(batch.columns()).for_each(|(seen, column)| seen.look(column));
    }
    let names = names(table.columns.iter().map(|c| c.name.as_str()));
    let plans =
        table.columns.iter().zip(names).zip(&seen).map(|((column, name), seen)| plan(column, name, seen, language));
    Ok((rows, plans.collect()))
}

fn plan(column: &Told, name: String, seen: &Seen, language: Language) -> Plan {
    let (store, format) = store(column, seen);
    let values = match store {
        Store::Byte => yes_and_no(language),
        Store::Whole => {
            let plain = column.codes.iter().filter_map(|c| Some((plain(&c.code)?, c.label.get(language))));
            let mut values: Vec<(i32, String)> =
                plain.map(|(v, label)| (v, cut(label, usize::MAX, VALUE_LABEL))).collect();
            values.sort_by_key(|(value, _)| *value);
            values.dedup_by_key(|(value, _)| *value);
            values
        }
        _ => Vec::new(),
    };
    let label = cut(column.label.get(language), LABEL, LABEL * 4);
    let long = if store == Store::Long { seen.long } else { (0, 0) };
    Plan { name, label, store, format, values, long }
}

fn store(column: &Told, seen: &Seen) -> (Store, &'static str) {
    let whole = WHOLE.contains(&seen.least) && WHOLE.contains(&seen.most);
    let exact = seen.least >= -EXACT && seen.most <= EXACT;
    match column.kind {
        Kind::Boolean => (Store::Byte, "%8.0g"),
        Kind::Decimal => (Store::Double, "%10.0g"),
        Kind::Moment => (Store::Double, "%tc"),
        Kind::Date if WHOLE.contains(&seen.least) && WHOLE.contains(&(seen.most + i64::from(DAYS))) => {
            (Store::Whole, "%td")
        }
        Kind::Date => (Store::Double, "%td"),
        Kind::Integer if whole => (Store::Whole, "%12.0g"),
        Kind::Integer if exact => (Store::Double, "%16.0g"),
        Kind::Code if seen.plain => (Store::Whole, "%12.0g"),
        // A whole number that no double holds is its digits.
        Kind::Integer => (Store::Text(seen.digits() as u16), "%20s"),
        Kind::Code | Kind::Text if seen.kept_apart || seen.widest > WIDEST => (Store::Long, "%9s"),
        Kind::Code | Kind::Text => (Store::Text(seen.widest.max(1) as u16), "%9s"),
    }
}

fn yes_and_no(language: Language) -> Vec<(i32, String)> {
    let (no, yes) = match language {
        Language::Nb | Language::Nn => ("Nei", "Ja"),
        Language::En => ("No", "Yes"),
    };
    vec![(0, no.to_owned()), (1, yes.to_owned())]
}

/// A code that is a whole number written plainly: `1` and `-9`, not `01`.
fn plain(code: &str) -> Option<i32> {
    code.parse::<i32>().ok().filter(|value| WHOLE.contains(&i64::from(*value)) && value.to_string() == code)
}

impl Told {
    fn has_plain_codes(&self) -> bool {
        self.kind == Kind::Code && !self.codes.is_empty() && self.codes.iter().all(|c| plain(&c.code).is_some())
    }
}

/// At most so many characters and bytes; a text that was cut ends in `…`.
fn cut(text: &str, characters: usize, bytes: usize) -> String {
    if text.len() <= bytes && text.chars().count() <= characters {
        return text.replace('\0', " ");
    }
    let (mut kept, mut length) = (String::new(), 0);
    for character in text.chars() {
        if length + 2 > characters || kept.len() + character.len_utf8() + '…'.len_utf8() > bytes {
            break;
        }
        kept.push(if character == '\0' { ' ' } else { character });
        length += 1;
    }
    kept + "…"
}

/// What was seen of a column.
#[derive(Debug, Clone, Default)]
struct Seen {
    least: i64,
    most: i64,
    widest: usize,
    kept_apart: bool,
    /// Whether every value so far is a plain code.
    plain: bool,
    long: (u64, u64),
}

impl Seen {
    fn look(&mut self, column: &dyn Array) {
        match column.data_type() {
            DataType::Utf8 => column.as_string::<i32>().iter().flatten().for_each(|text| self.text(text)),
            DataType::Int32 => column.as_primitive::<Int32Type>().iter().flatten().for_each(|v| self.whole(v.into())),
            DataType::Int64 => column.as_primitive::<Int64Type>().iter().flatten().for_each(|v| self.whole(v)),
            DataType::Date32 => column.as_primitive::<Date32Type>().iter().flatten().for_each(|v| self.whole(v.into())),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.widest = self.widest.max(text.len());
        // In a text of fixed width the first zero is its end.
        self.kept_apart |= text.contains('\0');
        self.plain = self.plain && plain(text).is_some();
        if !text.is_empty() {
            self.long = (self.long.0 + text.len() as u64, self.long.1 + 1);
        }
    }

    fn whole(&mut self, value: i64) {
        (self.least, self.most) = (self.least.min(value), self.most.max(value));
    }

    /// The digits and sign of the longest whole number.
    fn digits(&self) -> usize {
        self.least.to_string().len().max(self.most.to_string().len())
    }
}

impl Plan {
    /// The value of a cell that is kept as a `long`; `None` when it is missing.
    pub(super) fn whole(&self, column: &dyn Array, at: usize) -> Option<i32> {
        if column.is_null(at) {
            return None;
        }
        match column.data_type() {
            DataType::Utf8 => plain(column.as_string::<i32>().value(at)),
            DataType::Int32 => Some(column.as_primitive::<Int32Type>().value(at)),
            DataType::Int64 => i32::try_from(column.as_primitive::<Int64Type>().value(at)).ok(),
            DataType::Date32 => column.as_primitive::<Date32Type>().value(at).checked_add(DAYS),
            _ => None,
        }
    }

    /// The value of a cell that is kept as a `double`; `None` when it is missing.
    pub(super) fn double(&self, column: &dyn Array, at: usize) -> Option<f64> {
        if column.is_null(at) {
            return None;
        }
        match column.data_type() {
            DataType::Float64 => Some(column.as_primitive::<Float64Type>().value(at)),
            DataType::Int32 => Some(column.as_primitive::<Int32Type>().value(at).into()),
            DataType::Int64 => Some(column.as_primitive::<Int64Type>().value(at) as f64),
            DataType::Date32 => Some(f64::from(column.as_primitive::<Date32Type>().value(at)) + f64::from(DAYS)),
            DataType::Timestamp(..) => {
                // One rounding only: the sum is a whole number of microseconds.
                let since = i128::from(column.as_primitive::<TimestampMicrosecondType>().value(at)) + MICROSECONDS;
                Some(since as f64 / 1000.0)
            }
            _ => None,
        }
    }

    /// The value of a cell that is kept as text; empty when it is missing.
    pub(super) fn text<'a>(&self, column: &'a dyn Array, at: usize) -> Cow<'a, str> {
        if column.is_null(at) {
            return Cow::Borrowed("");
        }
        match column.data_type() {
            DataType::Utf8 => Cow::Borrowed(column.as_string::<i32>().value(at)),
            DataType::Int64 => Cow::Owned(column.as_primitive::<Int64Type>().value(at).to_string()),
            _ => Cow::Borrowed(""),
        }
    }
}
