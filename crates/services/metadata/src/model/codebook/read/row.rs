//! One line of a codebook: its cells, read as what their columns hold.

use csv::StringRecord;
use jiff::civil::Date;
use varde_core::LocalisedText;

use super::header::Header;
use crate::model::{
    codebook::{CodebookCode, CodebookProblem, Reason},
    name::catalogue_name,
    value::{Bound, Bounds, Ranges, plain_date},
};

/// One line of the file, with what was found wrong in it so far.
pub(super) struct Row<'a> {
    pub(super) header: &'a Header,
    pub(super) cells: &'a StringRecord,
    /// Its number in the file, the header's being 1.
    pub(super) line: u64,
    pub(super) problems: Vec<CodebookProblem>,
}

impl<'a> Row<'a> {
    /// A cell as it stands in the file.
    pub(super) fn raw(&self, column: &str) -> &'a str {
        self.header.places.get(column).and_then(|place| self.cells.get(*place)).unwrap_or("")
    }

    /// A cell without blanks around it.
    pub(super) fn cell(&self, column: &str) -> &'a str {
        self.raw(column).trim()
    }

    pub(super) fn problem(&self, column: &str, reason: Reason) -> CodebookProblem {
        CodebookProblem { line: self.line, column: Some(column.to_owned()), reason }
    }

    /// Notes what is wrong with a cell.
    pub(super) fn wrong(&mut self, column: &str, reason: Reason) {
        let problem = self.problem(column, reason);
        self.problems.push(problem);
    }

    /// A cell that must be filled in; an empty one is a problem.
    pub(super) fn must(&mut self, column: &str) -> &'a str {
        let cell = self.cell(column);
        if cell.is_empty() {
            self.wrong(column, Reason::Missing);
        }
        cell
    }

    /// A cell as something; an empty one is `None`, a wrong one a problem and `None`.
    pub(super) fn parse<T>(
        &mut self,
        column: &str,
        parse: impl Fn(&str) -> Option<T>,
        wrong: impl Fn(String) -> Reason,
    ) -> Option<T> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        let value = parse(cell);
        if value.is_none() {
            self.wrong(column, wrong(cell.to_owned()));
        }
        value
    }

    /// A part of the variable's catalogue path; empty when it cannot be written, which is then a problem.
    pub(super) fn name(&mut self, column: &str) -> String {
        let cell = self.must(column);
        let name = catalogue_name(cell);
        if name.is_empty() && !cell.is_empty() {
            self.wrong(column, Reason::Unnameable { value: cell.to_owned() });
        }
        name
    }

    pub(super) fn yes(&mut self, column: &str) -> bool {
        let yes_no = |t: &str| match t.to_lowercase().as_str() {
            "ja" => Some(true),
            "nei" => Some(false),
            _ => None,
        };
        self.parse(column, yes_no, |value| Reason::NotYesNo { value }).unwrap_or(false)
    }

    pub(super) fn small_number(&mut self, column: &str) -> Option<u32> {
        self.parse(column, |t| t.parse().ok(), |value| Reason::BadNumber { value })
    }

    pub(super) fn text(&self, column: &str, nn: &str, en: &str) -> LocalisedText {
        LocalisedText::new(self.cell(column), self.cell(nn), self.cell(en))
    }

    pub(super) fn optional(&self, column: &str) -> Option<String> {
        Some(self.cell(column)).filter(|c| !c.is_empty()).map(str::to_owned)
    }

    /// The first and the last day of the row.
    pub(super) fn period(&mut self) -> (Option<Date>, Option<Date>) {
        let (from, until) = (self.date("innfoert_dato"), self.date("utfaset_dato"));
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            self.wrong("utfaset_dato", Reason::EndsBeforeItBegins);
        }
        (from, until)
    }

    fn date(&mut self, column: &str) -> Option<Date> {
        self.parse(column, |t| plain_date(t.trim_matches('\'')), |value| Reason::BadDate { value })
    }

    /// The eight interval columns.
    pub(super) fn ranges(&mut self) -> Ranges {
        let numeric = Ranges { normal: self.bounds("normal", "numerisk"), maximum: self.bounds("maks", "numerisk") };
        let dates = Ranges { normal: self.bounds("normal", "dato"), maximum: self.bounds("maks", "dato") };
        if !numeric.is_open() && !dates.is_open() {
            self.wrong("maksintervall_start_dato", Reason::MixedIntervals);
        }
        if numeric.is_open() { dates } else { numeric }
    }

    fn bounds(&mut self, name: &str, kind: &str) -> Bounds {
        Bounds {
            low: self.bound(&format!("{name}intervall_start_{kind}")),
            high: self.bound(&format!("{name}intervall_slutt_{kind}")),
        }
    }

    /// A bound; dates stand in apostrophes in the registers' files.
    fn bound(&mut self, column: &str) -> Option<Bound> {
        let dates = column.ends_with("dato");
        let fits = |bound: &Bound| match bound {
            Bound::Date(_) => dates,
            Bound::Number(_) => !dates,
            Bound::Named(_) => true,
        };
        let parse = |t: &str| t.trim_matches('\'').replace(',', ".").parse().ok().filter(fits);
        let wrong = |value| if dates { Reason::BadDate { value } } else { Reason::BadNumber { value } };
        self.parse(column, parse, wrong)
    }

    /// The value of a list that the row has, if it has one.
    pub(super) fn code(&mut self, (introduced, retired): (Option<Date>, Option<Date>)) -> Option<CodebookCode> {
        let (value, text) = (self.cell("listeverdier"), self.cell("listetekst"));
        match (value.is_empty(), text.is_empty()) {
            (true, true) => return None,
            (false, true) => self.wrong("listetekst", Reason::ValueWithoutText { value: value.to_owned() }),
            (true, false) => self.wrong("listeverdier", Reason::TextWithoutValue { text: text.to_owned() }),
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
