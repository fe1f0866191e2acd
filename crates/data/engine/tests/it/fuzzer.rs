//! The fuzzer of specifications finds nothing in the engine, and is not blind: what leaks a row, a person, a
//! column or a figure is found, soon. All of it: `cargo xtask fuzz extract`.

#[path = "../../examples/specifications/judge.rs"]
mod judge;
#[path = "../../examples/specifications/specs.rs"]
mod specs;
#[path = "../../examples/specifications/world.rs"]
mod world;

use std::{path::Path, sync::Arc};

use datafusion::arrow::{
    array::{Array, ArrayRef, RecordBatch, StringArray},
    compute::concat,
};
use varde_core::Randomness;
use varde_engine::delivery::Table;

use judge::{Count, Leak, judge, with_files};
use world::World;

/// In so many cases a leak must be found.
const CASES: u64 = 1_500;

fn worlds(folder: &Path) -> Vec<World> {
    (0..4).map(|number| World::make(number, folder).unwrap()).collect()
}

fn first_finding(worlds: &[World], leak: Option<Leak>) -> (Option<String>, Count) {
    let mut count = Count::default();
    for case in 0..CASES {
        let random = Randomness::of_case(7, case);
        let world = &worlds[(case % worlds.len() as u64) as usize];
        if let Err(finding) = judge(world, &random, &mut count, leak) {
            return (Some(finding), count);
        }
    }
    (None, count)
}

#[test]
fn no_specification_lets_out_what_may_not_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let worlds = worlds(folder.path());
    let (finding, count) = first_finding(&worlds, None);
    assert_eq!(finding, None);
    assert!(
        count.delivered > 200 && count.with_controls > 20 && count.with_family > 20 && count.rows > 5_000,
        "{count}"
    );
    for case in 0..40 {
        let place = folder.path().join(format!("delivery-{case}"));
        with_files(&worlds[0], &Randomness::of_case(8, case), &place).unwrap();
    }
}

/// The first table of a dataset that has rows, with one pseudonym exchanged.
fn exchanged(tables: &mut [(Table, RecordBatch)], pseudonym: Option<&String>) {
    let rows = tables.iter_mut().find(|(_, rows)| rows.num_rows() > 0);
    let Some(((_, rows), pseudonym)) = rows.zip(pseudonym) else { return };
    let one: ArrayRef = Arc::new(StringArray::from(vec![pseudonym.as_str()]));
    let rest = rows.column(0).slice(1, rows.num_rows() - 1);
    let mut columns = rows.columns().to_vec();
    columns[0] = concat(&[one.as_ref(), rest.as_ref()]).unwrap();
    *rows = RecordBatch::try_new(rows.schema(), columns).unwrap();
}

#[test]
fn a_row_of_an_excluded_person_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let leak: Leak = |world, tables| {
        let anywhere = world.exclusions.anywhere();
        exchanged(tables, world.by_pseudonym.iter().find(|(_, p)| anywhere.contains(**p)).map(|(name, _)| name));
    };
    let found = first_finding(&worlds(folder.path()), Some(leak)).0;
    assert!(found.is_some_and(|finding| finding.contains("excluded person")));
}

#[test]
fn a_row_too_many_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let leak: Leak = |_, tables| {
        for (_, rows) in tables.iter_mut().filter(|(table, _)| table.dataset.parent().is_some()) {
            let doubled = rows.columns().iter().map(|column| concat(&[column.as_ref(), column.as_ref()]).unwrap());
            *rows = RecordBatch::try_new(rows.schema(), doubled.collect()).unwrap();
        }
    };
    let found = first_finding(&worlds(folder.path()), Some(leak)).0;
    assert!(found.is_some_and(|finding| finding.contains("more rows than there are")));
}

#[test]
fn a_column_outside_the_permit_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let leak: Leak = |_, tables| {
        for (table, _) in tables {
            if let Some(mut column) = table.columns.last().cloned() {
                column.name = "surprise".to_owned();
                table.columns.push(column);
            }
        }
    };
    let found = first_finding(&worlds(folder.path()), Some(leak)).0;
    assert!(found.is_some_and(|finding| finding.contains("a column outside the permit: surprise")));
}
