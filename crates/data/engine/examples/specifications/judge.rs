//! What must hold for every specification, whoever wrote it.

use std::{collections::BTreeMap, fmt};

use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch},
    datatypes::Int32Type,
};
use roaring::RoaringBitmap;
use varde_core::{CataloguePath, PersonId, Randomness};
use varde_engine::{
    delivery::Table,
    extract::{self, ExtractError, Order, Selection, compile, exceeds, in_memory, select},
    release::day_number,
};
use varde_permit::{Aggregate, ExtractSpec, Measure, PermittedVariable};

use super::{
    specs,
    world::{Row, World},
};

/// What became of the cases.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Count {
    pub(crate) refused: u64,
    pub(crate) empty: u64,
    pub(crate) delivered: u64,
    pub(crate) hostile: u64,
    pub(crate) hostile_delivered: u64,
    pub(crate) with_controls: u64,
    pub(crate) with_family: u64,
    pub(crate) with_figures: u64,
    pub(crate) rows: u64,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.refused += other.refused;
        self.empty += other.empty;
        self.delivered += other.delivered;
        self.hostile += other.hostile;
        self.hostile_delivered += other.hostile_delivered;
        self.with_controls += other.with_controls;
        self.with_family += other.with_family;
        self.with_figures += other.with_figures;
        self.rows += other.rows;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} refused when compiled, {} found nobody, {} delivered ({} with controls, {} with family, {} with \
             figures), {} hostile specifications of which {} gave something, {} rows looked at",
            self.refused,
            self.empty,
            self.delivered,
            self.with_controls,
            self.with_family,
            self.with_figures,
            self.hostile,
            self.hostile_delivered,
            self.rows
        )
    }
}

/// Who is to be believed about who is excluded: a judge that is told less finds nothing, which the tests
/// use to see that this one finds.
pub(crate) type Leak = fn(&World, &mut Vec<(Table, RecordBatch)>);

/// Makes one case and judges it; a finding in words.
pub(crate) fn judge(world: &World, random: &Randomness, count: &mut Count, leak: Option<Leak>) -> Result<(), String> {
    let permit = specs::permit(random);
    let at = permit.decided_at;
    let spec = match compile(&permit, specs::digest(), specs::extract(), at, &world.available, "key") {
        Ok(spec) => spec,
        Err(errors) if errors.0.is_empty() => return Err("refused without an error".to_owned()),
        Err(errors) => {
            count.refused += 1;
            return if errors.to_string().is_empty() { Err("an error without words".to_owned()) } else { Ok(()) };
        }
    };
    let exceeding = exceeds(&spec, &permit);
    if !exceeding.is_empty() {
        return Err(format!("what was compiled from the permit exceeds it: {exceeding:?}"));
    }
    let beyond = specs::beyond(random, &spec);
    if exceeds(&beyond, &permit).is_empty() {
        return Err(format!("not seen to exceed the permit: {beyond:?} {permit:?}"));
    }
    match made(world, &spec)? {
        None => count.empty += 1,
        Some((selection, mut tables)) => {
            count.delivered += 1;
            count.with_controls += u64::from(spec.design.controls.is_some());
            count.with_family += u64::from(!spec.design.relatives.is_empty());
            count.with_figures += u64::from(spec.variables.iter().any(|v| v.measure.aggregate.is_some()));
            if let Some(leak) = leak {
                leak(world, &mut tables);
            }
            look(world, &spec, &selection, &tables, count)?;
        }
    }
    if random.once_in(4) {
        count.hostile += 1;
        let spec = specs::hostile(random, &spec);
        // Nobody promises that it can be made; only that it harms nobody.
        if let Ok(selection) = select(&spec, &world.releases, &world.exclusions, &world.facts, &world.key)
            && let Ok(tables) = in_memory(&order(world, &spec, &selection, &ids(world, &selection)))
        {
            count.hostile_delivered += 1;
            nobody_excluded(world, &spec, &selection, &tables, count)?;
        }
    }
    Ok(())
}

type Made = (Selection, Vec<(Table, RecordBatch)>);

fn made(world: &World, spec: &ExtractSpec) -> Result<Option<Made>, String> {
    let selection = match select(spec, &world.releases, &world.exclusions, &world.facts, &world.key) {
        Ok(selection) => selection,
        Err(ExtractError::Nobody { .. }) => return Ok(None),
        Err(other) => return Err(format!("what was compiled cannot be selected: {other} {spec:?}")),
    };
    let ids = ids(world, &selection);
    let tables = in_memory(&order(world, spec, &selection, &ids));
    let tables = tables.map_err(|e| format!("what was selected cannot be delivered: {e} {spec:?}"))?;
    Ok(Some((selection, tables)))
}

fn ids(world: &World, selection: &Selection) -> Vec<PersonId> {
    selection.concerned().iter().map(|person| world.ids[person as usize]).collect()
}

