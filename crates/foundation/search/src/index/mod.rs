//! The index: made from groups of documents, never changed; a [`Change`] makes the next one.
//!
//! It lies in memory, in a few parts of which each holds some groups. tantivy keeps a part's postings and
//! ranks by BM25, counted over all parts; documents, facets, order and reasons are ours.

mod change;
mod explain;
mod facets;
mod kept;
mod part;
mod plan;
mod rank;
mod terms;
mod vocabulary;

use std::{cmp::Ordering, sync::Arc};

use roaring::RoaringBitmap;
use tantivy::{
    Term,
    query::{Bm25StatisticsProvider, BooleanQuery, BoostQuery, EnableScoring, Occur, Query as TantivyQuery, TermQuery},
    schema::IndexRecordOption,
};

use crate::{Answer, Field, Hit, Query, SearchError, Sort, Synonyms, analysis::Analyser};
pub use change::Change;
use change::Placed;
use explain::Reasons;
use facets::Facets;
pub use kept::Group;
use part::{Part, field_of};
use plan::{Plan, Unit, Wanted};
use rank::Ranks;
use vocabulary::Vocabulary;

/// How much a name counts that is just what was typed.
const WHOLE: f32 = 3.0;

/// Documents of a part, about: a change makes a part anew, and a search asks each of them.
const PART: usize = 25_000;

/// An index of documents.
pub struct Index {
    part_size: usize,
    /// Each with the row of its first document.
    parts: Vec<(u32, Arc<Part>)>,
    groups: Vec<Placed>,
    /// How many terms all documents have in each field.
    terms: [u64; Field::ALL.len()],
    analyser: Analyser,
    vocabulary: Vocabulary,
    synonyms: Synonyms,
    facets: Facets,
    /// What each document's rank is multiplied by.
    weights: Vec<f32>,
    ranks: Ranks,
}

impl Default for Index {
    fn default() -> Self {
        Self::in_parts_of(PART)
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (documents, parts) = (self.weights.len(), self.parts.len());
        f.debug_struct("Index").field("documents", &documents).field("parts", &parts).finish_non_exhaustive()
    }
}

/// What has the words.
struct Found {
    rows: RoaringBitmap,
    /// How well each fits, in the order of the rows; none when nothing was typed.
    scores: Vec<f32>,
    /// Whether it has only some of them.
    partial: bool,
}

impl Index {
    /// An index of these groups.
    ///
    /// # Errors
    /// When there is no memory for it, or by a fault of ours.
    pub fn build(groups: impl IntoIterator<Item = Group>) -> Result<Self, SearchError> {
        let mut change = Change::of(&Arc::default());
        groups.into_iter().for_each(|group| change.put(group));
        change.finish()
    }

