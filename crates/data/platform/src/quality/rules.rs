//! What must hold between the variables of a row, and towards the register of persons.

use std::sync::Arc;

use datafusion::arrow::array::Array;
use jiff::civil::Date;
use varde_basedata::Attributes;
use varde_metadata::{Bound, Dataset, Variable};

use super::{
    Rule, RuleFigures,
    measure::exact,
    verdict::{Allowed, Verdict, ordinals},
};
use crate::{
    engine::{Kind, Schema},
    import::{Linked, Value, cell},
    observe::publish::Tally,
};

/// Rows that were read, with what is found of their values.
pub(super) struct Read<'r> {
    pub(super) persons: &'r [u32],
    pub(super) dates: &'r [Option<Date>],
    pub(super) columns: &'r [Arc<dyn Array>],
    pub(super) verdicts: &'r [Vec<Verdict>],
}

/// A rule with the columns it is about, and how far it holds.
pub(super) struct Checked {
    rule: Rule,
    /// The variable's own column, and those it is held against.
    columns: (usize, Vec<usize>),
    /// The codebook's own rule, whose others are the columns in their order.
    linked: Option<Linked>,
    checked: Tally,
    broken: Tally,
}

impl Checked {
    fn new(rule: Rule, own: usize, others: Vec<usize>) -> Self {
        let (checked, broken) = (Tally::default(), Tally::default());
        Self { rule, columns: (own, others), linked: None, checked, broken }
    }

    /// Holds the rule against rows.
    pub(super) fn check(&mut self, schema: &Schema, people: &Attributes, read: &Read<'_>) {
        let found = match &self.linked {
            Some(linked) => self.between(linked, schema, read),
            None => self.of_our_own(schema, people, read),
        };
        for (person, holds) in read.persons.iter().zip(found) {
            let Some(holds) = holds else { continue };
            self.checked.add(*person);
            if !holds {
                self.broken.add(*person);
            }
        }
    }

    /// A rule of the codebook.
    fn between(&self, linked: &Linked, schema: &Schema, read: &Read<'_>) -> Vec<Option<bool>> {
        let value = |column: usize, row: usize| cell(schema.columns[column].kind, &read.columns[column], row);
        let holds = |row: usize| {
            let others: Vec<Option<Value>> = self.columns.1.iter().map(|column| value(*column, row)).collect();
            linked.holds(value(self.columns.0, row).as_ref(), &others)
        };
        (0..read.persons.len()).map(holds).collect()
    }

    /// What follows from bounds, lists of codes and the register of persons.
    fn of_our_own(&self, schema: &Schema, people: &Attributes, read: &Read<'_>) -> Vec<Option<bool>> {
        let known = |dates: &[Option<Date>], person: u32| dates.get(person as usize).copied().flatten();
        let values = |at: usize| ordinals(schema.columns[at].kind, &read.columns[at]);
        let born = |row: usize| known(&people.birth_date, read.persons[row]);
        let own = self.columns.0;
        let pairs = self.columns.1.first().map(|other| (values(own), values(*other)));
        let holds = |row: usize| match (&self.rule, &pairs) {
            (Rule::NotBelow { .. }, Some((a, b))) => a[row].zip(b[row]).map(|(a, b)| a >= b),
            (Rule::NotAbove { .. }, Some((a, b))) => a[row].zip(b[row]).map(|(a, b)| a <= b),
            (Rule::CodeThen { .. }, _) => match read.verdicts[own][row] {
                Verdict::Missing | Verdict::Invalid => None,
                found => read.dates[row].map(|_| found != Verdict::NotThen),
            },
            (Rule::AfterBirth, _) => read.dates[row].zip(born(row)).map(|(d, b)| d >= b),
            (Rule::BeforeDeath, _) => {
                let died = known(&people.death_date, read.persons[row]);
                read.dates[row].zip(born(row)).map(|(d, _)| died.is_none_or(|end| d <= end))
            }
            _ => None,
        };
        (0..read.persons.len()).map(holds).collect()
    }

