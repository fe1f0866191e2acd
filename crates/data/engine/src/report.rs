//! How many would stand out in a delivery, and what would help: for the quasi-identifiers as they would be
//! delivered, and for each of them made coarser.

use std::collections::BTreeMap;

use datafusion::arrow::{
    array::{ArrayRef, AsArray},
    datatypes::UInt32Type,
};
use varde_core::id::CataloguePath;
use varde_permit::{ExtractSpec, Granularity, PermittedVariable, Values};

use crate::{
    EngineError, Exclusions, Release,
    aggregate::figure,
    cohort::Facts,
    extract::{
        Concerned, ExtractError, Whom,
        select::{self, Reading, by_dataset, identifies, with_figures},
    },
    granularity,
    groups::{Classes, Combinations, Diversity, Gatherer, Sizes},
    people::Places,
    pseudonym::ProjectKey,
};

/// What an extract would be, before it is permitted or made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// How many people it is about.
    pub concerned: Concerned,
    /// How many variables help to recognise people.
    pub variables: u64,
    /// The smallest group; 0 when there is nobody.
    pub smallest: u64,
    /// How many people are in groups of which size.
    pub sizes: Sizes,
    /// How many are in groups smaller than the smallest allowed: they would be left out.
    pub too_few: u64,
    /// How diverse the groups are in the sensitive variables.
    pub diversity: Vec<Diversity>,
    /// What would help, the most helpful first; of those that help alike, the one that costs least.
    pub proposals: Vec<Proposal>,
}

/// One variable made coarser, or left out, and what would come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The variable.
    pub variable: CataloguePath,
    /// How finely it is asked for.
    pub now: Granularity,
    /// How finely it would be delivered; `None` when it would be left out.
    pub instead: Option<Granularity>,
    /// How many would still be in groups that are too small.
    pub too_few: u64,
    /// What it costs: how many different values it has, as asked for and instead.
    pub values: (u64, u64),
}

/// A variable that helps to recognise people.
struct Quasi {
    variable: CataloguePath,
    levels: Vec<(Granularity, Classes)>,
}

/// How many steps coarser are tried.
const STEPS: usize = 3;

/// What would be found if the extract were made now.
///
/// ```compile_fail
/// # use varde_engine::{Release, extract::ExtractError, facts::Facts, report::{Rehearsal, rehearse}};
/// fn forgetful(spec: &varde_permit::ExtractSpec, releases: &[Release], facts: &Facts)
///     -> Result<Rehearsal, ExtractError> {
///     // Who may not be read cannot be left out.
///     rehearse(spec, releases, facts)
/// }
/// ```
///
/// # Errors
/// When the releases do not have what is asked of them, or cannot be read.
pub fn rehearse(
    spec: &ExtractSpec,
    releases: &[Release],
    exclusions: &Exclusions,
    facts: &Facts,
) -> Result<Rehearsal, ExtractError> {
    select::pinned(spec, releases)?;
    // Which people would be drawn as controls is the project's secret; how many they are is not.
    let key = ProjectKey::new(&[0; 32]);
    let found = Whom::of(spec).find(releases, exclusions, facts, &key)?;
    let people = found.members.people();
    let origins = select::Origins::of(spec, releases, exclusions, &people, found.index.as_ref(), &key)?;
    let index = found.index.as_ref();
    let reading = Reading { spec, releases, exclusions, people: &people, index, origins: &origins };
    let quasi = quasi(&reading)?;
    let (before, after) = around(&quasi, people.len() as usize);
    let groups = before.last().cloned().unwrap_or_else(|| Classes::one(people.len() as usize));
    let sizes = groups.sizes();
    let minimum = u64::from(spec.minimum_group);
    let diversity = diversity(&reading, &groups)?;
    Ok(Rehearsal {
        concerned: Concerned::of(&found.members),
        variables: quasi.len() as u64,
        smallest: sizes.iter().copied().min().unwrap_or(0),
        too_few: too_few(&sizes, minimum),
        sizes: Sizes::of(sizes.into_iter()),
        diversity,
        proposals: proposals(&quasi, &before, &after, minimum),
    })
}

fn too_few(sizes: &[u64], minimum: u64) -> u64 {
    sizes.iter().filter(|size| **size < minimum).sum()
}

