//! Mails: what they tell of, each once.

use varde_core::{Language, define_id};

use crate::{EmailAddress, OrderId};

define_id!(
    /// A mail. It makes the message's id, so that a mail that is sent twice can be told.
    MailId
);

/// What a mail tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MailKind {
    /// The order has been received.
    Received,
    /// An order waits for the owner's decision.
    Waiting,
    /// The order is granted.
    Granted,
    /// The order is refused.
    Refused,
    /// The use has ended.
    Ended,
    /// There are new terms to accept.
    NewTerms,
    /// New terms are still to be accepted.
    Reminder,
    /// New terms apply and were not accepted: the service is closed.
    Lapsed,
}

impl MailKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Received,
        Self::Waiting,
        Self::Granted,
        Self::Refused,
        Self::Ended,
        Self::NewTerms,
        Self::Reminder,
        Self::Lapsed,
    ];

    /// The name in the database and in the texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Waiting => "waiting",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Ended => "ended",
            Self::NewTerms => "terms",
            Self::Reminder => "reminder",
            Self::Lapsed => "lapsed",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A mail that is to be sent, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its id.
    pub id: MailId,
    /// What it tells of: the same is told once.
    pub about: String,
    /// What it tells.
    pub kind: MailKind,
    /// The order.
    pub order: OrderId,
    /// The version of the terms, where it is about terms.
    pub terms: Option<u32>,
    /// How many days are left, where it reminds.
    pub days: Option<u32>,
    /// To whom.
    pub address: EmailAddress,
    /// In which language.
    pub language: Language,
}

/// How it went with a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It waits, or the mail server is away.
    Waits,
    /// The mail server has taken it.
    Sent,
    /// It cannot be delivered.
    Failed,
}
