//! The statistics of a variable: a page of its own, and a part of the variable's page.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use varde_core::{CataloguePath, Language, Problem as _};
use varde_web::{Failure, Visit, ui::Link};

use super::{
    Service, address,
    availability::year as year_name,
    path, query,
    text::{Words, way},
};
use crate::{AsAt, Code, Count, Filled, Groups, Interval, Statistics, YearStatistics, model::meaning};

/// The height of a row of the figure in pixels: a label and its bar.
const ROW: usize = 48;
/// The most rows of a figure; the table has them all.
const ROWS: usize = 30;
/// The longest label of a row in characters: what fits on a phone beside its number.
const LABEL: usize = 30;

#[derive(Template)]
#[template(path = "catalogue/statistics.html")]
struct StatisticsTemplate<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    name: Words,
    back: String,
    shown: Option<Shown>,
}

/// Statistics as they are shown.
pub(super) struct Shown {
    /// When the release was counted, in words.
    pub(super) counted: String,
    pub(super) threshold: u64,
    pub(super) base: u64,
    /// Whether means and quartiles are shown.
    pub(super) numeric: bool,
    pub(super) years: Vec<YearRow>,
    /// The year whose distribution is shown, when values are grouped.
    pub(super) one: Option<OneYear>,
    /// The years whose distribution can be shown: address, name, whether it is this one.
    pub(super) choices: Vec<(String, String, bool)>,
}

/// A year in the table of all.
pub(super) struct YearRow {
    pub(super) year: String,
    pub(super) rows: String,
    pub(super) people: String,
    pub(super) missing: String,
    /// Mean, deviation, quartiles.
    pub(super) summary: Vec<String>,
}

/// The distribution of one year.
pub(super) struct OneYear {
    pub(super) year: String,
    pub(super) groups: Vec<GroupRow>,
    pub(super) height: usize,
    /// What was withheld and why, in a sentence.
    pub(super) withheld: String,
    /// How many groups there was no room for in the figure.
    pub(super) left_out: usize,
}

/// A group of values.
pub(super) struct GroupRow {
    pub(super) code: String,
    pub(super) label: Words,
    /// The label as the figure has it.
    pub(super) short: String,
    pub(super) rows: String,
    pub(super) people: String,
    pub(super) share: String,
    /// The bar's width; empty for what is withheld.
    pub(super) width: String,
    /// Where the label and the bar stand in the figure.
    pub(super) text: usize,
    pub(super) top: usize,
}

/// `GET /katalog/statistikk/{source}/{dataset}/{variable}?aar=2020`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    Path(wanted): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let at = path(&wanted)?;
    let found = service.statistics(&visit.actor, &at).await?;
    let (view, statistics) = found.ok_or_else(Failure::not_found)?;
    let version = view.variable.on(visit.clock().today()).ok_or_else(Failure::not_found)?;
    let name = Words::of(&visit, &version.name);
    let mut crumbs = way(&visit, &view.source, &view.dataset, true, AsAt::default());
    crumbs.push(Link::new(format!("/katalog/variabel/{at}"), name.text.clone()));
    let shown = statistics.map(|statistics| Shown::of(&visit, &statistics, &version.codes, form.value("aar")));
    Ok(visit.page(StatisticsTemplate { crumbs, name, back: format!("/katalog/variabel/{at}"), shown, visit: &visit }))
}

impl Shown {
    /// The statistics beside what the catalogue says. A page is not lost for want of them.
    pub(super) async fn beside(visit: &Visit, service: &Service, at: &CataloguePath, codes: &[Code]) -> Option<Self> {
        match service.observed_statistics(at).await {
            Ok(found) => found.map(|statistics| Self::of(visit, &statistics, codes, "")),
            Err(error) => {
                tracing::warn!(code = error.code(), "what was observed of a variable could not be read");
                None
            }
        }
    }

