//! Who is in an extract, who is left out, and why.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::arrow::{
    array::{ArrayRef, AsArray, Date32Array},
    datatypes::UInt32Type,
};
use roaring::RoaringBitmap;
use varde_core::{PersonId, id::CataloguePath};
use varde_permit::{Aggregate, Exclusion, ExtractSpec, Granularity, Measure, PermittedVariable};

use super::{CompileError, CompileErrors, ExtractError, Whom, check::Asked, compile::dataset, whom::Population};
use crate::{
    EngineError, Exclusions, Release, Scan, Schema,
    aggregate::figures,
    cohort::Facts,
    granularity,
    groups::{Combinations, Gatherer, Groups},
    index_date::IndexDates,
    members::{Members, Role},
    people::Places,
    pseudonym::ProjectKey,
    release::days,
    report::diversity,
    scan::Rows,
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
    pub(crate) index: Option<IndexDates>,
    pub(crate) members: Members,
}

impl Selection {
    /// How many are in the extract as what: first and foremost, each once.
    pub fn count(&self, role: Role) -> u64 {
        self.members.count(role)
    }

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

/// Finds who is in. `releases` are those that the specification pins, in any order; `key` is the
/// project's, by which controls are drawn and dates moved.
///
/// ```compile_fail
/// # use varde_engine::{Release, extract::{ExtractError, Selection, select}, facts::Facts, pseudonym::ProjectKey};
/// fn forgetful(spec: &varde_permit::ExtractSpec, releases: &[Release], facts: &Facts, key: &ProjectKey)
///     -> Result<Selection, ExtractError> {
///     // Who may not be read cannot be left out.
///     select(spec, releases, facts, key)
/// }
/// ```
/// ```compile_fail
/// # use varde_engine::extract::Selection;
/// // Nor can a selection be made by hand: its fields are not all public, and there is no default.
/// let everybody = Selection { included: (0..100).collect(), ..Default::default() };
/// ```
pub fn select(
    spec: &ExtractSpec,
    releases: &[Release],
    exclusions: &Exclusions,
    facts: &Facts,
    key: &ProjectKey,
) -> Result<Selection, ExtractError> {
    pinned(spec, releases)?;
    let found = Whom::of(spec).find(releases, exclusions, facts, key)?;
    let Population { members, mut excluded, index } = found;
    let people = members.people();
    let origins = Origins::of(spec, releases, exclusions, &people, index.as_ref(), key)?;
    let reading = Reading { spec, releases, exclusions, people: &people, index: index.as_ref(), origins: &origins };
    let (members, small, groups) = without_small_groups(&reading, members)?;
    if !small.is_empty() {
        excluded.insert(Exclusion::SmallGroup, small);
    }
    let included = members.people();
    if included.is_empty() {
        return Err(ExtractError::Nobody { minimum: spec.minimum_group });
    }
    Ok(Selection { included, excluded, groups, origins, index, members })
}

/// The datasets whose rows are delivered, with those variables, in the order of their paths.
pub(crate) fn by_dataset<'a>(
    spec: &'a ExtractSpec,
    releases: &'a [Release],
) -> Vec<(&'a Release, Vec<&'a PermittedVariable>)> {
    grouped(spec, releases, |variable| variable.measure.aggregate.is_none())
}

/// The datasets of which figures are made for each person, with those variables, in the order of their
/// paths.
pub(crate) fn with_figures<'a>(
    spec: &'a ExtractSpec,
    releases: &'a [Release],
) -> Vec<(&'a Release, Vec<&'a PermittedVariable>)> {
    grouped(spec, releases, |variable| variable.measure.aggregate.is_some())
}

fn grouped<'a>(
    spec: &'a ExtractSpec,
    releases: &'a [Release],
    wanted: impl Fn(&PermittedVariable) -> bool,
) -> Vec<(&'a Release, Vec<&'a PermittedVariable>)> {
    let mut grouped: BTreeMap<CataloguePath, Vec<&PermittedVariable>> = BTreeMap::new();
    for variable in spec.variables.iter().filter(|variable| wanted(variable)) {
        grouped.entry(dataset(&variable.variable)).or_default().push(variable);
    }
    let with_release =
        |(name, variables)| releases.iter().find(|r| r.schema().dataset == name).map(|release| (release, variables));
    grouped.into_iter().filter_map(with_release).collect()
}

