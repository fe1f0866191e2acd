//! What the platform needs from others, as it sees it. The composition gives the real ones.

use jiff::Timestamp;
use varde_core::{EntryId, PersonId};
use varde_ledger::{Membership, MembershipProof};
use varde_permit::Manifest;

use crate::{PlatformError, engine::Exclusions};

/// Who may not be read, from `privacy` (reservations, withdrawn consents). Confidential addresses
/// the platform asks base data for itself.
#[async_trait::async_trait]
pub trait ExclusionSource: Send + Sync {
    /// Everybody who has opted out, as it was known at the time; by source for what concerns one
    /// source only, such as a withdrawn consent.
    async fn exclusions(&self, sources: &[String], as_at: Timestamp) -> Result<Exclusions, PlatformError>;
}

/// Where membership trees are kept and proved from: the log of the store.
#[async_trait::async_trait]
pub trait Trees: Send + Sync {
    /// Keeps a tree, before the entry that commits to it. Twice is the same as once.
    async fn keep(&self, membership: &Membership) -> Result<(), PlatformError>;

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

    async fn prove(
        &self,
        entry: EntryId,
        person: PersonId,
        status: Option<&str>,
    ) -> Result<MembershipProof, PlatformError> {
        self.prove_membership(entry, person, status).await.map_err(|e| PlatformError::neighbour(&e))
    }
}
