//! Noise that is the same for the same people: the cell-key method of the Australian Bureau of Statistics.
//!
//! Sources: B. Fraser and J. Wooton, "A proposed method for confidentialising tabular output to protect
//! against differencing", UNECE work session on statistical data confidentiality (2005); Eurostat's advice
//! for the 2021 census, by S. Giessing and R. Tent, "Concepts for generalising tools implementing the cell
//! key method to the case of continuous variables" (2019), from which the noise of greatest entropy with
//! given variance and bound comes. Written from the method's description, not from others' code.

use serde::{Deserialize, Serialize};

/// How noise is spread. Published with the tables, as the secret is in the record keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Noise {
    /// The variance of the noise, times 1000. Small counts that cannot have so little have the least possible.
    pub variance_thousandths: u32,
    /// The largest change; more than `never`, and at most 100.
    pub bound: u32,
    /// Counts from one to this never come out: nobody is shown who could be few.
    pub never: u32,
}

impl Default for Noise {
    fn default() -> Self {
        Self { variance_thousandths: 4000, bound: 8, never: 4 }
    }
}

/// For each count, how likely each change is. Computed once from a [`Noise`]; may be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoiseTable {
    /// Row `count - 1`; the last row is for all larger counts too.
    rows: Vec<Vec<Step>>,
}

/// A change, with how much of all keys lies at or below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What is added.
    pub change: i64,
    /// Of 2³² keys, how many lie below the end of this step.
    pub below: u64,
}

/// All keys.
const KEYS: u64 = 1 << 32;
/// The least of which a probability is a multiple, so that the last digits of a logarithm do not matter.
const GRAIN: u64 = 1 << 12;

/// A noise that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("noise needs a bound above what is never shown, at most 100, and a variance between 0 and its square")]
pub struct NotANoise;

impl NoiseTable {
    /// The table of greatest entropy for the noise.
    ///
    /// # Errors
    /// When bound and variance do not fit.
    pub fn of(noise: &Noise) -> Result<Self, NotANoise> {
        let variance = f64::from(noise.variance_thousandths) / 1000.0;
        let bound = f64::from(noise.bound);
        if noise.bound <= noise.never || noise.bound > 100 || variance <= 0.0 || variance >= bound * bound {
            return Err(NotANoise);
        }
        let rows = (1..=i64::from(noise.bound) + i64::from(noise.never) + 1).map(|count| row(count, noise, variance));
        Ok(Self { rows: rows.collect() })
    }

    /// What is added to a count of people whose record keys add up to `key`. Nobody stays nobody.
    pub fn change(&self, count: u64, key: u32) -> i64 {
        let Some(row) = count.checked_sub(1) else { return 0 };
        let row = usize::try_from(row).unwrap_or(usize::MAX).min(self.rows.len() - 1);
        self.rows[row].iter().find(|step| u64::from(key) < step.below).map_or(0, |step| step.change)
    }

    /// The count with its noise.
    pub fn shown(&self, count: u64, key: u32) -> u64 {
        count.saturating_add_signed(self.change(count, key))
    }

    /// The steps for a count, from the lowest change; none for nobody.
    pub fn steps(&self, count: u64) -> &[Step] {
        match count.checked_sub(1) {
            None => &[],
            Some(row) => &self.rows[usize::try_from(row).unwrap_or(usize::MAX).min(self.rows.len() - 1)],
        }
    }
}

fn row(count: i64, noise: &Noise, variance: f64) -> Vec<Step> {
    let bound = i64::from(noise.bound);
    let may_come_out = |change: &i64| {
        let out = count + change;
        out == 0 || out > i64::from(noise.never)
    };
    let changes: Vec<i64> = (-bound..=bound).filter(may_come_out).collect();
    let shares = greatest_entropy(&changes, variance);
    let mut below = 0;
    let last = changes.len() - 1;
    let step = |(at, (change, share)): (usize, (&i64, &f64))| {
        let keys = (share * (KEYS / GRAIN) as f64).round() as u64 * GRAIN;
        below = if at == last { KEYS } else { (below + keys).min(KEYS) };
        Step { change: *change, below }
    };
    changes.iter().zip(&shares).enumerate().map(step).collect()
}

/// The shares of greatest entropy with mean 0 and the given variance: `exp(a·x + b·x²)`, normed. Where the
/// changes next to 0 on both sides already spread more, these two alone.
fn greatest_entropy(changes: &[i64], variance: f64) -> Vec<f64> {
    let below = changes.iter().copied().filter(|change| *change < 0).max().unwrap_or(0) as f64;
    let above = changes.iter().copied().find(|change| *change > 0).unwrap_or(0) as f64;
    if !changes.contains(&0) && -below * above >= variance {
        let share = |change: &i64| match *change as f64 {
            x if x == below => above / (above - below),
            x if x == above => -below / (above - below),
            _ => 0.0,
        };
        return changes.iter().map(share).collect();
    }
    // For each b there is one a that makes the mean 0, and the variance grows with b: two nested bisections.
    let (mut low, mut high) = (-40.0, 1.0);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        let shares = centred(changes, middle);
        let spread: f64 = changes.iter().zip(&shares).map(|(x, share)| (x * x) as f64 * share).sum();
        if spread < variance { low = middle } else { high = middle }
    }
    centred(changes, low)
}

fn centred(changes: &[i64], b: f64) -> Vec<f64> {
    let (mut low, mut high) = (-200.0, 200.0);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        let shares = shares(changes, middle, b);
        let mean: f64 = changes.iter().zip(&shares).map(|(x, share)| *x as f64 * share).sum();
        if mean < 0.0 { low = middle } else { high = middle }
    }
    shares(changes, low, b)
}

fn shares(changes: &[i64], a: f64, b: f64) -> Vec<f64> {
    let power = |x: &i64| a * *x as f64 + b * (x * x) as f64;
    let most = changes.iter().map(power).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = changes.iter().map(|x| (power(x) - most).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// A person's record key. `mac` is a keyed hash, such as HMAC-SHA-256 under a secret of the source: whoever
/// has it can take the noise off, so it never leaves the key store.
///
/// The same person has the same key in every table made under the same secret, so that the same people get
/// the same noise whatever they are called.
pub fn record_key(mac: impl FnOnce(&[u8]) -> [u8; 32], person: &[u8]) -> u32 {
    let [a, b, c, d, ..] = mac(&[b"varde cell key ".as_slice(), person].concat());
    u32::from_be_bytes([a, b, c, d])
}
