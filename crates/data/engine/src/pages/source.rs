//! Bytes of a column chunk: all at once when most of its pages are wanted, page by page otherwise.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    sync::Arc,
};

use bytes::{Buf as _, Bytes, buf::Reader};
use datafusion::parquet::{
    column::page::PageReader,
    errors::{ParquetError, Result},
    file::{
        metadata::ColumnChunkMetaData,
        page_index::offset_index::PageLocation,
        reader::{ChunkReader, Length},
        serialized_reader::SerializedPageReader,
    },
};

use crate::EngineError;

/// A piece of a file in memory, at the place that it has in the file.
struct Piece {
    begins: u64,
    bytes: Bytes,
}

impl Length for Piece {
    fn len(&self) -> u64 {
        self.begins + self.bytes.len() as u64
    }
}

impl Piece {
    fn from(&self, start: u64) -> Result<Bytes> {
        let at = start.checked_sub(self.begins).and_then(|at| usize::try_from(at).ok());
        let inside = at.filter(|at| *at <= self.bytes.len());
        inside.map(|at| self.bytes.slice(at..)).ok_or_else(|| ParquetError::EOF("beyond its column".to_owned()))
    }
}

impl ChunkReader for Piece {
    type T = Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(self.from(start)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let mut bytes = self.from(start)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF("beyond its column".to_owned()));
        }
        bytes.truncate(length);
        Ok(bytes)
    }
}

/// A reader of the chunk's pages. When few are `wanted`, only they are read from the file.
pub(super) fn reader(
    file: &Arc<File>,
    chunk: &ColumnChunkMetaData,
    rows: usize,
    locations: Option<Vec<PageLocation>>,
    wanted: &[bool],
) -> std::result::Result<Box<dyn PageReader>, EngineError> {
    let few = wanted.iter().filter(|wanted| **wanted).count() * 4 < wanted.len();
    if few {
        return Ok(Box::new(SerializedPageReader::new(Arc::clone(file), chunk, rows, locations)?));
    }
    let (begins, length) = chunk.byte_range();
    let mut bytes = Vec::with_capacity(usize::try_from(length).map_err(ParquetError::from)?);
    // The file is this reading's own: nobody else moves its place meanwhile.
    let mut from: &File = file;
    from.seek(SeekFrom::Start(begins)).map_err(ParquetError::from)?;
    from.take(length).read_to_end(&mut bytes).map_err(ParquetError::from)?;
    let piece = Arc::new(Piece { begins, bytes: bytes.into() });
    Ok(Box::new(SerializedPageReader::new(piece, chunk, rows, locations)?))
}
