//! Counting the rows of a part, and putting parts together.

use std::ops::Range;

use datafusion::arrow::array::ArrayRef;
use roaring::RoaringBitmap;

use super::{
    Amount, Counted, MAX_CELLS, Plan,
    cell::{Count, Layer, Steps, Sum, stand, told},
    counted::{Summed, Tallied, step_of},
    filter::{Test, column, need, numbers},
    group::{Grouping, Groups},
    rows::{self, ByEntry, Part, Rows, Source},
};
use crate::{EngineError, Kind, Schema};

/// The table with its margins.
pub(super) struct Tally {
    groups: Vec<Groups>,
    /// How many bits of a cell's number tell the group, for each axis.
    bits: Vec<u32>,
    /// By the set of axes, a bit each.
    layers: Vec<Layer>,
    /// For each cell of the table, its place in each of the other layers.
    margins: Vec<u32>,
    summing: bool,
    stepping: bool,
    collecting: bool,
}

/// The least number of bits of an axis: most have fewer than eight groups.
const LEAST_BITS: u32 = 3;

impl Tally {
    pub(super) fn empty(plan: &Plan) -> Self {
        let axes = plan.axes.len();
        let mut empty = Self {
            groups: vec![Groups::default(); axes],
            bits: vec![LEAST_BITS; axes],
            layers: Vec::new(),
            margins: Vec::new(),
            summing: plan.amount.is_some(),
            stepping: plan.amount.is_some() && plan.steps,
            collecting: plan.sets,
        };
        empty.layers = (0..1 << axes).map(|set| empty.layer(set)).collect();
        empty.margins = empty.places_in_margins();
        empty
    }

    /// Worked out once for every cell: people are met in margins for nearly every row.
    fn places_in_margins(&self) -> Vec<u32> {
        let whole = self.layers.len() - 1;
        let place = |cell: usize, set: usize| self.place(set, |axis| group_at(&self.bits, whole, cell, axis)) as u32;
        let cells = 0..1_usize << self.width(whole);
        cells.flat_map(|cell| (0..whole).map(move |set| (cell, set))).map(|(cell, set)| place(cell, set)).collect()
    }

    fn layer(&self, set: usize) -> Layer {
        let size = 1_usize << self.width(set);
        let wanted = |is: bool| if is { size } else { 0 };
        Layer {
            counts: vec![Count::default(); size],
            sums: vec![Sum::default(); wanted(self.summing)],
            steps: vec![Steps::new(); wanted(self.stepping)],
            sets: vec![RoaringBitmap::new(); wanted(self.collecting)],
        }
    }

    fn width(&self, set: usize) -> u32 {
        self.bits.iter().enumerate().filter(|(axis, _)| set >> axis & 1 == 1).map(|(_, bits)| bits).sum()
    }

    /// The cell's number in a layer.
    fn place(&self, set: usize, at: impl Fn(usize) -> u32) -> usize {
        let mut place = 0;
        for (axis, bits) in self.bits.iter().enumerate().filter(|(axis, _)| set >> axis & 1 == 1) {
            place = place << bits | at(axis) as usize;
        }
        place
    }

