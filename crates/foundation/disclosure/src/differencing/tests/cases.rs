//! The ways of differencing, one by one.

use roaring::RoaringBitmap;

use super::super::{Audit, Cell, Condition, Dimension, Empty, Limits, Population, Reason, Region, Table, Verdict};

fn region(question: &str, people: impl IntoIterator<Item = u32>) -> Region {
    Region { question: question.to_owned(), people: people.into_iter().collect() }
}

fn told(regions: Vec<Region>) -> Audit {
    Audit::new(Limits::new(5, Empty::Told), regions)
}

fn withheld(reason: Reason) -> Vec<Verdict> {
    vec![Verdict::Withhold(reason)]
}

#[test]
fn a_group_that_is_small_itself_is_withheld_and_nobody_only_where_questions_follow_each_other() {
    assert_eq!(told(Vec::new()).decide(&[region("a", 0..4)]), withheld(Reason::Few));
    assert_eq!(told(Vec::new()).decide(&[region("a", 0..5)]), [Verdict::Tell]);
    assert_eq!(told(Vec::new()).decide(&[region("a", 0..0)]), [Verdict::Tell]);
    let strict = Audit::new(Limits::new(5, Empty::LikeFew), Vec::new());
    assert_eq!(strict.decide(&[region("a", 0..0)]), withheld(Reason::Few));
}

#[test]
fn nested_filters_do_not_give_the_difference() {
    let audit = told(vec![region("women", 0..50)]);
    assert_eq!(audit.decide(&[region("women not from Utsira", 2..50)]), withheld(Reason::NearlyTheSame));
    assert_eq!(audit.decide(&[region("women below 80", 5..50)]), [Verdict::Tell]);
}

#[test]
fn the_same_question_is_answered_again_and_the_same_people_asked_otherwise_are_not() {
    let strict = |regions| Audit::new(Limits::new(5, Empty::LikeFew), regions);
    let audit = strict(vec![region("women", 0..50)]);
    assert_eq!(audit.decide(&[region("women", 0..50)]), [Verdict::Again]);
    assert_eq!(audit.decide(&[region("women without a rare illness", 0..50)]), withheld(Reason::NearlyTheSame));
    assert_eq!(told(vec![region("women", 0..50)]).decide(&[region("not men", 0..50)]), [Verdict::Tell]);
}

#[test]
fn the_same_table_after_an_update_of_a_few_is_not_told() {
    let audit = told(vec![region("1 women", 0..50)]);
    assert_eq!(audit.decide(&[region("2 women", 0..51)]), withheld(Reason::NearlyTheSame));
    assert_eq!(audit.decide(&[region("2 women", 0..55)]), [Verdict::Tell]);
    // One has come and one has gone: the number is the same, and tells that.
    let moved = (1..51).collect::<RoaringBitmap>();
    assert_eq!(
        audit.decide(&[Region { question: "2 women".to_owned(), people: moved }]),
        withheld(Reason::NearlyTheSame)
    );
}

#[test]
fn a_total_does_not_give_the_withheld_cell_away() {
    let table = [region("all", 0..100), region("a", 0..40), region("b", 40..97), region("c", 97..100)];
    let verdicts = told(Vec::new()).decide(&table);
    assert_eq!(
        verdicts,
        [
            Verdict::Tell,
            Verdict::Tell,
            // With the total and a, b would give c: the complement is withheld with it.
            Verdict::Withhold(Reason::Computed),
            Verdict::Withhold(Reason::Few)
        ]
    );
}

/// What ACRO 1.0.2 does with margins: it counts the total without the withheld cell, and another table has the
/// true one.
#[test]
fn a_total_without_the_withheld_and_the_true_total_are_not_both_told() {
    let audit = told(vec![region("total that was shown", 0..870), region("row that was shown", 0..180)]);
    assert_eq!(audit.decide(&[region("total", 0..873)]), withheld(Reason::NearlyTheSame));
}

