//! What a product can be made of, for whoever declares one in fields.

use std::collections::BTreeSet;

use varde_core::{Actor, CataloguePath, LocalisedText};
use varde_permit::Values;

use crate::{PlatformError, engine::Kind, service::Platform};

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The datasets that have a release to be made of, by name.
    pub datasets: Vec<CataloguePath>,
    /// The variables of the datasets that are chosen already.
    pub variables: Vec<OfferedVariable>,
}

/// A variable that a column can be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedVariable {
    /// Where it is in the catalogue.
    pub path: CataloguePath,
    /// What it means.
    pub label: LocalisedText,
    /// What can be made of its values.
    pub values: Values,
    /// Whether codes can be looked for in it.
    pub is_code: bool,
}

impl Platform {
    /// What a product can be made of: any dataset with an approved release, whoever answers for it (they are
    /// asked when the product is put in force), and the variables of those that are chosen.
    ///
    /// # Errors
    /// When the policy refuses or the catalogue is away.
    pub async fn offered_to_products(&self, actor: &Actor, chosen: &[CataloguePath]) -> Result<Offered, PlatformError> {
        let usable: BTreeSet<CataloguePath> =
            self.usable_releases(actor).await?.into_iter().map(|release| release.dataset).collect();
        let mut variables = Vec::new();
        for known in self.known_sources(actor, chosen).await? {
            for column in known.schema.columns {
                variables.push(OfferedVariable {
                    path: known.schema.dataset.join(&column.name).map_err(|_| PlatformError::Unreadable("column"))?,
                    label: column.label,
                    values: column.kind.values(),
                    is_code: matches!(column.kind, Kind::Code | Kind::Text),
                });
            }
        }
        Ok(Offered { datasets: usable.into_iter().collect(), variables })
    }
}