    /// Makes room for so many groups on each axis.
    fn grow(&mut self, sizes: &[usize]) -> Result<(), EngineError> {
        let wanted = |(bits, size): (&u32, &usize)| (*bits).max(size.next_power_of_two().trailing_zeros());
        let bits: Vec<u32> = self.bits.iter().zip(sizes).map(wanted).collect();
        if bits == self.bits {
            return Ok(());
        }
        let product = sizes.iter().try_fold(1_usize, |all, size| all.checked_mul(*size));
        if product.is_none_or(|cells| cells > MAX_CELLS) {
            return Err(EngineError::TooFine { cells: MAX_CELLS });
        }
        let before = std::mem::replace(&mut self.bits, bits);
        for set in 0..self.layers.len() {
            let old = std::mem::take(&mut self.layers[set]);
            let mut new = self.layer(set);
            for (place, count) in old.counts.into_iter().enumerate() {
                new.counts[self.place(set, |axis| group_at(&before, set, place, axis))] = count;
            }
            for (place, sum) in old.sums.into_iter().enumerate() {
                new.sums[self.place(set, |axis| group_at(&before, set, place, axis))] = sum;
            }
            for (place, steps) in old.steps.into_iter().enumerate() {
                new.steps[self.place(set, |axis| group_at(&before, set, place, axis))] = steps;
            }
            for (place, people) in old.sets.into_iter().enumerate() {
                new.sets[self.place(set, |axis| group_at(&before, set, place, axis))] = people;
            }
            self.layers[set] = new;
        }
        self.margins = self.places_in_margins();
        Ok(())
    }

    /// Adds what was counted of other people.
    pub(super) fn add(&mut self, other: &Self) -> Result<(), EngineError> {
        let numbers: Vec<Vec<u32>> = self
            .groups
            .iter_mut()
            .zip(&other.groups)
            .map(|(ours, theirs)| theirs.met.iter().map(|group| ours.number(group.clone())).collect())
            .collect();
        self.grow(&self.groups.iter().map(|groups| groups.met.len()).collect::<Vec<_>>())?;
        for (set, layer) in other.layers.iter().enumerate() {
            for (place, count) in layer.counts.iter().enumerate().filter(|(_, count)| count.rows > 0) {
                let at = |axis: usize| numbers[axis][group_at(&other.bits, set, place, axis) as usize];
                let here = self.place(set, at);
                let ours = &mut self.layers[set].counts[here];
                ours.rows += count.rows;
                ours.people += count.people;
                ours.key = ours.key.wrapping_add(count.key);
                if let Some(theirs) = layer.sums.get(place) {
                    let ours = &mut self.layers[set].sums[here];
                    ours.sum = ours.sum.saturating_add(theirs.sum);
                    theirs.largest.into_iter().for_each(|given| ours.offer(given));
                }
                for (from, step) in layer.steps.get(place).into_iter().flatten() {
                    stand(&mut self.layers[set].steps[here], *from, *step);
                }
                if let Some(theirs) = layer.sets.get(place) {
                    self.layers[set].sets[here] |= theirs;
                }
            }
        }
        Ok(())
    }

    /// The table with its groups in order, without those that nothing was counted in.
    pub(super) fn finish(self) -> Counted {
        let axes = self.bits.len();
        let mut order: Vec<Vec<u32>> = Vec::new();
        for (axis, groups) in self.groups.iter().enumerate() {
            let counted = |number: &u32| self.layers[1 << axis].counts[*number as usize].rows > 0;
            let mut kept: Vec<u32> = (0..).take(groups.met.len()).filter(counted).collect();
            kept.sort_by(|one, other| groups.met[*one as usize].cmp(&groups.met[*other as usize]));
            order.push(kept);
        }
        let groups: Vec<_> = order
            .iter()
            .zip(&self.groups)
            .map(|(kept, groups)| kept.iter().map(|number| groups.met[*number as usize].clone()).collect())
            .collect();
        let layers = (0..1_usize << axes).map(|set| {
            let sizes: Vec<usize> =
                (0..axes).map(|axis| if set >> axis & 1 == 1 { order[axis].len() } else { 1 }).collect();
            let cells = sizes.iter().product();
            (0..cells)
                .map(|cell| {
                    let place = self.place(set, |axis| {
                        let after: usize = sizes[axis + 1..].iter().product();
                        order[axis][cell / after % sizes[axis]]
                    });
                    let count = self.layers[set].counts[place];
                    let layer = &self.layers[set];
                    let kept = usize::try_from(count.people).map_or(5, |people| people.min(5));
                    let summed = layer.sums.get(place).map(|sum| Summed {
                        sum: sum.sum,
                        largest: sum.largest[..kept].to_vec(),
                        steps: layer.steps.get(place).map(told).unwrap_or_default(),
                    });
                    let set = layer.sets.get(place).cloned();
                    Tallied { rows: count.rows, people: count.people, key: count.key, summed, set }
                })
                .collect::<Vec<_>>()
        });
        let layers = layers.collect();
        Counted::new(groups, layers)
    }
}

