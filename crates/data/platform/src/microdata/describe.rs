//! What `NAME.json` says, as a codebook of one table.

use jiff::civil::Date;
use serde::Deserialize;
use varde_core::LocalisedText;
use varde_metadata::{
    Identification, Ranges, RowRule,
    codebook::{Codebook, CodebookCode, CodebookVariable, FieldType},
};

/// The heading of the column that says whom a row is about.
pub const PERSON: &str = "unit_id";
/// The headings of the columns that say when a value held.
const START: &str = "start";
const STOP: &str = "stop";
/// What a DOUBLE is rounded to when it is shown: the format does not say, and a number without decimals would
/// be a whole one.
const DECIMALS: u32 = 6;

/// Why a description cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misdescribed {
    /// It is not the format's JSON.
    #[error("{name}.json is not a description of microdata-tools 2: {why}")]
    Json {
        /// The dataset.
        name: String,
        /// What the reader says; the file has no rows in it.
        why: String,
    },
    /// Rows are not about persons.
    #[error("{name} is about {unit}: only datasets about PERSON are taken in, since everything here hangs on people")]
    Unit {
        /// The dataset.
        name: String,
        /// What it is about.
        unit: String,
    },
    /// The values are numbers of persons.
    #[error("the values of {0} are numbers of persons, which never reach a release")]
    Persons(String),
    /// Neither a type nor a link is described.
    #[error("the measure of {0} has neither a dataType with a valueDomain nor a unitType")]
    Untyped(String),
    /// A day that is none.
    #[error("the code list of {name} has the date {date:?}: write it YYYY-MM-DD")]
    BadDate {
        /// The dataset.
        name: String,
        /// What it says.
        date: String,
    },
}

/// A dataset's description.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Described {
    #[serde(skip)]
    name: String,
    temporality_type: Temporality,
    sensitivity_level: Sensitivity,
    #[serde(default)]
    population_description: Vec<Text>,
    identifier_variables: [Identifier; 1],
    measure_variables: [Measure; 1],
}

