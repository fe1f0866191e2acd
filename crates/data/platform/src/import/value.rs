//! One cell of a file.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};

use super::{Field, Reason};
use crate::engine::Kind;

/// A typed value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A decimal number, finite.
    Decimal(f64),
    /// Yes or no.
    Boolean(bool),
    /// A day.
    Date(Date),
    /// A day and a time of day.
    Moment(DateTime),
    /// A text or a code, as written: leading zeros stay.
    Text(String),
}

impl Value {
    /// The day, if the value has one.
    pub fn day(&self) -> Option<Date> {
        match self {
            Self::Date(date) => Some(*date),
            Self::Moment(moment) => Some(moment.date()),
            _ => None,
        }
    }

    /// The number, if the value is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    const fn kind(&self) -> Kind {
        match self {
            Self::Integer(_) => Kind::Integer,
            Self::Decimal(_) => Kind::Decimal,
            Self::Boolean(_) => Kind::Boolean,
            Self::Date(_) => Kind::Date,
            Self::Moment(_) => Kind::Moment,
            Self::Text(_) => Kind::Text,
        }
    }

    /// The value as text that reads back as the same value.
    pub fn text(&self) -> String {
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Decimal(number) => number.to_string(),
            Self::Boolean(truth) => u8::from(*truth).to_string(),
            Self::Date(date) => date.to_string(),
            Self::Moment(moment) => moment.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

pub(crate) use std::cmp::Ordering as Order;

/// How two values of a row stand to each other; `None` when they cannot be compared. A day and a moment
/// are compared by their days.
pub(crate) fn compare(one: &Value, other: &Value) -> Option<Order> {
    match (one, other) {
        (Value::Moment(one), Value::Moment(other)) => Some(one.cmp(other)),
        _ => match (one.day(), other.day()) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            _ => one.number()?.partial_cmp(&other.number()?),
        },
    }
}

/// Whether the value is the one that somebody has written so.
pub(crate) fn says(value: &Value, written: &str) -> bool {
    typed(value.kind(), written.trim()).is_ok_and(|read| read == *value)
}

/// Reads a cell; `None` for an empty one. Codes as of a date are checked when the row's is known.
pub(crate) fn parse(field: &Field, text: &str) -> Result<Option<Value>, Reason> {
    let text = text.trim();
    if text.is_empty() {
        return if field.required { Err(Reason::Missing) } else { Ok(None) };
    }
    let value = typed(field.column.kind, text)?;
    let possible = match &value {
        Value::Integer(number) => field.possible.has_number(*number as f64),
        Value::Decimal(number) => field.possible.has_number(*number),
        Value::Text(text) => field.length.is_none_or(|longest| text.chars().count() <= longest as usize),
        other => other.day().is_none_or(|day| field.possible.has_date(day)),
    };
    match (possible, &value) {
        (true, _) => Ok(Some(value)),
        (false, Value::Text(_)) => Err(Reason::TooLong),
        (false, _) => Err(Reason::OutOfRange),
    }
}

/// Reads a cell that stands alone: its code may be any that the list has ever had.
pub(crate) fn read_cell(field: &Field, text: &str) -> Result<Option<Value>, Reason> {
    let value = parse(field, text)?;
    value.as_ref().map_or(Ok(()), |value| listed(field, value, None))?;
    Ok(value)
}

/// Whether the value is one that the register calls normal.
pub(crate) fn normal(field: &Field, value: &Value) -> bool {
    match value {
        Value::Integer(number) => field.normal.has_number(*number as f64),
        Value::Decimal(number) => field.normal.has_number(*number),
        other => other.day().is_none_or(|day| field.normal.has_date(day)),
    }
}

/// Whether the code is on the field's list and was valid on the day.
pub(crate) fn listed(field: &Field, value: &Value, day: Option<Date>) -> Result<(), Reason> {
    let Value::Text(code) = value else { return Ok(()) };
    if field.codes.is_empty() {
        return Ok(());
    }
    let mut named = field.codes.iter().filter(|c| &c.value == code).peekable();
    if named.peek().is_none() {
        return Err(Reason::NotACode);
    }
    let valid = |day: Date| named.any(|c| c.from.is_none_or(|f| f <= day) && c.until.is_none_or(|u| day <= u));
    if day.is_none_or(valid) { Ok(()) } else { Err(Reason::CodeNotValidThen) }
}

