//! Applications, assessments and decisions; pure.

mod application;
mod assessment;
mod decision;
mod large;
mod need;

pub use application::{Application, Content, MissingPart, Question, State};
pub use assessment::{Assessment, CRITERIA, Criterion, Finding};
pub use decision::{Decision, DecisionRefused, Grant, Known, Outcome, Proposal, decide};
pub use large::{OnLarge, Reach};
pub(crate) use need::mentioned;
pub use need::{Kinds, flaws, granularity_flaws, new_granularity_flaws};
