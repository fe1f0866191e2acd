//! Typed rows as columns, and columns as typed rows.

use std::sync::Arc;

use datafusion::arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
        TimestampMicrosecondArray, UInt32Array,
    },
    datatypes::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType},
    error::ArrowError,
};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use super::{Field, Layout, Value};
use crate::engine::{
    Kind,
    release::{day as day_of, day_number},
};

/// The rows of people whose index is known, as one batch of the layout's release.
pub fn batch(layout: &Layout, rows: &[(u32, Vec<Option<Value>>)]) -> Result<RecordBatch, ArrowError> {
    let persons: ArrayRef = Arc::new(UInt32Array::from_iter_values(rows.iter().map(|(person, _)| *person)));
    let columns = layout
        .fields
        .iter()
        .enumerate()
        .map(|(at, field)| column(field, rows.iter().map(move |(_, values)| values[at].as_ref())));
    RecordBatch::try_new(layout.schema.arrow(), std::iter::once(persons).chain(columns).collect())
}

fn column<'r>(field: &Field, values: impl Iterator<Item = Option<&'r Value>>) -> ArrayRef {
    match field.column.kind {
        Kind::Integer => Arc::new(values.map(|v| whole(v?)).collect::<Int64Array>()),
        Kind::Decimal => Arc::new(values.map(|v| decimal(v?)).collect::<Float64Array>()),
        Kind::Boolean => Arc::new(values.map(|v| truth(v?)).collect::<BooleanArray>()),
        Kind::Date => Arc::new(values.map(|v| v.and_then(Value::day).map(day_number)).collect::<Date32Array>()),
        Kind::Moment => Arc::new(values.map(|v| moment(v?)).collect::<TimestampMicrosecondArray>()),
        Kind::Text | Kind::Code => Arc::new(values.map(|v| text(v?)).collect::<StringArray>()),
    }
}

const fn whole(value: &Value) -> Option<i64> {
    if let Value::Integer(n) = value { Some(*n) } else { None }
}

const fn decimal(value: &Value) -> Option<f64> {
    if let Value::Decimal(n) = value { Some(*n) } else { None }
}

const fn truth(value: &Value) -> Option<bool> {
    if let Value::Boolean(b) = value { Some(*b) } else { None }
}

const fn text(value: &Value) -> Option<&str> {
    if let Value::Text(t) = value { Some(t.as_str()) } else { None }
}

fn moment(value: &Value) -> Option<i64> {
    if let Value::Moment(m) = value { Some(microseconds(*m)) } else { None }
}

fn microseconds(moment: DateTime) -> i64 {
    let time = moment.time();
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    let day = i64::from(day_number(moment.date()));
    (day * 86_400 + seconds) * 1_000_000 + i64::from(time.subsec_nanosecond()) / 1000
}

/// The value of a cell of a release. The column must be of the kind.
pub(crate) fn cell(kind: Kind, column: &ArrayRef, row: usize) -> Option<Value> {
    if column.is_null(row) {
        return None;
    }
    Some(match kind {
        Kind::Integer => Value::Integer(column.as_primitive_opt::<Int64Type>()?.value(row)),
        Kind::Decimal => Value::Decimal(column.as_primitive_opt::<Float64Type>()?.value(row)),
        Kind::Boolean => Value::Boolean(column.as_boolean_opt()?.value(row)),
        Kind::Date => Value::Date(day_of(column.as_primitive_opt::<Date32Type>()?.value(row))?),
        Kind::Moment => {
            let at = Timestamp::from_microsecond(column.as_primitive_opt::<TimestampMicrosecondType>()?.value(row));
            Value::Moment(at.ok()?.to_zoned(TimeZone::UTC).datetime())
        }
        Kind::Text | Kind::Code => Value::Text(column.as_string_opt::<i32>()?.value(row).to_owned()),
    })
}
