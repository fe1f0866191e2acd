//! Extracts about so many people that somebody looks once more.
//!
//! Prop. 152 L (2024–2025) chapter 4 gives power to limit the sharing of large sets of health data,
//! also pseudonymised ones, for national security, and to demand background checks of those who get
//! them. It sets no number; the number is the installation's.

use jiff::Timestamp;
use serde::Serialize;
use varde_core::PersonId;

/// From which size on an extract is large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LargeExtract {
    /// So many people or more.
    pub people: u64,
}

impl Default for LargeExtract {
    /// Half a million people, about a tenth of the country.
    fn default() -> Self {
        Self { people: 500_000 }
    }
}

impl LargeExtract {
    /// Whether an extract about so many people is large.
    pub const fn is_reached_by(self, people: u64) -> bool {
        people >= self.people
    }
}

/// That an extract is held, since it is large.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    /// About how many people it is about.
    pub people: u64,
    /// Since when, UTC.
    pub at: Timestamp,
    /// Who let it go on; `None` while it waits.
    pub confirmation: Option<Confirmation>,
}

/// That somebody of the access body let a large extract go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confirmation {
    /// Who.
    pub by: PersonId,
    /// When, UTC.
    pub at: Timestamp,
    /// Why it may be delivered all the same.
    pub reason: String,
    /// Which background check of those who get it was made, such as a reference to where it is filed.
    pub background_check: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_large() {
        let limit = LargeExtract { people: 100 };
        assert!(!limit.is_reached_by(99));
        assert!(limit.is_reached_by(100) && limit.is_reached_by(101));
        assert!(!LargeExtract::default().is_reached_by(499_999));
    }
}
