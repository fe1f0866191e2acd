//! Text with separators: UTF-8, with or without a byte order mark, one heading line.

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    path::Path,
};

use csv::ReaderBuilder;

use super::{Record, Table, unreadable};
use crate::import::Refused;

const SEPARATORS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// The lines of a file.
pub(super) struct Lines {
    reader: csv::Reader<BufReader<File>>,
    headings: Vec<String>,
    separator: u8,
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Self, Refused> {
        let separator = separator(path)?;
        let file = File::open(path).map_err(|e| unreadable(&e))?;
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .from_reader(BufReader::with_capacity(1 << 18, file));
        let header = reader.headers().map_err(|e| refusal(&e))?;
        let headings: Vec<String> = header.iter().map(|h| h.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        if headings.iter().all(String::is_empty) {
            return Err(Refused::Empty);
        }
        Ok(Self { reader, headings, separator })
    }

    /// A row of another width that has the right one with another separator: two files were joined.
    fn same_separator(&self, record: &Record) -> Result<(), Refused> {
        let (width, own) = (self.headings.len(), char::from(self.separator));
        let text = record.cells.iter().collect::<Vec<_>>().join(&own.to_string());
        let others = SEPARATORS.iter().filter(|s| **s != self.separator).map(|s| char::from(*s));
        match others.into_iter().find(|other| width > 1 && text.split(*other).count() == width) {
            Some(after) => Err(Refused::SeparatorChanges { line: record.line, before: own, after }),
            None => Ok(()),
        }
    }
}

impl Table for Lines {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, Refused> {
        if !self.reader.read_record(&mut record.cells).map_err(|e| refusal(&e))? {
            return Ok(false);
        }
        record.line = record.cells.position().map_or(0, csv::Position::line);
        if record.cells.len() != self.headings.len() {
            self.same_separator(record)?;
        }
        Ok(true)
    }
}

/// The one of the separators that the heading has most of.
fn separator(path: &Path) -> Result<u8, Refused> {
    let file = File::open(path).map_err(|e| unreadable(&e))?;
    let mut first = Vec::new();
    BufReader::new(file).read_until(b'\n', &mut first).map_err(|e| unreadable(&e))?;
    if first.iter().all(u8::is_ascii_whitespace) {
        return Err(Refused::Empty);
    }
    let count = |separator: u8| first.iter().filter(|b| **b == separator).count();
    Ok(SEPARATORS.into_iter().rev().max_by_key(|s| count(*s)).unwrap_or(b';'))
}

fn refusal(error: &csv::Error) -> Refused {
    match error.kind() {
        csv::ErrorKind::Utf8 { pos, .. } => Refused::Encoding { line: pos.as_ref().map_or(1, csv::Position::line) },
        // The library's own words may repeat what stands in the row.
        csv::ErrorKind::Io(error) => unreadable(error),
        _ => Refused::Unreadable("the lines cannot be told apart".to_owned()),
    }
}
