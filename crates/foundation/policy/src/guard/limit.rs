//! How many denials and failed attempts are entered: a budget per subject and minute, so that nobody
//! can fill the log by knocking.

use std::collections::BTreeMap;

use jiff::Timestamp;
use varde_core::Subject;

/// Entries per subject and minute.
const BUDGET: u32 = 60;
/// Subjects remembered; beyond this the minute's newcomers share one budget.
const SUBJECTS: usize = 10_000;

/// What to do with a denial or a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Enter it, with how many were withheld before it.
    Enter {
        /// How many were counted only since the last one that was entered.
        withheld: u64,
    },
    /// Count it only.
    Withhold,
}

/// The budgets of the present minute: 60 entries a subject, all who are not logged in share 60.
#[derive(Debug, Default)]
pub struct Limit {
    minute: i64,
    used: BTreeMap<Subject, u32>,
    withheld: u64,
}

impl Limit {
    /// Whether what this subject did now is entered.
    pub fn ask(&mut self, subject: &Subject, now: Timestamp) -> Verdict {
        let minute = now.as_second().div_euclid(60);
        if minute != self.minute {
            self.minute = minute;
            self.used.clear();
        }
        let full = self.used.len() >= SUBJECTS && !self.used.contains_key(subject);
        let key = if full { Subject::Anonymous } else { subject.clone() };
        let used = self.used.entry(key).or_default();
        if *used >= BUDGET {
            self.withheld += 1;
            return Verdict::Withhold;
        }
        *used += 1;
        Verdict::Enter { withheld: std::mem::take(&mut self.withheld) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_has_a_budget_a_minute_and_the_rest_is_counted() {
        let mut limit = Limit::default();
        let now = Timestamp::from_second(1_000_000_020).unwrap();
        for _ in 0..BUDGET {
            assert_eq!(limit.ask(&Subject::Anonymous, now), Verdict::Enter { withheld: 0 });
        }
        assert_eq!(limit.ask(&Subject::Anonymous, now), Verdict::Withhold);
        assert_eq!(limit.ask(&Subject::Anonymous, now), Verdict::Withhold);
        let other = Subject::Client { client: "other".to_owned() };
        assert_eq!(limit.ask(&other, now), Verdict::Enter { withheld: 2 });
        let later = Timestamp::from_second(1_000_000_080).unwrap();
        assert_eq!(limit.ask(&Subject::Anonymous, later), Verdict::Enter { withheld: 0 });
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut limit = Limit::default();
        let now = Timestamp::from_second(0).unwrap();
        for n in 0..SUBJECTS + 500 {
            limit.ask(&Subject::Client { client: n.to_string() }, now);
        }
        assert!(limit.used.len() <= SUBJECTS + 1);
        assert_eq!(limit.withheld, 500 - u64::from(BUDGET));
    }
}
