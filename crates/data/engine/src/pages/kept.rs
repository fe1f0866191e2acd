//! Pages of a column chunk, from the file or from memory: a condition reads a column, and what passes is mostly
//! wanted next, of the same column.

use std::fmt;

use datafusion::{
    arrow::array::ArrayRef,
    parquet::column::page::{Page, PageReader},
};

use super::damaged;
use crate::EngineError;

/// Pages that were read; nothing in place of those that were passed over.
type Read = Vec<Option<Page>>;

/// What was read of a column of a row group.
pub(super) struct Kept {
    pub(super) group: usize,
    /// The column's place in the file.
    pub(super) place: usize,
    /// Its dictionary.
    pub(super) values: ArrayRef,
    pub(super) pages: Read,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({}, {})", self.group, self.place)
    }
}

/// Whether all the wanted pages are there.
pub(super) fn has_all(read: &Read, wanted: &[bool]) -> bool {
    wanted.iter().enumerate().all(|(at, wanted)| !wanted || read.get(at).is_some_and(Option::is_some))
}

/// The pages of a column chunk behind its dictionary, one after the other.
pub(super) enum Pages {
    /// From the file; what is read is kept, or not.
    File(Box<dyn PageReader>, Option<Read>),
    /// Read before, with the place of the next.
    Memory(Read, usize),
}

impl Pages {
    /// From the file.
    pub(super) fn of(reader: Box<dyn PageReader>) -> Self {
        Self::File(reader, None)
    }

    /// Once more.
    pub(super) fn again(read: Read) -> Self {
        Self::Memory(read, 0)
    }

    /// The same, to be kept when they have been read.
    pub(super) fn into_kept(self) -> Self {
        match self {
            Self::File(reader, _) => Self::File(reader, Some(Vec::new())),
            memory @ Self::Memory(..) => memory,
        }
    }

    /// What was read.
    pub(super) fn kept(self) -> Read {
        match self {
            Self::File(_, kept) => kept.unwrap_or_default(),
            Self::Memory(read, _) => read,
        }
    }

    /// Passes over a page.
    pub(super) fn skip(&mut self) -> Result<(), EngineError> {
        match self {
            Self::File(reader, kept) => {
                reader.skip_next_page()?;
                if let Some(kept) = kept {
                    kept.push(None);
                }
            }
            Self::Memory(_, at) => *at += 1,
        }
        Ok(())
    }

    /// Shows the next page. `see` says nothing when the page is damaged.
    pub(super) fn next(&mut self, see: impl FnOnce(&Page) -> Option<()>) -> Result<(), EngineError> {
        match self {
            Self::File(reader, kept) => {
                let page = reader.get_next_page()?.ok_or_else(damaged)?;
                see(&page).ok_or_else(damaged)?;
                if let Some(kept) = kept {
                    kept.push(Some(page));
                }
            }
            Self::Memory(read, at) => {
                read.get(*at).and_then(Option::as_ref).and_then(see).ok_or_else(damaged)?;
                *at += 1;
            }
        }
        Ok(())
    }
}
