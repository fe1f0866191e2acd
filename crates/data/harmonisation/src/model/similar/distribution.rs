//! How the values of a variable are spread, where somebody has counted them.

use std::collections::BTreeMap;

use serde::Serialize;

/// The observed values of a variable, without anything that could point at a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// The share of each code, from 0 to 1. Shares of small groups that were left out are missing.
    Shares(BTreeMap<String, f64>),
    /// The lower quartile, the median and the upper quartile of a number.
    Quartiles([f64; 3]),
}

impl Distribution {
    /// How alike two are, from 0 to 1; `None` when one is of codes and the other of a number, or when there
    /// is nothing to compare.
    pub fn alike(&self, other: &Self) -> Option<f64> {
        match (self, other) {
            (Self::Shares(a), Self::Shares(b)) if !a.is_empty() && !b.is_empty() => {
                // One less the total variation distance.
                let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
                let share = |of: &BTreeMap<String, f64>, key: &String| of.get(key).copied().unwrap_or_default();
                let apart: f64 = keys.into_iter().map(|key| (share(a, key) - share(b, key)).abs()).sum();
                Some((1.0 - apart / 2.0).clamp(0.0, 1.0))
            }
            (Self::Quartiles(a), Self::Quartiles(b)) => {
                let low = a[0].min(b[0]);
                let range = a[2].max(b[2]) - low;
                let apart: f64 = a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f64>() / 3.0;
                Some(if range > 0.0 { (1.0 - 2.0 * apart / range).clamp(0.0, 1.0) } else { 1.0 })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(pairs: &[(&str, f64)]) -> Distribution {
        Distribution::Shares(pairs.iter().map(|(key, share)| ((*key).to_owned(), *share)).collect())
    }

    #[test]
    fn the_same_is_one_and_what_has_nothing_in_common_is_nought() {
        let sex = shares(&[("1", 0.5), ("2", 0.5)]);
        assert_eq!(sex.alike(&sex), Some(1.0));
        assert_eq!(sex.alike(&shares(&[("M", 0.5), ("K", 0.5)])), Some(0.0));
        assert_eq!(sex.alike(&shares(&[("1", 1.0)])), Some(0.5));
        let weight = Distribution::Quartiles([65.0, 76.0, 88.0]);
        assert_eq!(weight.alike(&weight), Some(1.0));
        let grams = Distribution::Quartiles([3150.0, 3500.0, 3850.0]);
        assert_eq!(weight.alike(&grams), Some(0.0));
        assert_eq!(weight.alike(&sex), None);
        assert_eq!(shares(&[]).alike(&sex), None);
    }
}
