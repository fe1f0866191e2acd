//! The codebook format of the Norwegian medical quality registers ("klokeboken"): a CSV with 27
//! columns, one row per variable and, for lists, one row per value. The dialects in use differ in
//! byte order mark, quoting and the way dates are written; [`read()`] takes them all, [`write()`]
//! writes the commonest (semicolon, quoted where needed, ISO dates, UTF-8).
//!
//! Varde adds a few optional columns after the 27 (see [`EXTRA`]), written only when they hold
//! something: a classic codebook stays a classic codebook.

mod catalogue;
mod columns;
#[cfg(test)]
pub(crate) mod generate;
mod problem;
mod read;
#[cfg(test)]
mod tests;
mod write;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::LocalisedText;

use super::{
    rule::RowRule,
    value::{Bounds, DataType, Identification, Ranges},
};

pub use catalogue::SourceDescription;
pub(crate) use catalogue::{ALWAYS, points_at_person};
pub use columns::{CLASSIC, EXTRA};
pub use problem::{CodebookProblem, Reason, WrongCodebook};
pub use read::{Reading, read};
pub use write::write;

/// A codebook: its variables in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codebook {
    /// The variables.
    pub variables: Vec<CodebookVariable>,
}

/// The type of a field in the registers' forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// `Tekstvariabel`.
    Text,
    /// `Stor tekstvariabel`: several lines.
    LongText,
    /// `Tallvariabel`.
    Number,
    /// `Datovariabel`.
    Date,
    /// `Tidspunktvariabel`: date and time of day. Ours; the classic format has none.
    DateTime,
    /// `Listevariabel`: one of the listed values.
    List,
    /// `Dynamisk Listevariabel`: one of a list that is kept elsewhere, such as hospitals.
    DynamicList,
    /// `Kodevariabel`: a code of a named code system. Ours; the classic format has none.
    Code,
    /// `Avkrysningsboks`: checked or not.
    Checkbox,
    /// `Statusvariabel`: how far the form has come, a small number.
    Status,
    /// `Skjult variabel`: kept by the form, not shown in it.
    Hidden,
}

impl FieldType {
    /// All types with their names in the file.
    pub const ALL: [(Self, &'static str); 11] = [
        (Self::Text, "Tekstvariabel"),
        (Self::LongText, "Stor tekstvariabel"),
        (Self::Number, "Tallvariabel"),
        (Self::Date, "Datovariabel"),
        (Self::DateTime, "Tidspunktvariabel"),
        (Self::List, "Listevariabel"),
        (Self::DynamicList, "Dynamisk Listevariabel"),
        (Self::Code, "Kodevariabel"),
        (Self::Checkbox, "Avkrysningsboks"),
        (Self::Status, "Statusvariabel"),
        (Self::Hidden, "Skjult variabel"),
    ];

    /// The name in the file.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(t, _)| *t == self).map_or("", |(_, name)| name)
    }

    /// The type of that name; upper and lower case do not matter.
    pub fn from_name(name: &str) -> Option<Self> {
        let wanted = name.to_lowercase();
        Self::ALL.iter().find(|(_, n)| n.to_lowercase() == wanted).map(|(t, _)| *t)
    }
}

/// One variable of a codebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodebookVariable {
    /// `variabel_id`: unique in the file.
    pub id: String,
    /// `skjemanavn`: the form it is in.
    pub form: String,
    /// `navn_i_rapporteket`: its name in the register's reports.
    pub report_name: String,
    /// `ledetekst`: the question in the form.
    pub label: LocalisedText,
    /// `hjelpetekst`.
    pub help: LocalisedText,
    /// `kommentar`.
    pub comment: String,
    /// `obligatorisk`.
    pub required: bool,
    /// `type`.
    pub field_type: FieldType,
    /// `listeverdier` and `listetekst`: the values of a list.
    pub codes: Vec<CodebookCode>,
    /// The eight interval columns. A variable has numeric or date bounds, not both.
    pub ranges: Ranges,
    /// `antall_tegn`: the longest value.
    pub length: Option<u32>,
    /// `lovlige_tegn`: the characters that may occur.
    pub allowed: String,
    /// `desimaler`.
    pub decimals: Option<u32>,
    /// `aktiveringsspoersmaal`: its answer opens further questions.
    pub activates: bool,
    /// `underspoersmaal`: it is opened by another answer.
    pub sub_question: bool,
    /// `innfoert_dato`: the first day; for a list, its earliest value's.
    pub introduced: Option<Date>,
    /// `utfaset_dato`: the last day; for a list, the last value's when all are retired.
    pub retired: Option<Date>,
    /// `tabell`: the table, which becomes the dataset.
    pub table: String,
    /// `fysisk_feltnavn`: the column of the table.
    pub column: String,
    /// `enhet` (ours): the unit.
    pub unit: Option<String>,
    /// `identifisering` (ours): what it tells about who the person is.
    pub identification: Option<Identification>,
    /// `kodeverk` (ours): the code system of a code.
    pub code_system: Option<String>,
    /// `regler` (ours): what must hold beside other variables of the table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RowRule>,
}

/// One value of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodebookCode {
    /// `listeverdier`.
    pub value: String,
    /// `listetekst`.
    pub text: LocalisedText,
    /// `innfoert_dato` of the row.
    pub introduced: Option<Date>,
    /// `utfaset_dato` of the row.
    pub retired: Option<Date>,
}

impl CodebookVariable {
    /// The type of its values. A number without decimals whose intervals have none either is whole.
    pub fn data_type(&self) -> DataType {
        match self.field_type {
            FieldType::Text | FieldType::LongText | FieldType::Hidden => DataType::Text,
            FieldType::Number if self.has_decimals() => DataType::Decimal,
            FieldType::Number | FieldType::Status => DataType::Integer,
            FieldType::Date => DataType::Date,
            FieldType::DateTime => DataType::DateTime,
            FieldType::List => DataType::List,
            FieldType::DynamicList | FieldType::Code => DataType::Code,
            FieldType::Checkbox => DataType::Boolean,
        }
    }

    fn has_decimals(&self) -> bool {
        let fraction = |bounds: &Bounds| {
            [&bounds.low, &bounds.high].into_iter().flatten().any(|b| b.number().is_some_and(|n| n.fract() != 0.0))
        };
        match self.decimals {
            Some(decimals) => decimals > 0,
            None => fraction(&self.ranges.normal) || fraction(&self.ranges.maximum),
        }
    }

    /// Sets [`Self::introduced`] and [`Self::retired`] from the values of a list: introduced with
    /// the earliest, retired with the last when every value is retired.
    pub fn date_by_codes(&mut self) {
        if self.codes.is_empty() {
            return;
        }
        self.introduced = self.codes.iter().filter_map(|c| c.introduced).min();
        let all_retired = self.codes.iter().all(|c| c.retired.is_some());
        self.retired = self.codes.iter().filter_map(|c| c.retired).max().filter(|_| all_retired);
    }
}