    /// An empty index whose parts are to hold about that many documents: what suits a national catalogue
    /// unless told.
    pub fn in_parts_of(documents: usize) -> Self {
        Self {
            part_size: documents,
            parts: Vec::new(),
            groups: Vec::new(),
            terms: [0; Field::ALL.len()],
            analyser: Analyser::default(),
            vocabulary: Vocabulary::default(),
            synonyms: Synonyms::default(),
            facets: Facets::default(),
            weights: Vec::new(),
            ranks: Ranks::default(),
        }
    }

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
        let found = self.find(&plan)?;
        let narrowed = self.facets.narrow(&found.rows, query);
        let total = usize::try_from(narrowed.left.len()).unwrap_or(usize::MAX);
        let reasons = Reasons::of(&plan);
        let rows = self.page(&found, &narrowed.left, query);
        let hits: Vec<Hit> = rows.into_iter().map(|row| self.hit(row, &reasons)).collect();
        Ok(Answer { hits, total, facets: narrowed.facets, years: narrowed.years, partial: found.partial })
    }

    /// The documents that have all the words; when there is none, those with most of them.
    fn find(&self, plan: &Plan) -> Result<Found, SearchError> {
        if plan.units.is_empty() {
            return Ok(Found { rows: self.facets.all().clone(), scores: Vec::new(), partial: false });
        }
        let units: Vec<Box<dyn TantivyQuery>> = plan.units.iter().filter_map(|unit| self.unit(unit)).collect();
        let most = if units.len() < plan.units.len() { units.len() } else { units.len().saturating_sub(1) };
        if units.len() == plan.units.len() {
            let mut clauses: Vec<_> = units.iter().map(|unit| (Occur::Must, unit.box_clone())).collect();
            clauses.extend(plan.whole.iter().map(|term| (Occur::Should, term_query(Field::Name, term, WHOLE))));
            let found = self.run(&BooleanQuery::new(clauses), false)?;
            if !found.rows.is_empty() {
                return Ok(found);
            }
        }
        for enough in (1..=most).rev() {
            let clauses: Vec<_> = units.iter().map(|unit| (Occur::Should, unit.box_clone())).collect();
            let found = self.run(&BooleanQuery::with_minimum_required_clauses(clauses, enough), true)?;
            if !found.rows.is_empty() {
                return Ok(found);
            }
        }
        Ok(Found { rows: RoaringBitmap::new(), scores: Vec::new(), partial: false })
    }

    fn run(&self, query: &dyn TantivyQuery, partial: bool) -> Result<Found, SearchError> {
        let (mut rows, mut scores) = (Vec::new(), Vec::new());
        for (first, part) in &self.parts {
            let scoring = EnableScoring::enabled_from_statistics_provider(self, &part.searcher);
            let weight = query.weight(scoring)?;
            for reader in part.searcher.segment_readers() {
                weight.for_each(reader, &mut |number, score| {
                    let row = first + number;
                    rows.push(row);
                    scores.push(score * self.weights[row as usize]);
                })?;
            }
        }
        // They come in order, part by part.
        let rows = RoaringBitmap::from_sorted_iter(rows).unwrap_or_default();
        Ok(Found { rows, scores, partial })
    }

    /// `None` when nothing in the index answers it.
    fn unit(&self, unit: &Unit) -> Option<Box<dyn TantivyQuery>> {
        let own = together(&unit.words);
        let others = unit.synonyms.iter().filter_map(|phrase| together(phrase));
        any(own.into_iter().chain(others).collect())
    }

    /// The rows of the page, in order.
    fn page(&self, found: &Found, left: &RoaringBitmap, query: &Query) -> Vec<u32> {
        let scored = || found.rows.iter().zip(found.scores.iter().copied()).filter(|(row, _)| left.contains(*row));
        match query.sort {
            Sort::Best if !found.scores.is_empty() => {
                first(scored().collect(), query, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)))
            }
            Sort::Best | Sort::Place => left.iter().skip(query.offset).take(query.limit).collect(),
            Sort::Name(language) => {
                let rank = self.ranks.by_name(&self.groups, language);
                let ranked = left.iter().filter_map(|row| Some((row, *rank.get(row as usize)?)));
                first(ranked.collect(), query, |a, b| a.1.cmp(&b.1))
            }
        }
    }

    /// The document of a row with its reasons.
    fn hit(&self, row: u32, reasons: &Reasons<'_>) -> Hit {
        let at = &self.groups[self.groups.partition_point(|at| at.first <= row) - 1];
        self.explain(&at.kept, (row - at.first) as usize, reasons)
    }

    /// How many documents have a term in a field.
    fn document_count(&self, field: Field, term: &str) -> u64 {
        let term = Term::from_field_text(field_of(field), term);
        self.parts.iter().map(|(_, part)| part.document_count(&term)).sum()
    }
}

/// What BM25 asks is counted over all parts, so that it does not matter where a document lies.
impl Bm25StatisticsProvider for Index {
    fn total_num_tokens(&self, field: tantivy::schema::Field) -> tantivy::Result<u64> {
        Ok(self.terms[field.field_id() as usize])
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.weights.len() as u64)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        Ok(self.parts.iter().map(|(_, part)| part.document_count(term)).sum())
    }
}

fn together(words: &[Wanted]) -> Option<Box<dyn TantivyQuery>> {
    let mut queries = words.iter().map(word).collect::<Option<Vec<_>>>()?;
    match queries.len() {
        0 | 1 => queries.pop(),
        _ => Some(Box::new(BooleanQuery::intersection(queries))),
    }
}

fn word(word: &Wanted) -> Option<Box<dyn TantivyQuery>> {
    let mut queries: Vec<Box<dyn TantivyQuery>> = Vec::new();
    for accepted in &word.accepted {
        for (field, there) in Field::ALL.into_iter().zip(accepted.fields) {
            if there {
                queries.push(term_query(field, &accepted.term, accepted.boost * field.weight()));
            }
        }
    }
    if !word.made_of.is_empty() {
        queries.extend(together(&word.made_of));
    }
    any(queries)
}

fn term_query(field: Field, term: &str, boost: f32) -> Box<dyn TantivyQuery> {
    let term = Term::from_field_text(field_of(field), term);
    Box::new(BoostQuery::new(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)), boost))
}

fn any(mut queries: Vec<Box<dyn TantivyQuery>>) -> Option<Box<dyn TantivyQuery>> {
    match queries.len() {
        0 | 1 => queries.pop(),
        _ => Some(Box::new(BooleanQuery::union(queries))),
    }
}

/// The rows of the page that is asked for, in that order.
fn first<T: Copy>(
    mut rows: Vec<(u32, T)>,
    query: &Query,
    mut order: impl FnMut(&(u32, T), &(u32, T)) -> Ordering,
) -> Vec<u32> {
    let end = query.offset.saturating_add(query.limit).min(rows.len());
    let start = query.offset.min(end);
    if end > 0 && end < rows.len() {
        rows.select_nth_unstable_by(end - 1, &mut order);
    }
    rows[..end].sort_unstable_by(order);
    rows[start..end].iter().map(|(row, _)| *row).collect()
}
