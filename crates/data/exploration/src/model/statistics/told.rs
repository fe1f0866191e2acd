//! What the ledger keeps of a published table: whom its told numbers are about, said so that the very same
//! people can be found again in the release. The people themselves are kept nowhere.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, ReleaseId};
use varde_engine::tabulate::Group;

use super::StatisticId;
use crate::model::{Condition, Explorable, Measure, Question};

/// A table as the ledger keeps it. A statistic that is withdrawn stays here: what was told stays told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToldTable {
    /// The statistic.
    pub statistic: StatisticId,
    /// The plan.
    pub plan: Question,
    /// The dataset as it was, with the release that was counted.
    pub dataset: Explorable,
    /// Every release that the plan asks, by dataset.
    pub releases: BTreeMap<CataloguePath, ReleaseId>,
    /// As at when opt-outs and other reservations counted, UTC.
    pub preferences_at: Timestamp,
    /// As at when facts about people counted, UTC.
    pub facts_at: Timestamp,
    /// The cells that were told.
    pub cells: Vec<ToldCell>,
}

/// A cell that was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToldCell {
    /// Its group of each dimension; `None` for all.
    pub at: Vec<Option<Group>>,
    /// How many people were counted, before any rounding: whoever counts again must find as many.
    pub people: u64,
}

/// The datasets that a plan reads, each once, in order.
pub fn datasets(plan: &Question) -> Vec<CataloguePath> {
    let others = plan.only.leaves().into_iter().filter_map(|leaf| match leaf {
        Condition::Has { variable, .. } => variable.parent(),
        _ => None,
    });
    let mut all: Vec<CataloguePath> = others.chain([plan.dataset.clone()]).collect();
    all.sort();
    all.dedup();
    all
}

/// Whether the amounts of two tables are sums over some of the same rows, by what the plans say alone. The audit
/// knows people, not rows: a row more or less of somebody who stays in the table changes a sum and no set of
/// people. So exact amounts of the same rows are told once, whatever they are crossed by.
pub fn amounts_meet(one: &Question, other: &Question) -> bool {
    one.dataset == other.dataset && quantity(one).is_some_and(|of| quantity(other) == Some(of)) && !apart(one, other)
}

/// What is added up: rows, or a number.
fn quantity(plan: &Question) -> Option<&str> {
    match &plan.measure {
        Measure::People => None,
        Measure::Events => Some(""),
        Measure::Sum(name) | Measure::Mean(name) | Measure::Median(name) => Some(name),
    }
}

/// Whether no row can satisfy both plans' conditions.
fn apart(one: &Question, other: &Question) -> bool {
    let (mine, theirs) = (one.parts(), other.parts());
    mine.iter().any(|a| theirs.iter().any(|b| excludes(a, b)))
}

fn excludes(a: &Condition, b: &Condition) -> bool {
    match (a, b) {
        (Condition::Period { from, until }, Condition::Period { from: other_from, until: other_until }) => {
            until < other_from || other_until < from
        }
        (Condition::Code { variable, begins }, Condition::Code { variable: other, begins: others }) => {
            let meet = |a: &String| others.iter().any(|b| a.starts_with(b.as_str()) || b.starts_with(a.as_str()));
            variable == other && !begins.iter().any(meet)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::model::Dimension;

    fn plan(only: Condition, measure: Measure) -> Question {
        Question { dataset: "npr/contact".parse().unwrap(), only, by: vec![Dimension::Sex], measure }
    }

    fn year(year: i16) -> Condition {
        Condition::Period { from: date(year, 1, 1), until: date(year, 12, 31) }
    }

    fn code(begins: &[&str]) -> Condition {
        Condition::Code { variable: "code".to_owned(), begins: begins.iter().map(|one| (*one).to_owned()).collect() }
    }

    #[test]
    fn amounts_of_the_same_rows_meet_whatever_they_are_crossed_by() {
        let events = |only| plan(only, Measure::Events);
        let all = events(Condition::default());
        assert!(amounts_meet(&all, &Question { by: Vec::new(), ..all.clone() }));
        assert!(amounts_meet(&all, &events(code(&["I50"]))));
        assert!(!amounts_meet(&events(year(2022)), &events(year(2023))));
        assert!(amounts_meet(&events(year(2022)), &events(Condition::Not(Box::new(year(2022))))), "not looked into");
        assert!(!amounts_meet(&events(code(&["I50", "C"])), &events(code(&["I51", "J"]))));
        assert!(amounts_meet(&events(code(&["I50"])), &events(code(&["I"]))));
        let days = plan(Condition::default(), Measure::Sum("days".to_owned()));
        assert!(!amounts_meet(&all, &days), "other quantities");
        assert!(amounts_meet(&days, &plan(year(2022), Measure::Mean("days".to_owned()))), "a mean is a sum");
        assert!(!amounts_meet(&plan(Condition::default(), Measure::People), &all), "people are audited");
    }

    proptest! {
        /// A row that satisfies both plans is found, if there is one among all codes and months.
        #[test]
        fn what_is_apart_has_no_row_in_common(
            one in (0_usize..6, 1_i8..=12, 1_i8..=12),
            other in (0_usize..6, 1_i8..=12, 1_i8..=12),
        ) {
            const CODES: [&str; 6] = ["I", "I5", "I50", "J", "J1", "C34"];
            let only = |(at, a, b): (usize, i8, i8)| {
                let (from, until) = (a.min(b), a.max(b));
                Condition::All(vec![
                    code(&[CODES[at]]),
                    Condition::Period { from: date(2023, from, 1), until: date(2023, until, 1).last_of_month() },
                ])
            };
            let satisfies = |(at, a, b): (usize, i8, i8), row: (&str, i8)| {
                row.0.starts_with(CODES[at]) && (a.min(b)..=a.max(b)).contains(&row.1)
            };
            let rows = ["I509", "I211", "J189", "J459", "C349", "I5", "J1"]
                .into_iter()
                .flat_map(|code| (1..=12).map(move |month| (code, month)));
            let common = rows.into_iter().any(|row| satisfies(one, row) && satisfies(other, row));
            let meet = amounts_meet(&plan(only(one), Measure::Events), &plan(only(other), Measure::Events));
            prop_assert!(meet || !common);
        }
    }
}
