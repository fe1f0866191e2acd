//! Reading a codebook: every problem is collected, none stops the reading.

use std::collections::BTreeMap;

use jiff::civil::Date;
use varde_core::LocalisedText;

use super::{
    Codebook, CodebookCode, CodebookProblem, CodebookVariable, FieldType, Reason, WrongCodebook,
    columns::{CLASSIC, known},
};
use crate::model::{
    name::catalogue_name,
    rule::RowRule,
    text_file::{Separator, decode},
    value::{Bound, Bounds, Identification, Ranges, plain_date},
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
    let mut reader = Reader { header, ..Reader::default() };
    for line in lines {
        reader.line(&line);
    }
    reader.finish()
}

/// Where each column is.
#[derive(Default)]
struct Header {
    places: BTreeMap<&'static str, usize>,
    width: usize,
}

impl Header {
    fn read(header: &csv::StringRecord) -> Result<Self, Vec<CodebookProblem>> {
        let mut problems = Vec::new();
        let mut problem = |column: &str, reason| {
            problems.push(CodebookProblem { line: 1, column: Some(column.to_owned()), reason });
        };
        let mut places = BTreeMap::new();
        for (place, name) in header.iter().enumerate() {
            let name = name.trim().to_lowercase();
            match known(&name) {
                None => problem(&name, Reason::UnknownColumn),
                Some(column) if places.insert(column, place).is_some() => problem(column, Reason::RepeatedColumn),
                Some(_) => {}
            }
        }
        for column in CLASSIC {
            if !places.contains_key(column) {
                problem(column, Reason::MissingColumn);
            }
        }
        if problems.is_empty() { Ok(Self { places, width: header.len() }) } else { Err(problems) }
    }
}

/// One line of the file.
struct Row<'a> {
    header: &'a Header,
    cells: &'a csv::StringRecord,
    line: u64,
}

