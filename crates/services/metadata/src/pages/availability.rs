//! The page that shows which variable of a dataset has values in which year.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use varde_web::{Failure, Form, Visit, ui::Link};

use super::{
    Service, address, as_at,
    pager::{self, Pager},
    path, query,
    text::{Words, way},
};
use crate::{AsAt, AvailableVariable, Dataset, DatasetAvailability, Standing};

/// Variables on a page.
const PAGE: i64 = 50;
/// Years beside each other.
const YEARS: i16 = 15;
/// What the address says when only contradictions are shown.
const CONTRADICTIONS: &str = "motstrid";

#[derive(Template)]
#[template(path = "catalogue/availability.html")]
struct AvailabilityTemplate<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    name: Words,
    back: String,
    day: Option<String>,
    /// What was counted; `None` when no release was.
    counted: Option<String>,
    summary: String,
    only: bool,
    other: String,
    columns: Vec<String>,
    groups: Vec<GroupRows>,
    legend: Vec<Sign>,
    pager: Pager,
    earlier: Option<String>,
    later: Option<String>,
}

/// The variables of a group; those of none have no name.
struct GroupRows {
    name: Words,
    rows: Vec<VariableRow>,
}

struct VariableRow {
    href: String,
    name: Words,
    released: bool,
    cells: Vec<Sign>,
}

/// A standing as a sign and in words.
struct Sign {
    name: &'static str,
    sign: &'static str,
    text: String,
}

impl Sign {
    fn of(visit: &Visit, standing: Standing) -> Self {
        let text = visit.t_of("availability-standing", standing.name());
        Self { name: standing.name(), sign: standing.sign(), text }
    }
}

/// `GET /katalog/tilgjengelighet/{source}/{dataset}?vis=motstrid&til=2020&side=2&per=2024-01-31`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    Path((source, dataset)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let as_at = as_at(&form);
    let at = path(&format!("{source}/{dataset}"))?;
    let found = service.availability(&visit.actor, &at, as_at).await?;
    let (view, availability) = found.ok_or_else(Failure::not_found)?;
    let page = Page::of(&form, &availability);
    let here = Here { at: at.as_str(), form: &form };
    Ok(visit.page(AvailabilityTemplate {
        crumbs: way(&visit, &view.source, &view.dataset, true, as_at),
        name: Words::of(&visit, &view.dataset.name),
        back: format!("/katalog/{at}{}", super::same_day(as_at)),
        day: as_at.valid.map(|day| visit.date(day)),
        counted: availability.observed.map(|o| visit.time(o.at)),
        summary: summary(&visit, &availability),
        only: page.only,
        other: here.with(&[("vis", if page.only { "" } else { CONTRADICTIONS }), ("side", "")]),
        columns: page.columns.iter().map(|column| year(&visit, availability.matrix.years[*column])).collect(),
        groups: groups(&visit, &view.dataset, &page, as_at),
        legend: Standing::ALL.iter().map(|standing| Sign::of(&visit, *standing)).collect(),
        pager: Pager::of(&visit, "availability-status", page.number, PAGE, page.total, |number| {
            here.with(&[("side", &number.to_string())])
        }),
        earlier: page.earlier.map(|year| here.with(&[("til", &year.to_string())])),
        later: page.later.map(|year| here.with(&[("til", &year.to_string())])),
        visit: &visit,
    }))
}

fn summary(visit: &Visit, availability: &DatasetAvailability) -> String {
    let variables = availability.matrix.variables.len();
    let contradictions = availability.matrix.contradictions();
    visit.t_with("availability-summary", &[("variables", variables.into()), ("contradictions", contradictions.into())])
}

/// A year as a heading; rows without a date have none.
pub(super) fn year(visit: &Visit, year: Option<i16>) -> String {
    year.map_or_else(|| visit.t("availability-undated"), |year| year.to_string())
}

/// The page's address with other values.
struct Here<'a> {
    at: &'a str,
    form: &'a Form,
}

