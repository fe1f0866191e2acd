//! Concepts and represented variables: what is measured, and in which form.
//!
//! In the words of DDI-Lifecycle 3.3 and GSIM 2.0 a [`Concept`] is the concept of a conceptual variable
//! («smoking»), a [`Represented`] is a represented variable: the concept with a value domain («smoking as
//! never, formerly, daily»), and a variable of the catalogue is an instance variable: the represented
//! variable as one source collects it.

use serde::{Deserialize, Serialize};
use varde_core::{FieldProblem, LocalisedText, define_id};
use varde_metadata::{Code, DataType};

use super::text::{self, LINE, LONG};

define_id!(
    /// A concept.
    ConceptId
);
define_id!(
    /// A represented variable.
    RepresentedId
);

/// The most codes of a represented variable. What has more is a code system of its own.
pub const MOST_CODES: usize = 500;

/// A concept, as it is described.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concept {
    /// Its name.
    pub name: LocalisedText,
    /// What it means, so that two readers mean the same.
    pub definition: LocalisedText,
    /// The address of the same concept elsewhere; empty when there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub same_as: String,
}

impl Concept {
    /// What is wrong with it.
    pub fn check(&self) -> Vec<FieldProblem> {
        let mut wrong = text::check_localised("name", &self.name, LINE);
        wrong.extend(text::check_localised("definition", &self.definition, LONG));
        let web = |address: &str| {
            url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        };
        if !self.same_as.is_empty() && (!web(&self.same_as) || self.same_as.len() > LINE) {
            wrong.push(FieldProblem::new("same_as", "harmonisation-error-address"));
        }
        wrong
    }
}

/// A represented variable, as it is described.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Represented {
    /// The concept that it represents.
    pub concept: ConceptId,
    /// Its name.
    pub name: LocalisedText,
    /// How the concept is expressed by it.
    pub definition: LocalisedText,
    /// The type of its values.
    pub data_type: DataType,
    /// The unit of a number, as UCUM code or word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The code system of its codes, by the name that the catalogue uses: `icd10`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_system: Option<String>,
    /// Its own codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code>,
}

impl Represented {
    /// What is wrong with it.
    pub fn check(&self) -> Vec<FieldProblem> {
        let mut wrong = text::check_localised("name", &self.name, LINE);
        wrong.extend(text::check_localised("definition", &self.definition, LONG));
        let short = [("unit", &self.unit), ("code_system", &self.code_system)];
        let short = short.map(|(field, text)| text::check_length(field, text.as_deref().unwrap_or_default(), LINE));
        wrong.extend(short.into_iter().flatten());
        let mut values: Vec<&str> = self.codes.iter().map(|code| code.value.trim()).collect();
        values.sort_unstable();
        let twice = values.windows(2).any(|pair| pair[0] == pair[1]);
        let empty = self.codes.iter().any(|code| code.value.trim().is_empty() || code.text.nb.trim().is_empty());
        let long = self.codes.iter().any(|code| code.value.len() > LINE || code.text.nb.len() > LONG);
        if twice || empty || long || self.codes.len() > MOST_CODES {
            wrong.push(FieldProblem::new("codes", "harmonisation-error-codes"));
        } else if self.data_type == DataType::List && self.codes.is_empty() {
            wrong.push(FieldProblem::new("codes", "harmonisation-error-codes-missing"));
        }
        if self.data_type == DataType::Code && self.code_system.is_none() {
            wrong.push(FieldProblem::new("code_system", "harmonisation-error-code-system"));
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(wrong: &[FieldProblem]) -> Vec<&str> {
        wrong.iter().map(|problem| problem.field.as_str()).collect()
    }

    #[test]
    fn a_concept_has_a_name_and_a_definition_and_points_to_the_web_only() {
        let good = Concept {
            name: LocalisedText::bokmaal("Røyking"),
            definition: LocalisedText::bokmaal("Om personen røyker tobakk."),
            same_as: "https://example.org/smoking".to_owned(),
        };
        assert!(good.check().is_empty());
        let bad = Concept { name: LocalisedText::default(), same_as: "javascript:alert(1)".to_owned(), ..good };
        assert_eq!(fields(&bad.check()), ["name", "same_as"]);
    }

    #[test]
    fn a_list_has_codes_that_differ_and_a_code_has_a_system() {
        let code = |value: &str| Code {
            value: value.to_owned(),
            text: LocalisedText::bokmaal("Tekst"),
            from: None,
            until: None,
        };
        let with = |data_type, codes: &[&str]| Represented {
            concept: ConceptId::from_uuid(uuid::Uuid::nil()),
            name: LocalisedText::bokmaal("Røyking"),
            definition: LocalisedText::bokmaal("Tre svar."),
            data_type,
            unit: None,
            code_system: None,
            codes: codes.iter().map(|value| code(value)).collect(),
        };
        assert!(with(DataType::List, &["0", "1"]).check().is_empty());
        assert_eq!(fields(&with(DataType::List, &["0", "0 "]).check()), ["codes"]);
        assert_eq!(fields(&with(DataType::List, &[]).check()), ["codes"]);
        assert_eq!(fields(&with(DataType::Code, &[]).check()), ["code_system"]);
        assert!(with(DataType::Integer, &[]).check().is_empty());
    }
}
