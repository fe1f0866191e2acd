//! From a question to what is true of it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::{Timestamp, civil::Date};
use roaring::RoaringBitmap;
use varde_core::{CataloguePath, Digest, Period, ReleaseId};
use varde_engine::{
    ExclusionSet, Exclusions, Kind, Release,
    release::day_number,
    tabulate::{self, Amount, Attribute, Axis, Births, Counted, Filter, Plan, step_of},
};
use varde_permit::Granularity;

use crate::{
    Answer, Condition, CountError, Dimension, Measure, Question,
    facts::{Keys, Known},
};

/// The share of rows whose numbers are pulled in, at either end (microdata.no).
const WINSORISED: f64 = 0.01;
/// How many units make one: sums are told to a hundredth.
pub const SCALE: f64 = 100.0;

/// The release that is counted, as it is told of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pinned {
    /// Its id.
    pub release: ReleaseId,
    /// SHA-256 of its file.
    pub digest: Digest,
    /// First and last day of its rows.
    pub period: Option<Period>,
}

/// All that it takes to answer, gathered before.
#[derive(Debug)]
pub struct Job {
    /// What is asked.
    pub question: Question,
    /// Of which release.
    pub pinned: Pinned,
    /// The releases that conditions ask, by dataset; the question's own among them.
    pub releases: BTreeMap<CataloguePath, Release>,
    /// Who may not be read.
    pub exclusions: Exclusions,
    /// What base data say of people.
    pub known: Arc<Known>,
    /// People's record keys.
    pub keys: Arc<Keys>,
    /// How many threads may count at once.
    pub threads: usize,
    /// Whether the people of each cell are found too, for a ledger of what was told; never to be told.
    pub sets: bool,
    /// The time, UTC.
    pub now: Timestamp,
    /// Set when nobody waits any more.
    pub stop: Arc<AtomicBool>,
}

/// What was counted: true numbers, for the rules and for nobody's eyes.
#[derive(Debug, Clone)]
pub struct Truth {
    /// The table with its margins.
    pub counted: Counted,
    /// Whether more of the number's values lie below zero than are pulled in.
    pub below_zero: bool,
}

impl Job {
    /// Counts and tells. Takes the processor for as long as it takes to read the release. Whether a table is refused
    /// for its many cells follows from what is told with noise, never from how many groups there are in truth.
    ///
    /// # Errors
    /// As [`Job::count`] and [`Job::tell`].
    pub fn run(&self) -> Result<Answer, CountError> {
        let (plan, below_zero) = self.plan()?;
        let counted = match self.tabulated(&plan) {
            Err(CountError::TooFine(_)) => self.listed_only(&plan, below_zero)?,
            counted => counted?,
        };
        self.tell(&Truth { counted, below_zero })
    }

    /// Counts.
    ///
    /// # Errors
    /// [`CountError::TooFine`] beyond what the engine counts, which is decided by true numbers and is nothing to
    /// tell; [`CountError::Stopped`], [`CountError::Missing`], [`CountError::Engine`].
    pub fn count(&self) -> Result<Truth, CountError> {
        let (plan, below_zero) = self.plan()?;
        Ok(Truth { counted: self.tabulated(&plan)?, below_zero })
    }

    /// What to count, and whether more of the number's values lie below zero than are pulled in.
    pub(crate) fn plan(&self) -> Result<(Plan, bool), CountError> {
        let release = self.release(&self.question.dataset)?;
        let excluded = self.exclusions.for_dataset(&self.question.dataset);
        let births = self.known.births(self.day());
        let filter = self.filter(&self.question.only, &births)?;
        let (amount, below_zero) = self.amount(release, &excluded, &filter)?;
        let axes = self.question.by.iter().map(|by| self.axis(by, &births)).collect();
        let steps = matches!(self.question.measure, Measure::Median(_));
        let plan = Plan { axes, filter, amount, steps, keys: self.keys.of(self.known.people()), sets: self.sets };
        Ok((plan, below_zero))
    }

