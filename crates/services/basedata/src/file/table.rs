//! A table as a file: comma or semicolon between the cells, a heading that names the columns in any
//! order, in UTF-8.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
};

use csv::ByteRecord;
use sha2::{Digest as _, Sha256};

use super::{ColumnFault, FileError, LineFault, open};

/// What a table must and may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heading {
    /// Columns that must be there.
    pub(crate) needed: &'static [&'static str],
    /// Columns that may be.
    pub(crate) optional: &'static [&'static str],
}

/// A table's rows, read as a stream.
pub(crate) struct Table {
    rows: csv::Reader<Digested>,
    path: PathBuf,
    columns: Vec<String>,
}

/// A row: its line, and its cells by the names of their columns.
pub(crate) struct Row {
    pub(crate) line: u64,
    cells: Vec<(String, String)>,
}

impl Table {
    /// Opens the table; the faults of its heading, if it has any.
    pub(crate) fn of(path: &Path, heading: Heading) -> Result<(Self, Vec<LineFault>), FileError> {
        let failed = |source| FileError { path: path.to_owned(), source };
        let mut file = BufReader::new(open(path)?);
        let first = file.fill_buf().map_err(failed)?;
        let first = first.split(|b| *b == b'\n').next().unwrap_or_default();
        let delimiter = if first.contains(&b';') { b';' } else { b',' };
        let file = Digested { file, digest: Sha256::new() };
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .trim(csv::Trim::All)
            .from_reader(file);
        let mut names = ByteRecord::new();
        rows.read_byte_record(&mut names).map_err(|error| failed(error.into()))?;
        let columns: Vec<String> = names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        let faults = heading.faults(&columns);
        Ok((Self { rows, path: path.to_owned(), columns }, faults))
    }

    /// The next row that is not empty, read or with what is wrong with it; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Result<Row, LineFault>>, FileError> {
        let mut cells = ByteRecord::new();
        loop {
            let more = self.rows.read_byte_record(&mut cells);
            if !more.map_err(|error| FileError { path: self.path.clone(), source: error.into() })? {
                return Ok(None);
            }
            if !cells.iter().all(<[u8]>::is_empty) {
                break;
            }
        }
        let line = cells.position().map_or(0, csv::Position::line);
        let fault = |reason: String| LineFault { line, column: String::new(), reason };
        if cells.len() != self.columns.len() {
            let (has, wanted) = (cells.len(), self.columns.len());
            return Ok(Some(Err(fault(format!("the row has {has} cells, the heading {wanted}")))));
        }
        let text = |cell: &[u8]| String::from_utf8(cell.to_vec()).map_err(|_| fault("the row is not UTF-8".to_owned()));
        let cells = cells.iter().map(text).collect::<Result<Vec<_>, _>>();
        Ok(Some(cells.map(|cells| Row { line, cells: self.columns.iter().cloned().zip(cells).collect() })))
    }

    /// The SHA-256 of the file, when all of it has been read.
    pub(crate) fn digest(self) -> [u8; 32] {
        self.rows.into_inner().digest.finalize().into()
    }
}

impl Heading {
    fn faults(self, columns: &[String]) -> Vec<LineFault> {
        let fault =
            |column: &str, reason: &str| LineFault { line: 1, column: column.to_owned(), reason: reason.to_owned() };
        let missing = self.needed.iter().filter(|name| !columns.iter().any(|column| column == *name));
        let mut faults: Vec<_> = missing.map(|name| fault(name, "the heading does not have this column")).collect();
        let all: Vec<&str> = self.needed.iter().chain(self.optional).copied().collect();
        for (at, column) in columns.iter().enumerate() {
            if !all.contains(&column.as_str()) {
                // A file without a heading has values where the names should be.
                let reason = format!("the heading's column {} is not known here; known are {}", at + 1, all.join(", "));
                faults.push(fault("", &reason));
            } else if columns[..at].contains(column) {
                faults.push(fault(column, "the heading has this column twice"));
            }
        }
        faults
    }
}

impl Row {
    /// The cell of a column; empty when the table does not have it.
    pub(crate) fn cell(&self, column: &str) -> &str {
        self.cells.iter().find(|(name, _)| name == column).map_or("", |(_, cell)| cell)
    }

    pub(crate) fn fault(&self, column: &str, reason: impl std::fmt::Display) -> LineFault {
        ColumnFault { column: column.to_owned(), reason: reason.to_string() }.at(self.line)
    }

    /// A cell read from its text.
    pub(crate) fn read<T, E: std::fmt::Display>(
        &self,
        column: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<T, LineFault> {
        match self.cell(column) {
            "" => Err(self.fault(column, "the cell is empty")),
            text => read(text).map_err(|error| self.fault(column, error)),
        }
    }
}

/// A file that is digested as it is read.
struct Digested {
    file: BufReader<File>,
    digest: Sha256,
}

impl Read for Digested {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.digest.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}