    /// How far it holds; `None` when it said nothing of any row.
    pub(super) fn figures(&self) -> Option<RuleFigures> {
        let figures =
            RuleFigures { what: self.rule.clone(), checked: exact(&self.checked), broken: exact(&self.broken) };
        (self.checked.rows() > 0).then_some(figures)
    }
}

/// What must hold, and what the codebook demands that names something which is not in the release.
pub(super) fn of(schema: &Schema, dataset: Option<&Dataset>, allowed: &[Allowed]) -> (Vec<Checked>, Vec<String>) {
    let (mut found, mut unchecked) = (Vec::new(), Vec::new());
    let variables: &[Variable] = dataset.map(|dataset| dataset.variables.as_slice()).unwrap_or_default();
    for variable in variables {
        let own = schema.columns.iter().position(|c| c.name == variable.path.name());
        let Some(own) = own else { continue };
        bounds(schema, (variable, own), variables, &mut found, &mut unchecked);
        between(schema, (variable, own), variables, &mut found, &mut unchecked);
    }
    for (at, _) in allowed.iter().enumerate().filter(|(_, allowed)| allowed.dated) {
        found.push(Checked::new(Rule::CodeThen { variable: schema.columns[at].name.clone() }, at, Vec::new()));
    }
    if schema.event_date.is_some() {
        found.extend([Rule::AfterBirth, Rule::BeforeDeath].map(|rule| Checked::new(rule, 0, Vec::new())));
    }
    unchecked.sort();
    unchecked.dedup();
    (found, unchecked)
}

/// The release's column of the variable that the codebook calls so, and its name.
fn place(schema: &Schema, variables: &[Variable], name: &str) -> Option<(String, usize)> {
    let named = |v: &&Variable| v.column.eq_ignore_ascii_case(name) || v.path.name().eq_ignore_ascii_case(name);
    let name = variables.iter().find(named)?.path.name();
    Some((name.to_owned(), schema.columns.iter().position(|c| c.name == name)?))
}

/// Bounds that name another variable.
fn bounds(
    schema: &Schema,
    (variable, own): (&Variable, usize),
    variables: &[Variable],
    found: &mut Vec<Checked>,
    unchecked: &mut Vec<String>,
) {
    let Some(version) = variable.versions.iter().max_by_key(|v| v.valid.from) else { return };
    for (bound, low) in [(&version.ranges.maximum.low, true), (&version.ranges.maximum.high, false)] {
        let Some(Bound::Named(name)) = bound.as_ref().filter(|b| !matches!(b, Bound::Named(n) if n == "today")) else {
            continue;
        };
        let fits = |(_, to): &(String, usize)| comparable(schema.columns[own].kind, schema.columns[*to].kind);
        match place(schema, variables, name).filter(fits) {
            Some((other, to)) => {
                let variable = variable.path.name().to_owned();
                let rule = if low { Rule::NotBelow { variable, other } } else { Rule::NotAbove { variable, other } };
                found.push(Checked::new(rule, own, vec![to]));
            }
            None => unchecked.push(name.clone()),
        }
    }
}

/// The codebook's rules.
fn between(
    schema: &Schema,
    (variable, own): (&Variable, usize),
    variables: &[Variable],
    found: &mut Vec<Checked>,
    unchecked: &mut Vec<String>,
) {
    for rule in &variable.details.rules {
        let places = rule.others().into_iter().map(|name| place(schema, variables, name));
        let told = Linked { rule: rule.clone(), others: (0..rule.others().len()).collect() };
        match places.map(|found| found.map(|(_, at)| at)).collect::<Option<Vec<usize>>>() {
            Some(others) => {
                let variable = variable.path.name().to_owned();
                let checked = Checked::new(Rule::Between { variable, says: rule.to_string() }, own, others);
                found.push(Checked { linked: Some(told), ..checked });
            }
            None => unchecked.push(told.told(&variable.column)),
        }
    }
}

fn comparable(one: Kind, other: Kind) -> bool {
    let number = |kind| matches!(kind, Kind::Integer | Kind::Decimal);
    (number(one) && number(other)) || (one.is_temporal() && other.is_temporal())
}
