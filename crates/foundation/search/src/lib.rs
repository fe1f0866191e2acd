//! Search in Norwegian and English texts, for catalogues and code systems.
//!
//! [`analysis`] knows the languages: forms of words, nynorsk beside bokmål, compounds, misspellings.
//! [`Index`] finds [`Document`]s by it, ranks them, counts facets and says why each was found. An index
//! is made from all documents at once and never changed: what is true lies in a database, and the index
//! is made anew from it. It lies in memory and knows no files, no clock and nobody who asks.

pub mod analysis;
mod document;
mod error;
mod index;
mod query;
mod synonym;

pub use document::{Document, Field, Text};
pub use error::SearchError;
pub use index::Index;
pub use query::{Answer, By, FacetCounts, Hit, Marked, Query, Sort, Why};
pub use synonym::Synonyms;
