//! What a file's columns must be, from the catalogue's description of the dataset.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::LocalisedText;
use varde_metadata::{
    Bound, Bounds, Code, CodeLinkKind, DataType, Dataset, Identification, RowRule, Variable, VariableVersion,
};
use varde_permit::Values;

use super::{Coded, Linked};
use crate::engine::{CodeLabel, Column, Kind, Schema, SchemaError};

/// A short list of values goes into the release; a longer one is a code system of its own.
const SHORT_LIST: usize = 200;

/// The property of a variable whose values may occur once only: `true`.
pub const UNIQUE: &str = "unique";
/// The property of a variable that must have a value when another has one of some:
/// `VARIABLE = value | value`.
pub const REQUIRED_WHEN: &str = "required_when";

/// One column of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The heading in the file.
    pub heading: String,
    /// The column of the release.
    pub column: Column,
    /// Whether a row without a value cannot be used.
    pub required: bool,
    /// Whether the file may lack the column: the variable is retired.
    pub may_be_absent: bool,
    /// Values outside cannot be.
    pub possible: Interval,
    /// Values outside are counted, and used.
    pub normal: Interval,
    /// The only values there are, if not empty.
    pub codes: Vec<Code>,
    /// The code system that its codes are judged by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coded: Option<Coded>,
    /// The longest text in characters.
    pub length: Option<u32>,
    /// The field that the value must not come before, such as the day in for the day out.
    pub not_before: Option<usize>,
    /// The field that the value must not come after.
    pub not_after: Option<usize>,
    /// When a row without a value cannot be used.
    pub required_when: Option<When>,
    /// Whether a value may occur once only.
    pub unique: bool,
    /// What must hold of it beside the row's others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Linked>,
}

/// Another field that has one of some values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The other field.
    pub field: usize,
    /// Its values, as text.
    pub values: Vec<String>,
}

/// An interval of numbers or of dates.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Smallest and largest number.
    pub numbers: (Option<f64>, Option<f64>),
    /// First and last day.
    pub dates: (Option<Date>, Option<Date>),
}

/// A whole file's layout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The heading of the column that says which person a row is about. It never reaches the release.
    pub person: String,
    /// The columns of the release, in the catalogue's order, without direct identifiers.
    pub fields: Vec<Field>,
    /// The release's description.
    pub schema: Schema,
    /// Headings that are known and never read: names, numbers, addresses.
    pub withheld: Vec<String>,
    /// The day that codes of rows without a date are judged as at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Date>,
}

/// The description and the wishes do not fit.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LayoutError {
    /// The columns cannot be a release's.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// Nothing remains.
    #[error("{0} has no variable that could be imported: all are direct identifiers, or there are none")]
    Empty(varde_core::CataloguePath),
}

impl Layout {
    /// The layout of a dataset whose rows find their person by `person`.
    ///
    /// `event_date` names the variable that dates a row; without it, it is the first required date,
    /// else the first date. `today` stands for the bound of that name.
    pub fn of(dataset: &Dataset, person: &str, event_date: Option<&str>, today: Date) -> Result<Self, LayoutError> {
        let is_withheld = |v: &&Variable| v.identification == Identification::DirectIdentifier || v.column == person;
        let (withheld, used): (Vec<_>, Vec<_>) = dataset.variables.iter().partition(is_withheld);
        let described: Vec<&Variable> = used.into_iter().filter(|v| newest(v).is_some()).collect();
        let fields: Vec<Field> = described.iter().filter_map(|v| field(v, &described, today)).collect();
        if fields.is_empty() {
            return Err(LayoutError::Empty(dataset.path.clone()));
        }
        let dated = |required: bool| {
            fields
                .iter()
                .find(|f| f.column.kind.is_temporal() && (f.required || !required))
                .map(|f| f.column.name.clone())
        };
        let event_date = event_date.map(str::to_owned).or_else(|| dated(true)).or_else(|| dated(false));
        let columns = fields.iter().map(|f| f.column.clone()).collect();
        let schema = Schema { dataset: dataset.path.clone(), event_date, columns };
        schema.check()?;
        let withheld = withheld.into_iter().map(|v| v.column.clone()).collect();
        Ok(Self { person: person.to_owned(), fields, schema, withheld, reference: Some(today) })
    }
}

fn newest(variable: &Variable) -> Option<&VariableVersion> {
    variable.versions.iter().max_by_key(|v| v.valid.from)
}

