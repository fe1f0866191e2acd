//! Making proposals of whole editions, and reading them.

use std::mem;

use varde_core::{Actor, CataloguePath};
use varde_ledger::Draft;

use super::{CatalogueService, Proposal, ProposalId, ProposalView, ProposedChange, key_of, no_proposal};
use crate::{
    EditionId, MetadataError,
    model::{
        DataSource, Difference, Registry,
        governance::{ProposalState, apply},
    },
    service::{EditionSummary, Imported},
    store::{edition, governance, registry},
};

/// What an import of several sources did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Proposed {
    /// The proposal to review; `None` when nothing was new.
    pub proposal: Option<ProposalId>,
    /// What it makes of each source.
    pub sources: Vec<(CataloguePath, Imported)>,
    /// Whether the registry learnt something.
    pub registry: bool,
}

impl CatalogueService {
    /// Makes one proposal of editions of several sources. A source whose content is that of its newest
    /// edition is left out; one that does not hold together stops all of them.
    pub async fn propose_editions(
        &self,
        actor: &Actor,
        sources: &[DataSource],
        learnt: Option<&Registry>,
        origin: &str,
        title: &str,
    ) -> Result<Proposed, MetadataError> {
        let faults: Vec<String> = sources.iter().flat_map(DataSource::faults).collect();
        if !faults.is_empty() {
            return Err(MetadataError::WrongSource(faults));
        }
        let paths: Vec<CataloguePath> = sources.iter().map(|s| s.path.clone()).collect();
        let mut permission = None;
        for source in sources {
            let paths = std::slice::from_ref(&source.path);
            let resource = self.as_resource(actor, paths, &[source]).await?.text("origin", origin);
            permission = Some(self.check(actor, "metadata.source.import", &resource).await?);
        }
        let mut work = self.store.begin(actor).await?;
        let now = self.store.clock().now();
        // In one order, so that two imports of the same sources do not wait for each other in a ring.
        let mut order: Vec<&DataSource> = sources.iter().collect();
        order.sort_by(|a, b| a.path.cmp(&b.path));
        for source in &order {
            edition::lock(work.connection(), &source.path).await?;
        }
        let mut made = Proposed { proposal: None, sources: Vec::with_capacity(order.len()), registry: false };
        if let Some(learnt) = learnt {
            made.registry = registry::record(work.connection(), learnt, now).await?;
        }
        let mut entries = Vec::new();
        let id = ProposalId::new(&**self.store.clock(), self.store.randomness());
        let mut proposal = Proposal {
            id,
            origin: origin.to_owned(),
            title: title.to_owned(),
            // An import is whole: it waits for a reviewer at once.
            state: ProposalState::Proposed,
            sources: Vec::new(),
            proposer: key_of(actor),
            reviewer: None,
            reason: None,
            created_at: now,
            proposed_at: Some(now),
            decided_at: None,
        };
        let mut editions = Vec::new();
        for source in order {
            let newest = edition::newest_open(work.connection(), &source.path).await?;
            let digest = source.digest();
            let variables = source.variables().count();
            let remarks = Vec::new();
            if let Some(same) = newest.filter(|e| e.digest == digest) {
                let (edition, number) = (same.id, same.number);
                let unchanged = Imported { edition, number, unchanged: true, variables, difference: None, remarks };
                made.sources.push((source.path.clone(), unchanged));
                continue;
            }
            let current = edition::at(work.connection(), source.path.as_str(), now).await?;
            let before = match &current {
                Some(current) => Some(edition::whole(work.connection(), current).await?),
                None => None,
            };
            let difference = before.as_ref().map(|before| Difference::of(before, source));
            let edition = EditionId::new(&**self.store.clock(), self.store.randomness());
            let number = edition::newest(work.connection(), &source.path).await?.map_or(1, |e| e.number + 1);
            edition::insert(work.connection(), edition, number, (source, digest), origin, now).await?;
            editions.push((edition, current.map(|c| c.id)));
            proposal.sources.push(source.path.clone());
            entries.push((source.path.clone(), edition, number, digest, variables));
            made.sources.push((
                source.path.clone(),
                Imported { edition, number, unchanged: false, variables, difference, remarks },
            ));
        }
        if editions.is_empty() && !made.registry {
            return Ok(made);
        }
        if !editions.is_empty() {
            governance::insert(work.connection(), &proposal).await?;
            for (edition, base) in editions {
                governance::add_edition(work.connection(), id, edition, base).await?;
            }
            made.proposal = Some(id);
        }
        let because = |draft: Draft| match &permission {
            Some(permission) => draft.because(permission.legal_basis()),
            None => draft,
        };
        let mut entered = None;
        for (path, edition, number, digest, variables) in entries {
            let draft = because(Draft::new("metadata.source.imported", "source", &path))
                .with("edition", edition)
                .with("number", number)
                .with("digest", digest)
                .with("variables", variables)
                .with("proposal", id);
            entered = Some(work.enter(draft).await?);
        }
        let entered = match entered {
            Some(entered) => entered,
            None => {
                let sources = paths.iter().map(CataloguePath::as_str).collect::<Vec<_>>().join(",");
                work.enter(because(Draft::new("metadata.registry.recorded", "registry", sources))).await?
            }
        };
        work.commit(entered).await?;
        Ok(made)
    }

