//! What was observed in the data themselves, beside what the catalogue declares: counts of people and
//! rows for each variable and year, as they may be told to everybody. Whoever holds the data makes them
//! so; nothing here is a number about few people.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::ReleaseId;

/// A count that may be told: both numbers are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Rows.
    pub rows: u64,
    /// Different people.
    pub people: u64,
}

/// How numbers were made safe, for the sentence that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Nothing is told of fewer people than this.
    pub threshold: u64,
    /// Every count is rounded to a multiple of this.
    pub base: u64,
}

/// What was observed in one release of a dataset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservedDataset {
    /// The release.
    pub release: ReleaseId,
    /// When it was counted, UTC: who had opted out by then is in no number.
    pub observed_at: Timestamp,
    /// How its numbers were made safe.
    pub limits: Limits,
    /// The years that enough people have rows in, by year; rows without a date first.
    pub years: Vec<ObservedYear>,
    /// The variables, in the release's order.
    pub variables: Vec<ObservedVariable>,
}

/// A year of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservedYear {
    /// The year of the rows' date; `None` for rows without one.
    pub year: Option<i16>,
    /// All its rows and people; `None` when they are too few to be told.
    pub total: Option<Count>,
}

/// A variable of a release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservedVariable {
    /// The last part of its path.
    pub name: String,
    /// How far it is filled in each year of [`ObservedDataset::years`], in that order.
    pub filled: Vec<Filled>,
    /// How its values are distributed; `None` for texts and dates, and where it was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution: Option<Distribution>,
}

/// How many rows of a year have a value of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case", deny_unknown_fields)]
pub enum Filled {
    /// Those of too few people to be told, or none.
    Few,
    /// Those of enough people; how many there are is not told.
    Some,
    /// All but those of too few people to be told, or all.
    NearlyAll,
    /// So many.
    Counted {
        /// Rows with a value.
        with: Count,
        /// Rows without one.
        without: Count,
    },
}

impl Filled {
    /// Whether enough people have a value for that to be told.
    pub const fn is_observed(self) -> bool {
        !matches!(self, Self::Few)
    }

    /// The rows with a value, where `total` are all of the year; `None` when that is not told.
    pub const fn with_value(self, total: Option<Count>) -> Option<Count> {
        match self {
            Self::Few | Self::Some => None,
            Self::NearlyAll => total,
            Self::Counted { with, .. } => Some(with),
        }
    }

    /// The share of rows without a value in percent; `None` when that is not told.
    pub fn missing_percent(self) -> Option<u64> {
        match self {
            Self::Few | Self::Some => None,
            Self::NearlyAll => Some(0),
            Self::Counted { with, without } => {
                let all = with.rows + without.rows;
                (all > 0).then(|| (without.rows * 100 + all / 2) / all)
            }
        }
    }
}

/// How the values of a variable are distributed over groups, year by year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distribution {
    /// The groups, the same in all years.
    pub groups: Groups,
    /// For each year of [`ObservedDataset::years`] a count for each group: `None` is withheld, whether
    /// since it is small or since it would give back a small one.
    pub years: Vec<Vec<Option<Count>>>,
}

/// What values are grouped by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Groups {
    /// Codes, all there are.
    Codes(Vec<String>),
    /// Codes of a long list: those that something can be told of.
    SomeCodes(Vec<String>),
    /// Intervals of numbers, from low to high; the first and the last are open.
    Intervals(Vec<Interval>),
}

impl Groups {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Codes(codes) | Self::SomeCodes(codes) => codes.len(),
            Self::Intervals(intervals) => intervals.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An interval of numbers: from its lower end, up to but without its upper end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// The lower end; `None` when everything below belongs to it.
    pub from: Option<f64>,
    /// The upper end; `None` when everything above belongs to it.
    pub until: Option<f64>,
    /// Whether it holds whole numbers only.
    pub whole: bool,
}

/// What can be said of a year's numbers in short. All of it is worked out from the groups that are told,
/// so that it tells nothing more than they do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Summary {
    /// The mean.
    pub mean: f64,
    /// The standard deviation.
    pub deviation: f64,
    /// The quarter of the rows lies below it; `None` when it falls into an open interval.
    pub lower_quartile: Option<f64>,
    /// Half of the rows lie below it.
    pub median: Option<f64>,
    /// Three quarters of the rows lie below it.
    pub upper_quartile: Option<f64>,
}

