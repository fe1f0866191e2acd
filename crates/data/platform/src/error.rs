//! What can go wrong on the platform, in the tiers of `varde_core::problem`.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_objects::ObjectsError;
use varde_policy::Refusal;
use varde_store::StoreError;

use crate::{
    engine::{EngineError, extract::ExtractError},
    import::{LayoutError, Refused},
    microdata::NotUnpacked,
    model::{AmendmentId, Standing, Unfit},
    product::Flaw,
};

/// An error of the platform.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A file was refused as a whole; nothing was changed.
    #[error("the file was refused and nothing was changed: {0}")]
    File(#[from] Refused),
    /// A package was refused as a whole; nothing was changed.
    #[error("the package was refused and nothing was changed: {0}")]
    Package(#[from] NotUnpacked),
    /// The description of the dataset cannot be a release's.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// Nothing usable is in the file.
    #[error("no row of the file can be used; the commonest reason is {reason}; nothing was changed")]
    NothingUsable {
        /// The commonest reason's name.
        reason: &'static str,
    },
    /// There is no such release.
    #[error("there is no such release")]
    NoSuchRelease,
    /// There is no such group of rows in the release's quarantine, or none of its rows wait.
    #[error("no such rows wait in the release's quarantine: read it again")]
    NoSuchRows,
    /// The release cannot be made anew.
    #[error("the release is {0} and cannot be made anew: use the newest one")]
    NotRenewable(&'static str),
    /// There is no such amendment, or it was withdrawn.
    #[error("there is no such amendment that holds")]
    NoSuchAmendment,
    /// What a person has asked for cannot be done to the dataset as it is described now.
    #[error("amendment {amendment} cannot be applied: {unfit}; withdraw it and enter it as the dataset is now")]
    AmendmentUnfit {
        /// Which.
        amendment: AmendmentId,
        /// Why not.
        unfit: Unfit,
    },
    /// There is no such data product.
    #[error("there is no such data product")]
    NoSuchProduct,
    /// The product has no draft, or it does not wait for anybody.
    #[error("the product has no such draft: read it again")]
    NoDraft,
    /// Nobody has asked the organisation, or it has answered.
    #[error("the product does not wait for your organisation")]
    NotAsked,
    /// No version of the product is in force.
    #[error("the product is not in force")]
    NotInForce,
    /// A product's declaration cannot be made of its sources, or be read.
    #[error("the declaration cannot be used: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Declaration(Vec<Flaw>),
    /// A release that it is made of was withdrawn.
    #[error("the release is made of one that was withdrawn: it is made anew when its source is")]
    SourceWithdrawn,
    /// There is no such extract.
    #[error("there is no such extract")]
    NoSuchExtract,
    /// The files of the delivery were deleted when its permit ended.
    #[error("the files of this extract were deleted when its permit ended; the log says when")]
    Deleted,
    /// The release is not one that can be approved.
    #[error("the release is {0} and cannot be approved")]
    NotApprovable(String),
    /// What is demanded of the release has not been looked at yet.
    #[error("what the data holder demands of the release is being looked at: try again when its quality is shown")]
    NotAssessed,
    /// Codes must be judged by editions of code systems, and this process has none.
    #[error("the delivery's codes are judged by code systems, and there are none here: start the whole service")]
    NoCodeSystems,
    /// Somebody else changed it meanwhile.
    #[error("it was changed meanwhile: read it again")]
    Changed,
    /// Fields of the input are wrong.
    #[error("the input is wrong in {} places", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// The extract is about very many people: the access body looks at it once more.
    #[error("the extract is about {people} people: it waits for the access body to let it go on")]
    Large {
        /// About how many.
        people: u64,
    },
    /// The permit does not let an update be made now.
    #[error("no update of the project can be made now: {}", .0.name())]
    NoUpdate(Standing),
    /// The extract does not wait for anybody's confirmation.
    #[error("the extract does not wait to be confirmed")]
    NotHeld,
    /// A large extract is not let go on without a reason and a background check.
    #[error("say why the extract may be delivered, and which background check of those who get it was made")]
    NothingSaid {
        /// No reason.
        reason: bool,
        /// No background check.
        check: bool,
    },
    /// The permit cannot be made into an extract, or the extract cannot be made.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The project's key was destroyed: the way to its pseudonyms is gone.
    #[error("the project's key was destroyed; the extract cannot be made again")]
    KeyDestroyed,
    /// The project's key and its delivery are needed while its permit lasts.
    #[error(
        "the permit is still in force: revoke it, or wait until it has run out, before anything of the project is destroyed"
    )]
    ProjectRunning,
    /// The project's key cannot be opened.
    #[error("the project's key cannot be opened: is the platform's key file the one it was sealed with?")]
    KeyUnreadable,
    /// The specification in the database does not follow from the permit.
    #[error("the specification is not within the permit: {0}; nothing was made")]
    NotWithinPermit(String),
    /// Another context, such as base data or privacy, could not answer.
    #[error("{0}")]
    Neighbour(String, ProblemKind),
    /// The store of releases and deliveries.
    #[error(transparent)]
    Kept(#[from] ObjectsError),
    /// A file of ours.
    #[error("{0}: {1}")]
    Disk(String, #[source] std::io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something that is kept cannot be read.
    #[error("the platform holds a {0} that this version cannot read: was the database changed by hand?")]
    Unreadable(&'static str),
}

impl PlatformError {
    /// What another context said.
    pub fn neighbour(problem: &impl Problem) -> Self {
        Self::Neighbour(problem.to_string(), problem.kind())
    }

    pub(crate) fn disk(path: &std::path::Path, error: std::io::Error) -> Self {
        Self::Disk(path.display().to_string(), error)
    }
}

/// Whether it is the store that is away.
fn is_away(error: &std::io::Error) -> bool {
    let store = error.get_ref().and_then(|source| source.downcast_ref::<ObjectsError>());
    store.is_some_and(ObjectsError::may_pass)
}

impl From<EngineError> for PlatformError {
    fn from(error: EngineError) -> Self {
        Self::Extract(error.into())
    }
}

impl From<sqlx::Error> for PlatformError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for PlatformError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Refused(refusal) => refusal.kind(),
            Self::File(_)
            | Self::Package(_)
            | Self::Layout(_)
            | Self::NothingUsable { .. }
            | Self::Invalid(_)
            | Self::Declaration(_)
            | Self::NothingSaid { .. } => ProblemKind::Invalid,
            Self::AmendmentUnfit { .. } => ProblemKind::Invalid,
            Self::NoSuchRelease | Self::NoSuchExtract | Self::NoSuchRows | Self::NoSuchAmendment => {
                ProblemKind::NotFound
            }
            Self::NoSuchProduct => ProblemKind::NotFound,
            Self::NoDraft | Self::NotAsked | Self::NotInForce | Self::SourceWithdrawn => ProblemKind::Conflict,
            Self::NotRenewable(_) => ProblemKind::Conflict,
            Self::NotAssessed | Self::Changed | Self::NotHeld | Self::Large { .. } | Self::NoUpdate(_) => {
                ProblemKind::Conflict
            }
            Self::NotApprovable(_) | Self::KeyDestroyed | Self::ProjectRunning | Self::Deleted => ProblemKind::Conflict,
            Self::Extract(ExtractError::Engine(EngineError::File { source, .. })) if is_away(source) => {
                ProblemKind::Unavailable
            }
            Self::Extract(ExtractError::Compile(_) | ExtractError::Nobody { .. }) => ProblemKind::Invalid,
            Self::Extract(_)
            | Self::KeyUnreadable
            | Self::NoCodeSystems
            | Self::NotWithinPermit(_)
            | Self::Unreadable(_)
            | Self::Disk(..) => ProblemKind::Internal,
            // The store may be back in a while, whether it was asked by us or by the engine.
            Self::Kept(error) if error.may_pass() => ProblemKind::Unavailable,
            Self::Kept(_) => ProblemKind::Internal,
            Self::Neighbour(_, kind) => *kind,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::File(_) | Self::Package(_) => "platform.file_refused",
            Self::Layout(_) => "platform.layout",
            Self::NothingUsable { .. } => "platform.nothing_usable",
            Self::NoSuchRelease => "platform.no_such_release",
            Self::NoSuchRows => "platform.no_such_rows",
            Self::NotRenewable(_) => "platform.not_renewable",
            Self::NoSuchAmendment => "platform.no_such_amendment",
            Self::AmendmentUnfit { .. } => "platform.amendment_unfit",
            Self::NoSuchProduct => "platform.no_such_product",
            Self::NoDraft => "platform.no_draft",
            Self::NotAsked => "platform.not_asked",
            Self::NotInForce => "platform.not_in_force",
            Self::Declaration(_) => "platform.declaration",
            Self::SourceWithdrawn => "platform.source_withdrawn",
            Self::NoSuchExtract => "platform.no_such_extract",
            Self::Deleted => "platform.deleted",
            Self::NotApprovable(_) => "platform.not_approvable",
            Self::NotAssessed => "platform.not_assessed",
            Self::NoCodeSystems => "platform.no_code_systems",
            Self::Changed => "platform.changed",
            Self::Invalid(_) => "platform.invalid",
            Self::Large { .. } => "platform.large",
            Self::NotHeld => "platform.not_held",
            Self::NoUpdate(_) => "platform.no_update",
            Self::NothingSaid { .. } => "platform.nothing_said",
            Self::Extract(_) => "platform.extract",
            Self::KeyDestroyed => "platform.key_destroyed",
            Self::ProjectRunning => "platform.project_running",
            Self::KeyUnreadable => "platform.key_unreadable",
            Self::NotWithinPermit(_) => "platform.not_within_permit",
            Self::Neighbour(..) => "platform.neighbour",
            Self::Kept(_) => "platform.kept",
            Self::Disk(..) => "platform.disk",
            Self::Store(error) => error.code(),
            Self::Unreadable(_) => "platform.unreadable",
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Invalid(problems) => problems.clone(),
            Self::Declaration(flaws) => {
                let told = |flaw: &Flaw| FieldProblem::new(&flaw.place, format!("product-flaw-{}", flaw.kind.name()));
                flaws.iter().map(told).collect()
            }
            Self::NothingSaid { reason, check } => [
                reason.then(|| FieldProblem::new("reason", "platform-error-confirm-reason")),
                check.then(|| FieldProblem::new("background_check", "platform-error-confirm-check")),
            ]
            .into_iter()
            .flatten()
            .collect(),
            _ => Vec::new(),
        }
    }
}
