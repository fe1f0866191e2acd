//! A codebook proposed from a data file that came without one. It is a proposal: every doubt is a
//! note, and the codebook is written as a file for a person to correct before it is imported.

mod column;
mod note;
mod read;
#[cfg(test)]
mod tests;

use serde::Serialize;

use super::codebook::Codebook;
use crate::model::text_file::Separator;

pub use note::{Doubt, Note};
pub use read::{WrongData, propose};

/// What the caller knows of the file.
#[derive(Debug, Clone, Default)]
pub struct ProposalOptions {
    /// What a row is, for people; also the form's name: `Innleggelser`.
    pub name: String,
    /// The table's name, which becomes the dataset: `admissions`.
    pub table: String,
    /// The column that says which person the row is about.
    pub id_column: Option<String>,
}

/// A proposed codebook and how sure it is.
#[derive(Debug, Clone, Serialize)]
pub struct Proposal {
    /// The codebook; [`super::codebook::write`] makes the file.
    pub codebook: Codebook,
    /// What a person should look at, in the order of the columns.
    pub notes: Vec<Note>,
    /// Rows read.
    pub rows: u64,
    /// What stands between the fields.
    pub separator: Separator,
    /// The encoding, by its WHATWG name: `UTF-8`.
    pub encoding: &'static str,
}
