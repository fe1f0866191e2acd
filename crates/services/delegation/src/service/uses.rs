//! Every use of a delegation, for both its parties, with proof from the log.

use std::{collections::BTreeMap, time::Duration};

use varde_core::{Actor, identifier::OrganisationNumber};
use varde_ledger::{Draft, LogProof};
use varde_policy::Resource;
use varde_store::ContextStore;

use super::Delegations;
use crate::{Change, DelegationError, DelegationId, Total, Use, UseId, store};

/// How many uses a page shows.
const PAGE: usize = 25;
/// How long a proof waits for the sequencer, which runs every second.
const PATIENCE: Duration = Duration::from_secs(3);

/// A use, and the delegations that opened it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// The delegations.
    pub delegations: Vec<DelegationId>,
    /// The use.
    pub one: Use,
}

/// Uses of a delegation, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uses {
    /// How often in all and when last; none when it never was used.
    pub total: Option<Total>,
    /// Some of them.
    pub rows: Vec<Use>,
    /// Whether there are older ones.
    pub more: bool,
}

impl Delegations {
    /// Writes down that delegations were used, all in one unit of work: what comes in crowds is seen as
    /// soon as what comes alone. Of what is told again nothing happens; says how many were new. Action
    /// `delegation.use.record`, an entry `delegation.use.recorded` for each.
    ///
    /// # Errors
    /// Refusals; the database, also when one of the delegations does not exist: then none is written.
    pub async fn record_uses(&self, actor: &Actor, used: &[Used]) -> Result<usize, DelegationError> {
        let register = Resource::new("DelegationRegister");
        let permission = self.guard.check(actor, "delegation.use.record", &register).await?;
        let mut work = self.store.begin(actor).await?;
        let rows: Vec<_> =
            used.iter().flat_map(|used| used.delegations.iter().map(|delegation| (*delegation, &used.one))).collect();
        let mut new = store::uses::add(work.connection(), &rows).await?;
        let count = new.len();
        // An id told twice in one crowd is one use, with one entry.
        let fresh = used.iter().filter(|used| new.remove(&used.one.id));
        let acts = fresh.map(|used| (actor.clone(), entry(used).because(permission.legal_basis())));
        let mut entered = work.enter_each(acts.collect()).await?;
        if let Some(entered) = entered.pop() {
            work.commit(entered).await?;
        }
        Ok(count)
    }

    /// The newest uses of a delegation before that one, for one of its parties. Action
    /// `delegation.use.read`.
    ///
    /// # Errors
    /// As [`Self::one`].
    pub async fn uses(
        &self,
        actor: &Actor,
        party: OrganisationNumber,
        id: DelegationId,
        before: Option<UseId>,
    ) -> Result<Uses, DelegationError> {
        self.of_party(actor, "delegation.use.read", party, id).await?;
        uses(&self.store, actor, id, before).await
    }

    /// Watches the uses of a delegation, for one of its parties. Action `delegation.use.read`.
    ///
    /// # Errors
    /// As [`Self::one`].
    pub async fn watch(
        &self,
        actor: &Actor,
        party: OrganisationNumber,
        id: DelegationId,
    ) -> Result<Watch, DelegationError> {
        self.of_party(actor, "delegation.use.read", party, id).await?;
        Ok(Watch { store: self.store.clone(), actor: actor.clone(), id, seen: None })
    }

    /// The proof from the log that a use happened as it is shown, for one of the delegation's parties.
    /// Waits up to three seconds for the sequencer. Action `delegation.proof.read`.
    ///
    /// # Errors
    /// As [`Self::one`]; [`DelegationError::NotYet`].
    pub async fn use_proof(
        &self,
        actor: &Actor,
        party: OrganisationNumber,
        id: DelegationId,
        one: UseId,
    ) -> Result<LogProof, DelegationError> {
        self.of_party(actor, "delegation.proof.read", party, id).await?;
        let mut read = self.store.read(actor).await?;
        let entry = store::uses::entry(read.connection(), id, one).await?.ok_or(DelegationError::NotFound)?;
        drop(read);
        let waiting = tokio::time::timeout(PATIENCE, self.log.sequenced(entry)).await;
        waiting.map_err(|_| DelegationError::NotYet)??;
        Ok(self.log.prove(entry).await?)
    }

    /// How often each was used and when last.
    pub(super) async fn totals(
        &self,
        actor: &Actor,
        delegations: &[DelegationId],
    ) -> Result<BTreeMap<DelegationId, Total>, DelegationError> {
        let mut read = self.store.read(actor).await?;
        Ok(store::uses::totals(read.connection(), delegations).await?)
    }

    /// The changes of a delegation, when the actor may do that for the party, and it is one.
    pub(super) async fn of_party(
        &self,
        actor: &Actor,
        action: &str,
        party: OrganisationNumber,
        id: DelegationId,
    ) -> Result<Vec<Change>, DelegationError> {
        self.reader(actor, action, party).await?;
        let mut read = self.store.read(actor).await?;
        let changes = store::changes::of_delegation(read.connection(), id).await?;
        let right = changes.first().map(|granted| &granted.right).ok_or(DelegationError::NotFound)?;
        if right.from != party && right.to != party {
            return Err(DelegationError::NotFound);
        }
        Ok(changes)
    }
}

fn entry(used: &Used) -> Draft {
    Draft::new("delegation.use.recorded", "delegation_use", used.one.id)
        .with("delegations", &used.delegations)
        .with("proven_by", used.one.entry)
}

async fn uses(
    store: &ContextStore,
    actor: &Actor,
    id: DelegationId,
    before: Option<UseId>,
) -> Result<Uses, DelegationError> {
    let mut read = store.read(actor).await?;
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = store::uses::before(read.connection(), id, before, most).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let total = store::uses::totals(read.connection(), &[id]).await?.remove(&id);
    Ok(Uses { total, rows, more })
}

/// Looks again and again whether a delegation was used, for somebody who may see it. It is for a
/// minute or so: then ask [`Delegations::watch`] anew, which asks the policy anew.
#[derive(Clone)]
pub struct Watch {
    store: ContextStore,
    actor: Actor,
    id: DelegationId,
    seen: Option<Option<Total>>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Watch({})", self.id)
    }
}

impl Watch {
    /// The newest uses, the first time and whenever there are new ones; `None` when nothing is new.
    ///
    /// # Errors
    /// The database.
    pub async fn look(&mut self) -> Result<Option<Uses>, DelegationError> {
        let mut read = self.store.read(&self.actor).await?;
        let total = store::uses::totals(read.connection(), &[self.id]).await?.remove(&self.id);
        drop(read);
        if self.seen == Some(total) {
            return Ok(None);
        }
        let found = uses(&self.store, &self.actor, self.id, None).await?;
        self.seen = Some(found.total);
        Ok(Some(found))
    }
}