#[test]
fn regrouped_categories_do_not_leave_a_remainder() {
    let audit = told(vec![region("0–9", 0..30), region("10–19", 30..60), region("20–29", 60..90)]);
    assert_eq!(audit.decide(&[region("0–29 and 30", 0..92)]), withheld(Reason::Computed));
    assert_eq!(audit.decide(&[region("0–19", 0..60)]), [Verdict::Tell]);
}

#[test]
fn overlapping_bands_do_not_give_their_ends() {
    // [0,20) + [10,30) − [0,30) is the overlap; together with its parts the ends follow.
    let audit = told(vec![region("0–19", 0..20), region("10–29", 17..40)]);
    assert_eq!(audit.decide(&[region("0–29", 0..40)]), withheld(Reason::Computed));
}

#[test]
fn a_part_counted_twice_is_found_too() {
    // a + b, c + d and a + c − … leave 2b + d.
    let (a, b, c, d) = (0..19, 100..101, 200..219, 300..302);
    let set = |parts: &[std::ops::Range<u32>]| parts.iter().cloned().flatten().collect::<Vec<u32>>();
    let audit = told(vec![region("ab", set(&[a.clone(), b.clone()])), region("cbd", set(&[c.clone(), b, d]))]);
    assert_eq!(audit.decide(&[region("ac", set(&[a, c]))]), withheld(Reason::Computed));
}

#[test]
fn what_cannot_be_worked_out_is_withheld_but_what_was_told_stays_told() {
    let limits = Limits { regions: 2, ..Limits::new(5, Empty::Told) };
    let audit = Audit::new(limits, vec![region("a", 0..50), region("b", 50..100)]);
    assert_eq!(audit.decide(&[region("c", 100..200)]), withheld(Reason::TooMuch));
    assert_eq!(audit.decide(&[region("a", 0..50)]), [Verdict::Again]);
    let limits = Limits { atoms: 2, ..Limits::new(5, Empty::Told) };
    let audit = Audit::new(limits, vec![region("a", 0..50), region("b", 50..100)]);
    assert_eq!(audit.decide(&[region("c", 10..90)]), withheld(Reason::TooMuch));
}

#[test]
fn a_table_knows_whom_its_cells_are_about() {
    let women = Population::everybody("npr/episodes").and("sex", &Condition::is("2"));
    let table = Table {
        of: women.clone(),
        edition: "1".to_owned(),
        dimensions: vec![Dimension {
            attribute: "age".to_owned(),
            categories: vec![Condition::Between(0, 17), Condition::Between(18, 120)],
        }],
        cells: vec![
            Cell { at: vec![None], told: Some(90) },
            Cell { at: vec![Some(0)], told: None },
            Cell { at: vec![Some(1)], told: Some(80) },
        ],
        base: 1,
    };
    table.check().unwrap();
    let shown: Vec<_> = table.shown().collect();
    assert_eq!(shown, [(women.clone(), 90), (women.clone().and("age", &Condition::Between(18, 120)), 80)]);
    assert!(shown[1].0.within(&women) && !women.within(&shown[1].0));
    assert!(shown[1].0.apart(&women.clone().and("age", &Condition::Between(0, 17))));
    let text = serde_json::to_string(&table).unwrap();
    assert_eq!(serde_json::from_str::<Table>(&text).unwrap(), table);
    let twice = Table { cells: vec![table.cells[0].clone(), table.cells[0].clone()], ..table.clone() };
    assert_eq!(twice.check().unwrap_err().to_string(), "cell 1 has the place of another");
    let wrong = Table { cells: vec![Cell { at: vec![Some(9)], told: None }], ..table };
    assert!(wrong.check().is_err());
}

#[test]
fn conditions_on_one_attribute_are_one_condition() {
    let all = Population::everybody("x");
    let narrow = all.clone().and("age", &Condition::Between(0, 50)).and("age", &Condition::Between(20, 90));
    assert_eq!(narrow, all.clone().and("age", &Condition::Between(20, 50)));
    let values = all.clone().and("sex", &Condition::among(["1", "2"])).and("sex", &Condition::is("2"));
    assert_eq!(values, all.clone().and("sex", &Condition::is("2")));
    assert!(Condition::is("30").within(&Condition::Between(20, 50)));
    assert_eq!(values.to_string(), "x; sex = 2");
}