    pub(crate) fn tabulated(&self, plan: &Plan) -> Result<Counted, CountError> {
        let release = self.release(&self.question.dataset)?;
        let excluded = self.exclusions.for_dataset(&self.question.dataset);
        Ok(tabulate::tabulate(release, &excluded, plan, self.threads, &|| self.is_stopped())?)
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn release(&self, dataset: &CataloguePath) -> Result<&Release, CountError> {
        self.releases.get(dataset).ok_or_else(|| CountError::Missing(dataset.clone()))
    }

    /// What is summed up, with its highest and lowest values pulled in, and whether more of them than that lie
    /// below zero. One value alone decides nothing here: whether there is any would tell of one person.
    fn amount(
        &self,
        release: &Release,
        excluded: &ExclusionSet,
        filter: &Filter,
    ) -> Result<(Option<Amount>, bool), CountError> {
        let column = match &self.question.measure {
            Measure::People => return Ok((None, false)),
            Measure::Events => return Ok((Some(Amount::Rows), false)),
            Measure::Sum(column) | Measure::Mean(column) | Measure::Median(column) => column,
        };
        let spread = tabulate::spread(release, excluded, (filter, column), self.threads, &|| self.is_stopped())?;
        let bound = |share| spread.quantile(share).unwrap_or(0.0);
        let (low, high) = (bound(WINSORISED), bound(1.0 - WINSORISED));
        // On steps that are the same for every table: what one person has does not move the others' amounts.
        let step = |number: f64| step_of((number.max(0.0) * SCALE) as u64);
        let (from, until) = (step(low).0 as f64 / SCALE, step(high).1 as f64 / SCALE);
        let amount = Amount::Number { column: column.clone(), low: from, high: until, scale: SCALE };
        Ok((Some(amount), low < 0.0))
    }

    /// The day on which age counts where rows have no date.
    fn day(&self) -> Date {
        let last = self.pinned.period.and_then(|period| period.until);
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
        release.and_then(|release| release.schema().column(name)).is_some_and(|column| column.kind == Kind::Boolean)
    }

    fn filter(&self, condition: &Condition, births: &Births) -> Result<Filter, CountError> {
        let each = |parts: &[Condition]| parts.iter().map(|part| self.filter(part, births)).collect::<Result<_, _>>();
        Ok(match condition {
            Condition::All(parts) => Filter::All(each(parts)?),
            Condition::Any(parts) => Filter::Any(each(parts)?),
            Condition::Not(part) => Filter::Not(Box::new(self.filter(part, births)?)),
            Condition::Code { variable, begins } => {
                Filter::Codes { column: variable.clone(), prefixes: begins.clone() }
            }
            Condition::Period { from, until } => {
                let schema = self.release(&self.question.dataset)?.schema();
                let Some(column) = schema.event_date.clone() else {
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
    fn having(&self, variable: &CataloguePath, begins: &[String]) -> Result<RoaringBitmap, CountError> {
        let dataset = variable.parent().ok_or_else(|| CountError::Missing(variable.clone()))?;
        let filter = Filter::Codes { column: variable.name().to_owned(), prefixes: begins.to_vec() };
        let excluded = self.exclusions.for_dataset(&dataset);
        let release = self.release(&dataset)?;
        Ok(tabulate::people(release, &excluded, &filter, self.threads, &|| self.is_stopped())?)
    }
}

/// People of some groups.
fn those(attribute: &Attribute, wanted: impl Fn(&str) -> bool) -> RoaringBitmap {
    let wanted: Vec<bool> = attribute.codes.iter().map(|code| wanted(code)).collect();
    let inside = |at: &u16| wanted.get(usize::from(*at)).copied().unwrap_or(false);
    (0_u32..).zip(attribute.of.iter()).filter(|(_, at)| inside(at)).map(|(index, _)| index).collect()
}
