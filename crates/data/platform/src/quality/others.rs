//! What whoever is not the data holder may read of a report.
//!
//! Nothing is told of fewer than ten people, nor of what is left of a year when the rest is told; counts are
//! rounded to five. Distributions of codes, delays and everything that is a sum over years that are not all
//! told are left out: the catalogue's statistics tell what everybody may know.

use varde_metadata::Count;

use super::{Cells, Covered, Report, Told, YearFigures};
use crate::observe::publish::{THRESHOLD, rounded};

impl Report {
    /// The report with small groups withheld and the rest rounded.
    #[must_use]
    pub fn for_others(&self) -> Self {
        let mut told = self.clone();
        let hidden = hidden(&self.years);
        told.all = if hidden.contains(&true) { None } else { round(self.all) };
        for (at, year) in told.years.iter_mut().enumerate() {
            year.repeated = part(year.repeated, year.all).filter(|_| !hidden[at]);
            year.all = round(year.all).filter(|_| !hidden[at]);
            year.delay = None;
        }
        for variable in &mut told.variables {
            variable.codes = None;
            let cells = variable.years.iter().enumerate();
            variable.years = cells.map(|(at, cells)| cells_told(cells, self.years[at].all, hidden[at])).collect();
        }
        for rule in &mut told.rules {
            rule.broken = part(rule.broken, rule.checked);
            rule.checked = round(rule.checked).filter(|_| rule.broken.is_some());
        }
        told.coverage.iter_mut().flat_map(|year| &mut year.groups).for_each(cover);
        told
    }
}

/// Which years are withheld: of few people; and never so few of them that the total gives them back.
fn hidden(years: &[YearFigures]) -> Vec<bool> {
    let people: Vec<u64> = years.iter().map(|year| year.all.map_or(0, |all| all.people)).collect();
    let mut hidden: Vec<bool> = people.iter().map(|people| *people < THRESHOLD).collect();
    let together = |hidden: &[bool]| people.iter().zip(hidden).filter(|(_, h)| **h).map(|(p, _)| p).sum::<u64>();
    while hidden.contains(&true) && together(&hidden) < THRESHOLD {
        let told = (0..people.len()).filter(|at| !hidden[*at]).min_by_key(|at| people[*at]);
        let Some(next) = told else { break };
        hidden[next] = true;
    }
    hidden
}

fn cells_told(cells: &Cells, all: Told, hidden: bool) -> Cells {
    let told = |told: Told| told.filter(|_| !hidden);
    let (with, without) = (part(cells.with, all), part(cells.without, all));
    // One of them and the year's rows give the other.
    let both = with.is_some() && without.is_some();
    Cells {
        with: told(with).filter(|_| both),
        without: told(without).filter(|_| both),
        invalid: told(part(cells.invalid, cells.with)).filter(|_| both),
        unusual: told(part(cells.unusual, cells.with)).filter(|_| both),
    }
}

/// A part of a whole: told when neither it nor what is left is of few.
fn part(part: Told, whole: Told) -> Told {
    let (part, whole) = (part?, whole?);
    let few = |number: u64| (1..THRESHOLD).contains(&number);
    let left = whole.rows.saturating_sub(part.rows);
    (!few(part.people) && !few(left)).then_some(part).and_then(|part| round(Some(part)))
}

fn round(told: Told) -> Told {
    told.map(|count| Count { rows: rounded(count.rows), people: rounded(count.people) })
}

fn cover(group: &mut Covered) {
    let few = |number: u64| (1..THRESHOLD).contains(&number);
    let known = group.people.filter(|people| !few(*people) && !few(group.population.saturating_sub(*people)));
    group.people = known.map(rounded);
    group.population = rounded(group.population);
}
