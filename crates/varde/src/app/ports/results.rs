//! What has left rooms, for the citizen's pages.

use std::sync::Arc;

use async_trait::async_trait;
use varde_citizen::{CitizenError, ReleasedFile, Results as CitizenResults};
use varde_core::{Actor, PermitId};
use varde_rooms::RoomsService;

/// The rooms as the citizen's pages see them.
pub(crate) struct Results(Arc<RoomsService>);

impl Results {
    pub(crate) fn new(rooms: Arc<RoomsService>) -> Self {
        Self(rooms)
    }
}

#[async_trait]
impl CitizenResults for Results {
    async fn released(&self, actor: &Actor, permit: PermitId) -> Result<Vec<ReleasedFile>, CitizenError> {
        let released = self.0.released_results(actor, permit).await.map_err(|e| CitizenError::neighbour(&e))?;
        Ok(released
            .into_iter()
            .map(|r| ReleasedFile {
                name: r.name,
                digest: r.digest,
                bytes: r.bytes,
                purpose: r.purpose,
                approved_at: r.approved_at,
            })
            .collect())
    }
}
