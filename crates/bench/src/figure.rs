//! One line a figure, for people or for programs.

use std::fmt;

use serde::Serialize;

/// Hears each figure as soon as it is known.
pub type Listener<'a> = &'a mut dyn FnMut(&Figure) -> anyhow::Result<()>;

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// Which benchmark.
    pub bench: &'static str,
    /// What was measured.
    pub figure: String,
    /// How much.
    pub value: f64,
    /// Of what: `s`, `MB` (10⁶ bytes), `entries/s`, `rows` …
    pub unit: &'static str,
    /// Who did the same in the same run.
    pub peer: Option<String>,
    /// How much it was there.
    pub peer_value: Option<f64>,
    /// `value` through `peer_value`.
    pub ratio: Option<f64>,
    /// What it should be, in words.
    pub goal: Option<String>,
    /// Whether it is; nothing when there is no goal, no peer that the goal speaks of, or only a part of
    /// the size that the goal speaks of.
    pub met: Option<bool>,
}

impl Figure {
    /// A figure without peer or goal.
    pub fn new(bench: &'static str, figure: &str, value: f64, unit: &'static str) -> Self {
        let figure = figure.to_owned();
        Self { bench, figure, value, unit, peer: None, peer_value: None, ratio: None, goal: None, met: None }
    }

    /// The same with what a peer needed.
    #[must_use]
    pub fn beside(mut self, peer: &str, value: f64) -> Self {
        self.peer = Some(peer.to_owned());
        self.peer_value = Some(value);
        self.ratio = (value > 0.0).then(|| self.value / value);
        self
    }

    /// The same with the most that it should be.
    #[must_use]
    pub fn at_most(mut self, goal: f64) -> Self {
        self.goal = Some(format!("≤ {goal} {}", self.unit));
        self.met = Some(self.value <= goal);
        self
    }

    /// The same with the least that it should be.
    #[must_use]
    pub fn at_least(mut self, goal: f64) -> Self {
        self.goal = Some(format!("≥ {goal} {}", self.unit));
        self.met = Some(self.value >= goal);
        self
    }

    /// The same, judged only `at_full_size`: a goal that speaks of the full size says nothing about a
    /// part of it.
    #[must_use]
    pub fn judged(mut self, at_full_size: bool) -> Self {
        if !at_full_size {
            self.met = None;
        }
        self
    }

    /// The same with the most that its ratio to the peer should be.
    #[must_use]
    pub fn at_most_of_peer(mut self, goal: f64) -> Self {
        self.goal = Some(format!("≤ {goal} × {}", self.peer.as_deref().unwrap_or("peer")));
        self.met = self.ratio.map(|ratio| ratio <= goal);
        self
    }
}

/// One line for people.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {} {}", self.bench, self.figure, short(self.value), self.unit)?;
        if let (Some(peer), Some(value)) = (&self.peer, self.peer_value) {
            write!(f, " · {peer} {} {}", short(value), self.unit)?;
        }
        if let Some(ratio) = self.ratio {
            write!(f, " · ratio {ratio:.2}")?;
        }
        match (&self.goal, self.met) {
            (Some(goal), Some(true)) => write!(f, " · goal {goal}: met"),
            (Some(goal), Some(false)) => write!(f, " · goal {goal}: NOT met"),
            (Some(goal), None) => write!(f, " · goal {goal}: not judged here"),
            (None, _) => Ok(()),
        }
    }
}

/// Three digits that say something.
fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        ..1.0 => format!("{value:.3}"),
        ..100.0 => format!("{value:.2}"),
        _ => format!("{value:.0}"),
    }
}

/// Bytes as 10⁶ bytes.
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// What does not fit between the figures that were told and the names of those that are promised: a figure
/// without a name, or a name without a figure. A figure's name begins with what is promised.
pub fn misnamed<'a>(told: &'a [Figure], names: &[&'a str]) -> Vec<&'a str> {
    let unnamed = told.iter().map(|f| f.figure.as_str()).filter(|f| !names.iter().any(|name| f.starts_with(name)));
    let untold = names.iter().copied().filter(|name| !told.iter().any(|f| f.figure.starts_with(name)));
    unnamed.chain(untold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_judged_by_the_figure_or_by_the_ratio() {
        let figure = Figure::new("extract", "cpu", 2.0, "s").beside("DuckDB", 8.0);
        assert_eq!(figure.clone().at_most_of_peer(0.3).met, Some(true));
        assert_eq!(figure.clone().at_most_of_peer(0.2).met, Some(false));
        assert_eq!(figure.clone().at_least(5.0).met, Some(false));
        assert_eq!(Figure::new("extract", "cpu", 2.0, "s").at_most_of_peer(0.3).met, None);
    }

    #[test]
    fn a_part_of_the_size_is_measured_and_not_judged() {
        let figure = Figure::new("extract", "peak memory", 40.0, "MB").at_most(4_000.0);
        assert_eq!((figure.clone().judged(true).met, figure.clone().judged(false).met), (Some(true), None));
        let line = figure.judged(false).to_string();
        assert_eq!(line, "extract peak memory: 40.00 MB · goal ≤ 4000 MB: not judged here");
    }

    #[test]
    fn a_line_says_figure_peer_ratio_and_goal() {
        let figure = Figure::new("extract", "cpu", 2.0, "s").beside("DuckDB", 8.0).at_most_of_peer(0.3);
        let line = "extract cpu: 2.00 s · DuckDB 8.00 s · ratio 0.25 · goal ≤ 0.3 × DuckDB: met";
        assert_eq!(figure.to_string(), line);
    }

    #[test]
    fn a_figure_has_the_members_that_programs_read() {
        let json = serde_json::to_value(Figure::new("start", "ready", 0.2, "s").at_most(0.3)).unwrap();
        let members: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        for member in ["bench", "figure", "value", "unit", "peer", "peer_value", "ratio", "goal", "met"] {
            assert!(members.contains(&member), "{member}");
        }
        assert_eq!(json["met"], true);
    }
}
