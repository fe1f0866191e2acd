//! What can go wrong on the way from a question to an answer.

use varde_core::CataloguePath;
use varde_disclosure::treatments::cell_key::NotANoise;
use varde_engine::EngineError;

/// An error of counting.
#[derive(Debug, thiserror::Error)]
pub enum CountError {
    /// The table would have too many cells.
    #[error("the table would have more than {0} cells: choose coarser levels or fewer dimensions")]
    TooFine(usize),
    /// Too many of the number's values lie below zero to make a safe sum.
    #[error("the number has values below zero: it cannot be summed up here")]
    Negative,
    /// Counting was stopped.
    #[error("counting was stopped: ask again")]
    Stopped,
    /// The job was not given the release of a dataset that its question names. A fault of ours.
    #[error("the release of {0} was not given")]
    Missing(CataloguePath),
    /// The noise cannot be. A fault of ours.
    #[error(transparent)]
    Noise(#[from] NotANoise),
    /// A release could not be read.
    #[error("a release could not be read")]
    Engine(#[source] EngineError),
}

impl From<EngineError> for CountError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::TooFine { cells } => Self::TooFine(cells),
            EngineError::Stopped => Self::Stopped,
            other => Self::Engine(other),
        }
    }
}