    /// The statistics with the distribution of the year asked for, else of the newest that has one.
    pub(super) fn of(visit: &Visit, statistics: &Statistics, codes: &[Code], wanted: &str) -> Self {
        let years = &statistics.years;
        let groups = statistics.groups.as_ref().filter(|groups| !groups.is_empty());
        let tells = |year: &&YearStatistics| year.counts.iter().any(Option::is_some);
        let mut grouped: Vec<&YearStatistics> = groups.map_or_else(Vec::new, |_| years.iter().filter(tells).collect());
        grouped.reverse();
        let asked = grouped.iter().find(|year| key(year.year) == wanted);
        let one = asked.or(grouped.first()).copied();
        let choice = |year: &&YearStatistics| {
            let pairs = [("aar", key(year.year))];
            let here = format!("/katalog/statistikk/{}", statistics.variable);
            let href = address(&here, pairs.iter().map(|(name, value)| (*name, value.as_str())));
            (href, year_name(visit, year.year), one.is_some_and(|one| one.year == year.year))
        };
        Self {
            counted: visit.time(statistics.observed.at),
            threshold: statistics.observed.limits.threshold,
            base: statistics.observed.limits.base,
            numeric: matches!(groups, Some(Groups::Intervals(_))),
            years: years.iter().rev().map(|year| year_row(visit, year)).collect(),
            one: one.zip(groups).map(|(year, groups)| OneYear::of(visit, year, groups, codes)),
            choices: grouped.iter().map(choice).collect(),
        }
    }
}

/// A year in an address.
fn key(year: Option<i16>) -> String {
    year.map_or_else(|| "uten".to_owned(), |year| year.to_string())
}

fn year_row(visit: &Visit, year: &YearStatistics) -> YearRow {
    let with = year.with_value();
    let about = |text: String| match year.filled {
        Filled::NearlyAll => visit.t_with("availability-about", &[("number", text.into())]),
        _ => text,
    };
    let count = |number: Option<u64>| match number {
        Some(number) => about(visit.number(number)),
        None => visit.t(if year.filled.is_observed() { "availability-withheld" } else { "availability-few" }),
    };
    let missing = match year.filled {
        Filled::NearlyAll => visit.t("availability-missing-few"),
        _ => year.filled.missing_percent().map_or_else(|| visit.t("availability-withheld"), |p| percent(visit, p)),
    };
    let number = |number: Option<f64>| number.map_or_else(|| "–".to_owned(), |number| decimal(visit, number));
    let summary = year
        .summary
        .map(|s| [Some(s.mean), Some(s.deviation), s.lower_quartile, s.median, s.upper_quartile].map(number).to_vec());
    YearRow {
        year: year_name(visit, year.year),
        rows: count(with.map(|count| count.rows)),
        people: count(with.map(|count| count.people)),
        missing,
        summary: summary.unwrap_or_else(|| vec!["–".to_owned(); 5]),
    }
}

impl OneYear {
    fn of(visit: &Visit, year: &YearStatistics, groups: &Groups, codes: &[Code]) -> Self {
        let told: u64 = year.counts.iter().flatten().map(|count| count.rows).sum();
        let all = year.with_value().map_or(told, |with| with.rows.max(told)).max(1);
        let most = year.counts.iter().flatten().map(|count| count.rows).max().unwrap_or(0).max(1);
        let mut places: Vec<usize> = (0..groups.len()).collect();
        if matches!(groups, Groups::SomeCodes(_)) {
            // Rare codes are not even named.
            places.retain(|at| year.counts.get(*at).copied().flatten().is_some_and(|count| count.rows > 0));
            places.sort_by_key(|at| std::cmp::Reverse(year.counts.get(*at).copied().flatten().map(|count| count.rows)));
        }
        let row = |(nth, at): (usize, &usize)| {
            let count = year.counts.get(*at).copied().flatten();
            let (code, label) = group(visit, groups, *at, codes);
            GroupRow {
                short: short(if label.text.is_empty() { &code } else { &label.text }),
                code,
                label,
                rows: told_or(visit, count.map(|count| count.rows)),
                people: told_or(visit, count.map(|count| count.people)),
                share: count.map_or_else(|| visit.t("availability-withheld"), |c| percent(visit, share(c, all))),
                width: count
                    .map_or_else(String::new, |count| format!("{:.1}%", count.rows as f64 * 100.0 / most as f64)),
                text: nth * ROW + 14,
                top: nth * ROW + 20,
            }
        };
        let groups_shown: Vec<GroupRow> = places.iter().enumerate().map(row).collect();
        let hidden = year.counts.iter().filter(|count| count.is_none()).count();
        let some = matches!(groups, Groups::SomeCodes(_));
        let withheld = match (hidden, some) {
            (0, false) => visit.t("availability-nothing-withheld"),
            (_, true) => visit.t("availability-some-codes"),
            (_, false) => visit.t_with("availability-groups-withheld", &[("count", hidden.into())]),
        };
        Self {
            year: year_name(visit, year.year),
            height: groups_shown.len().min(ROWS) * ROW,
            left_out: groups_shown.len().saturating_sub(ROWS),
            groups: groups_shown,
            withheld,
        }
    }

