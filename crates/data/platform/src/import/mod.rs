//! From a CSV file and a description to typed rows. Pure: no database and no clock.
//!
//! Nothing is dropped in silence. A file whose *structure* is wrong (encoding, header, separator)
//! is refused as a whole with its line ([`Refused`]); a *row* that cannot be used is named with
//! line, column and reason ([`Fault`]) and the rest goes on.

mod describe;
mod read;
mod report;
mod value;

pub use describe::{Field, Layout, LayoutError, values_of};
pub use read::{Refused, Row, Rows, batch, inspect};
pub use report::{Fault, Figures, Quality, Reason};
pub use value::Value;
