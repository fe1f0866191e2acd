//! From delivered rows to typed ones: every row is used or named.

use std::{borrow::Cow, collections::HashSet, path::Path};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    Coded, Fault, Field, Judges, Layout, Quality, Reason, Value,
    source::{self, Record, Table},
    value::{Order, compare, listed, normal, parse},
};

/// Why a delivery is refused as a whole. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The file cannot be opened or read.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// There is no header.
    #[error("line 1: the file is empty; the first line must name the columns")]
    Empty,
    /// Bytes that are no UTF-8.
    #[error("line {line}: the text is not UTF-8; save the file as UTF-8 and try again")]
    Encoding {
        /// Where.
        line: u64,
    },
    /// Columns that the description demands.
    #[error("line 1: the file lacks {}", .columns.join(", "))]
    MissingColumns {
        /// Their headings.
        columns: Vec<String>,
    },
    /// A heading that occurs twice.
    #[error("line 1: {column:?} is the heading of two columns")]
    TwiceTheColumn {
        /// Which.
        column: String,
    },
    /// Another separator from this line on.
    #[error("line {line}: the separator changes from {before:?} to {after:?}; two files seem to have been joined")]
    SeparatorChanges {
        /// Where.
        line: u64,
        /// Before.
        before: char,
        /// After.
        after: char,
    },
    /// No rows.
    #[error("line 2: the file has a header and no rows")]
    NoRows,
    /// A Parquet or Arrow file whose description cannot be read, such as one that was cut off.
    #[error("the Parquet or Arrow file is damaged or was cut off: deliver it again")]
    Damaged,
    /// A Parquet or Arrow file that cannot be read further.
    #[error("the Parquet or Arrow file is damaged after row {row}: deliver it again")]
    DamagedAfter {
        /// The last row that could be read; the first is 1.
        row: u64,
    },
    /// Columns whose values are lists, structures or bytes.
    #[error("the values of {} are lists, structures or bytes: deliver one plain value in each cell", .columns.join(", "))]
    Nested {
        /// Their headings.
        columns: Vec<String>,
    },
    /// The source's own database cannot be reached, or does not let us in.
    #[error("the source's database cannot be read: {0}")]
    Database(String),
    /// The connection to the source's own database was lost while its rows were read.
    #[error("the connection to the source's database was lost while the rows were read; try again")]
    ConnectionLost,
    /// The source's own database has no such table, or several.
    #[error("the source's database has {found} tables or views in {schema:?} that match {table:?}; there must be one")]
    NoSuchTable {
        /// Where it was looked for.
        schema: String,
        /// The dataset's name.
        table: String,
        /// How many there are.
        found: usize,
    },
}

impl Refused {
    /// The line it is about; 0 for none.
    pub const fn line(&self) -> u64 {
        match self {
            Self::Empty | Self::MissingColumns { .. } | Self::TwiceTheColumn { .. } => 1,
            Self::NoRows => 2,
            Self::Encoding { line } | Self::SeparatorChanges { line, .. } => *line,
            Self::DamagedAfter { row } => *row,
            _ => 0,
        }
    }
}

/// A row whose values are good; who it is about is still a number of the file's own.
#[derive(Clone, PartialEq)]
pub struct Row {
    /// The line where it begins.
    pub line: u64,
    /// The person's number as written; never printed, never stored but sealed.
    pub person: String,
    /// The values in the layout's order.
    pub values: Vec<Option<Value>>,
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Row(line {})", self.line)
    }
}

impl Row {
    /// The row as it is kept when it cannot be used after all: nobody knows whom it is about.
    pub fn unusable(self, layout: &Layout, reason: Reason) -> Unusable {
        let fault = Fault { line: self.line, column: layout.person.clone(), reason };
        let cells = self.values.iter().map(|value| value.as_ref().map(Value::text).unwrap_or_default()).collect();
        Unusable { fault, person: self.person, cells }
    }
}

/// A row that cannot be used, as it was delivered: what of it is described, and never what points at
/// somebody besides the number. It does not print, and is stored sealed only.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unusable {
    /// Where and why.
    pub fault: Fault,
    /// The person's number as written.
    pub person: String,
    /// The cells in the layout's order; none when the row has another number of cells than the header.
    pub cells: Vec<String>,
}

impl std::fmt::Debug for Unusable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Unusable({:?})", self.fault)
    }
}

impl Unusable {
    /// The row, if its values are good by the layout.
    pub fn row(&self, layout: &Layout, judges: &Judges) -> Option<Row> {
        if self.cells.len() != layout.fields.len() {
            return None;
        }
        let cell = |at: usize| self.cells[at].as_str();
        values((layout, judges), cell).ok().map(|values| Row {
            line: self.fault.line,
            person: self.person.clone(),
            values,
        })
    }
}

