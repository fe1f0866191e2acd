//! A part of a page of figures: a table, and a plot of one of its columns. The plot is made of the table's
//! own cells, so that the two cannot differ.

use varde_web::Visit;

use crate::quality::per_thousand;

/// The height of a row of a plot in pixels: a label and its bar.
const ROW: usize = 48;
/// The most rows of a plot; the table has them all.
const ROWS: usize = 30;
/// The longest label of a row in characters: what fits on a phone beside its number.
const LABEL: usize = 30;

/// A part of a page.
pub(super) struct Section {
    pub(super) id: &'static str,
    pub(super) title: String,
    /// What it is about, and what to know of it.
    pub(super) lead: Vec<String>,
    pub(super) plot: Option<Plot>,
    pub(super) table: Option<Table>,
}

/// A table whose first column names what a row is about.
#[derive(Default)]
pub(super) struct Table {
    pub(super) id: String,
    pub(super) caption: String,
    pub(super) headers: Vec<String>,
    pub(super) lines: Vec<Line>,
}

/// A row.
pub(super) struct Line {
    pub(super) name: String,
    /// Where more is; empty for nowhere.
    pub(super) href: String,
    pub(super) cells: Vec<Cell>,
}

/// A cell: as people read it, and as the report has it.
#[derive(Clone)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) value: Option<i64>,
}

/// A plot of bars.
pub(super) struct Plot {
    pub(super) id: String,
    pub(super) caption: String,
    pub(super) bars: Vec<Bar>,
    pub(super) height: usize,
    /// How many rows there was no room for.
    pub(super) left_out: usize,
}

/// A bar with its label above it.
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) text: String,
    pub(super) value: i64,
    /// In per cent of the plot's width.
    pub(super) width: String,
    pub(super) label_at: usize,
    pub(super) bar_at: usize,
}

impl Section {
    /// A section without a table as yet.
    pub(super) fn new(visit: &Visit, id: &'static str, name: &str) -> Self {
        let lead = vec![visit.t_of("quality-lead", name)];
        Self { id, title: visit.t_of("quality-dimension", name), lead, plot: None, table: None }
    }

    /// With a table, and a plot of one of its columns; `full` is what a whole bar stands for, the largest
    /// value when it is not said.
    #[must_use]
    pub(super) fn with(mut self, table: Table, column: usize, full: Option<i64>) -> Self {
        self.plot = table.plot(column, full);
        self.table = Some(table).filter(|table| !table.lines.is_empty());
        self
    }
}

impl Table {
    /// An empty table; headers are keys after `quality-column-`.
    pub(super) fn new(visit: &Visit, id: &str, headers: &[&str]) -> Self {
        Self {
            id: id.to_owned(),
            caption: visit.t_of("quality-caption", id),
            headers: headers.iter().map(|name| visit.t_of("quality-column", name)).collect(),
            lines: Vec::new(),
        }
    }

    /// One more row.
    pub(super) fn line(&mut self, name: String, href: String, cells: Vec<Cell>) {
        self.lines.push(Line { name, href, cells });
    }

    fn plot(&self, column: usize, full: Option<i64>) -> Option<Plot> {
        let cell =
            |line: &Line| Some((line.name.clone(), line.cells.get(column)?.text.clone(), line.cells[column].value?));
        let all: Vec<_> = self.lines.iter().filter_map(cell).collect();
        if all.is_empty() {
            return None;
        }
        let full = full.or_else(|| all.iter().map(|(.., value)| *value).max()).unwrap_or(0).max(1);
        let bar = |(nth, (label, text, value)): (usize, &(String, String, i64))| Bar {
            label: short(label),
            text: text.clone(),
            value: *value,
            width: format!("{:.1}", (*value).clamp(0, full) as f64 * 100.0 / full as f64),
            label_at: nth * ROW + 14,
            bar_at: nth * ROW + 20,
        };
        let bars: Vec<Bar> = all.iter().take(ROWS).enumerate().map(bar).collect();
        let header = self.headers.get(column + 1).cloned().unwrap_or_default();
        Some(Plot {
            id: self.id.clone(),
            caption: format!("{}: {header}", self.caption),
            height: bars.len() * ROW,
            left_out: all.len() - bars.len(),
            bars,
        })
    }
}

impl Cell {
    /// Words without a number.
    pub(super) fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), value: None }
    }

    /// A count; that it is withheld when it is.
    pub(super) fn count(visit: &Visit, count: Option<u64>) -> Self {
        match count.and_then(|count| i64::try_from(count).ok()) {
            Some(count) => Self { text: visit.number(count), value: Some(count) },
            None => Self::words(visit.t("quality-withheld")),
        }
    }

    /// A share in thousandths, as per cent with one decimal.
    pub(super) fn share(visit: &Visit, share: Option<u64>) -> Self {
        match share.and_then(|share| i64::try_from(share).ok()) {
            Some(share) => Self { text: percent(visit, share), value: Some(share) },
            None => Self::words(visit.t("quality-no-share")),
        }
    }

    /// A part of a whole, as a share.
    pub(super) fn part(visit: &Visit, part: Option<u64>, whole: Option<u64>) -> Self {
        Self::share(visit, part.zip(whole).and_then(|(part, whole)| per_thousand(part, whole)))
    }

    /// Days.
    pub(super) fn days(visit: &Visit, days: Option<i64>) -> Self {
        match days {
            Some(days) => Self { text: visit.t_with("quality-days", &[("days", days.into())]), value: Some(days) },
            None => Self::words(visit.t("quality-no-share")),
        }
    }
}

/// Thousandths as per cent with one decimal, in the page's language.
pub(super) fn percent(visit: &Visit, share: i64) -> String {
    let sign = if share < 0 { "−" } else { "" };
    let point = visit.t("quality-decimal");
    let number = format!("{sign}{}{point}{}", share.abs() / 1000 * 100 + share.abs() % 1000 / 10, share.abs() % 10);
    visit.t_with("quality-percent", &[("number", number.into())])
}

/// A number between nought and one or a little above, with three decimals, in the page's language.
pub(super) fn decimal(visit: &Visit, number: f64) -> String {
    format!("{number:.3}").replace('.', &visit.t("quality-decimal"))
}

fn short(label: &str) -> String {
    match label.char_indices().nth(LABEL) {
        None => label.to_owned(),
        Some((end, _)) => format!("{}…", label[..end].trim_end()),
    }
}
