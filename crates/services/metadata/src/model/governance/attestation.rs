//! The yearly confirmation that a description is right (EHDS art. 60(3)).

use jiff::{ToSpan as _, civil::Date};
use serde::Serialize;

/// How a source stands with its yearly confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// More than 30 days are left.
    Confirmed,
    /// 30 days or fewer are left: the first reminder.
    Soon,
    /// 7 days or fewer are left: the second reminder.
    Close,
    /// The day has passed.
    Overdue,
}

impl Standing {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Soon => "soon",
            Self::Close => "close",
            Self::Overdue => "overdue",
        }
    }
}

/// The last day to confirm again: a year after the day of the last confirmation, or of the first
/// publication when there is none.
pub fn due_after(last: Date) -> Date {
    last.saturating_add(1.year())
}

/// How it stands on a day.
pub fn standing(due: Date, today: Date) -> Standing {
    let before = |days: i64| due.saturating_sub(days.days());
    match () {
        () if today > due => Standing::Overdue,
        () if today >= before(7) => Standing::Close,
        () if today >= before(30) => Standing::Soon,
        () => Standing::Confirmed,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn reminders_come_thirty_and_seven_days_before_and_the_day_itself_counts() {
        let due = due_after(date(2024, 2, 29));
        assert_eq!(due, date(2025, 2, 28));
        for (today, expected) in [
            (date(2025, 1, 28), Standing::Confirmed),
            (date(2025, 1, 29), Standing::Soon),
            (date(2025, 2, 20), Standing::Soon),
            (date(2025, 2, 21), Standing::Close),
            (date(2025, 2, 28), Standing::Close),
            (date(2025, 3, 1), Standing::Overdue),
        ] {
            assert_eq!(standing(due, today), expected, "{today}");
        }
    }
}
