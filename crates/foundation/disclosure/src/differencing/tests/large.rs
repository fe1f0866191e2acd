//! A population of the size that questions are about, and tables that overlap.

use roaring::RoaringBitmap;

use super::{
    super::{Audit, Empty, Limits, Region, Verdict},
    world::Dice,
};

const PEOPLE: u64 = 200_000;

/// A table of people by two attributes, its margins first.
fn table(name: &str, one: &[u32], other: &[u32]) -> Vec<Region> {
    let region = |question: String| Region { question, people: RoaringBitmap::new() };
    let (width, height) = (one.iter().max().map_or(0, |m| m + 1), other.iter().max().map_or(0, |m| m + 1));
    let mut all = vec![region(format!("{name} all"))];
    all.extend((0..width).map(|at| region(format!("{name} {at},*"))));
    all.extend((0..height).map(|at| region(format!("{name} *,{at}"))));
    all.extend((0..width * height).map(|at| region(format!("{name} {},{}", at / height, at % height))));
    for (person, (a, b)) in (0..).zip(one.iter().zip(other)) {
        for at in [0, 1 + a, 1 + width + b, 1 + width + height + a * height + b] {
            all[at as usize].people.insert(person);
        }
    }
    all
}

/// Tables of a national register's size are decided, and mostly shown: the audit is no way of saying no.
#[test]
fn wide_tables_over_many_people_are_decided() {
    let mut dice = Dice(7);
    let mut drawn =
        |limit: u64| -> Vec<u32> { (0..PEOPLE).map(|_| dice.below(limit).min(dice.below(limit)) as u32).collect() };
    let (place, sex, age) = (drawn(100), drawn(2), drawn(90));
    let bands = |width: u32| age.iter().map(|age| age / width).collect::<Vec<u32>>();
    let mut audit = Audit::new(Limits::new(10, Empty::Told), Vec::new());
    let tables = [
        table("place × sex", &place, &sex),
        table("place × five years", &place, &bands(5)),
        table("sex × age", &sex, &age),
        table("place × ten years", &place, &bands(10)),
        table("place × seven years", &place, &bands(7)),
    ];
    for (number, table) in tables.iter().enumerate() {
        let verdicts = audit.decide(table);
        let somebody = table.iter().filter(|region| region.people.len() >= 10).count();
        let shown = verdicts.iter().zip(table).filter(|(v, r)| v.shows() && !r.people.is_empty()).count();
        assert!(shown * 10 >= somebody * [9, 6, 9, 6, 2][number], "table {number}: {shown} of {somebody}");
        for (region, verdict) in table.iter().zip(verdicts) {
            if verdict == Verdict::Tell {
                audit.tell(region.clone());
            }
        }
    }
}
