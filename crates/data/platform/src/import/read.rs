//! Reading a file, row by row.

use std::{fs::File, io::BufReader, path::Path, sync::Arc};

use csv::{ReaderBuilder, StringRecord};
use datafusion::arrow::{
    array::{
        ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
        TimestampMicrosecondArray, UInt32Array,
    },
    error::ArrowError,
};
use jiff::civil::DateTime;

use super::{
    Fault, Field, Layout, Quality, Reason, Value,
    value::{listed, normal, parse},
};
use crate::engine::{Kind, release::day_number};

const SEPARATORS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// Why a file is refused as a whole. Nothing was changed.
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
}

impl Refused {
    /// The line it is about.
    pub const fn line(&self) -> u64 {
        match self {
            Self::Unreadable(_) => 0,
            Self::Empty | Self::MissingColumns { .. } | Self::TwiceTheColumn { .. } => 1,
            Self::NoRows => 2,
            Self::Encoding { line } | Self::SeparatorChanges { line, .. } => *line,
        }
    }
}

/// A row whose values are good; who it is about is still a number of the file's own.
#[derive(Clone, PartialEq)]
pub struct Row {
    /// The line where it begins.
    pub line: u64,
    /// The person's number as written; never printed, never stored.
    pub person: String,
    /// The values in the layout's order.
    pub values: Vec<Option<Value>>,
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Row(line {})", self.line)
    }
}

/// Reads the rows of a file.
pub struct Rows<'a> {
    layout: &'a Layout,
    reader: csv::Reader<BufReader<File>>,
    person: usize,
    places: Vec<Option<usize>>,
    width: usize,
    separator: u8,
    /// Headings that nobody asked for.
    unknown: Vec<String>,
}

/// Reads the whole file once without using it: everything that refuses it is found before anything
/// is changed. Answers with the number of rows.
pub fn inspect(path: &Path, layout: &Layout) -> Result<u64, Refused> {
    let mut rows = Rows::open(path, layout)?;
    let mut count = 0;
    while rows.record()?.is_some() {
        count += 1;
    }
    if count == 0 { Err(Refused::NoRows) } else { Ok(count) }
}

impl<'a> Rows<'a> {
    /// Opens the file and matches its header with the layout.
    pub fn open(path: &Path, layout: &'a Layout) -> Result<Self, Refused> {
        let separator = separator(path)?;
        let file = File::open(path).map_err(|e| Refused::Unreadable(e.kind().to_string()))?;
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .from_reader(BufReader::with_capacity(1 << 18, file));
        let header = reader.headers().map_err(|e| refusal(&e))?.clone();
        let headings: Vec<&str> = header.iter().map(|h| h.trim_start_matches('\u{feff}').trim()).collect();
        if headings.iter().all(|h| h.is_empty()) {
            return Err(Refused::Empty);
        }
        let twice = headings.iter().enumerate().find(|(at, h)| headings[..*at].contains(h) && !h.is_empty());
        if let Some((_, column)) = twice {
            return Err(Refused::TwiceTheColumn { column: (*column).to_owned() });
        }
        let place = |wanted: &str| headings.iter().position(|h| h.eq_ignore_ascii_case(wanted));
        let places: Vec<Option<usize>> = layout.fields.iter().map(|f| place(&f.heading)).collect();
        let absent = layout.fields.iter().zip(&places).filter(|(f, p)| p.is_none() && !f.may_be_absent);
        let mut columns: Vec<String> = absent.map(|(f, _)| f.heading.clone()).collect();
        let person = place(&layout.person);
        if person.is_none() {
            columns.insert(0, layout.person.clone());
        }
        let known = |h: &str| {
            h.eq_ignore_ascii_case(&layout.person)
                || layout.fields.iter().any(|f| f.heading.eq_ignore_ascii_case(h))
                || layout.withheld.iter().any(|w| w.eq_ignore_ascii_case(h))
        };
        let unknown = headings.iter().filter(|h| !known(h)).map(|h| (*h).to_owned()).collect();
        let width = headings.len();
        match person {
            Some(person) if columns.is_empty() => {
                Ok(Self { layout, reader, person, places, width, separator, unknown })
            }
            _ => Err(Refused::MissingColumns { columns }),
        }
    }

    /// The next row: good, or named with its fault and noted in `quality`. `None` at the end.
    pub fn next(&mut self, quality: &mut Quality) -> Result<Option<Result<Row, Fault>>, Refused> {
        let Some((line, record)) = self.record()? else {
            quality.unknown_headings.clone_from(&self.unknown);
            quality.withheld_headings.clone_from(&self.layout.withheld);
            return Ok(None);
        };
        let row = self.row(line, &record);
        match &row {
            Ok(row) => self.note(row, quality),
            Err(fault) => quality.fault(fault),
        }
        Ok(Some(row))
    }

    fn record(&mut self) -> Result<Option<(u64, StringRecord)>, Refused> {
        let mut record = StringRecord::new();
        if !self.reader.read_record(&mut record).map_err(|e| refusal(&e))? {
            return Ok(None);
        }
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != self.width {
            self.same_separator(line, &record)?;
        }
        Ok(Some((line, record)))
    }

    fn same_separator(&self, line: u64, record: &StringRecord) -> Result<(), Refused> {
        let text: String = record.iter().collect::<Vec<_>>().join(&char::from(self.separator).to_string());
        let other = SEPARATORS
            .iter()
            .find(|s| **s != self.separator && self.width > 1 && text.split(char::from(**s)).count() == self.width);
        match other {
            Some(after) => {
                Err(Refused::SeparatorChanges { line, before: char::from(self.separator), after: char::from(*after) })
            }
            None => Ok(()),
        }
    }

