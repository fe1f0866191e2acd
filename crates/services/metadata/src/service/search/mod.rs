//! Searching the catalogue as it stands.
//!
//! An index in memory answers. Each running instance makes its own from the published editions and follows
//! when others are published ([`index`]); [`documents`] says what is put in.

mod codes;
mod documents;
mod index;
mod properties;

use serde::{Deserialize, Serialize};
use varde_core::{Actor, CataloguePath, Language, LocalisedText};
use varde_policy::Resource;
use varde_search::{By, Field, Hit, Marked, Query, Sort};

use super::CatalogueService;
use crate::{MetadataError, model::DataType};

pub use codes::{CodeHit, CodesFound};
pub(super) use index::SearchIndex;
use index::Snapshot;

/// Hits on a page, unless told otherwise.
pub const PAGE_SIZE: i64 = 25;

/// The most hits on a page.
pub const LARGEST_PAGE: i64 = 100;

/// What kind of thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HitKind {
    /// A source.
    Source,
    /// A dataset.
    Dataset,
    /// A variable.
    Variable,
}

impl HitKind {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Source, Self::Dataset, Self::Variable];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Dataset => "dataset",
            Self::Variable => "variable",
        }
    }
}

/// What a search can be narrowed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FacetName {
    /// The kind of thing: [`HitKind`].
    Kind,
    /// The source, by path.
    Source,
    /// The kind of source.
    SourceKind,
    /// The type of a variable's values.
    Type,
    /// The EHDS category.
    Category,
    /// The code system that values are drawn from.
    CodeSystem,
    /// Whether the source keeps a list of codes for it: `yes` or `no`.
    LocalCodes,
}

impl FacetName {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 7] =
        [Self::Kind, Self::Source, Self::SourceKind, Self::Type, Self::Category, Self::CodeSystem, Self::LocalCodes];

    /// The stable name: on the wire and in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Source => "source",
            Self::SourceKind => "source_kind",
            Self::Type => "type",
            Self::Category => "category",
            Self::CodeSystem => "code_system",
            Self::LocalCodes => "local_codes",
        }
    }
}

/// Whether it is still collected: a facet that is not shown.
const STATUS: &str = "status";
/// In use.
const CURRENT: &str = "current";
/// No longer collected.
const RETIRED: &str = "retired";

/// The order of the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SearchSort {
    /// The best first; as the catalogue stands when nothing was typed.
    #[default]
    Best,
    /// By name.
    Name,
    /// By source and dataset, as the catalogue stands.
    Place,
}

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// Words, beginnings of words, codes. Empty for everything.
    pub text: String,
    /// What it is narrowed by; of one facet's values one is enough.
    pub chosen: Vec<(FacetName, String)>,
    /// Only what was or is collected in a year from this one on.
    pub from: Option<i16>,
    /// Only what was or is collected in a year up to this one.
    pub to: Option<i16>,
    /// Also variables that are no longer collected.
    pub retired: bool,
    /// The order.
    pub sort: SearchSort,
    /// The language whose names are ordered by.
    pub language: Language,
    /// The page, from 1.
    pub page: i64,
    /// Hits on a page, at most [`LARGEST_PAGE`]; [`PAGE_SIZE`] unless told.
    pub size: Option<i64>,
}

impl SearchQuery {
    /// How many hits a page of the answer has at most.
    pub fn page_size(&self) -> i64 {
        self.size.unwrap_or(PAGE_SIZE).clamp(1, LARGEST_PAGE)
    }
}

/// What is shown of something found; it comes with the index, so that a page of hits asks no table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What it is.
    pub kind: HitKind,
    /// Its path.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// What it means.
    pub description: LocalisedText,
    /// The type of a variable's values.
    pub data_type: Option<DataType>,
    /// Whether it is no longer collected.
    pub retired: bool,
    /// Whether it can be asked for: a variable that is no direct identifier.
    pub deliverable: bool,
    /// The names of what it is in, from the source down: sub-sources, dataset, groups.
    pub place: Vec<LocalisedText>,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchHit {
    /// What it is.
    #[serde(flatten)]
    pub found: Found,
    /// Why it was found, for each word; empty when nothing was typed.
    pub why: Vec<Why>,
    /// What to mark in its name and description.
    pub marked: Vec<Marked>,
}

/// Why something was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// What was typed.
    pub asked: String,
    /// The word that answered it.
    pub word: String,
    /// How the two belong together.
    pub by: By,
    /// Where the word stands.
    #[serde(rename = "in")]
    pub field: Field,
    /// The code that it stands at: its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What that code means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A value to narrow a search by, and how many hits it would leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// What is sent: a source's path, a type's name.
    pub value: String,
    /// Its name, where it is not one of a closed list that has texts of its own.
    pub name: LocalisedText,
    /// How many hits.
    pub count: u32,
}

