//! What the pages of variables ask of whoever uses variables outside the catalogue.

use async_trait::async_trait;
use jiff::civil::Date;
use varde_core::{Actor, CataloguePath, LocalisedText, PortError};

/// A code system that values are drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCodeSystem {
    /// The address of its page, with the edition of the day asked for.
    pub href: String,
    /// Its name.
    pub name: LocalisedText,
    /// The version of that edition.
    pub version: String,
    /// Whether the day is within the edition's own period; else it is the last one before it.
    pub holds: bool,
}

/// How many permits are about a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PermitCount {
    /// All that were ever issued.
    pub issued: i64,
    /// Those that hold on the day asked for.
    pub in_force: i64,
}

/// Where variables are used outside the catalogue. Numbers only: which permits and extracts they are, their
/// own registers tell those who may see it.
#[async_trait]
pub trait Uses: Send + Sync {
    /// The code system of that name, address or object identifier as at a day; `None` when there is none.
    async fn code_system(&self, actor: &Actor, name: &str, day: Date) -> Result<Option<KnownCodeSystem>, PortError>;

    /// The permits about a variable. The register of permits is public (EHDS art. 57(1)(j)(ii)).
    async fn permits(&self, variable: &CataloguePath, day: Date) -> Result<PermitCount, PortError>;

    /// How many extracts with a variable were delivered.
    async fn extracts(&self, variable: &CataloguePath) -> Result<i64, PortError>;
}
