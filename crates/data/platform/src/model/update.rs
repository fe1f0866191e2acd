//! How a running project stands with updates of its extract; pure.

use jiff::civil::Date;
use serde::Serialize;
use varde_core::Period;
use varde_permit::{Next, Updates};

use super::ExtractStatus;

/// Whether an update may be made, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The permit allows none.
    NotPermitted,
    /// No more: the permit, or its time for updates, has ended.
    Over,
    /// Nothing has been delivered that could be updated.
    NothingDelivered,
    /// One is being made.
    Underway,
    /// The term has had its own: not before this day.
    From(Date),
    /// No source has a newer release.
    NothingNew,
    /// Now.
    Now,
}

impl Standing {
    /// The name in locale keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotPermitted => "not_permitted",
            Self::Over => "over",
            Self::NothingDelivered => "nothing_delivered",
            Self::Underway => "underway",
            Self::From(_) => "from",
            Self::NothingNew => "nothing_new",
            Self::Now => "now",
        }
    }
}

/// An extract of the project that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Made {
    /// Where it is.
    pub(crate) status: ExtractStatus,
    /// Whether its files lie at their place.
    pub(crate) lies: bool,
    /// The day on which it was specified, in Norway.
    pub(crate) on: Date,
}

/// How a project stands: what its permit allows, the permit's days, whether it has ended, what was made of it
/// (the newest last), and whether a source has a newer release than the newest of them read.
pub(crate) fn standing(
    updates: Option<Updates>,
    valid: Period,
    ended: bool,
    made: &[Made],
    news: bool,
    today: Date,
) -> Standing {
    let Some(updates) = updates else { return Standing::NotPermitted };
    let (Some(newest), false) = (made.last(), ended) else {
        return if ended { Standing::Over } else { Standing::NothingDelivered };
    };
    if !newest.status.has_ended() {
        return Standing::Underway;
    }
    if !made.iter().any(|one| one.lies) {
        return Standing::NothingDelivered;
    }
    match updates.next(valid, newest.on, today) {
        Next::Over => Standing::Over,
        Next::From(day) => Standing::From(day),
        Next::Now if news => Standing::Now,
        Next::Now => Standing::NothingNew,
    }
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan as _, civil::date};
    use proptest::prelude::*;
    use varde_permit::Rhythm;

    use super::*;

    fn statuses() -> impl Strategy<Value = ExtractStatus> {
        prop::sample::select(vec![
            ExtractStatus::Prepared,
            ExtractStatus::Making,
            ExtractStatus::Held,
            ExtractStatus::Entered,
            ExtractStatus::Delivered,
            ExtractStatus::Empty,
            ExtractStatus::Stopped,
        ])
    }

    proptest! {
        #[test]
        fn one_is_made_only_of_a_delivery_that_lies_while_the_permit_lasts_and_when_there_is_news(
            allowed in any::<bool>(), when_asked in any::<bool>(), ended in any::<bool>(), news in any::<bool>(),
            made in prop::collection::vec((statuses(), any::<bool>(), 0_i64..900), 0..5), today in 0_i64..1_200,
            every in prop::sample::select(Rhythm::ALL.to_vec()),
        ) {
            let from = date(2024, 3, 1);
            let valid = Period { from, until: Some(date(2026, 2, 28)) };
            let updates = allowed.then_some(Updates { every, months: 18, when_asked });
            let mut made: Vec<Made> = made.into_iter().map(|(status, lies, day)| Made {
                status,
                lies: lies && status == ExtractStatus::Delivered,
                on: from.saturating_add(day.days()),
            }).collect();
            made.sort_by_key(|one| one.on);
            let today = from.saturating_add(today.days());
            match standing(updates, valid, ended, &made, news, today) {
                Standing::Now => {
                    prop_assert!(allowed && !ended && news);
                    prop_assert!(made.iter().any(|one| one.lies));
                    prop_assert!(made.last().unwrap().status.has_ended());
                    prop_assert!(today <= updates.unwrap().until(valid));
                }
                Standing::NotPermitted => prop_assert!(!allowed),
                Standing::From(day) => prop_assert!(day > today),
                Standing::NothingNew => prop_assert!(!news),
                Standing::Underway => prop_assert!(!made.last().unwrap().status.has_ended()),
                Standing::Over | Standing::NothingDelivered => {}
            }
        }
    }
}
