//! `[platform]`: releases and extracts.

use serde::Deserialize;

/// Releases and extracts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlatformSettings {
    /// From how many people on an extract waits for the access body to look at it once more before it is made.
    pub large_extract_people: u64,
}

impl Default for PlatformSettings {
    fn default() -> Self {
        Self { large_extract_people: varde_platform::LargeExtract::default().people }
    }
}
