//! An extract's rows as a physical plan of DataFusion, so that a cluster of machines can make them.
//!
//! [`rows`] gives an ordinary plan: one leaf of ours, [`ExtractExec`], which makes the rows of a table in shares
//! ([`varde_engine::extract::Share`]), and DataFusion's own `SortPreservingMergeExec` above it. [`ExtractCodec`]
//! makes bytes of the leaf and a leaf of bytes, as every program wants it that hands DataFusion's plans from
//! process to process, such as Ballista: its schedulers and executors take a codec. Each executor reads what it
//! needs from the [`Shelf`] that its codec was made with. [`write()`] makes a delivery's file of what comes back.
//!
//! Nothing is taken from the memory of the process that made the plan. What the rows follow from, who has opted
//! out and the project's key among it, is in the leaf's bytes, and they are sealed (AES-256-GCM) under a key that
//! both sides were given another way: whoever passes the plan on reads nothing of it, and one that was altered is
//! not carried out. Releases are named by id, digest and place, and are compared when they are read.
//!
//! Whom an extract is about is found on each executor anew: it follows from the plan, and takes reading. What a
//! delivery says of each person besides their rows (figures, roles, index dates) is not made in shares.
//!
//! ```compile_fail
//! # use varde_engine::{facts::Facts, plan::Plan, pseudonym::ProjectKey};
//! fn forgetful(spec: varde_permit::ExtractSpec, facts: Facts, key: &ProjectKey) -> Plan {
//!     // A plan cannot be made without its exclusions, and a leaf not without a plan.
//!     Plan::new(spec, String::new(), facts, key)
//! }
//! ```
//! ```compile_fail
//! fn forgetful(pinned: Vec<varde_cluster::Pinned>) -> varde_cluster::Task {
//!     varde_cluster::Task { table: 0, shares: 2, releases: pinned }
//! }
//! ```

mod codec;
mod exec;
mod shelf;
mod task;
mod writing;

pub use codec::ExtractCodec;
pub use exec::{ExtractExec, rows};
pub use shelf::{Pinned, Shelf};
pub use task::Task;
pub use writing::write;

use datafusion::error::DataFusionError;
use varde_engine::{EngineError, extract::ExtractError, plan::PlanError};

/// Why a plan cannot be made or carried out.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The plan's bytes, or a release that it pins.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Files.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The extract itself.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// There is no such table in the delivery.
    #[error("the delivery has no table of rows with number {0}")]
    NoTable(u32),
    /// DataFusion.
    #[error(transparent)]
    DataFusion(#[from] DataFusionError),
}

impl From<ClusterError> for DataFusionError {
    fn from(error: ClusterError) -> Self {
        match error {
            ClusterError::DataFusion(error) => error,
            other => Self::External(Box::new(other)),
        }
    }
}
