//! The legal basis that every rule, decision and disclosure names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in a law that allows or demands something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LegalBasis {
    /// The law, as it is cited: `helseregisterloven`, `GDPR`, `EHDS`.
    pub law: String,
    /// The place in it: `§ 19 a`, `art. 6(1)(e)`.
    pub section: String,
}

impl LegalBasis {
    /// A basis by law and section.
    pub fn new(law: impl Into<String>, section: impl Into<String>) -> Self {
        Self { law: law.into(), section: section.into() }
    }
}

impl fmt::Display for LegalBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.law, self.section)
    }
}