/// The groups by the first so many variables, and by those behind the first so many: so that one variable
/// can be exchanged without going through the others again.
fn around(quasi: &[Quasi], people: usize) -> (Vec<Classes>, Vec<Classes>) {
    let step = |all: &mut Vec<Classes>, quasi: &Quasi| {
        let next = all.last().zip(quasi.levels.first()).map(|(last, (_, now))| last.and(now));
        all.extend(next);
    };
    let mut before = vec![Classes::one(people)];
    quasi.iter().for_each(|one| step(&mut before, one));
    let mut after = vec![Classes::one(people)];
    quasi.iter().rev().for_each(|one| step(&mut after, one));
    after.reverse();
    (before, after)
}

fn proposals(quasi: &[Quasi], before: &[Classes], after: &[Classes], minimum: u64) -> Vec<Proposal> {
    let mut found = Vec::new();
    let now = before.last().map_or(0, |groups| too_few(&groups.sizes(), minimum));
    if now == 0 {
        return found;
    }
    for (at, Quasi { variable, levels }) in quasi.iter().enumerate() {
        let Some((asked, classes)) = levels.first() else { continue };
        let others = before[at].and(&after[at + 1]);
        let mut propose = |instead: Option<&(Granularity, Classes)>| {
            let groups = instead.map(|(_, coarser)| others.and(coarser));
            let left = too_few(&groups.as_ref().unwrap_or(&others).sizes(), minimum);
            found.extend((left < now).then(|| Proposal {
                variable: variable.clone(),
                now: *asked,
                instead: instead.map(|(granularity, _)| *granularity),
                too_few: left,
                values: (classes.count() as u64, instead.map_or(1, |(_, coarser)| coarser.count() as u64)),
            }));
        };
        levels.iter().skip(1).for_each(|level| propose(Some(level)));
        propose(None);
    }
    found.sort_by(|one, two| {
        let lost = |p: &Proposal| p.values.0 - p.values.1.min(p.values.0);
        (one.too_few, lost(one), &one.variable).cmp(&(two.too_few, lost(two), &two.variable))
    });
    found
}

/// The granularity asked for, and those that are coarser and mean something.
fn levels(release: &Release, variable: &PermittedVariable) -> Vec<Granularity> {
    match release.schema().column(variable.variable.name()) {
        Some(column) => coarser(variable.granularity, column.kind.values()),
        None => vec![variable.granularity],
    }
}

fn coarser(asked: Granularity, values: Values) -> Vec<Granularity> {
    std::iter::successors(Some(asked), |now| now.coarser(values)).take(1 + STEPS).collect()
}

fn quasi(reading: &Reading<'_>) -> Result<Vec<Quasi>, EngineError> {
    let mut found = Vec::new();
    for (release, variables) in by_dataset(reading.spec, reading.releases) {
        let variables: Vec<_> = variables.into_iter().filter(|v| identifies(release, v)).collect();
        let asked: Vec<Vec<Granularity>> = variables.iter().map(|variable| levels(release, variable)).collect();
        let mut combinations: Vec<Vec<(Gatherer, Combinations)>> = Vec::new();
        for (variable, levels) in variables.iter().zip(&asked) {
            let new = |_| (Gatherer::new(variable.variable.to_string()), reading.nobody());
            combinations.push(levels.iter().map(new).collect());
        }
        reading.rows(release, &variables, |rows, persons, columns| {
            for ((column, levels), all) in columns.iter().zip(&asked).zip(&mut combinations) {
                for (granularity, (gatherer, combinations)) in levels.iter().zip(all) {
                    let origin = |row: usize| reading.origins.get(persons[row], *granularity);
                    gatherer.add(combinations, rows, &granularity::apply(column, *granularity, &origin)?)?;
                }
            }
            Ok(())
        })?;
        for ((variable, levels), all) in variables.iter().zip(asked).zip(combinations) {
            let classes = all.into_iter().map(|(_, combinations)| combinations.classes());
            found
                .push(Quasi { variable: variable.variable.clone(), levels: levels.into_iter().zip(classes).collect() });
        }
    }
    let (places, rows) = (Places::of(reading.people), reading.everybody());
    for (release, variables) in with_figures(reading.spec, reading.releases) {
        for variable in variables.into_iter().filter(|v| identifies(release, v)) {
            let level = |granularity: Granularity| {
                let coarser = PermittedVariable { granularity, ..variable.clone() };
                let column = figure(reading, release, &coarser, &places)?;
                let mut combinations = reading.nobody();
                Gatherer::new(variable.column()).add(&mut combinations, &rows, &column)?;
                Ok((granularity, combinations.classes()))
            };
            let levels = levels(release, variable).into_iter().map(level).collect::<Result<_, EngineError>>()?;
            found.push(Quasi { variable: variable.variable.clone(), levels });
        }
    }
    // A day of their own tells people apart; the same day for everybody does not.
    if let Some((asked, events)) = reading.spec.design.index_as.zip(reading.spec.design.events()) {
        let mut levels = Vec::new();
        for granularity in coarser(asked, Values::Dates) {
            let Some(column) = select::index_column_at(reading, granularity)? else { continue };
            let mut combinations = reading.nobody();
            Gatherer::new("index_date".to_owned()).add(&mut combinations, &rows, &column)?;
            levels.push((granularity, combinations.classes()));
        }
        found.push(Quasi { variable: events.codes.variable.clone(), levels });
    }
    Ok(found)
}

