//! How long answers took.

/// Seconds, sorted.
#[derive(Debug, Clone, Default)]
pub(in crate::bench) struct Latencies(Vec<f64>);

impl Latencies {
    pub(in crate::bench) fn of(mut seconds: Vec<f64>) -> Self {
        seconds.sort_by(f64::total_cmp);
        Self(seconds)
    }

    /// The time within which that share of the answers came.
    pub(in crate::bench) fn at(&self, share: f64) -> f64 {
        let rank = (share * self.0.len() as f64).ceil() as usize;
        self.0.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }
}

/// The one in the middle; of an even number the lower.
pub(in crate::bench) fn median(values: impl Iterator<Item = f64>) -> f64 {
    Latencies::of(values.collect()).at(0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_by_nearest_rank() {
        let hundred = Latencies::of((1..=100).rev().map(f64::from).collect());
        assert_eq!((hundred.at(0.5), hundred.at(0.99), hundred.at(1.0)), (50.0, 99.0, 100.0));
        assert_eq!(Latencies::default().at(0.5), 0.0);
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), 2.0);
    }
}
