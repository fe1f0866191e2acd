//! What is asked, and what is answered.

use std::ops::Range;

use serde::Serialize;
use varde_core::Language;

use crate::Field;

/// What hits are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The best first; in the documents' own order when nothing was typed.
    #[default]
    Best,
    /// By name, in the alphabet that ends with æ, ø and å.
    Name(Language),
    /// In the order of the documents.
    Place,
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// What was typed; empty for everything.
    pub text: String,
    /// What it is narrowed by: a facet, and the values of which one is enough.
    pub chosen: Vec<(String, Vec<String>)>,
    /// Only what is about one of the years from the first to the last.
    pub years: Option<(i16, i16)>,
    /// The order.
    pub sort: Sort,
    /// Hits to leave out first.
    pub offset: usize,
    /// Hits to answer with, at most.
    pub limit: usize,
}

/// How a word of the query and a word of a text belong together, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// They are the same.
    Exact,
    /// They are forms of one word.
    Form,
    /// It is a part of a compound, or the other way round.
    Part,
    /// The code begins with it.
    CodePrefix,
    /// A code system gives both to the same concept.
    Synonym,
    /// The word begins with it.
    Beginning,
    /// They are spelt nearly the same.
    Typo,
}

impl By {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Form => "form",
            Self::Part => "part",
            Self::CodePrefix => "code_prefix",
            Self::Synonym => "synonym",
            Self::Beginning => "beginning",
            Self::Typo => "typo",
        }
    }
}

/// Why a document was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// What was typed.
    pub asked: String,
    /// What stands in the text.
    pub found: String,
    /// How they belong together.
    pub by: By,
    /// Where it stands.
    pub field: Field,
    /// The code and what it means, when it stands there.
    pub code: Option<(String, String)>,
}

/// What to mark in a text of a hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Marked {
    /// Which text: the field.
    pub field: Field,
    /// Which text: the language.
    pub language: Option<Language>,
    /// Where, in bytes, in order and apart from each other.
    pub ranges: Vec<Range<usize>>,
}

/// A document found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// The document's key.
    pub key: String,
    /// What it was indexed with.
    pub payload: String,
    /// Why it was found, for each word that was typed; empty when nothing was.
    pub why: Vec<Why>,
    /// What to mark in its name and description.
    pub marked: Vec<Marked>,
}

/// How many hits each value of a facet would leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacetCounts {
    /// The facet.
    pub name: String,
    /// Value and count, most first; values without hits are left out, but for chosen ones.
    pub values: Vec<(String, u32)>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The page of hits.
    pub hits: Vec<Hit>,
    /// Hits in all.
    pub total: usize,
    /// By facet, in the order in which the documents named them. What is chosen in a facet does not
    /// narrow its own counts.
    pub facets: Vec<FacetCounts>,
    /// How many hits are about each year, the years in order.
    pub years: Vec<(i16, u32)>,
    /// Whether no document has all the words, so that those with some of them are shown.
    pub partial: bool,
}
