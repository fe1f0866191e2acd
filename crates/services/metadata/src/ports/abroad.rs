//! What other catalogues demand of sources, and how search engines read them.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use varde_core::{Language, LocalisedText};

use crate::{model::DataSource, service::SourceView};

/// How much something that is lacking weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// It is mandatory.
    Breach,
    /// It is recommended.
    Advice,
    /// It is good to know.
    Note,
}

/// Something that a source lacks in another catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lack {
    /// How much it weighs.
    pub weight: Weight,
    /// What is wrong, in words.
    pub reason: LocalisedText,
    /// Which part of the record it is about; empty for the record itself.
    pub place: String,
}

/// What one other catalogue demands of a source that it lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Demand {
    /// What the catalogue's demands are called.
    pub title: LocalisedText,
    /// What is lacking.
    pub lacks: Vec<Lack>,
}

impl Demand {
    /// How much of what is mandatory is lacking.
    pub fn breaches(&self) -> usize {
        self.lacks.iter().filter(|lack| lack.weight == Weight::Breach).count()
    }
}

/// A source could not be held up against what others demand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a source could not be held up against what other catalogues demand: {0}")]
pub struct AbroadError(pub String);

/// Who tells the catalogue to others.
#[async_trait]
pub trait Abroad: Debug + Send + Sync {
    /// What other catalogues demand of a source that it lacks, were it published at that time.
    ///
    /// # Errors
    /// When it cannot be held up against the demands.
    async fn lacks(&self, source: &DataSource, at: Timestamp) -> Result<Vec<Demand>, AbroadError>;

    /// A source as search engines read it: schema.org as JSON-LD.
    async fn structured(&self, view: &SourceView, language: Language) -> Value;
}
