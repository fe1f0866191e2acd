//! Counting a release into a table: one pass, cells out, no row.
//!
//! A [`Plan`] says which rows count ([`Filter`]), what they are grouped by ([`Axis`]) and whether a number
//! is summed up ([`Amount`]). Like a [`crate::Scan`], [`tabulate`] takes the set of people who may not be
//! read: they are in no cell. It counts rows and different people, in every cell and in every margin: since a release is sorted
//! by person, a person is new in a cell when the last one counted there was another, and nothing has to be
//! remembered. Values are grouped once for each dictionary of the file, not once for each row, and rows that a
//! condition on values leaves out are not read.
//!
//! The people are divided into parts at fixed places of the file. Threads take parts; what they found is put
//! together in the parts' order. So the result is the same for any number of threads.
//!
//! What comes out are true numbers. They are for the rules of disclosure control, and for nobody's eyes.

mod cell;
mod counted;
mod filter;
mod group;
mod number;
mod only;
mod rows;
mod tally;

use std::{
    panic,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use roaring::RoaringBitmap;

pub use counted::{Counted, Step, Summed, Tallied, step_of};
pub use filter::Filter;
pub use group::{Attribute, Axis, Births, Group};
pub use number::Sketch;

use self::{
    filter::Test,
    rows::{ByEntry, Part, Rows, Source},
    tally::Tally,
};
use crate::{EngineError, ExclusionSet, Kind, Release};

/// The most dimensions of a table.
pub const MAX_AXES: usize = 3;
/// The most cells of a table as it is counted, margins not included: whoever wants more chooses coarser
/// groups, or says which are told apart ([`Axis::Only`]). That a table has more is a true number: it is not to be
/// told to whoever may not know how many groups there are.
pub const MAX_CELLS: usize = 1 << 16;
/// How many parts a release is divided into at most.
const PARTS: usize = 16;

/// What to count.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What the cells are: at most [`MAX_AXES`].
    pub axes: Vec<Axis>,
    /// Which rows count.
    pub filter: Filter,
    /// What is summed up; nothing but people and rows are counted without it.
    pub amount: Option<Amount>,
    /// Whether it is told on which steps people stand with what each gave of the amount: for quantiles.
    pub steps: bool,
    /// The people's record keys by index, for noise that is the same for the same people; empty for none.
    pub keys: Arc<[u32]>,
    /// Whether the people of each cell are told, for the ledger of what was told before.
    pub sets: bool,
}

/// What is summed up, in whole units, so that sums are exact.
#[derive(Debug, Clone, PartialEq)]
pub enum Amount {
    /// Each row is one.
    Rows,
    /// A column of numbers; then only rows that have one count.
    Number {
        /// The column.
        column: String,
        /// Numbers below count as this: winsorised. Not less than 0.
        low: f64,
        /// Numbers above count as this.
        high: f64,
        /// How many units make one.
        scale: f64,
    },
}

impl Amount {
    /// A number in units; less than nothing is nothing.
    fn units(&self, number: f64) -> Option<u64> {
        match self {
            Self::Rows => Some(1),
            // The cast ends at both ends of what there is.
            Self::Number { low, high, scale, .. } => Some((number.max(*low).min(*high) * scale).round() as u64),
        }
    }
}

