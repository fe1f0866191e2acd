//! What is told of: a source with what the catalogue and others know about it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use varde_core::CataloguePath;
use varde_metadata::DataSource;

/// Somebody who publishes or decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agent {
    /// A short name for its address here, such as the organisation's id.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its number in Enhetsregisteret.
    pub number: Option<String>,
    /// Its page on the web.
    pub homepage: Option<String>,
    /// Where to write to.
    pub mail: Option<String>,
}

/// A source as it is published now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The source with its datasets and variables.
    pub source: DataSource,
    /// The number of the edition.
    pub edition: i32,
    /// When the catalogue first showed the source, UTC.
    pub first_published: Timestamp,
    /// When it first showed this edition, UTC.
    pub published: Timestamp,
    /// Who answers for the source; `None` when nobody is known.
    pub holder: Option<Agent>,
    /// How many bytes its newest releases are; `None` when none is here.
    pub bytes: Option<u64>,
    /// How many of them each of its datasets has; those without releases are left out.
    pub dataset_bytes: BTreeMap<CataloguePath, u64>,
}

impl Record {
    /// When the source was first published anywhere: its own catalogue's word goes before ours.
    pub fn issued(&self) -> Timestamp {
        self.source.details.created.unwrap_or(self.first_published)
    }

    /// The same, where it is known of what the record is about: a dataset came into its source at some time.
    pub(crate) fn issued_itself(&self) -> Option<Timestamp> {
        if self.is_part() { self.source.details.created } else { Some(self.issued()) }
    }

    /// When the description last changed. It never lies before the first publication.
    pub fn modified(&self) -> Timestamp {
        self.source.details.updated.unwrap_or(self.published).max(self.issued())
    }
}

/// What is said of the catalogue itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Who publishes the catalogue and decides on access (the health data access body, EHDS art. 55).
    pub body: Agent,
}
