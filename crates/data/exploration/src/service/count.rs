//! From a question to an answer: count, apply the rules, tell.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::{Timestamp, civil::Date};
use roaring::RoaringBitmap;
use varde_core::{CataloguePath, Digest};
use varde_disclosure::{
    Outcome, ProtectError, protect,
    record::EDITION,
    rules::{Rules, Treatment},
    tables::{self, Category, Dimension as Crossed, Figure, Table},
    treatments::cell_key::{Noise, NoiseTable, NotANoise},
};
use varde_engine::{
    Exclusions, Release,
    release::day_number,
    tabulate::{self, Amount, Attribute, Axis, Births, Counted, Filter, Group, Plan, Tallied},
};
use varde_permit::Granularity;

use super::facts::{Keys, Known};
use crate::{
    ExplorationError,
    model::{
        Answer, Condition, Dimension, Explorable, Measure, Question, Withheld,
        answer::{Checked, Told},
    },
};

/// The fewest people that a question may be about (microdata.no).
pub(crate) const POPULATION: u64 = 1_000;
/// Fewer people in a cell than this are few.
const FEW: u64 = 5;
/// The smallest count that is told.
const MINIMUM: u64 = 10;
/// The most cells of a table, totals not among them: more is data, not statistics.
pub(super) const CELLS: usize = 2_000;
/// The share of rows whose numbers are pulled in, at either end (microdata.no).
const WINSORISED: f64 = 0.01;
/// What stands for all groups of a dimension: no code is written so.
const TOTAL: &str = "*";

/// All that it takes to answer, gathered before.
pub(super) struct Job {
    pub(super) question: Question,
    pub(super) dataset: Explorable,
    /// The releases that conditions ask, by dataset; the question's own among them.
    pub(super) releases: BTreeMap<CataloguePath, Release>,
    pub(super) exclusions: Exclusions,
    pub(super) known: Arc<Known>,
    pub(super) keys: Arc<Keys>,
    pub(super) threads: usize,
    pub(super) now: Timestamp,
    /// Set when nobody waits any more.
    pub(super) stop: Arc<AtomicBool>,
}

impl Job {
    /// Counts and tells. Takes the processor for as long as it takes to read the release.
    pub(super) fn run(&self) -> Result<Answer, ExplorationError> {
        self.tell(&self.counted(Some(WINSORISED), false)?)
    }

    /// Counts. Of numbers the highest and lowest share that is given are pulled in; with `sets` the people of
    /// each cell are told too.
    pub(super) fn counted(&self, pulled_in: Option<f64>, sets: bool) -> Result<Counted, ExplorationError> {
        let missing = || ExplorationError::Unreadable("release of a dataset that is open");
        let release = self.releases.get(&self.question.dataset).ok_or_else(missing)?;
        let excluded = self.exclusions.for_dataset(&self.question.dataset);
        let births = self.known.births(self.day());
        let filter = self.filter(&self.question.only, &births)?;
        let stop = || self.stop.load(Ordering::Relaxed);
        let amount = match self.question.measure.number() {
            None if self.question.measure == Measure::Events => Some(Amount::Rows),
            None => None,
            Some(column) => {
                let spread = tabulate::spread(release, &excluded, (&filter, column), self.threads, &stop)?;
                if spread.quantile(0.0).is_some_and(|least| least < 0.0) {
                    return Err(ExplorationError::Negative);
                }
                let bound = |share| spread.quantile(share).unwrap_or(0.0);
                let (low, high) = pulled_in.map_or((0.0, f64::MAX), |share| (bound(share), bound(1.0 - share)));
                Some(Amount::Number { column: column.to_owned(), low, high, scale: SCALE })
            }
        };
        let axes = self.question.by.iter().map(|by| self.axis(by, &births)).collect();
        let people = self.known.sex.of.len();
        let plan = Plan { axes, filter, amount, keys: self.keys.of(people), sets };
        Ok(tabulate::tabulate(release, &excluded, &plan, self.threads, &stop)?)
    }

    /// The day on which age counts where rows have no date.
    fn day(&self) -> Date {
        let last = self.dataset.period.and_then(|period| period.until);
        last.unwrap_or_else(|| self.now.to_zoned(varde_core::clock::norway()).date())
    }

