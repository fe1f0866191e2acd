//! Statistical disclosure control, pure: tables and files in, safe tables and findings out.
//!
//! A table of people or amounts is a [`tables::Table`]; [`protect`](protect()) makes a [`SafeTable`] of it by
//! [`rules::Rules`], with a [`record::Record`] of what was checked.
//!
//! Whether a file may leave a room is for [`examine`]; people decide.
//!
//! The rules and their defaults follow what the field uses (minimum frequency 5 or more, (n,k)
//! dominance of two contributors and 90 %, p% of 10): a check finds what machines can find, so that
//! the reviewer can look at the rest.

pub mod analyses;
pub mod audit;
pub mod differencing;
pub mod extremes;
pub mod files;
pub mod primary;
mod protect;
pub mod record;
pub mod rules;
mod safe;
mod secondary;
pub mod tables;
pub mod treatments;
mod words;

pub use files::{FileKind, Finding, Rule, Rules, examine};
pub use protect::{ProtectError, protect};
pub use safe::{Outcome, SafeCell, SafeTable, Why};
