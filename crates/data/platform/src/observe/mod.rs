//! What a release says of its variables: how many rows and people have a value in which year, and how the
//! values are distributed. Rows are read by a [`Scan`], so that nobody who may not be read is counted.

mod bins;
mod column;
pub mod publish;

use std::collections::{BTreeMap, HashMap};

use datafusion::arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::UInt32Type,
};
use jiff::Timestamp;
use varde_core::ReleaseId;
use varde_metadata::{Distribution, Filled, Groups, Limits, ObservedDataset, ObservedVariable, ObservedYear};

use crate::engine::{
    EngineError, Scan, Schema,
    release::{day, days},
};
use column::Values;
use publish::{Before, Tally};

/// The most groups of a long list of codes that are told: the largest ones.
const MOST_GROUPS: usize = 100;

/// Counts what the scan gives, and makes of it what may be told. `before` is what was told of the
/// dataset's release before. `stop` is asked now and then.
///
/// # Errors
/// When the release cannot be read, or `stop` says so.
pub fn observe(
    scan: &Scan,
    schema: &Schema,
    about: (ReleaseId, Timestamp),
    before: Option<&ObservedDataset>,
    stop: &dyn Fn() -> bool,
) -> Result<ObservedDataset, EngineError> {
    let cuts = bins::cuts(scan, schema, before, stop)?;
    let mut counting = Counting::new(schema, &cuts);
    for batch in scan.read()? {
        if stop() {
            return Err(EngineError::Stopped);
        }
        counting.add(&batch?, schema);
    }
    Ok(counting.told(schema, about, before))
}

/// A year of the rows' date, with a count for every column and group.
#[derive(Debug, Default)]
struct Year {
    all: Tally,
    columns: Vec<Counts>,
}

#[derive(Debug, Clone, Default)]
struct Counts {
    with: Tally,
    without: Tally,
    groups: Vec<Tally>,
}

struct Counting {
    years: BTreeMap<Option<i16>, Year>,
    values: Vec<Values>,
}

impl Counting {
    fn new(schema: &Schema, cuts: &HashMap<String, Vec<f64>>) -> Self {
        let values = schema.columns.iter().map(|column| Values::of(column, cuts.get(&column.name)));
        Self { years: BTreeMap::new(), values: values.collect() }
    }

    fn add(&mut self, batch: &RecordBatch, schema: &Schema) {
        let persons = batch.column(0).as_primitive::<UInt32Type>().values();
        let dates = schema.event_date.as_deref().and_then(|name| batch.column_by_name(name));
        let years: Vec<Option<i16>> = match dates {
            Some(dates) => days(dates).map(|found| found.and_then(day).map(jiff::civil::Date::year)).collect(),
            None => vec![None; persons.len()],
        };
        // The schema's columns stand behind the person's index, in its order.
        let places: Vec<Vec<Option<u32>>> =
            self.values.iter_mut().enumerate().map(|(at, values)| values.places(batch.column(at + 1))).collect();
        let filled: Vec<_> = (0..self.values.len()).map(|at| batch.column(at + 1).clone()).collect();
        for (row, (person, year)) in persons.iter().zip(&years).enumerate() {
            let year = self.years.entry(*year).or_default();
            year.all.add(*person);
            year.columns.resize_with(places.len(), Counts::default);
            for ((counts, column), places) in year.columns.iter_mut().zip(&filled).zip(&places) {
                if column.is_null(row) {
                    counts.without.add(*person);
                    continue;
                }
                counts.with.add(*person);
                if let Some(place) = places.get(row).copied().flatten() {
                    let place = place as usize;
                    if counts.groups.len() <= place {
                        counts.groups.resize_with(place + 1, Tally::default);
                    }
                    counts.groups[place].add(*person);
                }
            }
        }
    }

    /// Leaves out years of so few people that nothing can be told of them.
    fn told(
        mut self,
        schema: &Schema,
        (release, observed_at): (ReleaseId, Timestamp),
        before: Option<&ObservedDataset>,
    ) -> ObservedDataset {
        self.years.retain(|_, year| year.all.people() >= publish::THRESHOLD);
        let variables = schema.columns.iter().enumerate();
        let variables = variables.map(|(at, column)| self.variable(at, &column.name, before)).collect();
        let year =
            |(year, found): (&Option<i16>, &Year)| ObservedYear { year: *year, total: publish::total(&found.all) };
        ObservedDataset {
            release,
            observed_at,
            limits: Limits { threshold: publish::THRESHOLD, base: publish::BASE },
            years: self.years.iter().map(year).collect(),
            variables,
        }
    }

