//! How much may be asked. Noise and rules protect single answers; that nobody asks without end protects what
//! many answers say together.

use serde::{Deserialize, Serialize};

/// What somebody may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Different questions in a day (in Norway).
    pub a_day: u64,
    /// Different questions about the same people, in all.
    pub of_a_population: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { a_day: 60, of_a_population: 30 }
    }
}

/// What somebody has asked: different questions, those answered again not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// Today.
    pub today: u64,
    /// About the people of the question.
    pub of_population: u64,
}

/// What is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The questions of a day.
    Day,
    /// The questions about the same people.
    Population,
}

impl Budget {
    /// What is used up, if one more question would be too many.
    pub const fn exceeded(&self, used: Use) -> Option<Limit> {
        if used.of_population >= self.of_a_population {
            Some(Limit::Population)
        } else if used.today >= self.a_day {
            Some(Limit::Day)
        } else {
            None
        }
    }

    /// The questions that are left today.
    pub const fn left(&self, used: Use) -> u64 {
        self.a_day.saturating_sub(used.today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_up_is_told() {
        let budget = Budget { a_day: 3, of_a_population: 2 };
        let used = |today, of_population| budget.exceeded(Use { today, of_population });
        assert_eq!(used(2, 1), None);
        assert_eq!(used(3, 1), Some(Limit::Day));
        assert_eq!(used(3, 2), Some(Limit::Population));
        assert_eq!((budget.left(Use::default()), budget.left(Use { today: 5, of_population: 0 })), (3, 0));
    }
}
