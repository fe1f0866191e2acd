//! Noise by cell keys.

use std::collections::BTreeSet;

use varde_core::{Digest, Randomness};
use varde_disclosure::{
    protect,
    rules::{Rules, Treatment},
    tables::{Cell, Dimension, Figure, Table},
    treatments::cell_key::{Noise, NoiseTable, record_key},
};

fn key(person: u32) -> u32 {
    record_key(|bytes| *Digest::of(&[b"secret", bytes].concat()).bytes(), &person.to_be_bytes())
}

fn cell(people: impl IntoIterator<Item = u32>) -> Cell {
    people.into_iter().fold(Cell::default(), |cell, person| Cell {
        count: cell.count + 1,
        key: cell.key.wrapping_add(key(person)),
        amount: None,
    })
}

#[test]
fn the_published_noise_has_no_bias_and_the_variance_it_says() {
    for noise in [Noise::default(), Noise { variance_thousandths: 2000, bound: 5, never: 0 }] {
        let table = NoiseTable::of(&noise).unwrap();
        for count in 1..40 {
            let mut before = 0;
            let (mut mean, mut variance) = (0.0, 0.0);
            for step in table.steps(count) {
                let share = (step.below - before) as f64 / 2_f64.powi(32);
                before = step.below;
                mean += share * step.change as f64;
                variance += share * (step.change * step.change) as f64;
                let out = count.cast_signed() + step.change;
                assert!(share == 0.0 || out == 0 || out > i64::from(noise.never), "{count} gives {out}");
                assert!(step.change.abs() <= i64::from(noise.bound));
            }
            assert_eq!(before, 1 << 32);
            assert!(mean.abs() < 1e-4, "the mean for {count} is {mean}");
            let wanted = f64::from(noise.variance_thousandths) / 1000.0;
            let least = if count <= u64::from(noise.never) {
                (count * (u64::from(noise.never) + 1 - count)) as f64
            } else {
                0.0
            };
            assert!((variance - wanted.max(least)).abs() < 0.01, "the variance for {count} is {variance}");
        }
    }
}

#[test]
fn the_same_people_get_the_same_noise_in_every_table() {
    let noise = Rules { treatment: Treatment::CellKey(Noise::default()), ..Rules::default() };
    let one = Table::of_leaves(
        Figure::Count,
        vec![Dimension::with_total("sex", "all", &["f", "m"])],
        [(vec![1], cell(0..30)), (vec![2], cell(30..90))],
    );
    let other = Table::of_leaves(
        Figure::Count,
        vec![Dimension::with_total("region", "all", &["n", "s"]), Dimension::flat("age", &["old", "young"])],
        [(vec![1, 0], cell((0..30).rev())), (vec![2, 0], cell(30..50)), (vec![2, 1], cell(50..90))],
    );
    let made = |table: &Table| protect(table, &noise, Digest::of(b"plan")).unwrap();
    let (one, other) = (made(&one.unwrap()), made(&other.unwrap()));
    assert_eq!(one.cell(&[1]), other.cell(&[1, 0]));
    // Nobody stays nobody.
    assert_eq!(other.cell(&[1, 1]).unwrap().count, Some(0));
}

#[test]
fn noise_over_many_groups_is_small_unbiased_and_spread() {
    let table = NoiseTable::of(&Noise::default()).unwrap();
    let random = Randomness::seeded(7);
    let groups = 4000_u32;
    let mut sum = 0_i64;
    let mut seen = BTreeSet::new();
    for group in 0..groups {
        let [size, ..] = random.bytes::<1>();
        let people = cell((0..u32::from(size) + 1).map(|at| group * 1000 + at));
        let change = table.change(people.count, people.key);
        sum += change;
        seen.insert(change);
    }
    // The mean of 4000 draws with variance 4 has a standard deviation of 0.03.
    assert!((sum as f64 / f64::from(groups)).abs() < 0.15, "{sum}");
    assert!(seen.len() >= 11, "{seen:?}");
}

#[test]
fn noise_that_cannot_be_is_refused() {
    for noise in [
        Noise { bound: 4, ..Noise::default() },
        Noise { variance_thousandths: 0, ..Noise::default() },
        Noise { variance_thousandths: 64_000, ..Noise::default() },
    ] {
        assert!(NoiseTable::of(&noise).is_err());
    }
}
