//! How often somebody may ask: a few at once, then one for each so often. Counted in this process;
//! what must hold over all of them is counted in the database.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// How many at once.
const BURST: u32 = 20;
/// How long until there is room for one more.
const EVERY: SignedDuration = SignedDuration::from_secs(3);
/// The most that are remembered: then those forgotten first that have all their room back.
const MOST: usize = 10_000;

/// Who has asked how often lately.
#[derive(Debug, Default)]
pub(crate) struct Limiter(Mutex<HashMap<uuid::Uuid, (Timestamp, u32)>>);

impl Limiter {
    /// Whether there is room for one more of that one now.
    pub(crate) fn admits(&self, who: uuid::Uuid, now: Timestamp) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, (since, used)| periods(*since, now) < *used);
        }
        let (since, used) = all.entry(who).or_insert((now, 0));
        let passed = periods(*since, now);
        *used = used.saturating_sub(passed);
        *since = if *used == 0 { now } else { *since + EVERY * i32::try_from(passed).unwrap_or(i32::MAX) };
        let room = *used < BURST;
        if room {
            *used += 1;
        }
        room
    }
}

/// How many times room has come back.
fn periods(since: Timestamp, now: Timestamp) -> u32 {
    u32::try_from(now.duration_since(since).as_secs().max(0) / EVERY.as_secs()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_at_once_then_one_for_each_so_often() {
        let (limiter, me, you) = (Limiter::default(), uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
        let mut now = Timestamp::UNIX_EPOCH;
        assert!((0..BURST).all(|_| limiter.admits(me, now)));
        assert!(!limiter.admits(me, now));
        assert!(limiter.admits(you, now), "each has room of its own");
        now += EVERY / 2;
        assert!(!limiter.admits(me, now));
        now += EVERY / 2 + SignedDuration::from_secs(1);
        assert!(limiter.admits(me, now));
        assert!(!limiter.admits(me, now));
    }
}
