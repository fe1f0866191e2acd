//! The index: made once from all documents, never changed, thrown away for the next one.
//!
//! It lies in memory. tantivy keeps the postings and ranks by BM25; facets, order and reasons are ours,
//! so that one pass over what was found counts every facet.

mod build;
mod explain;
mod facets;
mod plan;
mod terms;
mod vocabulary;

use tantivy::{
    DocAddress, Searcher, TantivyDocument, Term,
    query::{BooleanQuery, BoostQuery, EnableScoring, Occur, Query as TantivyQuery, TermQuery},
    schema::{IndexRecordOption, Value},
};
use varde_core::Language;

use crate::{Answer, Document, Field, Hit, Query, SearchError, Sort, Synonyms, analysis::Analyser};
use build::Fields;
use explain::Reasons;
use facets::Facets;
use plan::{Plan, Unit, Wanted};
use vocabulary::Vocabulary;

/// How much a name counts that is just what was typed.
const WHOLE: f32 = 3.0;

/// An index of documents.
pub struct Index {
    searcher: Searcher,
    fields: Fields,
    analyser: Analyser,
    vocabulary: Vocabulary,
    synonyms: Synonyms,
    facets: Facets,
    /// What each document's rank is multiplied by.
    weights: Vec<f32>,
    ranks: Ranks,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("documents", &self.weights.len()).finish_non_exhaustive()
    }
}

/// A document that was found: its number and how well it fits.
type Found = (u32, f32);

impl Index {
    /// How many documents it holds.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// Answers a search.
    ///
    /// # Errors
    /// By a fault of ours: the index lies in memory.
    pub fn search(&self, query: &Query) -> Result<Answer, SearchError> {
        let plan = self.plan(&query.text);
        let (found, partial) = self.find(&plan)?;
        let mut counting = self.facets.counting(query);
        let mut left: Vec<Found> = found.into_iter().filter(|(row, _)| counting.take(*row as usize)).collect();
        let total = left.len();
        let page = self.page(&mut left, query);
        let reasons = Reasons::of(&plan);
        let hits = page.iter().map(|(row, _)| Ok(self.explain(self.document(*row)?, &reasons)));
        let hits: Vec<Hit> = hits.collect::<Result<_, SearchError>>()?;
        let (facets, years) = counting.finish();
        Ok(Answer { hits, total, facets, years, partial })
    }

    /// The documents that have all the words; when there is none, those with most of them.
    fn find(&self, plan: &Plan) -> Result<(Vec<Found>, bool), SearchError> {
        if plan.units.is_empty() {
            let all = 0..u32::try_from(self.len()).unwrap_or(u32::MAX);
            return Ok((all.map(|row| (row, 0.0)).collect(), false));
        }
        let units: Vec<Box<dyn TantivyQuery>> = plan.units.iter().filter_map(|unit| self.unit(unit)).collect();
        let most = if units.len() < plan.units.len() { units.len() } else { units.len().saturating_sub(1) };
        if units.len() == plan.units.len() {
            let mut clauses: Vec<_> = units.iter().map(|unit| (Occur::Must, unit.box_clone())).collect();
            clauses.extend(plan.whole.iter().map(|term| (Occur::Should, self.term(Field::Name, term, WHOLE))));
            let found = self.run(&BooleanQuery::new(clauses))?;
            if !found.is_empty() {
                return Ok((found, false));
            }
        }
        for enough in (1..=most).rev() {
            let clauses: Vec<_> = units.iter().map(|unit| (Occur::Should, unit.box_clone())).collect();
            let found = self.run(&BooleanQuery::with_minimum_required_clauses(clauses, enough))?;
            if !found.is_empty() {
                return Ok((found, true));
            }
        }
        Ok((Vec::new(), false))
    }

    fn run(&self, query: &dyn TantivyQuery) -> Result<Vec<Found>, SearchError> {
        let mut found = Vec::new();
        let weight = query.weight(EnableScoring::enabled_from_searcher(&self.searcher))?;
        for reader in self.searcher.segment_readers() {
            weight.for_each(reader, &mut |row, score| found.push((row, score * self.weights[row as usize])))?;
        }
        Ok(found)
    }