/// The group of an axis that a cell's number tells.
fn group_at(bits: &[u32], set: usize, place: usize, axis: usize) -> u32 {
    let after: u32 =
        bits.iter().enumerate().skip(axis + 1).filter(|(axis, _)| set >> axis & 1 == 1).map(|(_, bits)| bits).sum();
    (place >> after & ((1 << bits[axis]) - 1)) as u32
}

/// Counts the rows of a part.
pub(super) fn count(
    source: &Source<'_>,
    plan: &Plan,
    part: &Part,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Tally, EngineError> {
    let schema = source.release.schema();
    let mut test = Test::compile(&plan.filter, schema)?;
    let mut axes = plan.axes.iter().map(|axis| Grouping::compile(axis, schema)).collect::<Result<Vec<_>, _>>()?;
    let mut amounts = Amounts::compile(plan.amount.as_ref(), schema)?;
    let tests = test.on_values();
    let mut columns = Vec::new();
    test.columns(&mut columns);
    axes.iter().for_each(|axis| axis.columns(&mut columns));
    amounts.columns(&mut columns);
    let mut tally = Tally::empty(plan);
    rows::read(source, (&columns, tests), part, |rows| {
        if stop() {
            return Err(EngineError::Stopped);
        }
        let passes = if test.is_open() { Vec::new() } else { test.passes(rows) };
        let groups: Vec<Vec<u32>> = axes.iter_mut().map(|axis| axis.numbers(rows)).collect();
        tally.grow(&axes.iter().map(|axis| axis.groups.met.len()).collect::<Vec<_>>())?;
        tally.push(&Batch { rows, passes, groups, amounts: amounts.of(rows), keys: &plan.keys });
        Ok(())
    })?;
    tally.close();
    for (groups, axis) in tally.groups.iter_mut().zip(axes) {
        *groups = axis.groups;
    }
    Ok(tally)
}

/// The amounts that are summed up.
enum Amounts<'a> {
    Nothing,
    Rows,
    Number { column: String, of: &'a Amount, known: ByEntry<Option<u64>> },
}

impl<'a> Amounts<'a> {
    fn compile(amount: Option<&'a Amount>, schema: &Schema) -> Result<Self, EngineError> {
        Ok(match amount {
            None => Self::Nothing,
            Some(Amount::Rows) => Self::Rows,
            Some(of @ Amount::Number { column: name, .. }) => {
                let column = column(schema, name, &[Kind::Integer, Kind::Decimal])?;
                Self::Number { column, of, known: ByEntry::default() }
            }
        })
    }

    fn columns(&self, all: &mut Vec<String>) {
        if let Self::Number { column, .. } = self {
            need(all, column);
        }
    }

    /// What each row gives; `None` for rows that have no number and do not count. No list where nothing is
    /// summed up.
    fn of(&mut self, rows: &Rows<'_>) -> Option<Vec<Option<u64>>> {
        match self {
            Self::Nothing => None,
            Self::Rows => Some(vec![Some(1); rows.many]),
            Self::Number { column, of, known } => {
                let units = |values: &ArrayRef| numbers(values).map(|value| of.units(value?)).collect();
                Some(rows.column(column).map(|values| known.map(values, None, units)).unwrap_or_default())
            }
        }
    }
}

/// Rows with all that is known of them.
struct Batch<'a> {
    rows: &'a Rows<'a>,
    /// Empty when all pass.
    passes: Vec<bool>,
    groups: Vec<Vec<u32>>,
    amounts: Option<Vec<Option<u64>>>,
    keys: &'a [u32],
}

