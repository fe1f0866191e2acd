//! What architecture asks others. The composition fills these in.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use varde_core::{CataloguePath, Language, LocalisedText, OrganisationId, ProblemKind};

/// Why another context gave no answer.
#[derive(Debug, thiserror::Error)]
#[error("another part of Varde did not answer: {message}")]
pub struct PortError {
    /// The kind of its error.
    pub kind: ProblemKind,
    /// What it says, for the log.
    pub message: String,
}

/// A source of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its path, of one part.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// Who answers for it; none when the organisation is not registered here.
    pub holder: Option<OrganisationId>,
}

/// The catalogue's sources.
#[async_trait]
pub trait Sources: Send + Sync {
    /// Those that are published, as the catalogue was at that time; now without one.
    async fn all(&self, at: Option<Timestamp>) -> Result<Vec<Source>, PortError>;
}

/// The register of organisations.
#[async_trait]
pub trait Organisations: Send + Sync {
    /// The names of those that are known.
    async fn names(&self, ids: &[OrganisationId]) -> Result<BTreeMap<OrganisationId, String>, PortError>;
}

/// A mail that is to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// What it tells of: the same is told once. Nothing of a person.
    pub about: String,
    /// To whom.
    pub to: String,
    /// The language of the text.
    pub language: Language,
    /// The subject.
    pub subject: String,
    /// The text, plain.
    pub body: String,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({})", self.about)
    }
}

/// What takes mail.
#[async_trait]
pub trait Letters: Send + Sync {
    /// Whether mail can be sent to that address at all.
    fn is_address(&self, text: &str) -> bool;

    /// Puts a mail down to be sent; says whether it is new. What is put down is sent, also after a
    /// restart.
    async fn put_down(&self, letter: &Letter) -> Result<bool, PortError>;
}
