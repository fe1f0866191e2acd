//! What a product is made of, column by column.

use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, Digest};
use varde_permit::{Cohort, Granularity, Measure};

use super::{Declaration, DeclaredColumn};

/// What one column is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MadeColumn {
    /// The product's column.
    pub column: String,
    /// The variables it is made of: the one whose values it has, then one whose codes choose its rows.
    pub of: Vec<CataloguePath>,
    /// How finely.
    pub granularity: Granularity,
    /// What is made of the rows.
    #[serde(default, skip_serializing_if = "Measure::is_rows")]
    pub measure: Measure,
}

/// How a product's release came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lineage {
    /// SHA-256 of the declaration's canonical JSON.
    pub declaration: Digest,
    /// The edition of the engine's way of making products.
    pub engine: u32,
    /// What each column is made of.
    pub columns: Vec<MadeColumn>,
    /// The variables that choose whom it is about, and when their time begins.
    pub chosen_by: Vec<CataloguePath>,
}

impl Declaration {
    /// How a release of it comes to be, by an edition of the engine.
    pub fn lineage(&self, engine: u32) -> Lineage {
        let mut chosen_by: Vec<CataloguePath> = codes(&self.population)
            .into_iter()
            .chain(self.design().events().map(|e| e.codes.variable.clone()))
            .collect();
        chosen_by.sort();
        chosen_by.dedup();
        Lineage { declaration: self.digest(), engine, columns: self.columns.iter().map(made).collect(), chosen_by }
    }
}

fn codes(rule: &Cohort) -> Vec<CataloguePath> {
    rule.code_variables().into_iter().cloned().collect()
}

pub(super) fn made(declared: &DeclaredColumn) -> MadeColumn {
    let having = declared.measure.having.as_ref().map(|codes| codes.variable.clone());
    let mut of = vec![declared.variable.clone()];
    of.extend(having.filter(|other| *other != declared.variable));
    MadeColumn {
        column: declared.name.clone(),
        of,
        granularity: declared.granularity,
        measure: declared.measure.clone(),
    }
}
