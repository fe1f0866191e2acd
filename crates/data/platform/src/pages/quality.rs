//! How good a release is: by dimension, by variable, and what changed since the release before.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use varde_core::ReleaseId;
use varde_web::{Failure, Form, Id, Visit, ui::Link};

use super::{
    Asked,
    section::{Cell, Section, Table, decimal, percent},
};
use crate::{
    Assessment, QualityView,
    quality::{
        By, Cells, Covered, Miss, Report, Rule, Share, Told, Trend, VariableFigures, YearCoverage, change, rows,
    },
};

/// The codes of a variable that are listed.
const MOST_CODES: usize = 100;

#[derive(Template)]
#[template(path = "quality/report.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    here: String,
    lead: Vec<String>,
    /// What the release lacks of what is demanded.
    misses: Vec<String>,
    sections: Vec<Section>,
    /// The years of coverage that can be chosen.
    years: Vec<(Link, bool)>,
    links: Vec<Link>,
}

/// `GET /register/{id}/kvalitet?aar=2025`.
pub(super) async fn show(
    (visit, State(platform), Id(id)): Asked<ReleaseId>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let view = platform.quality(&visit.actor, id).await?;
    let title = visit.t("quality-title");
    let Some(found) = &view.assessment else { return Ok(visit.page(waiting(&visit, &view, title))) };
    let report = &found.report;
    let asked = wanted(raw.as_deref());
    let covered = report.coverage.iter().find(|year| Some(year.year) == asked).or(report.coverage.last());
    let choice = |year: &YearCoverage| {
        let here = covered.is_some_and(|covered| covered.year == year.year);
        (Link::new(format!("/register/{id}/kvalitet?aar={0}#coverage", year.year), year.year.to_string()), here)
    };
    let mut sections = vec![
        completeness(&visit, id, report),
        uniqueness(&visit, report),
        validity(&visit, id, report),
        timeliness(&visit, report),
        consistency(&visit, report),
    ];
    sections.push(coverage(&visit, covered));
    let mut links = Vec::new();
    if view.trend.is_some() {
        links.push(Link::new(format!("/register/{id}/utvikling"), visit.t("quality-trend")));
    }
    links.push(Link::new(format!("/api/releases/{id}/quality"), visit.t("quality-json")));
    Ok(visit.page(Page {
        crumbs: crumbs(&visit, &view),
        here: title.clone(),
        title,
        lead: lead(&visit, &view, found),
        misses: found.misses.iter().map(|miss| told(&visit, miss)).collect(),
        sections,
        years: report.coverage.iter().rev().map(choice).collect(),
        links,
        visit: &visit,
    }))
}

/// `GET /register/{id}/kvalitet/{variable}`.
pub(super) async fn variable(
    (visit, State(platform), Id((id, name))): Asked<(ReleaseId, String)>,
) -> Result<Response, Failure> {
    let view = platform.quality(&visit.actor, id).await?;
    let found = view.assessment.as_ref().ok_or_else(Failure::not_found)?;
    let variable = found.report.variables.iter().find(|v| v.name == name).ok_or_else(Failure::not_found)?;
    let mut crumbs = crumbs(&visit, &view);
    crumbs.push(Link::new(format!("/register/{id}/kvalitet"), visit.t("quality-title")));
    let mut sections = vec![by_year(&visit, &found.report, variable)];
    sections.extend(codes(&visit, variable));
    Ok(visit.page(Page {
        crumbs,
        title: name_of(&visit, variable),
        here: name_of(&visit, variable),
        lead: lead(&visit, &view, found),
        misses: Vec::new(),
        sections,
        years: Vec::new(),
        links: vec![Link::new(
            format!("/katalog/variabel/{}/{name}", view.release.dataset),
            visit.t("quality-catalogue"),
        )],
        visit: &visit,
    }))
}

