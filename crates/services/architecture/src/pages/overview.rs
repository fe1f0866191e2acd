//! The state of the whole, on a page and as a file; principles and what they require.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use varde_web::{
    Failure, Form, Visit,
    ui::{Link, Tone},
};

use super::{crumbs, day, query, shown};
use crate::{Architecture, Framework, Line, Overview, Requirement, ThingId};

#[derive(Template)]
#[template(path = "architecture/overview.html")]
struct Page<'a> {
    visit: &'a Visit,
    form: Form,
    framework: &'a Framework,
    /// The frameworks, with whether each is the one that is shown.
    tabs: Vec<(Link, bool)>,
    /// The day that is shown, in words; none for now.
    as_at: Option<String>,
    csv: String,
    headers: Vec<String>,
    rows: Vec<Row>,
    counts: Vec<(String, Tone, usize)>,
    overdue: Vec<shown::Row>,
    waiting: usize,
    registers_systems: bool,
}

struct Row {
    href: String,
    name: String,
    owner: String,
    system: bool,
    cells: Vec<CellShown>,
}

struct CellShown {
    header: String,
    href: String,
    verdict: String,
    tone: Tone,
    count: String,
    older: u32,
}

/// `GET /arkitektur?ramme=national&dag=2026-11-23`.
pub(super) async fn show(
    State(service): State<Architecture>,
    visit: Visit,
    raw: RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let (day, wrong) = day(&form, service.today());
    let overview = service.overview(&visit.actor, form.given("ramme"), day).await?;
    let status = if wrong.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let asked = asked(&overview, day.is_some());
    let tab = |framework: &Framework| {
        let href = format!("{}?ramme={}", super::HOME, framework.id);
        (Link::new(href, visit.local(&framework.title)), framework.id == overview.framework.id)
    };
    let page = Page {
        tabs: service.frameworks().all().iter().map(tab).collect(),
        as_at: day.map(|day| visit.date(day)),
        csv: format!("{}/tilstand.csv?{asked}", super::HOME),
        headers: headers(&visit, &overview),
        rows: overview.lines.iter().map(|line| row(&visit, &overview, line, &asked)).collect(),
        counts: counts(&visit, &overview),
        overdue: overview.overdue.iter().map(|one| shown::Row::of(&visit, one)).collect(),
        waiting: overview.waiting,
        registers_systems: service.registers_systems(&visit.actor),
        framework: overview.framework,
        form: form.with_problems(wrong),
        visit: &visit,
    };
    Ok(visit.page_with(status, page))
}

/// What links lead on with: the framework, and the day when another than today is shown.
fn asked(overview: &Overview<'_>, then: bool) -> String {
    let day = if then { format!("&dag={}", overview.day) } else { String::new() };
    format!("ramme={}{day}", overview.framework.id)
}

fn headers(visit: &Visit, overview: &Overview<'_>) -> Vec<String> {
    let principles = overview.framework.principles.iter().map(|one| format!("{} {}", one.id, visit.local(&one.title)));
    std::iter::once(visit.t("architecture-thing")).chain(principles).collect()
}

fn row(visit: &Visit, overview: &Overview<'_>, line: &Line, asked: &str) -> Row {
    let path = shown::thing_path(&line.thing.id);
    let cell = |(principle, cell): (&crate::Principle, &crate::Cell)| {
        let verdict = cell.verdict();
        let all = cell.met + cell.partly + cell.not_met + cell.missing;
        CellShown {
            header: format!("{} {}", principle.id, visit.local(&principle.title)),
            href: format!("{path}?{asked}#p-{}", principle.id),
            verdict: visit.t_of("architecture-verdict", verdict.name()),
            tone: shown::tone(verdict),
            count: visit.t_with("architecture-met-of", &[("met", cell.met.into()), ("all", all.into())]),
            older: cell.older,
        }
    };
    Row {
        href: format!("{path}?{asked}"),
        name: visit.local(&line.thing.name).to_owned(),
        owner: line.owner.clone(),
        system: matches!(line.thing.id, ThingId::System(_)),
        cells: overview.framework.principles.iter().zip(&line.cells).map(cell).collect(),
    }
}

