//! What the platform needs from others, as it sees it. The composition gives the real ones.

use jiff::Timestamp;
use varde_core::{Actor, CataloguePath, Component, EntryId, OrganisationId, PermitId, PersonId};
use varde_ledger::{Entry, Membership, MembershipProof};
use varde_metadata::Dataset;
use varde_permit::{Issued, Manifest, Register};

use crate::{
    PlatformError,
    engine::Exclusions,
    import::{EditionCodes, EditionFrom},
};

/// Who may not be read, from `privacy` (reservations, withdrawn consents). Confidential addresses
/// the platform asks base data for itself.
#[async_trait::async_trait]
pub trait ExclusionSource: Send + Sync {
    /// Everybody who has opted out, as it was known at the time; by source for what concerns one
    /// source only, such as a withdrawn consent.
    async fn exclusions(&self, sources: &[String], as_at: Timestamp) -> Result<Exclusions, PlatformError>;

    /// When the newest choice was recorded, `None` when there is none: an extract counts opt-outs at
    /// least until then, also when the machine's clock has jumped back behind it.
    async fn newest(&self) -> Result<Option<Timestamp>, PlatformError>;
}

/// How the catalogue describes datasets, for their quality.
#[async_trait::async_trait]
pub trait Descriptions: Send + Sync {
    /// The dataset with its variables as it is described now, `None` when it is not in the catalogue.
    async fn dataset(&self, path: &CataloguePath) -> Result<Option<Dataset>, PlatformError>;
}

/// Code systems and what their editions say, for the codes of deliveries.
#[async_trait::async_trait]
pub trait CodeSystems: Send + Sync {
    /// The editions of the system that the codebook calls so, in the order of the days from which each is the
    /// one in force; none when nobody keeps the system here, or only a part of its codes.
    async fn editions(&self, system: &str) -> Result<Vec<EditionFrom>, PlatformError>;

    /// The codes of one of them.
    async fn codes(&self, edition: &EditionFrom) -> Result<EditionCodes, PlatformError>;
}

/// The catalogue, as data products need it.
#[async_trait::async_trait]
pub trait Catalogue: Send + Sync {
    /// A dataset as it is described now, and who answers for its source; `None` when it is not there.
    async fn dataset(&self, path: &CataloguePath) -> Result<Option<(Dataset, Option<OrganisationId>)>, PlatformError>;

    /// Who answers for the source that a dataset of that path is, or would be, in.
    async fn holder(&self, path: &CataloguePath) -> Result<Option<OrganisationId>, PlatformError>;

    /// Proposes a new edition of the dataset's source, in which it is described so. The same once more changes
    /// nothing.
    async fn propose(&self, actor: &Actor, dataset: &Dataset) -> Result<(), PlatformError>;
}

/// Issued permits as they are now: what was permitted, and whether it still is.
#[async_trait::async_trait]
pub trait Permits: Send + Sync {
    /// The permit, read by opening its seal.
    async fn issued(&self, permit: PermitId) -> Result<Issued, PlatformError>;
}

#[async_trait::async_trait]
impl Permits for Register {
    async fn issued(&self, permit: PermitId) -> Result<Issued, PlatformError> {
        // What a permit allows is read by Varde for itself, whoever asks for the extract.
        self.get(&Actor::system(Component::Flows), permit).await.map_err(|e| PlatformError::neighbour(&e))
    }
}

/// Where membership trees are kept and proved from: the log of the store.
#[async_trait::async_trait]
pub trait Trees: Send + Sync {
    /// Keeps a tree, before the entry that commits to it. Twice is the same as once.
    async fn keep(&self, membership: &Membership) -> Result<(), PlatformError>;

    /// The entry as it stands on the log, `None` when there is none or it was erased. An error when
    /// the text that is kept is not the one that was committed to.
    async fn told(&self, entry: EntryId) -> Result<Option<Entry>, PlatformError>;

    /// Proves a person's status in the event that the entry tells of.
    async fn prove(
        &self,
        entry: EntryId,
        person: PersonId,
        status: Option<&str>,
    ) -> Result<MembershipProof, PlatformError>;
}

/// Signs manifests with the access body's key.
pub trait Signer: Send + Sync {
    /// The manifest as a JWS in compact form.
    fn sign(&self, manifest: &Manifest) -> Result<String, PlatformError>;
}

impl Signer for varde_permit::SealingKey {
    fn sign(&self, manifest: &Manifest) -> Result<String, PlatformError> {
        self.seal(manifest).map_err(|e| PlatformError::neighbour(&e))
    }
}

#[async_trait::async_trait]
impl Trees for varde_store::log::Log {
    async fn keep(&self, membership: &Membership) -> Result<(), PlatformError> {
        self.keep_membership(membership).await.map(drop).map_err(|e| PlatformError::neighbour(&e))
    }

    async fn told(&self, entry: EntryId) -> Result<Option<Entry>, PlatformError> {
        let stored = self.entry(entry).await.map_err(|e| PlatformError::neighbour(&e))?;
        let Some((stored, opened)) = stored.and_then(|s| s.opened.clone().map(|o| (s, o))) else { return Ok(None) };
        if opened.commitment() != stored.commitment {
            return Err(PlatformError::Unreadable("text of a log entry that is not the one committed to"));
        }
        stored.entry().map_err(|e| PlatformError::neighbour(&e))
    }

    async fn prove(
        &self,
        entry: EntryId,
        person: PersonId,
        status: Option<&str>,
    ) -> Result<MembershipProof, PlatformError> {
        self.prove_membership(entry, person, status).await.map_err(|e| PlatformError::neighbour(&e))
    }
}
