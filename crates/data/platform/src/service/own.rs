//! What a person is told about themselves: in which registers, in which extracts, with proof.

use jiff::Timestamp;
use varde_core::{Actor, CataloguePath, ExtractId, PermitId, PersonId};
use varde_ledger::{Draft, MembershipProof};
use varde_policy::{Permission, Resource};

use super::{Platform, finish};
use crate::{PlatformError, store};

/// An extract that a person was in, or was left out of.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct InExtract {
    /// The extract.
    pub extract: ExtractId,
    /// The permit it was made under.
    pub permit: PermitId,
    /// The project's title.
    pub title: String,
    /// `included`, or why not: `opted_out`, `consent_withdrawn`, `confidential_address`, `small_group`.
    pub status: String,
    /// When it was delivered, UTC.
    pub delivered_at: Option<Timestamp>,
    /// Which datasets it was made from.
    pub datasets: Vec<CataloguePath>,
}

/// Where a person is.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Own {
    /// The datasets with rows about them.
    pub datasets: Vec<CataloguePath>,
    /// The extracts.
    pub extracts: Vec<InExtract>,
}

impl Platform {
    /// Where the person is. One entry on their chain.
    ///
    /// # Errors
    /// When the policy refuses: only for the person themselves, or a part of Varde for them.
    pub async fn own(&self, actor: &Actor, person: PersonId) -> Result<Own, PlatformError> {
        let (permission, index) = self.own_index(actor, person).await?;
        let Some(index) = index else { return Ok(Own::default()) };
        let mut work = self.store.begin(actor).await?;
        let presence = store::releases::presence(work.connection()).await?;
        let concerning = store::extracts::concerning(work.connection(), index).await?;
        let datasets = presence.into_iter().filter(|(_, people)| people.contains(index)).map(|(d, _)| d).collect();
        let extracts = concerning.into_iter().map(|(record, status)| InExtract {
            extract: record.specification.extract,
            permit: record.specification.permit,
            title: record.title,
            status,
            delivered_at: record.delivered_at,
            datasets: record.specification.releases.into_iter().map(|pin| pin.dataset).collect(),
        });
        let own = Own { datasets, extracts: extracts.collect() };
        finish(work, &permission, Draft::new("platform.own.read", "person", person).concerning(person)).await?;
        Ok(own)
    }

    /// Whether the person was in the extract, and the proof of it that they can check without us.
    /// The status is `None` when they were neither in it nor left out.
    ///
    /// # Errors
    /// When the policy refuses, there is no such delivery, or its entry is not in the tree yet.
    pub async fn was_in(
        &self,
        actor: &Actor,
        person: PersonId,
        extract: ExtractId,
    ) -> Result<(Option<String>, MembershipProof), PlatformError> {
        let (permission, index) = self.own_index(actor, person).await?;
        let mut work = self.store.begin(actor).await?;
        let record = store::extracts::get(work.connection(), extract).await?;
        let entry = record.entry.ok_or(PlatformError::NoSuchExtract)?;
        let status = match index {
            None => None,
            Some(index) => {
                let all = store::extracts::concerning(work.connection(), index).await?;
                all.into_iter().find(|(r, _)| r.specification.extract == extract).map(|(_, status)| status)
            }
        };
        let draft = Draft::new("platform.own.proved", "extract", extract).concerning(person);
        finish(work, &permission, draft).await?;
        let proof = self.parts.trees.prove(entry, person, status.as_deref()).await?;
        Ok((status, proof))
    }

    async fn own_index(&self, actor: &Actor, person: PersonId) -> Result<(Permission, Option<u32>), PlatformError> {
        let resource = Resource::new("OwnData").id(person).person("person", person);
        let permission = self.permitted(actor, "platform.own.read", &resource).await?;
        let index = self.parts.basedata.index_of(actor, person).await;
        Ok((permission, index.map_err(|e| PlatformError::neighbour(&e))?))
    }
}
