//! The register of issued permits.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{
    Actor, ApplicationId, DecisionId, Digest, LegalBasis, OrganisationId, Period, PermitId, PersonId, Purpose,
};
use varde_ledger::Draft;
use varde_policy::{Guard, Resource};
use varde_store::{Context, ContextStore, Store};

use crate::{
    Permit, PermitError, PermittedVariable, PublicKeys, RuleSet, SealingKey, Updates,
    model::flaw,
    store::{self, Kept},
};

/// The register's context.
pub static CONTEXT: Context = Context { name: "permit", migrations: sqlx::migrate!() };

/// The event that a permit was issued, with an [`IssuedEvent`].
pub const ISSUED: &str = "permit.permit.issued";
/// The event that a permit was revoked, with a [`RevokedEvent`].
pub const REVOKED: &str = "permit.permit.revoked";

/// What `permit.permit.issued` carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuedEvent {
    /// The permit.
    pub permit: PermitId,
    /// The application that was decided.
    pub application: ApplicationId,
    /// The decision.
    pub decision: DecisionId,
}

/// What `permit.permit.revoked` carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokedEvent {
    /// The permit.
    pub permit: PermitId,
}

/// An issued permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// What it says, read by opening the seal.
    pub permit: Permit,
    /// The sealed permit: JWS compact serialisation.
    pub sealed: String,
    /// When it was issued, UTC.
    pub issued_at: Timestamp,
    /// When it was revoked, UTC, and why.
    pub revoked: Option<(Timestamp, String)>,
}

impl Issued {
    /// SHA-256 of the sealed permit, as the extract specification names it.
    pub fn digest(&self) -> Digest {
        Digest::of(self.sealed.as_bytes())
    }

    /// Whether data may be processed under it at this instant: within its days in Norway, not revoked.
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        let day = at.to_zoned(varde_core::clock::norway()).date();
        self.permit.valid.contains(day) && self.revoked.as_ref().is_none_or(|(since, _)| at < *since)
    }

    /// Whether it is over for good at this instant: revoked, or past its last day in Norway. One whose
    /// first day lies ahead, also for a clock that jumped back, has not ended.
    pub fn has_ended_at(&self, at: Timestamp) -> bool {
        let day = at.to_zoned(varde_core::clock::norway()).date();
        self.revoked.is_some() || self.permit.valid.until.is_some_and(|until| until < day)
    }
}

/// What everybody may know about a permit (EHDS art. 57(1)(j)): no person is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// The permit.
    pub id: PermitId,
    /// Its version.
    pub version: u32,
    /// The permit it replaces.
    pub predecessor: Option<PermitId>,
    /// The project's title.
    pub title: String,
    /// When it was decided, UTC.
    pub decided_at: Timestamp,
    /// How long the data may be processed.
    pub valid: Period,
    /// The body that decided.
    pub access_body: OrganisationId,
    /// The organisation that may process the data.
    pub holder: OrganisationId,
    /// Why.
    pub purpose: Purpose,
    /// On which legal bases.
    pub legal_bases: Vec<LegalBasis>,
    /// Under which law.
    pub rule_set: RuleSet,
    /// What may be in the extract.
    pub variables: Vec<PermittedVariable>,
    /// From which period.
    pub period: Period,
    /// Which updates the project may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updates: Option<Updates>,
    /// SHA-256 of the sealed permit, for whoever was given that one.
    pub digest: Digest,
    /// When it was revoked, UTC.
    pub revoked_at: Option<Timestamp>,
}

impl From<Issued> for Published {
    fn from(issued: Issued) -> Self {
        let digest = issued.digest();
        let permit = issued.permit;
        Self {
            id: permit.id,
            version: permit.version,
            predecessor: permit.predecessor,
            title: permit.title,
            decided_at: permit.decided_at,
            valid: permit.valid,
            access_body: permit.access_body,
            holder: permit.holder,
            purpose: permit.purpose,
            legal_bases: permit.legal_bases,
            rule_set: permit.rule_set,
            variables: permit.variables,
            period: permit.period,
            updates: permit.handover.updates,
            digest,
            revoked_at: issued.revoked.map(|(at, _)| at),
        }
    }
}

/// The register of issued permits.
#[derive(Debug, Clone)]
pub struct Register {
    store: ContextStore,
    guard: Guard,
    key: Arc<SealingKey>,
}

impl Register {
    /// The register that seals with this key.
    pub fn new(store: &Store, guard: Guard, key: Arc<SealingKey>) -> Self {
        Self { store: store.context(&CONTEXT), guard, key }
    }

    /// Issues the permit of a decision. A decision has one permit: issuing again gives the first.
    pub async fn issue(&self, actor: &Actor, permit: &Permit) -> Result<Issued, PermitError> {
        let permission = self.guard.check(actor, "permit.permit.issue", &resource(permit)).await?;
        let now = self.store.clock().now();
        if let Some(why) = flaw(permit, now) {
            return Err(PermitError::Flawed(why));
        }
        let sealed = self.key.seal(permit)?;
        let mut work = self.store.begin(actor).await?;
        if !store::add(work.connection(), permit, &sealed, now).await? {
            let earlier = store::of_decision(work.connection(), permit.decision).await?;
            return self.open(earlier.ok_or(PermitError::NotFound)?);
        }
        let (application, decision) = (permit.application, permit.decision);
        work.emit(ISSUED, &IssuedEvent { permit: permit.id, application, decision }).await?;
        let draft = Draft::new(ISSUED, "permit", permit.id)
            .because(permission.legal_basis())
            .for_purpose(permit.purpose)
            .with("application", application)
            .with("decision", decision)
            .with("digest", Digest::of(sealed.as_bytes()));
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(Issued { permit: permit.clone(), sealed, issued_at: now, revoked: None })
    }