    fn axis(&self, by: &Dimension, births: &Births) -> Axis {
        match by {
            Dimension::Age { width } => Axis::Age { births: births.clone(), width: *width },
            Dimension::Sex => Axis::Person(self.known.sex.clone()),
            Dimension::County => Axis::Person(self.known.county.clone()),
            Dimension::Variable { name, level } => {
                let column = name.clone();
                match level {
                    Granularity::Year => Axis::Year { column },
                    Granularity::Month => Axis::Month { column },
                    Granularity::Band(width) => Axis::Band { column, width: *width },
                    Granularity::Prefix(length) => Axis::Codes { column, length: u8::try_from(*length).ok() },
                    _ if self.is_truth(name) => Axis::Truth { column },
                    _ => Axis::Codes { column, length: None },
                }
            }
        }
    }

    fn is_truth(&self, name: &str) -> bool {
        let release = self.releases.get(&self.question.dataset);
        release.and_then(|release| release.schema().column(name)).is_some_and(|c| c.kind == varde_engine::Kind::Boolean)
    }

    fn filter(&self, condition: &Condition, births: &Births) -> Result<Filter, ExplorationError> {
        let each = |parts: &[Condition]| parts.iter().map(|part| self.filter(part, births)).collect::<Result<_, _>>();
        Ok(match condition {
            Condition::All(parts) => Filter::All(each(parts)?),
            Condition::Any(parts) => Filter::Any(each(parts)?),
            Condition::Not(part) => Filter::Not(Box::new(self.filter(part, births)?)),
            Condition::Code { variable, begins } => {
                Filter::Codes { column: variable.clone(), prefixes: begins.clone() }
            }
            Condition::Period { from, until } => {
                let schema = self.releases.get(&self.question.dataset).map(Release::schema);
                let Some(column) = schema.and_then(|schema| schema.event_date.clone()) else {
                    // Rows without a date are in no period.
                    return Ok(Filter::Any(Vec::new()));
                };
                Filter::Days { column, from: day_number(*from), until: day_number(*until) }
            }
            Condition::Age { from, until } => Filter::Age { births: births.clone(), from: *from, until: *until },
            Condition::Sex(sex) => Filter::People(Arc::new(those(&self.known.sex, |code| code == sex))),
            Condition::County(counties) => {
                Filter::People(Arc::new(those(&self.known.county, |code| counties.iter().any(|county| county == code))))
            }
            Condition::Has { variable, begins } => Filter::People(Arc::new(self.having(variable, begins)?)),
        })
    }

    /// Who has a row with such a code in a dataset, without those who may not be read there.
    fn having(&self, variable: &CataloguePath, begins: &[String]) -> Result<RoaringBitmap, ExplorationError> {
        let missing = || ExplorationError::Unreadable("release of a dataset that a condition names");
        let dataset = variable.parent().ok_or_else(missing)?;
        let release = self.releases.get(&dataset).ok_or_else(missing)?;
        let filter = Filter::Codes { column: variable.name().to_owned(), prefixes: begins.to_vec() };
        let excluded = self.exclusions.for_dataset(&dataset);
        let stop = || self.stop.load(Ordering::Relaxed);
        Ok(tabulate::people(release, &excluded, &filter, self.threads, &stop)?)
    }

    /// The table by the rules. Whether anything may be told is decided first: nothing else tells of few people,
    /// not even that there would be too many cells.
    fn tell(&self, counted: &Counted) -> Result<Answer, ExplorationError> {
        let (figure, rules) = rules(&self.question.measure);
        let noise = noise()?;
        if let Some(withheld) = withheld(counted, noise) {
            return Ok(self.answer(Some(withheld), (Vec::new(), Vec::new()), rules));
        }
        let size: usize = counted.groups.iter().map(Vec::len).product();
        if size > CELLS {
            return Err(ExplorationError::TooFine(CELLS));
        }
        let table = table(figure, &self.question.by, counted)?;
        let outcomes = outcomes(&table, &rules, self.question.digest())?;
        let listed = listed(counted, noise);
        let is_listed = |place: &[Option<usize>]| {
            place.iter().zip(&listed).all(|(at, listed)| at.is_none_or(|at| listed.contains(&at)))
        };
        let cells = places(counted).into_iter().zip(table.cells().iter().zip(outcomes));
        let told = cells
            .filter(|(place, _)| is_listed(place))
            .map(|(_, (cell, outcome))| told(cell, outcome, noise, &self.question.measure))
            .collect();
        let groups = listed.iter().zip(&counted.groups);
        let groups = groups.map(|(listed, groups)| listed.iter().map(|at| groups[*at].clone()).collect()).collect();
        Ok(self.answer(None, (groups, told), rules))
    }

