//! Updates of a running project: how often the project may have its extract made again from newer
//! releases, and until when. Asked for in the application, decided, and a part of the permit.

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};
use varde_core::Period;

/// How often at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// Once in each year that is counted from the permit's first day.
    Yearly,
    /// Once in each quarter of a year that is counted from the permit's first day.
    Quarterly,
    /// Whenever a source has a new approved release.
    EachRelease,
}

impl Rhythm {
    /// All of them, the most seldom first: a rhythm that comes later is more often.
    pub const ALL: [Self; 3] = [Self::Yearly, Self::Quarterly, Self::EachRelease];

    /// Its name in forms, texts and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yearly => "yearly",
            Self::Quarterly => "quarterly",
            Self::EachRelease => "each_release",
        }
    }

    /// The rhythm of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rhythm| rhythm.name() == name)
    }

    /// How many months a term has; nothing when there is no limit but that of the releases.
    const fn months(self) -> Option<i32> {
        match self {
            Self::Yearly => Some(12),
            Self::Quarterly => Some(3),
            Self::EachRelease => None,
        }
    }
}

/// Which updates a project may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Updates {
    /// How often at most.
    pub every: Rhythm,
    /// For how many months from the permit's first day, at least 1. They end with the permit in any case.
    pub months: u32,
    /// Whether one is made only when somebody of the project asks for it, and not by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub when_asked: bool,
}

/// When the next update may be made, as far as the permit goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Now.
    Now,
    /// On this day: the term has had its own.
    From(Date),
    /// Never: the last day has passed, or comes before the next term.
    Over,
}

impl Updates {
    /// The last day on which one may be made.
    pub fn until(&self, valid: Period) -> Date {
        let own = valid.from.saturating_add(i64::from(self.months).months()).yesterday().unwrap_or(valid.from);
        valid.until.map_or(own, |until| until.min(own))
    }

    /// Whether these are no more than what was asked for: no oftener, no longer, and not by themselves when
    /// they were to be asked for.
    pub fn within(&self, asked: &Self) -> bool {
        self.every <= asked.every && self.months <= asked.months && (self.when_asked || !asked.when_asked)
    }

    /// When the next may be made, `last` being the day on which the newest extract of the permit was
    /// specified. The first extract has the first term.
    pub fn next(&self, valid: Period, last: Date, today: Date) -> Next {
        let until = self.until(valid);
        if today > until {
            return Next::Over;
        }
        let Some(months) = self.every.months() else { return Next::Now };
        // Ten years at most (EHDS art. 68(12)), so these are few. The day of the month is counted from the
        // first, so that a permit of the 31st does not slide.
        let starts = (1_i32..).map(|term| valid.from.saturating_add((term * months).months()));
        let mut later = starts.skip_while(|start| *start <= last);
        match later.next() {
            Some(start) if start <= today => Next::Now,
            Some(start) if start <= until => Next::From(start),
            _ => Next::Over,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn valid(months: i64) -> Period {
        let from = date(2024, 1, 31);
        Period { from, until: from.saturating_add(months.months()).yesterday().ok() }
    }

    fn updates() -> impl Strategy<Value = Updates> {
        (prop::sample::select(Rhythm::ALL.to_vec()), 1_u32..130, any::<bool>())
            .prop_map(|(every, months, when_asked)| Updates { every, months, when_asked })
    }

    #[test]
    fn a_quarter_has_one_and_the_first_extract_has_the_first() {
        let quarterly = Updates { every: Rhythm::Quarterly, months: 12, when_asked: false };
        let (valid, first) = (valid(24), date(2024, 2, 3));
        assert_eq!(quarterly.until(valid), date(2025, 1, 30));
        assert_eq!(quarterly.next(valid, first, date(2024, 4, 29)), Next::From(date(2024, 4, 30)));
        assert_eq!(quarterly.next(valid, first, date(2024, 4, 30)), Next::Now);
        assert_eq!(quarterly.next(valid, first, date(2024, 12, 24)), Next::Now, "terms that nobody used are gone");
        assert_eq!(quarterly.next(valid, date(2024, 11, 1), date(2024, 12, 24)), Next::Over, "the next is too late");
        assert_eq!(quarterly.next(valid, first, date(2025, 1, 31)), Next::Over);
    }

    #[test]
    fn documents_say_no_more_than_was_chosen() {
        let plain = Updates { every: Rhythm::EachRelease, months: 6, when_asked: false };
        assert_eq!(serde_json::to_string(&plain).unwrap(), r#"{"every":"each_release","months":6}"#);
        for rhythm in Rhythm::ALL {
            assert_eq!(Rhythm::from_name(rhythm.name()), Some(rhythm));
        }
        assert!(serde_json::from_str::<Updates>(r#"{"every":"yearly","months":6,"from":1}"#).is_err());
    }

    proptest! {
        #[test]
        fn a_project_that_takes_all_it_may_has_one_in_each_term_and_none_after_the_last_day(
            updates in updates(), permit in 1_i64..120,
        ) {
            let valid = valid(permit);
            let (mut last, mut made, mut day) = (valid.from, Vec::new(), valid.from);
            while day <= valid.until.unwrap().saturating_add(40.days()) {
                if updates.next(valid, last, day) == Next::Now {
                    made.push(day);
                    last = day;
                }
                day = day.saturating_add(5.days());
            }
            prop_assert!(made.iter().all(|day| *day <= updates.until(valid) && valid.contains(*day)));
            if let Some(months) = updates.every.months() {
                let terms = i64::from(updates.months).min(permit) / i64::from(months) + 1;
                prop_assert!(made.len() as i64 <= terms, "{made:?}");
                prop_assert!(made.windows(2).all(|two| two[0].saturating_add(1.days()) < two[1]));
            }
        }

        #[test]
        fn what_is_within_what_was_asked_for_never_allows_more(
            asked in updates(), less in (any::<prop::sample::Index>(), 1_u32..130, any::<bool>()),
            since in 0_i64..2_000, more in 0_i64..2_000,
        ) {
            let (rhythm, months, when_asked) = less;
            let seldom: Vec<Rhythm> = Rhythm::ALL.into_iter().filter(|rhythm| *rhythm <= asked.every).collect();
            let given = Updates {
                every: *rhythm.get(&seldom),
                months: months.min(asked.months),
                when_asked: when_asked || asked.when_asked,
            };
            prop_assert!(given.within(&asked));
            prop_assert!(given == asked || !asked.within(&given));
            let valid = valid(100);
            let last = valid.from.saturating_add(since.days());
            let today = last.saturating_add(more.days());
            prop_assert!(given.until(valid) <= asked.until(valid));
            if given.next(valid, last, today) == Next::Now {
                prop_assert_eq!(asked.next(valid, last, today), Next::Now);
            }
        }

        #[test]
        fn the_day_that_is_promised_is_the_first_on_which_it_may_be(updates in updates(), now in 0_i64..3_000) {
            let valid = valid(110);
            let today = valid.from.saturating_add(now.days());
            if let Next::From(day) = updates.next(valid, today, today) {
                prop_assert!(day > today);
                prop_assert_eq!(updates.next(valid, today, day), Next::Now);
                prop_assert!(updates.next(valid, today, day.yesterday().unwrap()) != Next::Now);
            }
        }
    }
}
