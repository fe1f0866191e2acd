//! What can go wrong in this context.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_disclosure::{ProtectError, tables::TableError};
use varde_engine::EngineError;
use varde_policy::Refusal;
use varde_store::StoreError;
use varde_tables::CountError;

use crate::{
    model::{
        Limit,
        sequence::Pattern,
        statistics::{DecisionRefused, State},
    },
    ports::PortError,
};

/// An error of exploration.
#[derive(Debug, thiserror::Error)]
pub enum ExplorationError {
    /// There is no such dataset or question; or it is not open to you.
    #[error("there is no such thing here for you")]
    NotFound,
    /// Fields of the question are wrong.
    #[error("the question is wrong in {} places", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// The budget is used up.
    #[error("no more questions today, or about these people: see /api/exploration/budget")]
    UsedUp(Limit),
    /// The question closes in on few people.
    #[error("together with what you asked before, this question closes in on few people: ask of larger groups")]
    Sequence(Pattern),
    /// The table would have too many cells.
    #[error("the table would have more than {0} cells: choose coarser levels or fewer dimensions")]
    TooFine(usize),
    /// The number has values below zero, of which no safe sum can be made.
    #[error("the number has values below zero: it cannot be summed up here")]
    Negative,
    /// A request for statistics is not in a state for that.
    #[error("a request that is {} cannot be dealt with like that", .0.name())]
    WrongState(State),
    /// A request for statistics cannot be decided like that.
    #[error(transparent)]
    Undecidable(#[from] DecisionRefused),
    /// Counting was stopped.
    #[error("counting was stopped: ask again")]
    Stopped,
    /// A release could not be read.
    #[error("a release could not be read")]
    Engine(EngineError),
    /// What was counted is no table. A fault of ours.
    #[error("what was counted is no table")]
    Table(#[from] TableError),
    /// The table cannot be made safe by the rules. A fault of ours.
    #[error("the table cannot be made safe")]
    Protect(#[from] ProtectError),
    /// What was kept cannot be read. A fault of ours.
    #[error("{0} cannot be read")]
    Unreadable(&'static str),
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Another context failed.
    #[error(transparent)]
    Neighbour(#[from] PortError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ExplorationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<CountError> for ExplorationError {
    fn from(error: CountError) -> Self {
        match error {
            CountError::TooFine(cells) => Self::TooFine(cells),
            CountError::Negative => Self::Negative,
            CountError::Stopped => Self::Stopped,
            CountError::Missing(_) => Self::Unreadable("release of a dataset that is open"),
            CountError::Noise(noise) => Self::Protect(noise.into()),
            CountError::Engine(error) => Self::Engine(error),
        }
    }
}

impl Problem for ExplorationError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::NotFound => ProblemKind::NotFound,
            Self::Invalid(_) | Self::TooFine(_) | Self::Negative => ProblemKind::Invalid,
            Self::UsedUp(_) | Self::Sequence(_) => ProblemKind::TooMany,
            Self::WrongState(_) | Self::Undecidable(DecisionRefused::NotWaiting) => ProblemKind::Conflict,
            Self::Undecidable(_) => ProblemKind::Invalid,
            Self::Stopped => ProblemKind::Unavailable,
            Self::Engine(_) | Self::Table(_) | Self::Protect(_) | Self::Unreadable(_) => ProblemKind::Internal,
            Self::Refused(refusal) => refusal.kind(),
            Self::Neighbour(error) => error.kind,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "exploration.not_found",
            Self::Invalid(_) => "exploration.invalid",
            Self::UsedUp(Limit::Day) => "exploration.used_up_day",
            Self::UsedUp(Limit::Population) => "exploration.used_up_population",
            Self::Sequence(Pattern::Narrowing) => "exploration.narrowing",
            Self::Sequence(Pattern::Probing) => "exploration.probing",
            Self::Sequence(Pattern::Complement) => "exploration.complement",
            Self::TooFine(_) => "exploration.too_fine",
            Self::Negative => "exploration.negative",
            Self::WrongState(_) => "exploration.wrong_state",
            Self::Undecidable(_) => "exploration.undecidable",
            Self::Stopped => "exploration.stopped",
            Self::Engine(_) => "exploration.engine",
            Self::Table(_) => "exploration.table",
            Self::Protect(_) => "exploration.protect",
            Self::Unreadable(_) => "exploration.unreadable",
            Self::Refused(refusal) => refusal.code(),
            Self::Neighbour(_) => "exploration.neighbour",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::TooFine(_) => vec![FieldProblem::new("by", "exploration-error-too-fine")],
            Self::Negative => vec![FieldProblem::new("measure", "exploration-error-negative")],
            Self::Undecidable(refused) => {
                let (field, message) = refused.field();
                vec![FieldProblem::new(field, message)]
            }
            _ => Vec::new(),
        }
    }
}