    /// What other catalogues demand of each source as it is to become, while that is still to be decided.
    async fn with_demands(
        &self,
        proposal: &Proposal,
        changes: Vec<(ProposedChange, DataSource)>,
    ) -> Result<Vec<ProposedChange>, MetadataError> {
        let mut known = Vec::with_capacity(changes.len());
        for (change, source) in changes {
            let demands = if proposal.state.is_open() { self.demands(&source).await? } else { Vec::new() };
            known.push(ProposedChange { demands, ..change });
        }
        Ok(known)
    }

    /// A proposal with what it changes, for those who make and review it.
    pub async fn proposal(&self, actor: &Actor, id: ProposalId) -> Result<ProposalView, MetadataError> {
        let (proposal, _) = self.proposal_for(actor, "metadata.proposal.read", id).await?;
        let mut read = self.store.read(actor).await?;
        let db = read.connection();
        let edits = governance::edits(db, id).await?;
        let comments = governance::comments(db, id).await?;
        let mut changes = Vec::new();
        for (edition, base) in governance::editions(db, id).await? {
            let found = edition::by_id(db, edition).await?.ok_or_else(|| no_proposal(id))?;
            let new = edition::whole(db, &found).await?;
            let old = match base {
                Some(base) => match edition::by_id(db, base).await? {
                    Some(base) => Some(edition::whole(db, &base).await?),
                    None => None,
                },
                None => None,
            };
            changes.push(change(new, old.as_ref(), Some((&found).into())));
        }
        // A draft of edits is no edition yet: it shows what it would make of the current one.
        if changes.is_empty() {
            let registry = registry::newest(db).await?;
            for path in &proposal.sources {
                let now = self.store.clock().now();
                let Some(current) = edition::at(db, path.as_str(), now).await? else { continue };
                let old = edition::whole(db, &current).await?;
                let mut new = old.clone();
                for stored in &edits {
                    // An edit of what has since gone changes nothing; proposing says so.
                    let _ = apply(&mut new, &registry, &stored.edit);
                }
                changes.push(change(new, Some(&old), None));
            }
        }
        let approvals = Self::approvals(&mut read, &proposal.sources).await?;
        let me = key_of(actor);
        let own = proposal.proposer == me;
        let may_approve = approvals.iter().all(|approval| approval.allows(&proposal.proposer, &me));
        drop(read);
        let changes = self.with_demands(&proposal, changes).await?;
        Ok(ProposalView { proposal, changes, edits, comments, own, may_approve })
    }
}

/// What a proposal makes of a source, before anybody has asked what other catalogues demand of it, and the
/// whole source.
fn change(
    mut new: DataSource,
    old: Option<&DataSource>,
    edition: Option<EditionSummary>,
) -> (ProposedChange, DataSource) {
    let difference = old.map(|old| Difference::of(old, &new));
    let variables = new.variables().count();
    // The datasets of a large source are not copied only to be left out.
    let datasets = mem::take(&mut new.datasets);
    let change = ProposedChange { source: new.clone(), edition, difference, variables, demands: Vec::new() };
    (change, DataSource { datasets, ..new })
}
