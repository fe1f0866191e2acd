//! What an automatic check of a result says: what, where, why, and what to do.

use serde::{Deserialize, Serialize};
use varde_core::LocalisedText;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know for the reviewer.
    Note,
    /// The researcher must explain it before the request can be submitted.
    Explain,
    /// The file cannot leave as it is.
    Stop,
}

impl Severity {
    /// The name in texts and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Explain => "explain",
            Self::Stop => "stop",
        }
    }
}

/// One finding about one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which rule, such as `file_type` or `minimum_frequency`.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// Where in the file: `line 4, column "n"`; empty for the whole file.
    pub place: String,
    /// What is there.
    pub what: LocalisedText,
    /// Why it matters.
    pub why: LocalisedText,
    /// What to do about it.
    pub advice: LocalisedText,
}
