//! Counts that are published to everybody: what is small is withheld, what would give it back is withheld
//! with it, the rest is rounded. Pure.
//!
//! What a reader can know of what is withheld, from all that is told of one variable in one year:
//!
//! - Whether [`Filled`] says *few* or *nearly all*, nobody and nine people look the same.
//! - A withheld group is never alone: others are withheld with it until each of them can be of at least
//!   [`THRESHOLD`] different sizes, with what is left of the total. So it can have any size from one row to
//!   all that the withheld ones have together, less one row for each of the others. Whoever also works out
//!   which groups these rules would have taken is left with fewer.
//! - Totals over years are not told, so years cannot be subtracted from them.
//! - The next release of a dataset shows a group that this one withholds only when it has more rows than all
//!   that this one withholds have together, so that two releases beside each other do not give it back.

use varde_metadata::{Count, Filled};

/// Nothing is told of fewer people than this.
pub const THRESHOLD: u64 = 10;
/// Counts are rounded to the nearest multiple of this.
pub const BASE: u64 = 5;
/// The largest share of a group's rows, in percent, that two people may have together.
const DOMINANCE_PERCENT: u64 = 90;

/// The rows of a group as they are. It is counted with each person's rows together, as releases have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    rows: u64,
    people: u64,
    last: Option<u32>,
    /// Rows of the last person so far.
    run: u64,
    /// The most rows that one person has, and the next most, without the last person.
    most: [u64; 2],
}

impl Tally {
    /// Counts a row of a person. The rows of one person must come together.
    pub fn add(&mut self, person: u32) {
        if self.last != Some(person) {
            self.most = self.most_now();
            self.last = Some(person);
            self.people += 1;
            self.run = 0;
        }
        self.rows += 1;
        self.run += 1;
    }

    /// Rows.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Different people.
    pub const fn people(&self) -> u64 {
        self.people
    }

    fn most_now(&self) -> [u64; 2] {
        let [first, second] = self.most;
        if self.run > first { [self.run, first] } else { [first, second.max(self.run)] }
    }

    /// Whether two people have nearly all of its rows.
    fn is_dominated(&self) -> bool {
        self.most_now().iter().sum::<u64>() * 100 > DOMINANCE_PERCENT * self.rows
    }

    /// Both numbers, rounded.
    pub const fn told(&self) -> Count {
        Count { rows: rounded(self.rows), people: rounded(self.people) }
    }
}

/// The nearest multiple of [`BASE`].
pub const fn rounded(number: u64) -> u64 {
    (number + BASE / 2) / BASE * BASE
}

/// How many people it takes: twice as many where the release before did not tell.
const fn needed(before_withheld: bool) -> u64 {
    if before_withheld { 2 * THRESHOLD } else { THRESHOLD }
}

/// What may be told of all rows of a year: nothing when not twice the threshold are in it, since what has
/// a value and what has none add up to it.
pub fn total(all: &Tally) -> Option<Count> {
    (all.people >= 2 * THRESHOLD && !all.is_dominated()).then(|| all.told())
}

/// What may be told of a year's rows with and without a value, beside its [`total`]; `before` is what the
/// release before told.
pub fn filled(all: &Tally, with: &Tally, without: &Tally, before: Option<Filled>) -> Filled {
    let few = |side: &Tally, was: Filled| side.people < needed(before == Some(was));
    if few(with, Filled::Few) {
        return Filled::Few;
    }
    let Some(told) = total(all).filter(|_| !with.is_dominated()) else { return Filled::Some };
    if few(without, Filled::NearlyAll) {
        return Filled::NearlyAll;
    }
    if without.is_dominated() {
        return Filled::Some;
    }
    // What is left of the total, not rounded by itself: three rounded numbers that must add up say more than two.
    let with = with.told();
    let (rows, people) = (told.rows.saturating_sub(with.rows), told.people.saturating_sub(with.people));
    Filled::Counted { with, without: Count { rows, people } }
}

/// What the release before withheld of a year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Before {
    /// Of each group, whether it was withheld.
    pub withheld: Vec<bool>,
    /// The most rows that they can have had together.
    pub rows: u64,
}

impl Before {
    /// From what was told: the rows with a value (`None` when that was not told), and each group in the
    /// order that groups have now.
    pub fn of(with_value: Option<Count>, counts: &[Option<Count>]) -> Self {
        let told = counts.iter().flatten().filter(|count| count.rows > 0);
        let least: u64 = told.map(|count| count.rows - BASE / 2).sum();
        let all = with_value.map_or(2 * THRESHOLD, |with| with.rows + BASE / 2);
        Self { withheld: counts.iter().map(Option::is_none).collect(), rows: all.saturating_sub(least) }
    }

    /// Whether so many rows in a group that was withheld could say how many there were before.
    fn gives_back(&self, at: usize, group: &Tally) -> bool {
        let withheld = self.withheld.get(at).copied().unwrap_or(false);
        withheld && (group.people < needed(true) || group.rows <= self.rows)
    }
}

/// What may be told of the groups that the rows with a value fall into. An empty group is told: nobody is in
/// it. One that was withheld before is told when it has more rows than all that were withheld had together:
/// that says nothing of how many there were.
pub fn groups(groups: &[Tally], before: &Before) -> Vec<Option<Count>> {
    let is_small =
        |at: usize, group: &Tally| group.people < THRESHOLD || group.is_dominated() || before.gives_back(at, group);
    let mut withheld: Vec<bool> =
        groups.iter().enumerate().map(|(at, group)| group.rows > 0 && is_small(at, group)).collect();
    complete(groups, &mut withheld);
    groups.iter().zip(&withheld).map(|(group, withheld)| (!withheld).then(|| group.told())).collect()
}

/// Withholds more until what is withheld does not follow from the rest: there are several, and one of them
/// can be larger by at least [`THRESHOLD`] less one at the cost of the others. Where all there is does not
/// suffice, empty groups are withheld too, so that nobody knows how many share what is left.
fn complete(groups: &[Tally], withheld: &mut [bool]) {
    loop {
        let hidden = || groups.iter().zip(withheld.iter()).filter(|(_, withheld)| **withheld).map(|(group, _)| group);
        let play: u64 = hidden().map(|group| group.people.saturating_sub(1)).sum();
        if hidden().next().is_none() || (hidden().count() > 1 && play + 1 >= THRESHOLD) {
            return;
        }
        let told = groups.iter().enumerate().filter(|(at, group)| !withheld[*at] && group.rows > 0);
        let Some((next, _)) = told.min_by_key(|(at, group)| (group.people, group.rows, *at)) else {
            withheld.fill(true);
            return;
        };
        withheld[next] = true;
    }
}