impl Row<'_> {
    fn raw(&self, column: &str) -> &str {
        self.header.places.get(column).and_then(|place| self.cells.get(*place)).unwrap_or("")
    }

    fn cell(&self, column: &str) -> &str {
        self.raw(column).trim()
    }

    fn problem(&self, column: &str, reason: Reason) -> CodebookProblem {
        CodebookProblem { line: self.line, column: Some(column.to_owned()), reason }
    }

    /// A cell as something; an empty one is `None`, a wrong one a problem and `None`.
    fn parse<T>(
        &self,
        column: &str,
        problems: &mut Vec<CodebookProblem>,
        parse: impl Fn(&str) -> Option<T>,
        wrong: impl Fn(String) -> Reason,
    ) -> Option<T> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        let value = parse(cell);
        if value.is_none() {
            problems.push(self.problem(column, wrong(cell.to_owned())));
        }
        value
    }

    fn must<T>(&self, column: &str, problems: &mut Vec<CodebookProblem>, value: Option<T>) -> Option<T> {
        if self.cell(column).is_empty() {
            problems.push(self.problem(column, Reason::Missing));
        }
        value
    }

    fn date(&self, column: &str, problems: &mut Vec<CodebookProblem>) -> Option<Date> {
        self.parse(column, problems, |t| plain_date(t.trim_matches('\'')), |value| Reason::BadDate { value })
    }

    fn yes(&self, column: &str, problems: &mut Vec<CodebookProblem>) -> bool {
        let yes_no = |t: &str| match t.to_lowercase().as_str() {
            "ja" => Some(true),
            "nei" => Some(false),
            _ => None,
        };
        self.parse(column, problems, yes_no, |value| Reason::NotYesNo { value }).unwrap_or(false)
    }

    fn small_number(&self, column: &str, problems: &mut Vec<CodebookProblem>) -> Option<u32> {
        self.parse(column, problems, |t| t.parse().ok(), |value| Reason::BadNumber { value })
    }

    fn text(&self, column: &str, nn: &str, en: &str) -> LocalisedText {
        LocalisedText::new(self.cell(column), self.cell(nn), self.cell(en))
    }

    fn rules(&self, problems: &mut Vec<CodebookProblem>) -> Vec<RowRule> {
        RowRule::list(self.cell("regler")).unwrap_or_else(|value| {
            problems.push(self.problem("regler", Reason::NoRule { value }));
            Vec::new()
        })
    }

    fn optional(&self, column: &str) -> Option<String> {
        Some(self.cell(column)).filter(|c| !c.is_empty()).map(str::to_owned)
    }

    fn ranges(&self, problems: &mut Vec<CodebookProblem>) -> Ranges {
        let mut bounds = |name: &str, kind: &str| Bounds {
            low: self.bound(&format!("{name}intervall_start_{kind}"), problems),
            high: self.bound(&format!("{name}intervall_slutt_{kind}"), problems),
        };
        let numeric = Ranges { normal: bounds("normal", "numerisk"), maximum: bounds("maks", "numerisk") };
        let dates = Ranges { normal: bounds("normal", "dato"), maximum: bounds("maks", "dato") };
        match (numeric.is_open(), dates.is_open()) {
            (false, false) => {
                problems.push(self.problem("maksintervall_start_dato", Reason::MixedIntervals));
                numeric
            }
            (false, true) => numeric,
            (true, _) => dates,
        }
    }

    /// A bound; dates stand in apostrophes in the registers' files.
    fn bound(&self, column: &str, problems: &mut Vec<CodebookProblem>) -> Option<Bound> {
        let dates = column.ends_with("dato");
        let fits = |bound: &Bound| match bound {
            Bound::Date(_) => dates,
            Bound::Number(_) => !dates,
            Bound::Named(_) => true,
        };
        let parse = |t: &str| t.trim_matches('\'').replace(',', ".").parse().ok().filter(fits);
        let wrong = |value| if dates { Reason::BadDate { value } } else { Reason::BadNumber { value } };
        self.parse(column, problems, parse, wrong)
    }

    /// The first and the last day of the row.
    fn period(&self, problems: &mut Vec<CodebookProblem>) -> (Option<Date>, Option<Date>) {
        let (from, until) = (self.date("innfoert_dato", problems), self.date("utfaset_dato", problems));
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            problems.push(self.problem("utfaset_dato", Reason::EndsBeforeItBegins));
        }
        (from, until)
    }

    fn code(
        &self,
        (introduced, retired): (Option<Date>, Option<Date>),
        problems: &mut Vec<CodebookProblem>,
    ) -> Option<CodebookCode> {
        let (value, text) = (self.cell("listeverdier"), self.cell("listetekst"));
        match (value.is_empty(), text.is_empty()) {
            (true, true) => return None,
            (false, true) => {
                problems.push(self.problem("listetekst", Reason::ValueWithoutText { value: value.to_owned() }));
            }
            (true, false) => {
                problems.push(self.problem("listeverdier", Reason::TextWithoutValue { text: text.to_owned() }));
            }
            (false, false) => {}
        }
        Some(CodebookCode {
            value: value.to_owned(),
            text: self.text("listetekst", "listetekst_nn", "listetekst_en"),
            introduced,
            retired,
        })
    }
}

/// Columns that may differ between the rows of one list variable.
const PER_VALUE: [&str; 6] =
    ["listeverdier", "listetekst", "listetekst_nn", "listetekst_en", "innfoert_dato", "utfaset_dato"];

#[derive(Default)]
struct Reader {
    header: Header,
    variables: Vec<CodebookVariable>,
    /// Ids in lower case with the line of their first row.
    ids: BTreeMap<String, u64>,
    /// Catalogue names of table and column with the variable's id.
    places: BTreeMap<(String, String), String>,
    /// The first row of the variable that is being read.
    open: Option<(csv::StringRecord, u64)>,
    problems: Vec<CodebookProblem>,
    remarks: Vec<CodebookProblem>,
}

impl Reader {
    fn line(&mut self, cells: &csv::StringRecord) {
        let line = cells.position().map_or(0, csv::Position::line);
        if cells.iter().all(|c| c.trim().is_empty()) {
            return;
        }
        if cells.len() != self.header.width {
            let reason = Reason::FieldCount { expected: self.header.width, found: cells.len() };
            self.problems.push(CodebookProblem { line, column: None, reason });
            return;
        }
        let header = std::mem::take(&mut self.header);
        self.row(&Row { header: &header, cells, line });
        self.header = header;
    }

