//! Applications, assessments and decisions; pure.

mod application;
mod assessment;
mod decision;

pub use application::{Application, Content, MissingPart, Question, State};
pub use assessment::{Assessment, CRITERIA, Criterion, Finding};
pub use decision::{Decision, DecisionRefused, Grant, Outcome, Proposal, coarser_or_same, decide};
