//! What people have had deleted or put right: entered by a steward, applied to every release that is made
//! from then on.

use varde_basedata::Namespace;
use varde_core::{Actor, CataloguePath, FieldProblem, LegalBasis, OrganisationId};
use varde_ledger::Draft;
use varde_policy::Permission;

use super::{Platform, finish, releases::resource};
use crate::{
    PlatformError,
    model::{Amending, Amendment, AmendmentContent, AmendmentId, AmendmentKind, Ingestion, Plan, Unfit},
    store::{amendments as kept, ingestions, releases},
};

/// What amending is called in the policies.
const AMEND: &str = "platform.amendment.enter";

/// What a steward enters. It does not print: it holds a number of a person.
#[derive(Clone)]
pub struct NewAmendment {
    /// The dataset.
    pub dataset: CataloguePath,
    /// The person's number, as the dataset has it.
    pub number: String,
    /// What is done.
    pub kind: AmendmentKind,
    /// Which rows, and what they shall say.
    pub content: AmendmentContent,
    /// What it rests on: a decision of the data holder under this provision.
    pub basis: LegalBasis,
}

impl std::fmt::Debug for NewAmendment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewAmendment({}, {})", self.dataset, self.kind.name())
    }
}

/// A dataset that somebody may amend.
struct Amendable {
    /// How its newest release was read.
    plan: Plan,
    /// Who answers for it.
    holder: Option<OrganisationId>,
    permission: Permission,
}

impl Platform {
    /// Enters an amendment: from now on every release of the dataset is made accordingly. What it says is
    /// sealed; the entry stands on the person's chain.
    ///
    /// # Errors
    /// When the policy refuses, the dataset has no release that was taken in, the person is not known, or
    /// a column or value cannot be.
    pub async fn amend(&self, actor: &Actor, new: &NewAmendment) -> Result<AmendmentId, PlatformError> {
        let Amendable { plan, holder, permission } = self.to_amend(actor, &new.dataset).await?;
        let (id, now) = (AmendmentId::from_uuid(self.new_id()), self.store.clock().now());
        let wrong = |field, key| PlatformError::Invalid(vec![FieldProblem::new(field, key)]);
        if new.basis.law.trim().is_empty() || new.basis.section.trim().is_empty() {
            return Err(wrong("section", "platform-error-basis"));
        }
        let found = self.whom(actor, &plan.namespace, new.number.trim()).await?;
        let (person, index) = found.ok_or_else(|| wrong("number", "platform-error-nobody"))?;
        let tried = Amending::default().add(&plan.layout, index, (id, new.kind), &new.content);
        tried.map_err(|unfit| match unfit {
            Unfit::NoColumn(_) => wrong("rows", "platform-error-column"),
            Unfit::Value { column, .. } if new.content.says.contains_key(&column) => {
                wrong("says", "platform-error-value")
            }
            Unfit::Value { .. } => wrong("rows", "platform-error-value"),
            Unfit::Says => wrong("says", "platform-error-says"),
        })?;
        let plain = serde_json::to_vec(&new.content).map_err(|_| PlatformError::Unreadable("amendment"))?;
        let sealed = self.parts.master.seal_bytes(&bound(id), plain, self.store.randomness().bytes())?;
        let amendment = Amendment {
            id,
            dataset: new.dataset.clone(),
            holder,
            kind: new.kind,
            basis: new.basis.clone(),
            recorded_at: now,
            withdrawn_at: None,
            found: None,
        };
        let mut work = self.store.begin(actor).await?;
        kept::insert(work.connection(), &amendment, index, &sealed).await?;
        let draft = Draft::new("platform.amendment.entered", "amendment", id)
            .with("dataset", &new.dataset)
            .with("kind", new.kind.name())
            .with("basis", &new.basis)
            .concerning(person);
        finish(work, &permission, draft).await?;
        Ok(id)
    }

    /// The amendments of a dataset, the newest first: never whom they are about or what they say.
    ///
    /// # Errors
    /// When the policy refuses.
    pub async fn amendments(&self, actor: &Actor, dataset: &CataloguePath) -> Result<Vec<Amendment>, PlatformError> {
        self.to_amend(actor, dataset).await?;
        let mut read = self.store.read(actor).await?;
        kept::list(read.connection(), dataset).await
    }

    /// Withdraws an amendment that should not have been entered: releases that are made from now on do
    /// without it.
    ///
    /// # Errors
    /// When the policy refuses, or there is no such amendment that holds.
    pub async fn withdraw_amendment(&self, actor: &Actor, id: AmendmentId) -> Result<(), PlatformError> {
        let mut read = self.store.read(actor).await?;
        let amendment = kept::get(read.connection(), id).await?.ok_or(PlatformError::NoSuchAmendment)?;
        drop(read);
        let resource = resource(&amendment.dataset, amendment.holder);
        let permission = self.permitted(actor, AMEND, &resource).await?;
        let mut work = self.store.begin(actor).await?;
        if !kept::withdraw(work.connection(), id, self.store.clock().now()).await? {
            return Err(PlatformError::NoSuchAmendment);
        }
        let draft = Draft::new("platform.amendment.withdrawn", "amendment", id).with("dataset", &amendment.dataset);
        finish(work, &permission, draft).await?;
        Ok(())
    }

    /// The names of the columns that an amendment can name, in the order of the release.
    ///
    /// # Errors
    /// When the dataset has no release that was taken in.
    pub async fn amendable(&self, actor: &Actor, dataset: &CataloguePath) -> Result<Vec<String>, PlatformError> {
        let Amendable { plan, .. } = self.to_amend(actor, dataset).await?;
        Ok(plan.layout.fields.into_iter().map(|field| field.column.name).collect())
    }

    pub(super) fn amendment_content(&self, id: AmendmentId, sealed: &[u8]) -> Result<AmendmentContent, PlatformError> {
        let plain = self.parts.master.open_bytes(&bound(id), sealed)?;
        serde_json::from_slice(&plain).map_err(|_| PlatformError::Unreadable("amendment"))
    }

    /// What can be amended in a dataset: its newest release that was taken in says so.
    async fn to_amend(&self, actor: &Actor, dataset: &CataloguePath) -> Result<Amendable, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let all = releases::list(read.connection()).await?;
        for release in all.iter().filter(|release| release.dataset == *dataset) {
            if let Some(Ingestion { plan, holder, .. }) = ingestions::get(read.connection(), release.id).await? {
                drop(read);
                let permission = self.permitted(actor, AMEND, &resource(dataset, holder)).await?;
                return Ok(Amendable { plan, holder, permission });
            }
        }
        Err(PlatformError::NoSuchRelease)
    }

    async fn whom(
        &self,
        actor: &Actor,
        namespace: &Namespace,
        number: &str,
    ) -> Result<Option<(varde_core::PersonId, u32)>, PlatformError> {
        let found = self.parts.basedata.resolve_batch(actor, namespace, &[number]).await;
        let found = found.map_err(|e| PlatformError::neighbour(&e))?;
        Ok(found.into_iter().flatten().next().map(|found| (found.person, found.index)))
    }
}

fn bound(id: AmendmentId) -> Vec<u8> {
    [b"varde.amendment".as_slice(), id.uuid().as_bytes()].concat()
}
