//! Reading and verifying extracts.

use varde_core::{Actor, ExtractId, PermitId};
use varde_ledger::Draft;
use varde_policy::Resource;

use super::{Platform, aside, finish};
use crate::{
    PlatformError,
    engine::extract::{Finding, check_files, check_signature},
    model::ExtractRecord,
    store,
};

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Verification {
    /// Files that are not as the log says.
    pub findings: Vec<Finding>,
    /// Whether making the extract again gave the same manifest, to the byte; `None` when it was not
    /// made again, because the project's key is destroyed.
    pub replayed: Option<bool>,
}

impl Verification {
    /// Whether everything is as it was made.
    pub fn is_good(&self) -> bool {
        self.findings.is_empty() && self.replayed != Some(false)
    }
}

impl Platform {
    /// An extract with its manifest: for those whom its permit names, and those who handle it.
    ///
    /// # Errors
    /// When the policy refuses or there is none.
    pub async fn extract(&self, actor: &Actor, id: ExtractId) -> Result<ExtractRecord, PlatformError> {
        let record = self.record(actor, id).await?;
        self.may_read(actor, &record).await?;
        Ok(record)
    }

    /// The extract of a permit, if one was prepared.
    ///
    /// # Errors
    /// When the policy refuses.
    pub async fn extract_of(&self, actor: &Actor, permit: PermitId) -> Result<Option<ExtractRecord>, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let found = store::extracts::by_permit(read.connection(), permit).await?;
        drop(read);
        if let Some(record) = &found {
            self.may_read(actor, record).await?;
        }
        Ok(found)
    }

    async fn may_read(&self, actor: &Actor, record: &ExtractRecord) -> Result<(), PlatformError> {
        let id = record.specification.extract;
        let resource = Resource::new("Extract").id(id).persons("persons", record.persons.iter().copied());
        self.permitted(actor, "platform.extract.read", &resource).await?;
        Ok(())
    }

    /// Compares a delivery with the log to the byte and, while the project's key lives, makes it
    /// again beside and compares that too.
    ///
    /// # Errors
    /// When the policy refuses, there is no delivery, or it cannot be read.
    pub async fn verify(&self, actor: &Actor, id: ExtractId) -> Result<Verification, PlatformError> {
        let resource = Resource::new("Extract").id(id).persons("persons", []);
        let permission = self.permitted(actor, "platform.extract.verify", &resource).await?;
        let record = self.record(actor, id).await?;
        let manifest = record.manifest.clone().ok_or(PlatformError::NoSuchExtract)?;
        let (folder, signature) = (self.delivery(id), record.signature.clone().unwrap_or_default());
        let findings = aside(move || {
            let mut findings = check_files(&folder, &manifest)?;
            findings.extend(check_signature(&folder, &signature)?);
            Ok(findings)
        })
        .await?;
        let again = tempfile::tempdir_in(&self.parts.folder).map_err(|e| PlatformError::disk(&self.parts.folder, e))?;
        let replayed = match self.build(actor, &record, again.path().join("again"), None).await {
            Ok((_, made)) => Some(Some(made.digest) == record.manifest_digest),
            Err(PlatformError::KeyDestroyed) => None,
            Err(error) => return Err(error),
        };
        let verification = Verification { findings, replayed };
        let work = self.store.begin(actor).await?;
        let draft = Draft::new("platform.extract.verified", "extract", id)
            .with("good", verification.is_good())
            .with("findings", verification.findings.len());
        finish(work, &permission, draft).await?;
        Ok(verification)
    }
}
