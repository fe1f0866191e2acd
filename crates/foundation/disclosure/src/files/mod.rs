//! Whether a file may leave a room: bytes in, findings out; people decide.

mod html;
mod json;
mod kind;
mod table;

use serde::{Deserialize, Serialize};

use crate::differencing::{self, paper};

pub use kind::FileKind;

/// What is looked for, and from which limits on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The smallest count of people that may be shown (the permit's; never below 5).
    pub minimum: u64,
    /// The largest share, in percent, that the two largest contributors of a sum may have.
    pub dominance_percent: f64,
    /// How close, in percent, the second largest contributor may come to guess the largest.
    pub p_percent: f64,
    /// People in the extract: a table with about as many rows is suspected to have a row a person.
    pub people: u64,
    /// The largest file in bytes.
    pub largest_file: u64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { minimum: 5, dominance_percent: 90.0, p_percent: 10.0, people: 0, largest_file: 20 << 20 }
    }
}

/// Why something stands out. What it says and what to do about it are in the locale files under
/// `platform-disclosure-…` and `platform-disclosure-…-advice`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The kind of file cannot be checked and never leaves.
    FileKind,
    /// The file's content is not what its name says.
    WrongContent,
    /// The file is larger than any table of results.
    TooLarge,
    /// A count of people smaller than allowed.
    SmallCount,
    /// Two contributors make up nearly all of a sum.
    Dominance,
    /// The second largest contributor can nearly compute the largest.
    PPercent,
    /// A column of pseudonyms or person numbers.
    Pseudonyms,
    /// About as many rows as people, or hundreds of rows that all differ: rows about people.
    RowPerPerson,
    /// A column of smallest or largest values: somebody's own value.
    Extremes,
    /// Eleven digits in a row: it could be a national number.
    NationalNumber,
    /// A table that cannot be read as one.
    Unreadable,
    /// Something that runs, fetches or is filled in, or may be.
    ActiveContent,
    /// Something that a reader is not shown.
    HiddenContent,
}

impl Rule {
    /// The stable name: in records and, after `platform-disclosure-`, in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FileKind => "file_kind",
            Self::WrongContent => "wrong_content",
            Self::TooLarge => "too_large",
            Self::SmallCount => "small_count",
            Self::Dominance => "dominance",
            Self::PPercent => "p_percent",
            Self::Pseudonyms => "pseudonyms",
            Self::RowPerPerson => "row_per_person",
            Self::Extremes => "extremes",
            Self::NationalNumber => "national_number",
            Self::Unreadable => "unreadable",
            Self::ActiveContent => "active_content",
            Self::HiddenContent => "hidden_content",
        }
    }

    /// Whether the file cannot leave as it is; otherwise the reviewer looks and decides.
    pub const fn stops(self) -> bool {
        !matches!(self, Self::RowPerPerson | Self::Extremes | Self::NationalNumber)
    }

    /// All rules, in the order of severity.
    pub const ALL: [Self; 13] = [
        Self::FileKind,
        Self::WrongContent,
        Self::TooLarge,
        Self::SmallCount,
        Self::Dominance,
        Self::PPercent,
        Self::Pseudonyms,
        Self::RowPerPerson,
        Self::Extremes,
        Self::NationalNumber,
        Self::Unreadable,
        Self::ActiveContent,
        Self::HiddenContent,
    ];
}

/// One thing that stands out. The value itself is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The line, from 1, where there is one; in JSON the row of the table.
    pub row: Option<u64>,
    /// The column's heading, where there is one; in JSON the place of the table and the heading as a JSON pointer, in
    /// HTML the element that stands out.
    pub column: Option<String>,
    /// Why.
    pub rule: Rule,
    /// Whether it stops the file.
    pub stops: bool,
}

impl Finding {
    fn of(file: &str, rule: Rule) -> Self {
        Self { file: file.to_owned(), row: None, column: None, rule, stops: rule.stops() }
    }

    fn at(file: &str, row: u64, column: &str, rule: Rule) -> Self {
        Self { row: Some(row), column: Some(column.to_owned()), ..Self::of(file, rule) }
    }

    fn in_column(file: &str, column: &str, rule: Rule) -> Self {
        Self { column: Some(column.to_owned()), ..Self::of(file, rule) }
    }
}

/// The most findings that are told of one file: after that it is clear.
const ENOUGH: usize = 200;

/// Examines one file that wants to leave.
pub fn examine(name: &str, bytes: &[u8], rules: &Rules) -> Vec<Finding> {
    let Some(kind) = FileKind::of_name(name) else { return vec![Finding::of(name, Rule::FileKind)] };
    if bytes.len() as u64 > rules.largest_file {
        return vec![Finding::of(name, Rule::TooLarge)];
    }
    if !kind.fits(bytes) {
        return vec![Finding::of(name, Rule::WrongContent)];
    }
    let mut found = match kind {
        FileKind::Csv => table::csv(name, bytes, rules),
        FileKind::Json => json::examine(name, bytes, rules),
        FileKind::Html => html::examine(name, bytes, rules),
        FileKind::Png | FileKind::Text => Vec::new(),
    };
    if kind != FileKind::Png {
        found.extend(hints(name, bytes));
    }
    found.sort_by(|a, b| (a.rule, a.row, &a.column).cmp(&(b.rule, b.row, &b.column)));
    found.dedup();
    found.truncate(ENOUGH);
    found
}

/// What in a text looks like a number of a person: eleven digits, or a pseudonym.
fn hints(name: &str, bytes: &[u8]) -> Vec<Finding> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Vec::new();
    for (row, line) in (1..).zip(text.lines()) {
        let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
        if words.clone().any(|w| w.len() == 11 && w.bytes().all(|b| b.is_ascii_digit())) {
            found.push(Finding { row: Some(row), ..Finding::of(name, Rule::NationalNumber) });
        }
        if words.any(is_pseudonym) {
            found.push(Finding { row: Some(row), ..Finding::of(name, Rule::Pseudonyms) });
        }
        if found.len() >= ENOUGH {
            break;
        }
    }
    found
}

fn is_pseudonym(word: &str) -> bool {
    word.len() == 32 && word.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b.to_ascii_lowercase()))
}

/// The tables of people that a file's numbers make, for the comparison with what others tell
/// ([`paper::compare`]). `universe` is whose people they are, such as a project. What is no such table is not
/// among them.
pub fn told(universe: &str, name: &str, bytes: &[u8]) -> Vec<differencing::Table> {
    let tables = match FileKind::of_name(name) {
        Some(FileKind::Csv) => table::grid(bytes).into_iter().collect(),
        Some(FileKind::Json) => json::grids(bytes).into_iter().flatten().map(|(_, grid)| grid).collect(),
        Some(FileKind::Html) => html::grids(bytes),
        Some(FileKind::Png | FileKind::Text) | None => Vec::new(),
    };
    tables.iter().filter_map(|grid| paper::of_grid(universe, name, &grid.headings, &grid.plain())).collect()
}

#[cfg(test)]
mod tests;
