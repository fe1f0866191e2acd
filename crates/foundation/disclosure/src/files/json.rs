//! JSON: every table that is in it, whichever way it is laid out.
//!
//! Programs write tables as JSON in several ways: a list of records, columns beside each other, columns of numbered
//! values, or headings and rows apart. Each is read as a table and examined as one; what lies deeper is looked at
//! too. A member that stands twice is refused, since which of the two counts depends on who reads it.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{
    Finding, Rule, Rules,
    table::{self, Grid},
};

pub(super) fn examine(file: &str, bytes: &[u8], rules: &Rules) -> Vec<Finding> {
    let Some(grids) = grids(bytes) else { return vec![Finding::of(file, Rule::Unreadable)] };
    let mut found = Vec::new();
    for (place, grid) in &grids {
        for finding in table::examine(file, grid, rules) {
            let column = Some(format!("{place}/{}", finding.column.as_deref().unwrap_or_default()));
            found.push(Finding { column, ..finding });
        }
    }
    found
}

/// All tables, each with where it is, as a JSON pointer; `None` when it is not JSON, or has a member twice.
pub(super) fn grids(bytes: &[u8]) -> Option<Vec<(String, Grid)>> {
    let whole: Json = serde_json::from_slice(bytes).ok()?;
    let mut grids = Vec::new();
    whole.gather("", &mut grids);
    Some(grids)
}

/// What JSON holds; members in their order.
enum Json {
    /// A text, number, truth or nothing, as a cell of a table shows it.
    Plain(String),
    List(Vec<Json>),
    Members(Vec<(String, Json)>),
}

impl Json {
    /// The tables in this value, and in those below it.
    fn gather(&self, place: &str, grids: &mut Vec<(String, Grid)>) {
        let tables = self.tables(place);
        let is_gathered = !tables.is_empty();
        grids.extend(tables.into_iter().map(|grid| (place.to_owned(), grid)));
        match self {
            Self::Plain(_) => {}
            Self::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    item.below(&format!("{place}/{at}"), is_gathered, grids);
                }
            }
            Self::Members(members) => {
                // A record's lists are not part of it; columns beside each other are, and records by name.
                let is_record = members.iter().any(|(_, value)| value.plain().is_some());
                for (name, value) in members {
                    value.below(&format!("{place}/{name}"), is_gathered && !is_record, grids);
                }
            }
        }
    }

    /// The same, where the value's own cells may be part of a table that has been gathered.
    fn below(&self, place: &str, is_gathered: bool, grids: &mut Vec<(String, Grid)>) {
        match self {
            Self::Members(members) if is_gathered => {
                for (name, value) in members.iter().filter(|(_, value)| value.plain().is_none()) {
                    value.gather(&format!("{place}/{name}"), grids);
                }
            }
            Self::List(items) if is_gathered => {
                // The rows of a table that has them apart, or a row or column.
                for (at, item) in items.iter().enumerate().filter(|(_, item)| item.texts().is_none()) {
                    item.gather(&format!("{place}/{at}"), grids);
                }
            }
            _ => self.gather(place, grids),
        }
    }

    /// This value as a table, in each way that it can be read as one. A list is called by its place.
    fn tables(&self, place: &str) -> Vec<Grid> {
        match self {
            Self::Plain(_) => Vec::new(),
            Self::List(items) => list(items, place.rsplit('/').next().unwrap_or_default()).into_iter().collect(),
            Self::Members(members) => by_members(members),
        }
    }

    fn plain(&self) -> Option<&str> {
        match self {
            Self::Plain(text) => Some(text),
            _ => None,
        }
    }

    fn items(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    fn members(&self) -> Option<&[(String, Self)]> {
        match self {
            Self::Members(members) => Some(members),
            _ => None,
        }
    }

    /// The texts of a list of plain values.
    fn texts(&self) -> Option<Vec<String>> {
        self.items()?.iter().map(|item| item.plain().map(str::to_owned)).collect()
    }
}

