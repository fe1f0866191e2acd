//! Review: looking at a proposal, commenting, publishing it, turning it down, taking it back.

use std::collections::BTreeSet;

use varde_core::{Actor, CataloguePath};
use varde_ledger::Draft;
use varde_policy::Permission;

use super::{CatalogueService, Comment, CommentId, Proposal, ProposalId, good_text, key_of, no_proposal};
use crate::{
    MetadataError,
    model::governance::{Field, ProposalState},
    store::{edition, explorer, governance, registry},
};

impl CatalogueService {
    /// Begins a review, so that others see that somebody looks at it.
    pub async fn take_up(&self, actor: &Actor, id: ProposalId) -> Result<(), MetadataError> {
        let (_, permission) = self.proposal_for(actor, "metadata.proposal.review", id).await?;
        self.step(actor, id, ProposalState::InReview, None, &permission).await
    }

    /// Turns a proposal down. The current edition stays; the proposal can be read with its reason.
    pub async fn reject(&self, actor: &Actor, id: ProposalId, reason: &str) -> Result<(), MetadataError> {
        let reason = good_text(reason)?;
        let (_, permission) = self.proposal_for(actor, "metadata.proposal.review", id).await?;
        self.step(actor, id, ProposalState::Rejected, Some(&reason), &permission).await
    }

    /// Takes a proposal back.
    pub async fn withdraw(&self, actor: &Actor, id: ProposalId, reason: &str) -> Result<(), MetadataError> {
        let reason = good_text(reason)?;
        let (_, permission) = self.proposal_for(actor, "metadata.proposal.change", id).await?;
        self.step(actor, id, ProposalState::Withdrawn, Some(&reason), &permission).await
    }

    /// Publishes a proposal: each of its editions takes the place of the one before, together. With four
    /// eyes it takes another person than who proposed it; where one is enough, a reason. What lacks something
    /// that is mandatory in other catalogues takes a reason too: nobody can say that they did not see it.
    pub async fn approve(&self, actor: &Actor, id: ProposalId, reason: &str) -> Result<(), MetadataError> {
        let (_, permission) = self.proposal_for(actor, "metadata.proposal.review", id).await?;
        self.publish_proposal(actor, id, reason, &permission).await
    }

    pub(in crate::service) async fn publish_proposal(
        &self,
        actor: &Actor,
        id: ProposalId,
        reason: &str,
        permission: &Permission,
    ) -> Result<(), MetadataError> {
        let mut read = self.store.read(actor).await?;
        let found = governance::find(read.connection(), id).await?.ok_or_else(|| no_proposal(id))?;
        let approvals = Self::approvals(&mut read, &found.sources).await?;
        drop(read);
        let me = key_of(actor);
        if !approvals.iter().all(|approval| approval.allows(&found.proposer, &me)) {
            return Err(MetadataError::NeedsAnother);
        }
        let alone = found.proposer == me;
        let reason = reason.trim();
        if alone && me.starts_with("person:") && reason.is_empty() {
            return Err(MetadataError::WrongText);
        }
        let breaches = self.breaches(actor, id).await?;
        if breaches > 0 && reason.is_empty() {
            return Err(MetadataError::Unacknowledged(breaches));
        }
        let mut work = self.store.begin(actor).await?;
        for source in &found.sources {
            edition::lock(work.connection(), source).await?;
        }
        let found = governance::find_locked(work.connection(), id).await?.ok_or_else(|| no_proposal(id))?;
        let editions = governance::editions(work.connection(), id).await?;
        if editions.is_empty() {
            return Err(MetadataError::NothingProposed);
        }
        if !found.state.may_become(ProposalState::Published) {
            return Err(MetadataError::ClosedProposal(found.state));
        }
        let now = self.store.clock().now();
        let registry = registry::newest(work.connection()).await?;
        let today = self.store.clock().today();
        for (edition, base) in editions {
            let new = edition::by_id(work.connection(), edition).await?.ok_or_else(|| no_proposal(id))?;
            let current = edition::at(work.connection(), new.about.path.as_str(), now).await?;
            // A draft of edits was laid over one edition: over another it would take back what came since.
            let moved = found.origin == "edit" && current.as_ref().map(|c| c.id) != base;
            if moved || current.is_some_and(|c| c.number > new.number) {
                return Err(MetadataError::StaleEdition);
            }
            edition::publish(work.connection(), &new, now).await?;
            let source = edition::whole(work.connection(), &new).await?;
            explorer::rebuild(work.connection(), new.id, &source, &registry, today).await?;
            let event = serde_json::json!({ "source": new.about.path, "edition": new.id, "number": new.number });
            work.emit("metadata.edition.published", &event).await?;
            let entry = Draft::new("metadata.edition.published", "source", &new.about.path)
                .because(permission.legal_basis())
                .with("edition", new.id)
                .with("number", new.number)
                .with("digest", new.digest)
                .with("proposal", id);
            let _each_with_its_own = work.enter(entry).await?;
        }
        let reviewer = Some(me.as_str()).filter(|_| !alone);
        let given = Some(reason).filter(|reason| !reason.is_empty());
        let to = governance::Step { state: ProposalState::Published, proposer: None, reviewer, reason: given, now };
        governance::step(work.connection(), id, to).await?;
        let entry = Draft::new("metadata.proposal.published", "proposal", id)
            .because(permission.legal_basis())
            .with("sources", &found.sources)
            .with("alone", alone)
            .with("breaches", breaches)
            .with("reasoned", given.is_some());
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        self.index.fall_behind();
        Ok(())
    }