/// When values hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Temporality {
    Fixed,
    Status,
    Accumulated,
    Event,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Sensitivity {
    Public,
    Nonpublic,
    PersonGeneral,
    PersonSpecial,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Identifier {
    unit_type: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Measure {
    unit_type: Option<String>,
    name: Vec<Text>,
    description: Vec<Text>,
    data_type: Option<Type>,
    value_domain: Option<Domain>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Type {
    String,
    Long,
    Double,
    Date,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Domain {
    #[serde(default)]
    description: Vec<Text>,
    #[serde(default)]
    measurement_unit_description: Vec<Text>,
    #[serde(default)]
    code_list: Vec<Item>,
    #[serde(default)]
    sentinel_and_missing_values: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Item {
    code: Value,
    category_title: Vec<Text>,
    valid_from: Option<String>,
    valid_until: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Value {
    Number(i64),
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Text {
    language_code: String,
    value: String,
}

impl Described {
    /// Reads the description of the dataset of that name.
    ///
    /// # Errors
    /// When it is not the format's, or is about others than persons.
    pub fn read(name: &str, json: &[u8]) -> Result<Self, Misdescribed> {
        let read: Result<Self, _> = serde_json::from_slice(json);
        let described = read.map_err(|e| Misdescribed::Json { name: name.to_owned(), why: e.to_string() })?;
        let described = Self { name: name.to_owned(), ..described };
        match described.identifier_variables[0].unit_type.as_str() {
            "PERSON" => Ok(described),
            unit => Err(Misdescribed::Unit { name: name.to_owned(), unit: unit.to_owned() }),
        }
    }

    /// The dataset's name, which is its measure's too.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The headings that the rows lack, in their order.
    pub fn headings(&self) -> [&str; 5] {
        [PERSON, &self.name, START, STOP, "attributes"]
    }

    /// What dates a row; nothing where values hold for good.
    pub fn event_date(&self) -> Option<&'static str> {
        (self.temporality_type != Temporality::Fixed).then_some(START)
    }

    /// The dataset as a codebook: whom, what, and from when until when.
    ///
    /// # Errors
    /// When its values cannot be a release's.
    pub fn codebook(&self) -> Result<Codebook, Misdescribed> {
        let mut variables = vec![self.person(), self.measure()?];
        if self.temporality_type != Temporality::Fixed {
            variables.extend([self.start(), self.stop()]);
        }
        Ok(Codebook { variables })
    }

    fn variable(&self, column: &str, label: LocalisedText, field_type: FieldType) -> CodebookVariable {
        CodebookVariable {
            id: format!("{}.{column}", self.name),
            form: words(&self.measure_variables[0].name).nb,
            report_name: String::new(),
            label,
            help: LocalisedText::default(),
            comment: String::new(),
            required: true,
            field_type,
            codes: Vec::new(),
            ranges: Ranges::default(),
            length: None,
            allowed: String::new(),
            decimals: None,
            activates: false,
            sub_question: false,
            introduced: None,
            retired: None,
            table: self.name.clone(),
            column: column.to_owned(),
            unit: None,
            identification: None,
            code_system: None,
            rules: Vec::new(),
        }
    }

    fn person(&self) -> CodebookVariable {
        let label = LocalisedText::new("Person", "Person", "Person");
        let identification = Some(Identification::DirectIdentifier);
        CodebookVariable { identification, ..self.variable(PERSON, label, FieldType::Text) }
    }

    fn measure(&self) -> Result<CodebookVariable, Misdescribed> {
        let measure = &self.measure_variables[0];
        let nothing = Vec::new();
        let domain = measure.value_domain.as_ref();
        let codes = domain.map_or(&nothing, |domain| &domain.code_list);
        let field_type = match (&measure.unit_type, measure.data_type) {
            (Some(unit), _) if unit == "PERSON" => return Err(Misdescribed::Persons(self.name.clone())),
            (Some(_), _) => FieldType::Text,
            (None, Some(_)) if !codes.is_empty() => FieldType::List,
            (None, Some(Type::String)) => FieldType::Text,
            (None, Some(Type::Long | Type::Double)) => FieldType::Number,
            (None, Some(Type::Date)) => FieldType::Date,
            (None, None) => return Err(Misdescribed::Untyped(self.name.clone())),
        };
        let sentinels = domain.map_or(&nothing, |domain| &domain.sentinel_and_missing_values);
        let all = codes.iter().chain(sentinels.iter().filter(|_| field_type == FieldType::List));
        let identification = match (&measure.unit_type, self.sensitivity_level) {
            (_, Sensitivity::PersonSpecial) => Identification::Sensitive,
            (Some(_), _) => Identification::QuasiIdentifier,
            (None, Sensitivity::Public | Sensitivity::Nonpublic | Sensitivity::PersonGeneral) => Identification::Other,
        };
        let unit = domain.map(|domain| words(&domain.measurement_unit_description).nb);
        let mut made = CodebookVariable {
            help: joined(&words(&measure.description), &domain.map(|d| words(&d.description)).unwrap_or_default()),
            comment: words(&self.population_description).nb,
            codes: all.map(|item| self.code(item)).collect::<Result<_, _>>()?,
            decimals: (field_type == FieldType::Number).then_some(if measure.data_type == Some(Type::Double) {
                DECIMALS
            } else {
                0
            }),
            unit: unit.filter(|unit| !unit.is_empty()),
            identification: Some(identification),
            ..self.variable(&self.name, words(&measure.name), field_type)
        };
        made.date_by_codes();
        Ok(made)
    }

    fn code(&self, item: &Item) -> Result<CodebookCode, Misdescribed> {
        let day = |text: &Option<String>| -> Result<Option<Date>, Misdescribed> {
            let Some(text) = text else { return Ok(None) };
            let wrong = || Misdescribed::BadDate { name: self.name.clone(), date: text.clone() };
            text.get(..10).and_then(|day| day.parse().ok()).map(Some).ok_or_else(wrong)
        };
        let value = match &item.code {
            Value::Number(number) => number.to_string(),
            Value::Text(text) => text.clone(),
        };
        let text = words(&item.category_title);
        Ok(CodebookCode { value, text, introduced: day(&item.valid_from)?, retired: day(&item.valid_until)? })
    }

    fn start(&self) -> CodebookVariable {
        let label = LocalisedText::new("Fra", "Frå", "From");
        let identification = Some(Identification::QuasiIdentifier);
        CodebookVariable { identification, ..self.variable(START, label, FieldType::Date) }
    }

    /// A status is of one day, what is accumulated takes time, an event may go on.
    fn stop(&self) -> CodebookVariable {
        let rule = match self.temporality_type {
            Temporality::Status => "= start",
            Temporality::Accumulated => "> start",
            Temporality::Event | Temporality::Fixed => ">= start",
        };
        let label = LocalisedText::new("Til", "Til", "Until");
        CodebookVariable {
            required: self.temporality_type != Temporality::Event,
            identification: Some(Identification::QuasiIdentifier),
            rules: RowRule::list(rule).unwrap_or_default(),
            ..self.variable(STOP, label, FieldType::Date)
        }
    }
}

/// Texts in our languages; where there is no bokmål, another one stands for it.
fn words(texts: &[Text]) -> LocalisedText {
    let find = |wanted: &[&str]| {
        let found = wanted.iter().find_map(|code| texts.iter().find(|text| text.language_code == *code));
        found.map(|text| text.value.clone()).unwrap_or_default()
    };
    LocalisedText::new(find(&["nb", "no", "nn", "en"]), find(&["nn"]), find(&["en"]))
}

fn joined(one: &LocalisedText, other: &LocalisedText) -> LocalisedText {
    let join =
        |one: &str, other: &str| [one, other].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
    LocalisedText::new(join(&one.nb, &other.nb), join(&one.nn, &other.nn), join(&one.en, &other.en))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use varde_metadata::codebook::{read, write};

    use super::*;

    fn described(temporality: &str, measure: serde_json::Value) -> Result<Described, Misdescribed> {
        let text = |nb: &str| json!([{ "languageCode": "no", "value": nb }]);
        let whole = json!({
            "temporalityType": temporality,
            "sensitivityLevel": "PERSON_SPECIAL",
            "populationDescription": text("Alle"),
            "subjectFields": [text("Helse")],
            "dataRevision": { "description": text("Ny") },
            "identifierVariables": [{ "unitType": "PERSON" }],
            "measureVariables": [measure],
        });
        Described::read("RUS_TILSTAND", whole.to_string().as_bytes())
    }

    fn listed() -> serde_json::Value {
        let text =
            |nb: &str, en: &str| json!([{ "languageCode": "no", "value": nb }, { "languageCode": "en", "value": en }]);
        json!({
            "name": text("Tilstand", "Condition"),
            "description": text("Tilstanden", "The condition"),
            "dataType": "LONG",
            "valueDomain": {
                "codeList": [
                    { "code": 1, "categoryTitle": text("En", "One"), "validFrom": "1990-01-01", "validUntil": "2009-12-31" },
                    { "code": "2", "categoryTitle": text("To", "Two"), "validFrom": "2010-01-01" },
                ],
                "sentinelAndMissingValues": [{ "code": 0, "categoryTitle": text("Ukjent", "Unknown") }],
            },
        })
    }

    #[test]
    fn a_description_is_a_codebook_that_reads_back() {
        for (temporality, columns, rule, required) in [
            ("FIXED", 2, None, false),
            ("STATUS", 4, Some("= start"), true),
            ("ACCUMULATED", 4, Some("> start"), true),
            ("EVENT", 4, Some(">= start"), false),
        ] {
            let described = described(temporality, listed()).unwrap();
            let codebook = described.codebook().unwrap();
            assert_eq!(codebook.variables.len(), columns, "{temporality}");
            let stop = codebook.variables.get(3);
            assert_eq!(stop.map(|v| v.rules[0].to_string()), rule.map(str::to_owned), "{temporality}");
            assert_eq!(stop.is_some_and(|v| v.required), required, "{temporality}");
            assert_eq!(read(&write(&codebook)).unwrap().codebook, codebook, "{temporality}");
            assert_eq!(described.event_date().is_some(), columns == 4);
        }
    }

    #[test]
    fn codes_have_their_days_and_sentinels_hold_always() {
        let codebook = described("EVENT", listed()).unwrap().codebook().unwrap();
        let [_, measure, ..] = &codebook.variables[..] else { panic!("a measure") };
        let told: Vec<_> = measure.codes.iter().map(|c| (c.value.as_str(), c.introduced, c.retired)).collect();
        let day = |text: &str| Some(text.parse().unwrap());
        let expected = [("1", day("1990-01-01"), day("2009-12-31")), ("2", day("2010-01-01"), None), ("0", None, None)];
        assert_eq!(told, expected);
        assert_eq!((measure.label.en.as_str(), measure.field_type), ("Condition", FieldType::List));
        assert_eq!(measure.identification, Some(Identification::Sensitive));
    }

    #[test]
    fn what_cannot_be_taken_in_is_named() {
        let mut untyped = listed();
        untyped.as_object_mut().unwrap().retain(|key, _| key != "dataType");
        assert!(matches!(described("EVENT", untyped).unwrap().codebook(), Err(Misdescribed::Untyped(_))));
        let mut day = listed();
        day["valueDomain"]["codeList"][0]["validFrom"] = "igår".into();
        assert!(matches!(described("EVENT", day).unwrap().codebook(), Err(Misdescribed::BadDate { .. })));
        assert!(matches!(described("OFTEN", listed()), Err(Misdescribed::Json { .. })));
        let linked = json!({ "name": [], "description": [], "unitType": "PERSON" });
        assert!(matches!(described("EVENT", linked).unwrap().codebook(), Err(Misdescribed::Persons(_))));
    }
}
