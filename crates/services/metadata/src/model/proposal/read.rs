//! Streams a data file and proposes its codebook.

use std::{
    collections::BTreeSet,
    io::{self, Read, Seek, SeekFrom},
};

use jiff::civil::Date;
use varde_core::{FieldProblem, Problem, ProblemKind};

use super::{Proposal, ProposalOptions, column::Column};
use crate::model::{
    codebook::Codebook,
    name::catalogue_name,
    text_file::{Decoded, Separator, encoding_of},
};

/// Why no codebook can be proposed for a file.
#[derive(Debug, thiserror::Error)]
pub enum WrongData {
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// There is no header line.
    #[error("the file is empty: the first line must name the columns")]
    Empty,
    /// A column has no name.
    #[error("line 1: column {0} has no name that a catalogue can use: name it with letters and digits")]
    NamelessColumn(usize),
    /// The separator changes.
    #[error("line {line}: the separator changes from {from} to {to}: use one separator in the whole file")]
    SeparatorChanges {
        /// Where.
        line: u64,
        /// Before.
        from: Separator,
        /// From there on.
        to: Separator,
    },
    /// A line has another number of fields than the header.
    #[error("line {line}: {found} fields where the header has {expected}: check separators and quotes")]
    FieldCount {
        /// Where.
        line: u64,
        /// Fields in the header.
        expected: usize,
        /// Fields in the line.
        found: usize,
    },
    /// The column that was said to identify people is not in the file.
    #[error("there is no column {wanted:?}: the file has {there}")]
    NoSuchColumn {
        /// The column asked for.
        wanted: String,
        /// The columns there are.
        there: String,
    },
}

impl Problem for WrongData {
    fn kind(&self) -> ProblemKind {
        ProblemKind::Invalid
    }

    fn code(&self) -> &'static str {
        "metadata.wrong_data"
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::SeparatorChanges { line, .. } => {
                vec![FieldProblem::new(line.to_string(), "metadata-data-separator-changes")]
            }
            Self::FieldCount { line, .. } => vec![FieldProblem::new(line.to_string(), "metadata-data-field-count")],
            _ => Vec::new(),
        }
    }
}

/// Proposes a codebook from a CSV file. The file is read twice (its encoding, then its values) in
/// bounded memory. `today` is for noticing dates that lie ahead.
pub fn propose(mut file: impl Read + Seek, options: &ProposalOptions, today: Date) -> Result<Proposal, WrongData> {
    let encoding = encoding_of(&mut file)?;
    file.seek(SeekFrom::Start(0))?;
    let mut peek = Decoded::new(&mut file, encoding);
    let separator = Separator::of_line(&first_line(&mut peek)?);
    file.seek(SeekFrom::Start(0))?;

    let mut lines = csv::ReaderBuilder::new()
        .delimiter(separator.unwrap_or(Separator::Comma).byte())
        .has_headers(false)
        .flexible(true)
        .from_reader(Decoded::new(file, encoding));
    let mut record = csv::StringRecord::new();
    if !lines.read_record(&mut record).map_err(unreadable)? {
        return Err(WrongData::Empty);
    }
    let names: Vec<String> = record.iter().map(str::to_owned).collect();
    check_id(&names, options)?;
    let catalogue_names = catalogue_names(&names)?;
    let mut columns: Vec<Column> = names.iter().map(|n| Column::new(n)).collect();
    let separator = separator.unwrap_or(Separator::Comma);
    let mut rows = 0;
    while lines.read_record(&mut record).map_err(unreadable)? {
        let line = record.position().map_or(0, csv::Position::line);
        check_width(&record, names.len(), separator, line)?;
        for (column, value) in columns.iter_mut().zip(&record) {
            column.see(value, line);
        }
        rows += 1;
    }
    let (variables, notes): (Vec<_>, Vec<_>) =
        columns.iter().zip(catalogue_names).map(|(c, name)| c.propose(options, name, today)).unzip();
    let notes = notes.into_iter().flatten().collect();
    Ok(Proposal { codebook: Codebook { variables }, notes, rows, separator, encoding: encoding.name() })
}

fn unreadable(error: csv::Error) -> WrongData {
    WrongData::Unreadable(io::Error::other(error.to_string()))
}

/// The header line. A header longer than a megabyte is cut: it is no header.
fn first_line(source: &mut impl Read) -> io::Result<String> {
    let mut line = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = source.read(&mut buffer)?;
        line.extend_from_slice(&buffer[..read]);
        let end = line.iter().position(|b| *b == b'\n' || *b == b'\r');
        if let Some(end) = end {
            line.truncate(end);
        }
        if end.is_some() || read == 0 || line.len() > 1_000_000 {
            return Ok(String::from_utf8_lossy(&line).into_owned());
        }
    }
}

fn check_id(names: &[String], options: &ProposalOptions) -> Result<(), WrongData> {
    match &options.id_column {
        Some(wanted) if !names.iter().any(|n| n.trim().eq_ignore_ascii_case(wanted)) => {
            Err(WrongData::NoSuchColumn { wanted: wanted.clone(), there: names.join(", ") })
        }
        _ => Ok(()),
    }
}

/// The names of the columns in the catalogue; equal ones get a number.
fn catalogue_names(names: &[String]) -> Result<Vec<String>, WrongData> {
    let mut taken = BTreeSet::new();
    let mut out = Vec::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        let name = catalogue_name(name);
        if name.is_empty() {
            return Err(WrongData::NamelessColumn(place + 1));
        }
        let mut candidate = name.clone();
        let mut number = 2;
        while !taken.insert(candidate.clone()) {
            candidate = format!("{name}_{number}");
            number += 1;
        }
        out.push(candidate);
    }
    Ok(out)
}

fn check_width(record: &csv::StringRecord, expected: usize, separator: Separator, line: u64) -> Result<(), WrongData> {
    if record.len() == expected {
        return Ok(());
    }
    let text = record.iter().collect::<Vec<_>>().join(&char::from(separator.byte()).to_string());
    match separator.other_for(&text, expected) {
        Some(to) => Err(WrongData::SeparatorChanges { line, from: separator, to }),
        None => Err(WrongData::FieldCount { line, expected, found: record.len() }),
    }
}
