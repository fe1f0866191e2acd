//! From a cohort's rule to a set of people.

use std::{cell::OnceCell, collections::BTreeSet};

use roaring::RoaringBitmap;
use varde_core::{Period, id::CataloguePath};
use varde_permit::{Cohort, Which};

use super::{
    EngineError, Exclusions, Kind, Release,
    index_date::{self, IndexDates},
    scan,
};

pub use super::facts::{Facts, Question, questions};

/// Whom a rule finds, twice.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    /// Read as if nobody had opted out: only to count who is left out, and why.
    pub(crate) candidates: RoaringBitmap,
    /// Read without the rows of those who have opted out.
    pub(crate) allowed: RoaringBitmap,
}

impl Found {
    fn both(people: RoaringBitmap) -> Self {
        Self { allowed: people.clone(), candidates: people }
    }

    fn and(self, other: &Self) -> Self {
        Self { candidates: self.candidates & &other.candidates, allowed: self.allowed & &other.allowed }
    }

    fn or(self, other: &Self) -> Self {
        Self { candidates: self.candidates | &other.candidates, allowed: self.allowed | &other.allowed }
    }
}

/// Everybody whom a rule can find: looked for when it is asked for, since most rules find only such people
/// anyway.
pub(crate) struct Universe<'a> {
    find: &'a dyn Fn() -> Result<Found, EngineError>,
    found: OnceCell<Found>,
}

impl<'a> Universe<'a> {
    /// What `find` finds, once.
    pub(crate) fn new(find: &'a dyn Fn() -> Result<Found, EngineError>) -> Self {
        Self { find, found: OnceCell::new() }
    }

    fn get(&self) -> Result<&Found, EngineError> {
        if let Some(found) = self.found.get() {
            return Ok(found);
        }
        let found = (self.find)()?;
        Ok(self.found.get_or_init(|| found))
    }
}

/// Where a rule is evaluated.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The releases that may be asked.
    pub(crate) releases: &'a [Release],
    /// What base data says.
    pub(crate) facts: &'a Facts,
    /// Who may not be read.
    pub(crate) exclusions: &'a Exclusions,
    /// The need's period.
    pub(crate) period: Period,
    /// Everybody who occurs in the needed datasets: what `Everyone` and `Not` range over.
    pub(crate) universe: &'a Universe<'a>,
    /// The needed datasets: whoever has a row in one of them in the period is in the universe.
    pub(crate) needed: &'a BTreeSet<CataloguePath>,
    /// Each person's index date, where the design has one.
    pub(crate) index: Option<&'a IndexDates>,
}

/// Whom the rule finds.
pub(crate) fn evaluate(cohort: &Cohort, place: &Place<'_>) -> Result<Found, EngineError> {
    let found = match cohort {
        Cohort::Everyone => return place.universe.get().cloned(),
        Cohort::All(parts) => {
            let mut parts = parts.iter().map(|part| evaluate(part, place));
            let Some(first) = parts.next() else { return place.universe.get().cloned() };
            return parts.try_fold(first?, |all, part| Ok(all.and(&part?)));
        }
        Cohort::Any(parts) => {
            let nobody = Found::both(RoaringBitmap::new());
            return parts.iter().try_fold(nobody, |any, part| Ok(any.or(&evaluate(part, place)?)));
        }
        Cohort::Not(part) => {
            let (found, universe) = (evaluate(part, place)?, place.universe.get()?);
            return Ok(Found {
                candidates: &universe.candidates - &found.candidates,
                allowed: &universe.allowed - &found.allowed,
            });
        }
        Cohort::HasCode { variable, prefixes } => {
            let found = has_code(variable, prefixes, place)?;
            if variable.parent().is_some_and(|dataset| place.needed.contains(&dataset)) {
                return Ok(found);
            }
            found
        }
        Cohort::Born { from, until } => {
            Found::both(place.facts.born.get(&(*from, *until)).cloned().unwrap_or_default())
        }
        Cohort::Events(events) => {
            let dataset = release_of_code(&events.codes.variable, place.releases)?.schema().dataset.clone();
            let had = index_date::events_of(events, Which::First, place.releases, place.period)?;
            let candidates: RoaringBitmap = had.into_iter().map(|(person, _)| person).collect();
            Found { allowed: &candidates - place.exclusions.for_dataset(&dataset).people(), candidates }
        }
        Cohort::AtIndex(attribute) => {
            let was = |person: &u32| {
                let day = place.index.and_then(|index| index.get(*person));
                day.is_some_and(|day| place.facts.people.was(*person, attribute, day))
            };
            Found::both(place.universe.get()?.candidates.iter().filter(was).collect())
        }
        Cohort::Resident { areas } => Found::both(place.facts.resident.get(areas).cloned().unwrap_or_default()),
    };
    Ok(found.and(place.universe.get()?))
}

/// The release that holds a variable of codes.
pub(crate) fn release_of_code<'a>(
    variable: &CataloguePath,
    releases: &'a [Release],
) -> Result<&'a Release, EngineError> {
    let dataset = variable.parent().unwrap_or_else(|| variable.clone());
    let found = releases.iter().find(|release| release.schema().dataset == dataset);
    let holds_codes = |release: &&Release| {
        let column = release.schema().column(variable.name());
        column.is_some_and(|column| matches!(column.kind, Kind::Code | Kind::Text))
    };
    let missing = || EngineError::NoColumn { dataset: dataset.clone(), column: variable.name().to_owned() };
    found.filter(holds_codes).ok_or_else(missing)
}

fn has_code(variable: &CataloguePath, prefixes: &[String], place: &Place<'_>) -> Result<Found, EngineError> {
    let release = release_of_code(variable, place.releases)?;
    let dataset = &release.schema().dataset;
    let candidates = scan::who(release, Some(place.period), Some((variable.name(), prefixes)))?;
    let allowed = &candidates - place.exclusions.for_dataset(dataset).people();
    Ok(Found { candidates, allowed })
}

/// Everybody who has a row in the period in one of these releases.
pub(crate) fn occurring<'a>(
    releases: impl IntoIterator<Item = &'a Release>,
    exclusions: &Exclusions,
    period: Period,
) -> Result<Found, EngineError> {
    releases.into_iter().try_fold(Found::both(RoaringBitmap::new()), |all, release| {
        let candidates = scan::who(release, Some(period), None)?;
        let allowed = &candidates - exclusions.for_dataset(&release.schema().dataset).people();
        Ok(all.or(&Found { candidates, allowed }))
    })
}
