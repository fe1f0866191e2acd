//! Facets: which documents have each value, what is chosen, and the counts.
//!
//! The documents with a value are a bitmap, so that a count is an intersection: it costs the same whether
//! a search finds ten documents or all.

use std::collections::{BTreeMap, HashMap};

use roaring::RoaringBitmap;

use crate::{Document, FacetCounts, Query};

/// The facets and years of a group's documents, in columns.
#[derive(Debug, Default)]
pub(super) struct Columns {
    values: Vec<(&'static str, String)>,
    numbers: HashMap<(&'static str, String), u32>,
    /// Where each document's values end in `of`.
    ends: Vec<u32>,
    of: Vec<u32>,
    years: Vec<Option<(i16, i16)>>,
}

impl Columns {
    /// Takes those of the next document.
    pub(super) fn push(&mut self, document: &Document) {
        for value in &document.facets {
            let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
            let number = *self.numbers.entry(value.clone()).or_insert(next);
            if number == next {
                self.values.push(value.clone());
            }
            self.of.push(number);
        }
        self.ends.push(u32::try_from(self.of.len()).unwrap_or(u32::MAX));
        self.years.push(document.years);
    }

    /// The values of each document by number, and its years.
    fn rows(&self) -> impl Iterator<Item = (&[u32], Option<(i16, i16)>)> {
        let mut begin = 0;
        self.ends.iter().zip(&self.years).map(move |(end, years)| {
            let of = &self.of[begin..*end as usize];
            begin = *end as usize;
            (of, *years)
        })
    }
}

/// A facet: its values with the documents that have each.
#[derive(Debug)]
struct Facet {
    name: &'static str,
    values: Vec<(String, RoaringBitmap)>,
}

/// The facets of all documents.
#[derive(Debug, Default)]
pub(super) struct Facets {
    /// In the order in which documents named them.
    facets: Vec<Facet>,
    /// The documents that are about each year.
    years: BTreeMap<i16, RoaringBitmap>,
    all: RoaringBitmap,
}

/// What is left of the documents found, and the counts.
pub(super) struct Narrowed {
    pub(super) left: RoaringBitmap,
    pub(super) facets: Vec<FacetCounts>,
    pub(super) years: Vec<(i16, u32)>,
}

impl Facets {
    /// The facets of groups that lie one behind the other.
    pub(super) fn of<'a>(groups: impl Iterator<Item = &'a Columns>) -> Self {
        let mut facets = Self::default();
        let mut places: HashMap<(&'static str, &str), (usize, usize)> = HashMap::new();
        let mut row = 0;
        for columns in groups {
            let own: Vec<(usize, usize)> = columns
                .values
                .iter()
                .map(|(name, value)| *places.entry((name, value)).or_insert_with(|| facets.place(name, value)))
                .collect();
            for (values, years) in columns.rows() {
                for number in values {
                    let (facet, value) = own[*number as usize];
                    facets.facets[facet].values[value].1.insert(row);
                }
                if let Some((first, last)) = years {
                    for year in first..=last {
                        facets.years.entry(year).or_default().insert(row);
                    }
                }
                row += 1;
            }
        }
        facets.all.insert_range(0..row);
        facets
    }

    /// A place for a value that was not met before.
    fn place(&mut self, name: &'static str, value: &str) -> (usize, usize) {
        let facet = self.facets.iter().position(|known| known.name == name).unwrap_or_else(|| {
            self.facets.push(Facet { name, values: Vec::new() });
            self.facets.len() - 1
        });
        let values = &mut self.facets[facet].values;
        values.push((value.to_owned(), RoaringBitmap::new()));
        (facet, values.len() - 1)
    }

    /// All documents.
    pub(super) fn all(&self) -> &RoaringBitmap {
        &self.all
    }

    /// Narrows what was found by what is chosen, and counts. What is chosen in a facet does not narrow its
    /// own counts: it shows what another choice would leave. The same holds for years.
    pub(super) fn narrow(&self, found: &RoaringBitmap, query: &Query) -> Narrowed {
        let chosen: Vec<(&str, &[String])> = query
            .chosen
            .iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(name, values)| (name.as_str(), values.as_slice()))
            .collect();
        let choices: Vec<RoaringBitmap> = chosen.iter().map(|(name, values)| self.with(name, values)).collect();
        let narrowed = |without: Option<&str>| {
            let others = chosen.iter().zip(&choices).filter(|((name, _), _)| Some(*name) != without);
            others.fold(found.clone(), |left, (_, choice)| left & choice)
        };
        let in_all = narrowed(None);
        let years = self.about(&in_all);
        let period = query.years.map(|(from, to)| self.period(from, to));
        let within = |rows: RoaringBitmap| match &period {
            Some(period) => rows & period,
            None => rows,
        };
        let left = within(in_all);
        let counts = |facet: &Facet| {
            let own = chosen.iter().find(|(name, _)| *name == facet.name).map(|(_, values)| *values);
            let others = own.map(|_| within(narrowed(Some(facet.name))));
            facet.counts(others.as_ref().unwrap_or(&left), own.unwrap_or_default())
        };
        let facets = self.facets.iter().map(counts).collect();
        Narrowed { left, facets, years }
    }

    /// The documents with one of the values.
    fn with(&self, name: &str, values: &[String]) -> RoaringBitmap {
        let facet = self.facets.iter().filter(|facet| facet.name == name).flat_map(|facet| &facet.values);
        facet.filter(|(value, _)| values.contains(value)).fold(RoaringBitmap::new(), |all, (_, rows)| all | rows)
    }

    /// The documents about one of the years between two, whichever is the first.
    fn period(&self, from: i16, to: i16) -> RoaringBitmap {
        let years = self.years.range(from.min(to)..=from.max(to));
        years.fold(RoaringBitmap::new(), |all, (_, rows)| all | rows)
    }

    /// How many of the documents are about each year.
    fn about(&self, rows: &RoaringBitmap) -> Vec<(i16, u32)> {
        let counted = self.years.iter().map(|(year, of)| (*year, count(of, rows)));
        counted.filter(|(_, count)| *count > 0).collect()
    }
}

impl Facet {
    fn counts(&self, rows: &RoaringBitmap, chosen: &[String]) -> FacetCounts {
        let counted = self.values.iter().map(|(value, of)| (value, count(of, rows)));
        let shown = counted.filter(|(value, count)| *count > 0 || chosen.contains(value));
        let mut values: Vec<(String, u32)> = shown.map(|(value, count)| (value.clone(), count)).collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        FacetCounts { name: self.name.to_owned(), values }
    }
}

fn count(of: &RoaringBitmap, rows: &RoaringBitmap) -> u32 {
    u32::try_from(of.intersection_len(rows)).unwrap_or(u32::MAX)
}
