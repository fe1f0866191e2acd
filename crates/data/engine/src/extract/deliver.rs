//! The files of a delivery: pseudonyms gathered by index, columns at the permitted granularity, rows
//! in the order of pseudonyms, so that neither the index nor its order leaves.

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use datafusion::arrow::{
    array::{AsArray, RecordBatch},
    compute::concat_batches,
    datatypes::UInt32Type,
};
use roaring::RoaringBitmap;
use varde_core::{Digest, PersonId};
use varde_ledger::{Membership, keyed::TreeKey};
use varde_permit::{Check, DeliveredFile, ExclusionCount, ExtractSpec, Format, Manifest, PermittedVariable};

use super::{
    ExtractError, Listener, Progress, Selection,
    minimise::Minimiser,
    paper, persons, rounded,
    select::{by_dataset, scan},
    statuses,
    verify::{MANIFEST, canonical, read_manifest},
};
use crate::{
    EngineError, Exclusions, Release,
    changes::account,
    delivery::{Table, in_other_formats},
    output::{Output, sync_folder, write_file},
    pages::spelt_out,
    people::Places,
    pseudonym::{ProjectKey, Pseudonyms},
    sort::Sorter,
};

/// Everything that a delivery is made of.
///
/// ```compile_fail
/// # use varde_engine::{Release, extract::{Order, Selection}, pseudonym::ProjectKey};
/// fn forgetful<'a>(spec: &'a varde_permit::ExtractSpec, releases: &'a [Release], selection: &'a Selection,
///                  key: &'a ProjectKey) -> Order<'a> {
///     // Without `exclusions` there is no order.
///     Order { spec, releases, selection, ids: &[], key, title: "", memory: 0, previous: None }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// What to make.
    pub spec: &'a ExtractSpec,
    /// The releases that it pins.
    pub releases: &'a [Release],
    /// Who may not be read.
    pub exclusions: &'a Exclusions,
    /// Who is in.
    pub selection: &'a Selection,
    /// The ids of [`Selection::concerned`], in its order.
    pub ids: &'a [PersonId],
    /// The project's key.
    pub key: &'a ProjectKey,
    /// The project's title, for the reader of the delivery.
    pub title: &'a str,
    /// About how many bytes of rows to hold while sorting.
    pub memory: usize,
    /// Where the delivery lies that the specification updates; nothing for a first one.
    pub previous: Option<&'a Path>,
}

/// A delivery at its place.
#[derive(Debug)]
pub struct Delivery {
    /// Where.
    pub folder: PathBuf,
    /// What is in it.
    pub manifest: Manifest,
    /// SHA-256 of the manifest file's bytes.
    pub digest: Digest,
    /// Who was in it, and who was left out.
    pub membership: Membership,
}

/// Makes the delivery and moves it to `folder` when it is whole and on the disk. A folder that
/// already holds the same delivery is left as it is; one that holds another is an error.
pub fn deliver(order: &Order<'_>, folder: &Path, listener: Listener<'_>) -> Result<Delivery, ExtractError> {
    let concerned = order.selection.concerned().len();
    if concerned != order.ids.len() as u64 {
        return Err(ExtractError::People { expected: concerned, found: order.ids.len() as u64 });
    }
    let draft = draft_folder(folder)?;
    let membership = membership(order)?;
    let pseudonyms = pseudonyms(order);
    let (mut files, mut tables) = (Vec::new(), Vec::new());
    let mut tally = Tally { distinct: pseudonyms.are_distinct(), ..Tally::default() };
    let total = order.releases.iter().map(Release::rows).sum();
    let mut progress = Steps { listener, done: 0, total };
    for (release, variables) in by_dataset(order.spec, order.releases) {
        let part = Part { release, table: Table::of(release.schema(), &variables)?, variables };
        let file = data_file(order, &part, &pseudonyms, &draft, &mut tally, &mut progress)?;
        let others = in_other_formats(&file, &part.table, &order.spec.handover, &draft)?;
        files.extend(std::iter::once(file).chain(others));
        tables.push(part.table);
    }
    for part in persons::parts(order, &pseudonyms)? {
        let file = persons_file(order, &part, &draft, &mut tally)?;
        let others = in_other_formats(&file, &part.table, &order.spec.handover, &draft)?;
        files.extend(std::iter::once(file).chain(others));
        tables.push(part.table);
    }
    let checks = checks(order, &tally);
    if let Some(failed) = checks.iter().find(|check| !check.passed) {
        return Err(ExtractError::Check { name: failed.name.clone() });
    }
    let changes = account(order.spec, order.previous, &files, &draft)?;
    files.extend(paper::put_all(&changes, &draft)?);
    files.extend(paper::write(order, &tables, &files, &checks, &draft)?);
    let manifest = manifest(order, &membership, files, checks);
    let digest = write_file(&draft.join(MANIFEST), &canonical(&manifest))?.digest;
    settle(&draft, folder, &manifest)?;
    Ok(Delivery { folder: folder.to_owned(), manifest, digest, membership })
}

