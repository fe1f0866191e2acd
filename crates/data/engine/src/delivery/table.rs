//! What each column of a delivered file is. Files, codebook and labels are all told from here, so that
//! they cannot disagree.

use std::{collections::HashMap, sync::Arc};

use datafusion::{
    arrow::datatypes::{DataType, Field, Schema as ArrowSchema, SchemaRef},
    parquet::arrow::{ARROW_SCHEMA_META_KEY, encode_arrow_schema},
};
use serde_json::{Value, json};
use varde_core::{ExtractId, Language, LocalisedText, id::CataloguePath};
use varde_permit::{Format, Granularity, PermittedVariable};

use crate::{CodeLabel, EngineError, Kind, Schema, granularity, schema::PSEUDONYM};

/// One dataset of a delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The dataset: `source/dataset`.
    pub dataset: CataloguePath,
    /// Its columns, the pseudonym first.
    pub columns: Vec<Told>,
}

/// One column as it is delivered: at the granularity that was applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Its name in the files (the codebook says what it is in Stata).
    pub name: String,
    /// Where it is in the catalogue; `None` for the pseudonym.
    pub variable: Option<CataloguePath>,
    /// What its values are, after the granularity was applied.
    pub kind: Kind,
    /// The Arrow type that they have.
    pub data_type: DataType,
    /// How finely it was delivered; `None` for the pseudonym.
    pub granularity: Option<Granularity>,
    /// What it means.
    pub label: LocalisedText,
    /// The unit of a number, as UCUM code or word.
    pub unit: Option<String>,
    /// The closed list of values that can occur in it, where there is a short one.
    pub codes: Vec<CodeLabel>,
}

impl Table {
    /// The delivered columns of a dataset, in the permit's order.
    ///
    /// # Errors
    /// When the dataset lacks a variable.
    pub fn of(schema: &Schema, variables: &[&PermittedVariable]) -> Result<Self, EngineError> {
        let dataset = schema.dataset.clone();
        let told = variables.iter().map(|variable| {
            let name = variable.variable.name();
            let column = schema
                .column(name)
                .ok_or_else(|| EngineError::NoColumn { dataset: dataset.clone(), column: name.to_owned() })?;
            let data_type = granularity::delivered(column.kind, variable.granularity);
            Ok(Told {
                name: name.to_owned(),
                variable: Some(variable.variable.clone()),
                kind: kind(column.kind, variable.granularity, &data_type),
                data_type,
                granularity: Some(variable.granularity),
                label: column.label.clone(),
                unit: column.unit.clone().filter(|_| keeps_its_unit(variable.granularity)),
                codes: codes(&column.codes, variable.granularity),
            })
        });
        let columns = std::iter::once(Ok(pseudonym())).chain(told).collect::<Result<_, EngineError>>()?;
        Ok(Self { dataset: dataset.clone(), columns })
    }

    /// What its files are called, without the ending: `npr_contact`.
    pub fn stem(&self) -> String {
        self.dataset.as_str().replace('/', "_")
    }

    /// A table that belongs to no dataset, such as that of persons: the pseudonym, and these columns.
    pub(crate) fn with(name: CataloguePath, columns: Vec<Told>) -> Self {
        Self { dataset: name, columns: std::iter::once(pseudonym()).chain(columns).collect() }
    }

    /// The name of its file in a format: `npr_contact.parquet`.
    pub fn file(&self, format: Format) -> String {
        format!("{}.{}", self.stem(), format.extension())
    }

    /// The Arrow schema, with labels and codes in the fields' metadata. `language` is that of `label`.
    pub fn arrow(&self, language: Language) -> SchemaRef {
        let fields = self.columns.iter().map(|column| {
            let nullable = column.name != PSEUDONYM;
            Field::new(&column.name, column.data_type.clone(), nullable).with_metadata(column.metadata(language))
        });
        Arc::new(ArrowSchema::new(fields.collect::<Vec<_>>()))
    }

    /// What a Parquet file says of itself: the Arrow schema with its metadata where Arrow's readers look
    /// for it, and the columns as JSON for those that read only the file's own metadata (DuckDB).
    pub fn notes(&self, extract: ExtractId, language: Language) -> Vec<(&'static str, String)> {
        vec![
            (ARROW_SCHEMA_META_KEY, encode_arrow_schema(&self.arrow(language))),
            ("varde.extract", extract.to_string()),
            ("varde.dataset", self.dataset.to_string()),
            ("varde.columns", Value::from(self.columns.iter().map(Told::json).collect::<Vec<_>>()).to_string()),
        ]
    }
}

impl Told {
    /// The granularity's word in codebooks; empty for the pseudonym.
    pub fn granularity(&self) -> String {
        self.granularity.map(granularity::describe).unwrap_or_default()
    }

    fn metadata(&self, language: Language) -> HashMap<String, String> {
        let label = |language| self.label.get(language).to_owned();
        let mut told = vec![
            ("label", label(language)),
            ("label_nb", label(Language::Nb)),
            ("label_nn", label(Language::Nn)),
            ("label_en", label(Language::En)),
            ("type", self.kind.name().to_owned()),
            ("granularity", self.granularity()),
            ("variable", self.variable.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("unit", self.unit.clone().unwrap_or_default()),
        ];
        if !self.codes.is_empty() {
            let labels: serde_json::Map<String, Value> =
                self.codes.iter().map(|c| (c.code.clone(), c.label.get(language).into())).collect();
            told.push(("codes", Value::from(labels).to_string()));
        }
        told.into_iter().filter(|(_, text)| !text.is_empty()).map(|(key, text)| (key.to_owned(), text)).collect()
    }

    fn json(&self) -> Value {
        let codes: Vec<Value> = self.codes.iter().map(|c| json!({ "code": c.code, "label": c.label })).collect();
        json!({
            "name": self.name,
            "variable": self.variable,
            "type": self.kind.name(),
            "granularity": self.granularity(),
            "label": self.label,
            "unit": self.unit,
            "codes": codes,
        })
    }
}

fn pseudonym() -> Told {
    Told {
        name: PSEUDONYM.to_owned(),
        variable: None,
        kind: Kind::Code,
        data_type: DataType::Utf8,
        granularity: None,
        label: LocalisedText::new(
            "Pseudonym: likt for samme person i alle filene i prosjektet",
            "Pseudonym: likt for same person i alle filene i prosjektet",
            "Pseudonym: the same for a person in all files of the project",
        ),
        unit: None,
        codes: Vec::new(),
    }
}

/// What the values are once they are as coarse as permitted.
fn kind(kind: Kind, granularity: Granularity, delivered: &DataType) -> Kind {
    match delivered {
        same if *same == kind.arrow() => kind,
        DataType::Utf8 if matches!(granularity, Granularity::Prefix(_)) => Kind::Code,
        DataType::Int32 | DataType::Int64 => Kind::Integer,
        DataType::Float64 => Kind::Decimal,
        DataType::Date32 => Kind::Date,
        _ => Kind::Text,
    }
}

/// Days since somebody's first row and years have no unit of the variable; bands of it do.
const fn keeps_its_unit(granularity: Granularity) -> bool {
    !matches!(granularity, Granularity::RelativeDays | Granularity::Year | Granularity::Month)
}

/// The codes that can occur: a cut code is one of the list only where the list holds it.
fn codes(codes: &[CodeLabel], granularity: Granularity) -> Vec<CodeLabel> {
    match granularity {
        Granularity::AsIs => codes.to_vec(),
        Granularity::Prefix(length) => {
            codes.iter().filter(|code| code.code.chars().count() <= length as usize).cloned().collect()
        }
        _ => Vec::new(),
    }
}
