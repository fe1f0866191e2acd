//! Prints candidate national numbers, synthetic or of random digits, for the comparison with
//! another validator (`web/tests/national-numbers.mjs`): `number<TAB>valid|invalid<TAB>kind`.
//!
//! `cargo run -p varde-core --example national_numbers -- [COUNT] [SEED]`. Kind is that of
//! `NumberKind::name`, with `+synthetic` where it is, or `-` when the number is invalid. Half are
//! synthetic and valid; the rest are damaged in one digit, transposed, random with control digits
//! that hold (every other kind, impossible dates), or wholly random.

use std::io::{BufWriter, Write};

use jiff::{ToSpan, civil::Date};
use varde_core::{
    Randomness,
    identifier::{NationalNumber, Rule, synthetic, synthetic_d_number},
};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|a| a.parse::<u64>());
    let mut next = |default| arguments.next().and_then(Result::ok).unwrap_or(default);
    let (count, seed) = (next(100_000), next(1));
    let randomness = Randomness::seeded(seed);
    let mut out = BufWriter::new(std::io::stdout().lock());
    for _ in 0..count {
        let candidate = candidate(&randomness);
        match NationalNumber::parse(&candidate) {
            Ok(number) => {
                let synthetic = if number.is_synthetic() { "+synthetic" } else { "" };
                writeln!(out, "{candidate}\tvalid\t{}{synthetic}", number.kind().name())?;
            }
            Err(_) => writeln!(out, "{candidate}\tinvalid\t-")?,
        }
    }
    out.flush()
}

/// A number between 0 and `below` − 1 (below 2³²).
fn pick(randomness: &Randomness, below: u32) -> u32 {
    u32::from_le_bytes(randomness.bytes()) % below
}

fn candidate(randomness: &Randomness) -> String {
    let valid = generated(randomness);
    match pick(randomness, 10) {
        0..=4 => valid,
        5 => changed(&valid, pick(randomness, 11), pick(randomness, 9) + 1),
        6 => transposed(&valid, pick(randomness, 10)),
        // Any date part, with control digits that hold: H-numbers, help numbers, impossible dates.
        7 | 8 => completed(&format!("{:09}", pick(randomness, 1_000_000_000))),
        _ => format!("{:09}{:02}", pick(randomness, 1_000_000_000), pick(randomness, 100)),
    }
}

fn generated(randomness: &Randomness) -> String {
    let days = i32::try_from(pick(randomness, 65_000)).unwrap_or(0);
    let birth = Date::constant(1860, 1, 1) + days.days();
    let rule = if pick(randomness, 2) == 0 { Rule::Of1964 } else { Rule::Of2032 };
    let make = if pick(randomness, 4) == 0 { synthetic_d_number } else { synthetic };
    loop {
        let individual = u16::try_from(pick(randomness, 1000)).unwrap_or(0);
        if let Some(number) = make(birth, individual, rule) {
            return number.digits_for_storage().to_owned();
        }
        // Years without numbers of 1964 have numbers of 2032.
        if let Some(number) = make(birth, individual, Rule::Of2032) {
            return number.digits_for_storage().to_owned();
        }
    }
}

fn changed(number: &str, place: u32, by: u32) -> String {
    let digit = |c: char| c.to_digit(10).unwrap_or(0);
    (0..).zip(number.chars()).map(|(i, c)| ((digit(c) + if i == place { by } else { 0 }) % 10).to_string()).collect()
}

fn transposed(number: &str, place: u32) -> String {
    let mut digits: Vec<char> = number.chars().collect();
    let place = usize::try_from(place).unwrap_or(0);
    digits.swap(place, place + 1);
    digits.into_iter().collect()
}

/// Nine digits with both control digits of a random remainder; when none fits, with zeros.
fn completed(stem: &str) -> String {
    let sum = |digits: &str, weights: &[u32]| -> u32 {
        digits.chars().zip(weights).map(|(c, w)| c.to_digit(10).unwrap_or(0) * w).sum()
    };
    for first in 0..10 {
        let ten = format!("{stem}{first}");
        let left = sum(&ten, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11;
        let second = (11 - sum(&ten, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        if left <= 3 && second < 10 {
            return format!("{ten}{second}");
        }
    }
    format!("{stem}00")
}
