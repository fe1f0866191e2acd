//! Which variables are alike, and why.
//!
//! Each variable becomes features: the words of its name and description by `varde-search`'s analysis
//! (forms, nynorsk beside bokmål, compounds, English), its codes, its type and unit. [`Similar`] finds those
//! worth a look by inverted lists and gives each a [`Score`] of parts that are all shown: nothing is told by
//! one number alone. Pure, and made anew from the catalogue when that changes.

mod distribution;
mod features;
mod find;
mod score;
mod words;

pub use distribution::Distribution;
pub use features::Described;
pub use find::{Alike, Pair, Similar};
pub use score::{Component, PARTS, Part, Reason, Score};

#[cfg(test)]
mod tests;
