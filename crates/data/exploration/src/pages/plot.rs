//! A plot of the first dimension: bars one below another, of the same numbers as the table beside it.

use varde_web::Visit;

use super::table::{label, shown};
use crate::model::{Explorable, answer::Grid};

/// A bar.
pub(super) struct Bar {
    pub(super) label: String,
    /// Of the longest, 0 to 100; 0 where nothing is told.
    pub(super) percent: u8,
    /// The number in words.
    pub(super) shown: String,
    /// As it stands in the answer.
    pub(super) value: String,
}

/// The most bars that people can look at.
const MOST: usize = 40;

/// The bars of the first dimension's groups, all else together; none where there is no dimension, nothing told,
/// or too much to look at.
pub(super) fn bars(visit: &Visit, answer: Grid<'_>, dataset: Option<&Explorable>) -> Vec<Bar> {
    let groups = answer.groups.first().map_or(0, Vec::len);
    if groups == 0 || groups > MOST {
        return Vec::new();
    }
    let measure = &answer.question.measure;
    let told = |at: usize| {
        let mut place = vec![None; answer.groups.len()];
        place[0] = Some(at);
        answer.at(&place).copied()
    };
    let number = |at: usize| told(at).and_then(|cell| cell.shown(measure));
    let highest = (0..groups).filter_map(number).fold(0.0, f64::max);
    let bar = |at: usize| {
        let cell = told(at)?;
        let share = number(at).filter(|_| highest > 0.0).map_or(0.0, |number| number / highest);
        let words = shown(visit, &cell, measure);
        Some(Bar {
            label: label(visit, answer, dataset, 0, Some(at)),
            percent: (share * 100.0).round() as u8,
            shown: words.text,
            value: words.value,
        })
    };
    (0..groups).filter_map(bar).collect()
}