impl Tally {
    fn push(&mut self, batch: &Batch<'_>) {
        let cells = self.cells(&batch.groups, batch.rows.many);
        let mut from = 0;
        for (person, rows) in batch.rows.persons {
            let key = batch.keys.get(*person as usize).copied().unwrap_or(0);
            self.of_person(batch, (*person, key), &cells, from..from + rows);
            from += rows;
        }
    }

    /// Counts the rows of one person.
    fn of_person(&mut self, batch: &Batch<'_>, (person, key): (u32, u32), cells: &[u32], rows: Range<usize>) {
        let mark = u64::from(person) + 1;
        let whole = self.layers.len() - 1;
        for row in rows {
            let amount = batch.amounts.as_ref().map(|amounts| amounts.get(row).copied().flatten());
            if batch.passes.get(row) == Some(&false) || amount == Some(None) {
                continue;
            }
            let cell = cells[row] as usize;
            let count = &mut self.layers[whole].counts[cell];
            count.rows += 1;
            if count.meets(mark, key) {
                self.meet(cell, (person, key));
            }
            if let Some(Some(amount)) = amount {
                self.sum(cell, (mark, key), amount);
            }
        }
    }

    /// The number of each row's cell.
    fn cells(&self, groups: &[Vec<u32>], length: usize) -> Vec<u32> {
        let mut cells = match groups.first() {
            None => return vec![0; length],
            Some(first) => first.clone(),
        };
        for (bits, groups) in self.bits.iter().zip(groups).skip(1) {
            for (cell, group) in cells.iter_mut().zip(groups) {
                *cell = *cell << bits | group;
            }
        }
        cells
    }

    /// The place of a cell in a layer: its own in the last one.
    fn place_of(&self, cell: usize, set: usize) -> usize {
        let margins = self.layers.len() - 1;
        if set == margins { cell } else { self.margins[cell * margins + set] as usize }
    }

    /// Counts a person who is new in a cell in the margins where they are new too. Rows of margins follow
    /// from those of the cells, at the end.
    fn meet(&mut self, cell: usize, (person, key): (u32, u32)) {
        let mark = u64::from(person) + 1;
        let whole = self.layers.len() - 1;
        let places = &self.margins[cell * whole..(cell + 1) * whole];
        if !self.collecting {
            for (layer, place) in self.layers.iter_mut().zip(places) {
                layer.counts[*place as usize].meets(mark, key);
            }
            return;
        }
        for set in 0..=whole {
            let place = self.place_of(cell, set);
            let layer = &mut self.layers[set];
            if set == whole || layer.counts[place].meets(mark, key) {
                layer.sets[place].insert(person);
            }
        }
    }

    fn sum(&mut self, cell: usize, who: (u64, u32), amount: u64) {
        for set in 0..self.layers.len() {
            let place = self.place_of(cell, set);
            let layer = &mut self.layers[set];
            if let Some((given, key)) = layer.sums[place].push(who, amount)
                && let Some(steps) = layer.steps.get_mut(place)
            {
                stand(steps, step_of(given).0, (1, key));
            }
        }
    }

    /// Works out the rows of margins, and closes what the last people gave.
    fn close(&mut self) {
        let whole = self.layers.len() - 1;
        let cells: Vec<u64> = self.layers[whole].counts.iter().map(|count| count.rows).collect();
        for (cell, rows) in cells.into_iter().enumerate().filter(|(_, rows)| *rows > 0) {
            for set in 0..whole {
                let place = self.place_of(cell, set);
                self.layers[set].counts[place].rows += rows;
            }
        }
        for layer in &mut self.layers {
            for (place, sum) in layer.sums.iter_mut().enumerate() {
                if let Some((given, key)) = sum.close()
                    && let Some(steps) = layer.steps.get_mut(place)
                {
                    stand(steps, step_of(given).0, (1, key));
                }
            }
        }
    }
}
