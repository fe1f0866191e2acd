//! Use cases. Each asks the policy about whoever is logged in, and then the services that know.

mod choices;
mod log;
mod projects;
mod registers;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::Mutex;
use varde_basedata::Basedata;
use varde_core::{Actor, Digest, OrganisationId, PermitId, PersonId};
use varde_ledger::PublicKey;
use varde_metadata::CatalogueService;
use varde_permit::Register as PermitRegister;
use varde_platform::{Own, Platform};
use varde_policy::{Guard, Resource};
use varde_privacy::{Preference, PrivacyService};
use varde_store::log::Log;

use crate::CitizenError;

pub use choices::Setting;
pub use log::{Entries, LogEntry, Who};
pub use projects::{Project, Use, VariableIn};
pub use registers::{DatasetIn, Register};

/// A file that has left a project's room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleasedFile {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub bytes: u64,
    /// What the project says it is.
    pub purpose: String,
    /// When a reviewer approved it, UTC.
    pub approved_at: Timestamp,
}

/// What has left rooms. The composition asks the rooms.
#[async_trait]
pub trait Results: Send + Sync {
    /// What has been approved to leave the room of a permit, oldest first; empty when there is no
    /// room.
    async fn released(&self, actor: &Actor, permit: PermitId) -> Result<Vec<ReleasedFile>, CitizenError>;
}

/// The services that know.
pub struct Ports {
    /// Names of organisations.
    pub basedata: Basedata,
    /// Choices.
    pub privacy: PrivacyService,
    /// Names of registers and variables.
    pub catalogue: Arc<CatalogueService>,
    /// The public register of permits.
    pub permits: Arc<PermitRegister>,
    /// In which releases and extracts somebody is.
    pub platform: Arc<Platform>,
    /// Entries and proofs.
    pub log: Log,
    /// The key that proofs are checked with.
    pub log_key: PublicKey,
    /// What has left rooms.
    pub results: Arc<dyn Results>,
}

/// The citizen's use cases: all about whoever is logged in, and nobody else.
pub struct CitizenService {
    guard: Guard,
    ports: Ports,
    /// Held while the heads of all chains are published: proofs asked for at once share one.
    publishing: Mutex<()>,
}

impl std::fmt::Debug for CitizenService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CitizenService")
    }
}

/// Everything for the first page.
#[derive(Debug, Clone, Serialize)]
pub struct Overview {
    /// The registers the person is in.
    pub registers: Vec<Register>,
    /// The projects the person was in or left out of, newest first.
    pub projects: Vec<Use>,
    /// The choices they can make.
    pub settings: Vec<Setting>,
}

impl CitizenService {
    /// The service over those that know.
    pub fn new(guard: Guard, ports: Ports) -> Self {
        Self { guard, ports, publishing: Mutex::new(()) }
    }

    /// The key that proofs are checked with, for everybody.
    pub fn log_key(&self) -> &PublicKey {
        &self.ports.log_key
    }

    /// Registers, projects and choices together, with one look-up.
    ///
    /// # Errors
    /// When nobody is logged in, or a service is away.
    pub async fn overview(&self, actor: &Actor) -> Result<Overview, CitizenError> {
        let me = self.me(actor, "citizen.register.read").await?;
        let (own, history) = self.own(actor, me).await?;
        Ok(Overview {
            registers: self.registers_in(actor, &own, &history).await?,
            projects: self.uses_in(actor, &own, &history).await?,
            settings: self.settings_in(actor, &own, &history).await?,
        })
    }

    /// Who is logged in, when the policy lets them do this to their own.
    async fn me(&self, actor: &Actor, action: &str) -> Result<PersonId, CitizenError> {
        let resource = Resource::new("MyPage").maybe_person("person", actor.person());
        self.guard.check(actor, action, &resource).await?;
        actor.person().ok_or(CitizenError::NotFound)
    }

    /// Where the person is, and everything they have chosen.
    async fn own(&self, actor: &Actor, me: PersonId) -> Result<(Own, Vec<Preference>), CitizenError> {
        let own = self.ports.platform.own(actor, me).await?;
        Ok((own, self.ports.privacy.history(actor, me).await?))
    }

    fn now(&self) -> Timestamp {
        self.ports.basedata.now().recorded
    }

    /// The names of organisations; the id of one that is not in the register.
    async fn organisations(
        &self,
        actor: &Actor,
        ids: impl IntoIterator<Item = OrganisationId>,
    ) -> Result<std::collections::BTreeMap<OrganisationId, String>, CitizenError> {
        let ids: std::collections::BTreeSet<OrganisationId> = ids.into_iter().collect();
        let ids: Vec<OrganisationId> = ids.into_iter().collect();
        if ids.is_empty() {
            return Ok(std::collections::BTreeMap::new());
        }
        let found = self.ports.basedata.organisations(actor, Some(&ids), self.ports.basedata.now()).await?;
        Ok(found.into_iter().filter(|o| !o.name.is_empty()).map(|o| (o.id, o.name)).collect())
    }
}
