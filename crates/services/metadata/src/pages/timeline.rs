//! When something held, as a figure: rows of bars over an axis of years. A page that shows one shows the same
//! as a table beside it, so the figure says nothing that only eyes can read.

use jiff::civil::Date;

/// The height of a row in pixels: a label and its bars.
const ROW: u32 = 48;
/// The height of the axis.
const AXIS: u32 = 28;
/// The most rows of a figure; the table has them all.
const ROWS: usize = 40;
/// The longest label of a row in characters: what fits on a phone.
const LABEL: usize = 38;
/// The most years that are written on the axis.
const TICKS: i16 = 5;

/// A period on a row.
pub(crate) struct Bar {
    pub(crate) from: Date,
    /// Open bars go on to the edge.
    pub(crate) until: Option<Date>,
}

/// A figure as it is drawn: places are percentages of the width, so that text keeps its size on any screen.
pub(crate) struct Figure {
    pub(crate) height: u32,
    pub(crate) rows: Vec<DrawnRow>,
    pub(crate) ticks: Vec<Tick>,
    /// Where the axis' line is.
    pub(crate) base: u32,
    /// How many rows there was no room for.
    pub(crate) left_out: usize,
}

/// A row.
pub(crate) struct DrawnRow {
    pub(crate) label: String,
    /// Where the label stands, and where the bars begin.
    pub(crate) text: u32,
    pub(crate) top: u32,
    pub(crate) bars: Vec<DrawnBar>,
}

/// A bar, with its number on the row when there are several.
pub(crate) struct DrawnBar {
    pub(crate) x: String,
    pub(crate) width: String,
    pub(crate) number: String,
    pub(crate) middle: String,
    pub(crate) open: bool,
    pub(crate) odd: bool,
}

/// A year on the axis.
pub(crate) struct Tick {
    pub(crate) year: String,
    pub(crate) x: String,
    pub(crate) anchor: &'static str,
}

impl Figure {
    /// The figure of rows, each with a label; `None` when there is nothing to draw. Open bars go on until `today`
    /// at least.
    pub(crate) fn of(rows: &[(String, Vec<Bar>)], today: Date) -> Option<Self> {
        let bars = || rows.iter().flat_map(|(_, bars)| bars);
        let first = bars().map(|bar| bar.from).min()?;
        let last = bars().map(|bar| bar.until.unwrap_or(today)).max()?.max(first);
        let axis = Axis { first: first.year(), end: last.year().saturating_add(1) };
        let shown = rows.len().min(ROWS);
        let base = u32::try_from(shown).unwrap_or(0) * ROW;
        let drawn = rows.iter().take(ROWS).zip(0u32..).map(|((label, bars), at)| DrawnRow {
            label: shortened(label),
            text: at * ROW + 16,
            top: at * ROW + 22,
            bars: bars.iter().zip(1usize..).map(|(bar, number)| axis.bar(bar, number, bars.len())).collect(),
        });
        Some(Self {
            height: base + AXIS,
            rows: drawn.collect(),
            ticks: axis.ticks(),
            base: base + 4,
            left_out: rows.len() - shown,
        })
    }
}

fn shortened(label: &str) -> String {
    match label.char_indices().nth(LABEL) {
        Some((at, _)) => format!("{}…", label[..at].trim_end()),
        None => label.to_owned(),
    }
}

/// Whole years, the end not included.
struct Axis {
    first: i16,
    end: i16,
}

impl Axis {
    fn years(&self) -> f64 {
        f64::from(self.end.saturating_sub(self.first).max(1))
    }

    /// How far along a day is, in per cent.
    fn at(&self, day: Date) -> f64 {
        let years = f64::from(day.year().saturating_sub(self.first));
        let part = f64::from(day.day_of_year() - 1) / f64::from(day.days_in_year());
        ((years + part) / self.years() * 100.0).clamp(0.0, 100.0)
    }

    fn bar(&self, bar: &Bar, number: usize, of: usize) -> DrawnBar {
        let from = self.at(bar.from);
        let to = bar.until.map_or(100.0, |until| self.at(until.tomorrow().unwrap_or(until)));
        // A day out of thirty years is still seen.
        let width = (to - from).max(0.6);
        DrawnBar {
            x: percent(from.min(99.4)),
            width: percent(width),
            middle: percent(from + width / 2.0),
            number: if of > 1 && width > 4.0 { number.to_string() } else { String::new() },
            open: bar.until.is_none(),
            odd: number % 2 == 1,
        }
    }

    fn ticks(&self) -> Vec<Tick> {
        let span = self.end.saturating_sub(self.first).max(1);
        let step = ((span + TICKS - 1) / TICKS).max(1);
        let tick = |year: i16| Tick {
            x: percent(f64::from(year - self.first) / self.years() * 100.0),
            anchor: if year == self.first { "start" } else { "middle" },
            year: year.to_string(),
        };
        // A year at the very edge would be cut.
        let years = (self.first..self.end).step_by(usize::try_from(step).unwrap_or(1));
        years.filter(|year| f64::from(year - self.first) / self.years() < 0.96).map(tick).collect()
    }
}

fn percent(value: f64) -> String {
    format!("{value:.2}%")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn bar(from: Date, until: Option<Date>) -> Bar {
        Bar { from, until }
    }

    #[test]
    fn bars_lie_where_their_days_are() {
        let rows = [
            ("A".to_owned(), vec![bar(date(2010, 1, 1), Some(date(2014, 12, 31))), bar(date(2015, 1, 1), None)]),
            ("B".repeat(60), vec![bar(date(2019, 12, 31), Some(date(2019, 12, 31)))]),
        ];
        let figure = Figure::of(&rows, date(2019, 6, 1)).unwrap();
        let first = &figure.rows[0].bars;
        assert_eq!((first[0].x.as_str(), first[0].width.as_str(), first[0].open), ("0.00%", "50.00%", false));
        assert_eq!((first[1].x.as_str(), first[1].width.as_str(), first[1].open), ("50.00%", "50.00%", true));
        assert_eq!((first[0].number.as_str(), first[1].number.as_str()), ("1", "2"));
        assert_eq!(figure.rows[1].bars[0].width, "0.60%", "a day is still seen");
        assert!(figure.rows[1].label.chars().count() <= LABEL + 1);
        assert_eq!(
            figure.ticks.iter().map(|tick| tick.year.as_str()).collect::<Vec<_>>(),
            ["2010", "2012", "2014", "2016", "2018"]
        );
        assert_eq!(figure.height, 2 * ROW + AXIS);
    }

    #[test]
    fn what_has_no_period_has_no_figure_and_too_many_rows_are_counted() {
        assert!(Figure::of(&[("A".to_owned(), Vec::new())], date(2020, 1, 1)).is_none());
        let rows: Vec<_> = (0..50).map(|n| (n.to_string(), vec![bar(date(9999, 12, 31), None)])).collect();
        let figure = Figure::of(&rows, date(2020, 1, 1)).unwrap();
        assert_eq!((figure.rows.len(), figure.left_out), (ROWS, 10));
    }
}
