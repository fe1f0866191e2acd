//! Queries. Nobody outside sees them.

pub(crate) mod facts;
pub(crate) mod files;
pub(crate) mod index;
pub(crate) mod organisations;
pub(crate) mod people;
pub(crate) mod personnel;
pub(crate) mod relations;
pub(crate) mod units;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use varde_core::Period;
use varde_store::Context;

/// The context: schema `basedata`.
pub static CONTEXT: Context = Context { name: "basedata", migrations: sqlx::migrate!() };

/// How many rows go to and from the database at a time: large enough to make the round trip not
/// matter, small enough to keep memory flat at 5.5 million people.
pub(crate) const CHUNK: usize = 50_000;

/// Periods as the two columns that hold them.
pub(crate) fn columns(periods: impl Iterator<Item = Period>) -> (Vec<jiff_sqlx::Date>, Vec<Option<jiff_sqlx::Date>>) {
    periods.map(|p| (p.from.to_sqlx(), p.until.map(Date::to_sqlx))).unzip()
}

/// A person index as PostgreSQL keeps it. Indices are given out below 2³¹.
pub(crate) fn to_database(index: u32) -> i32 {
    i32::try_from(index).unwrap_or(-1)
}

/// A person index read back.
pub(crate) fn from_database(index: i32) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
