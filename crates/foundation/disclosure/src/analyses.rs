//! Regressions and survival tables, by their summaries.
//!
//! Defaults: ACRO 1.0 (`safe_dof_threshold` 10, `survival_safe_threshold` 10); microdata.no for the constant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The smallest residual degrees of freedom of a model that is shown.
pub const DEGREES_OF_FREEDOM: u64 = 10;
/// A constant is hidden when a combination of categories has fewer people than this.
pub const COMBINATION: u64 = 5;

/// A fitted model, without its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regression {
    /// People that it was fitted to.
    pub people: u64,
    /// Its parameters, the constant among them.
    pub parameters: u64,
    /// People in each combination of the categories of its categorical regressors; empty without such.
    pub combinations: Vec<u64>,
}

/// What may be shown of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// All of it.
    Whole,
    /// All but the constant, which with few people in a combination is the mean of these.
    WithoutConstant,
    /// Nothing: it has nearly as many parameters as people, and says what these had.
    Withheld,
}

/// What may be shown of a model. An empty combination says nothing of anybody.
pub fn regression(model: &Regression) -> Model {
    let degrees = model.people.saturating_sub(model.parameters);
    if degrees < DEGREES_OF_FREEDOM {
        return Model::Withheld;
    }
    let few = |people: &u64| (1..COMBINATION).contains(people);
    if model.combinations.iter().any(few) { Model::WithoutConstant } else { Model::Whole }
}

/// A step of a survival table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When, in the caller's unit.
    pub time: u64,
    /// People at risk just before.
    pub at_risk: u64,
    /// Events at this time.
    pub events: u64,
    /// People who leave without an event at this time or before the next.
    pub censored: u64,
}

/// A survival table whose steps stand for enough people: steps are drawn together until at least `minimum`
/// people have left (by an event or without) in each and at least `minimum` have remained at risk; each step
/// is told at its last time. What is left at the end with fewer is not told. Nobody's time of death can be
/// read from it, as it can from the steps of a plain Kaplan–Meier curve.
///
/// The steps must be in the order of time, each with as many at risk as the one before left; otherwise none.
pub fn survival(steps: &[Step], minimum: u64) -> Option<Vec<Step>> {
    let least = minimum.max(crate::rules::FLOOR);
    let follows = |pair: &[Step]| {
        let left = pair[0].at_risk.checked_sub(pair[0].events + pair[0].censored);
        pair[0].time < pair[1].time && left == Some(pair[1].at_risk)
    };
    let possible = |step: &Step| step.events + step.censored <= step.at_risk;
    if !steps.windows(2).all(follows) || !steps.iter().all(possible) {
        return None;
    }
    let mut told = Vec::new();
    let mut open: Option<Step> = None;
    for step in steps {
        let begun = open.map_or(step.at_risk, |open| open.at_risk);
        let events = step.events + open.map_or(0, |open| open.events);
        let censored = step.censored + open.map_or(0, |open| open.censored);
        let together = Step { time: step.time, at_risk: begun, events, censored };
        let remain = begun - events - censored;
        // Events and those who left without one are told apart: each must be none or enough.
        let enough = |people: u64| people == 0 || people >= least;
        let closes = events + censored >= least && enough(events) && enough(censored) && remain >= least;
        open = if closes {
            told.push(together);
            None
        } else {
            Some(together)
        };
    }
    Some(told)
}

/// The share that survives each step, by Kaplan and Meier, from steps that are told.
pub fn curve(steps: &[Step]) -> BTreeMap<u64, f64> {
    let mut share = 1.0;
    let point = |step: &Step| {
        share *= 1.0 - step.events as f64 / step.at_risk.max(1) as f64;
        (step.time, share)
    };
    steps.iter().map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_needs_more_people_than_parameters() {
        let model = |people, combinations: &[u64]| {
            regression(&Regression { people, parameters: 5, combinations: combinations.to_vec() })
        };
        assert_eq!(model(14, &[]), Model::Withheld);
        assert_eq!(model(15, &[]), Model::Whole);
        assert_eq!(model(100, &[0, 96, 4]), Model::WithoutConstant);
        assert_eq!(model(100, &[0, 95, 5]), Model::Whole);
    }

    #[test]
    fn steps_are_drawn_together_until_nobody_stands_alone() {
        let mut at_risk = 60;
        let steps: Vec<Step> = (1..=50)
            .map(|time| {
                let step = Step { time, at_risk, events: 1, censored: 0 };
                at_risk -= 1;
                step
            })
            .collect();
        let told = survival(&steps, 10).unwrap();
        assert_eq!(
            told.iter().map(|step| (step.time, step.at_risk, step.events)).collect::<Vec<_>>(),
            [(10, 60, 10), (20, 50, 10), (30, 40, 10), (40, 30, 10), (50, 20, 10)]
        );
        assert!((curve(&told)[&50] - 10.0 / 60.0).abs() < 1e-9);
        // What is left at the end is too few to tell.
        assert_eq!(survival(&steps[..45], 10).unwrap().len(), 4);
    }

    #[test]
    fn a_table_that_does_not_follow_is_refused() {
        let step = |time, at_risk| Step { time, at_risk, events: 2, censored: 0 };
        assert_eq!(survival(&[step(1, 50), step(2, 50)], 10), None);
        assert_eq!(survival(&[step(2, 50), step(1, 48)], 10), None);
        assert_eq!(survival(&[step(1, 1)], 10), None);
    }
}
