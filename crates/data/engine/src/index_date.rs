//! Index dates: the day that each person's time is counted from.

use std::sync::Arc;

use roaring::RoaringBitmap;
use varde_core::Period;
use varde_permit::{Design, Events, Index, Which};

use crate::{EngineError, Release, cohort, people::Places, release::day_number, scan};

/// A day for some people, or the same for everybody.
#[derive(Debug, Clone)]
pub(crate) enum IndexDates {
    /// The same day for everybody.
    Same(i32),
    /// Each person's own.
    Each(Arc<PersonDays>),
}

/// A day for each of some people.
#[derive(Debug, Clone)]
pub(crate) struct PersonDays {
    people: RoaringBitmap,
    places: Places,
    days: Vec<i32>,
}

impl PersonDays {
    /// From persons in order, each once, and their days.
    pub(crate) fn of(pairs: &[(u32, i32)]) -> Self {
        let people: RoaringBitmap = pairs.iter().map(|(person, _)| *person).collect();
        Self { places: Places::of(&people), people, days: pairs.iter().map(|(_, day)| *day).collect() }
    }

    fn get(&self, person: u32) -> Option<i32> {
        self.days.get(self.places.get(person)? as usize).copied()
    }
}

impl IndexDates {
    /// The design's index dates, as if nobody had opted out: whoever may not be read is taken away from
    /// the people before anything of theirs is read. `None` without an index.
    pub(crate) fn find(design: &Design, releases: &[Release], period: Period) -> Result<Option<Self>, EngineError> {
        Ok(match &design.index {
            None => None,
            Some(Index::Day(day)) => Some(Self::Same(day_number(*day))),
            Some(Index::Event { events, which }) => Some(Self::each(&events_of(events, *which, releases, period)?)),
        })
    }

    /// Each person's own day, from persons in order.
    pub(crate) fn each(pairs: &[(u32, i32)]) -> Self {
        Self::Each(Arc::new(PersonDays::of(pairs)))
    }

    /// The person's day.
    pub(crate) fn get(&self, person: u32) -> Option<i32> {
        match self {
            Self::Same(day) => Some(*day),
            Self::Each(days) => days.get(person),
        }
    }

    /// Those who have a day of their own; `None` when everybody has.
    pub(crate) fn people(&self) -> Option<&RoaringBitmap> {
        match self {
            Self::Same(_) => None,
            Self::Each(days) => Some(&days.people),
        }
    }
}

/// Who has had the events, with the day of one of them, in the order of the index.
pub(crate) fn events_of(
    events: &Events,
    which: Which,
    releases: &[Release],
    period: Period,
) -> Result<Vec<(u32, i32)>, EngineError> {
    let release = cohort::release_of_code(&events.codes.variable, releases)?;
    let mut found = Vec::new();
    let (mut person, mut days) = (None, Vec::new());
    let mut close = |person: Option<u32>, days: &mut Vec<i32>| {
        found.extend(person.zip(counted(days, events, which)));
        days.clear();
    };
    let (within, codes) = (events.within.unwrap_or(period), &events.codes);
    scan::when(release, within, codes.variable.name(), &codes.prefixes, |who, day| {
        if person != Some(who) {
            close(person, &mut days);
            person = Some(who);
        }
        days.push(day);
    })?;
    close(person, &mut days);
    Ok(found)
}

/// The day of one of a person's events that count, when there are enough of them.
fn counted(days: &mut [i32], events: &Events, which: Which) -> Option<i32> {
    days.sort_unstable();
    let (mut count, mut first, mut last, mut reached) = (0_u32, None, None, None);
    for day in days.iter().copied() {
        let far_enough = |last| i64::from(day) - i64::from(last) >= i64::from(events.days_between);
        if last.is_none_or(far_enough) {
            count = count.saturating_add(1);
            first = first.or(Some(day));
            last = Some(day);
            reached = reached.or((count == events.at_least).then_some(day));
        }
    }
    let enough = count >= events.at_least;
    enough.then_some(match which {
        Which::First => first,
        Which::Last => last,
        Which::Reached => reached,
    })?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use varde_permit::Codes;

    use super::*;

    fn events(at_least: u32, days_between: u32) -> Events {
        let codes = Codes { variable: "npr/contact/condition".parse().unwrap(), prefixes: vec!["I".to_owned()] };
        Events { codes, within: None, at_least, days_between }
    }

    #[test]
    fn so_many_so_far_apart() {
        let mut days = vec![40, 10, 12, 45, 90];
        for (at_least, between, which, expected) in [
            (1, 0, Which::First, Some(10)),
            (1, 0, Which::Last, Some(90)),
            (5, 0, Which::Reached, Some(90)),
            (6, 0, Which::First, None),
            (3, 30, Which::Reached, Some(90)),
            (2, 30, Which::Reached, Some(40)),
            (3, 30, Which::First, Some(10)),
            (4, 30, Which::First, None),
            (2, 81, Which::First, None),
        ] {
            assert_eq!(counted(&mut days, &events(at_least, between), which), expected, "{at_least} {between}");
        }
        assert_eq!(counted(&mut [i32::MIN, i32::MAX], &events(2, u32::MAX), Which::Last), Some(i32::MAX));
    }

    proptest! {
        /// No choice of days has more that are far enough apart than the counting finds.
        #[test]
        fn as_many_are_counted_as_can_be(days in prop::collection::vec(0_i32..60, 0..9), between in 0_u32..20) {
            let most = (0_u32..1 << days.len()).filter_map(|chosen| {
                let mut some: Vec<i32> = (0..days.len()).filter(|i| chosen >> i & 1 == 1).map(|i| days[i]).collect();
                some.sort_unstable();
                let apart = some.windows(2).all(|pair| pair[1] - pair[0] >= between as i32);
                apart.then_some(some.len() as u32)
            });
            let most = most.max().unwrap_or(0);
            for at_least in 1..=10 {
                let found = counted(&mut days.clone(), &events(at_least, between), Which::Reached);
                prop_assert_eq!(found.is_some(), at_least <= most);
            }
        }
    }
}
