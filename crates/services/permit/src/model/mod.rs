//! The documents themselves; pure.

mod data_need;
mod extract;
mod permit;

pub use data_need::{Cohort, DataNeed, Granularity, NeededVariable};
pub use extract::{Check, DeliveredFile, Exclusion, ExclusionCount, ExtractSpec, Manifest, PinnedRelease};
pub use permit::{Condition, Permit, PermittedVariable, RuleSet};