/// `GET /register/{id}/utvikling`.
pub(super) async fn trend((visit, State(platform), Id(id)): Asked<ReleaseId>) -> Result<Response, Failure> {
    let (view, trend) = platform.trend(&visit.actor, id).await?;
    let title = visit.t("quality-trend");
    let found = view.assessment.as_ref().ok_or_else(Failure::not_found)?;
    let (before, trend) = trend.as_ref().ok_or_else(Failure::not_found)?;
    let mut crumbs = crumbs(&visit, &view);
    crumbs.push(Link::new(format!("/register/{id}/kvalitet"), visit.t("quality-title")));
    Ok(visit.page(Page {
        crumbs,
        here: title.clone(),
        title,
        lead: [vec![visit.t("quality-trend-lead")], lead(&visit, &view, found)].concat(),
        misses: Vec::new(),
        sections: vec![growth(&visit, trend), filling(&visit, trend), shifts(&visit, trend)],
        years: Vec::new(),
        links: vec![Link::new(format!("/register/{before}/kvalitet"), visit.t("quality-before"))],
        visit: &visit,
    }))
}

fn waiting<'a>(visit: &'a Visit, view: &QualityView, title: String) -> Page<'a> {
    Page {
        crumbs: crumbs(visit, view),
        here: title.clone(),
        title,
        lead: vec![visit.t("quality-waiting")],
        misses: Vec::new(),
        sections: Vec::new(),
        years: Vec::new(),
        links: Vec::new(),
        visit,
    }
}

fn wanted(raw: Option<&str>) -> Option<i16> {
    let pairs = raw.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    Form::of(pairs).value("aar").parse().ok()
}

fn crumbs(visit: &Visit, view: &QualityView) -> Vec<Link> {
    let release = &view.release;
    vec![
        Link::new("/register", visit.t("platform-releases")),
        Link::new(
            format!("/register/{}", release.id),
            format!("{} {}", release.dataset, visit.time(release.created_at)),
        ),
    ]
}

/// What the figures are of, and who sees them so.
fn lead(visit: &Visit, view: &QualityView, found: &Assessment) -> Vec<String> {
    let at = visit.time(found.report.as_at);
    let mut said = vec![visit.t_with("quality-as-at", &[("time", at.into())])];
    said.push(visit.t(if view.exact { "quality-exact" } else { "quality-safe" }));
    if !found.report.described {
        said.push(visit.t("quality-undescribed"));
    }
    said
}

/// What is lacking, in a sentence.
pub(super) fn told(visit: &Visit, miss: &Miss) -> String {
    let share = |share: Option<u64>| Cell::share(visit, share).text;
    let arguments: Vec<(&str, String)> = match miss {
        Miss::Unusable { most, found } => vec![("most", share(Some(*most))), ("found", share(Some(*found)))],
        Miss::Complete { variable, least, found } => {
            vec![("variable", variable.clone()), ("least", share(Some(*least))), ("found", share(*found))]
        }
        Miss::Rows { most, before, after } => vec![
            ("most", share(Some(*most))),
            ("before", Cell::count(visit, Some(*before)).text),
            ("after", Cell::count(visit, Some(*after)).text),
        ],
        Miss::Invalid { variable, most, found } => {
            vec![("variable", variable.clone()), ("most", share(Some(*most))), ("found", share(Some(*found)))]
        }
        Miss::Coverage { least, found } => vec![("least", share(Some(*least))), ("found", share(*found))],
    };
    let arguments: Vec<_> = arguments.into_iter().map(|(name, text)| (name, text.into())).collect();
    visit.t_with(&format!("quality-miss-{}", miss.name()), &arguments)
}

fn name_of(visit: &Visit, variable: &VariableFigures) -> String {
    let label = visit.local(&variable.label);
    if label.is_empty() { variable.name.clone() } else { label.to_owned() }
}

fn year_name(visit: &Visit, year: Option<i16>) -> String {
    year.map_or_else(|| visit.t("quality-no-year"), |year| year.to_string())
}

fn completeness(visit: &Visit, id: ReleaseId, report: &Report) -> Section {
    let mut table = Table::new(visit, "completeness", &["variable", "complete", "with", "without", "required"]);
    for variable in &report.variables {
        let required = visit.t(if variable.required { "quality-yes" } else { "quality-no" });
        let cells = vec![
            Cell::share(visit, variable.complete()),
            Cell::count(visit, variable.sum(|c| c.with)),
            Cell::count(visit, variable.sum(|c| c.without)),
            Cell::words(required),
        ];
        table.line(name_of(visit, variable), format!("/register/{id}/kvalitet/{}", variable.name), cells);
    }
    Section::new(visit, "completeness", "completeness").with(table, 0, Some(1000))
}

