//! Taking in files.

use serde::Serialize;
use varde_core::{Actor, Digest, canonical_json};
use varde_ledger::Draft;

use super::{Facts, Terminology};
use crate::{
    CodeSystem, Content, Difference, Edition, EditionId, Key, Kind, Loss, Status, Subject, TerminologyError,
    import::{self, Body, Described, ImportFault, Incoming, Remark},
    predecessor, store,
};

/// What an import did.
#[derive(Debug, Clone, Serialize)]
pub struct Imported {
    /// The edition that holds the content.
    pub edition: EditionId,
    /// What it is of.
    pub kind: Kind,
    /// Its key.
    pub key: Key,
    /// Its version.
    pub version: String,
    /// Which text of that version, from 1.
    pub revision: i32,
    /// Whether the content was there already: then nothing changed.
    pub unchanged: bool,
    /// Its concepts or mappings.
    pub size: usize,
    /// The version it was compared with.
    pub predecessor: Option<String>,
    /// What changed against that, for a code system.
    pub difference: Option<Difference>,
}

/// Why an edition is right although it loses many codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed(String);

impl Confirmed {
    /// A reason; `None` when it is empty.
    pub fn because(reason: &str) -> Option<Self> {
        let reason: String = reason.trim().chars().take(1_000).collect();
        (!reason.is_empty()).then_some(Self(reason))
    }
}

impl Terminology {
    /// Reads a file and takes in what it holds, each edition as a draft. The file's own remarks come
    /// with it.
    ///
    /// # Errors
    /// [`TerminologyError::Import`], which names the place; [`TerminologyError::Loss`] when too many
    /// codes would be gone and nobody has said why; the policy's no.
    pub async fn import_file(
        &self,
        actor: &Actor,
        file: &[u8],
        described: &Described,
        confirmed: Option<&Confirmed>,
    ) -> Result<(Vec<Imported>, Vec<Remark>), TerminologyError> {
        let known = match &described.key {
            Some(key) => self.newest(actor, key).await?,
            None => None,
        };
        let parcel = import::read(file, described, known.as_ref())?;
        let mut imported = Vec::with_capacity(parcel.editions.len());
        for incoming in &parcel.editions {
            imported.push(self.import_with(actor, incoming, confirmed, &parcel.remarks).await?);
        }
        Ok((imported, parcel.remarks))
    }

    /// The code system as its newest edition that counts describes it.
    async fn newest(&self, actor: &Actor, key: &Key) -> Result<Option<CodeSystem>, TerminologyError> {
        let mut read = self.store.read(actor).await?;
        let editions = store::editions::of(read.connection(), Kind::CodeSystem, key).await?;
        let counts = editions.iter().find(|e| matches!(e.status, Status::Published | Status::Draft));
        Ok(counts.or(editions.first()).and_then(Edition::system).cloned())
    }

    /// Takes in an edition as a draft. The same content as what counts for its version changes
    /// nothing and says so.
    ///
    /// # Errors
    /// As [`Self::import_file`].
    pub async fn import(
        &self,
        actor: &Actor,
        incoming: &Incoming,
        confirmed: Option<&Confirmed>,
    ) -> Result<Imported, TerminologyError> {
        self.import_with(actor, incoming, confirmed, &[]).await
    }

