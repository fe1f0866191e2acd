//! What has left rooms, for the citizen's page.

use jiff::Timestamp;
use sqlx::Row as _;
use varde_core::{Actor, Digest, PermitId};
use varde_policy::Resource;

use super::RoomsService;
use crate::{RoomsError, store};

/// A file that a reviewer has approved to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedResult {
    /// Its name.
    pub name: String,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub bytes: u64,
    /// What the researcher says it is.
    pub purpose: String,
    /// When it was approved.
    pub approved_at: Timestamp,
    /// Whether it has been fetched.
    pub fetched: bool,
}

impl RoomsService {
    /// What has been approved to leave the room of a permit, oldest first. Names, sizes, times and
    /// digests: no content.
    pub async fn released_results(&self, actor: &Actor, permit: PermitId) -> Result<Vec<ReleasedResult>, RoomsError> {
        self.guard.check(actor, "rooms.results.read", &Resource::new("Room")).await?;
        // Open to all by the policy above, so the row rules for members and reviewers do not apply.
        let system = Actor::system(varde_core::Component::Flows);
        let mut read = self.store.read(&system).await?;
        let rows = sqlx::query(
            "SELECT request_file.name, request_file.digest, request_file.bytes, request.purpose, \
                    request.decided_at, request.state = 'released' AS fetched \
             FROM room JOIN request ON request.room = room.id JOIN request_file ON request_file.request = request.id \
             WHERE room.permit = $1 AND request.state IN ('approved', 'released') \
             ORDER BY request.decided_at, request_file.name",
        )
        .bind(permit.uuid())
        .fetch_all(read.connection())
        .await?;
        let result = |row: &sqlx::postgres::PgRow| {
            Ok(ReleasedResult {
                name: row.try_get("name")?,
                digest: store::requests::digest(row)?,
                bytes: u64::try_from(row.try_get::<i64, _>("bytes")?).map_err(|_| RoomsError::Unreadable)?,
                purpose: row.try_get("purpose")?,
                approved_at: row.try_get::<jiff_sqlx::Timestamp, _>("decided_at")?.to_jiff(),
                fetched: row.try_get("fetched")?,
            })
        };
        rows.iter().map(result).collect()
    }
}
