//! Facets: their values by number, what is chosen, and the counts.

use std::collections::HashMap;

use crate::{Document, FacetCounts, Query};

/// Facets that a search can be narrowed by at once; there are far fewer.
const CHOICES: usize = 31;

/// The facets of all documents, in columns.
#[derive(Debug, Default)]
pub(super) struct Facets {
    names: Vec<&'static str>,
    /// Each value, with the facet that it is of.
    values: Vec<(usize, String)>,
    numbers: HashMap<(usize, String), u32>,
    /// Where each document's values begin in `of`.
    begins: Vec<u32>,
    of: Vec<u32>,
    years: Vec<Option<(i16, i16)>>,
    /// The first and the last year of all.
    span: Option<(i16, i16)>,
}

impl Facets {
    /// Takes the facets of the next document.
    pub(super) fn push(&mut self, document: &Document) {
        self.begins.push(u32::try_from(self.of.len()).unwrap_or(u32::MAX));
        self.years.push(document.years);
        if let Some((first, last)) = document.years {
            let (least, most) = self.span.unwrap_or((first, last));
            self.span = Some((least.min(first), most.max(last)));
        }
        for (name, value) in &document.facets {
            let facet = self.names.iter().position(|known| known == name).unwrap_or_else(|| {
                self.names.push(name);
                self.names.len() - 1
            });
            let key = (facet, value.clone());
            let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
            let number = *self.numbers.entry(key.clone()).or_insert(next);
            if number == next {
                self.values.push(key);
            }
            self.of.push(number);
        }
    }

    fn of(&self, row: usize) -> &[u32] {
        let begin = self.begins[row] as usize;
        let end = self.begins.get(row + 1).map_or(self.of.len(), |end| *end as usize);
        &self.of[begin..end]
    }

    /// Begins to count for a query.
    pub(super) fn counting<'a>(&'a self, query: &Query) -> Counting<'a> {
        let mut chosen: Vec<Option<usize>> = Vec::new();
        let mut meets = vec![0u32; self.values.len()];
        for (name, values) in query.chosen.iter().filter(|(_, values)| !values.is_empty()).take(CHOICES) {
            let facet = self.names.iter().position(|known| known == name);
            let number = |value: &String| self.numbers.get(&(facet?, value.clone())).copied();
            for number in values.iter().filter_map(number) {
                meets[number as usize] |= 1 << chosen.len();
            }
            chosen.push(facet);
        }
        let (first, last) = self.span.unwrap_or((0, -1));
        let span = usize::try_from(i32::from(last) - i32::from(first) + 2).unwrap_or(1);
        Counting {
            facets: self,
            wanted: (1 << chosen.len()) - 1,
            chosen,
            meets,
            period: query.years,
            counts: vec![0; self.values.len()],
            first,
            steps: vec![0; span],
        }
    }
}

/// Which of the narrowings a document does not meet.
enum Missed {
    Nothing,
    Facet(Option<usize>),
    Years,
    Several,
}

/// The counts of one search.
pub(super) struct Counting<'a> {
    facets: &'a Facets,
    /// The facet of each choice; `None` for one that no document has.
    chosen: Vec<Option<usize>>,
    /// All choices, a bit for each.
    wanted: u32,
    /// The choices that each value meets: a bit test for each value of each document that was found.
    meets: Vec<u32>,
    period: Option<(i16, i16)>,
    counts: Vec<u32>,
    first: i16,
    /// How the count changes with each year from the first on.
    steps: Vec<i32>,
}

impl Counting<'_> {
    /// Counts a document that has the words, and answers whether it meets all that is chosen. What is
    /// chosen in a facet does not narrow its own counts: a document that misses that one alone counts there.
    pub(super) fn take(&mut self, row: usize) -> bool {
        let values = self.facets.of(row);
        match self.missed(row, values) {
            Missed::Nothing => {
                values.iter().for_each(|value| self.counts[*value as usize] += 1);
                self.take_years(row);
                true
            }
            Missed::Facet(Some(facet)) => {
                let own = values.iter().filter(|value| self.facets.values[**value as usize].0 == facet);
                own.for_each(|value| self.counts[*value as usize] += 1);
                false
            }
            Missed::Years => {
                self.take_years(row);
                false
            }
            Missed::Facet(None) | Missed::Several => false,
        }
    }

    fn missed(&self, row: usize, values: &[u32]) -> Missed {
        let met = values.iter().fold(0, |met, value| met | self.meets[*value as usize]);
        let unmet = self.wanted & !met;
        let outside = self
            .period
            .is_some_and(|(from, to)| !self.facets.years[row].is_some_and(|(first, last)| first <= to && from <= last));
        match (unmet.count_ones(), outside) {
            (0, false) => Missed::Nothing,
            (0, true) => Missed::Years,
            (1, false) => Missed::Facet(self.chosen[unmet.trailing_zeros() as usize]),
            _ => Missed::Several,
        }
    }

    fn take_years(&mut self, row: usize) {
        let Some((first, last)) = self.facets.years[row] else { return };
        let place = |year: i32| usize::try_from(year - i32::from(self.first)).ok();
        if let (Some(from), Some(to)) = (place(first.into()), place(i32::from(last) + 1))
            && from < to
        {
            self.steps[from] += 1;
            self.steps[to] -= 1;
        }
    }

    /// The counts by facet, and by year.
    pub(super) fn finish(self) -> (Vec<FacetCounts>, Vec<(i16, u32)>) {
        let name = |name: &&'static str| FacetCounts { name: (*name).to_owned(), values: Vec::new() };
        let mut facets: Vec<FacetCounts> = self.facets.names.iter().map(name).collect();
        let counted = self.facets.values.iter().zip(&self.counts).zip(&self.meets);
        for (((facet, value), count), meets) in counted {
            if *count > 0 || *meets > 0 {
                facets[*facet].values.push((value.clone(), *count));
            }
        }
        for facet in &mut facets {
            facet.values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        }
        let mut running = 0;
        let years = (self.first..).zip(&self.steps).filter_map(|(year, step)| {
            running += step;
            Some((year, u32::try_from(running).ok().filter(|count| *count > 0)?))
        });
        (facets, years.collect())
    }
}