/// The rows that [`deliver`] writes, table by table and in memory, in no particular order: what leaves, for
/// whoever looks at many specifications and needs no files.
///
/// # Errors
/// As [`deliver`].
pub fn in_memory(order: &Order<'_>) -> Result<Vec<(Table, RecordBatch)>, ExtractError> {
    let pseudonyms = pseudonyms(order);
    let mut made = Vec::new();
    for (release, variables) in by_dataset(order.spec, order.releases) {
        let table = Table::of(release.schema(), &variables)?;
        let schema = table.arrow(order.spec.handover.language);
        let scan = rows(order, release, variables.iter().map(|v| v.variable.name()))?;
        let mut minimiser = Minimiser::new(order, release, &scan, &variables, (schema.clone(), &pseudonyms))?;
        let parts = scan.parts()?.map(|part| minimiser.minimise(&part?)).collect::<Result<Vec<_>, _>>()?;
        let finished = minimiser.finish()?;
        let spelt = |batch: &RecordBatch| {
            let written = finished.written(batch)?;
            let columns = written.columns().iter().map(spelt_out).collect::<Result<Vec<_>, _>>()?;
            Ok(RecordBatch::try_new(schema.clone(), columns)?)
        };
        let batches = parts.iter().map(spelt).collect::<Result<Vec<_>, EngineError>>()?;
        made.push((table, concat_batches(&schema, &batches).map_err(EngineError::from)?));
    }
    made.extend(persons::parts(order, &pseudonyms)?.into_iter().map(|part| (part.table, part.rows)));
    Ok(made)
}

/// An empty folder beside the place; what an interrupted run left there is thrown away.
fn draft_folder(folder: &Path) -> Result<PathBuf, EngineError> {
    let draft = folder.with_added_extension("partial");
    let make = || {
        if draft.exists() {
            fs::remove_dir_all(&draft)?;
        }
        fs::create_dir_all(&draft)
    };
    make().map_err(|e| EngineError::file(&draft, e))?;
    Ok(draft)
}

fn settle(draft: &Path, folder: &Path, manifest: &Manifest) -> Result<(), ExtractError> {
    if folder.exists() {
        let same = read_manifest(folder).is_ok_and(|there| there == *manifest)
            && super::check_files(folder, manifest).is_ok_and(|findings| findings.is_empty());
        fs::remove_dir_all(draft).map_err(|e| EngineError::file(draft, e))?;
        return if same { Ok(()) } else { Err(ExtractError::Occupied { place: folder.to_owned() }) };
    }
    let moved = fs::rename(draft, folder).and_then(|()| sync_folder(folder));
    Ok(moved.map_err(|e| EngineError::file(folder, e))?)
}

fn membership(order: &Order<'_>) -> Result<Membership, ExtractError> {
    let key = TreeKey::from_bytes(order.key.membership(order.spec.extract));
    Ok(Membership::build(key, &statuses(order.selection, order.ids))?)
}

/// The pseudonyms of everybody in the extract.
fn pseudonyms(order: &Order<'_>) -> Pseudonyms {
    let concerned = Places::of(&order.selection.concerned());
    let id = |person| concerned.get(person).and_then(|place| order.ids.get(place as usize).copied());
    Pseudonyms::of(order.key, &order.selection.included, id)
}

/// What was seen while rows went by.
#[derive(Default)]
struct Tally {
    distinct: bool,
    columns: u64,
    rows: u64,
    rows_of_excluded: u64,
    ranks: RoaringBitmap,
}

struct Steps<'a> {
    listener: Listener<'a>,
    done: u64,
    total: u64,
}

/// One dataset of the delivery.
struct Part<'a> {
    release: &'a Release,
    variables: Vec<&'a PermittedVariable>,
    table: Table,
}

fn data_file(
    order: &Order<'_>,
    Part { release, variables, table }: &Part<'_>,
    pseudonyms: &Pseudonyms,
    draft: &Path,
    tally: &mut Tally,
    steps: &mut Steps<'_>,
) -> Result<DeliveredFile, EngineError> {
    let (name, language) = (table.file(Format::Parquet), order.spec.handover.language);
    let schema = table.arrow(language);
    let scan = rows(order, release, variables.iter().map(|v| v.variable.name()))?;
    let mut minimiser = Minimiser::new(order, release, &scan, variables, (schema.clone(), pseudonyms))?;
    let mut sorter = Sorter::new(minimiser.sorted(), order.memory, draft)?;
    let excluded = order.exclusions.for_dataset(&release.schema().dataset);
    for part in scan.parts()? {
        let part = part?;
        let of_excluded = part.persons.iter().filter(|(person, _)| excluded.contains(*person));
        tally.rows_of_excluded += of_excluded.map(|(_, rows)| *rows as u64).sum::<u64>();
        sorter.push(minimiser.minimise(&part)?)?;
        steps.step(part.rows)?;
    }
    let finished = minimiser.finish()?;
    let notes = table.notes(order.spec.extract, language);
    let mut output = Output::create(&draft.join(&name), schema.clone(), &notes)?;
    sorter.finish(|batch| {
        let ranks = batch.column(0).as_primitive::<UInt32Type>().values();
        tally.ranks.extend(ranks.chunk_by(|one, next| one == next).map(|same| same[0]));
        output.push(finished.written(&batch)?)
    })?;
    let sealed = output.finish()?;
    tally.columns += variables.len() as u64;
    tally.rows += sealed.rows;
    Ok(DeliveredFile {
        name,
        dataset: Some(release.schema().dataset.clone()),
        digest: sealed.digest,
        bytes: sealed.bytes,
        rows: Some(sealed.rows),
        columns: schema.fields().iter().map(|f| f.name().clone()).collect(),
    })
}

