//! From draft to published: by somebody else than whoever brought it, unless the owner has decided
//! that one person is enough.

use serde::{Deserialize, Serialize};
use varde_core::Actor;
use varde_ledger::Draft;

use super::{Facts, Terminology};
use crate::{Edition, EditionId, Key, Kind, Rules, Status, Subject, TerminologyError, store};

/// The event that an edition has come into force; its payload is a [`PublishedEvent`].
pub const PUBLISHED: &str = "terminology.edition.published";

/// An edition has come into force.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishedEvent {
    /// Which.
    pub edition: EditionId,
}

impl Terminology {
    /// Puts a draft in force for its version. Publishing what is in force changes nothing.
    ///
    /// # Errors
    /// The policy's no (four eyes among its reasons); [`TerminologyError::NotADraft`].
    pub async fn publish(&self, actor: &Actor, id: EditionId) -> Result<(), TerminologyError> {
        let found = self.stored(actor, id).await?;
        let (kind, key) = (found.subject.kind(), found.subject.key().clone());
        let mut read = self.store.read(actor).await?;
        let others = store::editions::of(read.connection(), kind, &key).await?;
        let rules = store::rules::get(read.connection(), kind, &key).await?;
        drop(read);
        let facts = Facts { rules, involved: found.involved.clone() };
        let permission = self.may(actor, "terminology.edition.publish", &found.subject, &others, facts).await?;
        let mut work = self.store.begin(actor).await?;
        store::editions::lock(work.connection(), kind, &key).await?;
        let found = store::editions::by_id(work.connection(), id).await?.ok_or_else(|| not_found(id))?;
        match found.status {
            Status::Published => return Ok(()),
            Status::Draft => {}
            other => return Err(TerminologyError::NotADraft(other)),
        }
        store::editions::publish(work.connection(), &found, self.store.clock().now()).await?;
        work.emit(PUBLISHED, &PublishedEvent { edition: id }).await?;
        let draft = about("terminology.edition.published", &found)
            .because(permission.legal_basis())
            .with("digest", found.digest)
            .with("persons_needed", rules.eyes);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Closes a draft: it will not come into force.
    ///
    /// # Errors
    /// The policy's no; [`TerminologyError::NotADraft`].
    pub async fn close(&self, actor: &Actor, id: EditionId) -> Result<(), TerminologyError> {
        let found = self.stored(actor, id).await?;
        let mut read = self.store.read(actor).await?;
        let others = store::editions::of(read.connection(), found.subject.kind(), found.subject.key()).await?;
        drop(read);
        let permission =
            self.may(actor, "terminology.edition.close", &found.subject, &others, Facts::default()).await?;
        let mut work = self.store.begin(actor).await?;
        store::editions::lock(work.connection(), found.subject.kind(), found.subject.key()).await?;
        let found = store::editions::by_id(work.connection(), id).await?.ok_or_else(|| not_found(id))?;
        if found.status != Status::Draft {
            return Err(TerminologyError::NotADraft(found.status));
        }
        store::editions::close(work.connection(), id, self.store.clock().now()).await?;
        let draft = about("terminology.edition.closed", &found).because(permission.legal_basis());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Sets how many persons a publication takes, and how many codes may be lost without a reason.
    ///
    /// # Errors
    /// The policy's no; [`TerminologyError::BadRules`]; there is no such thing.
    pub async fn set_rules(&self, actor: &Actor, kind: Kind, key: &Key, rules: Rules) -> Result<(), TerminologyError> {
        if !(1..=2).contains(&rules.eyes) || rules.loss_percent > 100 {
            return Err(TerminologyError::BadRules);
        }
        let mut read = self.store.read(actor).await?;
        let editions = store::editions::of(read.connection(), kind, key).await?;
        drop(read);
        let newest = editions.first().ok_or_else(|| TerminologyError::NotFound(key.to_string()))?;
        let subject: &Subject = &newest.subject;
        let permission = self.may(actor, "terminology.rules.set", subject, &editions, Facts::default()).await?;
        let mut work = self.store.begin(actor).await?;
        store::rules::set(work.connection(), kind, key, rules, self.store.clock().now()).await?;
        let draft = Draft::new("terminology.rules.set", kind.name(), key)
            .because(permission.legal_basis())
            .with("persons_needed", rules.eyes)
            .with("loss_percent", rules.loss_percent);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Any edition, whoever asks: what may be done with it is asked next.
    async fn stored(&self, actor: &Actor, id: EditionId) -> Result<Edition, TerminologyError> {
        let mut read = self.store.read(actor).await?;
        store::editions::by_id(read.connection(), id).await?.ok_or_else(|| not_found(id))
    }
}

fn not_found(id: EditionId) -> TerminologyError {
    TerminologyError::NotFound(format!("edition {id}"))
}

fn about(what: &str, edition: &Edition) -> Draft {
    Draft::new(what, edition.subject.kind().name(), edition.subject.key())
        .with("edition", edition.id)
        .with("version", &edition.version)
        .with("revision", edition.revision)
}
