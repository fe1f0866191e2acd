//! Tables too large for programmes.

use varde_core::Digest;
use varde_disclosure::{
    protect,
    record::Method,
    rules::Rules,
    tables::{Cell, Dimension, Figure, Table},
};

use crate::{attacker::Loot, world::Sample};

/// `rows` by `columns` with totals; the counts go up and down without a pattern that repeats.
fn wide(rows: usize, columns: usize) -> Table {
    let codes = |size: usize| -> Vec<String> { (0..size).map(|code| format!("c{code}")).collect() };
    let dimension = |name: &str, size: usize| {
        let codes = codes(size);
        Dimension::with_total(name, "all", &codes.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let count = |row: usize, column: usize| ((row * 7919 + column * 104_729) % 211 / 3) as u64;
    let cells = (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (vec![row + 1, column + 1], Cell::of(count(row, column)))));
    Table::of_leaves(Figure::Count, vec![dimension("a", rows), dimension("b", columns)], cells).unwrap()
}

#[test]
fn blocks_protect_what_programmes_cannot_reach() {
    let table = wide(300, 60);
    let safe = protect(&table, &Rules::default(), Digest::of(b"plan")).unwrap();
    let record = safe.record.as_ref().unwrap();
    println!("{:?}: {} of {} unsafe, {} with them", record.method, record.primary, record.cells, record.secondary);
    assert_eq!(record.method, Method::Blocks);
    assert!(record.primary > 2_000 && record.secondary < record.primary);
    assert!(safe.cell(&[0, 0]).unwrap().count.is_some());
}

/// The attacker who needs no programmes judges it.
#[test]
fn what_blocks_protect_is_not_recovered() {
    let sample = Sample { table: wide(120, 40), rules: Rules::default(), leaves: Vec::new() };
    let safe = protect(&sample.table, &sample.rules, Digest::of(b"plan")).unwrap();
    assert_eq!(safe.record.as_ref().unwrap().method, Method::Blocks);
    let loot = Loot::of(&sample, &safe, false);
    assert!(loot.is_empty(), "{loot:?}");
}