/// How many cells have come to each verdict, the worst first.
fn counts(visit: &Visit, overview: &Overview<'_>) -> Vec<(String, Tone, usize)> {
    let mut counted = std::collections::BTreeMap::new();
    for cell in overview.lines.iter().flat_map(|line| &line.cells) {
        *counted.entry(cell.verdict()).or_insert(0) += 1;
    }
    let shown = |(verdict, count): (crate::Verdict, usize)| {
        (visit.t_of("architecture-verdict", verdict.name()), shown::tone(verdict), count)
    };
    counted.into_iter().rev().map(shown).collect()
}

/// `GET /arkitektur/tilstand.csv`: a line for each thing and principle, in the language of the request.
pub(super) async fn file(
    State(service): State<Architecture>,
    visit: Visit,
    raw: RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let (day, wrong) = day(&form, service.today());
    if wrong.is_some() {
        return Err(Failure::not_found());
    }
    let overview = service.overview(&visit.actor, form.given("ramme"), day).await?;
    let name = format!("arkitektur-{}-{}.csv", overview.framework.id, overview.day);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, csv_of(&visit, &overview)).into_response())
}

fn csv_of(visit: &Visit, overview: &Overview<'_>) -> String {
    let column = |name: &str| visit.t_of("architecture-csv", name);
    let names = [
        "thing",
        "name",
        "owner",
        "principle",
        "title",
        "verdict",
        "met",
        "partly",
        "not_met",
        "not_relevant",
        "missing",
        "older",
        "deviations",
        "overdue",
        "day",
    ];
    let mut lines = vec![names.map(column).to_vec()];
    for line in &overview.lines {
        for (principle, cell) in overview.framework.principles.iter().zip(&line.cells) {
            let counts = [
                cell.met,
                cell.partly,
                cell.not_met,
                cell.not_relevant,
                cell.missing,
                cell.older,
                cell.deviations,
                cell.overdue,
            ];
            let mut fields = vec![
                line.thing.id.to_string(),
                harmless(visit.local(&line.thing.name)),
                harmless(&line.owner),
                principle.id.clone(),
                harmless(visit.local(&principle.title)),
                visit.t_of("architecture-verdict", cell.verdict().name()),
            ];
            fields.extend(counts.iter().map(u32::to_string));
            fields.push(overview.day.to_string());
            lines.push(fields);
        }
    }
    // With a byte-order mark and semicolons, as spreadsheets in Norway open it.
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::from("\u{feff}".as_bytes()));
    let written = lines.iter().try_for_each(|line| writer.write_record(line));
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// A text that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[derive(Template)]
#[template(path = "architecture/requirements.html")]
struct RequirementsPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    frameworks: &'a [Framework],
    today: jiff::civil::Date,
}

impl RequirementsPage<'_> {
    fn level(&self, requirement: &Requirement) -> String {
        self.visit.t_of("architecture-level", requirement.level.name())
    }

    /// What it says today, or will say from its first day.
    fn text(&self, requirement: &Requirement) -> String {
        let version = requirement.on(self.today).or(requirement.versions.first());
        version.map(|version| self.visit.local(&version.text).to_owned()).unwrap_or_default()
    }

    fn version(&self, requirement: &Requirement) -> String {
        let version = requirement.on(self.today).or(requirement.versions.first());
        let Some(version) = version else { return String::new() };
        let day = self.visit.date(version.from);
        self.visit.t_with("architecture-version", &[("number", version.number.into()), ("day", day.into())])
    }
}

/// `GET /arkitektur/krav`.
pub(super) async fn requirements(State(service): State<Architecture>, visit: Visit) -> Response {
    let frameworks = service.frameworks().all();
    visit.page(RequirementsPage { visit: &visit, crumbs: crumbs(&visit), frameworks, today: service.today() })
}
