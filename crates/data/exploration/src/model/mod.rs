//! Questions, budgets and answers; pure.

pub mod answer;
pub mod budget;
pub mod catalogue;
pub mod question;
pub mod sequence;

pub use answer::{Answer, Withheld};
pub use budget::{Budget, Limit, Use};
pub use catalogue::{Explorable, Opened};
pub use question::{Condition, Dimension, Measure, Question};