fn uniqueness(visit: &Visit, report: &Report) -> Section {
    let mut table = Table::new(visit, "uniqueness", &["year", "repeated", "share", "rows"]);
    for year in &report.years {
        let (repeated, all) = (rows(year.repeated), rows(year.all));
        let cells = vec![Cell::count(visit, repeated), Cell::part(visit, repeated, all), Cell::count(visit, all)];
        table.line(year_name(visit, year.year), String::new(), cells);
    }
    Section::new(visit, "uniqueness", "uniqueness").with(table, 0, None)
}

fn validity(visit: &Visit, id: ReleaseId, report: &Report) -> Section {
    let mut table = Table::new(visit, "validity", &["variable", "invalid", "share", "unusual"]);
    for variable in &report.variables {
        let cells = vec![
            Cell::count(visit, variable.sum(|c| c.invalid)),
            Cell::share(visit, variable.invalid()),
            Cell::count(visit, variable.sum(|c| c.unusual)),
        ];
        table.line(name_of(visit, variable), format!("/register/{id}/kvalitet/{}", variable.name), cells);
    }
    Section::new(visit, "validity", "validity").with(table, 0, None)
}

fn timeliness(visit: &Visit, report: &Report) -> Section {
    let mut table = Table::new(visit, "timeliness", &["year", "median", "ninety"]);
    for year in report.years.iter().filter(|year| year.delay.is_some()) {
        let days = |pick: fn(crate::quality::Delay) -> i64| Cell::days(visit, year.delay.map(pick));
        table.line(year_name(visit, year.year), String::new(), vec![days(|d| d.median), days(|d| d.ninety)]);
    }
    let mut section = Section::new(visit, "timeliness", "timeliness").with(table, 0, None);
    match report.freshness {
        None => section.lead.push(visit.t("quality-no-date")),
        Some(fresh) => {
            let newest = visit.date(fresh.newest);
            let arguments = [("newest", newest.into()), ("days", fresh.days.into())];
            section.lead.push(visit.t_with("quality-newest", &arguments));
            section.lead.push(match fresh.agreed {
                None => visit.t("quality-nothing-agreed"),
                Some(days) if fresh.is_late() => visit.t_with("quality-late", &[("days", days.into())]),
                Some(days) => visit.t_with("quality-in-time", &[("days", days.into())]),
            });
        }
    }
    section
}

fn consistency(visit: &Visit, report: &Report) -> Section {
    let mut table = Table::new(visit, "consistency", &["rule", "broken", "share", "checked"]);
    for rule in &report.rules {
        let (broken, checked) = (rows(rule.broken), rows(rule.checked));
        let cells = vec![Cell::count(visit, broken), Cell::part(visit, broken, checked), Cell::count(visit, checked)];
        table.line(rule_text(visit, &rule.what), String::new(), cells);
    }
    let mut section = Section::new(visit, "consistency", "consistency").with(table, 0, None);
    if report.rules.is_empty() {
        section.lead.push(visit.t("quality-no-rules"));
    }
    if !report.unchecked.is_empty() {
        let names = report.unchecked.join(", ");
        section.lead.push(visit.t_with("quality-unchecked", &[("names", names.into())]));
    }
    section
}

fn rule_text(visit: &Visit, rule: &Rule) -> String {
    let (variable, other) = rule.about();
    visit.t_with(&format!("quality-rule-{}", rule.name()), &[("variable", variable.into()), ("other", other.into())])
}

fn coverage(visit: &Visit, covered: Option<&YearCoverage>) -> Section {
    let mut section = Section::new(visit, "coverage", "coverage");
    let Some(covered) = covered else {
        section.lead.push(visit.t("quality-no-coverage"));
        return section;
    };
    let mut table = Table::new(visit, "coverage", &["group", "share", "people", "population"]);
    for group in &covered.groups {
        let cells = vec![
            Cell::share(visit, group.share()),
            Cell::count(visit, group.people),
            Cell::count(visit, Some(group.population)),
        ];
        table.line(group_name(visit, group), String::new(), cells);
    }
    let (year, day) = (covered.year.to_string(), visit.date(covered.day));
    section.lead.push(visit.t_with("quality-coverage-day", &[("year", year.into()), ("day", day.into())]));
    section.with(table, 0, Some(1000))
}