/// The file of a part about persons. Everybody in the extract is in the first one.
fn persons_file(
    order: &Order<'_>,
    part: &persons::Part,
    draft: &Path,
    tally: &mut Tally,
) -> Result<DeliveredFile, EngineError> {
    let (name, language) = (part.table.file(Format::Parquet), order.spec.handover.language);
    let schema = part.table.arrow(language);
    let mut output =
        Output::create(&draft.join(&name), schema.clone(), &part.table.notes(order.spec.extract, language))?;
    output.push(RecordBatch::try_new(schema.clone(), part.rows.columns().to_vec())?)?;
    let sealed = output.finish()?;
    tally.columns += part.variables;
    tally.rows += sealed.rows;
    if part.everybody {
        // One row for each pseudonym, in their order.
        tally.ranks.insert_range(0..u32::try_from(sealed.rows).unwrap_or(u32::MAX));
    }
    Ok(DeliveredFile {
        name,
        dataset: None,
        digest: sealed.digest,
        bytes: sealed.bytes,
        rows: Some(sealed.rows),
        columns: schema.fields().iter().map(|f| f.name().clone()).collect(),
    })
}

/// A scan of the rows of a dataset that are delivered.
fn rows<'a>(
    order: &Order<'_>,
    release: &Release,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<crate::Scan, EngineError> {
    let Selection { included, index, .. } = order.selection;
    scan(order.spec, release, order.exclusions, included, index.as_ref(), names)
}

impl Steps<'_> {
    fn step(&mut self, rows: usize) -> Result<(), EngineError> {
        self.done += rows as u64;
        match (self.listener)(Progress { done: self.done, total: self.total }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(EngineError::Stopped),
        }
    }
}

fn manifest(order: &Order<'_>, membership: &Membership, files: Vec<DeliveredFile>, checks: Vec<Check>) -> Manifest {
    let excluded = order.selection.excluded.iter();
    Manifest {
        extract: order.spec.extract,
        permit: order.spec.permit,
        specification: Digest::of(&canonical(order.spec)),
        releases: order.spec.releases.clone(),
        people: order.selection.included.len(),
        excluded: excluded.map(|(reason, p)| ExclusionCount { reason: *reason, people: rounded(p.len()) }).collect(),
        membership_root: membership.commitment().root,
        checks,
        files,
    }
}

fn checks(order: &Order<'_>, tally: &Tally) -> Vec<Check> {
    let check = |name: &str, passed: bool, figures: &[(&str, u64)]| Check {
        name: name.to_owned(),
        passed,
        figures: figures.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect(),
    };
    let (people, groups) = (order.selection.included.len(), &order.selection.groups);
    let minimum = u64::from(order.spec.minimum_group);
    let mut checks = vec![
        check(
            "nobody_excluded_present",
            tally.rows_of_excluded == 0,
            &[("rows", tally.rows), ("rows_of_excluded", tally.rows_of_excluded)],
        ),
        check(
            "columns_within_permit",
            tally.columns == order.spec.variables.len() as u64,
            &[("columns", tally.columns), ("permitted", order.spec.variables.len() as u64)],
        ),
        check(
            "everybody_included_present",
            tally.ranks.len() == people,
            &[("people", people), ("people_with_rows", tally.ranks.len())],
        ),
        check("one_pseudonym_a_person", tally.distinct, &[("people", people)]),
        check(
            "minimum_group",
            groups.smallest >= minimum,
            &[
                ("minimum", minimum),
                ("smallest", groups.smallest),
                ("variables", groups.variables),
                ("left_out", rounded(groups.people_left_out)),
                ("people_in_groups_below_5", rounded(groups.sizes.alone + groups.sizes.below_5)),
                ("people_in_groups_below_10", rounded(groups.sizes.below_10)),
                ("people_in_groups_below_50", rounded(groups.sizes.below_50)),
                ("people_in_larger_groups", rounded(groups.sizes.larger)),
            ],
        ),
    ];
    // No permit demands a diversity yet: it is told, for whoever judges what the data says of groups.
    checks.extend(groups.diversity.iter().map(|found| {
        let figures = [("smallest", found.smallest), ("people_in_groups_alike", rounded(found.alike))];
        check(&format!("diversity/{}", found.variable), true, &figures)
    }));
    checks
}
