//! The log keeps the platform's membership trees.

use async_trait::async_trait;
use varde_core::{EntryId, PersonId};
use varde_ledger::{Membership, MembershipProof};
use varde_platform::{PlatformError, Trees};
use varde_store::log::Log;

/// The log as the platform's keeper of trees.
pub(crate) struct LogTrees(Log);

impl LogTrees {
    pub(crate) fn new(log: Log) -> Self {
        Self(log)
    }
}

#[async_trait]
impl Trees for LogTrees {
    async fn keep(&self, membership: &Membership) -> Result<(), PlatformError> {
        self.0.keep_membership(membership).await.map(drop).map_err(|e| PlatformError::neighbour(&e))
    }

    async fn prove(
        &self,
        entry: EntryId,
        person: PersonId,
        status: Option<&str>,
    ) -> Result<MembershipProof, PlatformError> {
        self.0.prove_membership(entry, person, status).await.map_err(|e| PlatformError::neighbour(&e))
    }
}
