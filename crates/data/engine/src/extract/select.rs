//! Who is in an extract, who is left out, and why.

use std::collections::BTreeMap;

use datafusion::arrow::{array::AsArray, datatypes::UInt32Type};
use roaring::RoaringBitmap;
use varde_core::{PersonId, id::CataloguePath};
use varde_permit::{Exclusion, ExtractSpec, Granularity, PermittedVariable};

use super::{CompileError, CompileErrors, ExtractError, compile::dataset};
use crate::{
    EngineError, Exclusions, Release, Scan, cohort,
    cohort::{Facts, Place},
    granularity,
    groups::{Combinations, Gatherer, Groups},
    people::Places,
    release::days,
};

/// Who is in, who is left out, and why.
#[derive(Debug, Clone)]
pub struct Selection {
    /// In the extract: each has at least one row in it.
    pub included: RoaringBitmap,
    /// Left out, each for one reason, though the cohort's rule finds them.
    pub excluded: BTreeMap<Exclusion, RoaringBitmap>,
    /// What the check of small groups found.
    pub groups: Groups,
    pub(crate) origins: Origins,
}

impl Selection {
    /// Everybody whom the rule finds, in or left out: those whose ids [`super::deliver()`] needs, in
    /// the order of the index.
    pub fn concerned(&self) -> RoaringBitmap {
        self.excluded.values().fold(self.included.clone(), |all, people| all | people)
    }
}

/// The status of everybody concerned, for the membership tree: `included` or the reason's name.
/// `ids` are in the order of [`Selection::concerned`].
pub fn statuses(selection: &Selection, ids: &[PersonId]) -> Vec<(PersonId, &'static str)> {
    let places = Places::of(&selection.concerned());
    let mut found = Vec::with_capacity(ids.len());
    let mut say = |people: &RoaringBitmap, word: &'static str| {
        let those = people.iter().filter_map(|person| places.get(person));
        found.extend(those.filter_map(|place| ids.get(place as usize)).map(|id| (*id, word)));
    };
    say(&selection.included, "included");
    for (reason, people) in &selection.excluded {
        say(people, word(*reason));
    }
    found
}

/// The word for a reason in the membership tree, in entries and in the database.
pub const fn word(reason: Exclusion) -> &'static str {
    match reason {
        Exclusion::OptedOut => "opted_out",
        Exclusion::ConsentWithdrawn => "consent_withdrawn",
        Exclusion::ConfidentialAddress => "confidential_address",
        Exclusion::SmallGroup => "small_group",
    }
}

/// Finds who is in. `releases` are those that the specification pins, in any order.
pub fn select(
    spec: &ExtractSpec,
    releases: &[Release],
    exclusions: &Exclusions,
    facts: &Facts,
) -> Result<Selection, ExtractError> {
    pinned(spec, releases)?;
    let delivered: Vec<&Release> = by_dataset(spec, releases).into_iter().map(|(release, _)| release).collect();
    let universe = cohort::occurring(delivered, exclusions, spec.period)?;
    let place = Place { releases, facts, exclusions, period: spec.period, universe: &universe };
    let found = cohort::evaluate(&spec.cohort, &place)?;
    // A rule with `Not` could find somebody only because their rows were not read: being in an
    // extract takes being found with and without the exclusions.
    let population = (&found.candidates & &found.allowed) - exclusions.anywhere();
    let mut excluded = exclusions.reasons(&(&found.candidates - &population));
    let origins = Origins::of(spec, releases, exclusions, &population)?;
    let (small, groups) = small_groups(spec, releases, exclusions, &population, &origins)?;
    if !small.is_empty() {
        excluded.insert(Exclusion::SmallGroup, small.clone());
    }
    let included = population - small;
    if included.is_empty() {
        return Err(ExtractError::Nobody { minimum: spec.minimum_group });
    }
    Ok(Selection { included, excluded, groups, origins })
}

/// The delivered datasets with their variables, in the order of their paths.
pub(crate) fn by_dataset<'a>(
    spec: &'a ExtractSpec,
    releases: &'a [Release],
) -> Vec<(&'a Release, Vec<&'a PermittedVariable>)> {
    let mut grouped: BTreeMap<CataloguePath, Vec<&PermittedVariable>> = BTreeMap::new();
    for variable in &spec.variables {
        grouped.entry(dataset(&variable.variable)).or_default().push(variable);
    }
    let with_release =
        |(name, variables)| releases.iter().find(|r| r.schema().dataset == name).map(|release| (release, variables));
    grouped.into_iter().filter_map(with_release).collect()
}

