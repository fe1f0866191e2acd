//! How a product stands in the catalogue: as a dataset, each variable of which says what it is made of.

use varde_core::{CataloguePath, LocalisedText};
use varde_metadata::{
    Code, DataType, Dataset, Details, Identification, Ranges, Variable, VariableDetails, VariableVersion,
};

use super::{Declaration, lineage::made};
use crate::engine::{Column, Kind, Schema, granularity};

impl Declaration {
    /// The catalogue's description of it; `None` when a source lacks a column.
    pub fn described(&self, sources: &[&Schema]) -> Option<Dataset> {
        let schema = self.schema(sources)?;
        let variables = self.columns.iter().zip(&schema.columns);
        let variables = variables.map(|(declared, column)| self.variable(column, &made_of(&made(declared))));
        Some(Dataset {
            path: self.dataset.clone(),
            name: self.name.clone(),
            description: both(&self.description, &of_sources(&self.sources)),
            sub_source: None,
            groups: Vec::new(),
            details: Details { derived_from: self.sources.clone(), ..Details::default() },
            variables: variables.collect::<Option<Vec<_>>>()?,
        })
    }

    fn variable(&self, column: &Column, made: &LocalisedText) -> Option<Variable> {
        let label =
            if column.label.nb.is_empty() { LocalisedText::new(&*column.name, "", "") } else { column.label.clone() };
        let code = |one: &crate::engine::CodeLabel| Code {
            value: one.code.clone(),
            text: one.label.clone(),
            from: None,
            until: None,
        };
        Some(Variable {
            path: self.dataset.join(&column.name).ok()?,
            column: column.name.clone(),
            group: None,
            identification: match (column.quasi_identifier, column.sensitive) {
                (true, _) => Identification::QuasiIdentifier,
                (_, true) => Identification::Sensitive,
                _ => Identification::Other,
            },
            details: VariableDetails::default(),
            versions: vec![VariableVersion {
                valid: self.period,
                name: label,
                description: made.clone(),
                data_type: data_type(column),
                unit: column.unit.clone(),
                required: false,
                ranges: Ranges::default(),
                decimals: None,
                length: None,
                code_system: None,
                codes: column.codes.iter().map(code).collect(),
                properties: Default::default(),
                publication: None,
            }],
        })
    }
}

fn data_type(column: &Column) -> DataType {
    match column.kind {
        Kind::Integer => DataType::Integer,
        Kind::Decimal => DataType::Decimal,
        Kind::Boolean => DataType::Boolean,
        Kind::Date => DataType::Date,
        Kind::Moment => DataType::DateTime,
        Kind::Text => DataType::Text,
        Kind::Code if column.codes.is_empty() => DataType::Code,
        Kind::Code => DataType::List,
    }
}

fn listed(paths: &[CataloguePath]) -> String {
    paths.iter().map(CataloguePath::as_str).collect::<Vec<_>>().join(", ")
}

fn of_sources(sources: &[CataloguePath]) -> LocalisedText {
    let sources = listed(sources);
    LocalisedText::new(
        format!("Avledet av {sources}."),
        format!("Avleidd av {sources}."),
        format!("Derived from {sources}."),
    )
}

/// What a column is made of, in words that the catalogue shows.
fn made_of(made: &super::MadeColumn) -> LocalisedText {
    let variables = listed(&made.of);
    let how = match made.measure.aggregate {
        Some(aggregate) => aggregate.name(),
        None => "rows",
    };
    let how = format!("{how}, {}", granularity::describe(made.granularity));
    LocalisedText::new(
        format!("Laget av {variables} ({how})."),
        format!("Laga av {variables} ({how})."),
        format!("Made of {variables} ({how})."),
    )
}

fn both(first: &LocalisedText, second: &LocalisedText) -> LocalisedText {
    if first.nb.is_empty() {
        return second.clone();
    }
    let joined = |one: &str, two: &str| if one.is_empty() { String::new() } else { format!("{one} {two}") };
    LocalisedText::new(joined(&first.nb, &second.nb), joined(&first.nn, &second.nn), joined(&first.en, &second.en))
}
