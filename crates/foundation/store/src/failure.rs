//! Why a job or a reaction did not succeed, and whether trying again can help.

use std::time::Duration;

use varde_core::{Problem, ProblemKind};

/// Whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Something it depends on is away: try again, however often.
    Wait,
    /// It may be a fluke: try again a few times.
    Retry,
    /// It fails every time: somebody has to look at it.
    GiveUp,
}

/// Why a job or a reaction did not succeed. Every [`Problem`] becomes one by `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// For the operator: what happened and what to do; never a national number, a name or a token.
    pub reason: String,
    /// Whether trying again can help.
    pub remedy: Remedy,
}

impl Failure {
    /// Worth a few more attempts.
    pub fn retry(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), remedy: Remedy::Retry }
    }

    /// Not worth another attempt.
    pub fn give_up(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), remedy: Remedy::GiveUp }
    }
}

impl<E: Problem> From<E> for Failure {
    fn from(problem: E) -> Self {
        let remedy = match problem.kind() {
            ProblemKind::Unavailable | ProblemKind::TooMany => Remedy::Wait,
            ProblemKind::Conflict | ProblemKind::Internal => Remedy::Retry,
            _ => Remedy::GiveUp,
        };
        // Only the problem's own text: its sources may quote values.
        Self { reason: format!("{problem} ({})", problem.code()), remedy }
    }
}

/// How often and how soon to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The attempt after which it is given up (8).
    pub attempts: i32,
    /// The pause after the first failure (1 s); it doubles from attempt to attempt.
    pub first_pause: Duration,
    /// The longest pause (5 min).
    pub longest_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { attempts: 8, first_pause: Duration::from_secs(1), longest_pause: Duration::from_secs(300) }
    }
}

/// What to do about a failure.
pub(crate) enum Next {
    /// Try again after the pause, with this many failures counted.
    Again { after: Duration, attempts: i32 },
    /// Leave it to the operator.
    GiveUp { attempts: i32 },
}

impl Patience {
    /// What to do about a failure after `attempts` earlier ones.
    pub(crate) fn next(&self, remedy: Remedy, attempts: i32) -> Next {
        let counted = attempts.saturating_add(1);
        match remedy {
            Remedy::Wait => Next::Again { after: self.pause(attempts.max(2)), attempts },
            Remedy::Retry if counted < self.attempts => Next::Again { after: self.pause(attempts), attempts: counted },
            _ => Next::GiveUp { attempts: counted },
        }
    }

    fn pause(&self, attempts: i32) -> Duration {
        let doubled = self.first_pause.saturating_mul(2_u32.saturating_pow(attempts.unsigned_abs().min(20)));
        doubled.min(self.longest_pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreError;

    #[test]
    fn waits_for_what_is_away_and_gives_up_what_cannot_succeed() {
        let away = Failure::from(StoreError::Unavailable(sqlx::Error::PoolTimedOut));
        assert_eq!(away.remedy, Remedy::Wait);
        assert!(matches!(Patience::default().next(Remedy::Wait, 7), Next::Again { attempts: 7, .. }));
        assert!(matches!(Patience::default().next(Remedy::Retry, 7), Next::GiveUp { attempts: 8 }));
        assert!(matches!(Patience::default().next(Remedy::GiveUp, 0), Next::GiveUp { attempts: 1 }));
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pauses: Vec<u64> = (0..11).map(|n| Patience::default().pause(n).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }
}
