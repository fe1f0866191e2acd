//! What contexts ask and tell each other through the composition: why there was no answer, mail, which
//! several of them have sent by the one that keeps the outbox, and news of codes.

use std::fmt;

use async_trait::async_trait;

use crate::{CataloguePath, Language, LocalisedText, Problem, ProblemKind};

/// Why another context gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("another part of Varde did not answer: {message}")]
pub struct PortError {
    /// The kind of its error.
    pub kind: ProblemKind,
    /// What it says, for the log.
    pub message: String,
}

impl PortError {
    /// The other context's error, seen from here.
    pub fn of(error: impl Problem) -> Self {
        Self { kind: error.kind(), message: error.to_string() }
    }
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

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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

/// A new edition of a code system that changes codes, as it is told to those who hold variables with
/// codes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeNews {
    /// The edition's id: the same is told once.
    pub edition: uuid::Uuid,
    /// The code system's short name; its page is `/kodeverk/{key}`.
    pub key: String,
    /// What the code system is called.
    pub title: LocalisedText,
    /// The edition's version, such as a year.
    pub version: String,
    /// The variables of the catalogue whose values are codes of it.
    pub variables: Vec<CataloguePath>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_in_a_log_shows_neither_address_nor_text() {
        let letter = Letter {
            about: "metadata.confirmation:npr:2027-01-31:30".to_owned(),
            to: "kari@example.no".to_owned(),
            language: Language::Nb,
            subject: "Emne".to_owned(),
            body: "Tekst".to_owned(),
        };
        assert_eq!(format!("{letter:?}"), "Letter(metadata.confirmation:npr:2027-01-31:30)");
    }
}
