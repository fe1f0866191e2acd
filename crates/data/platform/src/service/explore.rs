//! What exploration and statistics count from: an approved release, and who may not be read in it now.

use varde_core::{Actor, ReleaseId};
use varde_policy::Resource;

use super::{Platform, aside, open};
use crate::{
    PlatformError, ReleaseStatus,
    engine::{Exclusions, Release},
    store::releases as kept,
};

impl Platform {
    /// Opens an approved release after comparing every byte with its digest. What can be read is up to the
    /// exclusions that reading takes. Action `platform.release.observe`.
    ///
    /// # Errors
    /// When the policy refuses, there is no such approved release, or its file is not the one that was registered.
    pub async fn open_approved(&self, actor: &Actor, id: ReleaseId) -> Result<Release, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let release = kept::get(read.connection(), id).await?.ok_or(PlatformError::NoSuchRelease)?;
        drop(read);
        let resource = Resource::new("Release").id(id).maybe_organisation("holder", release.holder);
        self.permitted(actor, "platform.release.observe", &resource).await?;
        if release.status != ReleaseStatus::Approved {
            return Err(PlatformError::NoSuchRelease);
        }
        let (path, digest) = (self.release_file(id), release.digest);
        aside(move || open(&path, digest)).await
    }

    /// Who may not be read in those sources, as it is known now.
    ///
    /// # Errors
    /// When a neighbour fails.
    pub async fn exclusions_now(&self, actor: &Actor, sources: &[String]) -> Result<Exclusions, PlatformError> {
        let now = self.store.clock().now();
        // Also when the machine's clock has jumped back behind an opt-out.
        let at = self.parts.exclusions.newest().await?.map_or(now, |newest| newest.max(now));
        self.exclusions(actor, sources, at).await
    }
}
