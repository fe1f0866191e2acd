//! Whom a vendor wants told.

use serde::{Deserialize, Serialize};
use varde_core::Language;

/// Where mail about a product goes, and in which language. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// An e-mail address.
    pub email: String,
    /// The language, as the vendor chose it.
    #[serde(default)]
    pub language: Language,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact")
    }
}
