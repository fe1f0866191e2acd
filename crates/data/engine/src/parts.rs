//! The digest of a release, by parts: SHA-256 of every column chunk stands in the footer, and what is registered
//! is the digest of all that lies behind the chunks. So a reader compares the columns that it reads, and not the
//! whole file, and still reads nothing but what was registered: each part is named by the footer, and the footer
//! by the register. A release without such a list is as old as its digest, that of the whole file.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    sync::atomic::{AtomicBool, Ordering},
};

use datafusion::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use sha2::{Digest as _, Sha256};
use varde_core::Digest;

/// The footer's note with the list: the digests in hexadecimal digits, in the file's order.
pub(crate) const NOTE: &str = "varde.parts";
/// What a registered digest begins with, so that it is the digest of nothing else.
const MARK: &[u8] = b"varde release v1\n";
/// What a Parquet file begins with.
const HEAD: &[u8] = b"PAR1";

/// The column chunks of a release, and which of them have been compared.
#[derive(Debug)]
pub(crate) struct Parts {
    digests: Vec<[u8; 32]>,
    compared: Vec<AtomicBool>,
    columns: usize,
    ends: u64,
}

impl Parts {
    /// The list of the footer; nothing when it has none.
    ///
    /// # Errors
    /// What is wrong with it: a part is missing, or some bytes belong to none.
    pub(crate) fn of(metadata: &ParquetMetaData) -> Result<Option<Self>, &'static str> {
        let notes = metadata.file_metadata().key_value_metadata();
        let Some(list) = notes.and_then(|all| all.iter().find(|note| note.key == NOTE)) else { return Ok(None) };
        let bytes =
            list.value.as_ref().and_then(|list| hex::decode(list).ok()).ok_or("its list of parts is damaged")?;
        let (digests, rest) = bytes.as_chunks::<32>();
        let mut ends = HEAD.len() as u64;
        let mut chunks = 0;
        for chunk in metadata.row_groups().iter().flat_map(|group| group.columns()) {
            let (begins, length) = place(chunk).ok_or("a part lies nowhere")?;
            if begins != ends {
                return Err("its parts do not lie one after the other");
            }
            ends = begins.checked_add(length).ok_or("a part lies nowhere")?;
            chunks += 1;
        }
        if digests.len() != chunks || !rest.is_empty() {
            return Err("its list of parts is not as long as it has parts");
        }
        let columns = metadata.file_metadata().schema_descr().num_columns();
        let compared = digests.iter().map(|_| AtomicBool::new(false)).collect();
        Ok(Some(Self { digests: digests.to_vec(), compared, columns, ends }))
    }

    /// What lies behind the parts, and its digest: the one that is registered.
    pub(crate) fn tail(&self, file: &File) -> io::Result<(Digest, Vec<u8>)> {
        let mut head = [0; HEAD.len()];
        read_at(file, 0, &mut head)?;
        if head != HEAD {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it does not begin as Parquet does"));
        }
        let length = file.metadata()?.len().checked_sub(self.ends).and_then(|length| usize::try_from(length).ok());
        let mut tail = vec![0; length.ok_or(io::ErrorKind::UnexpectedEof)?];
        read_at(file, self.ends, &mut tail)?;
        Ok((registered(self.ends, &tail), tail))
    }

    /// How many bytes lie before that.
    pub(crate) fn ends(&self) -> u64 {
        self.ends
    }

    /// Whether the column of the row group has been compared.
    pub(crate) fn is_compared(&self, group: usize, column: usize) -> bool {
        let compared = self.compared.get(group * self.columns + column);
        compared.is_some_and(|compared| compared.load(Ordering::Acquire))
    }

    /// Compares the bytes of a column chunk with its digest.
    ///
    /// # Errors
    /// The digest that is listed, and the one that is there.
    pub(crate) fn compare(&self, group: usize, column: usize, bytes: &[u8]) -> Result<(), (Digest, Digest)> {
        let at = group * self.columns + column;
        let found = <[u8; 32]>::from(Sha256::digest(bytes));
        match (self.digests.get(at), self.compared.get(at)) {
            (Some(listed), Some(compared)) if *listed == found => {
                compared.store(true, Ordering::Release);
                Ok(())
            }
            (listed, _) => Err((listed.copied().unwrap_or_default(), found)),
        }
        .map_err(|(listed, found)| (Digest::from_bytes(listed), Digest::from_bytes(found)))
    }
}

/// The bytes of a column chunk.
pub(crate) fn chunk(mut file: &File, chunk: &ColumnChunkMetaData) -> io::Result<Vec<u8>> {
    let (begins, length) = place(chunk).ok_or(io::ErrorKind::InvalidData)?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    // The file is the reading's own: nobody else moves its place meanwhile.
    file.seek(SeekFrom::Start(begins))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Where a column chunk lies: its first byte, and how many; `None` for numbers that no file has.
pub(crate) fn place(chunk: &ColumnChunkMetaData) -> Option<(u64, u64)> {
    // `byte_range` would panic on what a damaged footer says.
    let begins = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
    Some((u64::try_from(begins).ok()?, u64::try_from(chunk.compressed_size()).ok()?))
}

fn read_at(mut file: &File, at: u64, bytes: &mut [u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytes)
}

fn registered(ends: u64, tail: &[u8]) -> Digest {
    let hash = Sha256::new().chain_update(MARK).chain_update(ends.to_be_bytes()).chain_update(tail);
    Digest::from_bytes(hash.finalize().into())
}

/// Bytes on their way into a release, held until it is known where the column chunks among them end.
#[derive(Default)]
pub(crate) struct Cuts {
    held: Vec<u8>,
    begins: u64,
    digests: Vec<u8>,
    groups: usize,
}

impl Cuts {
    /// Takes what is written.
    pub(crate) fn take(&mut self, piece: &[u8]) {
        self.held.extend_from_slice(piece);
    }

    /// How many row groups have been digested.
    pub(crate) fn groups(&self) -> usize {
        self.groups
    }

    /// Digests the next row group's column chunks, which lie there. `None` when they were not written.
    pub(crate) fn cut(&mut self, chunks: &[(u64, u64)]) -> Option<()> {
        let mut done = 0;
        for (begins, length) in chunks {
            let from = usize::try_from(begins.checked_sub(self.begins)?).ok()?;
            done = from.checked_add(usize::try_from(*length).ok()?)?;
            self.digests.extend_from_slice(&Sha256::digest(self.held.get(from..done)?));
        }
        self.held.drain(..done);
        self.begins += done as u64;
        self.groups += 1;
        Some(())
    }

    /// The list for the footer.
    pub(crate) fn list(&self) -> String {
        hex::encode(&self.digests)
    }

    /// The digest to be registered, when everything has been written.
    pub(crate) fn finish(self) -> Digest {
        // Without rows there was nothing to cut, and the file's first bytes are still here.
        let ends = self.begins.max(HEAD.len() as u64);
        let head = usize::try_from(ends - self.begins).unwrap_or_default();
        registered(ends, self.held.get(head..).unwrap_or_default())
    }
}
