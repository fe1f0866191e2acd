//! Days as small numbers: generating a hundred million dates must not cost calendar arithmetic.

use std::sync::LazyLock;

use jiff::{ToSpan, civil::Date};
use varde_core::Period;

/// A day, counted from 1900-01-01 as 0. Good until 2099.
pub(crate) type Day = i32;

/// The first day of the period that the registers cover.
pub(crate) const REGISTERS_FROM: Day = year(2016);
/// The last day of the period that the registers cover.
pub(crate) const REGISTERS_UNTIL: Day = year(2026) - 1;
/// The last day that the population register knows: 2026-10-31.
pub(crate) const TODAY: Day = year(2026) + 303;

/// 1 January of a year from 1900 to 2099 (1900 was no leap year, all others divisible by four are).
pub(crate) const fn year(year: i32) -> Day {
    (year - 1900) * 365 + (year - 1901) / 4
}

static DATES: LazyLock<Vec<Date>> = LazyLock::new(|| {
    let first = Date::constant(1900, 1, 1);
    (0..year(2051)).map(|day| first.checked_add(day.days()).unwrap_or(Date::MAX)).collect()
});

/// The calendar date of a day until the end of 2050.
pub(crate) fn date(day: Day) -> Date {
    usize::try_from(day).ok().and_then(|at| DATES.get(at)).copied().unwrap_or(Date::MAX)
}

/// Full years from birth to the day.
pub(crate) const fn age(birth: Day, day: Day) -> i32 {
    (day - birth) * 100 / 36_525
}

/// The period of two days, both included.
pub(crate) fn period(from: Day, until: Option<Day>) -> Period {
    Period { from: date(from), until: until.map(date) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        for y in 1900..2051 {
            assert_eq!(date(year(y)), Date::new(y as i16, 1, 1).unwrap());
        }
        assert_eq!(date(TODAY), Date::constant(2026, 10, 31));
        assert_eq!(date(REGISTERS_UNTIL), Date::constant(2025, 12, 31));
    }
}
