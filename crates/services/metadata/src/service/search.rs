//! Searching the catalogue.

use serde::Serialize;
use varde_core::{Actor, CataloguePath, LocalisedText};

use super::{AsAt, CatalogueService};
use crate::{
    MetadataError,
    model::{DataType, Identification, Variable},
    store::{
        edition,
        search::{self, Asked, HitRow, JOINT, Mode, words},
    },
};

/// Hits on a page.
pub const PAGE_SIZE: i64 = 25;

/// Words of a query that are looked at; the rest is ignored.
const WORD_LIMIT: usize = 8;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// Words, beginnings of words, codes. Empty for everything.
    pub text: String,
    /// Only these sources; empty for all.
    pub sources: Vec<String>,
    /// Only these types; empty for all.
    pub types: Vec<DataType>,
    /// Also variables that are no longer collected.
    pub retired: bool,
    /// The page, from 1.
    pub page: i64,
}

/// One variable found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchHit {
    /// Its path.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// What it means.
    pub description: LocalisedText,
    /// The type of its values.
    pub data_type: DataType,
    /// Whether it is no longer collected.
    pub retired: bool,
    /// Whether it can be asked for: direct identifiers cannot.
    pub deliverable: bool,
    /// The source's name.
    pub source_name: LocalisedText,
    /// The dataset's name.
    pub dataset_name: LocalisedText,
    /// Why it was found; empty when nothing was typed.
    pub why: Vec<Why>,
}

/// Why a variable was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "in", rename_all = "snake_case")]
pub enum Why {
    /// In its name.
    Name,
    /// In its column's name.
    Column,
    /// In its description.
    Description,
    /// A code or its text.
    Code {
        /// The value.
        value: String,
        /// What it means.
        text: LocalisedText,
    },
    /// As a part of a word somewhere.
    Part,
}

/// A value to narrow a search by, and how many hits it would leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// What is sent: a source's path, a type's name.
    pub value: String,
    /// The source's name; empty for a type, which has a text of its own.
    pub name: LocalisedText,
    /// How many variables.
    pub count: i64,
}

/// A page of hits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchPage {
    /// The hits, best first.
    pub hits: Vec<SearchHit>,
    /// Hits in all.
    pub total: i64,
    /// The page, from 1.
    pub page: i64,
    /// Pages in all; at least 1.
    pub pages: i64,
    /// By source, most hits first.
    pub sources: Vec<Facet>,
    /// By type, most hits first.
    pub types: Vec<Facet>,
}

impl SearchPage {
    /// The number of the first hit on the page; 0 when there is none.
    pub fn first(&self) -> i64 {
        if self.hits.is_empty() { 0 } else { (self.page - 1) * PAGE_SIZE + 1 }
    }

    /// The number of the last hit on the page.
    pub fn last(&self) -> i64 {
        (self.first() - 1).max(0) + i64::try_from(self.hits.len()).unwrap_or(0)
    }
}

impl CatalogueService {
    /// Searches the current catalogue: words and beginnings of words in names, columns, codes,
    /// descriptions and texts of codes; when nothing is found so, parts of words.
    pub async fn search(&self, actor: &Actor, query: &SearchQuery) -> Result<SearchPage, MetadataError> {
        let mut read = self.reading(actor).await?;
        let typed = typed_words(&query.text);
        let types: Vec<String> = query.types.iter().map(|t| t.name().to_owned()).collect();
        let mut asked = Asked {
            mode: Mode::Browse,
            pattern: String::new(),
            sources: &query.sources,
            types,
            retired: query.retired,
        };
        if !typed.is_empty() {
            (asked.mode, asked.pattern) = (Mode::Words, pattern(&typed, " & "));
        }
        let mut counts = search::counts(read.connection(), &asked).await?;
        if asked.mode == Mode::Words && counts.by_source.is_empty() {
            (asked.mode, asked.pattern) = (Mode::Parts, parts(&typed));
            counts = search::counts(read.connection(), &asked).await?;
        }
        let pages = ((counts.total + PAGE_SIZE - 1) / PAGE_SIZE).max(1);
        let page = query.page.clamp(1, pages);
        let any = pattern(&typed, " | ");
        let rows = search::page(read.connection(), &asked, &any, PAGE_SIZE, (page - 1) * PAGE_SIZE).await?;
        let names = edition::all_at(read.connection(), self.recorded(AsAt::default())).await?;
        let name = |path: &CataloguePath| names.iter().find(|e| &e.about.path == path).map(|e| e.about.name.clone());
        let source = |(path, count): (CataloguePath, i64)| Facet {
            name: name(&path).unwrap_or_default(),
            value: path.to_string(),
            count,
        };
        let data_type =
            |(t, count): (DataType, i64)| Facet { value: t.name().to_owned(), name: LocalisedText::default(), count };
        Ok(SearchPage {
            hits: rows.into_iter().filter_map(|row| hit(row, &typed)).collect(),
            total: counts.total,
            page,
            pages,
            sources: by_count(counts.by_source.into_iter().map(source).collect()),
            types: by_count(counts.by_type.into_iter().map(data_type).collect()),
        })
    }
}

