//! Counting a release.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::{DefaultHasher, Hasher as _},
    sync::Arc,
};

use datafusion::arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::UInt32Type,
    row::{RowConverter, SortField},
};
use jiff::{Timestamp, civil::Date};
use roaring::RoaringBitmap;
use varde_basedata::Attributes;
use varde_metadata::{Count, Dataset};

use super::{
    Cells, Codes, Delay, Freshness, Report, Told, VariableFigures, YearFigures,
    rules::{self, Checked, Read},
    verdict::{Allowed, Verdict},
};
use crate::{
    engine::{
        EngineError, Kind, Scan, Schema,
        release::{day, day_number, days},
    },
    import::{Field, Judge, Layout},
    observe::publish::Tally,
};

/// More different values than this are no list of codes.
const LONGEST_LIST: usize = 20_000;
/// The codes whose counts are kept: the commonest.
const MOST_CODES: usize = 500;

/// What a release is held against.
pub(crate) struct Asked {
    /// The dataset as the catalogue describes it.
    pub(crate) dataset: Option<Dataset>,
    /// The day the release was taken in.
    pub(crate) delivered: Date,
    /// As at when opt-outs count.
    pub(crate) as_at: Timestamp,
    /// What judges codes by editions of their code systems, by the column's name.
    pub(crate) judges: BTreeMap<String, Arc<Judge>>,
    /// Births and deaths, by person.
    pub(crate) people: Attributes,
}

/// What was counted.
pub(crate) struct Measured {
    /// The report, as yet without coverage.
    pub(crate) report: Report,
    /// Who has a row in each year.
    pub(crate) people: BTreeMap<i16, RoaringBitmap>,
}

/// Counts what the scan gives. `stop` is asked now and then.
///
/// # Errors
/// When the release cannot be read, or `stop` says so.
pub(crate) fn measure(
    scan: &Scan,
    schema: &Schema,
    asked: &Asked,
    stop: &dyn Fn() -> bool,
) -> Result<Measured, EngineError> {
    let mut counting = Counting::new(schema, asked)?;
    for batch in scan.read()? {
        if stop() {
            return Err(EngineError::Stopped);
        }
        counting.add(&batch?)?;
    }
    Ok(counting.end())
}

#[derive(Default)]
struct Year {
    all: Tally,
    repeated: Tally,
    /// Rows by days from the event to the delivery.
    delays: BTreeMap<i32, u64>,
    people: RoaringBitmap,
    columns: Vec<Tallies>,
}

#[derive(Debug, Clone, Default)]
struct Tallies {
    with: Tally,
    without: Tally,
    invalid: Tally,
    unusual: Tally,
}

struct Counting<'a> {
    schema: &'a Schema,
    asked: &'a Asked,
    fields: HashMap<String, Field>,
    allowed: Vec<Allowed>,
    codes: Vec<Option<HashMap<String, Tally>>>,
    rules: Vec<Checked>,
    unchecked: Vec<String>,
    years: BTreeMap<Option<i16>, Year>,
    all: Tally,
    newest: Option<Date>,
    hashes: RowConverter,
    /// The person whose rows are being read, and what rows they have.
    seen: (Option<u32>, HashSet<u64>),
}