    /// The rows of the figure.
    pub(super) fn drawn(&self) -> &[GroupRow] {
        &self.groups[..self.groups.len().min(ROWS)]
    }
}

fn told_or(visit: &Visit, number: Option<u64>) -> String {
    number.map_or_else(|| visit.t("availability-withheld"), |number| visit.number(number))
}

fn share(count: Count, all: u64) -> u64 {
    (count.rows * 100 + all / 2) / all
}

fn percent(visit: &Visit, number: u64) -> String {
    visit.t_with("availability-percent", &[("number", number.into())])
}

/// A number with at most three significant digits behind what is whole, in the page's language.
fn decimal(visit: &Visit, number: f64) -> String {
    let places =
        if number.abs() >= 100.0 { 0 } else { usize::from(number.abs() < 100.0) + usize::from(number.abs() < 1.0) };
    let text = format!("{number:.places$}");
    comma(visit, &text)
}

fn comma(visit: &Visit, text: &str) -> String {
    if visit.language == Language::En { text.to_owned() } else { text.replace('.', ",") }
}

/// A group's code and what it means.
fn group(visit: &Visit, groups: &Groups, at: usize, codes: &[Code]) -> (String, Words) {
    let plain = |text: String| Words { text, lang: "" };
    match groups {
        Groups::Codes(all) | Groups::SomeCodes(all) => {
            let code = all.get(at).cloned().unwrap_or_default();
            let label = match (meaning(codes, &code), code.as_str()) {
                (Some(known), _) => Words::of(visit, &known.text),
                (None, "true") => plain(visit.t("metadata-yes")),
                (None, "false") => plain(visit.t("metadata-no")),
                (None, _) => Words::default(),
            };
            (code, label)
        }
        Groups::Intervals(all) => (String::new(), plain(all.get(at).map(|i| interval(visit, i)).unwrap_or_default())),
    }
}

fn interval(visit: &Visit, interval: &Interval) -> String {
    let number = |number: f64| comma(visit, &number.to_string());
    match (interval.from, interval.until) {
        (None, None) => visit.t("availability-interval-any"),
        (None, Some(until)) => visit.t_with("availability-interval-below", &[("until", number(until).into())]),
        (Some(from), None) => visit.t_with("availability-interval-from", &[("from", number(from).into())]),
        (Some(from), Some(until)) if interval.whole && until - from <= 1.0 => number(from),
        (Some(from), Some(until)) if interval.whole => {
            let (from, last) = (number(from), number(until - 1.0));
            visit.t_with("availability-interval-whole", &[("from", from.into()), ("last", last.into())])
        }
        (Some(from), Some(until)) => {
            let (from, until) = (number(from), number(until));
            visit.t_with("availability-interval-between", &[("from", from.into()), ("until", until.into())])
        }
    }
}

fn short(label: &str) -> String {
    match label.char_indices().nth(LABEL) {
        None => label.to_owned(),
        Some((end, _)) => format!("{}…", label[..end].trim_end()),
    }
}
