//! From a permit to a delivery.
//!
//! 1. [`compile()`]: the permit and the releases become an `ExtractSpec`, or clear errors.
//! 2. [`select()`]: who is in, who is left out and why.
//! 3. [`deliver()`]: pseudonyms, minimisation, files, manifest; never half.
//! 4. [`check_files`]: whether a delivery is still what was made.

mod check;
mod compile;
mod deliver;
mod minimise;
mod paper;
mod persons;
pub(crate) mod select;
mod share;
mod verify;
mod whom;

use std::ops::ControlFlow;

pub use check::Asked;
pub use compile::{Available, CompileError, CompileErrors, compile, draft, exceeds};
pub use deliver::{Delivery, Order, deliver, in_memory};
pub use select::{Selection, select, statuses, word};
pub use share::{Share, TableWriter};
pub(crate) use share::{share, tables};
pub use verify::{Finding, MANIFEST, SIGNATURE, canonical, check_files, check_signature, read_manifest};
pub use whom::{Concerned, Whom};

/// How far a step has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows done.
    pub done: u64,
    /// Rows altogether.
    pub total: u64,
}

/// Hears how far it has come, and may ask to stop.
pub type Listener<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// A listener that hears nothing.
pub fn silent(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// What can go wrong while an extract is made.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// Files.
    #[error(transparent)]
    Engine(#[from] super::EngineError),
    /// The specification does not fit the releases.
    #[error(transparent)]
    Compile(#[from] CompileErrors),
    /// The membership tree could not be made.
    #[error("the membership tree could not be made")]
    Membership(#[from] varde_ledger::keyed::KeyedError),
    /// As many ids as people in the extract were needed.
    #[error("{expected} person ids were needed and {found} given: the index and base data disagree")]
    People {
        /// People in the selection.
        expected: u64,
        /// Ids given.
        found: u64,
    },
    /// A check did not pass; nothing was delivered.
    #[error("the check {name} did not pass: nothing was delivered")]
    Check {
        /// Which.
        name: String,
    },
    /// Another delivery is already at the place.
    #[error("{}: holds another delivery; an extract is never overwritten", place.display())]
    Occupied {
        /// Where.
        place: std::path::PathBuf,
    },
    /// The earlier delivery, which an update is compared with, was not given.
    #[error("the update cannot be made without the delivery before it, {previous}")]
    NoPrevious {
        /// Which.
        previous: varde_core::ExtractId,
    },
    /// What lies where the earlier delivery should is another one.
    #[error("what lies there is not the delivery {previous} that the update was specified from")]
    OtherPrevious {
        /// Which it should be.
        previous: varde_core::ExtractId,
    },
    /// A file of a delivery that is compared holds other bytes than were made.
    #[error("{}: not the file that was delivered; verify that delivery first", file.display())]
    NotAsMade {
        /// Which.
        file: std::path::PathBuf,
    },
    /// Nobody is left: the cohort is empty, or every group is too small.
    #[error("nobody is left in the extract: the cohort finds too few people for groups of {minimum}")]
    Nobody {
        /// The smallest group allowed.
        minimum: u32,
    },
}

/// A count for people: 0, or the nearest multiple of ten and at least ten.
pub fn rounded(count: u64) -> u64 {
    if count == 0 { 0 } else { ((count + 5) / 10 * 10).max(10) }
}