fn by_count(mut facets: Vec<Facet>) -> Vec<Facet> {
    facets.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    facets
}

/// The words of a query, cut as the index is.
fn typed_words(text: &str) -> Vec<String> {
    words(text).split_whitespace().take(WORD_LIMIT).map(str::to_owned).collect()
}

/// Endings where the Norwegian stemmer gives singular and plural different stems: sykdom/sykdommer,
/// fødsel/fødsler, legemiddel/legemidler.
const PLURALS: [(&str, &str); 4] = [("ommer", "om"), ("ommene", "om"), ("sler", "sel"), ("idler", "iddel")];

/// A word as `tsquery`: each beginning that stands for it. The words hold letters and digits only,
/// so no operator can slip in.
fn alternatives(word: &str) -> String {
    let singular = PLURALS.iter().find_map(|(many, one)| word.strip_suffix(many).map(|stem| format!("{stem}{one}")));
    match singular {
        Some(singular) => format!("({word}:* | {singular}:*)"),
        None => format!("{word}:*"),
    }
}

fn pattern(typed: &[String], joint: &str) -> String {
    typed.iter().map(|w| alternatives(w)).collect::<Vec<_>>().join(joint)
}

/// `LIKE` patterns for parts of words; letters and digits need no escape.
fn parts(typed: &[String]) -> String {
    typed.iter().map(|w| format!("%{w}%")).collect::<Vec<_>>().join(JOINT)
}

fn hit(row: HitRow, typed: &[String]) -> Option<SearchHit> {
    let version = row.variable.newest()?.clone();
    let why = why(&row.variable, &row.weights, typed);
    Some(SearchHit {
        name: version.name,
        description: version.description,
        data_type: version.data_type,
        retired: row.variable.retired().is_some(),
        deliverable: row.variable.identification != Identification::DirectIdentifier,
        source_name: row.source_name,
        dataset_name: row.dataset_name,
        why,
        path: row.variable.path,
    })
}

/// The reasons that the index gave, with the code that was meant where one was.
fn why(variable: &Variable, weights: &[String], typed: &[String]) -> Vec<Why> {
    let mut reasons = Vec::new();
    for weight in weights {
        match weight.as_str() {
            "a" => reasons.push(Why::Name),
            "b" | "d" => reasons.extend(code(variable, typed)),
            "c" => reasons.push(Why::Description),
            _ => reasons.push(code(variable, typed).unwrap_or(Why::Part)),
        }
        if weight == "b" && in_column(variable, typed) {
            reasons.push(Why::Column);
        }
    }
    reasons.dedup();
    reasons
}

fn in_column(variable: &Variable, typed: &[String]) -> bool {
    let column = format!(" {} {}", words(variable.path.name()), words(&variable.column));
    typed.iter().any(|t| column.contains(&format!(" {t}")))
}

/// The first code whose value or text has one of the words.
fn code(variable: &Variable, typed: &[String]) -> Option<Why> {
    let has = |text: &str| {
        let text = format!(" {}", words(text));
        // The index knows stems: compare by the first letters that stem and word share.
        typed.iter().any(|t| text.contains(&format!(" {t}")) || (t.chars().count() > 5 && text.contains(stem(t))))
    };
    let codes = variable.newest().map(|v| v.codes.as_slice()).unwrap_or_default();
    let found = codes.iter().find(|c| has(&c.value) || has(&c.text.nb) || has(&c.text.nn) || has(&c.text.en))?;
    Some(Why::Code { value: found.value.clone(), text: found.text.clone() })
}

fn stem(word: &str) -> &str {
    let cut = word.char_indices().rev().nth(1).map_or(word.len(), |(at, _)| at);
    &word[..cut]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_cannot_be_an_operator() {
        assert_eq!(typed_words("I50.1 & !(a|b) :* <->"), ["i50", "1", "a", "b"]);
        assert_eq!(pattern(&typed_words("æøå sykdommer"), " & "), "æøå:* & (sykdommer:* | sykdom:*)");
        assert_eq!(parts(&typed_words("50%_")), "%50%");
    }
}