    async fn step(
        &self,
        actor: &Actor,
        id: ProposalId,
        state: ProposalState,
        reason: Option<&str>,
        permission: &Permission,
    ) -> Result<(), MetadataError> {
        let mut work = self.store.begin(actor).await?;
        let found = governance::find_locked(work.connection(), id).await?.ok_or_else(|| no_proposal(id))?;
        if !found.state.may_become(state) {
            return Err(MetadataError::ClosedProposal(found.state));
        }
        let me = key_of(actor);
        let reviewer = Some(me.as_str()).filter(|_| state != ProposalState::Withdrawn);
        let to = governance::Step { state, proposer: None, reviewer, reason, now: self.store.clock().now() };
        governance::step(work.connection(), id, to).await?;
        let entry = Draft::new(&format!("metadata.proposal.{}", state.name()), "proposal", id)
            .because(permission.legal_basis())
            .with("sources", &found.sources);
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Comments on a node or one of its fields (`field` may be empty), or answers a thread.
    pub async fn comment(
        &self,
        actor: &Actor,
        id: ProposalId,
        place: (&CataloguePath, &str),
        thread: Option<CommentId>,
        body: &str,
    ) -> Result<CommentId, MetadataError> {
        let body = good_text(body)?;
        let (path, field) = place;
        let (found, permission) = self.proposal_for(actor, "metadata.proposal.comment", id).await?;
        let source: BTreeSet<&str> = found.sources.iter().map(CataloguePath::as_str).collect();
        if !path.parts().next().is_some_and(|first| source.contains(first)) {
            return Err(MetadataError::NotFound(path.to_string()));
        }
        if !field.is_empty() && field.parse::<Field>().is_err() {
            return Err(MetadataError::NotFound(field.to_owned()));
        }
        let mut work = self.store.begin(actor).await?;
        let comments = governance::comments(work.connection(), id).await?;
        if let Some(thread) = thread
            && !comments.iter().any(|comment| comment.id == thread && comment.thread.is_none())
        {
            return Err(MetadataError::NotFound(format!("comment {thread}")));
        }
        let new = Comment {
            id: CommentId::new(&**self.store.clock(), self.store.randomness()),
            thread,
            path: path.clone(),
            field: field.to_owned(),
            body,
            made_by: key_of(actor),
            made_at: self.store.clock().now(),
            resolved_at: None,
        };
        governance::add_comment(work.connection(), id, &new).await?;
        finish(work, &found, "commented", &permission).await?;
        Ok(new.id)
    }

    /// Marks a thread as settled. One that is settled already stays so.
    pub async fn resolve(&self, actor: &Actor, id: ProposalId, thread: CommentId) -> Result<(), MetadataError> {
        let (found, permission) = self.proposal_for(actor, "metadata.proposal.comment", id).await?;
        let mut work = self.store.begin(actor).await?;
        let now = self.store.clock().now();
        if !governance::resolve(work.connection(), id, thread, &key_of(actor), now).await? {
            let known = governance::comments(work.connection(), id).await?;
            let settled = known.iter().any(|comment| comment.id == thread && comment.resolved_at.is_some());
            return if settled { Ok(()) } else { Err(MetadataError::NotFound(format!("comment {thread}"))) };
        }
        finish(work, &found, "comment_resolved", &permission).await
    }
}

async fn finish(
    mut work: varde_store::Work,
    on: &Proposal,
    what: &str,
    permission: &Permission,
) -> Result<(), MetadataError> {
    let entry = Draft::new(&format!("metadata.proposal.{what}"), "proposal", on.id).because(permission.legal_basis());
    let entered = work.enter(entry).await?;
    work.commit(entered).await?;
    Ok(())
}
