//! CSV by RFC 4180: UTF-8, comma, lines that end with CR LF, quotes where they are needed. A missing
//! value is nothing at all, a text without letters is `""`. Dates and times are ISO 8601, truths
//! `true` and `false`, decimals the shortest number that reads back the same, in XML Schema's words
//! where they are none (`NaN`, `INF`, `-INF`), as CSVW has it.

use std::io::{self, Write};

use datafusion::arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{DataType, Date32Type, Float64Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType},
};

use crate::release::day;

/// Writes the heading.
pub(super) fn heading<'a>(out: &mut impl Write, names: impl Iterator<Item = &'a str>) -> io::Result<()> {
    for (place, name) in names.enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        text(out, name)?;
    }
    out.write_all(b"\r\n")
}

/// Writes rows.
pub(super) fn rows(out: &mut impl Write, batch: &RecordBatch) -> io::Result<()> {
    for row in 0..batch.num_rows() {
        for (place, column) in batch.columns().iter().enumerate() {
            if place > 0 {
                out.write_all(b",")?;
            }
            if !column.is_null(row) {
                cell(out, column, row)?;
            }
        }
        out.write_all(b"\r\n")?;
    }
    Ok(())
}

fn cell(out: &mut impl Write, column: &dyn Array, row: usize) -> io::Result<()> {
    match column.data_type() {
        DataType::Utf8 => text(out, column.as_string::<i32>().value(row)),
        DataType::Int32 => write!(out, "{}", column.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => write!(out, "{}", column.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => decimal(out, column.as_primitive::<Float64Type>().value(row)),
        DataType::Boolean => write!(out, "{}", column.as_boolean().value(row)),
        DataType::Date32 => match day(column.as_primitive::<Date32Type>().value(row)) {
            Some(day) => write!(out, "{day}"),
            None => Ok(()),
        },
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            match moment(column.as_primitive::<TimestampMicrosecondType>().value(row)) {
                Some(moment) => write!(out, "{moment}"),
                None => Ok(()),
            }
        }
        other => Err(io::Error::other(format!("no delivered column is of type {other}"))),
    }
}

fn decimal(out: &mut impl Write, value: f64) -> io::Result<()> {
    if value.is_nan() {
        return out.write_all(b"NaN");
    }
    if value.is_infinite() {
        return out.write_all(if value > 0.0 { b"INF" } else { b"-INF" });
    }
    // With its point, so that readers that guess see a decimal where all values happen to be whole.
    write!(out, "{value:?}")
}

fn text(out: &mut impl Write, text: &str) -> io::Result<()> {
    if !text.is_empty() && !text.contains(['"', ',', '\r', '\n']) {
        return out.write_all(text.as_bytes());
    }
    write!(out, "\"{}\"", text.replace('"', "\"\""))
}

/// The civil date and time of microseconds since 1970; `None` outside the years −9999 to 9999.
fn moment(microseconds: i64) -> Option<jiff::civil::DateTime> {
    let span = jiff::Span::new().try_microseconds(microseconds).ok()?;
    jiff::civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0).checked_add(span).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::{
        array::{ArrayRef, StringArray},
        datatypes::{Field, Schema},
    };
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// An independent reader gives back every text; what is missing is told apart from nothing written.
        #[test]
        fn every_text_reads_back(texts in prop::collection::vec(prop::option::of("[ -~æøå\"\r\n,;]{0,12}"), 1..20)) {
            let schema = Arc::new(Schema::new(vec![Field::new("a", DataType::Utf8, true), Field::new("b", DataType::Utf8, true)]));
            let column: ArrayRef = Arc::new(StringArray::from(texts.clone()));
            let batch = RecordBatch::try_new(schema, vec![column.clone(), column]).unwrap();
            let mut out = Vec::new();
            heading(&mut out, ["a", "b"].into_iter()).unwrap();
            rows(&mut out, &batch).unwrap();
            let mut reader = csv::Reader::from_reader(out.as_slice());
            let read: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(read.len(), texts.len());
            for (record, text) in read.iter().zip(&texts) {
                prop_assert_eq!(&record[0], text.as_deref().unwrap_or(""));
                prop_assert_eq!(&record[1], &record[0]);
            }
            let empty = texts.iter().filter(|text| text.as_deref() == Some("")).count();
            let lone = String::from_utf8(out).unwrap().split("\r\n").filter(|line| *line == "\"\",\"\"").count();
            prop_assert!(lone >= empty);
        }

        #[test]
        fn every_decimal_reads_back(value in any::<f64>()) {
            let mut out = Vec::new();
            decimal(&mut out, value).unwrap();
            let read: f64 = String::from_utf8(out).unwrap().parse().unwrap();
            prop_assert!(read == value || (read.is_nan() && value.is_nan()));
        }
    }

    #[test]
    fn moments_are_iso_8601() {
        assert_eq!(moment(0).unwrap().to_string(), "1970-01-01T00:00:00");
        assert_eq!(moment(-1).unwrap().to_string(), "1969-12-31T23:59:59.999999");
        assert_eq!(moment(i64::MAX), None);
    }
}