fn group_name(visit: &Visit, group: &Covered) -> String {
    match group.by {
        By::Sex => visit.t_of("quality-sex", &group.code),
        by => visit.t_with(&format!("quality-by-{}", by.name()), &[("code", group.code.as_str().into())]),
    }
}

fn by_year(visit: &Visit, report: &Report, variable: &VariableFigures) -> Section {
    let headers = ["year", "complete", "with", "without", "invalid", "unusual"];
    let mut table = Table::new(visit, "years", &headers);
    for (year, cells) in report.years.iter().zip(&variable.years) {
        let Cells { with, without, invalid, unusual } = *cells;
        let all = rows(with).zip(rows(without)).map(|(with, without)| with + without);
        let count = |told: Told| Cell::count(visit, rows(told));
        let cells =
            vec![Cell::part(visit, rows(with), all), count(with), count(without), count(invalid), count(unusual)];
        table.line(year_name(visit, year.year), String::new(), cells);
    }
    Section::new(visit, "years", "years").with(table, 0, Some(1000))
}

fn codes(visit: &Visit, variable: &VariableFigures) -> Option<Section> {
    let codes = variable.codes.as_ref()?;
    let mut all: Vec<_> = codes.counts.iter().collect();
    all.sort_by(|(a, one), (b, other)| other.rows.cmp(&one.rows).then_with(|| a.cmp(b)));
    let mut table = Table::new(visit, "codes", &["code", "rows", "people"]);
    for (code, count) in all.iter().take(MOST_CODES) {
        let cells = vec![Cell::count(visit, Some(count.rows)), Cell::count(visit, Some(count.people))];
        table.line((*code).clone(), String::new(), cells);
    }
    Some(Section::new(visit, "codes", "codes").with(table, 0, None))
}

fn growth(visit: &Visit, trend: &Trend) -> Section {
    let mut table = Table::new(visit, "growth", &["year", "after", "before", "change"]);
    let mut line = |name: String, share: Share| {
        let change = change(share).map_or_else(|| visit.t("quality-no-share"), |change| percent(visit, change));
        let cells = vec![Cell::count(visit, share.after), Cell::count(visit, share.before), Cell::words(change)];
        table.line(name, String::new(), cells);
    };
    line(visit.t("quality-all-rows"), trend.rows);
    line(visit.t("quality-all-people"), trend.people);
    for (year, share) in &trend.years {
        line(year_name(visit, *year), *share);
    }
    Section::new(visit, "growth", "growth").with(table, 0, None)
}

fn filling(visit: &Visit, trend: &Trend) -> Section {
    let mut table = Table::new(visit, "filling", &["variable", "missing_after", "missing_before"]);
    for variable in &trend.variables {
        let cells = vec![Cell::share(visit, variable.missing.after), Cell::share(visit, variable.missing.before)];
        table.line(variable.name.clone(), String::new(), cells);
    }
    Section::new(visit, "filling", "filling").with(table, 0, Some(1000))
}

fn shifts(visit: &Visit, trend: &Trend) -> Section {
    let mut table = Table::new(visit, "shifts", &["variable", "variation", "stability", "new", "gone"]);
    let listed = |codes: &[(String, u64)]| {
        let some =
            codes.iter().take(10).map(|(code, rows)| format!("{code} ({})", Cell::count(visit, Some(*rows)).text));
        let more = if codes.len() > 10 { " …" } else { "" };
        Cell::words(format!("{}{more}", some.collect::<Vec<_>>().join(", ")))
    };
    for variable in &trend.variables {
        let Some(shift) = variable.shift else { continue };
        let thousandths = (shift.variation * 1000.0).round() as i64;
        let cells = vec![
            Cell { text: percent(visit, thousandths), value: Some(thousandths) },
            Cell::words(decimal(visit, shift.stability)),
            listed(&variable.new),
            listed(&variable.gone),
        ];
        table.line(variable.name.clone(), String::new(), cells);
    }
    let mut section = Section::new(visit, "shifts", "shifts").with(table, 0, Some(1000));
    if section.table.is_none() {
        section.lead.push(visit.t("quality-no-shifts"));
    }
    section
}