impl<'a> Counting<'a> {
    fn new(schema: &'a Schema, asked: &'a Asked) -> Result<Self, EngineError> {
        let layout = asked.dataset.as_ref().and_then(|d| Layout::of(d, "", None, asked.delivered).ok());
        let fields: HashMap<String, Field> =
            layout.into_iter().flat_map(|l| l.fields).map(|f| (f.column.name.clone(), f)).collect();
        let allowed = |column: &crate::engine::Column| {
            let judge = asked.judges.get(&column.name).map(|judge| (Arc::clone(judge), asked.delivered));
            Allowed::of(column, fields.get(&column.name), judge)
        };
        let allowed: Vec<Allowed> = schema.columns.iter().map(allowed).collect();
        let listed = |kind| matches!(kind, Kind::Code | Kind::Boolean);
        let types = schema.columns.iter().map(|c| SortField::new(c.kind.arrow())).collect();
        let (rules, unchecked) = rules::of(schema, asked.dataset.as_ref(), &allowed);
        Ok(Self {
            codes: schema.columns.iter().map(|c| listed(c.kind).then(HashMap::new)).collect(),
            hashes: RowConverter::new(types)?,
            years: BTreeMap::new(),
            all: Tally::default(),
            newest: None,
            seen: (None, HashSet::new()),
            schema,
            asked,
            fields,
            allowed,
            rules,
            unchecked,
        })
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<(), EngineError> {
        let persons = batch.column(0).as_primitive::<UInt32Type>().values();
        let dated = self.schema.event_date.as_deref().and_then(|name| batch.column_by_name(name));
        let dates: Vec<Option<Date>> = match dated {
            Some(dates) => days(dates).map(|found| found.and_then(day)).collect(),
            None => vec![None; persons.len()],
        };
        let columns = &batch.columns()[1..];
        let verdict = |(at, array): (usize, &Arc<dyn Array>)| {
            self.allowed[at].verdicts(self.schema.columns[at].kind, array, &dates)
        };
        let verdicts: Vec<Vec<Verdict>> = columns.iter().enumerate().map(verdict).collect();
        let repeated = self.repeated(persons, columns)?;
        for (at, array) in columns.iter().enumerate() {
            self.count_codes(at, persons, array);
        }
        let read = Read { persons, dates: &dates, columns, verdicts: &verdicts };
        self.rules.iter_mut().for_each(|rule| rule.check(self.schema, &self.asked.people, &read));
        let delivered = day_number(self.asked.delivered);
        for (row, (person, date)) in persons.iter().zip(&dates).enumerate() {
            self.all.add(*person);
            self.newest = self.newest.max(*date);
            let year = self.years.entry(date.map(Date::year)).or_default();
            year.all.add(*person);
            if repeated[row] {
                year.repeated.add(*person);
            }
            if let Some(date) = date {
                *year.delays.entry(delivered - day_number(*date)).or_default() += 1;
                year.people.insert(*person);
            }
            year.columns.resize_with(verdicts.len(), Tallies::default);
            for (tallies, verdicts) in year.columns.iter_mut().zip(&verdicts) {
                tallies.add(*person, verdicts[row]);
            }
        }
        Ok(())
    }

    /// Whether each row repeats an earlier one of its person. Their rows come together.
    fn repeated(&mut self, persons: &[u32], columns: &[Arc<dyn Array>]) -> Result<Vec<bool>, EngineError> {
        let rows = self.hashes.convert_columns(columns)?;
        let (last, seen) = &mut self.seen;
        let one = |(row, person): (usize, &u32)| -> bool {
            if *last != Some(*person) {
                *last = Some(*person);
                seen.clear();
            }
            let mut hash = DefaultHasher::new();
            hash.write(rows.row(row).as_ref());
            !seen.insert(hash.finish())
        };
        Ok(persons.iter().enumerate().map(one).collect())
    }

    fn count_codes(&mut self, at: usize, persons: &[u32], array: &dyn Array) {
        let Some(counts) = &mut self.codes[at] else { return };
        let texts = array.as_string_opt::<i32>();
        let truths = array.as_boolean_opt();
        for (row, person) in persons.iter().enumerate().filter(|(row, _)| array.is_valid(*row)) {
            let code = match (texts, truths) {
                (Some(texts), _) => texts.value(row),
                (_, Some(truths)) if truths.value(row) => "true",
                _ => "false",
            };
            match counts.get_mut(code) {
                Some(tally) => tally.add(*person),
                None => counts.entry(code.to_owned()).or_default().add(*person),
            }
        }
        if counts.len() > LONGEST_LIST {
            self.codes[at] = None;
        }
    }

    fn end(self) -> Measured {
        let years: Vec<YearFigures> = self.years.iter().map(|(year, found)| found.figures(*year)).collect();
        let cells =
            |at: usize| self.years.values().map(|y| y.columns.get(at).cloned().unwrap_or_default().cells()).collect();
        let variable = |(at, codes): (usize, &Option<HashMap<String, Tally>>)| {
            let column = &self.schema.columns[at];
            let field = self.fields.get(&column.name);
            VariableFigures {
                name: column.name.clone(),
                label: column.label.clone(),
                required: field.is_some_and(|f| f.required),
                described: field.is_some(),
                years: cells(at),
                codes: codes.as_ref().map(commonest),
            }
        };
        let variables = self.codes.iter().enumerate().map(variable).collect();
        let agreed = self.asked.dataset.as_ref().and_then(|d| rhythm(d.details.frequency.as_deref()?));
        let freshness = self.newest.map(|newest| Freshness {
            newest,
            days: i64::from(day_number(self.asked.delivered) - day_number(newest)),
            agreed,
        });
        let report = Report {
            as_at: self.asked.as_at,
            delivered: self.asked.delivered,
            described: !self.fields.is_empty(),
            all: exact(&self.all),
            years,
            variables,
            rules: self.rules.iter().filter_map(Checked::figures).collect(),
            unchecked: self.unchecked,
            freshness,
            coverage: Vec::new(),
        };
        let people = self.years.into_iter().filter_map(|(year, found)| Some((year?, found.people))).collect();
        Measured { report, people }
    }
}

impl Tallies {
    fn add(&mut self, person: u32, verdict: Verdict) {
        if verdict == Verdict::Missing {
            return self.without.add(person);
        }
        self.with.add(person);
        match verdict {
            Verdict::Invalid => self.invalid.add(person),
            Verdict::Unusual => self.unusual.add(person),
            Verdict::Missing | Verdict::Fine | Verdict::NotThen => {}
        }
    }