    fn row(&self, line: u64, record: &StringRecord) -> Result<Row, Fault> {
        let fault = |column: &str, reason| Fault { line, column: column.to_owned(), reason };
        if record.len() != self.width {
            return Err(fault("", Reason::CellCount));
        }
        let person = record.get(self.person).unwrap_or_default().trim();
        if person.is_empty() {
            return Err(fault(&self.layout.person, Reason::PersonMissing));
        }
        let mut values = Vec::with_capacity(self.layout.fields.len());
        for (field, place) in self.layout.fields.iter().zip(&self.places) {
            let Some(place) = place else {
                values.push(None);
                continue;
            };
            let cell = record.get(*place).unwrap_or_default();
            values.push(parse(field, cell).map_err(|reason| fault(&field.heading, reason))?);
        }
        let day = self.day(&values);
        for (field, value) in self.layout.fields.iter().zip(&values) {
            if let Some(value) = value {
                listed(field, value, day).map_err(|reason| fault(&field.heading, reason))?;
            }
        }
        Ok(Row { line, person: person.to_owned(), values })
    }

    fn day(&self, values: &[Option<Value>]) -> Option<jiff::civil::Date> {
        let name = self.layout.schema.event_date.as_deref()?;
        let place = self.layout.fields.iter().position(|f| f.column.name == name)?;
        values[place].as_ref().and_then(Value::day)
    }

    fn note(&self, row: &Row, quality: &mut Quality) {
        quality.rows += 1;
        quality.used += 1;
        for (field, value) in self.layout.fields.iter().zip(&row.values) {
            let figures = quality.columns.entry(field.column.name.clone()).or_default();
            match value {
                None => figures.empty += 1,
                Some(value) if !normal(field, value) => figures.unusual += 1,
                Some(_) => {}
            }
        }
    }
}

fn separator(path: &Path) -> Result<u8, Refused> {
    use std::io::BufRead as _;
    let file = File::open(path).map_err(|e| Refused::Unreadable(e.kind().to_string()))?;
    let mut first = Vec::new();
    let read = BufReader::new(file).read_until(b'\n', &mut first);
    read.map_err(|e| Refused::Unreadable(e.kind().to_string()))?;
    if first.iter().all(u8::is_ascii_whitespace) {
        return Err(Refused::Empty);
    }
    let count = |separator: u8| first.iter().filter(|b| **b == separator).count();
    Ok(SEPARATORS.into_iter().rev().max_by_key(|s| count(*s)).unwrap_or(b';'))
}

fn refusal(error: &csv::Error) -> Refused {
    match error.kind() {
        csv::ErrorKind::Utf8 { pos, .. } => Refused::Encoding { line: pos.as_ref().map_or(1, csv::Position::line) },
        _ => Refused::Unreadable(error.to_string()),
    }
}

/// The rows of people whose index is known, as one batch of the layout's release.
pub fn batch(layout: &Layout, rows: &[(u32, Row)]) -> Result<RecordBatch, ArrowError> {
    let persons: ArrayRef = Arc::new(UInt32Array::from_iter_values(rows.iter().map(|(person, _)| *person)));
    let columns = layout
        .fields
        .iter()
        .enumerate()
        .map(|(at, field)| column(field, rows.iter().map(move |(_, row)| row.values[at].as_ref())));
    RecordBatch::try_new(layout.schema.arrow(), std::iter::once(persons).chain(columns).collect())
}

fn column<'r>(field: &Field, values: impl Iterator<Item = Option<&'r Value>>) -> ArrayRef {
    match field.column.kind {
        Kind::Integer => Arc::new(
            values
                .map(|v| {
                    matched(v, |v| match v {
                        Value::Integer(n) => Some(*n),
                        _ => None,
                    })
                })
                .collect::<Int64Array>(),
        ),
        Kind::Decimal => Arc::new(
            values
                .map(|v| {
                    matched(v, |v| match v {
                        Value::Decimal(n) => Some(*n),
                        _ => None,
                    })
                })
                .collect::<Float64Array>(),
        ),
        Kind::Boolean => Arc::new(
            values
                .map(|v| {
                    matched(v, |v| match v {
                        Value::Boolean(b) => Some(*b),
                        _ => None,
                    })
                })
                .collect::<BooleanArray>(),
        ),
        Kind::Date => Arc::new(values.map(|v| v.and_then(Value::day).map(day_number)).collect::<Date32Array>()),
        Kind::Moment => Arc::new(
            values
                .map(|v| {
                    matched(v, |v| match v {
                        Value::Moment(m) => Some(microseconds(*m)),
                        _ => None,
                    })
                })
                .collect::<TimestampMicrosecondArray>(),
        ),
        Kind::Text | Kind::Code => Arc::new(
            values
                .map(|v| {
                    matched(v, |v| match v {
                        Value::Text(t) => Some(t.as_str()),
                        _ => None,
                    })
                })
                .collect::<StringArray>(),
        ),
    }
}

fn matched<'r, T>(value: Option<&'r Value>, take: impl Fn(&'r Value) -> Option<T>) -> Option<T> {
    value.and_then(take)
}

fn microseconds(moment: DateTime) -> i64 {
    let time = moment.time();
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    let day = i64::from(day_number(moment.date()));
    (day * 86_400 + seconds) * 1_000_000 + i64::from(time.subsec_nanosecond()) / 1000
}
