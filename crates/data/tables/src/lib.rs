//! Safe tables: from a question about a dataset to an answer that may be told to anybody. Pure: releases,
//! exclusions and facts in, numbers with their noise out.
//!
//! - [`Question`] is what can be asked, and the one form in which the same question always looks the same.
//! - [`Job`] counts it with the engine ([`Job::count`]: true numbers, for nobody's eyes), and makes of what was
//!   counted what may be told ([`Job::tell`]).
//! - [`Answer`] is what is told, with the record of what was checked.
//! - [`rules_table`] is the way for tables that are told exactly: the rules of disclosure control take it from there.
//!
//! Whether a cell is told is decided by its own people alone, by the same noise that it is told with: an exact
//! limit would tell, by a yes or no, of one person more or less; and a cell that was withheld to hide another
//! could be asked for again in a table without the other.
//!
//! A crate of its own, so that what an answer costs is measured without building the rest of the program.

pub mod answer;
mod count;
mod error;
mod facts;
mod fine;
mod quartiles;
pub mod question;
mod rules;
mod tell;

pub use answer::{Answer, Checked, Grid, Told, Withheld};
pub use count::{Job, Pinned, SCALE, Truth};
pub use error::CountError;
pub use facts::{Keys, Known, People};
pub use question::{Condition, Dimension, Measure, Question};
pub use rules::{places, rules_table};
pub use tell::{LEAST_AMOUNT, LEAST_QUARTILES, POPULATION, prepare};
