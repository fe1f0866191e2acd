//! How descriptions come to be published: drafts and their edits, proposals and their review, who
//! answers for what, and the yearly confirmation.

mod abroad;
mod desk;
mod draft;
mod proposal;
mod remind;
mod review;

use jiff::Timestamp;
use serde::Serialize;
use varde_core::{Actor, CataloguePath, OrganisationId, Subject};
use varde_policy::{Permission, Resource};
use varde_store::Read;

use super::{CatalogueService, CommentId, EditionSummary, ProposalId};
use crate::{
    MetadataError,
    model::{
        DataSource, Difference,
        governance::{Approval, Edit, ProposalState},
    },
    ports::Demand,
    store::{edition, governance},
};

pub use desk::{Care, DeskSource, SourceDesk};
pub use draft::Editing;
pub use proposal::Proposed;
pub use remind::Reminders;

/// The longest comment, title or reason, in characters.
const LONGEST_TEXT: usize = 2_000;

/// A proposal: editions that are not published yet, or edits that will become one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// What it came from: `codebook`, `catalogue`, `explorer`, `edit`.
    pub origin: String,
    /// What it is called.
    pub title: String,
    /// Where it is on its way.
    pub state: ProposalState,
    /// The sources it changes.
    pub sources: Vec<CataloguePath>,
    /// Who proposes it: `person:…`, `client:…`, `system:…`.
    pub proposer: String,
    /// Who reviewed it.
    pub reviewer: Option<String>,
    /// Why it was turned down or taken back, or published by one alone.
    pub reason: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When review was asked for.
    pub proposed_at: Option<Timestamp>,
    /// When it was published, turned down or taken back.
    pub decided_at: Option<Timestamp>,
}

/// An edit with who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredEdit {
    /// The edit.
    pub edit: Edit,
    /// Who.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
}

/// A comment on a field of what is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// The comment it answers; `None` for the first of a thread.
    pub thread: Option<CommentId>,
    /// The node it is about.
    pub path: CataloguePath,
    /// The field; empty for the node as a whole.
    pub field: String,
    /// What it says.
    pub body: String,
    /// Who wrote it.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
    /// When the thread was settled.
    pub resolved_at: Option<Timestamp>,
}

/// How many must agree on a source, and why it was settled so.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SourceSetting {
    /// How many.
    pub approval: Approval,
    /// Why; empty where nobody has settled anything.
    pub reason: String,
}

/// Who answers for a source or a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Responsible {
    /// The source or dataset.
    pub path: CataloguePath,
    /// `owner` or `steward`.
    pub role: String,
    /// The unit or function.
    pub name: String,
    /// Where to reach it.
    pub contact: String,
}

/// A proposal with what it changes.
#[derive(Debug, Clone, Serialize)]
pub struct ProposalView {
    /// The proposal.
    pub proposal: Proposal,
    /// For each source: what it becomes, with the difference against what it was compared with.
    pub changes: Vec<ProposedChange>,
    /// The edits it is made of; empty for an import.
    pub edits: Vec<StoredEdit>,
    /// What was said about it.
    pub comments: Vec<Comment>,
    /// Whether the actor proposed it.
    pub own: bool,
    /// Whether the actor may approve it as the sources' settings are.
    pub may_approve: bool,
}

/// What a proposal makes of one source.
#[derive(Debug, Clone, Serialize)]
pub struct ProposedChange {
    /// The source without its datasets.
    pub source: DataSource,
    /// The edition, once there is one.
    pub edition: Option<EditionSummary>,
    /// What changes; `None` for a source's first description.
    pub difference: Option<Difference>,
    /// The variables it has afterwards.
    pub variables: usize,
    /// What other catalogues demand of it; empty once the proposal is decided, and where nobody tells the
    /// catalogue to others.
    pub demands: Vec<Demand>,
}

/// The actor as the tables keep it.
pub(crate) fn key_of(actor: &Actor) -> String {
    match &actor.subject {
        Subject::Anonymous => "nobody".to_owned(),
        Subject::Person { person, .. } => format!("person:{person}"),
        Subject::Client { client } => format!("client:{client}"),
        Subject::System { component } => {
            let name = serde_json::to_value(component).ok();
            format!("system:{}", name.as_ref().and_then(|n| n.as_str()).unwrap_or("unknown"))
        }
    }
}

/// A text that must say something, and not too much.
fn good_text(text: &str) -> Result<String, MetadataError> {
    let text = text.trim();
    let good = (1..=LONGEST_TEXT).contains(&text.chars().count());
    if good { Ok(text.to_owned()) } else { Err(MetadataError::WrongText) }
}

impl CatalogueService {
    /// Checks an action on sources: everybody who answers for one of them, now or in the edition that
    /// is to come, counts.
    pub(super) async fn may_on(
        &self,
        actor: &Actor,
        action: &str,
        sources: &[CataloguePath],
        new: &[&DataSource],
    ) -> Result<Permission, MetadataError> {
        let resource = self.as_resource(actor, sources, new).await?;
        self.check(actor, action, &resource).await
    }

    /// Sources as the policies see them.
    async fn as_resource(
        &self,
        actor: &Actor,
        sources: &[CataloguePath],
        new: &[&DataSource],
    ) -> Result<Resource, MetadataError> {
        let mut read = self.store.read(actor).await?;
        let mut holders: std::collections::BTreeSet<OrganisationId> = new.iter().filter_map(|s| s.holder).collect();
        for source in sources {
            holders.extend(edition::newest_open(read.connection(), source).await?.and_then(|e| e.about.holder));
        }
        drop(read);
        let id = sources.iter().map(CataloguePath::as_str).collect::<Vec<_>>().join(",");
        Ok(Resource::new("Source").id(id).organisations("holders", holders))
    }

    /// The proposal, if the actor may do this with it.
    async fn proposal_for(
        &self,
        actor: &Actor,
        action: &str,
        id: ProposalId,
    ) -> Result<(Proposal, Permission), MetadataError> {
        let mut read = self.store.read(actor).await?;
        let found = governance::find(read.connection(), id).await?;
        drop(read);
        let proposal = found.ok_or_else(|| no_proposal(id))?;
        let permission = self.may_on(actor, action, &proposal.sources, &[]).await?;
        Ok((proposal, permission))
    }

    /// The settings of the sources: what all of them allow.
    async fn approvals(read: &mut Read, sources: &[CataloguePath]) -> Result<Vec<Approval>, MetadataError> {
        let mut approvals = Vec::with_capacity(sources.len());
        for source in sources {
            approvals.push(governance::setting(read.connection(), source).await?.approval);
        }
        Ok(approvals)
    }
}

fn no_proposal(id: ProposalId) -> MetadataError {
    MetadataError::NotFound(format!("proposal {id}"))
}