    fn variable(&self, at: usize, name: &str, before: Option<&ObservedDataset>) -> ObservedVariable {
        let earlier = Earlier::of(before, name);
        let nothing = Counts::default();
        let counts = |year: &Year| year.columns.get(at).unwrap_or(&nothing).clone();
        let filled: Vec<Filled> = self
            .years
            .iter()
            .map(|(year, found)| {
                let counts = counts(found);
                publish::filled(&found.all, &counts.with, &counts.without, earlier.filled(*year))
            })
            .collect();
        let distribution = self.values[at].groups().map(|groups| {
            let years = self.years.iter().zip(&filled).map(|((year, found), filled)| {
                let mut tallies = counts(found).groups;
                tallies.resize_with(groups.len(), Tally::default);
                let told = matches!(filled, Filled::NearlyAll | Filled::Counted { .. });
                if told { publish::groups(&tallies, &earlier.before(*year, &groups)) } else { vec![None; groups.len()] }
            });
            largest(Distribution { years: years.collect(), groups })
        });
        ObservedVariable { name: name.to_owned(), filled, distribution }
    }
}

/// What the release before told of a variable.
struct Earlier<'a> {
    dataset: Option<&'a ObservedDataset>,
    variable: Option<&'a ObservedVariable>,
}

impl<'a> Earlier<'a> {
    fn of(dataset: Option<&'a ObservedDataset>, name: &str) -> Self {
        Self { dataset, variable: dataset.and_then(|d| d.variables.iter().find(|v| v.name == name)) }
    }

    fn at(&self, year: Option<i16>) -> Option<usize> {
        self.dataset?.years.iter().position(|known| known.year == year)
    }

    fn filled(&self, year: Option<i16>) -> Option<Filled> {
        self.variable?.filled.get(self.at(year)?).copied()
    }

    /// Which of the groups it withheld. Of a long list it told only some: the others it withheld.
    fn before(&self, year: Option<i16>, groups: &Groups) -> Before {
        let told = self.variable.and_then(|variable| variable.distribution.as_ref());
        let Some((told, counts)) = self.at(year).and_then(|at| Some((told?, told?.years.get(at)?))) else {
            return Before::default();
        };
        let total = self.at(year).and_then(|at| self.dataset?.years.get(at)?.total);
        let with = self.filled(year).and_then(|filled| filled.with_value(total));
        match (groups, &told.groups) {
            (Groups::Intervals(now), Groups::Intervals(then)) if now == then => Before::of(with, counts),
            // Other intervals are other groups; the cuts are kept for as long as they fit.
            (Groups::Intervals(_), _) | (_, Groups::Intervals(_)) => Before::default(),
            (Groups::Codes(now) | Groups::SomeCodes(now), Groups::Codes(then) | Groups::SomeCodes(then)) => {
                let places: HashMap<&str, usize> = then.iter().enumerate().map(|(at, c)| (c.as_str(), at)).collect();
                let count = |code: &String| counts.get(*places.get(code.as_str())?).copied().flatten();
                Before::of(with, &now.iter().map(count).collect::<Vec<_>>())
            }
        }
    }
}

/// Of a long list only the largest codes that something is told of, by code.
fn largest(mut distribution: Distribution) -> Distribution {
    let Groups::SomeCodes(codes) = &distribution.groups else { return distribution };
    let rows = |at: usize| -> u64 {
        distribution.years.iter().filter_map(|year| year.get(at).copied().flatten()).map(|count| count.rows).sum()
    };
    let mut kept: Vec<(u64, usize)> = (0..codes.len()).map(|at| (rows(at), at)).filter(|(rows, _)| *rows > 0).collect();
    kept.sort_by(|(a, at), (b, bt)| b.cmp(a).then_with(|| codes[*at].cmp(&codes[*bt])));
    kept.truncate(MOST_GROUPS);
    kept.sort_by(|(_, at), (_, bt)| codes[*at].cmp(&codes[*bt]));
    let codes = kept.iter().map(|(_, at)| codes[*at].clone()).collect();
    for year in &mut distribution.years {
        *year = kept.iter().map(|(_, at)| year.get(*at).copied().flatten()).collect();
    }
    distribution.groups = Groups::SomeCodes(codes);
    distribution
}
