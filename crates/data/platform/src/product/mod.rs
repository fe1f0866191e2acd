//! Data products: derived datasets that are declared, and made again when their sources change. Pure: a
//! declaration, whether it can be made of its sources, what its columns are and what each is made of.
//!
//! A declaration says nothing that a permit cannot say: whom by the same rules, rows and figures by the same
//! measures. The engine makes both by the same code.

mod check;
mod described;
mod lineage;
#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, Digest, LocalisedText, Period};
use varde_permit::{Cohort, DataNeed, Design, Granularity, Index, Measure, NeededVariable, PermittedVariable};

use crate::engine::{Column, Schema, extract::canonical, product};

pub use check::{Flaw, FlawKind, Known};
pub use lineage::{Lineage, MadeColumn};

/// The longest declaration that is read, in bytes.
pub const LONGEST: usize = 256 << 10;

/// What a derived dataset is: of which sources, about whom, with which columns.
///
/// When a column is made of rows as they are, the product has a row for each row of that source; otherwise it
/// has one for each person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// What it is called in the catalogue: `source/dataset`.
    pub dataset: CataloguePath,
    /// Its name for people.
    pub name: LocalisedText,
    /// What it is for.
    #[serde(default)]
    pub description: LocalisedText,
    /// The datasets it is made of.
    pub sources: Vec<CataloguePath>,
    /// Whom it is about.
    pub population: Cohort,
    /// The day that windows and relative days are counted from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<Index>,
    /// Rows of the sources from which period.
    pub period: Period,
    /// The column that says when a row happened, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_date: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<DeclaredColumn>,
}

/// One column of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredColumn {
    /// Its name.
    pub name: String,
    /// The variable of a source that it is made of.
    pub variable: CataloguePath,
    /// How finely.
    #[serde(default = "as_is", skip_serializing_if = "is_as_is")]
    pub granularity: Granularity,
    /// What is made of the variable's rows; the rows themselves when nothing is said.
    #[serde(default, skip_serializing_if = "Measure::is_rows")]
    pub measure: Measure,
    /// What it means; the source's own label when nothing is said.
    #[serde(default, skip_serializing_if = "is_silent")]
    pub label: LocalisedText,
}

const fn as_is() -> Granularity {
    Granularity::AsIs
}

// Serde hands these a reference.
fn is_as_is(granularity: &Granularity) -> bool {
    *granularity == Granularity::AsIs
}

fn is_silent(text: &LocalisedText) -> bool {
    text.nb.is_empty()
}

impl DeclaredColumn {
    /// What it asks of its source, in the permit's words.
    pub fn asked(&self) -> PermittedVariable {
        let name = self.measure.aggregate.map(|_| self.name.clone());
        let measure = Measure { name, ..self.measure.clone() };
        PermittedVariable { variable: self.variable.clone(), granularity: self.granularity, measure }
    }
}

impl Declaration {
    /// Reads a declaration as it is written down: JSON.
    ///
    /// # Errors
    /// Where it cannot be read, and why.
    pub fn read(text: &str) -> Result<Self, Flaw> {
        if text.len() > LONGEST {
            return Err(Flaw::new("document", FlawKind::TooLong, LONGEST));
        }
        serde_json::from_str(text)
            .map_err(|e| Flaw::new(format!("{}:{}", e.line(), e.column()), FlawKind::Unreadable, e))
    }

    /// As people read and change it.
    pub fn written(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// SHA-256 of its canonical JSON.
    pub fn digest(&self) -> Digest {
        Digest::of(&canonical(self))
    }

    /// Its design in the permit's words: an index date, no controls, no family.
    pub fn design(&self) -> Design {
        Design { index: self.index.clone(), ..Design::default() }
    }

    /// What it asks of its sources, in the order of its columns.
    pub fn variables(&self) -> Vec<PermittedVariable> {
        self.columns.iter().map(DeclaredColumn::asked).collect()
    }

    /// The same as the content of an extract, which the engine makes a specification of.
    pub fn need(&self) -> DataNeed {
        let needed = |PermittedVariable { variable, granularity, measure }| NeededVariable {
            variable,
            granularity,
            measure,
            reason: String::new(),
        };
        let variables = self.variables().into_iter().map(needed).collect();
        DataNeed { design: self.design(), ..DataNeed::plain(self.population.clone(), variables, self.period) }
    }

    /// Whether it has a row for each row of a source; otherwise one for each person.
    pub fn is_of_rows(&self) -> bool {
        self.columns.iter().any(|column| column.measure.aggregate.is_none())
    }

    /// What its columns are, made of columns like those; `None` when one of them is not there.
    pub fn schema(&self, sources: &[&Schema]) -> Option<Schema> {
        let column = |declared: &DeclaredColumn| {
            let dataset = declared.variable.parent()?;
            let source = sources.iter().find(|schema| schema.dataset == dataset)?;
            let made = product::column(&declared.name, source.column(declared.variable.name())?, &declared.asked());
            let label = if is_silent(&declared.label) { made.label.clone() } else { declared.label.clone() };
            Some(Column { label, ..made })
        };
        let columns = self.columns.iter().map(column).collect::<Option<Vec<_>>>()?;
        Some(Schema { dataset: self.dataset.clone(), event_date: self.event_date.clone(), columns })
    }
}