/// How diverse groups are in the sensitive variables that are delivered as rows.
pub(crate) fn diversity(reading: &Reading<'_>, groups: &Classes) -> Result<Vec<Diversity>, EngineError> {
    let mut found = Vec::new();
    for (release, variables) in by_dataset(reading.spec, reading.releases) {
        let sensitive =
            |v: &&PermittedVariable| release.schema().column(v.variable.name()).is_some_and(|column| column.sensitive);
        let variables: Vec<_> = variables.into_iter().filter(sensitive).collect();
        let mut gatherers: Vec<_> = variables.iter().map(|v| Gatherer::new(v.variable.to_string())).collect();
        let mut values: BTreeMap<usize, Vec<(u32, u128)>> = BTreeMap::new();
        reading.rows(release, &variables, |rows, persons, columns| {
            let with_granularity = columns.iter().zip(&variables).zip(&mut gatherers).enumerate();
            for (at, ((column, variable), gatherer)) in with_granularity {
                let granularity = variable.granularity;
                let origin = |row: usize| reading.origins.get(persons[row], granularity);
                let column = granularity::apply(column, granularity, &origin)?;
                let own = values.entry(at).or_default();
                gatherer.each(rows, &column, |place, digest| own.push((place, digest)))?;
            }
            Ok(())
        })?;
        for (at, variable) in variables.iter().enumerate() {
            found.push(groups.diversity(variable.variable.clone(), values.remove(&at).unwrap_or_default()));
        }
    }
    Ok(found)
}

impl Reading<'_> {
    /// Nobody's combination yet.
    pub(crate) fn nobody(&self) -> Combinations {
        Combinations::new(self.people.len() as usize)
    }

    /// The place of everybody, once.
    pub(crate) fn everybody(&self) -> Vec<u32> {
        (0..self.people.len() as u32).collect()
    }

    /// The rows of a dataset as they would be delivered, before they are made coarser: places, persons and
    /// columns, a part at a time.
    pub(crate) fn rows(
        &self,
        release: &Release,
        variables: &[&PermittedVariable],
        mut visit: impl FnMut(&[u32], &[u32], &[ArrayRef]) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        if variables.is_empty() {
            return Ok(());
        }
        let places = Places::of(self.people);
        let names = variables.iter().map(|variable| variable.variable.name());
        let scan = select::scan(self.spec, release, self.exclusions, self.people, self.index, names)?;
        for batch in scan.read()? {
            let batch = batch?;
            let persons = batch.column(0).as_primitive::<UInt32Type>().values();
            let rows: Vec<u32> = persons.iter().filter_map(|person| places.get(*person)).collect();
            let column = |v: &&PermittedVariable| batch.schema().index_of(v.variable.name()).map(|at| batch.column(at));
            let columns = variables.iter().map(|v| Ok(column(v)?.clone())).collect::<Result<Vec<_>, EngineError>>()?;
            visit(&rows, persons, &columns)?;
        }
        Ok(())
    }
}