    fn answer(
        &self,
        withheld: Option<Withheld>,
        (groups, cells): (Vec<Vec<Group>>, Vec<Told>),
        rules: Rules,
    ) -> Answer {
        let digest = self.question.digest();
        let mut answer = Answer {
            question: self.question.clone(),
            digest,
            release: self.dataset.release,
            release_digest: self.dataset.digest,
            told_at: self.now,
            withheld,
            about: cells.first().and_then(|total| total.people),
            groups,
            checked: Checked {
                edition: EDITION.to_owned(),
                plan: digest,
                output: digest,
                rules,
                noise: NOISE,
                cells: cells.len() as u64,
                shown: cells.iter().filter(|cell| cell.people.is_some()).count() as u64,
            },
            cells,
        };
        answer.checked.output = answer.output();
        answer
    }
}

/// Noise of counts: nobody is told of as one of fewer than ten.
const NOISE: Noise = Noise { variance_thousandths: 6_000, bound: 14, never: 9 };

/// The noise's table, worked out once: that takes a good part of a second.
fn noise() -> Result<&'static NoiseTable, ProtectError> {
    static TABLE: OnceLock<Result<NoiseTable, NotANoise>> = OnceLock::new();
    TABLE.get_or_init(|| NoiseTable::of(&NOISE)).as_ref().map_err(|error| ProtectError::from(*error))
}

/// How many units make one: sums are told to a hundredth.
pub(super) const SCALE: f64 = 100.0;

/// People of some groups.
fn those(attribute: &Attribute, wanted: impl Fn(&str) -> bool) -> RoaringBitmap {
    let wanted: Vec<bool> = attribute.codes.iter().map(|code| wanted(code)).collect();
    let inside = |at: &u16| wanted.get(usize::from(*at)).copied().unwrap_or(false);
    (0_u32..).zip(attribute.of.iter()).filter(|(_, at)| inside(at)).map(|(index, _)| index).collect()
}

/// What a measure is to the rules. Amounts are withheld where they are unsafe, and others with them, since totals
/// are shown; what is told gets noise, counts and amounts alike (see [`told`]).
fn rules(measure: &Measure) -> (Figure, Rules) {
    let base = Rules { minimum: MINIMUM, population: POPULATION, withhold_zeros: false, ..Rules::default() };
    match measure {
        Measure::People => (Figure::Count, Rules { treatment: Treatment::CellKey(NOISE), ..base }),
        Measure::Events | Measure::Sum(_) => (Figure::Sum, base),
        Measure::Mean(_) => (Figure::Mean, base),
    }
}

/// Whether nothing may be told at all. The count with its noise decides, and so that never fewer than
/// [`POPULATION`] are told of: an exact limit would tell, by a yes or no, of a single person more or less.
fn withheld(counted: &Counted, noise: &NoiseTable) -> Option<Withheld> {
    let enough = |total: &Tallied| noise.shown(total.people, total.key) >= POPULATION + u64::from(NOISE.bound);
    if !counted.total().is_some_and(enough) {
        return Some(Withheld::Population);
    }
    let somebody = counted.cells().iter().filter(|cell| cell.people > 0);
    let few = somebody.clone().filter(|cell| cell.people < FEW).count();
    (few * 2 > somebody.count()).then_some(Withheld::Sparse)
}

/// The counted table in the form that the rules know: each dimension with its total first.
pub(super) fn table(figure: Figure, by: &[Dimension], counted: &Counted) -> Result<Table, ExplorationError> {
    let crossed = |(dimension, groups): (&Dimension, &Vec<Group>)| {
        let total = Category { code: TOTAL.to_owned(), parent: None };
        let parts = groups.iter().map(|group| Category { code: format!("={group}"), parent: Some(0) });
        Crossed {
            name: name(dimension),
            categories: std::iter::once(total).chain(parts).collect(),
            // A person has one sex and one county, and can have rows in any number of other groups.
            overlapping: !matches!(dimension, Dimension::Sex | Dimension::County),
        }
    };
    let mut dimensions: Vec<Crossed> = by.iter().zip(&counted.groups).map(crossed).collect();
    if dimensions.is_empty() {
        dimensions.push(Crossed::flat("all", &[TOTAL]));
    }
    let places = places(counted);
    let cells =
        places.iter().map(|place| counted.at(place).map_or_else(tables::Cell::default, |cell| to_rules(figure, cell)));
    Ok(Table::of_cells(figure, dimensions, cells.collect())?)
}

