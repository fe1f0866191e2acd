//! What is learnt about one column while its values stream by, in bounded memory.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use varde_core::LocalisedText;

use super::{Doubt, Note, ProposalOptions};
use crate::model::{
    codebook::{CodebookCode, CodebookVariable, FieldType},
    name::catalogue_name,
    value::{Bound, Bounds, Identification, Ranges, is_number, plain_date},
};

/// A column with at most this many distinct values is proposed as a list.
const LIST_VALUES: usize = 30;
/// Distinct values are counted up to here; beyond, the column has "many".
const COUNTED: usize = 20_000;
/// A value of a list is at most this long, in characters.
const LIST_LENGTH: usize = 60;

/// The types a column may turn out to be, the narrowest first.
const CANDIDATES: [Candidate; 4] = [Candidate::Integer, Candidate::Decimal, Candidate::Date, Candidate::DateTime];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Candidate {
    Integer,
    Decimal,
    Date,
    DateTime,
}

impl Candidate {
    const fn name(self) -> &'static str {
        match self {
            Self::Integer => "whole numbers",
            Self::Decimal => "numbers",
            Self::Date => "dates",
            Self::DateTime => "times",
        }
    }

    fn fits(self, value: &str) -> bool {
        match self {
            Self::Integer => is_number(value) && !value.contains('.'),
            Self::Decimal => is_number(value),
            Self::Date => plain_date(value).is_some(),
            Self::DateTime => date_time(value).is_some(),
        }
    }
}

/// A date and time as `2164-10-23 21:09:00` or with a `T`.
fn date_time(value: &str) -> Option<DateTime> {
    (value.len() >= 16 && value.as_bytes()[4] == b'-').then(|| value.replacen(' ', "T", 1).parse().ok()).flatten()
}

/// Whether the number would lose its leading zeros.
fn leading_zero(value: &str) -> bool {
    value.len() > 1 && value.starts_with('0') && value.bytes().all(|b| b.is_ascii_digit())
}

/// Misfits of one candidate: how many values, the line of the first.
#[derive(Debug, Clone, Copy, Default)]
struct Misfits {
    count: u64,
    line: u64,
}

/// What is known of a column so far.
pub(super) struct Column {
    name: String,
    rows: u64,
    missing: u64,
    longest: usize,
    decimals: usize,
    misfits: [Misfits; CANDIDATES.len()],
    leading_zeros: Option<String>,
    /// Distinct values with how often each occurs; `None` when there are too many to keep.
    distinct: Option<BTreeMap<String, u64>>,
    numbers: Option<(f64, f64, String, String)>,
    dates: Option<(Date, Date)>,
    midnight: bool,
    national: bool,
}