    /// `None` when nothing in the index answers it.
    fn unit(&self, unit: &Unit) -> Option<Box<dyn TantivyQuery>> {
        let own = self.together(&unit.words);
        let others = unit.synonyms.iter().filter_map(|phrase| self.together(phrase));
        any(own.into_iter().chain(others).collect())
    }

    fn together(&self, words: &[Wanted]) -> Option<Box<dyn TantivyQuery>> {
        let mut queries = words.iter().map(|word| self.word(word)).collect::<Option<Vec<_>>>()?;
        match queries.len() {
            0 | 1 => queries.pop(),
            _ => Some(Box::new(BooleanQuery::intersection(queries))),
        }
    }

    fn word(&self, word: &Wanted) -> Option<Box<dyn TantivyQuery>> {
        let mut queries: Vec<Box<dyn TantivyQuery>> = Vec::new();
        for accepted in &word.accepted {
            for field in Field::ALL {
                if self.document_count(field, &accepted.term) > 0 {
                    queries.push(self.term(field, &accepted.term, accepted.boost * field.weight()));
                }
            }
        }
        if !word.made_of.is_empty() {
            queries.extend(self.together(&word.made_of));
        }
        any(queries)
    }

    fn term(&self, field: Field, term: &str, boost: f32) -> Box<dyn TantivyQuery> {
        let term = Term::from_field_text(self.fields.of(field), term);
        Box::new(BoostQuery::new(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)), boost))
    }

    /// The rows of the page, in order.
    fn page<'a>(&self, found: &'a mut [Found], query: &Query) -> &'a [Found] {
        let end = query.offset.saturating_add(query.limit).min(found.len());
        let start = query.offset.min(end);
        match query.sort {
            Sort::Best => first(found, end, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))),
            Sort::Place => first(found, end, |a, b| a.0.cmp(&b.0)),
            Sort::Name(language) => {
                let rank = self.ranks.by_name(language);
                first(found, end, |a, b| rank[a.0 as usize].cmp(&rank[b.0 as usize]));
            }
        }
        &found[start..end]
    }

    fn document(&self, row: u32) -> Result<Document, SearchError> {
        let stored: TantivyDocument = self.searcher.doc(DocAddress::new(0, row))?;
        let bytes = stored.get_first(self.fields.stored).and_then(|value| value.as_bytes()).unwrap_or_default();
        serde_json::from_slice(bytes).map_err(|error| tantivy::TantivyError::InternalError(error.to_string()).into())
    }
}

fn any(mut queries: Vec<Box<dyn TantivyQuery>>) -> Option<Box<dyn TantivyQuery>> {
    match queries.len() {
        0 | 1 => queries.pop(),
        _ => Some(Box::new(BooleanQuery::union(queries))),
    }
}

/// Brings the first `end` in order to the front; the others stay in no order.
fn first(found: &mut [Found], end: usize, mut order: impl FnMut(&Found, &Found) -> std::cmp::Ordering) {
    if end > 0 && end < found.len() {
        found.select_nth_unstable_by(end - 1, &mut order);
    }
    found[..end].sort_unstable_by(order);
}

/// The place of each document in the alphabet, by language.
#[derive(Debug)]
struct Ranks([Vec<u32>; 3]);

impl Ranks {
    fn of(documents: &[Document]) -> Self {
        Self(Language::ALL.map(|language| {
            let keys: Vec<String> = documents.iter().map(|document| alphabetical(document.title(language))).collect();
            let mut order: Vec<usize> = (0..documents.len()).collect();
            order.sort_by(|a, b| keys[*a].cmp(&keys[*b]).then(a.cmp(b)));
            let mut ranks = vec![0; documents.len()];
            for (rank, row) in (0..).zip(order) {
                ranks[row] = rank;
            }
            ranks
        }))
    }

    fn by_name(&self, language: Language) -> &[u32] {
        &self.0[Language::ALL.iter().position(|known| *known == language).unwrap_or(0)]
    }
}

/// A name as the Norwegian alphabet orders it: æ, ø and å come last, and aa is å in old names only, so
/// that it stays where it is.
fn alphabetical(name: &str) -> String {
    let last = |c| match c {
        'æ' | 'ä' => '\u{e001}',
        'ø' | 'ö' => '\u{e002}',
        'å' => '\u{e003}',
        other => other,
    };
    name.chars().flat_map(char::to_lowercase).map(last).collect()
}