fn list(items: &[Json], name: &str) -> Option<Grid> {
    if items.is_empty() {
        return None;
    }
    if let Some(values) = items.iter().map(Json::plain).collect::<Option<Vec<_>>>() {
        return Some(numbered(vec![name.to_owned()], values.into_iter().map(|v| vec![v.to_owned()])));
    }
    if let Some(rows) = items.iter().map(Json::texts).collect::<Option<Vec<_>>>() {
        let mut rows = rows.into_iter();
        return rows.next().map(|headings| numbered(headings, rows));
    }
    let records = items.iter().map(Json::members).collect::<Option<Vec<_>>>()?;
    Some(of_records(records.iter().map(|members| ("", *members))))
}

fn by_members(members: &[(String, Json)]) -> Vec<Grid> {
    let member = |wanted: &str| members.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
    let rows_apart = || member("data")?.items()?.iter().map(Json::texts).collect::<Option<Vec<_>>>();
    if let Some((headings, rows)) = member("columns").and_then(Json::texts).zip(rows_apart()) {
        let labels = member("index").and_then(Json::texts).unwrap_or_default();
        let label = |at: usize| labels.get(at).cloned().unwrap_or_default();
        let rows = rows.into_iter().enumerate().map(|(at, row)| [vec![label(at)], row].concat());
        return vec![numbered([vec!["index".to_owned()], headings].concat(), rows)];
    }
    if let Some(columns) = all(members, Json::texts).filter(|columns| columns.len() > 1) {
        let longest = columns.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
        let cell = |at: usize| columns.iter().map(|(_, values)| values.get(at).cloned().unwrap_or_default()).collect();
        let headings = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        return vec![numbered(headings, (0..longest).map(cell))];
    }
    if let Some(records) = all(members, Json::members) {
        // Which of the two ways it was meant cannot be seen: it is examined both ways.
        let rows = of_records(records.iter().map(|(name, members)| (*name, *members)));
        return vec![turned(&rows), rows];
    }
    if members.iter().any(|(_, value)| value.plain().is_some()) {
        return vec![of_records(std::iter::once(("", members)))];
    }
    Vec::new()
}

/// Each member by its name, when all of them are of the kind that is asked for.
fn all<'a, T>(members: &'a [(String, Json)], kind: impl Fn(&'a Json) -> Option<T>) -> Option<Vec<(&'a str, T)>> {
    let found: Option<Vec<_>> = members.iter().map(|(name, value)| Some((name.as_str(), kind(value)?))).collect();
    found.filter(|found| !found.is_empty())
}

/// Records as rows, their plain members as columns; the first column is what a record is called.
fn of_records<'a>(records: impl Iterator<Item = (&'a str, &'a [(String, Json)])>) -> Grid {
    let mut headings = vec!["index".to_owned()];
    let mut places = std::collections::HashMap::new();
    let mut rows = Vec::new();
    for (name, members) in records {
        let mut row = vec![name.to_owned()];
        for (member, value) in members {
            let Some(text) = value.plain() else { continue };
            let at = *places.entry(member.as_str()).or_insert_with(|| {
                headings.push(member.clone());
                headings.len() - 1
            });
            row.resize(row.len().max(at + 1), String::new());
            text.clone_into(&mut row[at]);
        }
        rows.push(row);
    }
    numbered(headings, rows.into_iter())
}

/// Rows become columns.
fn turned(grid: &Grid) -> Grid {
    let names = grid.rows.iter().map(|(_, row)| row.first().cloned().unwrap_or_default());
    let headings = std::iter::once("index".to_owned()).chain(names).collect();
    let rows = (1..grid.headings.len()).map(|column| {
        let cells = grid.rows.iter().map(|(_, row)| row.get(column).cloned().unwrap_or_default());
        std::iter::once(grid.headings[column].clone()).chain(cells).collect()
    });
    numbered(headings, rows)
}

fn numbered(headings: Vec<String>, rows: impl Iterator<Item = Vec<String>>) -> Grid {
    let headings = headings.iter().map(|heading| heading.trim().to_lowercase()).collect();
    Grid { headings, rows: (1..).zip(rows).collect() }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Plain(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Plain(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Plain(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Plain(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Plain(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Plain(String::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let (mut members, mut seen) = (Vec::new(), std::collections::HashSet::new());
        while let Some((name, value)) = entries.next_entry::<String, Json>()? {
            if !seen.insert(name.clone()) {
                return Err(A::Error::custom("a member stands twice"));
            }
            members.push((name, value));
        }
        Ok(Json::Members(members))
    }
}
