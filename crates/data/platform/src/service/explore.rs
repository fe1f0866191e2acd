//! What exploration and statistics count from: a release, and who may not be read in it.

use jiff::Timestamp;
use varde_core::{Actor, ReleaseId};

use super::{Platform, aside, observe::OBSERVE, open};
use crate::{
    PlatformError, ReleaseStatus,
    engine::{Exclusions, Release},
    store::lineage,
};

impl Platform {
    /// Opens an approved release after comparing every byte with its digest. What can be read is up to the
    /// exclusions that reading takes. Action `platform.release.observe`.
    ///
    /// # Errors
    /// When the policy refuses, there is no such approved release, or its file is not the one that was registered.
    pub async fn open_approved(&self, actor: &Actor, id: ReleaseId) -> Result<Release, PlatformError> {
        self.opened(actor, id, &[ReleaseStatus::Approved]).await
    }

    /// Opens a release that something was told of: one that is approved or was, also when it is superseded or
    /// withdrawn since. For counting what was told once more. Action `platform.release.observe`.
    ///
    /// # Errors
    /// When the policy refuses, there is no such release, or its file is not the one that was registered.
    pub async fn open_told(&self, actor: &Actor, id: ReleaseId) -> Result<Release, PlatformError> {
        self.opened(actor, id, &[ReleaseStatus::Approved, ReleaseStatus::Superseded, ReleaseStatus::Withdrawn]).await
    }

    async fn opened(&self, actor: &Actor, id: ReleaseId, standing: &[ReleaseStatus]) -> Result<Release, PlatformError> {
        let (release, _) = self.release_for(actor, id, OBSERVE).await?;
        let mut read = self.store.read(actor).await?;
        let withdrawn = lineage::has_withdrawn_source(read.connection(), id).await?;
        drop(read);
        // What is made of a withdrawn release stands as if it were withdrawn itself.
        let stands = !withdrawn || standing.contains(&ReleaseStatus::Withdrawn);
        if !stands || !standing.contains(&release.status) {
            return Err(PlatformError::NoSuchRelease);
        }
        let (path, digest) = (self.kept(id), release.digest);
        aside(move || open(&path, digest)).await
    }

    /// Who may not be read in those sources, as it was known at a time; as it is known now without one. Gives the
    /// time too: with it the same people are found again.
    ///
    /// # Errors
    /// When a neighbour fails.
    pub async fn exclusions_as_at(
        &self,
        actor: &Actor,
        sources: &[String],
        as_at: Option<Timestamp>,
    ) -> Result<(Exclusions, Timestamp), PlatformError> {
        let at = match as_at {
            Some(at) => at,
            None => self.known_until().await?,
        };
        Ok((self.exclusions(actor, sources, at).await?, at))
    }
}
