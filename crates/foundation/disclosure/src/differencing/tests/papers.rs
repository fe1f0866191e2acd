//! Tables on paper: what files that leave a room give away together.

use super::super::paper::{Kind, compare, of_grid};
use crate::differencing::Table;

fn read(text: &str) -> Option<Table> {
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let headings = lines.next().unwrap();
    of_grid("project", "1", &headings, &lines.collect::<Vec<_>>())
}

fn found(new: &str, earlier: &[&str]) -> Vec<(Kind, Option<usize>)> {
    let earlier: Vec<Table> = earlier.iter().map(|text| read(text).unwrap()).collect();
    compare(&read(new).unwrap(), &earlier, 10).into_iter().map(|given| (given.kind, given.with)).collect()
}

/// The case of ACRO 1.0.2: the cell of three is withheld, and total and row are counted without it.
const ACRO: &str = "year,independent,other,total\n2010,183,500,683\n2011,187,,187\ntotal,370,500,870";
const TRUE_TOTALS: &str = "year,n\n2010,683\n2011,190\ntotal,873";

#[test]
fn a_total_without_the_withheld_cell_beside_the_true_one_is_found() {
    assert!(found(ACRO, &[]).is_empty(), "alone it is safe");
    let kinds = found(TRUE_TOTALS, &[ACRO]);
    assert!(kinds.contains(&(Kind::TwoNumbers, Some(0))), "870 and 873: {kinds:?}");
    assert!(kinds.contains(&(Kind::Remainder, Some(0))), "190 less 187: {kinds:?}");
    // In the other order it is the same.
    assert!(found(ACRO, &[TRUE_TOTALS]).contains(&(Kind::TwoNumbers, Some(0))));
}

#[test]
fn a_true_total_in_the_table_itself_gives_the_withheld_cell() {
    assert_eq!(found("county,n\n03,400\n11,300\n15,*\ni alt,703", &[]), [(Kind::Remainder, None)]);
    assert!(found("county,n\n03,400\n11,*\n15,*\ni alt,703", &[]).is_empty());
}

#[test]
fn nested_groups_and_parts_that_leave_a_few_are_found() {
    let women = "sex,n\n1,400\n2,500";
    let by_age = "sex,age,n\n2,0-79,497\n1,0-79,300";
    assert!(found(by_age, &[women]).contains(&(Kind::Nested, Some(0))));
    assert!(found("sex,age,n\n2,0-39,200\n2,40-79,200\n1,0-79,300", &[women]).is_empty());
    let parts = "sex,place,n\n2,a,200\n2,b,200\n2,c,95\n2,d,*";
    assert!(found(parts, &[women]).contains(&(Kind::Remainder, Some(0))));
}

#[test]
fn what_is_rounded_is_not_compared_and_what_is_no_table_is_none() {
    let rounded = "place,n\na,10\nb,20\nc,35\nd,40\ne,55\ntotal,165";
    assert_eq!(read(rounded).unwrap().base, 5);
    assert!(found(rounded, &["place,n\na,12\ntotal,166"]).is_empty());
    assert!(read("place,mean\na,12.5\nb,13.1").is_none());
    assert!(read("place\na").is_none());
    assert!(read("place,n\na,12\na,13").is_none(), "two numbers for one place");
}
