//! Questions, budgets and answers, and requests for statistics; pure.

pub mod budget;
pub mod catalogue;
pub mod sequence;
pub mod statistics;

pub use budget::{Budget, Limit, Use};
pub use catalogue::{Explorable, Opened};
pub use varde_tables::{Answer, Condition, Dimension, Measure, Question, Withheld, answer, question};