    fn row(&mut self, row: &Row<'_>) {
        let id = row.cell("variabel_id");
        if id.is_empty() {
            self.problems.push(row.problem("variabel_id", Reason::Missing));
            return;
        }
        let continues = self.variables.last().is_some_and(|last| {
            last.id.eq_ignore_ascii_case(id) && last.field_type == FieldType::List && self.open.is_some()
        });
        if continues {
            self.further_value(row);
        } else {
            self.close();
            self.new_variable(row, id);
        }
    }

    fn new_variable(&mut self, row: &Row<'_>, id: &str) {
        if let Some(first) = self.ids.get(&id.to_lowercase()) {
            let reason = Reason::DuplicateVariable { id: id.to_owned(), first: *first };
            self.problems.push(row.problem("variabel_id", reason));
            return;
        }
        self.ids.insert(id.to_lowercase(), row.line);
        self.place(row, id);
        if let Some(variable) = variable(row, &mut self.problems) {
            self.variables.push(variable);
            self.open = Some((row.cells.clone(), row.line));
        }
    }

    /// The catalogue path must be free and writable.
    fn place(&mut self, row: &Row<'_>, id: &str) {
        let mut part = |column: &'static str| {
            let cell = row.cell(column);
            let name = catalogue_name(cell);
            if cell.is_empty() {
                self.problems.push(row.problem(column, Reason::Missing));
            } else if name.is_empty() {
                self.problems.push(row.problem(column, Reason::Unnameable { value: cell.to_owned() }));
            }
            name
        };
        let place = (part("tabell"), part("fysisk_feltnavn"));
        if place.0.is_empty() || place.1.is_empty() {
            return;
        }
        if let Some(other) = self.places.insert(place, id.to_owned()) {
            self.problems.push(row.problem("fysisk_feltnavn", Reason::DuplicatePlace { id: other }));
        }
    }

    fn further_value(&mut self, row: &Row<'_>) {
        if let Some((first, _)) = &self.open {
            for (column, place) in &row.header.places {
                let same = first.get(*place).map(str::trim) == row.cells.get(*place).map(str::trim);
                if !PER_VALUE.contains(column) && !same {
                    let reason = Reason::RowsDisagree { id: row.cell("variabel_id").to_owned() };
                    self.problems.push(row.problem(column, reason));
                }
            }
        }
        let period = row.period(&mut self.problems);
        let Some(code) = row.code(period, &mut self.problems) else {
            self.problems.push(row.problem("listeverdier", Reason::Missing));
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

/// The variable that a row begins. `None` when its type is unknown, which is then a problem.
fn variable(row: &Row<'_>, problems: &mut Vec<CodebookProblem>) -> Option<CodebookVariable> {
    let field_type = row.parse("type", problems, FieldType::from_name, |value| Reason::UnknownType { value });
    let field_type = row.must("type", problems, field_type);
    let (introduced, retired) = row.period(problems);
    let code = row.code((introduced, retired), problems);
    if code.is_some() && field_type.is_some_and(|t| t != FieldType::List) {
        problems.push(row.problem("listeverdier", Reason::ValuesOutsideList));
    }
    let required = row.yes("obligatorisk", problems);
    let ranges = row.ranges(problems);
    let rules = row.rules(problems);
    let identification = row
        .parse("identifisering", problems, Identification::from_name, |value| Reason::UnknownIdentification { value });
    Some(CodebookVariable {
        id: row.cell("variabel_id").to_owned(),
        form: row.cell("skjemanavn").to_owned(),
        report_name: row.cell("navn_i_rapporteket").to_owned(),
        label: row.text("ledetekst", "ledetekst_nn", "ledetekst_en"),
        help: row.text("hjelpetekst", "hjelpetekst_nn", "hjelpetekst_en"),
        comment: row.cell("kommentar").to_owned(),
        required,
        field_type: field_type?,
        codes: code.into_iter().collect(),
        ranges,
        length: row.small_number("antall_tegn", problems),
        allowed: row.raw("lovlige_tegn").to_owned(),
        decimals: row.small_number("desimaler", problems),
        activates: row.yes("aktiveringsspoersmaal", problems),
        sub_question: row.yes("underspoersmaal", problems),
        introduced,
        retired,
        table: row.cell("tabell").to_owned(),
        column: row.cell("fysisk_feltnavn").to_owned(),
        unit: row.optional("enhet"),
        identification,
        code_system: row.optional("kodeverk"),
        rules,
    })
}
