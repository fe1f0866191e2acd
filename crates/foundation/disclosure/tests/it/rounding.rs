//! Counts rounded one by one.

use varde_core::Digest;
use varde_disclosure::{
    Outcome, ProtectError, protect,
    rules::{Rounding, Rules, Treatment},
    tables::{Cell, Dimension, Figure, Table},
};

use crate::world::{Sample, generated};

#[test]
fn as_opensafely_does() {
    let measures = Rounding::FewToNone { few: 7, base: 5 };
    let shown: Vec<u64> = [0, 1, 7, 8, 12, 13, 102].map(|count| measures.shown(count)).to_vec();
    assert_eq!(shown, [0, 0, 0, 10, 10, 15, 100]);
    let midpoint = Rounding::Midpoint { base: 6 };
    let shown: Vec<u64> = [0, 1, 6, 7, 12, 13].map(|count| midpoint.shown(count)).to_vec();
    assert_eq!(shown, [0, 3, 3, 9, 9, 15]);
    let nearest = Rounding::Nearest { base: 10 };
    assert_eq!([4, 5, 14, 15, 23].map(|count| nearest.shown(count)), [0, 10, 10, 20, 20]);
}

#[test]
fn a_table_is_rounded_cell_by_cell() {
    let dimensions = vec![Dimension::with_total("a", "all", &["x", "y"])];
    let leaves = [(vec![1], Cell::of(8)), (vec![2], Cell::of(4))];
    let table = Table::of_leaves(Figure::Count, dimensions, leaves).unwrap();
    let rules = |base| Rules { treatment: Treatment::Rounding(Rounding::Nearest { base }), ..Rules::default() };
    let safe = protect(&table, &rules(5), Digest::of(b"plan")).unwrap();
    assert_eq!(safe.cells.iter().map(|cell| cell.count.unwrap()).collect::<Vec<_>>(), [10, 10, 5]);
    assert!(safe.cells.iter().all(|cell| cell.outcome == Outcome::Rounded));
    assert_eq!(protect(&table, &rules(1), Digest::of(b"plan")), Err(ProtectError::Base(1)));
}

/// Totals stay sums, multiples stay, and in two dimensions no count moves a whole step.
#[test]
fn controlled_rounding_adds_up() {
    let mut neighbours = 0;
    for number in 0..200 {
        let Sample { table, .. } = generated(number);
        let (figure, base) = (Figure::Count, 3 + number % 4);
        let cells = table.cells().iter().map(|cell| Cell::of(cell.count)).collect();
        let table = Table::of_cells(figure, table.dimensions().to_vec(), cells).unwrap();
        let rules = Rules { treatment: Treatment::ControlledRounding { base }, ..Rules::default() };
        let safe = protect(&table, &rules, Digest::of(b"plan")).unwrap();
        let shown: Vec<u64> = safe.cells.iter().map(|cell| cell.count.unwrap()).collect();
        assert!(safe.record.unwrap().additive);
        for relation in table.relations() {
            assert_eq!(shown[relation.total], relation.parts.iter().map(|part| shown[*part]).sum::<u64>());
        }
        let near = |(cell, shown): (&Cell, &u64)| shown % base == 0 && cell.count.abs_diff(*shown) < base;
        let all_near = table.cells().iter().zip(&shown).all(near);
        let has_subtotals = table.dimensions().iter().any(|dimension| dimension.categories.len() > 8);
        assert!(all_near || table.dimensions().len() > 2 || has_subtotals, "table {number}");
        neighbours += u64::from(all_near);
    }
    println!("{neighbours} of 200 with every count next to itself");
    assert!(neighbours > 150, "{neighbours}");
}
