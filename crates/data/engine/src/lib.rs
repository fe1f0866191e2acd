//! The engine: files in, files out. No database, no network, no clock; what it needs to know comes
//! as arguments, so that the same arguments give the same bytes.
//!
//! Read in this order: [`schema`] (what columns are), [`release`] (immutable files sorted by
//! person), [`exclusion`] (who may not be read), [`scan`] (reading, never without exclusions),
//! [`cohort`] (who), [`extract`] (from a permit to a delivery), [`product`] (from releases to a derived one).
//! [`tabulate`] counts a release into a table.

mod aggregate;
pub mod changes;
mod coded;
pub mod cohort;
pub mod delivery;
pub mod dummy;
pub mod exclusion;
pub mod extract;
pub mod facts;
pub mod granularity;
pub mod groups;
mod index_date;
mod matching;
pub mod members;
mod output;
mod output_tools;
mod pages;
mod parts;
pub mod people;
pub mod plan;
pub mod product;
pub mod pseudonym;
mod reading;
pub mod release;
pub mod remote;
pub mod report;
mod rows;
pub mod scan;
pub mod schema;
mod sort;
pub mod table;
pub mod tabulate;
mod whose;

use std::path::{Path, PathBuf};

use datafusion::{arrow::error::ArrowError, parquet::errors::ParquetError};
use varde_core::{Digest, id::CataloguePath};

pub use exclusion::{ExclusionSet, Exclusions};
pub use output::{Sealed, digest_file};
pub use output_tools::move_folder;
pub use release::{Release, Writer, Written};
pub use scan::Scan;
pub use schema::{CodeLabel, Column, Kind, Schema, SchemaError};

/// The edition of the engine: which bytes follow from a specification. It goes up when the same
/// specification would give other bytes, and stands in every specification and so in every seal.
pub const EDITION: u32 = 1;

/// What can go wrong while files are read and written.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A Parquet file is damaged or cannot be made.
    #[error("a Parquet file could not be read or written")]
    Parquet(#[from] ParquetError),
    /// Columns do not fit together.
    #[error("columns do not fit together")]
    Arrow(#[from] ArrowError),
    /// The description of the columns is wrong.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The file is not a release.
    #[error("{} is not a release: {what}", path.display())]
    NotARelease {
        /// Which file.
        path: PathBuf,
        /// What is missing or wrong.
        what: String,
    },
    /// Rows came out of order where sorted ones were promised.
    #[error("the rows are not sorted by person: person {after} came after {before}")]
    Unsorted {
        /// The larger index.
        before: u32,
        /// The smaller one that followed it.
        after: u32,
    },
    /// A release's bytes are not those that were registered.
    #[error("the release of {dataset} is not the file that was registered: its digest is {found}, expected {expected}")]
    Altered {
        /// Which dataset.
        dataset: CataloguePath,
        /// What was registered.
        expected: Digest,
        /// What is there.
        found: Digest,
    },
    /// A column that is asked for does not exist.
    #[error("{dataset} has no column {column:?}")]
    NoColumn {
        /// Which dataset.
        dataset: CataloguePath,
        /// Which column.
        column: String,
    },
    /// A table would have too many cells.
    #[error("the table is too fine: at most {cells} cells in three dimensions; choose coarser groups")]
    TooFine {
        /// How many there may be.
        cells: usize,
    },
    /// The caller asked to stop.
    #[error("stopped on request")]
    Stopped,
}

impl EngineError {
    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }
}