/// Reads the rows of a delivery.
pub struct Rows<'a> {
    layout: &'a Layout,
    judges: &'a Judges,
    table: Box<dyn Table>,
    record: Record,
    person: usize,
    places: Vec<Option<usize>>,
    width: usize,
    seen: Seen,
    /// Headings that nobody asked for.
    unknown: Vec<String>,
}

/// Reads the whole delivery once without using it: everything that refuses it is found before anything
/// is changed. Answers with the number of rows.
pub fn inspect(path: &Path, layout: &Layout) -> Result<u64, Refused> {
    let nobody = Judges::default();
    let mut rows = Rows::open(path, layout, &nobody)?;
    let mut count = 0;
    while rows.table.next(&mut rows.record)? {
        count += 1;
    }
    if count == 0 { Err(Refused::NoRows) } else { Ok(count) }
}

impl<'a> Rows<'a> {
    /// Opens the delivery and matches its header with the layout. Codes of code systems are judged by `judges`.
    pub fn open(path: &Path, layout: &'a Layout, judges: &'a Judges) -> Result<Self, Refused> {
        let table = source::open(path)?;
        let headings = table.headings();
        let twice = headings.iter().enumerate().find(|(at, h)| headings[..*at].contains(h) && !h.is_empty());
        if let Some((_, column)) = twice {
            return Err(Refused::TwiceTheColumn { column: column.clone() });
        }
        let Places { person, fields, unknown } = Places::of(headings, layout)?;
        let (width, seen) = (headings.len(), Seen::new(layout));
        Ok(Self { layout, judges, table, record: Record::default(), person, places: fields, width, seen, unknown })
    }

    /// The next row: good, or with its fault and noted in `quality`. `None` at the end.
    pub fn next(&mut self, quality: &mut Quality) -> Result<Option<Result<Row, Unusable>>, Refused> {
        if !self.table.next(&mut self.record)? {
            quality.unknown_headings.clone_from(&self.unknown);
            quality.withheld_headings.clone_from(&self.layout.withheld);
            return Ok(None);
        }
        let row = self.row();
        match &row {
            Ok(row) => note(self.layout, row, quality),
            Err(unusable) => quality.fault(&unusable.fault),
        }
        Ok(Some(row))
    }

    fn row(&mut self) -> Result<Row, Unusable> {
        let (line, person) =
            (self.record.line, self.record.cells.get(self.person).unwrap_or_default().trim().to_owned());
        let cell = |at: usize| self.places[at].and_then(|place| self.record.cells.get(place)).unwrap_or_default();
        let unusable = |column: &str, reason, cells: Vec<String>| {
            let fault = Fault { line, column: column.to_owned(), reason };
            Unusable { fault, person: person.clone(), cells }
        };
        let cells = || (0..self.places.len()).map(|at| cell(at).to_owned()).collect::<Vec<String>>();
        if self.record.cells.len() != self.width {
            return Err(unusable("", Reason::CellCount, Vec::new()));
        }
        if person.is_empty() {
            return Err(unusable(&self.layout.person, Reason::PersonMissing, cells()));
        }
        let values =
            values((self.layout, self.judges), cell).map_err(|(column, reason)| unusable(&column, reason, cells()))?;
        match self.seen.again(&values) {
            Some(at) => Err(unusable(&self.layout.fields[at].heading, Reason::NotUnique, cells())),
            None => Ok(Row { line, person, values }),
        }
    }
}

/// Which cell is whose.
struct Places {
    person: usize,
    fields: Vec<Option<usize>>,
    unknown: Vec<String>,
}

impl Places {
    fn of(headings: &[String], layout: &Layout) -> Result<Self, Refused> {
        let place = |wanted: &str| headings.iter().position(|h| h.eq_ignore_ascii_case(wanted));
        let fields: Vec<Option<usize>> = layout.fields.iter().map(|f| place(&f.heading)).collect();
        let absent = layout.fields.iter().zip(&fields).filter(|(f, p)| p.is_none() && !f.may_be_absent);
        let mut columns: Vec<String> = absent.map(|(f, _)| f.heading.clone()).collect();
        let person = place(&layout.person);
        if person.is_none() {
            columns.insert(0, layout.person.clone());
        }
        let known = |h: &String| {
            h.eq_ignore_ascii_case(&layout.person)
                || layout.fields.iter().any(|f| f.heading.eq_ignore_ascii_case(h))
                || layout.withheld.iter().any(|w| w.eq_ignore_ascii_case(h))
        };
        let unknown = headings.iter().filter(|h| !known(h)).cloned().collect();
        match person {
            Some(person) if columns.is_empty() => Ok(Self { person, fields, unknown }),
            _ => Err(Refused::MissingColumns { columns }),
        }
    }
}

