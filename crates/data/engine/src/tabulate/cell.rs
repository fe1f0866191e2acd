//! What is kept of a cell while rows are counted.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::counted::{Step, step_of};

/// What is counted in a cell.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    pub(super) rows: u64,
    pub(super) people: u64,
    /// The sum of the keys of the people in it.
    pub(super) key: u32,
    /// One more than the index of the person counted last.
    last: u64,
}

impl Count {
    /// Counts a person who was not the last one counted here; whether it did. Since rows of a person stand
    /// together, nobody is counted twice.
    pub(super) fn meets(&mut self, mark: u64, key: u32) -> bool {
        let is_new = self.last != mark;
        if is_new {
            self.last = mark;
            self.people += 1;
            self.key = self.key.wrapping_add(key);
        }
        is_new
    }
}

/// What is summed up in a cell: only where an amount is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) sum: u64,
    /// What the person counted last has given so far.
    given: u64,
    /// One more than that person's index; 0 for nobody.
    last: u64,
    pub(super) key: u32,
    /// What those people gave who gave most, the most first.
    pub(super) largest: [u64; 5],
}

impl Sum {
    /// Adds what somebody gave. Tells what the person before gave, with their key, when there was another.
    pub(super) fn push(&mut self, (mark, key): (u64, u32), amount: u64) -> Option<(u64, u32)> {
        let before = if self.last == mark { None } else { self.close() };
        (self.last, self.key) = (mark, key);
        self.given = self.given.saturating_add(amount);
        self.sum = self.sum.saturating_add(amount);
        before
    }

    /// What the last person gave in all, with their key.
    pub(super) fn close(&mut self) -> Option<(u64, u32)> {
        let (given, last) = (std::mem::take(&mut self.given), std::mem::take(&mut self.last));
        if last == 0 {
            return None;
        }
        self.offer(given);
        Some((given, self.key))
    }

    pub(super) fn offer(&mut self, given: u64) {
        let at = self.largest.partition_point(|largest| *largest >= given);
        if at < self.largest.len() {
            self.largest[at..].rotate_right(1);
            self.largest[at] = given;
        }
    }
}

/// The people on each step, by where it begins, with the sum of their keys.
pub(super) type Steps = BTreeMap<u64, (u64, u32)>;

pub(super) fn stand(steps: &mut Steps, from: u64, (people, key): (u64, u32)) {
    let step = steps.entry(from).or_default();
    *step = (step.0 + people, step.1.wrapping_add(key));
}

pub(super) fn told(steps: &Steps) -> Vec<Step> {
    let step = |(from, (people, key)): (&u64, &(u64, u32))| {
        let (from, until) = step_of(*from);
        Step { from, until, people: *people, key: *key }
    };
    steps.iter().map(step).collect()
}

/// The cells of one choice of axes: all of them for the table itself, fewer for a margin.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) counts: Vec<Count>,
    pub(super) sums: Vec<Sum>,
    pub(super) steps: Vec<Steps>,
    pub(super) sets: Vec<RoaringBitmap>,
}