impl Column {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.trim().to_owned(),
            rows: 0,
            missing: 0,
            longest: 0,
            decimals: 0,
            misfits: Default::default(),
            leading_zeros: None,
            distinct: Some(BTreeMap::new()),
            numbers: None,
            dates: None,
            midnight: true,
            national: true,
        }
    }

    /// Takes in one value; blank, `NULL` and `NA` are missing.
    pub(super) fn see(&mut self, value: &str, line: u64) {
        self.rows += 1;
        let value = value.trim();
        if value.is_empty() || value.eq_ignore_ascii_case("null") || value == "NA" {
            self.missing += 1;
            return;
        }
        self.longest = self.longest.max(value.chars().count());
        for (candidate, misfits) in CANDIDATES.iter().zip(&mut self.misfits) {
            if !candidate.fits(value) {
                misfits.line = if misfits.count == 0 { line } else { misfits.line };
                misfits.count += 1;
            }
        }
        if leading_zero(value) {
            self.leading_zeros.get_or_insert_with(|| value.to_owned());
        }
        self.national = self.national && value.len() == 11 && value.bytes().all(|b| b.is_ascii_digit());
        self.see_size(value);
        self.see_distinct(value);
    }

    fn see_size(&mut self, value: &str) {
        if let Ok(number) = value.parse::<f64>()
            && is_number(value)
        {
            self.decimals = self.decimals.max(value.split_once('.').map_or(0, |(_, f)| f.len()));
            let here = || (number, number, value.to_owned(), value.to_owned());
            let (low, high, ..) = *self.numbers.get_or_insert_with(here);
            if let Some(sizes) = &mut self.numbers {
                if number < low {
                    (sizes.0, sizes.2) = (number, value.to_owned());
                }
                if number > high {
                    (sizes.1, sizes.3) = (number, value.to_owned());
                }
            }
        }
        let time = date_time(value);
        if let Some(date) = plain_date(value).or(time.map(DateTime::date)) {
            self.midnight = self.midnight && time.is_none_or(|t| t.time() == jiff::civil::Time::midnight());
            let (first, last) = self.dates.unwrap_or((date, date));
            self.dates = Some((first.min(date), last.max(date)));
        }
    }

    fn see_distinct(&mut self, value: &str) {
        if let Some(distinct) = &mut self.distinct {
            *distinct.entry(value.to_owned()).or_insert(0) += 1;
            if distinct.len() > COUNTED {
                self.distinct = None;
            }
        }
    }

    fn filled(&self) -> u64 {
        self.rows - self.missing
    }

    /// The narrowest type that every value fits.
    fn candidate(&self) -> Option<Candidate> {
        if self.filled() == 0 || self.leading_zeros.is_some() {
            return None;
        }
        CANDIDATES.into_iter().zip(&self.misfits).find(|(_, m)| m.count == 0).map(|(c, _)| c)
    }

    /// The values, when they are few, short and repeated enough to be a list.
    fn list(&self) -> Option<&BTreeMap<String, u64>> {
        let distinct = self.distinct.as_ref()?;
        let repeated = distinct.len() <= LIST_VALUES && (distinct.len() as u64) * 3 <= self.filled();
        let short = distinct.keys().all(|v| v.chars().count() <= LIST_LENGTH);
        (!distinct.is_empty() && repeated && short).then_some(distinct)
    }

    fn field_type(&self) -> FieldType {
        match self.candidate() {
            Some(Candidate::Date) => FieldType::Date,
            Some(Candidate::DateTime) => FieldType::DateTime,
            Some(Candidate::Decimal) => FieldType::Number,
            // 0 and 1, or a handful of codes; more numbers than that are amounts.
            Some(Candidate::Integer) if self.list().is_some_and(|l| l.len() <= 5) => FieldType::List,
            Some(Candidate::Integer) => FieldType::Number,
            None if self.list().is_some() => FieldType::List,
            None if self.longest > 255 => FieldType::LongText,
            None => FieldType::Text,
        }
    }

    fn unique(&self) -> bool {
        self.rows > 20 && self.missing == 0 && self.distinct.as_ref().is_some_and(|d| d.len() as u64 == self.rows)
    }

    /// The proposed variable and the doubts about it.
    pub(super) fn propose(
        &self,
        options: &ProposalOptions,
        column: String,
        today: Date,
    ) -> (CodebookVariable, Vec<Note>) {
        let is_id = options.id_column.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(&self.name));
        let field_type = match self.field_type() {
            FieldType::List if is_id => FieldType::Number,
            other => other,
        };
        let variable = CodebookVariable {
            id: format!("{}_{}", catalogue_name(&options.table), column).to_uppercase(),
            form: options.name.clone(),
            report_name: String::new(),
            label: LocalisedText::bokmaal(self.name.clone()),
            help: LocalisedText::default(),
            comment: String::new(),
            required: self.missing == 0 && self.rows > 0,
            field_type,
            codes: if field_type == FieldType::List { self.codes() } else { Vec::new() },
            ranges: self.ranges(field_type, is_id),
            length: matches!(field_type, FieldType::Text | FieldType::LongText)
                .then(|| u32::try_from(self.longest).unwrap_or(u32::MAX)),
            allowed: String::new(),
            decimals: (field_type == FieldType::Number).then(|| u32::try_from(self.decimals).unwrap_or(0)),
            activates: false,
            sub_question: false,
            introduced: None,
            retired: None,
            table: options.table.clone(),
            column: self.name.clone(),
            unit: None,
            identification: Some(self.identification(field_type, is_id)),
            code_system: None,
            rules: Vec::new(),
        };
        (variable, self.notes(field_type, is_id, &column, today))
    }

    fn codes(&self) -> Vec<CodebookCode> {
        let code = |value: &String| CodebookCode {
            value: value.clone(),
            text: LocalisedText::bokmaal(value.clone()),
            introduced: None,
            retired: None,
        };
        self.list().map(|values| values.keys().map(code).collect()).unwrap_or_default()
    }

    /// The observed values as usual ones. Nothing is said of what is possible: one file cannot know.
    fn ranges(&self, field_type: FieldType, is_id: bool) -> Ranges {
        let normal = match (field_type, &self.numbers, self.dates) {
            (FieldType::Number, Some((_, _, low, high)), _) if !is_id && !self.unique() => {
                Bounds { low: Some(Bound::Number(low.clone())), high: Some(Bound::Number(high.clone())) }
            }
            (FieldType::Date | FieldType::DateTime, _, Some((first, last))) => {
                Bounds { low: Some(Bound::Date(first)), high: Some(Bound::Date(last)) }
            }
            _ => Bounds::default(),
        };
        Ranges { normal, maximum: Bounds::default() }
    }

    fn identification(&self, field_type: FieldType, is_id: bool) -> Identification {
        let nationals = self.national && self.filled() > 0;
        match field_type {
            _ if is_id || nationals => Identification::DirectIdentifier,
            FieldType::Date | FieldType::DateTime => Identification::QuasiIdentifier,
            FieldType::Text | FieldType::LongText => Identification::Sensitive,
            _ => Identification::Other,
        }
    }

    fn notes(&self, field_type: FieldType, is_id: bool, column: &str, today: Date) -> Vec<Note> {
        let mut doubts = Vec::new();
        let mut doubt = |holds: bool, doubt: Doubt| {
            if holds {
                doubts.push(Note { column: self.name.clone(), doubt });
            }
        };
        let percent = (self.missing * 100).checked_div(self.rows).unwrap_or(0);
        doubt(self.filled() == 0, Doubt::Empty);
        doubt(percent >= 5 && self.filled() > 0, Doubt::Missing { percent });
        doubt(self.unique() && !is_id, Doubt::Unique);
        doubt(self.national && self.filled() > 0 && !is_id, Doubt::NationalNumber);
        doubt(catalogue_name(&self.name) != column, Doubt::Renamed { name: column.to_owned() });
        let values = self.list().map_or(0, BTreeMap::len);
        doubt(field_type == FieldType::List, Doubt::ListOfValues { values });
        if let Some(example) = &self.leading_zeros {
            doubt(true, Doubt::LeadingZeros { example: example.clone() });
        }
        doubt(field_type == FieldType::DateTime && self.midnight, Doubt::AlwaysMidnight);
        if let (FieldType::Date | FieldType::DateTime, Some((_, last))) = (field_type, self.dates) {
            doubt(last > today, Doubt::FutureDates { latest: last.to_string() });
        }
        let text = matches!(field_type, FieldType::Text | FieldType::LongText);
        if let Some(nearly) = self.nearly().filter(|_| text && self.leading_zeros.is_none()) {
            doubt(true, nearly);
        }
        doubt(text && self.longest > 100, Doubt::FreeText);
        doubts
    }

    /// The type that all but a few values fit.
    fn nearly(&self) -> Option<Doubt> {
        let few = |m: &Misfits| m.count > 0 && m.count * 20 <= self.filled();
        let (candidate, misfits) = CANDIDATES.into_iter().zip(&self.misfits).find(|(_, m)| few(m))?;
        Some(Doubt::NearlyAll { data_type: candidate.name(), exceptions: misfits.count, line: misfits.line })
    }
}