/// The values of a row, or the heading and the reason of the first that is wrong.
fn values<'l, 'c>(
    (layout, judges): (&'l Layout, &Judges),
    cell: impl Fn(usize) -> &'c str,
) -> Result<Vec<Option<Value>>, (Cow<'l, str>, Reason)> {
    let mut values = Vec::with_capacity(layout.fields.len());
    for (at, field) in layout.fields.iter().enumerate() {
        values.push(parse(field, cell(at)).map_err(|reason| (Cow::Borrowed(field.heading.as_str()), reason))?);
    }
    let day = day(layout, &values);
    let judged_on = day.or(layout.reference);
    for (at, (field, value)) in layout.fields.iter().zip(&values).enumerate() {
        let judged = |value: &Value| match (value, judges.of(at), judged_on) {
            (Value::Text(code), Some(judge), Some(day)) => judge.judge(code, day),
            _ => Ok(()),
        };
        let found = value.as_ref().map_or(Ok(()), |value| listed(field, value, day).and_then(|()| judged(value)));
        found
            .and_then(|()| together(field, value.as_ref(), &values))
            .map_err(|reason| (Cow::Borrowed(field.heading.as_str()), reason))?;
        let broken = field.rules.iter().find(|rule| rule.holds(value.as_ref(), &values) == Some(false));
        if let Some(rule) = broken {
            return Err((Cow::Owned(rule.told(&field.heading)), Reason::RuleBroken));
        }
    }
    Ok(values)
}

/// What the description demands of a value beside the row's others.
fn together(field: &Field, value: Option<&Value>, row: &[Option<Value>]) -> Result<(), Reason> {
    let other = |at: Option<usize>| at.and_then(|at| row.get(at)?.as_ref());
    let Some(value) = value else {
        let demanded = field.required_when.as_ref().is_some_and(|when| {
            other(Some(when.field)).is_some_and(|given| when.values.iter().any(|wanted| *wanted == given.text()))
        });
        return if demanded { Err(Reason::MissingThen) } else { Ok(()) };
    };
    if other(field.not_before).is_some_and(|first| compare(value, first) == Some(Order::Less)) {
        return Err(Reason::BeforeAnother);
    }
    if other(field.not_after).is_some_and(|last| compare(value, last) == Some(Order::Greater)) {
        return Err(Reason::AfterAnother);
    }
    Ok(())
}

fn day(layout: &Layout, values: &[Option<Value>]) -> Option<Date> {
    let name = layout.schema.event_date.as_deref()?;
    let place = layout.fields.iter().position(|f| f.column.name == name)?;
    values[place].as_ref().and_then(Value::day)
}

/// Counts a row that is used.
pub(crate) fn note(layout: &Layout, row: &Row, quality: &mut Quality) {
    quality.rows += 1;
    quality.used += 1;
    let judged_on = day(layout, &row.values).or(layout.reference);
    for (field, value) in layout.fields.iter().zip(&row.values) {
        let figures = quality.columns.entry(field.column.name.clone()).or_default();
        match value {
            None => figures.empty += 1,
            Some(value) if !normal(field, value) => figures.unusual += 1,
            Some(_) => {}
        }
        let judges = |coded: &Coded| judged_on.is_some_and(|day| coded.judges(day));
        if value.is_some() && field.coded.as_ref().is_some_and(|coded| !judges(coded)) {
            figures.unjudged += 1;
        }
    }
}

/// What has been seen of variables whose values may occur once only: 16 bytes of SHA-256 of each.
struct Seen(Vec<(usize, HashSet<[u8; 16]>)>);

impl Seen {
    fn new(layout: &Layout) -> Self {
        let unique = layout.fields.iter().enumerate().filter(|(_, field)| field.unique);
        Self(unique.map(|(at, _)| (at, HashSet::new())).collect())
    }

    /// The field whose value was there before.
    fn again(&mut self, values: &[Option<Value>]) -> Option<usize> {
        self.0.iter_mut().find_map(|(at, seen)| {
            let digest = Sha256::digest(values.get(*at)?.as_ref()?.text().as_bytes());
            let short = <[u8; 16]>::try_from(&digest[..16]).ok()?;
            (!seen.insert(short)).then_some(*at)
        })
    }
}