    /// Revokes a permit, for a reason that its holder is told (EHDS art. 63(3) and (5)). The room
    /// closes and no extract is made any more; what was made before stays on the log.
    ///
    /// # Errors
    /// When the policy refuses, there is none, it was revoked already, or the reason is empty.
    pub async fn revoke(&self, actor: &Actor, id: PermitId, reason: &str) -> Result<Issued, PermitError> {
        let issued = self.load(actor, id).await?;
        let permission = self.guard.check(actor, "permit.permit.revoke", &resource(&issued.permit)).await?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(PermitError::NoReason);
        }
        let now = self.store.clock().now();
        let mut work = self.store.begin(actor).await?;
        if !store::revoke(work.connection(), id, reason, now).await? {
            return Err(PermitError::Revoked);
        }
        work.emit(REVOKED, &RevokedEvent { permit: id }).await?;
        let entered = work.enter(Draft::new(REVOKED, "permit", id).because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(Issued { revoked: Some((now, reason.to_owned())), ..issued })
    }

    /// The permit that somebody is about to revoke, for the page that asks for the reason.
    ///
    /// # Errors
    /// When the policy refuses, or there is none.
    pub async fn may_revoke(&self, actor: &Actor, id: PermitId) -> Result<Issued, PermitError> {
        let issued = self.load(actor, id).await?;
        self.guard.check(actor, "permit.permit.revoke", &resource(&issued.permit)).await?;
        Ok(issued)
    }

    /// Whether to show the way to revoking it. Asks nobody and enters nothing.
    pub async fn can_revoke(&self, actor: &Actor, id: PermitId) -> Result<bool, PermitError> {
        let issued = self.load(actor, id).await?;
        let may = self.guard.would_allow(actor, "permit.permit.revoke", &resource(&issued.permit));
        Ok(may && issued.revoked.is_none())
    }

    /// The permit of an application, for those whom it concerns; `None` when there is none yet.
    ///
    /// # Errors
    /// When the policy refuses.
    pub async fn of_application(
        &self,
        actor: &Actor,
        application: ApplicationId,
    ) -> Result<Option<Issued>, PermitError> {
        let mut read = self.store.read(actor).await?;
        let Some(kept) = store::of_application(read.connection(), application).await? else { return Ok(None) };
        let issued = self.open(kept)?;
        self.guard.check(actor, "permit.permit.read", &resource(&issued.permit)).await?;
        Ok(Some(issued))
    }

    /// One permit with everything in it, for those whom it concerns.
    pub async fn get(&self, actor: &Actor, id: PermitId) -> Result<Issued, PermitError> {
        let issued = self.load(actor, id).await?;
        self.guard.check(actor, "permit.permit.read", &resource(&issued.permit)).await?;
        Ok(issued)
    }

    /// The permits of an organisation that the actor may read, newest decision first.
    pub async fn of_holder(&self, actor: &Actor, holder: OrganisationId) -> Result<Vec<Issued>, PermitError> {
        let mut read = self.store.read(actor).await?;
        self.readable(actor, store::of_holder(read.connection(), holder).await?)
    }

    /// The permits that name a person and that the actor may read, newest decision first.
    pub async fn of_person(&self, actor: &Actor, person: PersonId) -> Result<Vec<Issued>, PermitError> {
        let mut read = self.store.read(actor).await?;
        self.readable(actor, store::of_person(read.connection(), person).await?)
    }

    /// The public register, newest decision first. For everybody, by law.
    pub async fn published(&self) -> Result<Vec<Published>, PermitError> {
        let mut read = self.store.read(&Actor::anonymous()).await?;
        let kept = store::all(read.connection()).await?;
        kept.into_iter().map(|kept| self.open(kept).map(Published::from)).collect()
    }

    /// One permit of the public register.
    pub async fn published_one(&self, id: PermitId) -> Result<Published, PermitError> {
        Ok(self.load(&Actor::anonymous(), id).await?.into())
    }

    /// Opens a sealed permit that somebody hands in: whole, ours, and what it says.
    pub fn verify(&self, sealed: &str) -> Result<Permit, PermitError> {
        Ok(self.keys().open(sealed.trim())?)
    }

    /// The public keys.
    pub fn keys(&self) -> &PublicKeys {
        self.key.public()
    }

    async fn load(&self, actor: &Actor, id: PermitId) -> Result<Issued, PermitError> {
        let mut read = self.store.read(actor).await?;
        let kept = store::get(read.connection(), id).await?;
        self.open(kept.ok_or(PermitError::NotFound)?)
    }

    fn readable(&self, actor: &Actor, kept: Vec<Kept>) -> Result<Vec<Issued>, PermitError> {
        let mut readable = Vec::new();
        for kept in kept {
            let issued = self.open(kept)?;
            if self.guard.would_allow(actor, "permit.permit.read", &resource(&issued.permit)) {
                readable.push(issued);
            }
        }
        Ok(readable)
    }

    fn open(&self, kept: Kept) -> Result<Issued, PermitError> {
        let permit = self.keys().open(&kept.sealed)?;
        Ok(Issued { permit, sealed: kept.sealed, issued_at: kept.issued_at, revoked: kept.revoked })
    }
}

fn resource(permit: &Permit) -> Resource {
    Resource::new("Permit")
        .id(permit.id)
        .organisation("access_body", permit.access_body)
        .organisation("holder", permit.holder)
        .persons("persons", permit.persons.iter().copied())
}