impl Here<'_> {
    fn with(&self, changes: &[(&str, &str)]) -> String {
        let value = |key: &'static str| {
            let changed = changes.iter().find(|(changed, _)| *changed == key);
            (key, changed.map_or_else(|| self.form.value(key), |(_, value)| *value))
        };
        let pairs = ["vis", "til", "side", "per"].map(value);
        address(&format!("/katalog/tilgjengelighet/{}", self.at), pairs.into_iter().filter(|(_, v)| !v.is_empty()))
    }
}

/// What part of the matrix is shown.
struct Page<'a> {
    only: bool,
    number: i64,
    total: i64,
    rows: Vec<&'a AvailableVariable>,
    /// Places of the years that are shown.
    columns: Vec<usize>,
    earlier: Option<i16>,
    later: Option<i16>,
}

impl<'a> Page<'a> {
    fn of(form: &Form, availability: &'a DatasetAvailability) -> Self {
        let matrix = &availability.matrix;
        let only = form.value("vis") == CONTRADICTIONS;
        let rows: Vec<_> = matrix.variables.iter().filter(|variable| !only || variable.contradicts()).collect();
        let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let number = pager::asked(form.value("side"), PAGE, total);
        let skipped = usize::try_from((number - 1) * PAGE).unwrap_or(0);
        let shown = rows.into_iter().skip(skipped).take(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let (first, last) = window(form.value("til"), &matrix.years);
        let inside = |year: &Option<i16>| year.is_none_or(|year| first <= year && year <= last);
        let columns = matrix.years.iter().enumerate().filter(|(_, year)| inside(year)).map(|(at, _)| at).collect();
        let known = || matrix.years.iter().flatten();
        Self {
            only,
            number,
            total,
            rows: shown.collect(),
            columns,
            earlier: known().any(|year| *year < first).then_some(first - 1),
            later: known().any(|year| *year > last).then_some(last.saturating_add(YEARS)),
        }
    }
}

/// The first and last year that are shown: the newest, unless the address names the last one.
fn window(wanted: &str, years: &[Option<i16>]) -> (i16, i16) {
    let newest = years.iter().flatten().max().copied().unwrap_or(0);
    let oldest = years.iter().flatten().min().copied().unwrap_or(0);
    let least = oldest.saturating_add(YEARS - 1).min(newest);
    let last = wanted.parse().unwrap_or(newest).clamp(least, newest);
    (last - (YEARS - 1), last)
}

fn groups(visit: &Visit, dataset: &Dataset, page: &Page<'_>, as_at: AsAt) -> Vec<GroupRows> {
    let day = super::same_day(as_at);
    let mut groups: Vec<(Option<&str>, GroupRows)> = Vec::new();
    for variable in &page.rows {
        let code = variable.group.as_deref();
        if groups.last().is_none_or(|(last, _)| *last != code) {
            let known = dataset.groups.iter().find(|group| Some(group.code.as_str()) == code);
            let name = known.map_or_else(Words::default, |group| Words::of(visit, &group.name));
            groups.push((code, GroupRows { name, rows: Vec::new() }));
        }
        let cells = page.columns.iter().filter_map(|at| variable.standing.get(*at));
        let row = VariableRow {
            href: format!("/katalog/variabel/{}{day}", variable.path),
            name: Words::of(visit, &variable.name),
            released: variable.released,
            cells: cells.map(|standing| Sign::of(visit, *standing)).collect(),
        };
        if let Some((_, group)) = groups.last_mut() {
            group.rows.push(row);
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_shown_a_window_at_a_time() {
        let years: Vec<Option<i16>> = (1990..=2026).map(Some).chain([None]).collect();
        assert_eq!(window("", &years), (2012, 2026));
        assert_eq!(window("2011", &years), (1997, 2011));
        assert_eq!(window("1800", &years), (1990, 2004));
        assert_eq!(window("9999", &years), (2012, 2026));
        assert_eq!(window("", &[None]), (-14, 0));
    }
}
