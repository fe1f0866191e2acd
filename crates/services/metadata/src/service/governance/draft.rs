//! Drafts: edits of fields, laid over the current edition when they are proposed.

use varde_core::{Actor, CataloguePath};
use varde_ledger::Draft;

use super::{CatalogueService, Proposal, ProposalId, good_text, key_of, no_proposal};
use crate::{
    EditionId, MetadataError,
    model::{
        DataSource, Registry,
        governance::{Edit, ProposalState, apply},
    },
    store::{edition, governance, registry},
};

/// The most edits that are made at once.
const MOST_AT_ONCE: usize = 20_000;

impl CatalogueService {
    /// Adds edits to the source's draft; begins one when there is none. An edit that does not fit stops
    /// all of them. Gives the draft.
    pub async fn edit(
        &self,
        actor: &Actor,
        source: &CataloguePath,
        edits: &[Edit],
    ) -> Result<ProposalId, MetadataError> {
        if edits.is_empty() || edits.len() > MOST_AT_ONCE {
            return Err(MetadataError::NoEdits(MOST_AT_ONCE));
        }
        let permission = self.may_on(actor, "metadata.proposal.change", std::slice::from_ref(source), &[]).await?;
        let mut work = self.store.begin(actor).await?;
        edition::lock(work.connection(), source).await?;
        let now = self.store.clock().now();
        let current = edition::at(work.connection(), source.as_str(), now).await?;
        let current = current.ok_or_else(|| MetadataError::NotFound(source.to_string()))?;
        let mut trial = edition::whole(work.connection(), &current).await?;
        let registry = registry::newest(work.connection()).await?;
        let draft = governance::draft_of(work.connection(), source).await?;
        if let Some(draft) = &draft {
            for stored in governance::edits(work.connection(), draft.id).await? {
                let _ = apply(&mut trial, &registry, &stored.edit);
            }
        }
        for edit in edits {
            apply(&mut trial, &registry, edit)
                .map_err(|wrong| MetadataError::WrongEdit { field: edit.field.to_string(), wrong })?;
        }
        let id = match draft {
            Some(draft) => draft.id,
            None => {
                let id = ProposalId::new(&**self.store.clock(), self.store.randomness());
                let new = Proposal {
                    id,
                    origin: "edit".to_owned(),
                    title: String::new(),
                    state: ProposalState::Draft,
                    sources: vec![source.clone()],
                    proposer: key_of(actor),
                    reviewer: None,
                    reason: None,
                    created_at: now,
                    proposed_at: None,
                    decided_at: None,
                };
                governance::insert(work.connection(), &new).await?;
                id
            }
        };
        governance::add_edits(work.connection(), id, edits, &key_of(actor), now).await?;
        let entry = Draft::new("metadata.draft.edited", "source", source)
            .because(permission.legal_basis())
            .with("proposal", id)
            .with("edits", edits.len());
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(id)
    }

    /// Asks for review. The edits of a draft become an edition now, over the edition that is current;
    /// one whose place has gone since stops it, and says which.
    pub async fn propose(&self, actor: &Actor, id: ProposalId, title: &str) -> Result<(), MetadataError> {
        let title = good_text(title)?;
        let (_, permission) = self.proposal_for(actor, "metadata.proposal.change", id).await?;
        let mut work = self.store.begin(actor).await?;
        let found = governance::find_locked(work.connection(), id).await?.ok_or_else(|| no_proposal(id))?;
        if !found.state.may_become(ProposalState::Proposed) {
            return Err(MetadataError::ClosedProposal(found.state));
        }
        let now = self.store.clock().now();
        let edits = governance::edits(work.connection(), id).await?;
        if let Some(source) = found.sources.first().filter(|_| found.origin == "edit") {
            edition::lock(work.connection(), source).await?;
            let current = edition::at(work.connection(), source.as_str(), now).await?;
            let current = current.ok_or_else(|| MetadataError::NotFound(source.to_string()))?;
            let registry = registry::newest(work.connection()).await?;
            let old = edition::whole(work.connection(), &current).await?;
            let mut new = old.clone();
            for stored in &edits {
                let field = stored.edit.field.to_string();
                apply(&mut new, &registry, &stored.edit).map_err(|wrong| MetadataError::WrongEdit { field, wrong })?;
            }
            if new == old {
                return Err(MetadataError::NothingProposed);
            }
            let faults = new.faults();
            if !faults.is_empty() {
                return Err(MetadataError::WrongSource(faults));
            }
            let number = edition::newest(work.connection(), source).await?.map_or(1, |e| e.number + 1);
            let edition = EditionId::new(&**self.store.clock(), self.store.randomness());
            edition::insert(work.connection(), edition, number, (&new, new.digest()), "edit", now).await?;
            governance::add_edition(work.connection(), id, edition, Some(current.id)).await?;
        }
        // Whoever asks for review stands for the proposal: with four eyes it is they who cannot approve.
        let me = key_of(actor);
        let to =
            governance::Step { state: ProposalState::Proposed, proposer: Some(&me), reviewer: None, reason: None, now };
        governance::step(work.connection(), id, to).await?;
        governance::name(work.connection(), id, &title).await?;
        let entry = Draft::new("metadata.proposal.proposed", "proposal", id)
            .because(permission.legal_basis())
            .with("sources", &found.sources)
            .with("edits", edits.len());
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(())
    }
}

/// A source as its steward edits it.
#[derive(Debug, Clone)]
pub struct Editing {
    /// The current edition with the open draft's edits.
    pub source: DataSource,
    /// What can be edited besides texts and periods.
    pub registry: Registry,
    /// The open draft.
    pub draft: Option<ProposalId>,
}

impl CatalogueService {
    /// The source that a node is in, as its open draft has it.
    pub async fn editing(&self, actor: &Actor, node: &CataloguePath) -> Result<Editing, MetadataError> {
        let not_found = || MetadataError::NotFound(node.to_string());
        let source: CataloguePath = node.parts().next().and_then(|part| part.parse().ok()).ok_or_else(not_found)?;
        self.may_on(actor, "metadata.proposal.change", std::slice::from_ref(&source), &[]).await?;
        let mut read = self.store.read(actor).await?;
        let db = read.connection();
        let current = edition::at(db, source.as_str(), self.store.clock().now()).await?.ok_or_else(not_found)?;
        let mut editing = Editing {
            source: edition::whole(db, &current).await?,
            registry: registry::newest(db).await?,
            draft: governance::draft_of(db, &source).await?.map(|draft| draft.id),
        };
        if let Some(draft) = editing.draft {
            for stored in governance::edits(db, draft).await? {
                // What has gone since is not there to be edited; proposing says so.
                let _ = apply(&mut editing.source, &editing.registry, &stored.edit);
            }
        }
        Ok(editing)
    }
}
