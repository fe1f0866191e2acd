//! What a delivery is written as. Behind one face stand text with separators, Parquet and Arrow IPC:
//! a row is its cells as text, whatever it was before, so that one description reads them all.
//!
//! What a file is, its first bytes say; its name does not count.

mod columns;
mod text;

use std::{
    fs::File,
    io::{ErrorKind, Read as _},
    path::Path,
};

use csv::StringRecord;

use super::Refused;

/// One row as it was delivered.
#[derive(Default)]
pub(crate) struct Record {
    /// The line where it begins, or its number where there are no lines.
    pub(crate) line: u64,
    /// Its cells; an empty one has no value.
    pub(crate) cells: StringRecord,
}

/// A delivery that can be read from its beginning to its end.
pub(crate) trait Table: Send {
    /// The headings, as written but for blanks around them.
    fn headings(&self) -> &[String];

    /// Reads the next row; false at the end.
    fn next(&mut self, record: &mut Record) -> Result<bool, Refused>;
}

/// What a delivery is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Parquet,
    ArrowFile,
    ArrowStream,
}

/// Opens a delivery.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Table>, Refused> {
    let mut file = File::open(path).map_err(|e| unreadable(&e))?;
    Ok(match form(&mut file)? {
        Form::Text => Box::new(text::Lines::open(path)?),
        Form::Parquet => Box::new(columns::Columns::parquet(path)?),
        Form::ArrowFile => Box::new(columns::Columns::arrow_file(path)?),
        Form::ArrowStream => Box::new(columns::Columns::arrow_stream(path)?),
    })
}

/// By the first bytes: Parquet (`PAR1`), an Arrow file (`ARROW1`), an Arrow stream (its first message
/// begins with the continuation mark, Arrow columnar format, "Encapsulated message format").
fn form(file: &mut File) -> Result<Form, Refused> {
    let mut first = [0; 6];
    let mut read = 0;
    while read < first.len() {
        match file.read(&mut first[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(&error)),
        }
    }
    Ok(match &first[..read] {
        [b'P', b'A', b'R', b'1', ..] => Form::Parquet,
        b"ARROW1" => Form::ArrowFile,
        [0xff, 0xff, 0xff, 0xff, ..] => Form::ArrowStream,
        _ => Form::Text,
    })
}

fn unreadable(error: &std::io::Error) -> Refused {
    Refused::Unreadable(error.kind().to_string())
}
