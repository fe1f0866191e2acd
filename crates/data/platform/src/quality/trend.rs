//! What changed from one release to the next.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Codes, Report, VariableFigures, per_thousand};

/// A number before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Share {
    /// In the release before.
    pub before: Option<u64>,
    /// In this one.
    pub after: Option<u64>,
}

/// How differently two distributions of codes lie. Both are taken over all years and all rows with a value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Shift {
    /// Total variation distance: the share of rows that would have to have another code, 0–1.
    pub variation: f64,
    /// Population stability index: Σ (after − before) · ln(after / before). Below 0.1 is usually called
    /// stable, above 0.25 shifted. A code that is missing on one side counts as half a row there.
    pub stability: f64,
}

/// What changed of a variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VariableTrend {
    /// Which.
    pub name: String,
    /// Rows without a value, in thousandths; `None` where the release does not have the variable.
    pub missing: Share,
    /// How its codes shifted.
    pub shift: Option<Shift>,
    /// Codes that came, with how many rows.
    pub new: Vec<(String, u64)>,
    /// Codes that are gone, with how many rows they had.
    pub gone: Vec<(String, u64)>,
}

/// What changed of a release.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    /// Rows.
    pub rows: Share,
    /// People.
    pub people: Share,
    /// By year, rows: the years of either.
    pub years: Vec<(Option<i16>, Share)>,
    /// By variable, those of either, in this release's order.
    pub variables: Vec<VariableTrend>,
}

impl Trend {
    /// What changed from `before` to `after`.
    pub fn between(before: &Report, after: &Report) -> Self {
        let count =
            |pick: fn(varde_metadata::Count) -> u64| Share { before: before.all.map(pick), after: after.all.map(pick) };
        let years: BTreeSet<Option<i16>> = before.years.iter().chain(&after.years).map(|year| year.year).collect();
        let rows = |report: &Report, year: Option<i16>| {
            report.years.iter().find(|found| found.year == year).map_or(Some(0), |found| super::rows(found.all))
        };
        let year = |year| (year, Share { before: rows(before, year), after: rows(after, year) });
        let find = |report: &'_ Report, name: &str| report.variables.iter().find(|v| v.name == name).cloned();
        let gone = before.variables.iter().filter(|v| find(after, &v.name).is_none());
        let names = after.variables.iter().chain(gone).map(|v| v.name.clone());
        let variable = |name: String| variable(&name, find(before, &name).as_ref(), find(after, &name).as_ref());
        Self {
            rows: count(|all| all.rows),
            people: count(|all| all.people),
            years: years.into_iter().map(year).collect(),
            variables: names.map(variable).collect(),
        }
    }
}

fn variable(name: &str, before: Option<&VariableFigures>, after: Option<&VariableFigures>) -> VariableTrend {
    let missing = |v: Option<&VariableFigures>| v.and_then(VariableFigures::complete).map(|complete| 1000 - complete);
    let codes = |v: Option<&VariableFigures>| v.and_then(|v| v.codes.clone());
    let (then, now) = (codes(before), codes(after));
    let only = |these: &Option<Codes>, those: &Option<Codes>| match (these, those) {
        // A list that was cut says nothing of what is not on it.
        (Some(these), Some(those)) if those.others == 0 => {
            let missing = these.counts.iter().filter(|(code, _)| !those.counts.contains_key(*code));
            missing.map(|(code, count)| (code.clone(), count.rows)).collect()
        }
        _ => Vec::new(),
    };
    VariableTrend {
        name: name.to_owned(),
        missing: Share { before: missing(before), after: missing(after) },
        shift: then.as_ref().zip(now.as_ref()).and_then(|(then, now)| Shift::between(then, now)),
        new: only(&now, &then),
        gone: only(&then, &now),
    }
}

impl Shift {
    /// From one distribution to another; `None` when one of them is empty.
    pub fn between(before: &Codes, after: &Codes) -> Option<Self> {
        let total = |codes: &Codes| codes.counts.values().map(|count| count.rows).sum::<u64>() + codes.others;
        let (all_before, all_after) = (total(before), total(after));
        if all_before == 0 || all_after == 0 {
            return None;
        }
        let rows = |codes: &Codes, code: &str| codes.counts.get(code).map_or(0, |count| count.rows);
        let names: BTreeSet<&String> = before.counts.keys().chain(after.counts.keys()).collect();
        let listed = names.into_iter().map(|code| (rows(before, code), rows(after, code)));
        let (mut variation, mut stability) = (0.0, 0.0);
        for (then, now) in listed.chain([(before.others, after.others)]) {
            if then == 0 && now == 0 {
                continue;
            }
            let share = |rows: u64, all: u64| rows as f64 / all as f64;
            let (p, q) = (share(then, all_before), share(now, all_after));
            variation += (q - p).abs() / 2.0;
            let least = |rows: u64, all: u64| (rows as f64).max(0.5) / all as f64;
            let (p, q) = (least(then, all_before), least(now, all_after));
            stability += (q - p) * (q / p).ln();
        }
        Some(Self { variation, stability })
    }
}

/// A change in thousandths of what was before; `None` when there was nothing.
pub(crate) fn change(share: Share) -> Option<i64> {
    let (before, after) = (share.before?, share.after?);
    let size = i64::try_from(per_thousand(before.abs_diff(after), before)?).ok()?;
    Some(if after < before { -size } else { size })
}
