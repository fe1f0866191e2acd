//! Somebody who asks for one table after the other and then computes with all that is published. Nothing here uses
//! the audit's arithmetic: the people of every told cell are found by hand.

use std::collections::{BTreeMap, BTreeSet};

use varde_engine::tabulate::Group;
use varde_exploration::model::{Condition, Dimension, Measure, statistics::Statistic};

use crate::{
    statistics::{content, made},
    world::{Contact, World, ask, by_code, code, contacts, county, female},
};

/// Fewer people than this are a small group.
const MINIMUM: usize = 10;

/// A plan of the attacker's: those with a code, perhaps without a few people.
struct Plan {
    begins: &'static str,
    without: Option<Few>,
    by: Vec<Dimension>,
}

/// Few people: of a sex, a county and a month.
#[derive(Clone, Copy)]
struct Few {
    county: &'static str,
    month: i8,
    age: u16,
}

impl Few {
    fn holds(self, one: &Contact) -> bool {
        let months = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
        let (from, until) = (months[self.month as usize - 1], months[self.month as usize]);
        let age = 2023 - (1930 + i64::from(one.0 % 80)) - i64::from(one.1 < 165);
        let band = i64::from(self.age)..=i64::from(self.age) + 4;
        female(one.0) && county(one.0) == self.county && (from..until).contains(&one.1) && band.contains(&age)
    }

    fn condition(self) -> Condition {
        let from = jiff::civil::date(2023, self.month, 1);
        Condition::All(vec![
            Condition::Sex("female".to_owned()),
            Condition::County(vec![self.county.to_owned()]),
            Condition::Age { from: self.age, until: self.age + 4 },
            Condition::Period { from, until: from.last_of_month() },
        ])
    }
}

impl Plan {
    fn only(&self) -> Condition {
        let mut parts = vec![code(self.begins)];
        parts.extend(self.without.map(|few| Condition::Not(Box::new(few.condition()))));
        Condition::All(parts)
    }

    fn holds(&self, one: &Contact) -> bool {
        one.2.starts_with(self.begins) && !self.without.is_some_and(|few| few.holds(one))
    }

    /// The people of a cell, by hand.
    fn people(&self, statistic: &Statistic, place: &[Option<usize>]) -> BTreeSet<u32> {
        let is_in = |one: &Contact| {
            self.holds(one)
                && place.iter().enumerate().all(|(axis, at)| {
                    let Some(at) = at else { return true };
                    let Group::Code(group) = &statistic.groups[axis][*at] else { panic!("a code") };
                    match &statistic.plan.by[axis] {
                        Dimension::Sex => female(one.0) == (group == "female"),
                        Dimension::County => county(one.0) == group,
                        _ => one.2.starts_with(group.as_str()),
                    }
                })
        };
        contacts().iter().filter(|one| is_in(one)).map(|one| one.0).collect()
    }
}

fn plans(seed: usize) -> Vec<Plan> {
    let counties = ["03", "11", "46", "50"];
    let few = |at: usize| Few {
        county: counties[(seed + at) % 4],
        month: i8::try_from(1 + (seed * 5 + at) % 12).unwrap(),
        age: u16::try_from(30 + (seed * 7 + at * 3) % 8 * 5).unwrap(),
    };
    let plan = |begins, without, by: &[Dimension]| Plan { begins, without, by: by.to_vec() };
    vec![
        plan("I5", None, &[Dimension::Sex]),
        plan("I5", Some(few(0)), &[Dimension::Sex]),
        plan("I5", Some(few(1)), &[Dimension::County, by_code(4)]),
        plan("I", None, &[by_code(3), Dimension::County]),
        plan("I", Some(few(0)), &[by_code(3)]),
        plan("I501", Some(few(1)), &[]),
        plan("I50", None, &[Dimension::Sex, Dimension::County]),
    ]
}

/// Every place of a table.
fn places(statistic: &Statistic) -> Vec<Vec<Option<usize>>> {
    statistic.groups.iter().fold(vec![Vec::new()], |places, groups| {
        let all = || std::iter::once(None).chain((0..groups.len()).map(Some));
        places.iter().flat_map(|before: &Vec<_>| all().map(move |at| [before.as_slice(), &[at]].concat())).collect()
    })
}

