//! Tables: small counts, dominance, rows about people.

use std::collections::HashSet;

use super::{Finding, Rule, Rules, is_pseudonym};
use crate::words::{has_word, is_count, number};

/// Rows from which on a table whose rows all differ is suspected to be about people.
const MANY_ROWS: usize = 500;

/// Headings, in lower case, and rows, whatever kind of file they are from.
pub(super) struct Grid {
    pub(super) headings: Vec<String>,
    /// Where each row is, and its cells.
    pub(super) rows: Vec<(u64, Vec<String>)>,
}

impl Grid {
    /// The rows' cells alone.
    pub(super) fn plain(&self) -> Vec<Vec<String>> {
        self.rows.iter().map(|(_, cells)| cells.clone()).collect()
    }
}

struct Table<'a> {
    file: &'a str,
    headings: &'a [String],
    rows: &'a [(u64, Vec<String>)],
}

pub(super) fn csv(file: &str, bytes: &[u8], rules: &Rules) -> Vec<Finding> {
    match grid(bytes) {
        Some(grid) => examine(file, &grid, rules),
        None => vec![Finding::of(file, Rule::Unreadable)],
    }
}

/// What stands out in a table.
pub(super) fn examine(file: &str, grid: &Grid, rules: &Rules) -> Vec<Finding> {
    Table { file, headings: &grid.headings, rows: &grid.rows }.examine(rules)
}

/// The table of a CSV file, separated by whatever its first line has most of; `None` where a cell has no heading,
/// since it cannot be judged.
pub(super) fn grid(bytes: &[u8]) -> Option<Grid> {
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |separator: u8| first.iter().filter(|b| **b == separator).count();
    let separator = [b'\t', b',', b';'].into_iter().max_by_key(|s| count(*s)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(bytes);
    let headings = reader.headers().ok()?;
    let headings: Vec<String> =
        headings.iter().map(|h| h.trim_start_matches('\u{feff}').trim().to_lowercase()).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.ok().filter(|record| record.len() <= headings.len())?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.push((line, record.iter().map(|cell| cell.trim().to_owned()).collect()));
    }
    Some(Grid { headings, rows })
}

impl Table<'_> {
    fn examine(&self, rules: &Rules) -> Vec<Finding> {
        let mut found = Vec::new();
        for (at, heading) in self.headings.iter().enumerate() {
            if is_count(heading) {
                found.extend(self.small_counts(at, heading, rules));
            }
            if has_word(
                heading,
                &["min", "max", "minimum", "maksimum", "maximum", "minste", "største", "largest", "smallest"],
            ) {
                found.push(Finding::in_column(self.file, heading, Rule::Extremes));
            }
            if self.identifies(at, heading) {
                found.push(Finding::in_column(self.file, heading, Rule::Pseudonyms));
            }
        }
        found.extend(self.contributions(rules));
        if self.row_per_person(rules) {
            found.push(Finding::of(self.file, Rule::RowPerPerson));
        }
        found
    }

    fn cells(&self, at: usize) -> impl Iterator<Item = (u64, &str)> {
        self.rows.iter().map(move |(line, cells)| (*line, cells.get(at).map_or("", String::as_str)))
    }

    /// A zero tells that nobody is there, which is not about a person; a suppressed cell is empty or
    /// holds a mark.
    fn small_counts(&self, at: usize, heading: &str, rules: &Rules) -> Vec<Finding> {
        let minimum = rules.minimum.max(5) as f64;
        let small = |text: &str| number(text).is_some_and(|n| n > 0.0 && n < minimum);
        let cells = self.cells(at).filter(|(_, cell)| small(cell));
        cells.map(|(line, _)| Finding::at(self.file, line, heading, Rule::SmallCount)).collect()
    }

    fn identifies(&self, at: usize, heading: &str) -> bool {
        let named = [
            "pseudonym",
            "person_index",
            "person_id",
            "patient_id",
            "patientid",
            "fnr",
            "fodselsnummer",
            "lopenr",
            "pid",
        ];
        named.contains(&heading) || self.cells(at).any(|(_, cell)| is_pseudonym(cell))
    }

    /// Columns `total` (or `sum`) with `largest`/`max1` and `second`/`max2` beside: contributions are given.
    fn contributions(&self, rules: &Rules) -> Vec<Finding> {
        let place = |names: &[&str]| self.headings.iter().position(|h| names.contains(&h.as_str()));
        let total = place(&["total", "sum", "contribution_total"]);
        let largest = place(&["largest", "max1", "contribution_1"]);
        let second = place(&["second", "max2", "contribution_2"]);
        let (Some(total), Some(largest), Some(second)) = (total, largest, second) else { return Vec::new() };
        let mut found = Vec::new();
        for (line, cells) in self.rows {
            let value = |at: usize| cells.get(at).and_then(|cell| number(cell));
            let (Some(sum), Some(first), Some(next)) = (value(total), value(largest), value(second)) else { continue };
            let heading = &self.headings[total];
            if sum > 0.0 && (first + next) * 100.0 > rules.dominance_percent * sum {
                found.push(Finding::at(self.file, *line, heading, Rule::Dominance));
            }
            // p%: what remains after the two largest is too little to blur the largest.
            if first > 0.0 && (sum - first - next) * 100.0 < rules.p_percent * first {
                found.push(Finding::at(self.file, *line, heading, Rule::PPercent));
            }
        }
        found
    }

    fn row_per_person(&self, rules: &Rules) -> bool {
        let (rows, people) = (self.rows.len() as u64, rules.people);
        let as_many = people >= 20 && rows * 10 >= people * 9 && rows * 10 <= people * 11;
        let has_counts = self.headings.iter().any(|h| is_count(h));
        let distinct: HashSet<&[String]> = self.rows.iter().map(|(_, cells)| cells.as_slice()).collect();
        let many = self.rows.len() >= MANY_ROWS && distinct.len() * 10 >= self.rows.len() * 9 && !has_counts;
        as_many || many
    }
}