fn order<'a>(world: &'a World, spec: &'a ExtractSpec, selection: &'a Selection, ids: &'a [PersonId]) -> Order<'a> {
    Order {
        spec,
        releases: &world.releases,
        exclusions: &world.exclusions,
        selection,
        ids,
        key: &world.key,
        title: "T",
        memory: 1 << 20,
        previous: None,
    }
}

fn look(
    world: &World,
    spec: &ExtractSpec,
    selection: &Selection,
    tables: &[(Table, RecordBatch)],
    count: &mut Count,
) -> Result<(), String> {
    nobody_excluded(world, spec, selection, tables, count)?;
    for (table, rows) in tables {
        columns(spec, table)?;
        match world.rows.iter().find(|(dataset, _)| *dataset == table.dataset) {
            Some((_, raw)) => no_more_than_there_is(world, spec, table, rows, raw)?,
            None if table.dataset.as_str() == "persons" => figures(world, spec, selection, table, rows)?,
            None => {}
        }
    }
    Ok(())
}

/// Nobody who is excluded anywhere is in it, and nobody is in a dataset from whose source they are excluded.
fn nobody_excluded(
    world: &World,
    spec: &ExtractSpec,
    selection: &Selection,
    tables: &[(Table, RecordBatch)],
    count: &mut Count,
) -> Result<(), String> {
    let anywhere = world.exclusions.anywhere();
    if !selection.included.is_disjoint(&anywhere) {
        return Err(format!("somebody who is excluded everywhere is selected: {spec:?}"));
    }
    if selection.excluded.values().any(|people| !people.is_disjoint(&selection.included)) {
        return Err(format!("somebody is both in it and left out: {spec:?}"));
    }
    for (table, rows) in tables {
        let excluded = &anywhere | world.exclusions.for_dataset(&table.dataset).people();
        for column in pseudonyms(table, rows) {
            for person in people(world, column)? {
                count.rows += 1;
                if excluded.contains(person) {
                    return Err(format!("{}: a row of an excluded person: {spec:?}", table.dataset));
                }
                if !selection.included.contains(person) {
                    return Err(format!("{}: a row of somebody who is not selected: {spec:?}", table.dataset));
                }
            }
        }
    }
    Ok(())
}

/// The columns that hold pseudonyms.
fn pseudonyms<'a>(table: &Table, rows: &'a RecordBatch) -> impl Iterator<Item = &'a ArrayRef> {
    let second = table.dataset.as_str() == "links";
    rows.columns().iter().take(1).chain(rows.columns().last().filter(|_| second))
}

fn people(world: &World, column: &ArrayRef) -> Result<Vec<u32>, String> {
    let found = column.as_string_opt::<i32>().ok_or("pseudonyms are not text")?.iter().map(|text| {
        let text = text.ok_or("a row without a pseudonym")?;
        world.by_pseudonym.get(text).copied().ok_or("a pseudonym that is nobody's")
    });
    found.collect::<Result<Vec<u32>, &str>>().map_err(str::to_owned)
}

/// Every column is one that the permit names, of the type that its granularity gives.
fn columns(spec: &ExtractSpec, table: &Table) -> Result<(), String> {
    for column in table.columns.iter().skip(1) {
        let own = match table.dataset.as_str() {
            "persons" => column.name == "role" || (column.name == "index_date" && spec.design.index_as.is_some()),
            "links" => ["role", "of"].contains(&column.name.as_str()),
            _ => false,
        };
        let permitted = |v: &&PermittedVariable| {
            let there = match v.measure.aggregate {
                None => v.variable.parent().as_ref() == Some(&table.dataset),
                Some(_) => table.dataset.as_str() == "persons",
            };
            there && v.column() == column.name && column.granularity == Some(v.granularity)
        };
        if !own && !spec.variables.iter().any(|v| permitted(&v)) {
            return Err(format!("{}: a column outside the permit: {} {spec:?}", table.dataset, column.name));
        }
    }
    Ok(())
}

/// Nobody has more rows than they have in the release, in the period and with such a code.
fn no_more_than_there_is(
    world: &World,
    spec: &ExtractSpec,
    table: &Table,
    rows: &RecordBatch,
    raw: &[Row],
) -> Result<(), String> {
    let rows_of =
        |v: &&PermittedVariable| v.measure.aggregate.is_none() && v.variable.parent().as_ref() == Some(&table.dataset);
    let measure = spec.variables.iter().find(rows_of).map(|v| v.measure.clone()).unwrap_or_default();
    let mut left = raw_counts(spec, &measure, raw, |_| true);
    for person in people(world, rows.column(0))? {
        let count = left.entry(person).or_default();
        if *count == 0 {
            return Err(format!("{}: somebody has more rows than there are: {spec:?}", table.dataset));
        }
        *count -= 1;
    }
    // Without a window it is known exactly which rows belong: none of the others may be missing.
    let missing = left.iter().any(|(person, count)| {
        let excluded = world.exclusions.for_dataset(&table.dataset);
        *count > 0 && !excluded.contains(*person) && people(world, rows.column(0)).is_ok_and(|p| p.contains(person))
    });
    if missing && measure.window.is_none() {
        return Err(format!("{}: rows are missing: {spec:?}", table.dataset));
    }
    Ok(())
}

