//! Mails that other parts of Varde want sent.

use varde_core::{Language, define_id};

use crate::EmailAddress;

define_id!(
    /// A notice. It makes the message's id.
    NoticeId
);

/// A mail about something that is not an order. Whoever wants it sent has written it.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it tells of, with the part of Varde first, such as `self_service.key:…`: the same is told
    /// once. Nothing of a person.
    pub about: String,
    /// To whom.
    pub to: EmailAddress,
    /// The language of the text.
    pub language: Language,
    /// The subject.
    pub subject: String,
    /// The text, plain, paragraphs with an empty line between; our greeting comes after it.
    pub body: String,
}

impl std::fmt::Debug for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Notice({})", self.about)
    }
}
