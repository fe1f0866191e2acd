//! Reading and verifying extracts.

use varde_core::{Actor, CataloguePath, Component, Digest, ExtractId, OrganisationId, PermitId};
use varde_ledger::{Draft, Entry};
use varde_permit::{Manifest, Permit};
use varde_policy::Resource;

use super::{Platform, aside, finish, prepare::Size};
use crate::{
    PlatformError,
    engine::{
        EDITION,
        extract::{Finding, canonical, check_files, check_signature},
    },
    model::{ExtractRecord, ExtractStatus},
    store,
};

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Verification {
    /// Files that are not as the log says, and what the platform's own tables say that the log does not.
    pub findings: Vec<Finding>,
    /// Whether making the extract again gave the same manifest, to the byte; `None` when it was not
    /// made again, because the project's key is destroyed.
    pub replayed: Option<bool>,
    /// The edition of the engine that made it, when it is not this program's; 0 for those from before
    /// editions were named.
    pub other_edition: Option<u32>,
}

impl Verification {
    /// Whether everything is as it was made. Every byte is held against the log, whoever made it; that another
    /// edition of the engine makes other bytes of the same specification says nothing against what was made.
    pub fn is_good(&self) -> bool {
        self.findings.is_empty() && (self.replayed != Some(false) || self.other_edition.is_some())
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

    /// The first extract of a permit, if one was prepared. What came after is in [`Platform::project`].
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

    /// Every extract of a permit, the first of them first: what came after the first are updates.
    ///
    /// # Errors
    /// When the policy refuses.
    pub async fn extracts_of(&self, actor: &Actor, permit: PermitId) -> Result<Vec<ExtractRecord>, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let found = store::extracts::all_of(read.connection(), permit).await?;
        drop(read);
        for record in &found {
            self.may_read(actor, record).await?;
        }
        Ok(found)
    }

    /// How many extracts with a variable were delivered, those included whose files are deleted since. It is
    /// for everybody, as the register of permits is, which says more: an extract follows from a permit.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn delivered_with(&self, variable: &CataloguePath) -> Result<i64, PlatformError> {
        let mut read = self.store.read(&Actor::anonymous()).await?;
        store::extracts::delivered_with(read.connection(), variable).await
    }

    async fn may_read(&self, actor: &Actor, record: &ExtractRecord) -> Result<(), PlatformError> {
        let resource = self.as_resource(actor, record).await?;
        self.permitted(actor, "platform.extract.read", &resource).await?;
        Ok(())
    }

    /// An extract as the policies see it.
    async fn as_resource(&self, actor: &Actor, record: &ExtractRecord) -> Result<Resource, PlatformError> {
        let spec = &record.specification;
        let issued = self.parts.permits.issued(spec.permit).await?;
        let mut read = self.store.read(actor).await?;
        let mut holders = Vec::new();
        for pin in &spec.releases {
            holders.extend(store::releases::get(read.connection(), pin.release).await?.and_then(|r| r.holder));
        }
        Ok(resource(spec.extract, &issued.permit, holders))
    }

    /// Compares a delivery with the entry on the log to the byte and, while the project's key lives,
    /// makes it again beside and compares that too. What the platform's tables say counts for nothing
    /// where the log says otherwise.
    ///
    /// # Errors
    /// When the policy refuses, there is no delivery, or it cannot be read.
    pub async fn verify(&self, actor: &Actor, id: ExtractId) -> Result<Verification, PlatformError> {
        let record = self.record(actor, id).await?;
        let resource = self.as_resource(actor, &record).await?;
        let permission = self.permitted(actor, "platform.extract.verify", &resource).await?;
        let (Some(manifest), Some(entry), ExtractStatus::Delivered) = (&record.manifest, record.entry, record.status)
        else {
            return Err(PlatformError::NoSuchExtract);
        };
        if record.deleted_at.is_some() {
            return Err(PlatformError::Deleted);
        }
        let told = self.parts.trees.told(entry).await?;
        let (mut findings, logged) = against_log(&record, manifest, told.as_ref());
        let (lying, signature) = (self.lying(&record).await?, record.signature.clone().unwrap_or_default());
        let kept = manifest.clone();
        findings.extend(
            aside(move || {
                let mut findings = check_files(lying.path(), &kept)?;
                findings.extend(check_signature(lying.path(), &signature)?);
                Ok(findings)
            })
            .await?,
        );
        let again = tempfile::tempdir_in(&self.parts.folder).map_err(|e| PlatformError::disk(&self.parts.folder, e))?;
        // Base data and preferences are read by Varde on behalf of whoever checks: they see none of it.
        let flows = Actor::system(Component::Flows);
        let replayed = match self.build(&flows, &record, again.path().join("again"), Size::Any, None).await {
            Ok((_, made)) => Some(Some(made.digest) == logged),
            Err(PlatformError::KeyDestroyed) => None,
            Err(error) => return Err(error),
        };
        let edition = record.specification.edition.unwrap_or(0);
        let other_edition = (edition != EDITION).then_some(edition);
        let verification = Verification { findings, replayed, other_edition };
        let work = self.store.begin(actor).await?;
        let draft = Draft::new("platform.extract.verified", "extract", id)
            .with("good", verification.is_good())
            .with("findings", verification.findings.len());
        finish(work, &permission, draft).await?;
        Ok(verification)
    }
}

/// An extract as the policies see it: whom its permit names, who decided, who answers for its sources.
pub(super) fn resource(
    id: impl std::fmt::Display,
    permit: &Permit,
    holders: impl IntoIterator<Item = OrganisationId>,
) -> Resource {
    Resource::new("Extract")
        .id(id)
        .persons("persons", permit.persons.iter().copied())
        .organisation("access_body", permit.access_body)
        .organisation("recipient", permit.holder)
        .organisations("holders", holders)
}

/// What the tables say that the entry of the delivery does not, and the manifest's digest on the log.
fn against_log(record: &ExtractRecord, manifest: &Manifest, entry: Option<&Entry>) -> (Vec<Finding>, Option<Digest>) {
    let spec = &record.specification;
    let delivery =
        entry.filter(|e| e.kind == "platform.extract.delivered" && e.resource == format!("extract:{}", spec.extract));
    let Some(entry) = delivery else { return (vec![Finding::NotOnLog("entry")], None) };
    let detail = |name: &str| entry.details.get(name).and_then(|value| value.as_str());
    let logged = detail("manifest").and_then(|text| text.parse::<Digest>().ok());
    let differs = [
        ("manifest", logged != Some(Digest::of(&canonical(manifest))) || logged != record.manifest_digest),
        ("permit", detail("permit") != Some(spec.permit.to_string().as_str())),
        ("specification", manifest.specification != Digest::of(&canonical(spec))),
    ];
    let findings = differs.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| Finding::NotOnLog(what));
    (findings.collect(), logged)
}
