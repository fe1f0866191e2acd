//! What can go wrong in the catalogue, in the tiers of `varde_core::problem`.

use varde_core::{CataloguePath, FieldProblem, PortError, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::StoreError;

use crate::{
    model::{
        codebook::WrongCodebook,
        explorer::WrongPayload,
        governance::{ProposalState, WrongEdit},
    },
    ports::AbroadError,
};

/// An error of the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum MetadataError {
    /// The policy says no.
    #[error("the catalogue refuses this")]
    Refused(#[from] Refusal),
    /// The database.
    #[error("the catalogue cannot be read or changed")]
    Store(#[from] StoreError),
    /// A stored edition or list cannot be read back. A fault of ours.
    #[error("the stored catalogue has a row that cannot be read: {0}")]
    Unreadable(String),
    /// The codebook is wrong.
    #[error(transparent)]
    Codebook(#[from] WrongCodebook),
    /// The source's tree does not hold together.
    #[error("the source cannot be taken:\n  {}", .0.join("\n  "))]
    WrongSource(Vec<String>),
    /// There is no such source, dataset, variable, edition or list (or it is somebody else's).
    #[error("there is no such thing in the catalogue: {0}")]
    NotFound(String),
    /// An edition that was replaced cannot be published again: import its content once more.
    #[error("the edition was published before or an edition after it is: import the content again")]
    StaleEdition,
    /// The variable points at one person and is never delivered.
    #[error("{0} identifies people directly and is never delivered: it cannot be put in a list")]
    NotDeliverable(CataloguePath),
    /// The search index is being made for the first time since the start: ask again in a moment.
    #[error("search is being made ready: ask again in a few seconds")]
    SearchNotReady,
    /// The search index. A fault of ours.
    #[error("the catalogue cannot be searched")]
    Search(#[from] varde_search::SearchError),
    /// The explorer's files cannot be taken.
    #[error(transparent)]
    Explorer(#[from] WrongPayload),
    /// The files hold nothing to take.
    #[error("there is nothing of the variable explorer in these files")]
    NothingToImport,
    /// Two must agree, and this is the one who proposed it.
    #[error("somebody else than who proposed this must approve it (the source's setting)")]
    NeedsAnother,
    /// The proposal is further than this, or closed.
    #[error("the proposal is {}: this can no longer be done with it", .0.name())]
    ClosedProposal(ProposalState),
    /// The description lacks what is mandatory in other catalogues, and no reason to publish it is given.
    #[error("{0} things that other catalogues demand are lacking: say why it is published all the same")]
    Unacknowledged(usize),
    /// What other catalogues demand could not be found out. A fault of ours.
    #[error(transparent)]
    Abroad(#[from] AbroadError),
    /// A draft without a change.
    #[error("nothing is proposed: the draft changes nothing")]
    NothingProposed,
    /// An edit does not fit its field.
    #[error("{field} cannot be changed so: {wrong}")]
    WrongEdit {
        /// The field.
        field: String,
        /// What is wrong.
        wrong: WrongEdit,
    },
    /// No edit at all, or more than are made at once.
    #[error("choose at least one field to change, and no more than {0} at once")]
    NoEdits(usize),
    /// A text is missing or too long.
    #[error("a text of 1 to 2000 characters is needed")]
    WrongText,
    /// Search could not ask for the codes in force.
    #[error("search could not ask for the codes in force")]
    Codes(#[source] PortError),
    /// What was observed in the data could not be asked for.
    #[error("what was observed in the data could not be asked for")]
    Observations(#[from] PortError),
    /// A list must have a name.
    #[error("the list needs a name of 1 to 100 characters")]
    WrongName,
    /// A list holds only so many variables.
    #[error("a list holds at most {0} variables: begin another one")]
    ListFull(i64),
}

impl From<sqlx::Error> for MetadataError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for MetadataError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Refused(error) => error.kind(),
            Self::Codes(error) | Self::Observations(error) => error.kind,
            Self::Store(error) => error.kind(),
            Self::Unreadable(_) | Self::Search(_) | Self::Abroad(_) => ProblemKind::Internal,
            Self::SearchNotReady => ProblemKind::Unavailable,
            Self::Codebook(_)
            | Self::WrongSource(_)
            | Self::WrongName
            | Self::Explorer(_)
            | Self::NothingToImport
            | Self::WrongEdit { .. }
            | Self::NoEdits(_)
            | Self::Unacknowledged(_)
            | Self::WrongText => ProblemKind::Invalid,
            Self::NotFound(_) => ProblemKind::NotFound,
            Self::StaleEdition
            | Self::NotDeliverable(_)
            | Self::ListFull(_)
            | Self::NeedsAnother
            | Self::ClosedProposal(_)
            | Self::NothingProposed => ProblemKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Unreadable(_) => "metadata.unreadable",
            Self::Codebook(error) => error.code(),
            Self::WrongSource(_) => "metadata.wrong_source",
            Self::NotFound(_) => "metadata.not_found",
            Self::StaleEdition => "metadata.stale_edition",
            Self::NotDeliverable(_) => "metadata.not_deliverable",
            Self::SearchNotReady => "metadata.search_not_ready",
            Self::Codes(_) => "metadata.search_not_ready",
            Self::Observations(_) => "metadata.observations",
            Self::Search(_) => "metadata.search",
            Self::Explorer(_) => "metadata.wrong_payload",
            Self::NothingToImport => "metadata.nothing_to_import",
            Self::NeedsAnother => "metadata.needs_another",
            Self::ClosedProposal(_) => "metadata.closed_proposal",
            Self::NothingProposed => "metadata.nothing_proposed",
            Self::Unacknowledged(_) => "metadata.unacknowledged",
            Self::Abroad(_) => "metadata.abroad",
            Self::WrongEdit { .. } => "metadata.wrong_edit",
            Self::NoEdits(_) => "metadata.no_edits",
            Self::WrongText => "metadata.wrong_text",
            Self::WrongName => "metadata.wrong_name",
            Self::ListFull(_) => "metadata.list_full",
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Codebook(error) => error.fields(),
            Self::WrongText => vec![FieldProblem::new("reason", "metadata-error-text")],
            Self::Unacknowledged(_) => vec![FieldProblem::new("approve_reason", "governance-error-acknowledge")],
            Self::WrongEdit { field, wrong } => vec![FieldProblem::new(field, wrong.key())],
            Self::WrongName => vec![FieldProblem::new("name", "metadata-error-name")],
            _ => Vec::new(),
        }
    }
}
