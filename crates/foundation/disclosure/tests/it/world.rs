//! Generated tables: the same for the same number, on every machine.

use varde_disclosure::{
    rules::Rules,
    tables::{Cell, Dimension, Figure, Table},
};

/// A table, with what each person contributes to it.
pub(crate) struct Sample {
    pub(crate) table: Table,
    pub(crate) rules: Rules,
    /// For each innermost cell, by its place, what its people contribute; 1 each where only people count.
    pub(crate) leaves: Vec<(Vec<usize>, Vec<u64>)>,
}

/// SplitMix64 (G. Steele, D. Lea, C. Flood, 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to `below`, without the latter.
    fn below(&mut self, below: u64) -> u64 {
        self.next() % below
    }

    /// With so many in a hundred.
    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Small most of the time, sometimes much larger: about `mean` in the mean.
    fn skewed(&mut self, mean: u64) -> u64 {
        let share = self.below(1 << 20) + 1;
        let nats = 20.0 * std::f64::consts::LN_2 - (share as f64).ln();
        (nats * mean as f64) as u64
    }
}

/// Table number `number`: two or three dimensions, dense, sparse or skewed, with and without totals and
/// subtotals, counts, sums and means; three of four under the default rules.
pub(crate) fn generated(number: u64) -> Sample {
    let mut dice = Dice(number.wrapping_mul(0x5851_f42d_4c95_7f2d));
    let three = dice.percent(40);
    let dimensions: Vec<Dimension> =
        (0..if three { 3 } else { 2 }).map(|axis| dimension(&mut dice, axis, three)).collect();
    let figure = [Figure::Count, Figure::Count, Figure::Count, Figure::Sum, Figure::Mean][dice.below(5) as usize];
    let (mean, empty, skewed) = [(40, 2, false), (8, 45, false), (25, 10, true)][dice.below(3) as usize];
    let rules = if number.is_multiple_of(4) {
        Rules { minimum: 5, withhold_zeros: dice.percent(50), class_disclosure: dice.percent(80), ..Rules::default() }
    } else {
        Rules::default()
    };
    let mut leaves = Vec::new();
    for place in places(&dimensions) {
        let people = match (dice.percent(empty), skewed) {
            (true, _) => 0,
            (_, true) => dice.skewed(mean),
            _ => dice.below(2 * mean + 1),
        };
        let one_has_most = dice.percent(10);
        let mut shares: Vec<u64> =
            (0..people).map(|_| if figure == Figure::Count { 1 } else { 1 + dice.skewed(50) }).collect();
        if let (true, true, Some(first)) = (figure != Figure::Count, one_has_most, shares.first_mut()) {
            *first = 40_000;
        }
        leaves.push((place, shares));
    }
    let cell = |shares: &Vec<u64>| {
        if figure == Figure::Count { Cell::of(shares.len() as u64) } else { Cell::of_amounts(shares.iter().copied()) }
    };
    let cells = leaves.iter().map(|(place, shares)| (place.clone(), cell(shares)));
    let table = Table::of_leaves(figure, dimensions, cells).expect("generated tables are tables");
    Sample { table, rules, leaves }
}

fn dimension(dice: &mut Dice, axis: usize, three: bool) -> Dimension {
    let size = if three { 2 + dice.below(3) } else { 2 + dice.below(6) };
    let name = format!("d{axis}");
    let codes: Vec<String> = (0..size).map(|code| format!("{name}c{code}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    if size >= 4 && dice.percent(30) {
        let half = codes.len() / 2;
        let below = |subtotal, codes: &[&str]| codes.iter().map(|code| ((*code).to_owned(), Some(subtotal))).collect();
        let (first, second): (Vec<_>, Vec<_>) = (below("first", &codes[..half]), below("second", &codes[half..]));
        let mut tree = vec![("all", None), ("first", Some("all"))];
        tree.extend(first.iter().map(|(code, above)| (code.as_str(), *above)));
        tree.push(("second", Some("all")));
        tree.extend(second.iter().map(|(code, above)| (code.as_str(), *above)));
        return Dimension::tree(&name, &tree).expect("the tree is one");
    }
    if dice.percent(90) { Dimension::with_total(&name, "all", &codes) } else { Dimension::flat(&name, &codes) }
}

/// The places of all innermost cells.
fn places(dimensions: &[Dimension]) -> Vec<Vec<usize>> {
    let mut places = vec![Vec::new()];
    for dimension in dimensions {
        let leaves: Vec<usize> = (0..dimension.categories.len()).filter(|at| dimension.is_leaf(*at)).collect();
        places = places
            .iter()
            .flat_map(|place: &Vec<usize>| leaves.iter().map(move |leaf| [place.clone(), vec![*leaf]].concat()))
            .collect();
    }
    places
}
