//! What identity asks of the register of persons and organisations.

use std::collections::BTreeMap;

use async_trait::async_trait;
use varde_core::{Actor, Matter, OrganisationId, PersonId, Problem, ProblemKind, identifier::NationalNumber};

/// A person who was found.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// Who.
    pub person: PersonId,
    /// How the header names them.
    pub display_name: String,
}

impl std::fmt::Debug for KnownPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KnownPerson({})", self.person)
    }
}

/// The register did not answer.
#[derive(Debug, thiserror::Error)]
#[error("the register of persons did not answer")]
pub struct DirectoryError {
    /// Whether trying again may help.
    pub kind: ProblemKind,
    /// Why.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl Problem for DirectoryError {
    fn kind(&self) -> ProblemKind {
        self.kind
    }

    fn code(&self) -> &'static str {
        "identity.directory"
    }
}

/// The register of persons and organisations, as login needs it. `varde_basedata` is behind it.
#[async_trait]
pub trait PersonDirectory: Send + Sync + std::fmt::Debug {
    /// Who has that number, now or before. The implementer enters the look-up on the log before
    /// it answers, concerning the person; the number is in no entry.
    ///
    /// # Errors
    /// When the register cannot be asked. An unknown number is `None`.
    async fn by_number(&self, number: &NationalNumber) -> Result<Option<KnownPerson>, DirectoryError>;

    /// The names of those who take part in a matter: who hold or are to hold roles in an organisation, for
    /// whoever looks after them. The implementer enters the look-up on the log before it answers, by the
    /// actor and concerning the persons. Persons without a name are not in the map.
    ///
    /// # Errors
    /// When the register cannot be asked, or the actor may not see the names.
    async fn role_holders(&self, actor: &Actor, matter: &Matter) -> Result<BTreeMap<PersonId, String>, DirectoryError>;

    /// The name of an organisation, if it exists.
    ///
    /// # Errors
    /// When the register cannot be asked.
    async fn organisation_name(&self, organisation: OrganisationId) -> Result<Option<String>, DirectoryError>;
}
