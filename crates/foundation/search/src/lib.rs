//! Search in Norwegian and English texts, for catalogues and code systems.
//!
//! [`analysis`] knows the languages: forms of words, nynorsk beside bokmål, compounds, misspellings.
//! [`Index`] finds [`Document`]s by it, ranks them, counts facets and says why each was found. What is true
//! lies in a database; an index is made from it, [`Group`] by group, and never changed. A [`Change`] makes
//! the next one, which shares with it what stayed as it was and answers as if it had been made from
//! everything. It lies in memory and knows no files, no clock and nobody who asks.

pub mod analysis;
mod document;
mod error;
mod index;
mod query;
mod synonym;

pub use document::{Document, Field, Text};
pub use error::SearchError;
pub use index::{Change, Group, Index};
pub use query::{Answer, By, FacetCounts, Hit, Marked, Query, Sort, Why};

use synonym::Synonyms;