/// The people of everything that a sequence of requests had told; `together` is one ledger for all of them.
async fn told(seed: usize, together: bool) -> Vec<BTreeSet<u32>> {
    let mut world = World::new().await;
    let mut told = Vec::new();
    for plan in plans(seed) {
        if !together {
            world = World::new().await;
        }
        let wanted = content("x", ask(plan.only(), &plan.by, Measure::People));
        let Ok(published) = made(&world, wanted).await else { continue };
        let statistic = &published.statistic;
        for place in places(statistic) {
            let Some(people) = statistic.grid().at(&place).unwrap().people else { continue };
            let truth = plan.people(statistic, &place);
            assert_eq!(truth.len() as u64, people, "exact");
            told.push(truth);
        }
    }
    told
}

const P: i128 = 2_147_483_647;

fn power(mut base: i128, mut exponent: i128) -> i128 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % P;
        }
        base = base * base % P;
        exponent >>= 1;
    }
    result
}

/// A small group, of one or two classes of people whom the same numbers are about, that follows by adding and
/// subtracting told numbers with any factors.
fn recovered(told: &[BTreeSet<u32>]) -> Option<usize> {
    let mut atoms: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
    for person in told.iter().flatten().copied().collect::<BTreeSet<u32>>() {
        *atoms.entry(told.iter().map(|set| set.contains(&person)).collect()).or_default() += 1;
    }
    let atoms: Vec<(Vec<bool>, usize)> = atoms.into_iter().collect();
    let mut rows: Vec<(usize, Vec<i128>)> = Vec::new();
    for at in 0..told.len() {
        let mut row: Vec<i128> = atoms.iter().map(|(signature, _)| i128::from(signature[at])).collect();
        reduce(&mut row, &rows);
        let Some(pivot) = row.iter().position(|value| *value != 0) else { continue };
        let scale = power(row[pivot], P - 2);
        row.iter_mut().for_each(|value| *value = *value * scale % P);
        for (_, known) in &mut rows {
            let factor = known[pivot];
            known.iter_mut().zip(&row).for_each(|(value, new)| *value = (*value - factor * new).rem_euclid(P));
        }
        rows.push((pivot, row));
    }
    let small: Vec<usize> = (0..atoms.len()).filter(|at| atoms[*at].1 < MINIMUM).collect();
    let follows = |group: &[usize]| {
        let mut wanted = vec![0; atoms.len()];
        group.iter().for_each(|at| wanted[*at] = 1);
        reduce(&mut wanted, &rows);
        wanted.iter().all(|value| *value == 0)
    };
    let size = |group: &[usize]| group.iter().map(|at| atoms[*at].1).sum::<usize>();
    let pairs = small.iter().enumerate().flat_map(|(n, one)| small[n + 1..].iter().map(|other| vec![*one, *other]));
    let groups = small.iter().map(|one| vec![*one]).chain(pairs);
    groups.filter(|group| size(group) < MINIMUM).find(|group| follows(group)).map(|group| size(&group))
}

fn reduce(row: &mut [i128], rows: &[(usize, Vec<i128>)]) {
    for (pivot, known) in rows {
        let factor = row[*pivot];
        if factor != 0 {
            row.iter_mut().zip(known).for_each(|(value, known)| *value = (*value - factor * known).rem_euclid(P));
        }
    }
}

#[tokio::test]
async fn a_sequence_of_requests_gives_nobody_away() {
    for seed in 0..4 {
        let told = told(seed, true).await;
        assert!(told.len() >= 15, "something is told: {}", told.len());
        assert_eq!(recovered(&told), None, "seed {seed}");
    }
}

/// The attack is a real one: where each table is safe alone and nobody looks at them together, it finds somebody.
#[tokio::test]
async fn without_the_ledger_somebody_is_given_away() {
    assert!(recovered(&told(0, false).await).is_some());
}
