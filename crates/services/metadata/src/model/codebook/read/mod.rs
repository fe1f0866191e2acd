//! Reading a codebook: every problem is collected, none stops the reading.
//!
//! The file is read line by line: `header` says where each column is, `row` what a line has in them, `variable`
//! what is begun by a row. Here rows become variables, and variables a codebook.

mod header;
mod row;
mod variable;

use std::collections::BTreeMap;

use csv::{Position, StringRecord};

use self::{header::Header, row::Row, variable::variable};
use super::{Codebook, CodebookCode, CodebookProblem, CodebookVariable, FieldType, Reason, WrongCodebook};
use crate::model::{
    name::catalogue_name,
    rule::RowRule,
    text_file::{Separator, decode},
};

/// A codebook that could be read, and what is worth a look in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The codebook.
    pub codebook: Codebook,
    /// Remarks: they do not stop an import.
    pub remarks: Vec<CodebookProblem>,
}

/// Reads a codebook in any dialect: UTF-8 with or without byte order mark or Windows-1252, quoted
/// or not, semicolon, comma or tabulator, dates as `yyyy-mm-dd` or `dd.mm.yyyy`.
pub fn read(bytes: &[u8]) -> Result<Reading, WrongCodebook> {
    let text = decode(bytes);
    let first_line = text.lines().next().unwrap_or("");
    let separator = Separator::of_line(first_line).unwrap_or(Separator::Semicolon);
    let mut lines = csv::ReaderBuilder::new()
        .delimiter(separator.byte())
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
        .into_records()
        .filter_map(Result::ok);
    let Some(header) = lines.next() else {
        return Err(WrongCodebook(vec![CodebookProblem { line: 1, column: None, reason: Reason::Empty }]));
    };
    let header = Header::read(&header).map_err(WrongCodebook)?;
    let mut reader = Reader::default();
    for line in lines {
        reader.line(&header, &line);
    }
    reader.finish()
}

/// Columns that may differ between the rows of one list variable.
const PER_VALUE: [&str; 6] =
    ["listeverdier", "listetekst", "listetekst_nn", "listetekst_en", "innfoert_dato", "utfaset_dato"];

#[derive(Default)]
struct Reader {
    variables: Vec<CodebookVariable>,
    /// Ids in lower case with the line of their first row.
    ids: BTreeMap<String, u64>,
    /// Catalogue names of table and column with the variable's id.
    places: BTreeMap<(String, String), String>,
    /// The first row of the variable that is being read.
    open: Option<(StringRecord, u64)>,
    problems: Vec<CodebookProblem>,
    remarks: Vec<CodebookProblem>,
}

impl Reader {
    fn line(&mut self, header: &Header, cells: &StringRecord) {
        let line = cells.position().map_or(0, Position::line);
        if cells.iter().all(|c| c.trim().is_empty()) {
            return;
        }
        if cells.len() != header.width {
            let reason = Reason::FieldCount { expected: header.width, found: cells.len() };
            self.problems.push(CodebookProblem { line, column: None, reason });
            return;
        }
        let mut row = Row { header, cells, line, problems: Vec::new() };
        self.row(&mut row);
        self.problems.append(&mut row.problems);
    }

    fn row(&mut self, row: &mut Row<'_>) {
        let id = row.must("variabel_id");
        if id.is_empty() {
            return;
        }
        let continues = self.variables.last().is_some_and(|last| {
            last.id.eq_ignore_ascii_case(id) && last.field_type == FieldType::List && self.open.is_some()
        });
        if continues {
            self.further_value(row, id);
        } else {
            self.close();
            self.new_variable(row, id);
        }
    }

    fn new_variable(&mut self, row: &mut Row<'_>, id: &str) {
        if let Some(first) = self.ids.get(&id.to_lowercase()) {
            row.wrong("variabel_id", Reason::DuplicateVariable { id: id.to_owned(), first: *first });
            return;
        }
        self.ids.insert(id.to_lowercase(), row.line);
        self.place(row, id);
        if let Some(variable) = variable(row) {
            self.variables.push(variable);
            self.open = Some((row.cells.clone(), row.line));
        }
    }

    /// The catalogue path must be free and writable.
    fn place(&mut self, row: &mut Row<'_>, id: &str) {
        let place = (row.name("tabell"), row.name("fysisk_feltnavn"));
        if place.0.is_empty() || place.1.is_empty() {
            return;
        }
        if let Some(other) = self.places.insert(place, id.to_owned()) {
            row.wrong("fysisk_feltnavn", Reason::DuplicatePlace { id: other });
        }
    }

    /// A row after the first of a list: another value, and nothing else that is new.
    fn further_value(&mut self, row: &mut Row<'_>, id: &str) {
        if let Some((first, _)) = &self.open {
            for (column, place) in &row.header.places {
                let same = first.get(*place).map(str::trim) == row.cells.get(*place).map(str::trim);
                if !PER_VALUE.contains(column) && !same {
                    row.wrong(column, Reason::RowsDisagree { id: id.to_owned() });
                }
            }
        }
        let period = row.period();
        let Some(code) = row.code(period) else {
            row.wrong("listeverdier", Reason::Missing);
            return;
        };
        let Some(variable) = self.variables.last_mut() else { return };
        let in_use = |c: &CodebookCode| c.retired.is_none();
        if variable.codes.iter().any(|c| c.value == code.value && in_use(c) && in_use(&code)) {
            self.remarks.push(row.problem("listeverdier", Reason::RepeatedValue { value: code.value.clone() }));
        }
        variable.codes.push(code);
    }

    /// Ends the variable that is being read.
    fn close(&mut self) {
        let Some((_, line)) = self.open.take() else { return };
        let Some(variable) = self.variables.last_mut() else { return };
        variable.date_by_codes();
        if variable.field_type == FieldType::List && variable.codes.is_empty() {
            let column = Some("listeverdier".to_owned());
            self.problems.push(CodebookProblem { line, column, reason: Reason::ListWithoutValues });
        }
    }

    /// Rules name other variables of their table.
    fn check_rules(&mut self) {
        for variable in self.variables.iter().filter(|variable| !variable.rules.is_empty()) {
            let others = |name: &str| {
                self.places.contains_key(&(catalogue_name(&variable.table), catalogue_name(name)))
                    && catalogue_name(name) != catalogue_name(&variable.column)
            };
            let line = self.ids.get(&variable.id.to_lowercase()).copied().unwrap_or_default();
            for name in variable.rules.iter().flat_map(RowRule::others).filter(|name| !others(name)) {
                let reason = Reason::RuleNamesNothing { name: name.to_owned() };
                self.problems.push(CodebookProblem { line, column: Some("regler".to_owned()), reason });
            }
        }
    }

    fn finish(mut self) -> Result<Reading, WrongCodebook> {
        self.close();
        self.check_rules();
        if self.problems.is_empty() {
            return Ok(Reading { codebook: Codebook { variables: self.variables }, remarks: self.remarks });
        }
        self.problems.sort_by_key(|p| p.line);
        Err(WrongCodebook(self.problems))
    }
}
