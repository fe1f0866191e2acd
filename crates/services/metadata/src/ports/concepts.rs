//! Code systems, as search asks for them.

use async_trait::async_trait;
use varde_core::{LocalisedText, PortError};

/// A code system with the edition that is in force today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemInForce {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: LocalisedText,
    /// The version of the edition. An edition's content never changes.
    pub version: String,
    /// What a codebook may call it: key, object identifier, address.
    pub called: Vec<String>,
}

/// A code of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConceptInForce {
    /// Its value.
    pub code: String,
    /// What it means.
    pub name: LocalisedText,
    /// Other words for it, in any language.
    pub others: Vec<String>,
}

/// Whoever keeps the code systems. What they publish is open to everybody.
#[async_trait]
pub trait Concepts: Send + Sync {
    /// The code systems of which an edition is in force today.
    async fn systems(&self) -> Result<Vec<SystemInForce>, PortError>;

    /// The codes of that edition, in its order.
    async fn concepts(&self, system: &SystemInForce) -> Result<Vec<ConceptInForce>, PortError>;
}