/// The values of a facet, most hits first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// Which.
    pub name: FacetName,
    /// Its values. What is chosen in a facet does not narrow its own counts.
    pub values: Vec<FacetValue>,
}

/// A page of hits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchPage {
    /// The hits.
    pub hits: Vec<SearchHit>,
    /// Hits in all.
    pub total: i64,
    /// The page, from 1.
    pub page: i64,
    /// Pages in all; at least 1.
    pub pages: i64,
    /// The most hits on a page.
    pub size: i64,
    /// What it can be narrowed by.
    pub facets: Vec<Facet>,
    /// How many hits each year would leave, in order.
    pub years: Vec<(i16, u32)>,
    /// Whether nothing has all the words, so that what has some of them is shown.
    pub partial: bool,
    /// Codes of code systems that have all the words; on the first page.
    pub codes: CodesFound,
}

impl SearchPage {
    /// The number of the first hit on the page; 0 when there is none.
    pub fn first(&self) -> i64 {
        if self.hits.is_empty() { 0 } else { (self.page - 1) * self.size + 1 }
    }

    /// The number of the last hit on the page.
    pub fn last(&self) -> i64 {
        (self.first() - 1).max(0) + i64::try_from(self.hits.len()).unwrap_or(0)
    }

    /// A facet.
    pub fn facet(&self, name: FacetName) -> Option<&Facet> {
        self.facets.iter().find(|facet| facet.name == name)
    }
}

impl CatalogueService {
    /// Searches the catalogue as it stands.
    pub async fn search(&self, actor: &Actor, query: &SearchQuery) -> Result<SearchPage, MetadataError> {
        self.check(actor, "metadata.catalogue.read", &Resource::new("Catalogue")).await?;
        let snapshot = self.snapshot().await?;
        let page = query.page.max(1);
        let mut answer = snapshot.index.search(&asked(query, page))?;
        let total = i64::try_from(answer.total).unwrap_or(i64::MAX);
        let size = query.page_size();
        let pages = ((total + size - 1) / size).max(1);
        // A page beyond the last shows the last: there were more hits when the address was made.
        if page > pages {
            answer = snapshot.index.search(&asked(query, pages))?;
        }
        let codes = if page == 1 { self.find_codes(&query.text, &snapshot)? } else { CodesFound::default() };
        let hits = answer.hits.into_iter().map(hit).collect::<Result<_, _>>()?;
        let facets = FacetName::ALL.map(|name| {
            let counted = answer.facets.iter().find(|counted| counted.name == name.name());
            facet(&snapshot, name, counted.map(|counted| counted.values.as_slice()).unwrap_or_default())
        });
        Ok(SearchPage {
            hits,
            total,
            page: page.min(pages),
            pages,
            size,
            facets: facets.into_iter().collect(),
            years: answer.years,
            partial: answer.partial,
            codes,
        })
    }
}

fn asked(query: &SearchQuery, page: i64) -> Query {
    let chosen = FacetName::ALL.iter().map(|name| {
        let values = query.chosen.iter().filter(|(chosen, _)| chosen == name).map(|(_, value)| value.clone());
        (name.name().to_owned(), values.collect())
    });
    let mut chosen: Vec<(String, Vec<String>)> = chosen.collect();
    if !query.retired {
        chosen.push((STATUS.to_owned(), vec![CURRENT.to_owned()]));
    }
    let years = (query.from.is_some() || query.to.is_some())
        .then(|| (query.from.unwrap_or(i16::MIN), query.to.unwrap_or(i16::MAX)));
    let sort = match query.sort {
        SearchSort::Best => Sort::Best,
        SearchSort::Name => Sort::Name(query.language),
        SearchSort::Place => Sort::Place,
    };
    let limit = usize::try_from(query.page_size()).unwrap_or_default();
    let offset = usize::try_from(page - 1).unwrap_or_default().saturating_mul(limit);
    Query { text: query.text.clone(), chosen, years, sort, offset, limit }
}

fn hit(hit: Hit) -> Result<SearchHit, MetadataError> {
    let found = serde_json::from_str(&hit.payload).map_err(|e| MetadataError::Unreadable(e.to_string()))?;
    let why = hit.why.into_iter().map(|why| {
        let (value, text) = why.code.unzip();
        Why { asked: why.asked, word: why.found, by: why.by, field: why.field, value, text }
    });
    Ok(SearchHit { found, why: why.collect(), marked: hit.marked })
}

fn facet(snapshot: &Snapshot, name: FacetName, values: &[(String, u32)]) -> Facet {
    let value = |(value, count): &(String, u32)| FacetValue {
        name: snapshot.name(name, value),
        value: value.clone(),
        count: *count,
    };
    Facet { name, values: values.iter().map(value).collect() }
}
