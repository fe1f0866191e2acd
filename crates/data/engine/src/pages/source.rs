//! Bytes of a column chunk: all at once when most of its pages are wanted, or when they are still to be compared
//! with their digest; page by page otherwise.

use std::sync::Arc;

use bytes::{Buf as _, Bytes, buf::Reader};
use datafusion::parquet::{
    column::page::PageReader,
    errors::ParquetError,
    file::{
        page_index::offset_index::PageLocation,
        reader::{ChunkReader, Length},
        serialized_reader::SerializedPageReader,
    },
};

use super::Reading;
use crate::{EngineError, parts};

/// A piece of a file in memory, at the place that it has in the file.
#[derive(Debug)]
pub(crate) struct Piece {
    /// The place of its first byte.
    pub(crate) begins: u64,
    pub(crate) bytes: Bytes,
}

impl Length for Piece {
    fn len(&self) -> u64 {
        self.begins + self.bytes.len() as u64
    }
}

impl Piece {
    fn from(&self, start: u64) -> Result<Bytes, ParquetError> {
        let at = start.checked_sub(self.begins).and_then(|at| usize::try_from(at).ok());
        let inside = at.filter(|at| *at <= self.bytes.len());
        inside.map(|at| self.bytes.slice(at..)).ok_or_else(|| ParquetError::EOF("beyond its column".to_owned()))
    }
}

impl ChunkReader for Piece {
    type T = Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(self.from(start)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let mut bytes = self.from(start)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF("beyond its column".to_owned()));
        }
        bytes.truncate(length);
        Ok(bytes)
    }
}

/// A reader of the pages of a column of a row group. When few are `wanted`, only they are read from the file.
pub(super) fn reader(
    reading: &Reading,
    (group, column): (usize, usize),
    locations: Option<Vec<PageLocation>>,
    wanted: &[bool],
) -> Result<Box<dyn PageReader>, EngineError> {
    let (release, file, rows) = (reading.release(), &reading.file, reading.rows(group));
    let chunk = release.metadata().metadata().row_group(group).column(column);
    let few = wanted.iter().filter(|wanted| **wanted).count() * 4 < wanted.len();
    if few && release.is_compared(group, column) {
        return Ok(Box::new(SerializedPageReader::new(Arc::clone(file), chunk, rows, locations)?));
    }
    release.bring(group, std::iter::once(column))?;
    let bytes = parts::chunk(file, chunk).map_err(ParquetError::from)?;
    release.compare(group, column, &bytes)?;
    let piece = Arc::new(Piece { begins: chunk.byte_range().0, bytes: bytes.into() });
    Ok(Box::new(SerializedPageReader::new(piece, chunk, rows, locations)?))
}
