//! What is withheld of small tables whose answer can be seen by eye.

use varde_core::Digest;
use varde_disclosure::{
    Outcome, SafeTable, Why, protect,
    record::{Method, Reason},
    rules::Rules,
    tables::{Cell, Dimension, Figure, Table, TableError},
};

fn made(table: &Table, rules: &Rules) -> SafeTable {
    protect(table, rules, Digest::of(b"plan")).unwrap()
}

/// Age by sex with totals: the inner counts in rows.
fn crossed(rows: &[[u64; 3]]) -> Table {
    let codes: Vec<String> = (0..rows.len()).map(|row| format!("r{row}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let dimensions =
        vec![Dimension::with_total("region", "all", &codes), Dimension::with_total("age", "all", &["a", "b", "c"])];
    let cells = rows.iter().enumerate().flat_map(|(row, counts)| {
        counts.iter().enumerate().map(move |(column, count)| (vec![row + 1, column + 1], Cell::of(*count)))
    });
    Table::of_leaves(Figure::Count, dimensions, cells).unwrap()
}

#[test]
fn a_safe_table_is_shown_whole() {
    let table = crossed(&[[20, 30, 40], [50, 60, 70]]);
    let safe = made(&table, &Rules::default());
    assert_eq!(safe.withheld(), 0);
    assert_eq!(safe.cell(&[0, 0]).unwrap().count, Some(270));
    assert_eq!(safe.record.unwrap().method, Method::None);
}

#[test]
fn one_small_count_takes_three_others_with_it() {
    let table = crossed(&[[20, 3, 40], [50, 60, 70], [50, 60, 70]]);
    let safe = made(&table, &Rules::default());
    assert_eq!(safe.cell(&[1, 2]).unwrap().outcome, Outcome::Withheld);
    assert_eq!(safe.why(table.at(&[1, 2]).unwrap()), Some(&Why::Primary(vec![Reason::SmallCount])));
    // A block of four with no total in it is the least that lets a single cell change.
    assert_eq!(safe.withheld(), 4);
    assert!((0..4).all(|at| safe.cell(&[0, at]).unwrap().count.is_some()));
    let record = safe.record.as_ref().unwrap();
    assert_eq!((record.primary, record.secondary, record.alternatives), (1, 3, 2));
    assert_eq!(record.output, safe.digest());
}

#[test]
fn a_reader_is_not_told_which_cell_is_unsafe() {
    let table = crossed(&[[20, 3, 40], [50, 60, 70], [50, 60, 70]]);
    let mut safe = made(&table, &Rules::default());
    safe.record = None;
    let told = serde_json::to_string(&safe).unwrap();
    assert!(!told.contains("small") && !told.contains("primary") && !told.contains("why"), "{told}");
    assert_eq!(told.matches(r#""outcome":"withheld","count":null"#).count(), 4);
}

#[test]
fn full_cells_and_empty_ones_are_withheld_unless_the_rules_show_them() {
    let table = crossed(&[[0, 30, 0], [50, 60, 70], [50, 60, 70]]);
    let strict = made(&table, &Rules::default());
    let at = |place: [usize; 2]| table.at(&place).unwrap();
    assert_eq!(strict.why(at([1, 2])), Some(&Why::Primary(vec![Reason::ClassDisclosure])));
    assert_eq!(strict.why(at([1, 1])), Some(&Why::Primary(vec![Reason::Zero])));
    let open = Rules { withhold_zeros: false, class_disclosure: false, ..Rules::default() };
    assert_eq!(made(&table, &open).withheld(), 0);
}

#[test]
fn a_sum_that_two_people_make_is_withheld() {
    let dimensions = vec![Dimension::with_total("unit", "all", &["a", "b", "c"])];
    let even = |share: u64| Cell::of_amounts(vec![share; 12]);
    let dominated = Cell::of_amounts([vec![900, 800], vec![10; 12]].concat());
    let guessed = Cell::of_amounts([vec![1000, 95], vec![5; 12]].concat());
    let leaves = [(vec![1], dominated), (vec![2], even(100)), (vec![3], guessed)];
    let table = Table::of_leaves(Figure::Sum, dimensions, leaves).unwrap();
    let safe = made(&table, &Rules::default());
    assert_eq!(safe.why(1), Some(&Why::Primary(vec![Reason::Dominance])));
    assert_eq!(safe.why(3), Some(&Why::Primary(vec![Reason::Dominance, Reason::PPercent])));
    assert_eq!(safe.cell(&[0]).unwrap().sum, Some(900 + 800 + 120 + 1200 + 1000 + 95 + 60));
    assert_eq!(safe.cell(&[0]).unwrap().count, Some(14 + 12 + 14));
}

#[test]
fn a_mean_needs_degrees_of_freedom() {
    let dimensions = vec![Dimension::flat("unit", &["a", "b"])];
    let leaves = [(vec![0], Cell::of_amounts(vec![5; 10])), (vec![1], Cell::of_amounts(vec![5; 11]))];
    let table = |figure| Table::of_leaves(figure, dimensions.clone(), leaves.clone()).unwrap();
    let rules = Rules { class_disclosure: false, ..Rules::default() };
    let safe = made(&table(Figure::Mean), &rules);
    assert_eq!(safe.why(0), Some(&Why::Primary(vec![Reason::DegreesOfFreedom])));
    assert_eq!(safe.cell(&[1]).unwrap().mean(), Some(5.0));
    assert_eq!(made(&table(Figure::Sum), &rules).withheld(), 0);
}

#[test]
fn people_in_several_categories_are_counted_not_added() {
    let diagnoses = Dimension::with_total("diagnosis", "any", &["i21", "e11"]).overlapping();
    let cells = |any| vec![Cell::of(any), Cell::of(40), Cell::of(3)];
    let table = Table::of_cells(Figure::Count, vec![diagnoses.clone()], cells(41)).unwrap();
    let safe = made(&table, &Rules::default());
    assert_eq!(safe.why(2), Some(&Why::Primary(vec![Reason::SmallCount])));
    // 41 in all and 40 with the one leaves 1 to 41 with the other: nobody is excluded by that.
    assert_eq!(safe.why(1), Some(&Why::Secondary), "{safe:?}");
    for any in [39, 44] {
        assert_eq!(Table::of_cells(Figure::Count, vec![diagnoses.clone()], cells(any)), Err(TableError::Sum(0)));
    }
}

#[test]
fn subtotals_are_protected_too() {
    let region = Dimension::tree(
        "region",
        &[("no", None), ("n", Some("no")), ("n1", Some("n")), ("n2", Some("n")), ("s", Some("no"))],
    );
    let dimensions = vec![region.unwrap(), Dimension::with_total("sex", "all", &["f", "m"])];
    let counts = [(2, 1, 4), (2, 2, 60), (3, 1, 50), (3, 2, 60), (4, 1, 70), (4, 2, 80)];
    let leaves = counts.map(|(region, sex, count)| (vec![region, sex], Cell::of(count)));
    let safe = made(&Table::of_leaves(Figure::Count, dimensions, leaves).unwrap(), &Rules::default());
    // The block below the subtotal suffices.
    assert_eq!(safe.withheld(), 4);
    assert_eq!(safe.cell(&[1, 1]).unwrap().count, Some(54));
}

#[test]
fn too_few_people_are_told_nothing_of() {
    let table = crossed(&[[20, 30, 40], [50, 60, 70]]);
    let safe = made(&table, &Rules { population: 1000, ..Rules::default() });
    assert_eq!(safe.withheld(), 12);
    assert_eq!(safe.record.unwrap().checks[0].cells, 12);
}

#[test]
fn the_same_table_gives_the_same_bytes() {
    let table = crossed(&[[20, 3, 40], [5, 60, 7], [50, 0, 70], [9, 9, 9]]);
    let bytes = || serde_json::to_vec(&made(&table, &Rules::default())).unwrap();
    let first = bytes();
    assert!((0..5).all(|_| bytes() == first));
}