fn typed(kind: Kind, text: &str) -> Result<Value, Reason> {
    match kind {
        // Programs that know no missing whole numbers write them as decimals.
        Kind::Integer => {
            text.strip_suffix(".0").unwrap_or(text).parse().map(Value::Integer).map_err(|_| Reason::NotAnInteger)
        }
        Kind::Decimal => {
            let number: f64 = text.replace(',', ".").parse().map_err(|_| Reason::NotANumber)?;
            if number.is_finite() { Ok(Value::Decimal(number)) } else { Err(Reason::NotANumber) }
        }
        Kind::Boolean => match text.to_lowercase().as_str() {
            "1" | "ja" | "j" | "true" | "t" | "yes" | "y" | "sann" => Ok(Value::Boolean(true)),
            "0" | "nei" | "n" | "false" | "f" | "no" | "usann" => Ok(Value::Boolean(false)),
            _ => Err(Reason::NotABoolean),
        },
        Kind::Date => date(text).map(Value::Date).ok_or(Reason::NotADate),
        Kind::Moment => moment(text).map(Value::Moment).ok_or(Reason::NotAMoment),
        Kind::Text | Kind::Code => Ok(Value::Text(text.to_owned())),
    }
}

/// `2024-03-09`, `09.03.2024`, or one of them with midnight behind it.
fn date(text: &str) -> Option<Date> {
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let midnight = time.bytes().all(|b| matches!(b, b'0' | b':' | b'.'));
    if midnight { plain(day) } else { None }
}

fn plain(text: &str) -> Option<Date> {
    let part = |from: usize, to: usize| text.get(from..to).filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
    let (year, month, day) = match (text.len(), text.get(4..5)?, text.get(7..8)?, text.get(2..3)?, text.get(5..6)?) {
        (10, "-", "-", ..) => (part(0, 4)?, part(5, 7)?, part(8, 10)?),
        (10, _, _, ".", ".") => (part(6, 10)?, part(3, 5)?, part(0, 2)?),
        _ => return None,
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn moment(text: &str) -> Option<DateTime> {
    match text.split_once([' ', 'T']) {
        None => plain(text).map(|day| day.at(0, 0, 0, 0)),
        // With a zone it is an instant: the civil time in Norway.
        Some((_, time)) if time.contains(['Z', 'z', '+', '-']) => {
            let instant: Timestamp = text.parse().ok()?;
            Some(instant.to_zoned(varde_core::clock::norway()).datetime())
        }
        Some((day, time)) => Some(plain(day)?.to_datetime(time.parse().ok()?)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_are_read_in_the_ways_registers_write_them() {
        for text in ["2164-03-09", "09.03.2164", "2164-03-09 00:00:00"] {
            assert_eq!(super::date(text), Some(date(2164, 3, 9)), "{text}");
        }
        for text in ["2164-02-30", "9.3.2164", "2164-03-09 10:00:00", "20640309", "æ164-03-09"] {
            assert_eq!(super::date(text), None, "{text}");
        }
        assert_eq!(moment("2164-10-23 21:09:00"), Some(date(2164, 10, 23).at(21, 9, 0, 0)));
        for text in ["2026-01-02 03:04:05+01", "2026-01-02T02:04:05Z"] {
            assert_eq!(moment(text), Some(date(2026, 1, 2).at(3, 4, 5, 0)), "{text}");
        }
    }

    #[test]
    fn a_value_reads_back_from_its_text() {
        let moment = date(2164, 10, 23).at(21, 9, 0, 1_000);
        let values = [
            (Kind::Integer, Value::Integer(-7)),
            (Kind::Decimal, Value::Decimal(0.1)),
            (Kind::Boolean, Value::Boolean(true)),
            (Kind::Date, Value::Date(date(2024, 2, 29))),
            (Kind::Moment, Value::Moment(moment)),
            (Kind::Code, Value::Text("007".to_owned())),
        ];
        for (kind, value) in values {
            assert_eq!(typed(kind, &value.text()), Ok(value));
        }
    }

    #[test]
    fn leading_zeros_are_part_of_a_code() {
        assert_eq!(typed(Kind::Code, "00006494300"), Ok(Value::Text("00006494300".to_owned())));
    }
}
