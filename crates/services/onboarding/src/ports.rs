//! What taking services into use asks others. The composition fills these in.

use std::collections::BTreeMap;

use async_trait::async_trait;
pub use varde_core::PortError;
use varde_core::{Actor, Matter, OrganisationId, PersonId, identifier::OrganisationNumber};

use crate::{EmailAddress, Power};

/// An organisation as the register knows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownOrganisation {
    /// Its id, for the policy.
    pub id: OrganisationId,
    /// Its number.
    pub number: OrganisationNumber,
    /// Its name.
    pub name: String,
}

/// The register of organisations.
#[async_trait]
pub trait Organisations: Send + Sync {
    /// The main unit with that number; `None` when the register has none.
    async fn by_number(&self, number: OrganisationNumber) -> Result<Option<KnownOrganisation>, PortError>;

    /// The organisation that the actor acts for, when it acts for one.
    async fn acted_for(&self, actor: &Actor) -> Result<Option<KnownOrganisation>, PortError>;
}

/// An organisation for which somebody may order services, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// The organisation, a main unit.
    pub organisation: KnownOrganisation,
    /// By what.
    pub power: Power,
}

/// Who may act for whom, as delegation derives it.
#[async_trait]
pub trait Mandates: Send + Sync {
    /// The organisations that the person leads or administers, and those that have delegated something
    /// to a supplier that they lead or administer. One organisation may come several times, once for
    /// each power. Empty for whoever is no person.
    async fn of(&self, actor: &Actor) -> Result<Vec<Mandate>, PortError>;
}

/// Names of persons who act.
#[async_trait]
pub trait People: Send + Sync {
    /// The names of those who take part in the matter, as far as they are known and the actor may see them.
    /// A page is not lost for want of a name.
    async fn names(&self, actor: &Actor, matter: &Matter) -> BTreeMap<PersonId, String>;
}

/// A mail as it leaves.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The message's id without brackets: the same at every attempt (RFC 5322 section 3.6.4).
    pub message_id: String,
    /// To whom.
    pub to: EmailAddress,
    /// The language of the text, as a BCP 47 tag.
    pub language: varde_core::Language,
    /// The subject, one line.
    pub subject: String,
    /// The text, plain.
    pub body: String,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({})", self.message_id)
    }
}

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// The server is away, slow, or asks to come again: try again, however often.
    #[error("the mail server does not take mail now: {0}")]
    Later(String),
    /// The server refuses this mail for good.
    #[error("the mail server refuses the mail: {0}")]
    Never(String),
}

/// What takes mail from us. The reasons in its errors hold no address and no secret.
#[async_trait]
pub trait Post: Send + Sync {
    /// Hands over a mail; when this returns the server has taken it.
    async fn send(&self, letter: &Letter) -> Result<(), NotSent>;
}