/// A scan of one delivered dataset: the only way the extract reads rows.
pub(crate) fn scan<'a>(
    spec: &ExtractSpec,
    release: &Release,
    exclusions: &Exclusions,
    people: &RoaringBitmap,
    columns: impl IntoIterator<Item = &'a str>,
) -> Result<Scan, EngineError> {
    let exclusions = exclusions.for_dataset(&release.schema().dataset);
    Scan::new(release, exclusions).of(people.clone()).within(spec.period).columns(columns)
}

fn pinned(spec: &ExtractSpec, releases: &[Release]) -> Result<(), CompileErrors> {
    let missing = spec
        .releases
        .iter()
        .filter(|pin| !releases.iter().any(|r| r.id() == pin.release && r.schema().dataset == pin.dataset));
    let missing: Vec<CompileError> = missing.map(|pin| CompileError::NoRelease(pin.dataset.clone())).collect();
    let unpinned = spec.variables.iter().filter(|v| !spec.releases.iter().any(|p| p.dataset == dataset(&v.variable)));
    let unpinned = unpinned.map(|v| CompileError::NoRelease(v.variable.clone()));
    let errors: Vec<CompileError> = missing.into_iter().chain(unpinned).collect();
    if errors.is_empty() { Ok(()) } else { Err(CompileErrors(errors)) }
}

/// The day that each person's relative days count from: their first row in the extract.
#[derive(Debug, Clone)]
pub(crate) struct Origins {
    places: Places,
    first: Vec<i32>,
}

impl Origins {
    fn of(
        spec: &ExtractSpec,
        releases: &[Release],
        exclusions: &Exclusions,
        people: &RoaringBitmap,
    ) -> Result<Self, EngineError> {
        let places = Places::of(people);
        let mut first = Vec::new();
        if spec.variables.iter().any(|v| v.granularity == Granularity::RelativeDays) {
            first = vec![i32::MAX; people.len() as usize];
            for (release, _) in by_dataset(spec, releases) {
                let Some(date) = release.schema().event_date.as_deref() else { continue };
                for batch in scan(spec, release, exclusions, people, [date])?.read()? {
                    let batch = batch?;
                    let persons = batch.column(0).as_primitive::<UInt32Type>().values();
                    for (person, day) in persons.iter().zip(days(batch.column(1))) {
                        if let (Some(place), Some(day)) = (places.get(*person), day) {
                            let first = &mut first[place as usize];
                            *first = day.min(*first);
                        }
                    }
                }
            }
        }
        Ok(Self { places, first })
    }

    pub(crate) fn get(&self, person: u32) -> Option<i32> {
        let place = self.places.get(person)?;
        self.first.get(place as usize).copied().filter(|day| *day != i32::MAX)
    }
}

fn small_groups(
    spec: &ExtractSpec,
    releases: &[Release],
    exclusions: &Exclusions,
    people: &RoaringBitmap,
    origins: &Origins,
) -> Result<(RoaringBitmap, Groups), EngineError> {
    let places = Places::of(people);
    let mut combinations = Combinations::new(people.len() as usize);
    let mut count = 0;
    for (release, variables) in by_dataset(spec, releases) {
        let identifying =
            |v: &&PermittedVariable| release.schema().column(v.variable.name()).is_some_and(|c| c.quasi_identifier);
        let variables: Vec<_> = variables.into_iter().filter(identifying).collect();
        if variables.is_empty() {
            continue;
        }
        count += variables.len() as u64;
        let mut gatherers: Vec<_> = variables.iter().map(|v| Gatherer::new(v.variable.to_string())).collect();
        let names = variables.iter().map(|v| v.variable.name());
        for batch in scan(spec, release, exclusions, people, names)?.read()? {
            let batch = batch?;
            let persons = batch.column(0).as_primitive::<UInt32Type>().values();
            let rows: Vec<u32> = persons.iter().filter_map(|person| places.get(*person)).collect();
            for (variable, gatherer) in variables.iter().zip(&mut gatherers) {
                let Some(column) = batch.column_by_name(variable.variable.name()) else { continue };
                let column = granularity::apply(column, variable.granularity, &|row| origins.get(persons[row]))?;
                gatherer.add(&mut combinations, &rows, &column)?;
            }
        }
    }
    let (small, groups) = combinations.small(spec.minimum_group, count);
    let by_place: Vec<u32> = people.iter().collect();
    Ok((small.into_iter().map(|place| by_place[place as usize]).collect(), groups))
}
