//! Two people for a role that lets somebody decide over others: one proposes, another accepts. Which
//! roles those are is the policy's to say (`identity.four_eyes_on_roles`).

use varde_core::Actor;
use varde_policy::Resource;

use super::roles::{about, once, resource};
use crate::{
    IdentityError, NewAssignment, RoleAssignmentId, RoleProposal, RoleProposalId, Roles,
    store::{proposals, proposals::settle},
};

/// What became of a wish to give a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// It is given.
    Now(RoleAssignmentId),
    /// It waits for somebody else to accept.
    Proposed(RoleProposalId),
}

impl Roles {
    /// Gives a role if the policy lets the actor do it alone; otherwise proposes it.
    ///
    /// # Errors
    /// As [`Self::give`] and [`Self::propose`].
    pub async fn give_or_propose(&self, actor: &Actor, new: NewAssignment) -> Result<Given, IdentityError> {
        let alone = self.guard.would_allow(actor, "identity.role.give", &resource(&new));
        let together = self.guard.would_allow(actor, "identity.role.propose", &resource(&new));
        if together && !alone {
            return self.propose(actor, new).await.map(Given::Proposed);
        }
        self.give(actor, new).await.map(Given::Now)
    }

    /// Proposes a role. Action `identity.role.propose`, entry `identity.role.proposed`.
    ///
    /// # Errors
    /// When the policy says no, the input is wrong, or the same is proposed already.
    pub async fn propose(&self, actor: &Actor, new: NewAssignment) -> Result<RoleProposalId, IdentityError> {
        let permission = self.guard.check(actor, "identity.role.propose", &resource(&new)).await?;
        new.check()?;
        let id = RoleProposalId::new(&**self.store.clock(), self.store.randomness());
        let proposed_by = actor.person().ok_or(IdentityError::NotLoggedIn)?;
        let proposal = RoleProposal { id, what: new, proposed_by, proposed_at: self.store.clock().now() };
        let mut work = self.store.begin(actor).await?;
        once(proposals::insert(work.connection(), &proposal).await, IdentityError::AlreadyProposed)?;
        let draft = about("identity.role.proposed", "role_proposal", id, &new).because(permission.legal_basis());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(id)
    }

    /// Accepts a proposal: the role is given. Action `identity.role.give` with the proposer, entry
    /// `identity.role.given`.
    ///
    /// # Errors
    /// When the policy says no (nobody accepts their own proposal), the proposal does not wait any
    /// more, or the role is held already.
    pub async fn accept(&self, actor: &Actor, id: RoleProposalId) -> Result<RoleAssignmentId, IdentityError> {
        let proposal = self.proposal(actor, id).await?;
        let permission = self.guard.check(actor, "identity.role.give", &proposed(&proposal)).await?;
        let mut work = self.store.begin(actor).await?;
        if !settle(work.connection(), id, true, actor, self.store.clock().now()).await? {
            return Err(IdentityError::NoSuchProposal);
        }
        let (given, draft) = self.insert(&mut work, actor, &proposal.what).await?;
        let draft = draft.because(permission.legal_basis()).with("proposal", id);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(given)
    }

    /// Says no to a proposal, or takes back one's own. Action `identity.role.reject`, entry
    /// `identity.role.rejected`.
    ///
    /// # Errors
    /// When the policy says no or the proposal does not wait any more.
    pub async fn reject(&self, actor: &Actor, id: RoleProposalId) -> Result<(), IdentityError> {
        let proposal = self.proposal(actor, id).await?;
        let permission = self.guard.check(actor, "identity.role.reject", &proposed(&proposal)).await?;
        let mut work = self.store.begin(actor).await?;
        if !settle(work.connection(), id, false, actor, self.store.clock().now()).await? {
            return Err(IdentityError::NoSuchProposal);
        }
        let draft = about("identity.role.rejected", "role_proposal", id, &proposal.what);
        let entered = work.enter(draft.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(())
    }

    async fn proposal(&self, actor: &Actor, id: RoleProposalId) -> Result<RoleProposal, IdentityError> {
        let mut read = self.store.read(actor).await?;
        proposals::by_id(read.connection(), id).await?.ok_or(IdentityError::NoSuchProposal)
    }
}

fn proposed(proposal: &RoleProposal) -> Resource {
    resource(&proposal.what).id(proposal.id).person("proposer", proposal.proposed_by)
}