/// How a column's numbers are spread over the rows that pass, to find where extremes begin.
///
/// # Errors
/// As [`tabulate`].
pub fn spread(
    release: &Release,
    excluded: &ExclusionSet,
    (filter, name): (&Filter, &str),
    threads: usize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Sketch, EngineError> {
    let source = Source::new(release, excluded);
    let name = filter::column(release.schema(), name, &[Kind::Integer, Kind::Decimal])?;
    let parts = each(&rows::parts(&source, PARTS), threads, |part| {
        let (mut sketch, mut known) = (Sketch::default(), ByEntry::default());
        passing(&source, (filter, Some(&name)), part, stop, |rows, passes| {
            let Some(values) = rows.column(&name) else { return };
            let values = known.map(values, None, |values| filter::numbers(values).collect());
            for value in values.into_iter().zip(passes).filter_map(|(value, passes)| value.filter(|_| *passes)) {
                sketch.push(value);
            }
        })?;
        Ok(sketch)
    })?;
    let mut whole = Sketch::default();
    parts.iter().for_each(|part| whole.add(part));
    Ok(whole)
}

/// Counts the rows of everybody who is not excluded. `threads` says how many may work at once; `stop` is asked
/// now and then whether nobody waits any more.
///
/// ```compile_fail
/// fn count_everybody(release: &varde_engine::Release, plan: &varde_engine::tabulate::Plan) {
///     // Who may not be read cannot be left out.
///     let counted = varde_engine::tabulate::tabulate(release, plan, 1, &|| false);
/// }
/// ```
///
/// # Errors
/// When a column is not there or not of the kind that is asked for, when there are more than [`MAX_AXES`]
/// axes or [`MAX_CELLS`] cells, when the file cannot be read, or on request.
pub fn tabulate(
    release: &Release,
    excluded: &ExclusionSet,
    plan: &Plan,
    threads: usize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Counted, EngineError> {
    if plan.axes.len() > MAX_AXES {
        return Err(EngineError::TooFine { cells: MAX_CELLS });
    }
    let source = Source::new(release, excluded);
    let parts = rows::parts(&source, PARTS);
    let counted = each(&parts, threads, |part| tally::count(&source, plan, part, stop))?;
    let mut whole = Tally::empty(plan);
    for part in counted {
        whole.add(&part)?;
    }
    Ok(whole.finish())
}

/// Who has a row that passes the filter, among those who are not excluded.
///
/// # Errors
/// As [`tabulate`].
pub fn people(
    release: &Release,
    excluded: &ExclusionSet,
    filter: &Filter,
    threads: usize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<RoaringBitmap, EngineError> {
    let source = Source::new(release, excluded);
    let parts = rows::parts(&source, PARTS);
    let found = each(&parts, threads, |part| people_of(&source, filter, part, stop))?;
    Ok(found.into_iter().fold(RoaringBitmap::new(), |all, part| all | part))
}

fn people_of(
    source: &Source<'_>,
    filter: &Filter,
    part: &Part,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<RoaringBitmap, EngineError> {
    let mut found = RoaringBitmap::new();
    passing(source, (filter, None), part, stop, |rows, passes| {
        let mut from = 0;
        for (person, many) in rows.persons {
            if passes[from..from + many].contains(&true) {
                found.insert(*person);
            }
            from += many;
        }
    })?;
    Ok(found)
}

/// Reads the rows of a part with what a filter says of each, and with one more column.
fn passing(
    source: &Source<'_>,
    (filter, more): (&Filter, Option<&str>),
    part: &Part,
    stop: &(dyn Fn() -> bool + Sync),
    mut each: impl FnMut(&Rows<'_>, &[bool]),
) -> Result<(), EngineError> {
    let mut test = Test::compile(filter, source.release.schema())?;
    let tests = test.on_values();
    let mut columns = Vec::new();
    test.columns(&mut columns);
    more.iter().for_each(|more| filter::need(&mut columns, more));
    rows::read(source, (&columns, tests), part, |rows| {
        if stop() {
            return Err(EngineError::Stopped);
        }
        let passes = test.passes(rows);
        each(rows, &passes);
        Ok(())
    })
}

/// Does the work for each part on some threads, and gives what came of it in the parts' order.
fn each<T: Send>(
    parts: &[Part],
    threads: usize,
    work: impl Fn(&Part) -> Result<T, EngineError> + Sync,
) -> Result<Vec<T>, EngineError> {
    if threads <= 1 || parts.len() <= 1 {
        return parts.iter().map(work).collect();
    }
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(parts.len())));
    let worker = || -> Result<(), EngineError> {
        while let Some((at, part)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, parts.get(at)?)))
        {
            let result = work(part)?;
            done.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((at, result));
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(parts.len())).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|panic| panic::resume_unwind(panic)))
    })?;
    let mut done = done.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    done.sort_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests;
