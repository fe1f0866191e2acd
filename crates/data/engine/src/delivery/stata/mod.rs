//! Stata's .dta, format 118 (Stata 14 and newer; R's haven, pandas), as StataCorp publishes it in
//! "File formats .dta — Description of .dta file format". Written in one pass over the rows after one
//! that measures them, in little-endian order and without a time stamp, so that the same rows give the
//! same bytes. The one Rust crate that writes the format cannot write value labels; it is the
//! independent reader in the tests.
//!
//! What Stata cannot hold as it is: names longer than 32 characters are cut; value labels stand on
//! numbers alone, so a code list is a labelled number only where every code is a whole number written
//! plainly (`1`, not `01`), and text otherwise; a missing text and an empty one are the same; a number
//! that is none or infinite is missing.

mod frame;
mod name;
mod plan;

use std::io::{self, Write};

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use varde_core::Language;

use super::{Again, Table};
use crate::EngineError;
use frame::{Frame, Long};
pub(super) use name::names;
use plan::{Plan, Store, plans};

/// The number that stands for a missing value in a `long`, a `byte` and a `double` (section 4).
const MISSING_LONG: i32 = 2_147_483_621;
const MISSING_BYTE: i8 = 101;
const MISSING_DOUBLE: f64 = 8.988_465_674_311_58e307;
/// Days from Stata's 1960-01-01 to 1970-01-01, and the same in microseconds.
const DAYS: i32 = 3653;
const MICROSECONDS: i128 = 315_619_200_000_000;

/// Writes the file of a table. `again` gives its rows from the beginning each time it is called.
pub(super) fn write(
    out: &mut impl Write,
    table: &Table,
    language: Language,
    again: Again<'_>,
) -> Result<(), EngineError> {
    let (rows, plans) = plans(table, language, again)?;
    let frame = Frame::of(table, rows, &plans);
    let failed = |source: io::Error| EngineError::file(std::path::Path::new("a Stata file"), source);
    frame.before(out).map_err(failed)?;
    let mut row = 0;
    for batch in again()? {
        rows_of(out, &batch?, &plans, &mut row).map_err(failed)?;
    }
    frame.between(out).map_err(failed)?;
    if plans.iter().any(|plan| plan.store == Store::Long) {
        let mut row = 0;
        for batch in again()? {
            long_texts(out, &batch?, &plans, &mut row).map_err(failed)?;
        }
    }
    frame.after(out).map_err(failed)
}

fn rows_of(out: &mut impl Write, batch: &RecordBatch, plans: &[Plan], row: &mut u64) -> io::Result<()> {
    for at in 0..batch.num_rows() {
        *row += 1;
        for (place, (plan, column)) in plans.iter().zip(batch.columns()).enumerate() {
            cell(out, plan, column, at, Long { variable: place as u16 + 1, row: *row })?;
        }
    }
    Ok(())
}

fn cell(out: &mut impl Write, plan: &Plan, column: &dyn Array, at: usize, long: Long) -> io::Result<()> {
    match plan.store {
        Store::Byte => {
            let value = if column.is_null(at) { MISSING_BYTE } else { i8::from(column.as_boolean().value(at)) };
            out.write_all(&value.to_le_bytes())
        }
        Store::Whole => out.write_all(&plan.whole(column, at).unwrap_or(MISSING_LONG).to_le_bytes()),
        Store::Double => {
            let value = plan.double(column, at).filter(|v| v.is_finite() && v.abs() < MISSING_DOUBLE);
            out.write_all(&value.unwrap_or(MISSING_DOUBLE).to_le_bytes())
        }
        Store::Text(width) => {
            let text = plan.text(column, at);
            out.write_all(text.as_bytes())?;
            io::copy(&mut io::Read::take(io::repeat(0), u64::from(width) - text.len() as u64), out)?;
            Ok(())
        }
        Store::Long if plan.text(column, at).is_empty() => out.write_all(&[0; 8]),
        Store::Long => out.write_all(&long.reference()),
    }
}

fn long_texts(out: &mut impl Write, batch: &RecordBatch, plans: &[Plan], row: &mut u64) -> io::Result<()> {
    for at in 0..batch.num_rows() {
        *row += 1;
        for (place, (plan, column)) in plans.iter().zip(batch.columns()).enumerate() {
            if plan.store == Store::Long {
                let text = plan.text(column, at);
                Long { variable: place as u16 + 1, row: *row }.write(out, &text)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
