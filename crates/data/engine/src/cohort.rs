//! From a cohort's rule to a set of people.

use std::collections::BTreeMap;

use datafusion::arrow::array::{AsArray, BooleanArray};
use jiff::civil::Date;
use roaring::RoaringBitmap;
use varde_core::{Period, id::CataloguePath};
use varde_permit::Cohort;

use super::{EngineError, Exclusions, Release, scan};

/// What base data says about people, for the parts of a rule that ask about attributes. Gathered
/// before the engine runs, as at the time that the specification pins.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// People born in a period: first day, last day.
    pub born: BTreeMap<(Date, Date), RoaringBitmap>,
    /// People resident in one of the areas.
    pub resident: BTreeMap<Vec<String>, RoaringBitmap>,
}

/// One question to base data that a rule asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Who was born from the first to the second day?
    Born(Date, Date),
    /// Who lives in one of these municipalities or counties?
    Resident(Vec<String>),
}

/// The questions to base data in a rule, each once.
pub fn questions(cohort: &Cohort) -> Vec<Question> {
    let mut found = Vec::new();
    collect(cohort, &mut found);
    found.sort();
    found.dedup();
    found
}

fn collect(cohort: &Cohort, found: &mut Vec<Question>) {
    match cohort {
        Cohort::Everyone | Cohort::HasCode { .. } => {}
        Cohort::All(parts) | Cohort::Any(parts) => parts.iter().for_each(|part| collect(part, found)),
        Cohort::Not(part) => collect(part, found),
        Cohort::Born { from, until } => found.push(Question::Born(*from, *until)),
        Cohort::Resident { areas } => found.push(Question::Resident(areas.clone())),
    }
}

/// The catalogue paths of the codes that a rule looks for.
pub fn code_variables(cohort: &Cohort) -> Vec<&CataloguePath> {
    match cohort {
        Cohort::Everyone | Cohort::Born { .. } | Cohort::Resident { .. } => Vec::new(),
        Cohort::All(parts) | Cohort::Any(parts) => parts.iter().flat_map(code_variables).collect(),
        Cohort::Not(part) => code_variables(part),
        Cohort::HasCode { variable, .. } => vec![variable],
    }
}

/// Whom a rule finds, twice.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Read as if nobody had opted out: only to count who is left out, and why.
    pub candidates: RoaringBitmap,
    /// Read without the rows of those who have opted out.
    pub allowed: RoaringBitmap,
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

/// Where a rule is evaluated.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The releases that may be asked.
    pub releases: &'a [Release],
    /// What base data says.
    pub facts: &'a Facts,
    /// Who may not be read.
    pub exclusions: &'a Exclusions,
    /// The need's period.
    pub period: Period,
    /// Everybody who occurs in the needed datasets: what `Everyone` and `Not` range over.
    pub universe: &'a Found,
}

/// Whom the rule finds.
pub fn evaluate(cohort: &Cohort, place: &Place<'_>) -> Result<Found, EngineError> {
    let found = match cohort {
        Cohort::Everyone => place.universe.clone(),
        Cohort::All(parts) => parts
            .iter()
            .try_fold(place.universe.clone(), |all, part| evaluate(part, place).map(|found| all.and(&found)))?,
        Cohort::Any(parts) => parts.iter().try_fold(Found::both(RoaringBitmap::new()), |any, part| {
            evaluate(part, place).map(|found| any.or(&found))
        })?,
        Cohort::Not(part) => {
            let found = evaluate(part, place)?;
            Found {
                candidates: &place.universe.candidates - &found.candidates,
                allowed: &place.universe.allowed - &found.allowed,
            }
        }
        Cohort::HasCode { variable, prefixes } => has_code(variable, prefixes, place)?,
        Cohort::Born { from, until } => {
            Found::both(place.facts.born.get(&(*from, *until)).cloned().unwrap_or_default())
        }
        Cohort::Resident { areas } => Found::both(place.facts.resident.get(areas).cloned().unwrap_or_default()),
    };
    Ok(found.and(place.universe))
}

fn has_code(variable: &CataloguePath, prefixes: &[String], place: &Place<'_>) -> Result<Found, EngineError> {
    let dataset = variable.parent().unwrap_or_else(|| variable.clone());
    let missing = || EngineError::NoColumn { dataset: dataset.clone(), column: variable.name().to_owned() };
    let release = place.releases.iter().find(|r| r.schema().dataset == dataset).ok_or_else(missing)?;
    if release
        .schema()
        .column(variable.name())
        .is_none_or(|c| c.kind.arrow() != datafusion::arrow::datatypes::DataType::Utf8)
    {
        return Err(missing());
    }
    let candidates = scan::who(release, Some(place.period), Some(variable.name()), |batch| {
        let codes = batch.column(batch.num_columns() - 1).as_string::<i32>();
        let hit = |code: &str| prefixes.iter().any(|prefix| code.starts_with(prefix.as_str()));
        Ok(Some(codes.iter().map(|code| Some(code.is_some_and(hit))).collect::<BooleanArray>()))
    })?;
    let allowed = &candidates - place.exclusions.for_dataset(&dataset).people();
    Ok(Found { candidates, allowed })
}

/// Everybody who has a row in the period in one of these releases.
pub fn occurring<'a>(
    releases: impl IntoIterator<Item = &'a Release>,
    exclusions: &Exclusions,
    period: Period,
) -> Result<Found, EngineError> {
    releases.into_iter().try_fold(Found::both(RoaringBitmap::new()), |all, release| {
        let candidates = scan::who(release, Some(period), None, |_| Ok(None))?;
        let allowed = &candidates - exclusions.for_dataset(&release.schema().dataset).people();
        Ok(all.or(&Found { candidates, allowed }))
    })
}