/// The places of all cells, each dimension's total first and the last dimension fastest.
pub(super) fn places(counted: &Counted) -> Vec<Vec<Option<usize>>> {
    let mut places: Vec<Vec<Option<usize>>> = vec![Vec::new()];
    for groups in &counted.groups {
        let all = || std::iter::once(None).chain((0..groups.len()).map(Some));
        places = places
            .iter()
            .flat_map(|before| all().map(move |at| before.iter().copied().chain([at]).collect()))
            .collect();
    }
    places
}

/// The groups of each dimension that are told of at all: those whose people are, with noise, more than none. That
/// a code stands in a table would else tell that somebody has it.
fn listed(counted: &Counted, noise: &NoiseTable) -> Vec<Vec<usize>> {
    let axes = counted.groups.len();
    let is_told = |axis: usize, at: usize| {
        let mut place = vec![None; axes];
        place[axis] = Some(at);
        counted.at(&place).is_some_and(|cell| noise.shown(cell.people, cell.key) > 0)
    };
    counted
        .groups
        .iter()
        .enumerate()
        .map(|(axis, groups)| (0..groups.len()).filter(|at| is_told(axis, *at)).collect())
        .collect()
}

fn to_rules(figure: Figure, cell: &Tallied) -> tables::Cell {
    let amount = cell.summed.as_ref().filter(|_| figure != Figure::Count);
    let amount = amount.map(|summed| tables::Amount { sum: summed.sum, largest: summed.largest.clone() });
    tables::Cell { count: cell.people, key: cell.key, amount }
}

/// A dimension's name in tables.
fn name(dimension: &Dimension) -> String {
    match dimension {
        Dimension::Variable { name, .. } => name.clone(),
        Dimension::Age { .. } => "/age".to_owned(),
        Dimension::Sex => "/sex".to_owned(),
        Dimension::County => "/county".to_owned(),
    }
}

/// Which cells may be told. Of counts all: noise alone makes them safe, and shows none from one to nine.
fn outcomes(table: &Table, rules: &Rules, plan: Digest) -> Result<Vec<Outcome>, ProtectError> {
    match table.figure() {
        Figure::Count => Ok(vec![Outcome::Perturbed; table.cells().len()]),
        _ => Ok(protect(table, rules, plan)?.cells.iter().map(|cell| cell.outcome).collect()),
    }
}

/// A cell as it is told. Were amounts exact, the difference of two sums would be what those people have who are
/// in one of them only; so a sum is moved by up to as much as the largest contribution to it, by a share that is
/// the same for the same people (the cell-key method for magnitudes: Giessing and Tent 2019, with the largest
/// contribution as the scale). A mean is that sum by the count that is told: sum, mean and count together give
/// no exact count back.
fn told(cell: &tables::Cell, outcome: Outcome, noise: &NoiseTable, measure: &Measure) -> Told {
    if outcome == Outcome::Withheld {
        return Told::WITHHELD;
    }
    let people = noise.shown(cell.count, cell.key);
    let Some(amount) = &cell.amount else {
        return Told { outcome: Outcome::Perturbed, people: Some(people), value: None };
    };
    let largest = amount.largest.first().copied().unwrap_or(0) as f64;
    let sum = (amount.sum as f64 + largest * share(cell.key)).max(0.0);
    let value = match measure {
        Measure::Events => Some(sum.round()),
        Measure::Mean(_) if people == 0 => None,
        Measure::Mean(_) => Some((sum / people as f64 / SCALE * 100.0).round() / 100.0),
        Measure::People | Measure::Sum(_) => Some((sum / SCALE * 100.0).round() / 100.0),
    };
    if value.is_none() { Told::WITHHELD } else { Told { outcome: Outcome::Perturbed, people: Some(people), value } }
}

/// From −1 to 1, from a cell's key, and nothing like the noise of its count.
fn share(key: u32) -> f64 {
    let mut mixed = u64::from(key) ^ 0x5D58_8B65_6C07_8965;
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed >> 40) as f64 / f64::from(1 << 23) - 1.0
}