fn field(variable: &Variable, all: &[&Variable], today: Date) -> Option<Field> {
    let version = newest(variable)?;
    let other = |name: &str| named(all, name).filter(|at| all[*at].path != variable.path);
    let beside = |bound: &Option<Bound>| match bound {
        Some(Bound::Named(name)) => other(name),
        _ => None,
    };
    let property = |key: &str| version.properties.0.get(key);
    let codes = if version.data_type == DataType::List { version.codes.clone() } else { Vec::new() };
    let listed = if version.codes.len() <= SHORT_LIST { version.codes.as_slice() } else { &[] };
    let label = |c: &Code| CodeLabel { code: c.value.clone(), label: c.text.clone() };
    Some(Field {
        heading: variable.column.clone(),
        column: Column {
            name: variable.path.name().to_owned(),
            kind: kind(version.data_type),
            label: LocalisedText::clone(&version.name),
            quasi_identifier: variable.identification == Identification::QuasiIdentifier,
            sensitive: variable.identification == Identification::Sensitive,
            unit: version.unit.clone(),
            codes: listed.iter().map(label).collect(),
        },
        required: version.required,
        may_be_absent: version.valid.until.is_some(),
        possible: interval(&version.ranges.maximum, today),
        normal: interval(&version.ranges.normal, today),
        codes,
        coded: coded(variable, version),
        length: version.length,
        not_before: beside(&version.ranges.maximum.low),
        not_after: beside(&version.ranges.maximum.high),
        required_when: property(REQUIRED_WHEN).and_then(|rule| when(rule.as_str()?, other)),
        unique: property(UNIQUE).is_some_and(|said| said.as_bool() == Some(true)),
        rules: variable.details.rules.iter().filter_map(|rule| linked(rule, other)).collect(),
    })
}

/// The variable of that name: its column in the holder's files, or its own.
fn named(all: &[&Variable], name: &str) -> Option<usize> {
    all.iter().position(|v| v.column.eq_ignore_ascii_case(name) || v.path.name().eq_ignore_ascii_case(name))
}

/// A rule with the fields that it names; `None` when one of them is in no release.
fn linked(rule: &RowRule, other: impl Fn(&str) -> Option<usize>) -> Option<Linked> {
    let others = rule.others().into_iter().map(other).collect::<Option<Vec<usize>>>()?;
    Some(Linked { rule: rule.clone(), others })
}

/// The code system that values of the variable are drawn from: the version's own, else the one it is tied to.
fn coded(variable: &Variable, version: &VariableVersion) -> Option<Coded> {
    if kind(version.data_type) != Kind::Code || version.data_type == DataType::List {
        return None;
    }
    let mut linked = variable.details.code_links.iter().filter(|link| link.kind != CodeLinkKind::Local);
    let system = version.code_system.clone().or_else(|| linked.next().map(|link| link.reference.clone()))?;
    Some(Coded { system, editions: Vec::new() })
}

/// `VARIABLE = value | value`.
fn when(rule: &str, other: impl Fn(&str) -> Option<usize>) -> Option<When> {
    let (name, values) = rule.split_once('=')?;
    let values = values.split('|').map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect();
    Some(When { field: other(name.trim())?, values })
}

/// What kind of values a release keeps variables of this type as: what granularities can be made of them.
pub const fn values_of(data_type: DataType) -> Values {
    kind(data_type).values()
}

const fn kind(data_type: DataType) -> Kind {
    match data_type {
        DataType::Text => Kind::Text,
        DataType::Integer => Kind::Integer,
        DataType::Decimal => Kind::Decimal,
        DataType::Date => Kind::Date,
        DataType::DateTime => Kind::Moment,
        DataType::Boolean => Kind::Boolean,
        DataType::Code | DataType::List => Kind::Code,
    }
}

/// Names bound nothing here, other than today's: those of other variables are compared row by row, and
/// what the register's form computes nobody else knows.
fn interval(bounds: &Bounds, today: Date) -> Interval {
    let number = |bound: &Option<Bound>| bound.as_ref().and_then(Bound::number);
    let date = |bound: &Option<Bound>| match bound {
        Some(Bound::Date(date)) => Some(*date),
        Some(Bound::Named(name)) if name == "today" => Some(today),
        _ => None,
    };
    Interval { numbers: (number(&bounds.low), number(&bounds.high)), dates: (date(&bounds.low), date(&bounds.high)) }
}

impl Layout {
    /// The same as on any day, by the same editions of code systems: what a release is made of, which does not
    /// change with today. A system that nobody keeps judges nothing and changes nothing.
    #[must_use]
    pub(crate) fn of_any_day(mut self, judged: &Self) -> Self {
        self.reference = None;
        for (field, judged) in self.fields.iter_mut().zip(&judged.fields) {
            field.coded = judged.coded.clone().filter(|coded| !coded.editions.is_empty());
        }
        self
    }
}

impl Interval {
    /// Whether the number lies in it.
    pub fn has_number(&self, number: f64) -> bool {
        self.numbers.0.is_none_or(|low| low <= number) && self.numbers.1.is_none_or(|high| number <= high)
    }

    /// Whether the day lies in it.
    pub fn has_date(&self, date: Date) -> bool {
        self.dates.0.is_none_or(|low| low <= date) && self.dates.1.is_none_or(|high| date <= high)
    }
}

#[cfg(test)]
mod tests {
    use varde_metadata::granularities;

    use super::*;

    #[test]
    fn whatever_the_catalogue_offers_can_be_made() {
        for data_type in DataType::ALL {
            for name in ["municipality", "anything"] {
                for offered in granularities(name, *data_type, Identification::Other) {
                    assert!(offered.fits(values_of(*data_type)), "{data_type:?} {offered:?}");
                }
            }
        }
    }
}