impl Summary {
    /// From the counts of intervals. Rows with a value (`all`) that stand in no told interval are shared
    /// equally by those that are withheld, as any reader could. `None` when nothing is told.
    pub fn of(intervals: &[Interval], counts: &[Option<Count>], all: Option<Count>) -> Option<Self> {
        let told: u64 = counts.iter().flatten().map(|count| count.rows).sum();
        let withheld = counts.iter().filter(|count| count.is_none()).count();
        let left = all.map_or(0, |all| all.rows.saturating_sub(told)) as f64;
        let share = if withheld == 0 { 0.0 } else { left / withheld as f64 };
        let weights: Vec<f64> = counts.iter().map(|count| count.map_or(share, |count| count.rows as f64)).collect();
        let total: f64 = weights.iter().sum();
        if told == 0 || total <= 0.0 || weights.len() != intervals.len() {
            return None;
        }
        let middles: Vec<f64> = (0..intervals.len()).map(|at| middle(intervals, at)).collect::<Option<_>>()?;
        let pairs = || weights.iter().zip(&middles);
        let mean = pairs().map(|(weight, middle)| weight * middle).sum::<f64>() / total;
        let variance = pairs().map(|(weight, middle)| weight * (middle - mean).powi(2)).sum::<f64>() / total;
        let quantile = |share: f64| quantile(intervals, &weights, share * total);
        Some(Self {
            mean,
            deviation: variance.sqrt(),
            lower_quartile: quantile(0.25),
            median: quantile(0.5),
            upper_quartile: quantile(0.75),
        })
    }
}

/// The value that stands for an interval: its middle; for an open one as far out as its neighbour is wide.
fn middle(intervals: &[Interval], at: usize) -> Option<f64> {
    let interval = intervals.get(at)?;
    let width = |other: Option<&Interval>| other.and_then(|i| Some(i.until? - i.from?)).unwrap_or(0.0);
    match (interval.from, interval.until) {
        (Some(from), Some(until)) => Some(within(interval, from, until, 0.5)),
        (None, Some(until)) => Some(until - width(intervals.get(at + 1)) / 2.0),
        (Some(from), None) => Some(from + width(at.checked_sub(1).and_then(|before| intervals.get(before))) / 2.0),
        (None, None) => None,
    }
}

/// A place in an interval; whole numbers end one below its upper end.
fn within(interval: &Interval, from: f64, until: f64, share: f64) -> f64 {
    let last = if interval.whole { until - 1.0 } else { until };
    from + (last - from) * share
}

fn quantile(intervals: &[Interval], weights: &[f64], rank: f64) -> Option<f64> {
    let mut below = 0.0;
    for (interval, weight) in intervals.iter().zip(weights) {
        if *weight > 0.0 && below + weight >= rank {
            let (from, until) = (interval.from?, interval.until?);
            return Some(within(interval, from, until, (rank - below) / weight));
        }
        below += weight;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ages() -> Vec<Interval> {
        let between = |from, until| Interval { from, until, whole: false };
        vec![
            between(None, Some(20.0)),
            between(Some(20.0), Some(40.0)),
            between(Some(40.0), Some(60.0)),
            between(Some(60.0), None),
        ]
    }

    fn counts(rows: [Option<u64>; 4]) -> Vec<Option<Count>> {
        rows.map(|rows| rows.map(|rows| Count { rows, people: rows })).to_vec()
    }

    #[test]
    fn numbers_are_summed_up_from_their_groups() {
        let all = Some(Count { rows: 200, people: 200 });
        let summary = Summary::of(&ages(), &counts([Some(0), Some(100), Some(100), Some(0)]), all).unwrap();
        assert_eq!((summary.mean, summary.median), (40.0, Some(40.0)));
        assert_eq!((summary.lower_quartile, summary.upper_quartile), (Some(30.0), Some(50.0)));
        assert_eq!(summary.deviation, 10.0);
    }

    #[test]
    fn what_falls_into_an_open_group_is_not_told() {
        let all = Some(Count { rows: 100, people: 100 });
        let summary = Summary::of(&ages(), &counts([Some(60), Some(20), Some(20), Some(0)]), all).unwrap();
        assert_eq!((summary.lower_quartile, summary.median), (None, None));
        assert!(summary.upper_quartile.is_some());
    }

    #[test]
    fn withheld_groups_share_what_is_left() {
        let all = Some(Count { rows: 200, people: 200 });
        let summary = Summary::of(&ages(), &counts([Some(0), None, None, Some(100)]), all).unwrap();
        let open = Summary::of(&ages(), &counts([Some(0), Some(50), Some(50), Some(100)]), all).unwrap();
        assert_eq!(summary, open);
        assert_eq!(Summary::of(&ages(), &counts([None; 4]), all), None);
    }

    #[test]
    fn the_share_without_a_value_is_told_where_it_may_be() {
        let count = |rows| Count { rows, people: rows };
        assert_eq!(Filled::Counted { with: count(30), without: count(10) }.missing_percent(), Some(25));
        assert_eq!(Filled::NearlyAll.missing_percent(), Some(0));
        assert_eq!(Filled::NearlyAll.with_value(Some(count(40))), Some(count(40)));
        assert_eq!((Filled::Few.missing_percent(), Filled::Some.with_value(Some(count(40)))), (None, None));
    }
}
