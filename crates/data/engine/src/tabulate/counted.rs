//! What was counted: true numbers, before any rule of disclosure control.

use roaring::RoaringBitmap;

use super::group::Group;

/// A table as it was counted, with all its margins.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// The groups of each axis that something was counted in, in order.
    pub groups: Vec<Vec<Group>>,
    /// By the set of axes, a bit each; the last axis runs fastest.
    layers: Vec<Vec<Tallied>>,
}

/// What was counted in a cell or margin.
#[derive(Debug, Clone, PartialEq)]
pub struct Tallied {
    /// Rows.
    pub rows: u64,
    /// Different people.
    pub people: u64,
    /// The sum of the people's record keys, modulo 2³².
    pub key: u32,
    /// The amount, where one was asked for.
    pub summed: Option<Summed>,
    /// The people, where they were asked for.
    pub set: Option<RoaringBitmap>,
}

/// The amount of a cell, in the units that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summed {
    /// All of it.
    pub sum: u64,
    /// What those people gave who gave most, the most first, at most five: for the rules on dominance.
    pub largest: Vec<u64>,
    /// On which steps people stand with what each gave, the lowest first; only where they were asked for
    /// ([`Plan::steps`](super::Plan::steps)).
    pub steps: Vec<Step>,
}

/// People who gave about the same: a step of a ladder that is the same for every table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// From this on.
    pub from: u64,
    /// Up to but without this; the first step is 0 alone.
    pub until: u64,
    /// Different people.
    pub people: u64,
    /// The sum of their record keys, modulo 2³².
    pub key: u32,
}

/// How many bits behind the first one tell the step: eight steps from a number to its double.
const FINE: u32 = 3;

/// The step of an amount: from, and up to but without. Small amounts have one each; then each step is an eighth
/// of the power of two that it begins with at most.
pub fn step_of(amount: u64) -> (u64, u64) {
    let width = match amount.checked_ilog2() {
        None => return (0, 0),
        Some(magnitude) => 1_u64 << magnitude.saturating_sub(FINE),
    };
    let from = amount / width * width;
    (from, from.saturating_add(width))
}

impl Counted {
    pub(super) fn new(groups: Vec<Vec<Group>>, layers: Vec<Vec<Tallied>>) -> Self {
        Self { groups, layers }
    }

    /// A cell by the place of its group on each axis; `None` for all groups of an axis. `None` when there is
    /// no such place.
    pub fn at(&self, places: &[Option<usize>]) -> Option<&Tallied> {
        if places.len() != self.groups.len() {
            return None;
        }
        let (mut set, mut cell) = (0, 0);
        for (axis, (place, groups)) in places.iter().zip(&self.groups).enumerate() {
            let Some(place) = place else { continue };
            if *place >= groups.len() {
                return None;
            }
            set |= 1 << axis;
            cell = cell * groups.len() + place;
        }
        self.layers.get(set)?.get(cell)
    }

    /// Everybody and everything that was counted.
    pub fn total(&self) -> Option<&Tallied> {
        self.layers.first()?.first()
    }

    /// The cells of the table without margins, the last axis fastest.
    pub fn cells(&self) -> &[Tallied] {
        self.layers.last().map_or(&[], Vec::as_slice)
    }
}
