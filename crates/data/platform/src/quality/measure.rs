//! Counting a release.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::{DefaultHasher, Hasher as _},
};

use datafusion::arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::UInt32Type,
    row::{RowConverter, SortField},
};
use jiff::{Timestamp, civil::Date};
use roaring::RoaringBitmap;
use varde_basedata::Attributes;
use varde_metadata::{Bound, Count, Dataset};

use super::{
    Cells, Codes, Delay, Freshness, Report, Rule, RuleFigures, Told, VariableFigures, YearFigures,
    verdict::{Allowed, Verdict, ordinals},
};
use crate::{
    engine::{
        EngineError, Kind, Scan, Schema,
        release::{day, day_number, days},
    },
    import::{Field, Layout},
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

/// A rule with the columns it compares.
struct Checked {
    rule: Rule,
    columns: (usize, usize),
    checked: Tally,
    broken: Tally,
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
        let allowed: Vec<Allowed> = schema.columns.iter().map(|c| Allowed::of(c, fields.get(&c.name))).collect();
        let listed = |kind| matches!(kind, Kind::Code | Kind::Boolean);
        let types = schema.columns.iter().map(|c| SortField::new(c.kind.arrow())).collect();
        let (rules, unchecked) = rules(schema, asked.dataset.as_ref(), &allowed);
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
        let verdict = |(at, array): (usize, &std::sync::Arc<dyn Array>)| {
            self.allowed[at].verdicts(self.schema.columns[at].kind, array, &dates)
        };
        let verdicts: Vec<Vec<Verdict>> = columns.iter().enumerate().map(verdict).collect();
        let repeated = self.repeated(persons, columns)?;
        for (at, array) in columns.iter().enumerate() {
            self.count_codes(at, persons, array);
        }
        self.check(persons, &dates, columns, &verdicts);
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
    fn repeated(&mut self, persons: &[u32], columns: &[std::sync::Arc<dyn Array>]) -> Result<Vec<bool>, EngineError> {
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

    fn check(
        &mut self,
        persons: &[u32],
        dates: &[Option<Date>],
        columns: &[std::sync::Arc<dyn Array>],
        verdicts: &[Vec<Verdict>],
    ) {
        let people = &self.asked.people;
        let known = |dates: &[Option<Date>], person: u32| dates.get(person as usize).copied().flatten();
        for one in &mut self.rules {
            let (left, right) = one.columns;
            let value = |at: usize| ordinals(self.schema.columns[at].kind, &columns[at]);
            let pairs = match one.rule {
                Rule::NotBelow { .. } | Rule::NotAbove { .. } => Some((value(left), value(right))),
                _ => None,
            };
            for (row, person) in persons.iter().enumerate() {
                let holds = match (&one.rule, &pairs) {
                    (Rule::NotBelow { .. }, Some((a, b))) => a[row].zip(b[row]).map(|(a, b)| a >= b),
                    (Rule::NotAbove { .. }, Some((a, b))) => a[row].zip(b[row]).map(|(a, b)| a <= b),
                    (Rule::CodeThen { .. }, _) => match verdicts[left][row] {
                        Verdict::Missing | Verdict::Invalid => None,
                        found => dates[row].map(|_| found != Verdict::NotThen),
                    },
                    (Rule::AfterBirth, _) => dates[row].zip(known(&people.birth_date, *person)).map(|(d, b)| d >= b),
                    (Rule::BeforeDeath, _) => {
                        let born = known(&people.birth_date, *person);
                        dates[row].zip(born).map(|(d, _)| known(&people.death_date, *person).is_none_or(|e| d <= e))
                    }
                    _ => None,
                };
                if let Some(holds) = holds {
                    one.checked.add(*person);
                    if !holds {
                        one.broken.add(*person);
                    }
                }
            }
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
        let figures = |one: &Checked| RuleFigures {
            what: one.rule.clone(),
            checked: exact(&one.checked),
            broken: exact(&one.broken),
        };
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
            rules: self.rules.iter().filter(|one| one.checked.rows() > 0).map(figures).collect(),
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
fn exact(tally: &Tally) -> Told {
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

/// What must hold, and the bounds that name nothing which is in the release.
fn rules(schema: &Schema, dataset: Option<&Dataset>, allowed: &[Allowed]) -> (Vec<Checked>, Vec<String>) {
    let (mut found, mut unchecked) = (Vec::new(), Vec::new());
    let mut rule = |rule: Rule, columns: (usize, usize)| {
        found.push(Checked { rule, columns, checked: Tally::default(), broken: Tally::default() });
    };
    let place = |name: &str| schema.columns.iter().position(|c| c.name == name);
    for variable in dataset.iter().flat_map(|d| &d.variables) {
        let newest = variable.versions.iter().max_by_key(|v| v.valid.from);
        let (Some(at), Some(version)) = (place(variable.path.name()), newest) else { continue };
        let named = |bound: &Option<Bound>| match bound {
            Some(Bound::Named(name)) if name != "today" => Some(name.clone()),
            _ => None,
        };
        for (bound, low) in [(&version.ranges.maximum.low, true), (&version.ranges.maximum.high, false)] {
            let Some(name) = named(bound) else { continue };
            let other = dataset.iter().flat_map(|d| &d.variables).find(|v| v.column == name || v.path.name() == name);
            let other = other.and_then(|v| Some((v.path.name().to_owned(), place(v.path.name())?)));
            match other.filter(|(_, to)| comparable(schema.columns[at].kind, schema.columns[*to].kind)) {
                Some((other, to)) => {
                    let variable = variable.path.name().to_owned();
                    let made =
                        if low { Rule::NotBelow { variable, other } } else { Rule::NotAbove { variable, other } };
                    rule(made, (at, to));
                }
                None => unchecked.push(name),
            }
        }
    }
    for (at, _) in allowed.iter().enumerate().filter(|(_, allowed)| allowed.dated) {
        rule(Rule::CodeThen { variable: schema.columns[at].name.clone() }, (at, at));
    }
    if schema.event_date.is_some() {
        rule(Rule::AfterBirth, (0, 0));
        rule(Rule::BeforeDeath, (0, 0));
    }
    unchecked.sort();
    unchecked.dedup();
    (found, unchecked)
}

fn comparable(one: Kind, other: Kind) -> bool {
    let number = |kind| matches!(kind, Kind::Integer | Kind::Decimal);
    (number(one) && number(other)) || (one.is_temporal() && other.is_temporal())
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