/// A scan of the rows of one dataset that are delivered: the only way the extract reads rows.
pub(crate) fn scan<'a>(
    spec: &ExtractSpec,
    release: &Release,
    exclusions: &Exclusions,
    people: &RoaringBitmap,
    index: Option<&IndexDates>,
    columns: impl IntoIterator<Item = &'a str>,
) -> Result<Scan, EngineError> {
    let name = &release.schema().dataset;
    // All rows of a dataset that are delivered have the same window and condition: `compile` sees to it.
    let rows_of = |v: &&PermittedVariable| v.measure.aggregate.is_none() && dataset(&v.variable) == *name;
    let measure = spec.variables.iter().find(rows_of).map(|variable| &variable.measure);
    let rows = measure.map(|measure| rows(measure, index)).unwrap_or_default();
    let exclusions = exclusions.for_dataset(name);
    Scan::new(release, exclusions).of(people.clone()).within(spec.period).only(rows).columns(columns)
}

/// Which rows a measure is made of. A window around index dates that there are none of holds nothing.
pub(crate) fn rows(measure: &Measure, index: Option<&IndexDates>) -> Rows {
    let nobody = || IndexDates::each(&[]);
    Rows {
        window: measure.window.map(|window| (window, index.cloned().unwrap_or_else(nobody))),
        having: measure.having.clone(),
    }
}

/// Whether the releases are those that are pinned and have what is asked of them: asked again here, for a
/// specification comes from a database.
pub(crate) fn pinned(spec: &ExtractSpec, releases: &[Release]) -> Result<(), CompileErrors> {
    let pinned = |release: &&Release| {
        spec.releases.iter().any(|pin| pin.release == release.id() && pin.dataset == release.schema().dataset)
    };
    let there: Vec<&Release> = releases.iter().filter(pinned).collect();
    let missing = spec.releases.iter().filter(|pin| !there.iter().any(|release| release.id() == pin.release));
    let missing = missing.map(|pin| CompileError::NoRelease(pin.dataset.clone()));
    let schemas: Vec<&Schema> = there.iter().map(|release| release.schema()).collect();
    let errors: Vec<CompileError> = missing.chain(Asked::by(spec).errors(&schemas)).collect();
    if errors.is_empty() { Ok(()) } else { Err(CompileErrors(errors)) }
}

/// What is taken off each person's dates: the day that relative days count from, and by how many days
/// dates are moved.
#[derive(Debug, Clone)]
pub(crate) struct Origins {
    places: Places,
    first: Vec<i32>,
    moved: BTreeMap<u32, Vec<i32>>,
}

impl Origins {
    pub(crate) fn of(
        spec: &ExtractSpec,
        releases: &[Release],
        exclusions: &Exclusions,
        people: &RoaringBitmap,
        index: Option<&IndexDates>,
        key: &ProjectKey,
    ) -> Result<Self, EngineError> {
        let asked = || spec.variables.iter().map(|v| v.granularity).chain(spec.design.index_as);
        let mut origins = Self { places: Places::of(people), first: Vec::new(), moved: BTreeMap::new() };
        for granularity in asked() {
            if let Granularity::Shifted(most) = granularity {
                // Taken off, so the other way round; as far to one side as to the other.
                let moved = || people.iter().map(|person| -key.shift(person, most)).collect();
                origins.moved.entry(most).or_insert_with(moved);
            }
        }
        if asked().any(|granularity| granularity == Granularity::RelativeDays) {
            origins.first = match index {
                Some(index) => people.iter().map(|person| index.get(person).unwrap_or(NO_DAY)).collect(),
                None => first_rows(spec, releases, exclusions, people, &origins.places)?,
            };
        }
        Ok(origins)
    }

    /// What is taken off the person's dates at the granularity.
    pub(crate) fn get(&self, person: u32, granularity: Granularity) -> Option<i32> {
        let place = self.places.get(person)? as usize;
        match granularity {
            Granularity::Shifted(most) => self.moved.get(&most)?.get(place).copied(),
            _ => self.first.get(place).copied().filter(|day| *day != NO_DAY),
        }
    }
}

const NO_DAY: i32 = i32::MAX;