/// How many of a person's rows lie in the period and have the code.
fn raw_counts(spec: &ExtractSpec, measure: &Measure, raw: &[Row], wanted: impl Fn(&Row) -> bool) -> BTreeMap<u32, u64> {
    let (first, last) = (day_number(spec.period.from), spec.period.until.map_or(i32::MAX, day_number));
    let mut counts = BTreeMap::new();
    for row in raw {
        let inside = row.day.is_none_or(|day| first <= day && day <= last);
        let coded = measure.having.as_ref().is_none_or(|codes| {
            let cell = row.cells.iter().find(|(name, _)| *name == codes.variable.name());
            let hit = |prefix: &String| !prefix.is_empty() && cell.is_some_and(|(_, text)| text.starts_with(prefix));
            codes.prefixes.iter().any(hit)
        });
        if inside && coded && wanted(row) {
            *counts.entry(row.person).or_default() += 1;
        }
    }
    counts
}

/// A figure of a dataset says nothing of those who are excluded from its source, and a count is what one
/// finds by counting.
fn figures(
    world: &World,
    spec: &ExtractSpec,
    selection: &Selection,
    table: &Table,
    rows: &RecordBatch,
) -> Result<(), String> {
    let people = people(world, rows.column(0))?;
    if people.iter().copied().collect::<RoaringBitmap>() != selection.included || people.len() != rows.num_rows() {
        return Err(format!("not everybody is once in the file of persons: {spec:?}"));
    }
    for (at, column) in table.columns.iter().enumerate() {
        let of = spec.variables.iter().find(|v| v.measure.aggregate.is_some() && v.column() == column.name);
        let Some(variable) = of else { continue };
        let dataset = variable.variable.parent().ok_or("a variable without a dataset")?;
        let excluded = world.exclusions.for_dataset(&dataset);
        let values = rows.column(at);
        let counted = expected(world, spec, variable, &dataset);
        for (row, person) in people.iter().enumerate() {
            if excluded.contains(*person) && tells(values, row) {
                return Err(format!("{}: tells of somebody who is excluded there: {spec:?}", column.name));
            }
            if let Some(counted) = &counted
                && !excluded.contains(*person)
                && values.as_primitive::<Int32Type>().value(row) as u64 != counted.get(person).copied().unwrap_or(0)
            {
                return Err(format!("{}: is not what one counts: {spec:?}", column.name));
            }
        }
    }
    Ok(())
}

/// What a count without a window must be.
fn expected(
    world: &World,
    spec: &ExtractSpec,
    variable: &PermittedVariable,
    dataset: &CataloguePath,
) -> Option<BTreeMap<u32, u64>> {
    let simple = variable.measure.aggregate == Some(Aggregate::Count) && variable.measure.window.is_none();
    let (_, raw) = world.rows.iter().find(|(name, _)| name == dataset).filter(|_| simple)?;
    Some(raw_counts(spec, &variable.measure, raw, |_| true))
}

/// Whether a cell says anything: more than none, no, or nothing.
fn tells(values: &ArrayRef, row: usize) -> bool {
    let some = values.is_valid(row);
    let no = values.as_boolean_opt().is_some_and(|values| !values.value(row))
        || values.as_primitive_opt::<Int32Type>().is_some_and(|values| values.value(row) == 0);
    some && !no
}

/// A whole delivery in files, for the few cases that are also made so: what is in them is what is in memory.
pub(crate) fn with_files(world: &World, random: &Randomness, folder: &std::path::Path) -> Result<(), String> {
    let permit = specs::permit(random);
    let at = permit.decided_at;
    let Ok(spec) = compile(&permit, specs::digest(), specs::extract(), at, &world.available, "key") else {
        return Ok(());
    };
    let Some((selection, tables)) = made(world, &spec)? else { return Ok(()) };
    let ids = ids(world, &selection);
    let delivered = extract::deliver(&order(world, &spec, &selection, &ids), folder, &mut extract::silent);
    let delivered = delivered.map_err(|e| format!("cannot be delivered as files: {e} {spec:?}"))?;
    let mut told: Vec<(String, u64)> = tables
        .iter()
        .map(|(table, rows)| (table.file(varde_permit::Format::Parquet), rows.num_rows() as u64))
        .collect();
    let files = delivered.manifest.files.iter();
    let mut there: Vec<(String, u64)> = files.filter_map(|file| Some((file.name.clone(), file.rows?))).collect();
    told.sort();
    there.sort();
    if told == there { Ok(()) } else { Err(format!("files hold something else than memory: {told:?} {there:?}")) }
}
