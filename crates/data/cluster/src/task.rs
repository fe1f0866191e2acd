//! What a leaf has to do, as sealed bytes.

use serde::{Deserialize, Serialize};
use varde_core::Randomness;
use varde_engine::plan::{Plan, PlanKey};

use crate::{ClusterError, Pinned};

/// What sealed bytes begin with. It is part of what is authenticated.
const MARK: &[u8] = b"varde-task-1\n";

/// The rows of one table of an extract, in so many shares. A plan holds its exclusions: there is none without.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// The extract, with the ids of everybody whom it concerns.
    pub plan: Plan,
    /// Which table of rows, counted from 0 in the order of the delivery's files.
    pub table: u32,
    /// How many shares; at least 1.
    pub shares: u32,
    /// The releases that the plan pins.
    pub releases: Vec<Pinned>,
}

impl Task {
    pub(crate) fn seal(&self, key: &PlanKey, randomness: &Randomness) -> Result<Vec<u8>, ClusterError> {
        Ok(key.seal(MARK, self, randomness)?)
    }

    pub(crate) fn open(bytes: &[u8], key: &PlanKey) -> Result<Self, ClusterError> {
        Ok(key.open(MARK, bytes)?)
    }
}
