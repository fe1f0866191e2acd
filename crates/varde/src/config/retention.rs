//! `[retention]`: how long what has been done is kept.

use serde::Deserialize;

/// How long what has been done is kept. The log keeps what happened; this is about the rows that
/// drove it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionSettings {
    /// Days for which handled events and ended jobs are kept. Dead letters and failed jobs stay.
    pub finished_days: u32,
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self { finished_days: 90 }
    }
}
