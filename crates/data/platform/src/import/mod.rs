//! From a delivery and a description to typed rows. Pure: no database and no clock.
//!
//! Nothing is dropped in silence. A file whose *structure* is wrong (encoding, header, separator)
//! is refused as a whole with its line ([`Refused`]); a *row* that cannot be used is named with
//! line, column and reason ([`Fault`]) and the rest goes on.

mod batch;
mod coded;
mod describe;
mod invented;
mod report;
mod rows;
mod source;
mod together;
mod value;

pub use batch::batch;
pub(crate) use batch::cell;
pub use coded::{Coded, EditionCodes, EditionFrom, Judge, Judges, UsableCode};
pub use describe::{Field, Interval, Layout, LayoutError, REQUIRED_WHEN, UNIQUE, When, values_of};
pub use invented::invented;
pub use report::{Amended, Fault, Figures, Quality, Reason};
pub(crate) use rows::note;
pub use rows::{Refused, Row, Rows, Unusable, inspect};
pub use together::Linked;
pub use value::Value;
pub(crate) use value::read_cell;
