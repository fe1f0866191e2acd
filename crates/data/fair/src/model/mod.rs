//! The models, pure: each is a function from [`Facts`] to [`Finding`]s.

mod facts;
mod fdmm;
mod field;
mod finding;
mod gather;
mod health;
pub(crate) mod judgement;
mod label;
mod maturity;
mod mqa;
mod outline;
mod score;
#[cfg(test)]
mod tests;

pub use facts::{Access, Facts, Share};
pub use field::{Field, Place};
pub use finding::{Evidence, Finding, How, Improve, Outcome};
pub use gather::gather;
pub use judgement::{Judgement, Statement, holds_until};
pub use maturity::{Maturity, maturity, progress};
pub use outline::{BadOutline, Dimension, Indicator, Model, Obligation, Outline, Outlines};
pub use score::{Class, Points, Score};

/// What a model finds in the facts, for each of its indicators, in its order.
pub fn judge(outline: &Outline, facts: &Facts) -> Vec<Finding> {
    let rule = match outline.model {
        Model::Fdmm => fdmm::rule,
        Model::Mqa => mqa::rule,
        Model::Label => label::rule,
        Model::Health => health::rule,
    };
    let all = outline.indicators().map(|(_, indicator)| indicator);
    // An indicator without a rule is one that only a person can judge; a test names those.
    all.map(|one| rule(&one.id, facts).unwrap_or_else(|| finding::Found::person(Vec::new())).named(&one.id)).collect()
}