    async fn import_with(
        &self,
        actor: &Actor,
        incoming: &Incoming,
        confirmed: Option<&Confirmed>,
        remarks: &[Remark],
    ) -> Result<Imported, TerminologyError> {
        let content = checked(incoming)?;
        let subject = &incoming.subject;
        let (kind, key) = (subject.kind(), subject.key());
        let mut read = self.store.read(actor).await?;
        let others = store::editions::of(read.connection(), kind, key).await?;
        drop(read);
        let permission = self.may(actor, "terminology.edition.import", subject, &others, Facts::default()).await?;
        let mut work = self.store.begin(actor).await?;
        store::editions::lock(work.connection(), kind, key).await?;
        let others = store::editions::of(work.connection(), kind, key).await?;
        address_is_free(
            subject,
            &others,
            store::editions::owner_of_url(work.connection(), kind, subject.url()).await?,
        )?;
        let digest = digest(incoming);
        let same = others.iter().find(|e| {
            e.digest == digest && e.version == incoming.version && matches!(e.status, Status::Draft | Status::Published)
        });
        if let Some(same) = same {
            return Ok(imported(same, true, None, None));
        }
        let before = predecessor(&others, &incoming.version, incoming.valid.from);
        let mut difference = None;
        let mut loss_reason = None;
        if let (Some(before), Some(content)) = (before, &content) {
            let old = self.content(actor, before).await?;
            let rules = store::rules::get(work.connection(), kind, key).await?;
            if let Some(loss) = Loss::beyond(rules, &before.version, &old, content) {
                let confirmed = confirmed.ok_or_else(|| TerminologyError::Loss(Box::new(loss)))?;
                loss_reason = Some(confirmed.0.clone());
            }
            difference = Some(Difference::of(&old, content));
        }
        let now = self.store.clock().now();
        let edition = Edition {
            id: EditionId::new(&**self.store.clock(), self.store.randomness()),
            subject: subject.clone(),
            version: incoming.version.clone(),
            revision: 1 + others
                .iter()
                .filter(|e| e.version == incoming.version)
                .map(|e| e.revision)
                .max()
                .unwrap_or(0),
            status: Status::Draft,
            valid: incoming.valid,
            digest,
            size: size(&incoming.body),
            origin: incoming.origin.name().to_owned(),
            loss_reason,
            remarks: remarks.to_vec(),
            involved: actor.person().into_iter().collect(),
            imported_at: now,
            published_at: None,
            closed_at: None,
        };
        store::editions::close_draft(work.connection(), kind, key, &incoming.version, now).await?;
        store::editions::insert(work.connection(), &edition).await?;
        match &incoming.body {
            Body::Concepts(concepts) => {
                store::content::insert_concepts(work.connection(), edition.id, concepts).await?;
            }
            Body::Mappings(mappings) => {
                store::content::insert_mappings(work.connection(), edition.id, mappings).await?;
            }
            Body::Nothing => {}
        }
        let mut draft = Draft::new("terminology.edition.imported", kind.name(), key)
            .because(permission.legal_basis())
            .with("edition", edition.id)
            .with("version", &edition.version)
            .with("revision", edition.revision)
            .with("digest", digest)
            .with("size", edition.size);
        if let (Some(reason), Some(difference)) = (&edition.loss_reason, &difference) {
            draft = draft.with("lost", difference.removed.len()).with("loss_reason", reason);
        }
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(imported(&edition, false, before.map(|e| e.version.clone()), difference))
    }
}

fn imported(
    edition: &Edition,
    unchanged: bool,
    predecessor: Option<String>,
    difference: Option<Difference>,
) -> Imported {
    Imported {
        edition: edition.id,
        kind: edition.subject.kind(),
        key: edition.subject.key().clone(),
        version: edition.version.clone(),
        revision: edition.revision,
        unchanged,
        size: edition.size,
        predecessor,
        difference,
    }
}

/// The concepts, put together; `None` for maps and value sets.
fn checked(incoming: &Incoming) -> Result<Option<Content>, ImportFault> {
    let (Subject::CodeSystem(system), Body::Concepts(concepts)) = (&incoming.subject, &incoming.body) else {
        return Ok(None);
    };
    Content::new(concepts.clone(), system.case_sensitive).map(Some).map_err(ImportFault::Content)
}

fn size(body: &Body) -> usize {
    match body {
        Body::Concepts(concepts) => concepts.len(),
        Body::Mappings(mappings) => mappings.len(),
        Body::Nothing => 0,
    }
}

/// What the content is: the same digest, the same edition.
fn digest(incoming: &Incoming) -> Digest {
    let body = match &incoming.body {
        Body::Concepts(concepts) => canonical_json(concepts),
        Body::Mappings(mappings) => canonical_json(mappings),
        Body::Nothing => Vec::new(),
    };
    let head = canonical_json(&(&incoming.subject, &incoming.version, incoming.valid));
    Digest::of(&[head.as_slice(), b"\n", body.as_slice()].concat())
}

/// A key is one address, and an address one key.
fn address_is_free(subject: &Subject, others: &[Edition], of_url: Option<Key>) -> Result<(), TerminologyError> {
    if let Some(key) = of_url.filter(|key| key != subject.key()) {
        return Err(TerminologyError::UrlTaken(key));
    }
    if others.iter().any(|e| e.subject.url() != subject.url() && e.status != Status::Closed) {
        return Err(TerminologyError::KeyTaken(subject.key().clone()));
    }
    Ok(())
}
