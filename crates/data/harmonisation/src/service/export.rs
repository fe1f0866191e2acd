//! Telling other programs which relations hold.

use jiff::civil::Date;
use varde_core::Actor;
use varde_rdf::Statements;

use super::Harmonisation;
use crate::{HarmonisationError, export};

impl Harmonisation {
    /// The relations that hold, as SSSOM. Action `harmonisation.workbench.read`.
    ///
    /// # Errors
    /// Refusals; neighbours; the database.
    pub async fn sssom(&self, actor: &Actor, day: Option<Date>) -> Result<String, HarmonisationError> {
        let holding = self.holding(actor, day).await?;
        let shown = day.unwrap_or_else(|| self.today());
        export::sssom(&holding, &self.address, shown)
    }

    /// The relations that hold, as statements in SKOS. Action `harmonisation.workbench.read`.
    ///
    /// # Errors
    /// Refusals; neighbours; the database.
    pub async fn skos(&self, actor: &Actor, day: Option<Date>) -> Result<Statements, HarmonisationError> {
        let bench = self.workbench(actor, day).await?;
        let holding = self.holding(actor, day).await?;
        Ok(export::skos(&bench, &holding, &self.address))
    }
}