/// The day of each person's first row in the extract.
fn first_rows(
    spec: &ExtractSpec,
    releases: &[Release],
    exclusions: &Exclusions,
    people: &RoaringBitmap,
    places: &Places,
) -> Result<Vec<i32>, EngineError> {
    let mut first = vec![NO_DAY; people.len() as usize];
    for (release, _) in by_dataset(spec, releases) {
        let Some(date) = release.schema().event_date.as_deref() else { continue };
        for batch in scan(spec, release, exclusions, people, None, [date])?.read()? {
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
    Ok(first)
}

/// What people's values are read from.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) spec: &'a ExtractSpec,
    pub(crate) releases: &'a [Release],
    pub(crate) exclusions: &'a Exclusions,
    pub(crate) people: &'a RoaringBitmap,
    pub(crate) index: Option<&'a IndexDates>,
    pub(crate) origins: &'a Origins,
}

/// Leaves out who shares their quasi-identifiers with too few, and who was there for their sake only,
/// until every group is large enough.
fn without_small_groups(
    reading: &Reading<'_>,
    mut members: Members,
) -> Result<(Members, RoaringBitmap, Groups), EngineError> {
    let (combinations, variables) = combinations(reading)?;
    let minimum = reading.spec.minimum_group;
    let mut left_out = RoaringBitmap::new();
    loop {
        let people = members.people();
        let places = reading.people.iter().enumerate().filter(|(_, person)| people.contains(*person));
        let places: Vec<(u32, u32)> = places.map(|(place, person)| (place as u32, person)).collect();
        let (small, groups) = combinations.small(minimum, variables, &places);
        if small.is_empty() {
            let remaining = Reading { people: &people, ..*reading };
            let classes = combinations.of(places.iter().map(|(place, _)| *place)).classes();
            let diversity = if variables == 0 { Vec::new() } else { diversity(&remaining, &classes)? };
            let groups = Groups { people_left_out: left_out.len(), diversity, ..groups };
            return Ok((members, left_out, groups));
        }
        left_out |= &small;
        members = members.without(&small);
    }
}

/// Everybody's combination of quasi-identifiers as they would be delivered, and of how many variables.
fn combinations(reading: &Reading<'_>) -> Result<(Combinations, u64), EngineError> {
    let mut combinations = reading.nobody();
    let mut count = 0;
    for (release, variables) in by_dataset(reading.spec, reading.releases) {
        let variables: Vec<_> = variables.into_iter().filter(|v| identifies(release, v)).collect();
        count += variables.len() as u64;
        let mut gatherers: Vec<_> = variables.iter().map(|v| Gatherer::new(v.variable.to_string())).collect();
        reading.rows(release, &variables, |rows, persons, columns| {
            for ((variable, gatherer), column) in variables.iter().zip(&mut gatherers).zip(columns) {
                let granularity = variable.granularity;
                let origin = |row: usize| reading.origins.get(persons[row], granularity);
                gatherer.add(&mut combinations, rows, &granularity::apply(column, granularity, &origin)?)?;
            }
            Ok(())
        })?;
    }
    let mut persons = figures(reading, identifies)?;
    persons.extend(index_column(reading)?.map(|column| ("index_date".to_owned(), column)));
    for (name, column) in persons {
        count += 1;
        Gatherer::new(format!("persons/{name}")).add(&mut combinations, &reading.everybody(), &column)?;
    }
    Ok((combinations, count))
}

/// Whether what is delivered of the variable helps to recognise a person: how many rows somebody has does
/// not, a value of theirs does.
pub(crate) fn identifies(release: &Release, variable: &PermittedVariable) -> bool {
    let a_value = !matches!(variable.measure.aggregate, Some(Aggregate::Count | Aggregate::Any | Aggregate::Distinct));
    a_value && release.schema().column(variable.variable.name()).is_some_and(|column| column.quasi_identifier)
}

/// Everybody's index date as it is delivered, in the order of the people; `None` when it is not.
pub(crate) fn index_column(reading: &Reading<'_>) -> Result<Option<ArrayRef>, EngineError> {
    reading.spec.design.index_as.map_or(Ok(None), |granularity| index_column_at(reading, granularity))
}

/// Everybody's index date at a granularity.
pub(crate) fn index_column_at(
    reading: &Reading<'_>,
    granularity: Granularity,
) -> Result<Option<ArrayRef>, EngineError> {
    let Some(index) = reading.index else { return Ok(None) };
    let persons: Vec<u32> = reading.people.iter().collect();
    let days: ArrayRef = Arc::new(persons.iter().map(|person| index.get(*person)).collect::<Date32Array>());
    let origin = |row: usize| reading.origins.get(persons[row], granularity);
    Ok(Some(granularity::apply(&days, granularity, &origin)?))
}