    fn cells(&self) -> Cells {
        Cells {
            with: exact(&self.with),
            without: exact(&self.without),
            invalid: exact(&self.invalid),
            unusual: exact(&self.unusual),
        }
    }
}

impl Year {
    fn figures(&self, year: Option<i16>) -> YearFigures {
        let rows: u64 = self.delays.values().sum();
        // The first delay that so many per cent of the rows do not exceed.
        let at = |percent: u64| {
            let mut so_far = 0;
            let found = self.delays.iter().find(|(_, these)| {
                so_far += **these;
                so_far * 100 >= rows * percent
            });
            found.map(|(days, _)| i64::from(*days))
        };
        let delay = at(50).zip(at(90)).map(|(median, ninety)| Delay { median, ninety });
        YearFigures { year, all: exact(&self.all), repeated: exact(&self.repeated), delay }
    }
}

/// As it is.
pub(super) fn exact(tally: &Tally) -> Told {
    Some(Count { rows: tally.rows(), people: tally.people() })
}

fn commonest(counts: &HashMap<String, Tally>) -> Codes {
    let mut all: Vec<(&String, &Tally)> = counts.iter().collect();
    all.sort_by(|(a, at), (b, bt)| bt.rows().cmp(&at.rows()).then_with(|| a.cmp(b)));
    let kept = &all[..all.len().min(MOST_CODES)];
    let others = all[kept.len()..].iter().map(|(_, tally)| tally.rows()).sum();
    let count = |tally: &Tally| Count { rows: tally.rows(), people: tally.people() };
    Codes { counts: kept.iter().map(|(code, tally)| ((*code).clone(), count(tally))).collect(), others }
}

/// The days between two deliveries, by the catalogue's word for it.
fn rhythm(frequency: &str) -> Option<i64> {
    Some(match frequency {
        "continuous" | "daily" => 1,
        "weekly" => 7,
        "monthly" => 31,
        "quarterly" => 92,
        "yearly" => 366,
        _ => return None,
    })
}
