//! SHACL Core (W3C recommendation, 20 July 2017): data held up against shapes.
//!
//! [`Shapes::read`] reads a shapes graph. Official files hold misspelt and draft terms (`sh:MinCount`,
//! `sh:targetSUbjectOf`, `sh:extends`), which the recommendation lets a validator pass over: they are
//! listed as [`Remark`]s, with the term that was probably meant, and refuse nothing. What is known but
//! cannot be obeyed, such as a pattern that is none, is a [`ShapesError`].
//!
//! [`Shapes::validate`] gives a [`Report`]: a [`Finding`] for each breach, with what the recommendation
//! asks for (section 3.6) and a reason in plain bokmål, nynorsk and English. Shapes may refer to each
//! other in circles: a node that is already being held up against a shape counts as conforming to it, and
//! the circle is remarked. SPARQL constraints are not evaluated; they are remarked.

mod check;
mod load;
mod path;
mod pattern;
mod reason;
mod remark;
mod report;
mod rules;
mod shape;
mod value;

#[cfg(test)]
mod tests;

pub use load::ShapesError;
pub use path::Path;
pub use remark::{Remark, RemarkKind};
pub use report::{Component, Finding, Report, Severity, TooDeep};
pub use shape::Shapes;
