//! Small worlds of people, and questions somebody may ask about them.

use roaring::RoaringBitmap;

use super::super::{Cell, Condition, Dimension, Population, Region, Table};

/// Numbers that look random and are the same every time (splitmix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Each person's sex, age, place and diagnosis.
pub(super) struct World(Vec<[i64; 4]>);

pub(super) const ATTRIBUTES: [&str; 4] = ["sex", "age", "place", "diagnosis"];
const VALUES: [i64; 4] = [2, 20, 5, 4];

impl World {
    pub(super) fn new(people: u64, dice: &mut Dice) -> Self {
        let skewed = |limit: i64, dice: &mut Dice| {
            let (a, b) = (dice.below(limit as u64), dice.below(limit as u64));
            a.min(b) as i64
        };
        Self((0..people).map(|_| VALUES.map(|limit| skewed(limit, dice))).collect())
    }

    /// The world some time later: a few have moved, or fallen ill.
    pub(super) fn later(&self, changed: u64, dice: &mut Dice) -> Self {
        let mut people = self.0.clone();
        for _ in 0..changed {
            let (who, what) = (dice.below(people.len() as u64) as usize, dice.below(4) as usize);
            people[who][what] = dice.below(VALUES[what] as u64) as i64;
        }
        Self(people)
    }

    pub(super) fn people(&self, of: &Population) -> RoaringBitmap {
        let satisfies = |person: &[i64; 4]| {
            of.conditions().all(|(attribute, condition)| {
                let at = ATTRIBUTES.iter().position(|a| *a == attribute).unwrap();
                condition.admits(&person[at].to_string())
            })
        };
        (0..).zip(&self.0).filter(|(_, person)| satisfies(person)).map(|(at, _)| at).collect()
    }

    /// The regions of a table's cells, in their order.
    pub(super) fn regions(&self, table: &Table) -> Vec<Region> {
        let region = |cell: &Cell| {
            let of = table.population(cell);
            Region { question: format!("{} {of}", table.edition), people: self.people(&of) }
        };
        table.cells.iter().map(region).collect()
    }
}

/// Something one may ask of an attribute: one value, several, or a band.
fn condition(at: usize, dice: &mut Dice) -> Condition {
    let limit = VALUES[at];
    if ATTRIBUTES[at] == "age" {
        let (a, b) = (dice.below(limit as u64) as i64, dice.below(limit as u64) as i64);
        return Condition::Between(a.min(b), a.max(b));
    }
    Condition::Among((0..limit).filter(|_| dice.below(2) == 0).map(|value| value.to_string()).collect())
}

/// A table with some filters, up to two dimensions and often its margins.
pub(super) fn table(edition: &str, dice: &mut Dice) -> Table {
    let mut of = Population::everybody("people");
    for _ in 0..dice.below(3) {
        let at = dice.below(4) as usize;
        of = of.and(ATTRIBUTES[at], &condition(at, dice));
    }
    let mut attributes = vec![0, 1, 2, 3];
    let mut dimensions = Vec::new();
    for _ in 0..dice.below(3) {
        let at = attributes.swap_remove(dice.below(attributes.len() as u64) as usize);
        let categories = match ATTRIBUTES[at] {
            "age" => bands(dice),
            _ => (0..VALUES[at]).map(|value| Condition::is(&value.to_string())).collect(),
        };
        dimensions.push(Dimension { attribute: ATTRIBUTES[at].to_owned(), categories });
    }
    let margins = dice.below(3) > 0;
    let cells = places(&dimensions, margins).into_iter().map(|at| Cell { at, told: Some(0) }).collect();
    Table { of, edition: edition.to_owned(), dimensions, cells, base: 1 }
}

fn bands(dice: &mut Dice) -> Vec<Condition> {
    let width = 3 + dice.below(6) as i64;
    let start = dice.below(3) as i64;
    (0..)
        .map(|n| start + n * width)
        .take_while(|from| *from < 20)
        .map(|from| Condition::Between(from, from + width - 1))
        .collect()
}

fn places(dimensions: &[Dimension], margins: bool) -> Vec<Vec<Option<usize>>> {
    let mut all = vec![Vec::new()];
    for dimension in dimensions {
        let some = (0..dimension.categories.len()).map(Some);
        let steps: Vec<Option<usize>> = margins.then_some(None).into_iter().chain(some).collect();
        all = all.iter().flat_map(|at: &Vec<_>| steps.iter().map(|step| [at.as_slice(), &[*step]].concat())).collect();
    }
    all
}
